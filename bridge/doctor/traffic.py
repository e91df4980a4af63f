"""Is anything silent, behind, given up or refused?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject
from bridge.errors import Problem, Where

#: Minutes behind that are worth a word: a table's stream forgets after 24 h.
BEHIND: Final = 60
_PERIOD: Final = 300


class _Metric(NamedTuple):
    """One number to ask CloudWatch for."""

    name: str
    namespace: str
    metric: str
    dimension: str
    value: str
    statistic: str = "Sum"


@dataclass(frozen=True, slots=True)
class Traffic:
    """Sums and the largest age over some hours."""

    hours: int
    numbers: Mapping[str, float]

    def of(self, name: str) -> float:
        """0 where CloudWatch knows nothing."""
        return self.numbers.get(name, 0)


def check(subject: Subject, amazon: Amazon, hours: int) -> Iterator[Problem]:
    """The last `hours` of a function, as CloudWatch has them."""
    if subject.function is None:
        return
    seen = Traffic(hours, dict(_numbers(subject, amazon, hours)))
    where = Where(file=f"function {subject.home.function}")
    yield from _silence(seen, where)
    yield from _loss(seen, where)


def _silence(seen: Traffic, where: Where) -> Iterator[Problem]:
    last = f"in the last {seen.hours} h"
    if seen.of("invocations"):
        return
    if seen.of("polled"):
        what = f"{seen.of('polled'):.0f} records came {last}, and the filters let none through"
        yield Problem(
            where, "A060", what, "see whether a rule should want them: `changebridge infra filters --sample`", "warning"
        )
    elif seen.of("written"):
        what = f"the table was written {last}, and nothing read its stream"
        yield Problem(where, "A061", what, "see the mapping's and the role's findings: what is 24 h old is lost")
    else:
        what = f"nothing came {last}"
        yield Problem(where, "A060", what, "nothing, where nobody wrote; else see the mapping's findings", "warning")


def _loss(seen: Traffic, where: Where) -> Iterator[Problem]:
    last, minutes = f"in the last {seen.hours} h", seen.of("age") / 60_000
    if minutes > BEHIND:
        fix = "see the log for what is unavailable; then raise ParallelizationFactor and BatchSize"
        yield Problem(where, "A062", f"it was {minutes:.0f} minutes behind within the last hour", fix)
    if seen.of("dropped"):
        what = f"Lambda dropped {seen.of('dropped'):.0f} records {last} and kept them nowhere"
        yield Problem(where, "A063", what, "write the items again, or read them from the stream while it has them")
    if seen.of("failed"):
        what = f"Lambda gave {seen.of('failed'):.0f} records up {last}; they lie whole in the on-failure bucket"
        yield Problem(where, "A063", what, "mend what stopped them, then `changebridge quarantine redrive on-failure`")
    if seen.of("quarantined"):
        what = f"{seen.of('quarantined'):.0f} records were refused {last} and lie in the quarantine"
        yield Problem(where, "A064", what, "`changebridge quarantine list`, mend, `quarantine redrive`", "warning")


def _numbers(subject: Subject, amazon: Amazon, hours: int) -> Iterator[tuple[str, float]]:
    now = datetime.now(UTC)
    answer = amazon.ask(
        "cloudwatch",
        "get_metric_data",
        MetricDataQueries=[_query(each) for each in _metrics(subject)],
        StartTime=now - timedelta(hours=hours),
        EndTime=now,
    )
    for each in (answer or {}).get("MetricDataResults", ()):
        values = each.get("Values") or [0]
        if each["Id"] == "age":  # newest first: only the last hour says how far behind it is
            yield "age", max(values[: 3600 // _PERIOD])
        else:
            yield each["Id"], sum(values)


def _metrics(subject: Subject) -> Iterator[_Metric]:
    function = ("FunctionName", subject.home.function)
    settings = subject.settings
    yield _Metric("invocations", "AWS/Lambda", "Invocations", *function)
    yield _Metric("age", "AWS/Lambda", "IteratorAge", *function, "Maximum")
    yield _Metric("quarantined", settings.namespace, "Quarantined", "service", settings.service)
    if subject.mappings:
        mapping = ("EventSourceMappingUUID", str(subject.mappings[0]["UUID"]))
        yield _Metric("polled", "AWS/Lambda", "PolledEventCount", *mapping)
        yield _Metric("dropped", "AWS/Lambda", "DroppedEventCount", *mapping)
        yield _Metric("failed", "AWS/Lambda", "OnFailureDestinationDeliveredEventCount", *mapping)
    stream = subject.home.stream
    if ":dynamodb:" in stream:
        yield _Metric("written", "AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", stream.split("/")[1])
    elif ":kinesis:" in stream:
        yield _Metric("written", "AWS/Kinesis", "IncomingRecords", "StreamName", stream.rpartition("/")[2])


def _query(metric: _Metric) -> dict[str, Any]:
    dimensions = [{"Name": metric.dimension, "Value": metric.value}]
    told = {"Namespace": metric.namespace, "MetricName": metric.metric, "Dimensions": dimensions}
    return {"Id": metric.name, "MetricStat": {"Metric": told, "Period": _PERIOD, "Stat": metric.statistic}}
