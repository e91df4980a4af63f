"""What the ledger costs over rates and batch sizes: its real code over a DynamoDB that charges as the service does.

python -m benchmarks.ledger    writes LEDGER.md and ledger.svg, in some three minutes
"""

import math
from dataclasses import dataclass
from pathlib import Path

from bridge.aws.ledger import DynamoLedger
from bridge.local.memory import MemoryClock
from bridge.ports import Delivery
from tests.aws.accounting import Accounting
from tests.aws.plain_ledger import PlainLedger

HERE = Path(__file__).parent
NOW = 1_800_000_000
RATES = (0.1, 1, 10, 100, 1000, 10_000, 40_000)
BATCHES = (1, 10, 100, 1000, 10_000)
#: A table's partition takes 1,000 writes a second, and each has a shard (DynamoDB developer guide, "Partitions").
SHARD = 1000
#: Records of a run: three seconds and twelve batches where they are no more than this, in small batches the second.
MOST, MOST_BY_FEW = 120_000, 30_000
READ_PRICE = 1 / 5  #: of a write unit's


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one rate and batch size."""

    writes: float  #: units a record
    worst: float  #: of the dearest batch
    reads: float  #: units a record
    largest: int  #: bytes
    trips: int  #: calls of BatchGetItem in a batch, at most
    updates: int  #: in a batch, at most
    refused: float  #: share of the updates


def run(rate, size, shards=1, make=DynamoLedger, rounds=0):
    """A stream of so many a second, read in batches; each shard's are looked up before any of them is remembered."""
    dynamodb, clock = Accounting(), MemoryClock(NOW)
    ledgers = [make("ledger", dynamodb, clock) for _ in range(shards)]
    rounds = rounds or math.ceil(_records(rate, size) / (size * shards))
    total, bills = 0, []
    for turn in range(rounds):
        first = turn * size * shards
        clock.time = NOW + (first + size * shards) / rate
        some = [_batch(first + shard, size, shards, rate) for shard in range(shards)]
        read = [_looked_up(ledger, batch, dynamodb) for ledger, batch in zip(ledgers, some, strict=True)]
        for ledger, batch, looked in zip(ledgers, some, read, strict=True):
            ledger.remember(batch, 5.0)
            bills.append((looked, dynamodb.settle()))
        total += size * shards
    return Cost(
        writes=sum(wrote.write_units for _, wrote in bills) / total,
        worst=max(wrote.write_units for _, wrote in bills) / size,
        reads=sum(looked.read_units + wrote.read_units for looked, wrote in bills) / total,
        largest=dynamodb.largest,
        trips=max(looked.reads + wrote.reads for looked, wrote in bills),
        updates=max(wrote.writes for _, wrote in bills),
        refused=sum(wrote.refused for _, wrote in bills) / sum(wrote.writes for _, wrote in bills),
    )


def _records(rate, size):
    return max(12 * size, min(rate * 3, MOST if size >= 100 else MOST_BY_FEW))


def _batch(first, size, step, rate):
    return {
        Delivery(f"{i:032x}/order.placed", "bus"): int(NOW + i / rate) for i in range(first, first + size * step, step)
    }


def _looked_up(ledger, batch, dynamodb):
    assert ledger.seen(batch, 5.0) == set()
    return dynamodb.settle()


def shards_of(rate):
    """As many as a table of that rate has at least."""
    return max(1, round(rate / SHARD))


PAGE = """# What the ledger costs

Written by `python -m benchmarks.ledger`: the real code of `bridge/aws/ledger` over a DynamoDB in memory that charges \
as the service does ([accounting.py](../tests/aws/accounting.py)).
Figures are counted, not timed: they are the same on every machine.
One item for each delivery costs {plain.writes:g} write unit and {plain.reads:g} read unit a record, whatever the rate \
and the batch. A read unit costs a fifth of a write unit.

![Write units a record over the rate, for batches of 1 to 10,000](ledger.svg)

| mark | bound | measured |
|---|---|---|
| a batch of 1,000 records of one second: read calls | 2 | {second.trips}; {again} when it comes again |
| its write calls | 20 | {second.updates} |
| its write units | 40 | {units} |
| batches of 1,000 and more, up to 10,000 records a second: write units a record | 0.1 | {large:.3f} |
| batches of 100, any rate, the dearest batch: write units a record | 1 | {hundred:.2f} |
| the largest item | 400 KB | {largest:.1f} KB |

## Write units a record

{writes}

The dearest batch of each:

{worst}

## Read units a record

{reads}

Batches of one at a high rate read each level of the path in a call of its own. They are rare: a mapping polls a shard \
four times a second, so that where a shard has 1,000 records a second its batches have 100 and more.

## Both, in the price of the plain form's

{price}

## The largest item, bytes

{sizes}

## With as many shards as such a rate has

A table has a shard for each 1,000 records a second. Here the batches of all shards are looked up at the same moment, \
and remembered one after the other, each by what it read before any other wrote: the worst that invocations side by \
side can do to each other.
Write units a record, and the share of the updates that were refused since another was quicker, and planned again:

{shards}
"""


