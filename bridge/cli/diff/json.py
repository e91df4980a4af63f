"""Differences for a program."""

from typing import Any

from bridge.core.diff import Diff, Difference, Sample
from bridge.core.same import NOTHING
from bridge.core.wire import write_json


def rendered(diff: Diff, base: str) -> str:
    """One line of JSON."""
    document = {
        "base": base,
        "records": diff.records,
        "differing": diff.differing,
        "counts": dict(diff.counts),
        "differences": [_difference(each) for each in diff.differences],
    }
    return write_json(document).decode() + "\n"


def _difference(each: Difference) -> dict[str, Any]:
    samples = [_sample(sample) for sample in each.samples]
    return {
        "kind": each.kind,
        "subject": each.subject,
        "field": each.field or None,
        "count": each.count,
        "samples": samples,
    }


def _sample(sample: Sample) -> dict[str, Any]:
    """The record and its sides; a side that has nothing there is left out."""
    sides = {"base": sample.base, "new": sample.new}
    return {"record": sample.record} | {name: value for name, value in sides.items() if value is not NOTHING}
