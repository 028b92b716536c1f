"""Every instance-ha command of the openstack client, and the usual mistakes."""

import json
from importlib import metadata

from steps import *

HOST, OTHER, SPARE = "host-01", "host-02", "host-03"

before = len(shown("notification list"))

# Segments

rack = shown("segment create rack-7 auto COMPUTE --is_enabled True --description 'two spares'")
equal("the new segment is shown", (rack["name"], rack["description"], rack["is_enabled"]), ("rack-7", "two spares", True))
shown("segment create rack-8 reserved_host COMPUTE --is_enabled False")
shown("segment create rack-9 rh_priority COMPUTE")

refused("segment create rack-7 auto COMPUTE", "Failover segment with name rack-7 already exists.", "409")
refused("segment create rack-10 by_magic COMPUTE", "invalid choice: 'by_magic'")
refused("segment create ' rack-10' auto COMPUTE", "Can not start or end with whitespace", "400")

equal("segments are listed", sorted(names(shown("segment list"))), ["rack-7", "rack-8", "rack-9"])
equal("sorted", names(shown("segment list --sort name:asc")), ["rack-7", "rack-8", "rack-9"])
equal("filtered", names(shown("segment list --filters recovery_method=auto")), ["rack-7"])
# The client follows pages itself, so a limit is the size of a page and not of the list.
equal("on pages", names(shown("segment list --limit 1 --sort name:desc")), ["rack-9", "rack-8", "rack-7"])
marker = shown("segment show rack-8")["id"]
equal("from a marker", names(shown(f"segment list --sort name:asc --marker {marker} --limit 5")), ["rack-9"])

equal("a segment is found by name", shown("segment show rack-7")["uuid"], rack["uuid"])
equal("and by id", shown(f"segment show {rack['uuid']}")["name"], "rack-7")
refused("segment show rack-77", "Segment is not found: rack-77")

changed = shown("segment update rack-8 --name rack-8b --recovery_method auto_priority --description moved --is_enabled True")
equal(
    "a segment is changed",
    (changed["name"], changed["recovery_method"], changed["description"], changed["is_enabled"]),
    ("rack-8b", "auto_priority", "moved", True),
)
refused("segment update rack-8b --name rack-7", "Failover segment with name rack-7 already exists.", "409")
refused("segment update rack-77 --name rack-78", "rack-77")
printed("segment delete rack-9", "Segment deleted: rack-9")
printed("segment delete rack-9", "No failover segment with id rack-9.")

# Hosts

host = shown(f"segment host create {HOST} COMPUTE SSH rack-7 --reserved False --on_maintenance True")
equal("the new host is shown", (host["name"], host["reserved"], host["on_maintenance"]), (HOST, False, True))
shown(f"segment host create {OTHER} COMPUTE SSH rack-7")
shown(f"segment host create {SPARE} COMPUTE SSH {rack['uuid']} --reserved True")

refused(f"segment host create {HOST} COMPUTE SSH rack-7", f"Host with name {HOST} already exists.", "409")
refused(f"segment host create {HOST} COMPUTE SSH rack-8b", f"Host with name {HOST} already exists.", "409")
refused("segment host create host-99 COMPUTE SSH rack-7", "Compute service with name host-99 could not be found.", "400")
refused(f"segment host create {HOST} COMPUTE SSH rack-77", "No failover segment with id rack-77.", "404")

equal("hosts are listed", sorted(names(shown("segment host list rack-7"))), [HOST, OTHER, SPARE])
equal("filtered", names(shown("segment host list rack-7 --filters reserved=True")), [SPARE])
equal("sorted, on pages", names(shown("segment host list rack-7 --limit 2 --sort name:asc")), [HOST, OTHER, SPARE])
refused("segment host list rack-77", "No failover segment with id rack-77.", "404")
refused("segment host list rack-7 --filters reserved=maybe", "Invalid value for reserved", "400")

equal("a host is found by name", shown(f"segment host show rack-7 {HOST}")["uuid"], host["uuid"])
equal("and by id", shown(f"segment host show {rack['uuid']} {host['uuid']}")["name"], HOST)
refused(f"segment host show rack-8b {host['uuid']}", "Segment host is not found")

