"""Relays each batch of its input in a process of its own, which may be killed at any time, and tells how that ended.

{"event": …, "mended": false}  →  {"pid": 7}, then {"response": …} or {"response": null} where it was killed
"""

import json
import os
import sys
import time

from bridge.aws.clients import Clients
from bridge.aws.clock import SystemClock
from bridge.aws.eventbridge import EventBridge
from bridge.aws.ledger import DynamoLedger
from bridge.aws.quarantine import S3Quarantine
from bridge.aws.sns import Topic
from bridge.relay import Bridge, relay
from tests.simulation.world import rules

TOPIC = "arn:aws:sns:eu-west-1:111122223333:simulated.fifo"


def carried(event):
    ways, clock, until = Clients(os.environ), SystemClock(), time.monotonic() + 60
    bridge = Bridge(
        translate=rules(mended=False).translate,
        targets={"bus": EventBridge("bus", "simulated", ways, clock), "topic": Topic("topic", TOPIC, ways, clock)},
        ledger=DynamoLedger("simulated", ways, clock),
        quarantine=S3Quarantine("simulated", ways, clock),
        clock=clock,
        project="simulation",
    )
    return relay(event, bridge, lambda: until - time.monotonic()).response


def main():
    rules(mended=False)
    for line in sys.stdin:
        reading, writing = os.pipe()
        go, gone = os.pipe()
        pid = os.fork()
        if not pid:
            os.read(go, 1)  # until it is known by its id
            os.write(writing, json.dumps(carried(json.loads(line))).encode())
            os._exit(0)
        print(json.dumps({"pid": pid}), flush=True)
        os.write(gone, b".")
        _, status = os.waitpid(pid, 0)
        response = json.loads(os.read(reading, 65536)) if not status else None
        for end in (reading, writing, go, gone):
            os.close(end)
        print(json.dumps({"response": response, "status": status}), flush=True)


if __name__ == "__main__":
    main()
