"""Is the event source mapping set up so that nothing is lost?"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from bridge.core.infra.filters import Source, filters
from bridge.core.infra.rollout import covers
from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject
from bridge.errors import Level, Problem, Where

#: Seconds that a table's stream keeps a record (DynamoDB developer guide).
STREAM: Final = 24 * 3600


class _Setting(NamedTuple):
    """One setting: whether it is right, given how long the bridge keeps trying, and what else it must be."""

    name: str
    right: Callable[[Any, int], bool]
    must: str
    why: str
    level: Level = "error"


_SETTINGS: Final = (
    _Setting(
        "FunctionResponseTypes",
        lambda value, _: "ReportBatchItemFailures" in (value or ()),
        "[ReportBatchItemFailures]",
        "without it the answer is ignored, and what is not yet done counts as done: records are lost",
    ),
    _Setting(
        "MaximumRetryAttempts",
        lambda value, _: value in {None, -1},
        "-1",
        "counted retries let Lambda discard a whole batch before the bridge gives up",
    ),
    _Setting(
        "MaximumRecordAgeInSeconds",
        lambda value, give_up: isinstance(value, int) and give_up < value < STREAM,
        "79200 (22 h)",
        "it must lie between the bridge's own `give_up` and the stream's 24 hours, which keep nothing",
    ),
    _Setting(
        "BisectBatchOnFunctionError",
        lambda value, _: bool(value),
        "true",
        "else one record that stops the function holds back all of its batch",
        "warning",
    ),
    _Setting(
        "DestinationConfig",
        lambda value, _: ":s3:::" in str((value or {}).get("OnFailure", {}).get("Destination", "")),
        "OnFailure, a bucket",
        "a queue, a topic or nothing keeps only where the records were, for a day",
    ),
    _Setting(
        "MetricsConfig",
        lambda value, _: "EventCount" in (value or {}).get("Metrics", ()),
        "{Metrics: [EventCount]}",
        "without it the alarms for dropped and failed records see nothing",
        "warning",
    ),
    _Setting(
        "TumblingWindowInSeconds",
        lambda value, _: not value,
        "0",
        "windows make Lambda expect a state that the bridge does not give",
    ),
)


def check(subject: Subject, _amazon: Amazon) -> Iterator[Problem]:
    """Each mapping of the function."""
    if subject.function is None:
        return
    if not subject.mappings:
        name = subject.function["FunctionName"]
        fix = "deploy the template, or: aws lambda create-event-source-mapping"
        yield Problem(Where(file=f"function {name}"), "A020", "no stream invokes the function", fix)
    for mapping in subject.mappings:
        where = Where(file=f"mapping {mapping['UUID']}")
        yield from _state(mapping, where)
        yield from _settings(mapping, subject.project.manifest.give_up, where)
        yield from _filters(subject, mapping, where)


def _state(mapping: Mapping[str, Any], where: Where) -> Iterator[Problem]:
    state = mapping.get("State", "")
    if state in {"Disabled", "Disabling"}:
        fix = (
            f"aws lambda update-event-source-mapping --uuid {mapping['UUID']} --enabled; the stream forgets after 24 h"
        )
        yield Problem(where, "A021", f"it is {state.lower()}: nothing is read", fix)
    elif state != "Enabled":
        yield Problem(
            where, "A021", f"it is {state.lower() or 'in no known state'}", "ask again in a minute", "warning"
        )
    result = str(mapping.get("LastProcessingResult", ""))
    if result.startswith("PROBLEM"):
        fix = "see the function's log lines 'batch failed' and its permissions; doctor tells below what it may not do"
        yield Problem(where, "A022", f"Lambda last said of it: {result[:200]}", fix)


def _settings(mapping: Mapping[str, Any], give_up: int, where: Where) -> Iterator[Problem]:
    for each in _SETTINGS:
        value = mapping.get(each.name)
        if not each.right(value, give_up):
            what = f"{each.name} is {_said(value)}: {each.why}"
            yield Problem(where, "A023", what, f"set it to {each.must}, as infra/template.yaml does", each.level)


def _said(value: Any) -> str:
    return "not set" if value in (None, {}, [], "") else str(value)


def _filters(subject: Subject, mapping: Mapping[str, Any], where: Where) -> Iterator[Problem]:
    source: Source = "kinesis" if ":kinesis:" in mapping["EventSourceArn"] else "dynamodb"
    wanted, deployed = filters(subject.project.rules, source), deployed_filters(mapping)
    if deployed == wanted:
        return
    if covers(deployed, wanted):
        what = "its filters let more through than these rules want: the function runs for nothing now and then"
        yield Problem(where, "A025", what, "deploy; `changebridge infra filters` prints them", "warning")
    else:
        what = "its filters are not those of these rules, and may hold records back that a rule wants"
        yield Problem(where, "A024", what, "deploy with `make deploy`, which widens them first")


def deployed_filters(mapping: Mapping[str, Any]) -> list[str]:
    """The patterns of a mapping, in its order."""
    return [str(each["Pattern"]) for each in mapping.get("FilterCriteria", {}).get("Filters", ())]
