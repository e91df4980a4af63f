"""The schedules of `make test` through the pipeline that people write with Powertools, and through the bridge.

    python -m benchmarks.reliability [SCHEDULES]

All have the same records, rules, targets, store of what was done, mapping and faults (tests/simulation). The pipeline
is `BatchProcessor` of Powertools with a record handler that translates a record and sends its events, one target after
the other, checks the entries that failed, and raises; a call that fails as a whole is tried three times, as boto3 does.
It comes without that look at the entries, as described, and with the Idempotency utility around the handler, keyed by
the stream's eventID, for its hour.
With retries without end a record that always fails would hold its shard for a day, so its mappings retry `RETRIES`
times and write what they give up to an on-failure destination, as AWS recommends; the bridge has what each schedule
draws. All is counted when the stream is empty, before any replay or redrive.
"""

import platform
import sys
import time
from dataclasses import replace
from importlib.metadata import version
from types import SimpleNamespace

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyItemAlreadyExistsError,
    IdempotencyItemNotFoundError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer, DataRecord

from bridge.core.batch import name_record
from bridge.core.decode import decode
from bridge.errors import StoreUnavailable
from tests.simulation.edge import Edge, PortBroke
from tests.simulation.laws import ORDERED
from tests.simulation.run import Run, run
from tests.simulation.schedule import draw
from tests.simulation.world import number

RETRIES = 10
ATTEMPTS = 3  # of a call, botocore's mode `standard`
HOUR = 3600.0
FAR = 4_000_000_000  # the utility compares with its own clock: what is over is told by ours


class NotTaken(Exception):
    """The handler's own complaint: entries failed."""


class Store(BasePersistenceLayer):
    """The Idempotency utility's DynamoDB layer over the simulated table: its conditions, in virtual time."""

    def __init__(self, edge: Edge) -> None:
        super().__init__()
        self.edge, self.items = edge, {}

    def _get_record(self, idempotency_key):
        if idempotency_key not in self.items:
            raise IdempotencyItemNotFoundError
        return self.items[idempotency_key][0]

    def _put_record(self, data_record):
        fault, now = self.edge.store("seen", 5.0), self.edge.now()
        there, until = self.items.get(data_record.idempotency_key, (None, 0.0))
        if there and until > now:
            raise IdempotencyItemAlreadyExistsError(old_data_record=there)
        # The utility added what is left of the invocation to the real clock; taken off again, it ends in virtual time.
        left = (data_record.in_progress_expiry_timestamp or 0) / 1000 - time.time()
        self.items[data_record.idempotency_key] = (_lasting(data_record), min(now + HOUR, now + left))
        self.edge.step()
        if fault and fault.kind in ("reset", "half"):
            raise StoreUnavailable

    def _update_record(self, data_record):
        fault = self.edge.store("remember", 5.0)
        if not (fault and fault.kind == "half"):
            self.items[data_record.idempotency_key] = (_lasting(data_record), self.edge.now() + HOUR)
        self.edge.step()
        if fault and fault.kind in ("reset", "half"):
            raise StoreUnavailable

    def _delete_record(self, data_record):
        self.edge.store("remember", 5.0)
        self.items.pop(data_record.idempotency_key, None)


def _lasting(record: DataRecord) -> DataRecord:
    record.expiry_timestamp, record.in_progress_expiry_timestamp = FAR, FAR * 1000
    return record


class Pipeline(Run):
    """BatchProcessor alone."""

    idempotent = False

    def handle(self, event, remaining):
        bridge, kind = self.bridge, "kinesis" if self.schedule.kinesis else "dynamodb"
        context = SimpleNamespace(get_remaining_time_in_millis=lambda: int(remaining() * 1000))

        def send(record):
            change = decode(name_record(record, kind))
            events = bridge.translate(change).events
            for name, target in bridge.targets.items():
                for call in target.calls([each for each in events if name in each.targets]):
                    self.publish(target, call)

        def handler(record):
            self.around(send, context)(record=record._data)  # noqa: SLF001 -- the record as Lambda gave it, for the bridge's own decoder

        processor = BatchProcessor(EventType.KinesisDataStreams if self.schedule.kinesis else EventType.DynamoDBStreams)
        try:
            return process_partial_response(event, handler, processor, context)
        except BatchProcessingError:
            raise PortBroke from None

    def around(self, send, context):  # noqa: ARG002 -- see below
        return send

    def publish(self, target, call):
        for attempt in range(ATTEMPTS):
            verdicts = target.say(call, 60.0)
            if any(verdict.said != "unavailable" for verdict in verdicts):
                break
            self.machine.sleep(0.5 * 2**attempt)
        if any(verdict.said != "delivered" for verdict in verdicts):
            raise NotTaken

    def operate(self):
        """Nothing: it is measured when the stream is empty."""


