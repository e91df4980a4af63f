"""`changebridge quarantine redrive`: what waits goes out, exactly what is missing of it."""

import sys
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from bridge.cli.quarantine.results import as_json, show_result, tell_unread
from bridge.cli.quarantine.waiting import NAMES, Chosen, SinceOption, Stores, UntilOption, choose, open_stores, window
from bridge.cli.quarantine.whose import FunctionOption, StackOption, deployed
from bridge.cli.report import Format, FormatOption, ProjectOption, count, project_folder, show_json
from bridge.discards import Resent, resend
from bridge.redrive import Redriven, redrive, unread
from bridge.relay import Bridge

app = typer.Typer(add_completion=False)

YesOption = Annotated[bool, typer.Option("--yes", help="Send. Without it, only say what would be sent.")]


@app.command("redrive")
def send_again(
    *,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help=f"{NAMES} Without any, all that waits.")
    ] = None,
    project: ProjectOption = None,
    stack: StackOption = "",
    function: FunctionOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    form: FormatOption = Format.TEXT,
    yes: YesOption = False,
) -> None:
    """Send what was refused or discarded through the current rules: exactly what is missing, per event and target.

    Example: changebridge quarantine redrive on-failure --since 2026-11-20 --yes
    """
    within, folder = window(since, until), project_folder(project)
    from bridge import wiring  # noqa: PLC0415 -- boto3 is slow to import, and `--help` needs none

    there = deployed(folder, stack, function)
    bridge: Bridge = wiring.connect(folder, there.settings)
    stores = open_stores(folder, there)
    chosen = choose(stores, names or [], within)
    results = []
    for result in _sent(chosen, stores, bridge, dry_run=not yes):
        results.append(result)
        if form is Format.TEXT:
            show_result(result, bridge.words)
    if form is Format.JSON:
        show_json([as_json(result, bridge.words) for result in results])
    _conclude(chosen, results, dry_run=not yes)
    raise typer.Exit(_exit_code(results))


def _sent(chosen: Chosen, stores: Stores, bridge: Bridge, *, dry_run: bool) -> Iterator[Redriven | Resent]:
    yield from map(unread, chosen.unread)
    if any(each.withheld for each in chosen.unread):  # it may come before the others
        return
    if stores.discards:
        yield from resend(chosen.batches, chosen.parcels, stores.discards, bridge, dry_run=dry_run)
    else:
        yield from redrive(chosen.parcels, bridge, dry_run=dry_run)


def _conclude(chosen: Chosen, results: list[Redriven | Resent], *, dry_run: bool) -> None:
    """What is to be known besides, on stderr."""
    left = len(chosen.batches) - sum(isinstance(result, Resent) for result in results)
    if left:
        what = f"{count(left, 'batch', 'batches')} not begun, so that nothing overtakes what is unfinished"
        print(f"{what}; mend what it names, and run this again", file=sys.stderr)
    if any(each.withheld for each in chosen.unread):
        print(
            "nothing was sent, so that nothing overtakes what cannot be had; name others to send them", file=sys.stderr
        )
    tell_unread(len(chosen.unread) + sum(isinstance(each, Resent) and each.itself == "refused" for each in results))
    if not results:
        print("nothing waits", file=sys.stderr)
    elif dry_run:
        print("dry run: nothing was sent, --yes sends it", file=sys.stderr)


def _exit_code(results: Iterable[Redriven | Resent]) -> int:
    states = {result.state for result in results}
    return 3 if "unfinished" in states else int("refused" in states)
