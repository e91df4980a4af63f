"""A batch with a throttled message, a poison record and a duplicate, and what Lambda's redelivery then does.

ministack's own mapping forgets partial failures, so the test plays Lambda: it gives the deployed function the
stream's records, and after a partial failure the same records again from the reported sequence number on.
"""

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from bridge.local.consumer import billing, consumer
from bridge.local.deployment import SETTINGS, build, deploy, invoke, parcels
from bridge.local.listening import Opinions, listening
from bridge.local.ministack import INTERPRETER, ministack
from bridge.local.package import package
from bridge.local.shop import SUBSCRIBERS, TYPES
from bridge.local.shop.writing import NINE, order, parcel, update
from bridge.local.tape import Tape
from bridge.local.writing import write
from tests.e2e.throttling import throttling

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).with_name("changebridge"))

#: Seconds that the function may take: it tries a throttled message again for as long as it dares.
TIMEOUT = 8
PATIENCE = 30  #: seconds until what was sent has come, on a machine with much else to do
ORDERS = [str(number) for number in range(2001, 2011)]
THROTTLED, DUPLICATE, POISON = "2003", "2005", "2011"
PACKED = [parcel("P-1", "0.4", ("MUG-BLUE", 1))]
SHIPPED = {"status": "SHIPPED", "shippedAt": NINE + 900, "carrier": "DHL"}


class Told:
    """What a subscriber has got since it was last asked."""

    def __init__(self, listeners):
        self.listeners, self.read = listeners, Counter()

    def __call__(self, subscriber, count):
        """At least so many, as soon as they are there, and what else comes within a moment."""
        until = time.monotonic() + PATIENCE
        while len(self._of(subscriber)) < self.read[subscriber] + count and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)
        mine = self._of(subscriber)
        news = mine[self.read[subscriber] :]
        self.read[subscriber] = len(mine)
        assert [fault for arrival in news for fault in arrival.faults] == []
        return [f"{arrival.due.type.removeprefix(TYPES)} {arrival.due.subject}" for arrival in news]

    def _of(self, subscriber):
        return [arrival for arrival in self.listeners.arrivals if arrival.due.subscriber == subscriber]


def placed(*orders):
    return [f"order.placed.v1 {number}" for number in orders]


def without(*orders):
    return [number for number in ORDERS if number not in orders]


def test_a_throttled_lane_stops_alone_and_only_what_was_missing_is_sent_again(tmp_path):
    with ministack(ROOT / INTERPRETER) as cloud, throttling(cloud.endpoint) as throttle:
        shop = build(cloud)
        packed = package(ROOT, ("bridge.yaml", "rules", "schemas"))
        deploy(shop, packed, TIMEOUT, {"AWS_ENDPOINT_URL_SNS": throttle.url})
        opinions = Opinions(consumer(ROOT / "schemas"), billing(ROOT, cloud.client("dynamodb")))
        with listening(shop, SUBSCRIBERS, opinions) as listeners:
            told, records = Told(listeners), written(shop)
            inserted = dict(zip([*ORDERS, POISON], records, strict=False))
            throttled = inserted[THROTTLED]

            # The duplicate: this record has come before.
            assert invoke(shop, [inserted[DUPLICATE]]).response == {"batchItemFailures": []}
            assert (told("warehouse", 1), told("billing", 1)) == (placed(DUPLICATE), placed(DUPLICATE))

            # The batch, with one message of ten throttled for ever.
            throttle.ids = {f"{throttled['eventID']}/order.placed"}
            throttle.asked.clear()
            answer = invoke(shop, records)
            first = throttled["dynamodb"]["SequenceNumber"]
            assert answer.response == {"batchItemFailures": [{"itemIdentifier": first}]}
            shipped = ["order.shipped.v1 2004"]
            assert sorted(told("warehouse", 9)) == sorted([*placed(*without(THROTTLED, DUPLICATE)), *shipped])
            assert sorted(told("billing", 11)) == sorted(
                [*placed(*without(DUPLICATE)), "order.shipped.v1 2003", *shipped]
            )
            asked = Counter(id_ for call in throttle.asked for id_ in call)
            assert asked[f"{throttled['eventID']}/order.placed"] > 1  # tried again within the invocation
            assert asked[f"{records[11]['eventID']}/order.shipped"] == 0  # held back: not even tried
            assert asked[f"{inserted[DUPLICATE]['eventID']}/order.placed"] == 0
            (parked,) = parcels(shop)
            assert parked["record"] == inserted[POISON]

            # Lambda sends it again, from the reported record on; the throttle has ended.
            throttle.ids = set()
            again = records[records.index(throttled) :]
            assert invoke(shop, again).response == {"batchItemFailures": []}
            assert told("warehouse", 2) == [*placed(THROTTLED), "order.shipped.v1 2003"]
            assert told("billing", 0) == []
            assert parcels(shop) == [parked]

            # The rule is mended, and the poison redriven.
            environment = {"PATH": os.environ["PATH"]} | cloud.environment() | SETTINGS
            redrive = [COMMAND, "quarantine", "redrive", parked["fingerprint"], "--project", str(mended(tmp_path))]
            run(redrive, environment)  # a dry run
            assert told("warehouse", 0) == told("billing", 0) == []
            run([*redrive, "--yes"], environment)
            assert (told("warehouse", 1), told("billing", 1)) == (placed(POISON), placed(POISON))
            assert parcels(shop) == []


def run(command, environment):
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def mended(folder):
    """A copy of the project with a rule that lets an order without `placedAt` have been placed when it was written."""
    for part in ("rules", "schemas"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "bridge.yaml", folder)
    rule = folder / "rules" / "order.yaml"
    before = rule.read_text()
    after = before.replace("placedAt: ${iso(new.placedAt)}", "placedAt: ${default(iso(new.placedAt), at)}")
    assert after != before
    rule.write_text(after)
    return folder


def written(shop):
    """Ten orders placed, one that is poison, then two that ship: thirteen records of the stream."""
    tape = Tape(shop)
    for number in ORDERS:
        write(shop, (order(number, "PAID", placedAt=NINE, parcels=PACKED),))
    write(shop, (order(POISON, "PAID"),))
    for number in (THROTTLED, "2004"):
        write(shop, (update(f"ORDER#{number}", "META", **SHIPPED),))
    return tape.read(13)
