"""Every method that openstacksdk has for Instance HA, and the ways in which it finds the API."""

import http.server
import threading
import urllib.error
import urllib.parse

import openstack
from openstack import exceptions

from steps import *

HOST, OTHER, THIRD = "host-04", "host-05", "host-06"
AT_HOME = INSTANCE_HA + "/v1/%(project_id)s"


def refused_with(what, kind, status, text, call):
    """A call raises that kind of exception."""
    try:
        call()
    except kind as error:
        check(what, error.status_code == status and text in str(error), (error.status_code, str(error)))
    else:
        check(what, False, "no exception")


ha = openstack.connect().instance_ha

# Segments

rack = ha.create_segment(name="pool-a", recovery_method="auto", service_type="COMPUTE", description="shared")
other = ha.create_segment(name="pool-b", recovery_method="reserved_host", service_type="COMPUTE", is_enabled=False)
check("a segment is created", rack.uuid and rack.is_enabled and not other.is_enabled, rack)
seen = ha.get_segment(rack.uuid)
equal("and read as it was created", seen.to_dict(), rack.to_dict() | {"location": seen.to_dict()["location"]})
equal("segments are listed", sorted(one.name for one in ha.segments()), ["pool-a", "pool-b"])
equal("on pages", sorted(one.name for one in ha.segments(limit=1)), ["pool-a", "pool-b"])
equal("filtered", [one.name for one in ha.segments(recovery_method="auto")], ["pool-a"])
equal("by a flag", [one.name for one in ha.segments(enabled=False)], ["pool-b"])
equal("sorted", [one.name for one in ha.segments(sort_key="name", sort_dir="desc")], ["pool-b", "pool-a"])
changed = ha.update_segment(other.uuid, name="pool-c", is_enabled=True)
equal("a segment is changed", (changed.name, changed.is_enabled), ("pool-c", True))

refused_with(
    "a name that is taken",
    exceptions.ConflictException,
    409,
    "Failover segment with name pool-a already exists.",
    lambda: ha.create_segment(name="pool-a", recovery_method="auto", service_type="COMPUTE"),
)
refused_with(
    "a recovery method there is not",
    exceptions.BadRequestException,
    400,
    "by_magic",
    lambda: ha.create_segment(name="pool-d", recovery_method="by_magic", service_type="COMPUTE"),
)
refused_with(
    "a segment there is not",
    exceptions.NotFoundException,
    404,
    "No failover segment with id pool-a.",
    lambda: ha.get_segment("pool-a"),
)

# Hosts

host = ha.create_host(rack.uuid, name=HOST, type="COMPUTE", control_attributes="SSH", reserved="False", on_maintenance=False)
spare = ha.create_host(rack.uuid, name=OTHER, type="COMPUTE", control_attributes="SSH", reserved="True")
ha.create_host(rack.uuid, name=THIRD, type="COMPUTE", control_attributes="SSH")
equal("a host is created", (host.name, host.reserved, spare.reserved), (HOST, False, True))
equal("and read", ha.get_host(host.uuid, rack.uuid).name, HOST)
equal("hosts are listed", sorted(one.name for one in ha.hosts(rack.uuid)), [HOST, OTHER, THIRD])
equal("on pages", sorted(one.name for one in ha.hosts(rack.uuid, limit=2)), [HOST, OTHER, THIRD])
equal("filtered", [one.name for one in ha.hosts(rack.uuid, reserved=True, on_maintenance=False, type="COMPUTE")], [OTHER])
equal("a host is changed", ha.update_host(spare.uuid, segment_id=rack.uuid, on_maintenance="True").on_maintenance, True)
refused_with(
    "a host that the cloud does not know",
    exceptions.BadRequestException,
    400,
    "Compute service with name host-99 could not be found.",
    lambda: ha.create_host(rack.uuid, name="host-99", type="COMPUTE", control_attributes="SSH"),
)
refused_with(
    "a host that is enrolled elsewhere",
    exceptions.ConflictException,
    409,
    f"Host with name {HOST} already exists.",
    lambda: ha.create_host(other.uuid, name=HOST, type="COMPUTE", control_attributes="SSH"),
)

# Notifications and moves

died = now()
payload = {"event": "STOPPED", "host_status": "NORMAL", "cluster_status": "OFFLINE"}
report = {"type": "COMPUTE_HOST", "hostname": HOST, "generated_time": died.isoformat(), "payload": payload}
control("PATCH", "/settings", {"evacuation_time": "5s"})
control("POST", f"/hosts/{HOST}/fail?report=false")
notification = ha.create_notification(**report)
equal("a report is taken", (notification.status, notification.payload), ("new", payload))
equal("its time is as sent", notification.generated_time, died.isoformat(timespec="microseconds"))
refused_with(
    "the same report again",
    exceptions.ConflictException,
    409,
    "Notification received from host",
    lambda: ha.create_notification(**report),
)
refused_with(
    "a segment in use",
    exceptions.ConflictException,
    409,
    "in-use to process notifications",
    lambda: ha.delete_segment(rack.uuid),
)


