"""The play as a person sees it: in colour on a terminal, in plain text elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from rich.console import Console
from rich.text import Text

from bridge.local.play import Heard, Redelivery, Scene, heard, plain_keys
from bridge.local.reckoning import Check
from bridge.local.shop import TYPES

#: How each operation of the stream is shown: sign and style.
_SIGNS = {"INSERT": ("+", "green"), "MODIFY": ("~", "yellow"), "REMOVE": ("-", "red")}
_WIDE = 38


class Show:
    """Prints scenes as they come."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._act = ""

    def ready(self, endpoint: str, seconds: float, megabytes: float) -> None:
        """What is in place."""
        self._line(("A shop's changes, carried to its subscribers on an embedded AWS", "bold"))
        function = f"the function ({megabytes:.0f} MB) behind an event source mapping"
        parts = f"a table with its stream, {function}, ledger, two buses, a FIFO topic, quarantine, five subscribers"
        self._line((f"ready in {seconds:.1f} s at {endpoint}: {parts}", "dim"))

    def scene(self, scene: Scene) -> None:
        """One step: its changes, the events they became, and where those arrived."""
        if scene.act != self._act:
            self._act = scene.act
            self._line()
            self._line((scene.act, "bold cyan"))
        self._line((f"{scene.number:3} ", "dim"), (scene.step.title, "bold"))
        for record in scene.records:
            self._change(record)
        for event in heard(scene):
            self._event(event)
        self._quiet(scene)

    def redelivery(self, again: Redelivery) -> None:
        """The batch that came twice."""
        self._line()
        self._line(("The same records once more", "bold cyan"))
        self._line((f"    the function is invoked with all {len(again.records)} records again", "bold"))
        answer = f"{again.answer.duplicates} deliveries known to the ledger, {len(again.arrivals)} sent again"
        self._line((f"    · {answer}; its answer: {again.answer.response}", "dim"))

    def reckoning(self, scenes: Sequence[Scene], checks: Iterable[Check], seconds: float) -> None:
        """What had to hold, the figures, and what to try next."""
        self._line()
        self._line(("The reckoning", "bold cyan"))
        for check in checks:
            sign, style = ("✓", "green") if check.ok else ("✗", "bold red")
            self._line((f"  {sign} ", style), (check.says, "" if check.ok else style), (f"  {check.found}", "dim"))
        self._line()
        self._line((_figures(scenes, seconds), "bold"))

    def next(self, commands: Mapping[str, str]) -> None:
        """Commands with what they do."""
        self._line()
        self._line(("Next", "bold cyan"))
        for command, does in commands.items():
            self._line((f"  {command:<{_WIDE}}", "green"), (does, "dim"))

    def _change(self, record: Mapping[str, Any]) -> None:
        sign, style = _SIGNS[record["eventName"]]
        does = "expire" if "userIdentity" in record else record["eventName"].lower()
        self._line((f"    {sign} {' '.join(plain_keys(record).values()):<{_WIDE}}", style), (does, "dim"))

    def _event(self, event: Heard) -> None:
        named = f"{event.type.removeprefix(TYPES)} {event.subject or ''}"
        arrived = ", ".join(f"{subscriber} {late} ms" for subscriber, late in event.milliseconds.items())
        self._line((f"    → {named:<{_WIDE}}", "magenta"), (arrived, "dim"))

    def _quiet(self, scene: Scene) -> None:
        if not scene.due and not scene.arrivals:
            self._line(("    · says nothing", "dim"))
        for due in scene.missing:
            self._line((f"    ✗ {due.type.removeprefix(TYPES)} did not arrive at {due.subscriber}", "bold red"))
        for parcel in scene.parked:
            self._parcel(parcel)

    def _parcel(self, parcel: Mapping[str, Any]) -> None:
        self._line((f"    ! parked as {parcel['key']}", "yellow"))
        for problem in parcel["problems"]:
            place = ":".join(str(problem[part]) for part in ("file", "line", "column") if problem[part])
            self._line((f"      {place} {problem['code']} {problem['what']}", "yellow"))
            self._line((f"      fix: {problem['fix']}", "dim"))

    def _line(self, *parts: tuple[str, str]) -> None:
        self._console.print(Text.assemble(*parts), soft_wrap=True)


def _figures(scenes: Sequence[Scene], seconds: float) -> str:
    changes = sum(len(scene.records) for scene in scenes)
    events = [event for scene in scenes for event in heard(scene)]
    late = [milliseconds for event in events for milliseconds in event.milliseconds.values()]
    times = f"median {median(late or [0]):.0f} ms, slowest {max(late, default=0)} ms"
    return f"{changes} changes, {len(events)} events, {len(late)} deliveries ({times}), in {seconds:.1f} s"
