"""One embedded AWS for the tests that look at the play; each other test starts what it needs.

Nothing here is skipped: where ministack's environment is missing, the tests fail and say `make setup`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.local.demonstration import staged
from bridge.local.listening import Arrival
from bridge.local.play import Redelivery, Scene, heard
from bridge.local.reckoning import Check, reckon
from bridge.local.shop import DAY, TYPES

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Played:
    """The whole day, played once through the real mapping, and redelivered."""

    scenes: Sequence[Scene]
    again: Redelivery
    arrivals: Sequence[Arrival]
    checks: Sequence[Check]

    def scene(self, title: str) -> Scene:
        """The scene whose title begins so."""
        (found,) = (scene for scene in self.scenes if scene.step.title.startswith(title))
        return found

    def said(self, title: str) -> list[str]:
        """`<event> <subject>: <who got it>` for each event of a scene, in order of arrival."""
        events = heard(self.scene(title))
        return [f"{e.type.removeprefix(TYPES)} {e.subject}: {' '.join(sorted(e.milliseconds))}" for e in events]

    def at(self, subscriber: str, type_: str) -> list[Arrival]:
        """What a subscriber got of a type."""
        return [arrival for arrival in self.arrivals if arrival.due[:2] == (subscriber, TYPES + type_)]


@pytest.fixture(scope="session")
def played() -> Iterator[Played]:
    with staged(ROOT, print) as stage:
        scenes = list(stage.play.scenes(DAY))
        again = stage.play.redeliver(scenes)
        arrivals = tuple(stage.play.listeners.arrivals)
        yield Played(scenes, again, arrivals, reckon(scenes, arrivals, again))
