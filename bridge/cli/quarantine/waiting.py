"""What waits to be sent again, wherever it lies: parcels in the quarantine, and batches that Lambda discarded."""

import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer

from bridge.cli.quarantine.whose import Deployed
from bridge.parking import Unread, is_named, parcel_keys, present
from bridge.ports import Discarded, Discards, Parcel, Quarantine

#: What all discarded batches together are called, as records that were refused alike are by their fingerprint.
ON_FAILURE: Final = "on-failure"

_START: Final = "0001-01-01T00:00:00"
_MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d)?)?)?)?)?Z?")

NAMES: Final = "Fingerprints, record ids, keys, folders; `on-failure`: all that Lambda discarded."
SinceOption = Annotated[str, typer.Option("--since", metavar="TIME", help="Changed or discarded then or later, UTC.")]
UntilOption = Annotated[str, typer.Option("--until", metavar="TIME", help="Changed or discarded then or earlier.")]


class Stores(NamedTuple):
    """Where something may wait."""

    quarantine: Quarantine
    discards: Discards | None  #: None where bridge.yaml does not say where Lambda keeps what it discards


class Window(NamedTuple):
    """From when to when, each as exact as it is written: `2026-11-20` is the whole day. Empty is without end."""

    since: str = ""
    until: str = ""

    def holds(self, at: str) -> bool:
        """Whether a moment lies in it, as far as both are known: of a parcel the change's day is."""
        if not at[:1].isdigit():
            return not any(self)
        after = not self.since or at[: len(self.since)] >= self.since[: len(at)]
        return after and (not self.until or at[: len(self.until)] <= self.until[: len(at)])


class Chosen(NamedTuple):
    """What was asked for."""

    parcels: list[Parcel]
    batches: list[Discarded]
    unread: list[Unread]  #: what was asked for and is no parcel, or cannot be had


def open_stores(folder: Path, there: Deployed) -> Stores:
    """The project's. Raises `ProjectInvalid`; only their own variables must be set."""
    from bridge import wiring  # noqa: PLC0415 -- boto3 is slow to import, and `--help` needs none

    return Stores(*wiring.open_stores(folder, *there))


def window(since: str, until: str) -> Window:
    """The options' window. Raises `typer.BadParameter`."""
    for option, given in (("--since", since), ("--until", until)):
        if given and not _is_moment(given):
            what = f"'{given}' is no time: write a day such as 2026-11-20, or 2026-11-20T09:30 (UTC)"
            raise typer.BadParameter(what, param_hint=option)
    within = Window(since.removesuffix("Z"), until.removesuffix("Z"))
    if all(within) and not (within.holds(within.since) and within.holds(within.until)):
        raise typer.BadParameter(f"it ends at {until}, before it begins at {since}", param_hint="--until")
    return within


def _is_moment(text: str) -> bool:
    """Whether it is a time in the calendar, as exact as it is written."""
    if not _MOMENT.fullmatch(text):
        return False
    written = text.removesuffix("Z")
    try:
        datetime.fromisoformat(written + _START[len(written) :])
    except ValueError:
        return False
    return True


def choose(stores: Stores, names: Sequence[str], within: Window = Window()) -> Chosen:
    """What these names mean, all that waits without any; exit code 1 where one means nothing."""
    keys = parcel_keys(stores.quarantine)
    batches = stores.discards.batches() if stores.discards else ()
    here = stores.discards.place() if stores.discards else ""
    plain = [name.removeprefix(here).rstrip("/") for name in names]
    known = [
        any(is_named(key, name) for key in keys) or any(_is_meant(each, name) for each in batches) for name in plain
    ]
    if not all(known):
        nothing = ", ".join(name for name, is_known in zip(names, known, strict=True) if not is_known)
        print(f"nothing waits as {nothing}; see `changebridge quarantine list`{_nowhere(stores)}", file=sys.stderr)
        raise typer.Exit(1)

    def meant(is_it: Callable[[str], bool]) -> bool:
        return not plain or any(map(is_it, plain))

    wanted = [key for key in keys if within.holds(key.split("/")[1]) and meant(partial(is_named, key))]
    chosen = [each for each in batches if within.holds(each.at) and meant(partial(_is_meant, each))]
    there = list(present(stores.quarantine, wanted))
    unread = [each for each in there if isinstance(each, Unread)]
    return Chosen([each for each in there if isinstance(each, Parcel)], chosen, unread)


def _is_meant(batch: Discarded, name: str) -> bool:
    """Whether a batch is meant by a name: all of them, its key, or a folder above it."""
    return name in (ON_FAILURE, batch.key) or batch.key.startswith(f"{name}/")


def _nowhere(stores: Stores) -> str:
    return "" if stores.discards else f", and name the bucket of `{ON_FAILURE}` in bridge.yaml: `on_failure`"