changed = shown(f"segment host update rack-7 {HOST} --on_maintenance False --reserved True --control_attributes IPMI")
equal(
    "a host is changed",
    (changed["on_maintenance"], changed["reserved"], changed["control_attributes"]),
    (False, True, "IPMI"),
)
shown(f"segment host update rack-7 {HOST} --reserved False")
refused(f"segment host update rack-7 {HOST} --name {OTHER}", f"Host with name {OTHER} already exists.", "409")
refused(f"segment host update rack-7 {HOST} --name host-99", "Compute service with name host-99 could not be found.", "400")
printed(f"segment host delete rack-7 {SPARE}", f"Host deleted: {SPARE}")
refused(f"segment host delete rack-7 {SPARE}", f"Host '{SPARE}' under failover_segment")

# Notifications: a host dies, and everything about it is in use until its instances are elsewhere

control("PATCH", "/settings", {"evacuation_time": "12s"})
control("POST", f"/hosts/{HOST}/fail?report=false")
died = now().isoformat(timespec="seconds")
payload = json.dumps({"event": "STOPPED", "host_status": "NORMAL", "cluster_status": "OFFLINE"})
report = f"notification create COMPUTE_HOST {HOST} {died} '{payload}'"
notification = shown(report)["notification_uuid"]

printed("segment delete rack-7", "can't be deleted as it is in-use to process notifications.")
refused("segment update rack-7 --name rack-70", "can't be updated as it is in-use to process notifications.", "409")
refused(f"segment host update rack-7 {OTHER} --reserved True", "can't be updated as it is in-use", "409")
refused(f"segment host delete rack-7 {OTHER}", "can't be deleted as it is in-use to process notifications.")

refused(f"notification create COMPUTE_HOST host-99 {died} '{payload}'", "Host with name host-99 could not be found.", "400")
refused(f"notification create COMPUTE_HOST {OTHER} yesterday '{payload}'", "yesterday", "400")
refused(f"notification create PROCESS {OTHER} {died} '{payload}'", "400")
refused("notification show 77", "Notification not found: 77")

finished = wait_until(
    "the recovery ends",
    lambda: (one := shown(f"notification show {notification}"))["status"] not in ("new", "running") and one,
)
equal("and has finished", finished["status"], "finished")
tasks = finished["recovery_workflow_details"]
equal("all its steps with it", {task["state"] for task in tasks}, {"SUCCESS"})

# A guest that shut itself down: everybody's monitor tells, and nothing is to be done.
vm = json.dumps({"event": "LIFECYCLE", "vir_domain_event": "STOPPED_SHUTDOWN", "instance_uuid": rack["uuid"]})
shown(f"notification create VM {OTHER} {died} '{vm}'")
refused(f"notification create VM {OTHER} {died} '{vm}'", "is duplicate", "409")
process = json.dumps({"event": "STARTED", "process_name": "nova-compute"})
shown(f"notification create PROCESS {OTHER} {died} '{process}'")

equal("notifications are listed", len(shown("notification list")), before + 3)
equal(
    "filtered",
    names(shown(f"notification list --filters source_host_uuid={host['uuid']}"), "notification_uuid"),
    [notification],
)
equal("by time", len(shown("notification list --filters generated-since=2999-01-01")), 0)
equal("on pages", len(shown("notification list --limit 1 --sort created_at:asc")), before + 3)

# Debian's 8.0.0 of the plug-in does not have these yet; the SDK's script asks for moves all the same.
if "notification_vmove_list" in [entry.name for entry in metadata.entry_points(group="openstack.ha.v1")]:
    moves = shown(f"notification vmove list {notification}")
    equal("moves are listed", {move["status"] for move in moves}, {"succeeded"})
    move = shown(f"notification vmove show {notification} {moves[0]['uuid']}")
    equal("a move is shown", move["source_host"], HOST)

# Who may not

refused("--os-password guess segment list", "The request you have made requires authentication.", "401")
nobody = "--os-username demo --os-project-name demo"
refused(f"{nobody} segment list", "Policy doesn't allow os_masakari_api:segments:index to be performed.", "403")
refused(f"{nobody} {report}", "Policy doesn't allow os_masakari_api:notifications:create to be performed.", "403")

wait_until(
    "the reports of the other host end",
    lambda: all(row["status"] not in ("new", "running") for row in shown("notification list")),
)
printed("segment delete rack-7 rack-8b", "Segment deleted: rack-8b")
equal("nothing is left", shown("segment list"), [])
finish()
