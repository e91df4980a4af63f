"""Global tables: each Region has a stream of every write, so the bridge of one Region alone may speak."""

import re
from collections.abc import Sequence
from typing import Final

from bridge.consignment import Translate, Translated
from bridge.core.change import Change
from bridge.core.event import Event
from bridge.errors import Problem, ProjectInvalid, Where
from bridge.frozen import frozen

#: What names of Regions look like in every partition (botocore 1.44.5, partitions.json `regionRegex`, joined).
_REGION: Final = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d+", re.ASCII)


@frozen
class _Silence:
    """What is made of a change that another Region's bridge speaks of."""

    events: Sequence[Event] = ()


def checked(region: str, where: Where) -> str:
    """The same. Raises `ProjectInvalid` C008 where there can be no such Region: it would silence everything."""
    if not _REGION.fullmatch(region):
        fix = "write the Region whose bridge publishes, such as eu-west-1"
        raise ProjectInvalid(Problem(where, "C008", f"'{region}' is no Region", fix))
    return region


def speaks(region: str, change: Change) -> bool:
    """Whether a bridge that publishes the changes of this Region, "" for all, speaks of a change.

    A change that does not tell its Region is spoken of: better twice than never.
    """
    return not region or change.region in (region, "")


def only_in(region: str, translate: Translate) -> Translate:
    """The same rules, which say nothing of a change that another Region's stream tells."""
    silence = _Silence()

    def spoken(change: Change) -> Translated:
        return translate(change) if speaks(region, change) else silence

    return spoken
