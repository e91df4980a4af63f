"""Differences for a program."""

from typing import Any

from bridge.core.diff import Diff, Difference, Sample
from bridge.core.revision import Revision
from bridge.core.same import NOTHING
from bridge.core.wire import write_json


def rendered(diff: Diff, base: str) -> str:
    """One line of JSON."""
    document = {
        "base": base,
        "records": diff.records,
        "differing": diff.differing,
        "counts": dict(diff.counts),
        "silent": diff.silent,
        "differences": [_difference(each) for each in diff.differences],
        "settings": [_setting(each) for each in diff.revisions],
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


def _setting(each: Revision) -> dict[str, Any]:
    about = {"concerns": each.concerns, "setting": each.setting, "target": each.target or None}
    return {**about, **_sides(each), "means": each.means or None}


def _sample(sample: Sample) -> dict[str, Any]:
    return {"record": sample.record, **_sides(sample)}


def _sides(of: Sample | Revision) -> dict[str, Any]:
    """Both sides; one that has nothing there is left out."""
    return {name: value for name, value in (("base", of.base), ("new", of.new)) if value is not NOTHING}
