"""Where a record was read: table, region and account, as the ARN of its stream tells them."""

import re
from dataclasses import field
from functools import lru_cache
from typing import Any

from bridge.core.batch import said
from bridge.core.change import ORIGIN
from bridge.frozen import frozen

_ARN = re.compile(r"arn:[^:]*:[^:]*:([^:]*):([^:]*):(?:table/([^/]+))?")


@frozen
class Home:
    """Where a record was read; "" for what nobody told."""

    table: str
    region: str
    account: str
    stream: str  #: ARN
    unknown: frozenset[str] = field(init=False)  #: what of it nobody told

    def __post_init__(self) -> None:
        object.__setattr__(self, "unknown", frozenset(name for name in ORIGIN if not getattr(self, name)))


def home_of(stream: Any, region: Any) -> Home:
    """What the ARN of a stream tells, the region as the record gives it where the ARN does not.

    What cannot name anything counts as not told.
    """
    try:
        return _home(stream, region)
    except TypeError:  # one of them is a list or an object
        fields = {"stream": stream, "region": region}
        return _home(said(fields, "stream"), said(fields, "region"))


@lru_cache(maxsize=64)
def _home(stream: Any, region: Any) -> Home:
    fields = {"stream": stream, "region": region}
    arn = said(fields, "stream")
    told, account, table = place(arn)
    return Home(table, told or said(fields, "region"), account, arn)


def place(arn: str) -> tuple[str, str, str]:
    """Region, account and table that an ARN names."""
    match = _ARN.match(arn)
    return (match[1], match[2], match[3] or "") if match else ("", "", "")
