"""Differences for a terminal."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from bridge.cli.diff.words import MARKS, REVISED, advice, said, shown
from bridge.core.diff import Diff, Difference, Sample
from bridge.core.manifest import FILE
from bridge.core.revision import Revision
from bridge.core.same import NOTHING

_WIDTH = 160  #: characters of a value


def rendered(diff: Diff, _: str) -> str:
    """What the project file says otherwise, then the differences of each type of event together, refusals first."""
    ordered = sorted(diff.differences, key=lambda each: (not _is_refusal(each), _heading(each)))  # and by kind
    return _revised(diff.revisions) + "".join(
        f"{heading}\n" + "".join(f"{line}\n" for each in group for line in _lines(each))
        for heading, group in groupby(ordered, _heading)
    )


def _revised(revisions: Iterable[Revision]) -> str:
    return "".join(
        f"{FILE}, for {concern}\n" + "".join(f"{line}\n" for each in group for line in _setting(each))
        for concern, group in groupby(revisions, lambda each: each.concerns)
    )


def _setting(each: Revision) -> Iterator[str]:
    yield f"  {REVISED[each.concerns]} {each.setting}: {shown(each.base, _WIDTH)} ─► {shown(each.new, _WIDTH)}"
    if each.means:
        yield f"      {each.means}"


def _heading(difference: Difference) -> str:
    return "records" if _is_refusal(difference) else difference.subject


def _is_refusal(difference: Difference) -> bool:
    return "refused" in difference.kind or difference.kind == "accepted"


def _lines(difference: Difference) -> Iterator[str]:
    field = f": {difference.field}" if difference.field else ""
    subject = f": {difference.subject}" if _is_refusal(difference) else ""
    yield f"  {MARKS[difference.kind]} {said(difference.kind, difference.count)}{subject}{field}"
    if told := advice(difference):
        yield f"      {told}"
    for sample in difference.samples:
        yield f"      {sample.record}: {sides(sample, difference)}"
    more = difference.count - len(difference.samples)
    if more and difference.samples:
        yield f"      and {more} more"


def sides(sample: Sample, difference: Difference) -> str:
    """Both values of a sample, or the one that there is."""
    if _is_refusal(difference):
        return str(sample.base if sample.new is NOTHING else sample.new)
    if difference.kind == "renamed":
        return f"{sample.base} ─► {sample.new}"
    if difference.kind in {"appears", "vanishes"}:
        return shown(sample.base if sample.new is NOTHING else sample.new, _WIDTH)
    return f"{shown(sample.base, _WIDTH)} ─► {shown(sample.new, _WIDTH)}"
