"""A CloudEvent whose bytes are made once: what is validated, measured and sent are the same values."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.core.change import Value


@dataclass(frozen=True, slots=True)
class Event:
    """One CloudEvent (1.0.2, structured JSON) on its way to its targets."""

    rule: str  #: `<entity>.<event>`, names the rule in metrics, logs and the quarantine
    id: str
    source: str
    type: str
    subject: str | None
    time: str  #: RFC 3339 UTC
    dataschema: str | None
    partitionkey: str
    sequence: str  #: 40 digits
    extensions: Mapping[str, str | int | bool]
    data: Value
    data_bytes: bytes  #: UTF-8 JSON of `data`
    body: bytes  #: UTF-8 JSON of the whole event, structured mode
    targets: tuple[str, ...]  #: names in bridge.yaml, at least one
    lane: str  #: table and full primary key: events of one lane are one item's
    stream: str  #: ARN of the stream, "" where unknown
    wide: str | None  #: JSON path of the first integer beyond 64 bits, which EventBridge refuses