class Unread(Pipeline):
    """BatchProcessor alone, where nobody reads `FailedEntryCount`: only a call that fails as a whole is an error."""

    def publish(self, target, call):
        for attempt in range(ATTEMPTS):
            verdicts = target.say(call, 60.0)
            if any(verdict.said != "unavailable" for verdict in verdicts):
                return
            self.machine.sleep(0.5 * 2**attempt)
        raise NotTaken


class Idempotent(Pipeline):
    """BatchProcessor with the Idempotency utility around the record handler."""

    store: Store | None = None

    def around(self, send, context):
        store = self.store = self.store or Store(self.edge)
        config = IdempotencyConfig(event_key_jmespath="eventID", lambda_context=context)
        return idempotent_function(send, data_keyword_argument="record", persistence_store=store, config=config)


class Bridged(Run):
    """The relay, measured when the stream is empty."""

    def operate(self):
        """Nothing."""


COUNTS = (
    "events lost",
    "doubled",
    "of them needlessly",
    "out of order",
    "sound records left behind",
    "poison left behind",
    "shards stuck",
    "invocations",
)


def measured(history: Run) -> dict[str, int]:
    """What came of a schedule."""
    behind = {record.number for lost in history.mapping.lost for record in lost.records}
    parked = {parcel.record_id for parcel in history.edge.parcels.values()}
    kept = [each for each in history.every if number(each.row) in behind or each.record_id in parked]
    sound = [each for each in history.every if not each.row.flaw]
    arrived = {act.delivery for act in history.edge.acts}
    lost = {d for each in sound if each not in kept for d in each.deliveries} - arrived
    return {
        "events lost": 0 if history.endless else len(lost),
        "doubled": len(history.edge.acts) - len(arrived),
        "of them needlessly": _needless(history),
        "out of order": _overtaken(history),
        "sound records left behind": sum(not each.row.flaw and not set(each.deliveries) <= arrived for each in kept),
        "poison left behind": sum(bool(each.row.flaw) for each in kept),
        "shards stuck": int(history.endless),
        "invocations": len(history.invocations),
    }


def _needless(history: Run) -> int:
    """Sent again by an invocation although the target had told an earlier, finished one that it has it."""
    answered: dict = {}
    count = 0
    for act in history.edge.acts:
        before = answered.get(act.delivery)
        count += bool(before and not before.dead and before is not act.who and (before.end or 1e18) <= act.who.start)
        if act.answered:
            answered[act.delivery] = act.who
    return count


def _overtaken(history: Run) -> int:
    """Events that came first after a later one of their item, toward the target that keeps order; parked ones too."""
    lanes: dict[str, list] = {}
    for each in history.every:
        lane = lanes.setdefault(each.row.item, [])
        lane += [d for d in each.deliveries if d.target == ORDERED and d not in lane]
    place = {delivery: (item, index) for item, lane in lanes.items() for index, delivery in enumerate(lane)}
    furthest: dict[str, int] = {}
    count = 0
    for delivery in dict.fromkeys(act.delivery for act in history.edge.acts if act.delivery in place):
        item, index = place[delivery]
        count += index < furthest.get(item, -1)
        furthest[item] = max(index, furthest.get(item, -1))
    return count


def total(kind: type[Run], schedules: int) -> dict[str, int]:
    sums = dict.fromkeys(COUNTS, 0)
    for seed in range(schedules):
        schedule = draw(seed)
        if kind is not Bridged and schedule.mapping.retries < 0:
            schedule = replace(schedule, mapping=replace(schedule.mapping, retries=RETRIES))
        for name, count in measured(run(schedule, kind)).items():
            sums[name] += count
    return sums


def main(schedules: int = 2000) -> None:
    kinds = {
        "`BatchProcessor`, entries unread": Unread,
        "`BatchProcessor`": Pipeline,
        "`BatchProcessor`, Idempotency": Idempotent,
        "Changebridge": Bridged,
    }
    columns = {name: total(kind, schedules) for name, kind in kinds.items()}
    lines = [f"| of {schedules:,} schedules | {' | '.join(columns)} |", f"|---|{'--:|' * len(columns)}"]
    lines += [f"| {count} | {' | '.join(f'{column[count]:,}' for column in columns.values())} |" for count in COUNTS]
    print("\n".join(lines))
    print(f"\nPython {platform.python_version()}, aws-lambda-powertools {version('aws-lambda-powertools')}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
