"""Lambda's event source mapping for streams, as far as its documents and the recordings made on AWS tell.

| rule | source |
|---|---|
| parents before children, each record at least once | DynamoDB developer guide, "Change data capture for Streams" |
| a batch ends by size, window or 6 MB | Lambda developer guide, "Polling and batching streams" |
| `ParallelizationFactor` keeps order by item | Lambda developer guide, "Using Lambda with DynamoDB" |
| the lowest reported sequence number is the checkpoint; all behind it comes again | "Partial batch responses" |
| empty, null, misnamed or unknown identifiers fail the whole batch, a missing list is success | recorded on AWS by LocalStack |
| the retry count begins anew once the checkpoint moves: 3 retries are 4 invocations of the rest | recorded on AWS by LocalStack |
| bisecting costs no retry; with a partial response it is done at the returned number | "Error handling", "Partial batch responses" |
| a throttled invocation costs no retry | "Error handling" |
| retries or age exhausted: all that is left of the batch goes, a document tells of it | recorded on AWS; "Error handling" |

What no document tells is a setting here, so that schedules try both: whether a batch whose first record is reported is
halved. How long Lambda pauses between retries is not documented either: one second, doubling up to thirty.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Literal, NamedTuple
from zlib import crc32

from tests.simulation.machine import Machine, Process

PAYLOAD = 6_000_000  # bytes of a synchronous invocation
RETENTION = 24 * 3600.0  # seconds that a stream keeps a record
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


@dataclass(frozen=True, slots=True)
class Settings:
    """The parameters of a mapping, -1 for what is unlimited."""

    batch: int = 100
    window: float = 0.0
    payload: int = PAYLOAD
    factor: int = 1
    reports: bool = True  #: FunctionResponseTypes has ReportBatchItemFailures
    bisect: bool = False
    retries: int = -1
    age: float = -1
    halves_at_first: bool = False  #: whether bisecting halves a batch whose first record is reported


@dataclass(frozen=True, slots=True)
class Streamed:
    """A record in a shard."""

    raw: Any  #: as the function gets it
    number: str  #: what a response must say to get it again
    item: str
    written: float  #: when it can be read, in virtual seconds
    age: float = 0.0  #: seconds that it is older than that
    size: int = 0  #: bytes in the payload; 0: as many as its JSON has


@dataclass(frozen=True, slots=True)
class Shard:
    name: str
    records: Sequence[Streamed]
    parents: Sequence[str] = ()


class Answer(NamedTuple):
    """What came of an invocation."""

    said: Literal["response", "error", "throttled"]
    value: Any = None  #: the response


def resume_at(answer: Answer, numbers: Sequence[str], settings: Settings) -> int | None:
    """The index of the record to resume at; 0 also where the whole batch failed, None where all is done."""
    if answer.said != "response":
        return 0
    failures = answer.value.get("batchItemFailures") if isinstance(answer.value, dict) else None
    if not settings.reports or not failures:
        return None
    named = [entry.get("itemIdentifier") if isinstance(entry, dict) else None for entry in failures]
    if any(name not in numbers for name in named):
        return 0
    return min(numbers.index(name) for name in named)


@dataclass(frozen=True, slots=True)
class Lost:
    """Records that are not sent any more, and the document about them, as S3 as destination gets it."""

    records: Sequence[Streamed]
    document: dict[str, Any]
    at: float = 0.0  #: when, in virtual seconds


@dataclass(slots=True)
class Mapping:
    """Carries the shards' records to `invoke`, which blocks, until none is left."""

    machine: Machine
    settings: Settings
    invoke: Callable[[Sequence[Streamed]], Answer]
    lost: list[Lost] = field(default_factory=list)
    trimmed: list[Streamed] = field(default_factory=list)
    finished: set[str] = field(default_factory=set)

    def start(self, shards: Sequence[Shard]) -> None:
        """Begin with every shard whose parents are not to be waited for."""
        for shard in shards:
            if not set(shard.parents) & {other.name for other in shards}:
                self._open(shard, shards)

    def _open(self, shard: Shard, shards: Sequence[Shard]) -> None:
        queues = [[each for each in shard.records if crc32(each.item.encode()) % self.settings.factor == lane]
                  for lane in range(self.settings.factor)]  # fmt: skip
        open_queues = len(queues)

        def drained() -> None:
            nonlocal open_queues
            open_queues -= 1
            if not open_queues:
                self._close(shard, shards)

        for queue in queues:
            self.machine.spawn(Process(), lambda queue=queue: (self._drain(shard, queue), drained()))

    def _close(self, shard: Shard, shards: Sequence[Shard]) -> None:
        self.finished.add(shard.name)
        known = {other.name for other in shards}
        for child in shards:
            if shard.name in child.parents and known & set(child.parents) <= self.finished:
                self._open(child, shards)

    def _drain(self, shard: Shard, queue: Sequence[Streamed]) -> None:
        position = 0
        while position < len(queue):
            self._wait_for(queue[position].written)
            if self.settings.window:
                self._fill(queue, position)
            batch = self._cut(list(takewhile(lambda each: each.written <= self.machine.now, queue[position:])))
            position += len(batch)
            self._carry(shard, batch)

    def _fill(self, queue: Sequence[Streamed], position: int) -> None:
        """Wait until the batch is full or its window ends."""
        end = self.machine.now + self.settings.window
        for each in queue[position : position + self.settings.batch]:
            if each.written > end:
                break
            self._wait_for(each.written)
        else:
            if len(queue) - position >= self.settings.batch:
                return
        self._wait_for(end)

    def _cut(self, records: Sequence[Streamed]) -> list[Streamed]:
        """As many as a batch holds, one at least."""
        room, batch = self.settings.payload, []
        for each in records[: self.settings.batch]:
            room -= each.size or len(json.dumps(each.raw))
            if room < 0 and batch:
                break
            batch.append(each)
        return batch

    def _carry(self, shard: Shard, batch: Sequence[Streamed]) -> None:
        """Until everything of the batch is processed or discarded."""
        parts = [(list(batch), 0)]  # a stack: what to send, and how often it was tried
        pause = FIRST_PAUSE
        while parts:
            part, tries = parts.pop()
            part = self._young(shard, part, tries)
            if not part:
                continue
            answer = self.invoke(part)
            index = resume_at(answer, [each.number for each in part], self.settings)
            if index is None:
                pause = FIRST_PAUSE
                continue
            if index:
                pause = FIRST_PAUSE
            parts += reversed(list(self._again(shard, part, index, tries, answer)))
            self.machine.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)

    def _again(
        self, shard: Shard, part: list[Streamed], index: int, tries: int, answer: Answer
    ) -> Iterator[tuple[list[Streamed], int]]:
        """What is sent next of a part that failed from there on."""
        if index:
            yield part[index:], 0
            return
        if answer.said == "throttled":
            yield part, tries
            return
        if self.settings.bisect and len(part) > 1 and (self._is_whole(answer, part) or self.settings.halves_at_first):
            middle = len(part) // 2
            yield part[:middle], tries
            yield part[middle:], tries
            return
        if 0 <= self.settings.retries <= tries:
            self._discard(shard, part, "RetryAttemptsExhausted", tries + 1)
            return
        yield part, tries + 1

    @staticmethod
    def _is_whole(answer: Answer, part: Sequence[Streamed]) -> bool:
        """Whether the invocation failed as such, and not from its first record on."""
        if answer.said == "error":
            return True
        named = [
            entry.get("itemIdentifier") if isinstance(entry, dict) else None
            for entry in answer.value["batchItemFailures"]
        ]
        return any(name not in [each.number for each in part] for name in named)

    def _young(self, shard: Shard, part: list[Streamed], tries: int) -> list[Streamed]:
        """Without what the stream has trimmed, and what is older than the mapping sends."""
        trimmed = [each for each in part if self._age(each) > RETENTION]
        self.trimmed += trimmed
        part = [each for each in part if each not in trimmed]
        old = [each for each in part if 0 <= self.settings.age < self._age(each)]
        if old:
            self._discard(shard, old, "RecordAgeExceeded", tries)
        return [each for each in part if each not in old]

    def _age(self, record: Streamed) -> float:
        return self.machine.now - record.written + record.age

    def _discard(self, shard: Shard, records: Sequence[Streamed], condition: str, invocations: int) -> None:
        document = {
            "requestContext": {"condition": condition, "approximateInvokeCount": invocations},
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": None},
            "version": "1.0",
            "DDBStreamBatchInfo": {
                "shardId": shard.name,
                "startSequenceNumber": records[0].number,
                "endSequenceNumber": records[-1].number,
                "batchSize": len(records),
            },
            "payload": json.dumps({"Records": [each.raw for each in records]}),
        }
        self.lost.append(Lost(records, document, self.machine.now))

    def _wait_for(self, time: float) -> None:
        if time > self.machine.now:
            self.machine.sleep(time - self.machine.now)
