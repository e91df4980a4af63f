"""Where a record was read: table, region and account, as the ARN of its stream tells them."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from bridge.core.change import ORIGIN

_ARN = re.compile(r"arn:[^:]*:[^:]*:([^:]*):([^:]*):(?:table/([^/]+))?")


@dataclass(frozen=True, slots=True)
class Home:
    """Where a record was read; "" for what nobody told."""

    table: str
    region: str
    account: str
    stream: str  #: ARN
    unknown: frozenset[str] = field(init=False)  #: what of it nobody told

    def __post_init__(self) -> None:
        object.__setattr__(self, "unknown", frozenset(name for name in ORIGIN if not getattr(self, name)))


@lru_cache(maxsize=64)
def home_of(stream: str, region: str) -> Home:
    """What the ARN of a stream tells, the region as the record gives it where the ARN does not."""
    told, account, table = place(stream)
    return Home(table, told or region, account, stream)


def place(arn: str) -> tuple[str, str, str]:
    """Region, account and table that an ARN names."""
    match = _ARN.match(arn)
    return (match[1], match[2], match[3] or "") if match else ("", "", "")
