"""What the scripts beside this one have in common: saying what is tried, and checking it.

A script needs the usual OS_ variables of an administrator, INSTANCE_HA_URL (where the server answers) and SIMULATOR_URL
(where the simulated cloud does). It prints a line for each thing that held and stops at the first that did not.
"""

import contextlib
import datetime
import io
import json
import logging
import os
import shlex
import sys
import time
import urllib.request

INSTANCE_HA = os.environ["INSTANCE_HA_URL"]
SIMULATOR = os.environ["SIMULATOR_URL"]
PATIENCE_SECONDS = 60

_held = 0


def check(what, holds, seen=None):
    """Says that something holds, or ends the script."""
    global _held
    if not holds:
        print(f"FAILED: {what}; seen: {seen!r}")
        sys.exit(1)
    _held += 1
    print(f"ok: {what}")


def equal(what, seen, expected):
    check(what, seen == expected, seen)


def finish():
    """The last line, which whoever runs the script looks for."""
    print(f"all {_held} held")


def control(method, path, body=None):
    """A control call of the simulated cloud."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(SIMULATOR + "/simulator" + path, data, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def now():
    """As monitors print it: UTC, without saying so."""
    return datetime.datetime.utcnow()


def wait_until(what, ask):
    """Asks until the answer is true, and gives it back."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            check(what, False, answer)
        time.sleep(0.1)


class Said:
    """How a command ended, and what it printed."""

    def __init__(self, line, status, out, err):
        self.line, self.status, self.out, self.err = line, status, out, err

    def json(self):
        return json.loads(self.out)


def command(line):
    """Runs the openstack command in this process, which spares the two seconds of its start."""
    from openstackclient import shell
    from osc_lib import clientmanager

    # A process keeps the client it made first; each command is to log on for itself.
    for held in vars(clientmanager.ClientManager).values():
        if hasattr(held, "_handle"):
            held._handle = None
    out, err = io.StringIO(), io.StringIO()
    root = logging.getLogger("")
    root.handlers.clear()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = shell.OpenStackShell().run(shlex.split(line))
        except SystemExit as stop:
            status = stop.code
    return Said(line, status, out.getvalue(), err.getvalue())


def shown(line):
    """What a command that succeeds shows, read from its JSON."""
    said = command(line + " -f json")
    check(f"openstack {line}", said.status == 0, said.out + said.err)
    return said.json()


def printed(line, expected):
    """A command that succeeds prints that."""
    said = command(line)
    check(f"openstack {line}: {expected}", said.status == 0 and expected in said.out, said.out + said.err)


def refused(line, *expected):
    """A command fails, and says why."""
    said = command(line)
    text = said.out + said.err
    missing = [one for one in expected if one not in text]
    check(f"openstack {line} is refused: {expected[0]}", said.status != 0 and not missing, (said.status, text))


def names(rows, key="name"):
    return [row[key] for row in rows]
