"""A schedule: what is written, how it is delivered, and what goes wrong. Drawn from a seed, and plain enough to shrink."""

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.simulation.mapping import Settings

ITEMS = "ABCDE"
SAYS = ("bus", "topic", "both", "lines", "")
HOUR = 3600.0
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Row:
    """A record: one change of one item."""

    index: int  #: its place in the stream: tells eventID and sequence number
    change: int  #: which change it is; equal for the duplicates of Kinesis
    item: str
    says: tuple[str, ...]
    flaw: str = ""  #: `poison` until the rule is mended, `rejected` by the targets until then, `garbage` for ever
    shard: int = 0
    written: float = 0.0  #: virtual seconds
    age: float = 0.0  #: seconds that the change is older than that
    large: bool = False  #: whether its events are larger than a target carries


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong once, or for a while. What each field means is told by `kind`; see `edge.py`."""

    port: str  #: bus, topic, seen, remember, park, process, clock, invoke
    kind: str
    at: int = 0  #: the how-manieth call of the port, or the how-manieth invocation, it strikes; from 0
    many: int = 1  #: so many calls; of a process: before the how-manieth step
    mask: int = 0  #: which entries of the call: bit i is entry i modulo 8; 0 for all
    start: float = -1.0  #: an outage: when it begins, in virtual seconds
    seconds: float = 0.0
    item: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    seed: int
    kinesis: bool
    rows: tuple[Row, ...]
    parents: tuple[tuple[int, ...], ...]  #: of each shard
    faults: tuple[Fault, ...]
    mapping: Settings
    timeout: float  #: seconds of an invocation
    latency: float  #: seconds that a call usually takes
    idle: float  #: seconds between the end of the stream and the redrive
    most: int  #: events in a call to the bus
    groups: bool  #: whether some changes of items A and B share a partition key
    wave: int = 1000  #: seconds of changes, at most, that the ledger is asked for at once
    dear: float = 0.0  #: seconds that the rules take for a record
    options: frozenset[str] = frozenset()  #: what its project has besides: see `options.py`

    def clean(self) -> "Schedule":
        """The same without any fault."""
        return replace(self, faults=())


TARGET_KINDS = ("throttle", "throttle", "reset", "reset", "stall", "slow", "raise")
STORE_KINDS = ("fail", "fail", "reset", "half", "stall", "slow")


def draw(seed: int) -> Schedule:
    """The schedule of a seed, the same on every machine."""
    random = Random(seed)
    kinesis = random.random() < 0.25
    parents = random.choice([((),), ((),), ((), ()), ((), (0,), (0,)), ((), (), (0, 1)), ((), (0,), (0,), (1, 2))])
    rows = _rows(random, parents, kinesis)
    return Schedule(
        seed=seed,
        kinesis=kinesis,
        rows=rows,
        parents=parents,
        faults=tuple(_fault(random) for _ in range(random.choice([0, 1, 1, 2, 2, 3, 4, 6]))),
        mapping=_mapping(random),
        timeout=random.choice([6.0, 10.0, 30.0, 60.0]),
        latency=random.choice([0.001, 0.01, 0.03]),
        idle=random.choice([0.0, 60.0, 3 * DAY]),
        most=random.choice([1, 3, 10]),
        groups=random.random() < 0.3,
        wave=random.choice([1, 2, 1000, 1000]),
        dear=random.choice([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.7]),
    )


def _rows(random: Random, parents: tuple[tuple[int, ...], ...], kinesis: bool) -> tuple[Row, ...]:
    items = ITEMS[: random.randint(1, len(ITEMS))]
    old = random.choice([0.0, 0.0, 0.0, 11 * HOUR + 3590, 13 * HOUR])
    spread = random.choice([0.0, 0.0, 0.5, 20.0])
    rows, written = [], 0.0
    for index in range(random.choice([*range(1, 11), 15, 25])):
        written += random.random() * spread
        flaw = random.choices(["", "poison", "rejected", "garbage"], [88, 6, 4, 2])[0]
        says = tuple(random.sample(SAYS[:4], k=random.choices([0, 1, 2, 3], [1, 5, 3, 1])[0]))
        rows.append(Row(index, index, random.choice(items), says, flaw, 0, written, old))
    if kinesis:
        rows = _as_kinesis_does(random, rows)
    cut = sorted(random.randint(0, len(rows)) for _ in range(2))
    return tuple(replace(row, shard=_shard(parents, row, place, cut)) for place, row in enumerate(rows))


def _shard(parents: tuple[tuple[int, ...], ...], row: Row, place: int, cut: list[int]) -> int:
    """In which shard of the tree the record lies: of each generation, one by the item."""
    generations: list[list[int]] = []
    for shard, above in enumerate(parents):
        depth = 1 + max((next(d for d, g in enumerate(generations) if p in g) for p in above), default=-1)
        generations += [[] for _ in range(depth + 1 - len(generations))]
        generations[depth].append(shard)
    generation = generations[min(sum(place >= c for c in cut), len(generations) - 1)]
    return generation[ITEMS.index(row.item) % len(generation)]


def _as_kinesis_does(random: Random, rows: list[Row]) -> list[Row]:
    """Some records twice, some in another order than their changes."""
    shuffled = rows + random.sample(rows, k=random.randint(0, min(2, len(rows))))
    for _ in range(random.randint(0, 2)):
        place = random.randrange(len(shuffled))
        shuffled.insert(random.randrange(len(shuffled)), shuffled.pop(place))
    times = sorted(row.written for row in shuffled)
    return [replace(row, index=index, written=times[index]) for index, row in enumerate(shuffled)]


def _mapping(random: Random) -> Settings:
    bounded = random.random() < 0.15
    return Settings(
        batch=random.choice([1, 2, 3, 5, 100, 100]),
        window=random.choice([0.0, 0.0, 1.0, 5.0]),
        payload=random.choice([1_500, 6_000_000, 6_000_000]),
        factor=random.choice([1, 1, 2, 3]),
        bisect=random.random() < 0.3,
        retries=random.randint(0, 3) if bounded else -1,
        age=random.choice([-1, 60.0, 12.5 * HOUR]) if bounded else -1,
        halves_at_first=random.random() < 0.5,
    )


def _fault(random: Random) -> Fault:
    port = random.choice(
        ["bus", "topic", "topic", "bus", "seen", "remember", "park", "process", "process", "clock", "invoke"]
    )
    return _DRAWS.get(port, _store)(random, port)


def outage(random: Random, port: str, item: str = "") -> Fault:
    """Half of them from the beginning: then most is written."""
    start = random.choice([0.0, random.random() * 20])
    return Fault(port, "outage", start=start, seconds=random.choice([1.0, 20.0, 300.0]), item=item)


def _target(random: Random, port: str) -> Fault:
    if random.random() < 0.35:
        return outage(random, port, random.choice([*ITEMS[:3], ""]))
    kind = random.choice(TARGET_KINDS)
    mask = random.choice([0, random.randint(1, 255)])
    return Fault(port, kind, _at(random), random.choice([1, 1, 2, 5, 20]), mask, seconds=random.choice([0.5, 3.0]))


def _store(random: Random, port: str) -> Fault:
    if random.random() < 0.25:
        return outage(random, port)
    return Fault(
        port,
        random.choice(STORE_KINDS),
        _at(random),
        random.choice([1, 1, 2, 5, 20]),
        seconds=random.choice([0.5, 3.0]),
    )


def _process(random: Random, port: str) -> Fault:
    kind = random.choice(["kill", "kill", "pause", "zombie"])
    return Fault(
        port, kind, random.choice([0, 0, 1, 2, 3]), random.randint(0, 14), seconds=random.choice([2.0, 70.0, 200.0])
    )


def _clock(random: Random, port: str) -> Fault:
    jump = random.choice([-HOUR, -5.0, -1.0, 1.0, 5.0, HOUR, 3 * DAY])
    return Fault(port, "jump", start=random.random() * 20, seconds=jump)


def _invoke(random: Random, port: str) -> Fault:
    return Fault(
        port, random.choice(["again", "twin", "throttled"]), random.choice([0, 0, 1, 2]), random.choice([1, 2])
    )


def _at(random: Random) -> int:
    return random.choice([0, 0, 0, 1, 1, 2, 3, 5, 8])


_DRAWS: dict[str, Any] = {"bus": _target, "topic": _target, "process": _process, "clock": _clock, "invoke": _invoke}
