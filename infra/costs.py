"""What the bridge costs a month, itemised: `python -m infra.costs` prints the table of infra/README.md.

Every figure follows from a price below and from a workload's numbers, so that you can put yours in their place.
Prices are us-east-1 list prices of 2026, without free tiers, discounts and tax; AWS's own pricing pages have the last
word. What the table's own writes cost is not counted: you pay it with or without the bridge.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

SECONDS: Final = 730 * 3600  #: of a month
GB: Final = 1e9


class Price(NamedTuple):
    """US dollars for a unit."""

    dollars: float
    unit: str
    source: str


PRICES: Final[Mapping[str, Price]] = {
    "lambda request": Price(0.20 / 1e6, "request", "AWS Lambda pricing"),
    "lambda second": Price(0.0000133334, "GB-second on arm64, first tier", "AWS Lambda pricing"),
    "write": Price(0.625 / 1e6, "write request unit, on demand", "DynamoDB on-demand pricing since 2024-11"),
    "read": Price(0.125 / 1e6, "read request unit, on demand", "DynamoDB on-demand pricing since 2024-11"),
    "stored": Price(0.25, "GB-month in DynamoDB", "DynamoDB pricing"),
    "event": Price(1.00 / 1e6, "event of up to 64 KB on a custom bus", "EventBridge pricing"),
    "message": Price(0.50 / 1e6, "message of up to 64 KB to a standard topic", "SNS pricing"),
    "fifo": Price(0.30 / 1e6, "message to a FIFO topic", "SNS pricing"),
    "fifo bytes": Price(0.017, "GB to a FIFO topic", "SNS pricing"),
    "logs": Price(0.50, "GB of logs taken in", "CloudWatch pricing"),
    "metric": Price(0.30, "metric a month, first 10,000", "CloudWatch pricing"),
    "alarm": Price(0.10, "metric of an alarm a month", "CloudWatch pricing"),
    "dashboard": Price(3.00, "dashboard a month", "CloudWatch pricing"),
    "put": Price(0.005 / 1e3, "object put into S3", "S3 pricing"),
    "key": Price(1.00, "KMS key a month", "KMS pricing"),
}
#: Bytes that an invocation logs: the summary and the metrics as EMF, 2.1 KB with three pairs of type and target, and
#: about 1 KB of Lambda itself.
LOGGED: Final = 3_500
#: Time series that the sample writes: ten totals, and events by type and target.
METRICS: Final = 10 + 15 * 2
#: Metrics that the template's alarms look at: eight look at one, one at two, one at three.
ALARMS: Final = 8 + 2 + 3
#: Bytes of an event.
EVENT: Final = 1_000
#: Bytes that a delivery takes in the ledger, and how long it stays, in seconds.
REMEMBERED: Final = 24
KEPT: Final = 49 * 3600


@dataclass(frozen=True, slots=True)
class Workload:
    """Changes that rules want, each one event to one target. What filters hold back costs nothing."""

    rate: int  #: a second
    shards: int  #: a partition takes 1,000 writes a second, and has a shard
    memory: float  #: GB
    milliseconds: float  #: of an invocation that handles a batch
    writes: float  #: write units of the ledger for each delivery
    reads: float  #: read units of the ledger for each delivery
    refused: float = 1e-5  #: share of the records


#: Each shard is read about once a second (`BatchWindow` 1), so that a batch has the shard's changes of a second.
#: Time: 50 ms of waiting for the ledger and the targets, and for each record 0.7 ms at 512 MB, 0.2 ms at a whole CPU.
#: The ledger packs deliveries of one moment together: its units a record are those of benchmarks/LEDGER.md.
WORKLOADS: Final = (
    Workload(1, 1, 0.5, 50 + 0.7, 1.0, 1.0),
    Workload(100, 1, 0.5, 50 + 100 * 0.7, 0.02, 0.07),
    Workload(10_000, 10, 1.769, 50 + 1000 * 0.2, 0.07, 0.12),
)


def items(load: Workload) -> dict[str, float]:
    """Dollars a month by item."""
    changes, invocations = load.rate * SECONDS, load.shards * SECONDS
    dollars = {name: price.dollars for name, price in PRICES.items()}
    return {
        "Lambda, requests": invocations * dollars["lambda request"],
        "Lambda, time": invocations * load.milliseconds / 1000 * load.memory * dollars["lambda second"],
        "Ledger, writes": changes * load.writes * dollars["write"],
        "Ledger, reads": changes * load.reads * dollars["read"],
        "Ledger, storage": load.rate * KEPT * REMEMBERED / GB * dollars["stored"],
        "EventBridge, one event a change": changes * dollars["event"],
        "CloudWatch, logs": invocations * LOGGED / GB * dollars["logs"],
        "CloudWatch, metrics": METRICS * dollars["metric"],
        "CloudWatch, alarms and dashboard": ALARMS * dollars["alarm"] + dollars["dashboard"],
        "S3, one of 100,000 records refused": changes * load.refused * dollars["put"],
    }


def instead(load: Workload) -> dict[str, float]:
    """What other choices cost, by item."""
    changes = load.rate * SECONDS
    dollars = {name: price.dollars for name, price in PRICES.items()}
    return {
        "a standard SNS topic in place of the bus": changes * dollars["message"],
        "a FIFO SNS topic in place of the bus": changes * (dollars["fifo"] + EVENT / GB * dollars["fifo bytes"]),
        "a KMS key of yours, without its requests": dollars["key"],
    }


def table() -> str:
    """Markdown: a row for each item, a column for each workload."""
    columns = [items(load) for load in WORKLOADS]
    rates = [f"{load.rate:,}/s" for load in WORKLOADS]
    lines = [_row("a month, in US dollars", rates), "|---|" + "--:|" * len(rates)]
    lines += [_row(name, [_dollars(column[name]) for column in columns]) for name in columns[0]]
    lines += [_row("**together**", [f"**{_dollars(sum(column.values()))}**" for column in columns])]
    others = [instead(load) for load in WORKLOADS]
    lines += [_row(name, [_dollars(other[name]) for other in others]) for name in others[0]]
    return "\n".join(lines) + "\n"


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _dollars(value: float) -> str:
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"


if __name__ == "__main__":
    print(table(), end="")
