"""An item as a scan or an export finds it, as a change: for backfills."""

from math import inf

from bridge.core.change import Change, Value
from bridge.core.digest import digest


def snapshot(  # noqa: PLR0913, PLR0917 -- what a scan knows of an item
    table: str, region: str, account: str, keys: dict[str, Value], image: dict[str, Value], at: str
) -> Change:
    """The change of kind `snapshot` that says this item, plain values, as of the scan's start (RFC 3339).

    Its id is a digest of table, keys and image, so that the same item says the same id in every scan.
    """
    return Change(
        id=digest([table, keys, image]),
        kind="snapshot",
        table=table,
        region=region,
        account=account,
        keys=keys,
        new=image,
        old=None,
        changed=tuple(sorted(image)),
        unknown=frozenset(),
        at=at,
        sequence="",
        order="0" * 40,
        stream="",
        age_from=inf,
    )
