"""Filters over captured records, by our own patterns."""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bridge.core.batch import kinesis_part
from bridge.core.pattern import Pattern, compile_pattern
from bridge.core.wire import read_json
from bridge.core.yamltree import read_yaml
from bridge.errors import BridgeError


def passing(patterns: Sequence[str], records: Iterable[Any]) -> Iterator[bool]:
    """For each raw record, whether some pattern takes it; with no pattern, all pass."""
    compiled = [compile_pattern(read_yaml(text.encode(), "filters")) for text in patterns]
    return (not compiled or any(_matches(pattern, record) for pattern in compiled) for record in records)


def _matches(pattern: Pattern, record: Any) -> bool:
    return isinstance(record, Mapping) and pattern.matches(_seen(record))


def _seen(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record as a filter sees it: of Kinesis `data` as JSON, where it is JSON."""
    envelope = kinesis_part(dict(record))
    if envelope is None:
        return record
    try:
        return {"data": read_json(b64decode(envelope["data"]))}
    except (BridgeError, ValueError, KeyError, TypeError):
        return {}
