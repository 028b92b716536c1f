"""What the monitors of Masakari do with a failure: log on with keystoneauth, send it through the SDK, and go by the
status alone. 400 and 409 end it, anything else is tried again."""

import threading

from keystoneauth1 import loading, session
from openstack import connection, exceptions

from steps import *

HOST, OTHER = "host-01", "host-02"
# The monitors wait 10 s; nobody would wait for this script then.
RETRY_SECONDS, RETRIES = 0.5, 12


def client():
    """As the monitors make it of their [api] section."""
    options = {
        "auth_url": os.environ["OS_AUTH_URL"],
        "username": os.environ["OS_USERNAME"],
        "password": os.environ["OS_PASSWORD"],
        "project_name": os.environ["OS_PROJECT_NAME"],
        "user_domain_id": "default",
        "project_domain_id": "default",
    }
    auth = loading.get_plugin_loader("password").load_from_options(**options)
    return connection.Connection(
        session=session.Session(auth=auth, timeout=10),
        region_name="RegionOne",
        instance_ha_interface="public",
        interface="public",
    ).instance_ha


def send(sender, event):
    """What became of an event, and how many tries it took."""
    for attempt in range(1, RETRIES + 2):
        try:
            (sender or client()).create_notification(**event)
            return "sent", attempt
        except exceptions.HttpException as error:
            if error.status_code in (400, 409):
                return f"dropped with {error.status_code}", attempt
        except Exception:
            pass
        time.sleep(RETRY_SECONDS)
    return "given up", RETRIES + 1


def process(host, name):
    return {
        "type": "PROCESS",
        "hostname": host,
        "generated_time": now(),
        "payload": {"event": "STOPPED", "process_name": name},
    }


admin = client()
rack = admin.create_segment(name="monitored", recovery_method="auto", service_type="COMPUTE")
for one in (HOST, OTHER):
    admin.create_host(rack.uuid, name=one, type="COMPUTE", control_attributes="SSH")


def ready(host):
    """A host that is on maintenance takes no reports."""
    wait_until("nothing is in use", lambda: not [
        one for one in admin.notifications() if one.status in ("new", "running", "error")])
    for enrolled in admin.hosts(rack.uuid):
        if enrolled.name == host and enrolled.on_maintenance:
            admin.update_host(enrolled.uuid, segment_id=rack.uuid, on_maintenance=False)


sender = client()
event = process(HOST, "nova-compute")
equal("an event is sent once", send(sender, event), ("sent", 1))
ready(HOST)
equal("the same from another monitor is dropped", send(client(), event), ("dropped with 409", 1))
equal("an event of a host that nobody enrolled is dropped", send(sender, process("host-77", "nova-compute")), ("dropped with 400", 1))

# The token ends while the monitor runs.
control("POST", "/identity/users/admin/revoke")
equal("a revoked token is replaced without a try more", send(sender, process(OTHER, "libvirtd")), ("sent", 1))

# Keystone is away for a while when the monitor starts.
ready(OTHER)
control("POST", "/faults", {"kind": "error-503", "service": "keystone"})
outcome = []
waiting = threading.Thread(target=lambda: outcome.append(send(None, process(OTHER, "sshd"))))
waiting.start()
time.sleep(2 * RETRY_SECONDS)
control("DELETE", "/faults")
waiting.join()
check("an event waits for Keystone", outcome[0][0] == "sent" and outcome[0][1] > 1, outcome)

ready(HOST)
admin.delete_segment(rack.uuid)
finish()
