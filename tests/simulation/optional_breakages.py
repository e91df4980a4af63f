"""Ways to break what only some projects have, each of which some law must notice within a few hundred schedules."""

from dataclasses import replace
from typing import Any

from bridge.claiming import Claiming
from bridge.core.claim import DATAREF, claimed
from bridge.core.mark import OVERTAKEN, marked
from bridge.order import Guard
from tests.simulation.breakages import Breakage

_note = Guard.note


def store_nothing(self: Any, events: Any, until: float) -> dict[str, Any]:
    """And say that it is stored."""
    return {}


def claim_everything(self: Any, event: Any) -> Any:
    return event if DATAREF in event.extensions else claimed(event, self.claims.reference(event))


def mark_nothing(self: Any, each: Any, times: Any, targets: Any, its_book: Any) -> Any:
    return each


def mark_everything(self: Any, each: Any, times: Any, targets: Any, its_book: Any) -> Any:
    return replace(each, events=tuple(marked(event, OVERTAKEN) for event in each.events))


def note_nothing(self: Any, *_: Any) -> None: ...


def note_what_is_unfinished(self: Any, every: Any, outcomes: Any, its_book: Any) -> None:
    """As if it were done."""
    _note(self, every, [replace(each, state="done") for each in outcomes], its_book)


OPTIONAL = (
    Breakage("send before the claim is stored", Claiming, "_store", store_nothing, ("a_claim_lies_there_before_its_event",)),
    Breakage("claim everything", Claiming, "_carried", claim_everything, ("what_is_claimed_arrives_whole",)),
    Breakage("mark nothing", Guard, "_judged", mark_nothing, ("what_came_late_is_marked_or_dropped",)),
    Breakage("mark everything", Guard, "_judged", mark_everything, ("what_is_marked_came_late",)),
    Breakage("note nothing", Guard, "note", note_nothing, ("what_is_done_is_noted",)),
    Breakage(
        "note what is unfinished", Guard, "note", note_what_is_unfinished,
        ("nothing_is_lost", "the_stream_brings_what_is_sound", "what_is_marked_came_late"),
    ),
)  # fmt: skip
