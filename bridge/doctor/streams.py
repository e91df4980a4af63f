"""Does what carries the changes deliver what the rules need, and is it read by few enough?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bridge.core.rules.views import view_problems
from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject
from bridge.errors import Problem, Where

#: Readers of a shard before reads are throttled, and those of a global table (DynamoDB developer guide, "Streams").
READERS: Final = 2
GLOBAL_READERS: Final = 1


def check(subject: Subject, amazon: Amazon) -> Iterator[Problem]:
    """The stream that is read or will be; without one, the tables that the rules name."""
    stream = subject.home.stream
    if ":kinesis:" in stream:
        yield from _kinesis(subject, amazon, stream)
    elif stream:
        yield from _table(subject, amazon, stream.split("/")[1], stream)
    else:
        for name in subject.tables:
            yield from _table(subject, amazon, name, "")


def _table(subject: Subject, amazon: Amazon, name: str, stream: str) -> Iterator[Problem]:
    region = stream.split(":")[3] if stream else None
    answer = amazon.ask("dynamodb", "describe_table", region, TableName=name)
    where = Where(file=f"table {name}")
    will_be_made = subject.parameters is not None and not stream
    if will_be_made:
        if answer is not None and (not subject.again or subject.reads):
            fix = f"give its stream: StreamArn={answer['Table'].get('LatestStreamArn') or '…'}"
            yield Problem(where, "A019", "the stack would make this table, and it is there already", fix)
        return
    if answer is None:
        yield Problem(
            where, "A010", "there is no such table in this Region", "correct the Region, or its name in the rules"
        )
        return
    yield from _of_table(subject, answer["Table"], stream, where)
    latest = stream or answer["Table"].get("LatestStreamArn")
    if latest:
        yield from _readers(subject, amazon, latest, answer["Table"].get("Replicas", ()), where)


def _of_table(subject: Subject, table: Mapping[str, Any], stream: str, where: Where) -> Iterator[Problem]:
    name, streaming = table["TableName"], table.get("StreamSpecification", {})
    if subject.tables and name not in subject.tables:
        what = f"no rule is about this table: they name {', '.join(subject.tables)}"
        yield Problem(
            where, "A018", what, "give the stream of a table that the rules name, or correct `when: {table: …}`"
        )
    if not streaming.get("StreamEnabled"):
        on = "StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES"
        fix = f"aws dynamodb update-table --table-name {name} --stream-specification {on}"
        yield Problem(where, "A011", "the table has no stream: nothing tells its changes", fix)
        return
    if stream and table.get("LatestStreamArn") not in {stream, None}:
        fix = f"give the one that is: StreamArn={table['LatestStreamArn']}"
        yield Problem(where, "A014", f"{stream.rpartition('/')[2]} is not the table's stream any more", fix)
    yield from _views(subject, name, streaming.get("StreamViewType", ""), where)


def _views(subject: Subject, name: str, view: str, where: Where) -> Iterator[Problem]:
    """The rules that read what this view type never delivers, at their own places."""
    for problem in view_problems(subject.project.rules.entities, {name: view}):
        fix = "make the stream again with NEW_AND_OLD_IMAGES, or ask under `when` only for changes that deliver it"
        yield replace(problem, code="A012", fix=fix)
    declared = subject.project.manifest.views.get(name)
    if declared and declared != view:
        what = f"the stream delivers {view}, and bridge.yaml says {declared}"
        yield Problem(where, "A013", what, f"write `{name}: {{view: {view}}}` under `tables`", "warning")


def _readers(
    subject: Subject, amazon: Amazon, stream: str, replicas: Sequence[Mapping[str, Any]], where: Where
) -> Iterator[Problem]:
    region = stream.split(":")[3]
    answer = amazon.ask("lambda", "list_event_source_mappings", region, EventSourceArn=stream) or {}
    mappings = [each for each in answer.get("EventSourceMappings", ()) if each.get("State") != "Disabled"]
    readers = sorted({str(each["FunctionArn"]).split(":")[6] for each in mappings} | _coming(subject))
    most = GLOBAL_READERS if replicas else READERS
    if len(readers) > most:
        kind = "of a global table" if replicas else "of a table"
        what = f"{len(readers)} functions read the stream, and a shard {kind} bears {most}: {', '.join(readers)}"
        fix = "let one function read it and the others subscribe to its events; or carry the changes by Kinesis"
        yield Problem(where, "A015", what, fix)
    others = sorted(str(each["RegionName"]) for each in replicas if each.get("RegionName") != region)
    if others:
        what = f"it is a global table: a bridge in {', '.join(others)} would say each event again"
        fix = f"see that only {region} has one; a TTL deletion is told as `expire` only in the Region that made it"
        yield Problem(where, "A016", what, fix, "warning")


def _coming(subject: Subject) -> set[str]:
    """The function that would be one reader more: not one that reads the same stream already."""
    reads_already = subject.again and subject.reads == subject.home.stream
    return {"(this one)"} if subject.parameters is not None and not reads_already else set()


def _kinesis(subject: Subject, amazon: Amazon, stream: str) -> Iterator[Problem]:
    where, region = Where(file=f"stream {stream.rpartition('/')[2]}"), stream.split(":")[3]
    answer = amazon.ask("kinesis", "describe_stream_summary", region, StreamARN=stream)
    if answer is None:
        yield Problem(where, "A010", "there is no such Kinesis stream", "correct the ARN, or make the stream")
        return
    hours = answer["StreamDescriptionSummary"].get("RetentionPeriodHours", 24)
    keep = subject.project.manifest.keep
    if hours * 3600 > keep:
        what = f"the stream keeps records for {hours} h, and the ledger remembers for {keep // 3600} h"
        yield Problem(
            where, "A017", what, f"write `keep: {hours}h` under `ledger`: what comes again later is said again"
        )
    for name in subject.tables:
        yield from _destination(amazon, name, stream, region)


def _destination(amazon: Amazon, table: str, stream: str, region: str) -> Iterator[Problem]:
    where = Where(file=f"table {table}")
    answer = amazon.ask("dynamodb", "describe_kinesis_streaming_destination", region, TableName=table)
    if answer is None:
        yield Problem(
            where, "A010", "there is no such table in this Region", "correct the Region, or its name in the rules"
        )
        return
    active = {each.get("StreamArn"): each for each in answer.get("KinesisDataStreamDestinations", ())}
    if active.get(stream, {}).get("DestinationStatus") != "ACTIVE":
        fix = f"aws dynamodb enable-kinesis-streaming-destination --table-name {table} --stream-arn {stream}"
        yield Problem(where, "A011", "the table's changes do not go to this Kinesis stream", fix)
