"""`changebridge quarantine`: what was refused and why, and how to send it again."""

import sys
from collections.abc import Sequence
from itertools import groupby, islice
from types import ModuleType
from typing import Annotated, Any

import typer

from bridge.cli.report import Format, FormatOption, ProjectOption, count, project_folder, show_json
from bridge.parcel import parcel_as_json
from bridge.parking import is_named, parcel_keys, present
from bridge.ports import Parcel, Quarantine
from bridge.redrive import Redriven, redrive
from bridge.relay import Bridge

app = typer.Typer(add_completion=False, no_args_is_help=True, help="What was refused: look at it, send it again.")

Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="Fingerprints, record ids or keys.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Send. Without it, only say what would be sent.")]


@app.command("list")
def list_parcels(project: ProjectOption = None, form: FormatOption = Format.TEXT) -> None:
    """List what is parked, grouped by reason.

    Example: changebridge quarantine list
    """
    quarantine: Quarantine = _wiring().open_quarantine(project_folder(project))
    groups = [list(keys) for _, keys in groupby(parcel_keys(quarantine), lambda key: key.partition("/")[0])]
    told = [_group(keys, sample) for keys in groups for sample in islice(present(quarantine, keys), 1)]
    if form is Format.JSON:
        show_json(told)
        return
    for group in told:
        print(f"{group['fingerprint']}  {count(group['records'], 'record')}  {group['first']} to {group['last']}")
        print(f"    {group['problem']['code']} {group['problem']['what']}")
    print(f"{count(sum(len(keys) for keys in groups), 'record')} parked", file=sys.stderr)


@app.command()
def show(names: Names, project: ProjectOption = None, form: FormatOption = Format.TEXT) -> None:
    """Show parcels whole: the reasons, what was delivered already, and with --format json the record too.

    Example: changebridge quarantine show 0f3a1c2b4d5e6f70
    """
    parcels = _parcels(_wiring().open_quarantine(project_folder(project)), names)
    if form is Format.JSON:
        print(f"[{','.join(parcel_as_json(parcel).decode() for parcel in parcels)}]")
        return
    for parcel in parcels:
        print(parcel.key, *parcel.problems, sep="\n")
        for delivery in parcel.delivered:
            print(f"    delivered: {delivery.event} to {delivery.target}")


@app.command("redrive")
def send_again(
    names: Names, project: ProjectOption = None, form: FormatOption = Format.TEXT, yes: YesOption = False
) -> None:
    """Send parked records again through the current rules: exactly what is missing, per event and target.

    Example: changebridge quarantine redrive 0f3a1c2b4d5e6f70 --yes
    """
    bridge: Bridge = _wiring().connect(project_folder(project))
    results = redrive(_parcels(bridge.quarantine, names), bridge, dry_run=not yes)
    if form is Format.JSON:
        show_json([_as_json(result) for result in results])
    else:
        _print(results)
        if not yes:
            print("dry run: nothing was sent, --yes sends it", file=sys.stderr)
    raise typer.Exit(_exit_code(results))


def _wiring() -> ModuleType:
    from bridge import wiring  # noqa: PLC0415 -- boto3 is slow to import, and `--help` needs none

    return wiring


def _group(keys: Sequence[str], sample: Parcel) -> dict[str, Any]:
    first, last = (key.split("/")[1] for key in (keys[0], keys[-1]))
    problem = sample.problems[0].as_json()
    return {"fingerprint": sample.fingerprint, "records": len(keys), "first": first, "last": last, "problem": problem}


def _parcels(quarantine: Quarantine, names: Sequence[str]) -> list[Parcel]:
    """The parcels of these fingerprints, record ids and keys; exit code 1 where one names nothing."""
    keys = parcel_keys(quarantine)
    nothing = [name for name in names if not any(is_named(key, name) for key in keys)]
    if nothing:
        print(f"nothing is parked as {', '.join(nothing)}; see `changebridge quarantine list`", file=sys.stderr)
        raise typer.Exit(1)
    return list(present(quarantine, [key for key in keys if any(is_named(key, name) for name in names)]))


def _print(results: Sequence[Redriven]) -> None:
    for result in results:
        print(f"{result.state:10} {result.parcel.key}")
        for delivery in result.deliveries:
            print(f"    {delivery.event} to {delivery.target}")
        for problem in result.problems:
            print(problem)


def _as_json(result: Redriven) -> dict[str, Any]:
    deliveries = [delivery._asdict() for delivery in result.deliveries]
    problems = [problem.as_json() for problem in result.problems]
    return {"key": result.parcel.key, "state": result.state, "deliveries": deliveries, "problems": problems}


def _exit_code(results: Sequence[Redriven]) -> int:
    states = {result.state for result in results}
    return 3 if "unfinished" in states else int("refused" in states)