def look():
    return ha.get_notification(notification.notification_uuid)


wait_until("the recovery ends", lambda: look().status not in ("new", "running"))
# The SDK's own wait is good for one look: then the integer id of the answer takes the place of the UUID that was asked
# for, and the second look ends in 404. So it is with Masakari too.
waiting = look()
waiting.id, waiting.status = notification.notification_uuid, "new"
ended = openstack.resource.wait_for_status(ha, waiting, "finished", ["failed", "ignored", "error"], interval=1, wait=10)
equal("it ends as finished", ended.status, "finished")
check("without details of its steps, which are there from 1.1 on", not look().to_dict().get("recovery_workflow_details"))

equal("notifications are listed", [one.notification_uuid for one in ha.notifications(source_host_uuid=host.uuid)],
      [notification.notification_uuid])
equal("on pages, filtered", [one.status for one in ha.notifications(
    limit=1, type="COMPUTE_HOST", status="finished", source_host_uuid=host.uuid)], ["finished"])
equal("by time", list(ha.notifications(generated_since="2999-01-01")), [])

moves = f"/notifications/{notification.notification_uuid}/vmoves"
if hasattr(ha, "vmoves"):
    seen = list(ha.vmoves(notification.notification_uuid))
    equal("moves are listed", {one.status for one in seen}, {"succeeded"})
    equal("a move is read", ha.get_vmove(seen[0].uuid, notification.notification_uuid).source_host, HOST)
    equal("on pages", len(list(ha.vmoves(notification.notification_uuid, limit=1))), len(seen))
else:
    # Before 2.0 the SDK has no vmoves; what later ones send is this.
    seen = ha.get(moves, microversion=None).json()["vmoves"]
    equal("moves are listed", {one["status"] for one in seen}, {"succeeded"})
    one = ha.get(f"{moves}/{seen[0]['uuid']}", microversion=None).json()["vmove"]
    equal("a move is read", one["source_host"], HOST)
    equal("filtered", ha.get(moves + "?status=failed", microversion="1.3").json()["vmoves"], [])
check("there were some", len(seen) > 0)

# Microversions

newest = openstack.connect(ha_api_version="1.3").instance_ha
details = newest.get_notification(notification.notification_uuid).recovery_workflow_details
equal("1.3 shows the steps", {step["state"] if isinstance(step, dict) else step.state for step in details}, {"SUCCESS"})
oldest = openstack.connect(ha_api_version="1.0").instance_ha
equal("1.0 lists segments", len(list(oldest.segments())), 2)

# Deletions

ha.delete_host(spare.uuid, rack.uuid)
ha.delete_host(spare.uuid, rack.uuid)
refused_with(
    "a host that is gone, where that matters",
    exceptions.NotFoundException,
    404,
    "could not be found",
    lambda: ha.delete_host(spare.uuid, rack.uuid, ignore_missing=False),
)
ha.delete_segment(other.uuid)
gone = ha.get_segment(rack.uuid)
gone.id = rack.uuid
ha.delete_segment(rack.uuid)
openstack.resource.wait_for_delete(ha, gone, interval=0.1, wait=10)
equal("all is gone", list(ha.segments()), [])


# How the API is found (catalog URLs seen in the field)


class Proxy(http.server.BaseHTTPRequestHandler):
    """In front of the server, under a prefix that the server does not know."""

    def relay(self):
        url = INSTANCE_HA + self.path.removeprefix("/instance-ha")
        length = int(self.headers.get("Content-Length", 0))
        request = urllib.request.Request(url, self.rfile.read(length) or None, dict(self.headers), method=self.command)
        try:
            answer = urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            answer = error
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("transfer-encoding", "connection"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = relay

    def log_message(self, *_):
        pass


proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
threading.Thread(target=proxy.serve_forever, daemon=True).start()
PREFIXED = f"http://127.0.0.1:{proxy.server_port}/instance-ha/v1/%(project_id)s"

for form in (AT_HOME, INSTANCE_HA + "/v1", INSTANCE_HA, PREFIXED):
    control("PATCH", "/settings", {"instance_ha_url": form})
    found = openstack.connect().instance_ha
    made = found.create_segment(name="found", recovery_method="auto", service_type="COMPUTE")
    equal(f"found by {form}", [one.uuid for one in found.segments(limit=1)], [made.uuid])
    found.delete_segment(made.uuid, ignore_missing=False)
control("PATCH", "/settings", {"instance_ha_url": AT_HOME})
finish()
