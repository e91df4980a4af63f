"""`changebridge quarantine show`: what waits, whole."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Annotated, Any

import typer

from bridge.cli.quarantine.results import exit_code, tell_unread
from bridge.cli.quarantine.waiting import NAMES, choose, open_stores
from bridge.cli.quarantine.whose import FunctionOption, StackOption, deployed
from bridge.cli.report import Format, FormatOption, ProjectOption, count, project_folder, show_lines
from bridge.core.batch import said
from bridge.core.digest import faithful_json
from bridge.core.intake import read_records
from bridge.core.wire import parse_json
from bridge.errors import ObjectWithheld, Problem, UndecodableRecord, Where
from bridge.parcel import parcel_as_json
from bridge.parking import Unread
from bridge.ports import Discarded, Discards, Parcel

#: A batch's key, what Lambda wrote, how many records it holds, and why none can be read of it.
_Document = tuple[str, Any, int, Sequence[Problem]]

app = typer.Typer(add_completion=False)


@app.command()
def show(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help=NAMES)],
    *,
    project: ProjectOption = None,
    stack: StackOption = "",
    function: FunctionOption = "",
    form: FormatOption = Format.TEXT,
) -> None:
    """Show what waits: the reasons, what was delivered already, and with --format json the records too.

    Example: changebridge quarantine show 0f3a1c2b4d5e6f70
    """
    folder = project_folder(project)
    stores = open_stores(folder, deployed(folder, stack, function))
    chosen = choose(stores, names)
    documents = list(_documents(chosen.batches, stores.discards)) if stores.discards else []
    unread = [*chosen.unread, *(each for each in documents if isinstance(each, Unread))]
    batches = [each for each in documents if not isinstance(each, Unread)]
    if form is Format.JSON:
        told = [*(document for _, document, _, _ in batches), *map(_unread, unread)]
        show_lines([*map(parcel_as_json, chosen.parcels), *map(faithful_json, told)], b"[", b",", b"]\n")
    else:
        _show(chosen.parcels, batches, unread)
    tell_unread(len(unread))
    raise typer.Exit(exit_code(unread))


def _show(parcels: Sequence[Parcel], batches: Sequence[_Document], unread: Sequence[Unread]) -> None:
    for parcel in parcels:
        _print_parcel(parcel)
    for key, document, records, problems in batches:
        print(key)
        print("\n".join(map(str, problems)) or f"    {_why(document)}: {count(records, 'record')}")
    for each in unread:
        print(each.key, *each.error.problems, sep="\n")


def _documents(batches: Sequence[Discarded], discards: Discards) -> Iterator[_Document | Unread]:
    """Of those that nobody has sent since they were listed."""
    for batch in batches:
        with suppress(KeyError):
            yield _opened(batch, discards)


def _opened(batch: Discarded, discards: Discards) -> _Document | Unread:
    try:
        return _document(batch, discards)
    except ObjectWithheld as error:
        return Unread(batch.key, error)


def _document(batch: Discarded, discards: Discards) -> _Document:
    where = Where(file=discards.place(batch.key))
    try:
        data = discards.document(batch.key)
        return batch.key, parse_json(data, where), len(read_records(data, where)), ()
    except UndecodableRecord as error:
        return batch.key, _unread(Unread(batch.key, error)), 0, error.problems


def _unread(there: Unread) -> dict[str, Any]:
    return {"key": there.key, "problems": [each.as_json() for each in there.error.problems]}


def _print_parcel(parcel: Parcel) -> None:
    print(parcel.key, *parcel.problems, sep="\n")
    for delivery in parcel.delivered:
        print(f"    delivered: {delivery.event} to {delivery.target}")


def _why(document: Any) -> str:
    """In Lambda's own words."""
    context = document.get("requestContext") if isinstance(document, dict) else None
    if not isinstance(context, dict):
        return "discarded"
    invocations = context.get("approximateInvokeCount")
    often = f" after {count(invocations, 'invocation')}" if isinstance(invocations, int) else ""
    return f"{said(context, 'condition') or 'discarded'}{often}"
