"""The records of a file: one JSON document or JSON Lines, of events, lists, records, failure documents and parcels.

One bad line loses nothing: it becomes a record of its own, which says when it is decoded what is wrong with it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bridge.core.batch import Record, name_record, read_batch, said
from bridge.core.change import Value
from bridge.core.digest import digest_of_bytes
from bridge.core.wire import parse_json
from bridge.errors import Problem, UndecodableRecord, Where

#: Fields by which Lambda's own documents about a failed batch are known.
_BATCH_INFO = ("DDBStreamBatchInfo", "KinesisBatchInfo")
#: How the records of a batch are read again, by the service of its stream.
_READ_AGAIN = {
    "dynamodb": ("dynamodbstreams", "sequence-number", "what that prints"),
    "kinesis": ("kinesis", "starting-sequence-number", "a list of each record's `Data`, decoded from base64,"),
}
#: What AWS gives as a name: such a text may stand in a command that a person is to copy.
_NAME = re.compile(r"[\w:./-]+", re.ASCII)
#: Fields by which a parcel of the quarantine is known.
_PARCEL = {"fingerprint", "problems", "record"}


def read_records(data: bytes, where: Where = Where()) -> tuple[Record, ...]:  # noqa: B008 -- frozen
    """Every record of the file, in order; UTF-8 with or without byte order mark.

    Raises `UndecodableRecord` when the file as a whole cannot be read: D001 to D004 for its JSON, D010 where it
    holds no records of changes, D018 for a failure document that does not hold the batch.
    """
    try:
        value = parse_json(data, where)
    except UndecodableRecord as error:
        lines = tuple(_lines(data, where))
        if not _are_json_lines([value for _, _, value in lines]):
            raise error.within(Where(record=digest_of_bytes(data))) from None
        return tuple(record for line, place, value in lines for record in _of_line(line, place, value))
    return _records(value, where)


def _records(value: Value, where: Where) -> tuple[Record, ...]:
    """The records of one document."""
    if isinstance(value, list) and any(map(_holds_records, value)):
        return tuple(record for element in value for record in _of_element(element, where))
    if isinstance(value, dict) and _is_failure(value):
        return _records(_payload(value, where), where)
    if _is_parcel(value):
        return _of_element(value["record"], where)
    try:
        return tuple(replace(record, where=where) for record in read_batch(value).records)
    except UndecodableRecord as error:
        raise error.within(where) from None


def _holds_records(value: Value) -> bool:
    known = isinstance(value, dict) and (isinstance(value.get("Records"), list) or _is_failure(value))
    return known or _is_parcel(value)


def _of_element(element: Value, where: Where) -> tuple[Record, ...]:
    """The records of one element of a list that mixes events and records."""
    try:
        return _records(element, where)
    except UndecodableRecord as error:
        return (replace(name_record(element, "dynamodb", where), problems=error.problems),)


# Failure documents and parcels


def _is_parcel(value: Value) -> bool:
    return isinstance(value, dict) and value.keys() >= _PARCEL


def _is_failure(value: dict[str, Any]) -> bool:
    return any(name in value for name in _BATCH_INFO)


def _payload(value: dict[str, Any], where: Where) -> Value:
    """The batch inside a document that Lambda wrote about its failure."""
    payload = value.get("payload")
    told = next(value[name] for name in _BATCH_INFO if name in value)
    info = {name: said(told, name) for name in told} if isinstance(told, dict) else {}
    info = {name: text for name, text in info.items() if _NAME.fullmatch(text)}
    if payload is None:
        what = "this failure document tells of a batch but does not hold it"
        raise UndecodableRecord(Problem(where, "D018", what, _read_again(info)))
    event = parse_json(payload, replace(where, path="$.payload")) if isinstance(payload, str) else payload
    return _at_home(event, info.get("streamArn"))


def _read_again(info: Mapping[str, str]) -> str:
    """How to get at the records of which the document tells only where they were."""
    service = (info.get("streamArn", "") + "::").split(":")[2]
    if service not in _READ_AGAIN or not info.keys() >= {"shardId", "startSequenceNumber"}:
        return "use an S3 bucket as on-failure destination; it does not say from where the records can be read again"
    command, option, printed = _READ_AGAIN[service]
    iterator = (
        f"aws {command} get-shard-iterator --stream-arn {info['streamArn']} --shard-id {info['shardId']}"
        f" --shard-iterator-type AT_SEQUENCE_NUMBER --{option} {info['startSequenceNumber']}"
    )
    until = f", up to {info['endSequenceNumber']}" if "endSequenceNumber" in info else ""
    return (
        f"while the stream has them (DynamoDB: 24 hours) read them again{until}: `{iterator}`,"
        f" then `aws {command} get-records --shard-iterator …`; put {printed} into the document as its `payload`;"
        " and use an S3 bucket as on-failure destination"
    )


def _at_home(event: Value, stream: str | None) -> Value:
    """Each record with the stream that the document names: GetRecords does not, and no table is known without."""
    if not stream or not isinstance(event, dict) or not isinstance(event.get("Records"), list):
        return event
    home = {"eventSourceARN": stream}
    return event | {"Records": [home | each if isinstance(each, dict) else each for each in event["Records"]]}


# JSON Lines

_Read = Value | UndecodableRecord


def _lines(data: bytes, where: Where) -> Iterator[tuple[bytes, Where, _Read]]:
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            place = replace(where, line=number)
            yield line, place, _value(line, place)


def _value(line: bytes, place: Where) -> _Read:
    try:
        return parse_json(line, place)
    except UndecodableRecord as error:
        return error


def _are_json_lines(values: list[_Read]) -> bool:
    """Whether these are documents a line, some of them broken, and not the lines of one broken document.

    A line of an indented document is seldom a whole object or list, and never the first.
    """
    whole = [isinstance(value, dict | list) for value in values]
    return len(whole) > 1 and (whole[0] or 2 * sum(whole) >= len(whole))


def _of_line(line: bytes, place: Where, value: _Read) -> tuple[Record, ...]:
    if isinstance(value, UndecodableRecord):
        return (_broken(line, place, value.problems),)
    return _of_element(value, place)


def _broken(line: bytes, place: Where, problems: tuple[Problem, ...]) -> Record:
    record_id = digest_of_bytes(line)
    named = tuple(problem.within(Where(record=record_id)) for problem in problems)
    return Record(line.decode(errors="backslashreplace"), None, record_id, "dynamodb", place, named)
