"""`changebridge quarantine list`: what waits, grouped by reason."""

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Any

import typer

from bridge.cli.quarantine.masked import told
from bridge.cli.quarantine.waiting import ON_FAILURE, open_stores
from bridge.cli.quarantine.whose import FunctionOption, StackOption, deployed
from bridge.cli.report import Format, FormatOption, ProjectOption, count, project_folder, show_json
from bridge.errors import Problem, Where
from bridge.parking import parcel_keys, present
from bridge.ports import Discards, Parcel, Quarantine

app = typer.Typer(add_completion=False)


@app.command("list")
def list_waiting(
    project: ProjectOption = None,
    stack: StackOption = "",
    function: FunctionOption = "",
    form: FormatOption = Format.TEXT,
) -> None:
    """List what is parked, grouped by reason, and what Lambda discarded.

    Example: changebridge quarantine list --stack shop
    """
    folder = project_folder(project)
    stores = open_stores(folder, deployed(folder, stack, function))
    groups = [*_parked(stores.quarantine), *(_discarded(stores.discards) if stores.discards else ())]
    if form is Format.JSON:
        show_json(groups)
        return
    for group in groups:
        print(f"{group['fingerprint']}  {_size(group)}  {group['first']} to {group['last']}")
        print(f"    {group['problem']['code']} {group['problem']['what']}")
    parked, batches = (sum(group.get(what, 0) for group in groups) for what in ("records", "batches"))
    discarded = f", {count(batches, 'batch', 'batches')} discarded by Lambda" if stores.discards else ""
    print(f"{count(parked, 'record')} parked{discarded}", file=sys.stderr)


def _size(group: dict[str, Any]) -> str:
    return count(group["records"], "record") if "records" in group else count(group["batches"], "batch", "batches")


def _parked(quarantine: Quarantine) -> Iterator[dict[str, Any]]:
    for _, keys in groupby(parcel_keys(quarantine), lambda key: key.partition("/")[0]):
        group = list(keys)
        for sample in islice(present(quarantine, group), 1):
            yield _group(group, sample)


def _group(keys: Sequence[str], sample: Parcel) -> dict[str, Any]:
    first, last = (key.split("/")[1] for key in (keys[0], keys[-1]))
    problem = told(sample.problems[0]).as_json()
    return {"fingerprint": sample.fingerprint, "records": len(keys), "first": first, "last": last, "problem": problem}


def _discarded(discards: Discards) -> Iterator[dict[str, Any]]:
    batches = discards.batches()
    if batches:
        what = "Lambda discarded them: the function failed, or was too slow for them, until their time was over"
        fix = f"mend what failed (its log of that time says it), then `changebridge quarantine redrive {ON_FAILURE}`"
        problem = Problem(Where(file=discards.place()), "B098", what, fix).as_json()
        first, last = batches[0].at[:10], batches[-1].at[:10]
        yield {"fingerprint": ON_FAILURE, "batches": len(batches), "first": first, "last": last, "problem": problem}