def page(one, many, plain):
    """LEDGER.md."""
    every = [*one.items(), *many.items()]
    second, both = run(1e9, 1000, rounds=1), plain.writes + READ_PRICE * plain.reads
    return PAGE.format(
        plain=plain,
        second=second,
        again=calls_to_look_up_again(),
        units=round(second.writes * 1000),
        large=max(cost.writes for (rate, size), cost in every if size >= 1000 and rate <= 10_000),
        hundred=max(cost.worst for (_, size), cost in one.items() if size == 100),
        largest=max(cost.largest for _, cost in every) / 1024,
        writes=_table(one, lambda cost: f"{cost.writes:.3f}"),
        worst=_table(one, lambda cost: f"{cost.worst:.2f}"),
        reads=_table(one, lambda cost: f"{cost.reads:.3f}"),
        price=_table(one, lambda cost: f"{(cost.writes + READ_PRICE * cost.reads) / both:.2f}"),
        sizes=_table(one, lambda cost: f"{cost.largest:,}"),
        shards=_table(many, lambda cost: f"{cost.writes:.3f} ({cost.refused:.0%})"),
    )


def calls_to_look_up_again():
    """How many calls it takes another invocation to find a batch of 1,000 of one second."""
    dynamodb, batch = Accounting(), _batch(0, 1000, 1, 1e9)
    DynamoLedger("ledger", dynamodb, MemoryClock(NOW)).remember(batch, 5.0)
    dynamodb.settle()
    assert DynamoLedger("ledger", dynamodb, MemoryClock(NOW)).seen(batch, 5.0) == batch.keys()
    return dynamodb.settle().reads


def _table(costs, said):
    head = "| records a second | " + " | ".join(f"batches of {size:,}" for size in BATCHES) + " |"
    rows = []
    for rate in RATES:
        cells = [said(costs[rate, size]) if (rate, size) in costs else "" for size in BATCHES]
        if any(cells):
            rows.append(f"| {rate:,} | " + " | ".join(cells) + " |")
    return "\n".join([head, "|---:" * (len(BATCHES) + 1) + "|", *rows])


WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 430, 62, 64, 118, 52
LEAST, MOST_UNITS = 0.01, 2.0
STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
  .head { font-weight: 600; font-size: 16px }
  .quiet { fill: #656d76; font-size: 12px }
  .grid { stroke: #d8dee4; stroke-width: 1 }
  .plain { stroke: #8c959f; stroke-width: 2; stroke-dasharray: 6 4 }
  .mark { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 2 3 }
  .line { fill: none; stroke-width: 2.5; stroke-linejoin: round }
  .b0 { --ink: #80ccff } .b1 { --ink: #54aeff } .b2 { --ink: #218bff } .b3 { --ink: #0969da } .b4 { --ink: #0a3069 }
  .line { stroke: var(--ink) } .dot { fill: var(--ink) }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #8d96a0 } .grid { stroke: #30363d } .plain { stroke: #6e7681 }
    .mark { stroke: #f85149 }
    .b0 { --ink: #1f4f9e } .b1 { --ink: #1158c7 } .b2 { --ink: #388bfd } .b3 { --ink: #79c0ff } .b4 { --ink: #cae8ff }
  }
"""


def chart(costs):
    """ledger.svg: write units a record over the rate, both by their logarithms."""
    about = (
        "Write units a record over the rate: batches of 1 cost 1 unit, of 1,000 and more less than 0.1 up to 10,000 "
        "records a second"
    )
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{about}">',
        f"<style>{STYLE}</style>",
        '<text class="head" x="16" y="28">Write units a record</text>',
        '<text class="quiet" x="16" y="48">by the size of the batch; dashed: one item each, dotted: the mark</text>',
        *_axes(),
        *_level("plain", 1.0),
        *_level("mark", 0.1, RATES[0], 10_000),
    ]
    for index, size in enumerate(BATCHES):
        points = [(_x(rate), _y(costs[rate, size].writes)) for rate in RATES]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="line b{index}" points="{path}"/>')
        parts += [f'<circle class="dot b{index}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in points]
    ends = sorted((_y(costs[RATES[-1], size].writes), size) for size in BATCHES)
    below = 0.0
    for end, size in ends:
        below = max(end, below + 17)
        parts.append(f'<text x="{WIDTH - RIGHT + 12}" y="{below + 4:.1f}">batches of {size:,}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axes():
    for units in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0):
        yield from _level("grid", units)
        yield f'<text class="quiet" x="{LEFT - 10}" y="{_y(units) + 4:.1f}" text-anchor="end">{units:g}</text>'
    for rate in RATES:
        yield f'<text class="quiet" x="{_x(rate):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{rate:,}</text>'
    yield f'<text class="quiet" x="{LEFT}" y="{HEIGHT - 10}">records a second</text>'


def _level(kind, units, first=RATES[0], last=RATES[-1]):
    y = f"{_y(units):.1f}"
    yield f'<line class="{kind}" x1="{_x(first):.1f}" x2="{_x(last):.1f}" y1="{y}" y2="{y}"/>'


def _x(rate):
    whole = math.log10(RATES[-1] / RATES[0])
    return LEFT + (WIDTH - LEFT - RIGHT) * math.log10(rate / RATES[0]) / whole


def _y(units):
    whole = math.log10(MOST_UNITS / LEAST)
    return TOP + (HEIGHT - TOP - BOTTOM) * math.log10(MOST_UNITS / units) / whole


def main():
    cells = [(rate, size) for rate in RATES for size in BATCHES]
    one = {cell: run(*cell) for cell in cells}
    many = {
        (rate, size): run(rate, size, shards_of(rate)) for rate, size in cells if shards_of(rate) > 1 and size >= 100
    }
    (HERE / "LEDGER.md").write_text(page(one, many, run(100, 100, make=PlainLedger)))
    (HERE / "ledger.svg").write_text(chart(one))


if __name__ == "__main__":
    main()
