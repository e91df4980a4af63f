"""`changebridge quarantine list`: what waits, grouped by reason."""

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import typer

from bridge.cli.quarantine.masked import told
from bridge.cli.quarantine.results import exit_code, tell_unread
from bridge.cli.quarantine.waiting import ON_FAILURE, open_stores
from bridge.cli.quarantine.whose import FunctionOption, StackOption, deployed
from bridge.cli.report import Format, FormatOption, ProjectOption, count, project_folder, show_json, show_problems
from bridge.errors import Problem, Where
from bridge.parking import Unread, parcel_keys, present
from bridge.ports import Discards, Parcel, Quarantine

#: Objects that are read of each reason, so that a look at thousands stays quick: those beyond count by their names.
READ = 10

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
    unread: list[Unread] = []
    groups = [*_parked(stores.quarantine, unread), *(_discarded(stores.discards) if stores.discards else ())]
    if form is Format.JSON:
        show_json([*groups, *map(_unread, unread)])
    else:
        _show(groups, unread)
        _summary(groups, stores.discards is not None)
    tell_unread(len(unread))
    raise typer.Exit(exit_code(unread))


def _show(groups: Sequence[dict[str, Any]], unread: Sequence[Unread]) -> None:
    for group in groups:
        print(f"{group['fingerprint']}  {_size(group)}  {group['first']} to {group['last']}")
        print(f"    {group['problem']['code']} {group['problem']['what']}")
    show_problems(_problems(unread))


def _summary(groups: Sequence[dict[str, Any]], discards: bool) -> None:
    parked, batches = (sum(group.get(what, 0) for group in groups) for what in ("records", "batches"))
    discarded = f", {count(batches, 'batch', 'batches')} discarded by Lambda" if discards else ""
    print(f"{count(parked, 'record')} parked{discarded}", file=sys.stderr)


def _size(group: dict[str, Any]) -> str:
    return count(group["records"], "record") if "records" in group else count(group["batches"], "batch", "batches")


def _parked(quarantine: Quarantine, unread: list[Unread]) -> Iterator[dict[str, Any]]:
    """The records of each reason. What is no record, or cannot be had, goes to `unread`."""
    for fingerprint, keys in groupby(parcel_keys(quarantine), lambda key: key.partition("/")[0]):
        group = list(keys)
        there = list(present(quarantine, group[:READ]))
        others = [each for each in there if isinstance(each, Unread)]
        unread += others
        records = [*(each.key for each in there if isinstance(each, Parcel)), *group[READ:]]
        samples = [*(told(each.problems[0]) for each in there if isinstance(each, Parcel)), *_problems(others)]
        if records and samples:
            yield _group(fingerprint, records, samples[0])


def _group(fingerprint: str, keys: Sequence[str], problem: Problem) -> dict[str, Any]:
    first, last = (key.split("/")[1] for key in (keys[0], keys[-1]))
    said = {"fingerprint": fingerprint, "records": len(keys), "first": first, "last": last}
    return said | {"problem": problem.as_json()}


def _unread(each: Unread) -> dict[str, Any]:
    """As a group of no record."""
    fingerprint = each.key.partition("/")[0]
    return _group(fingerprint, [each.key], each.error.problems[0]) | {"records": 0}


def _problems(unread: Sequence[Unread]) -> list[Problem]:
    return [problem for each in unread for problem in each.error.problems]


def _discarded(discards: Discards) -> Iterator[dict[str, Any]]:
    batches = discards.batches()
    if batches:
        what = "Lambda discarded them: the function failed, or was too slow for them, until their time was over"
        fix = f"mend what failed (its log of that time says it), then `changebridge quarantine redrive {ON_FAILURE}`"
        problem = Problem(Where(file=discards.place()), "B098", what, fix).as_json()
        first, last = batches[0].at[:10], batches[-1].at[:10]
        yield {"fingerprint": ON_FAILURE, "batches": len(batches), "first": first, "last": last, "problem": problem}
