"""Publishing to EventBridge's schema registry: a plan first, then what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.core.export.plan import Registered, Step, objections, plan
from bridge.core.export.registry import Export
from bridge.errors import Problem


class Registry(Protocol):
    """What a registry must be able to do; see `bridge.aws.registry.SchemaRegistry`."""

    def exists(self) -> bool:
        """Whether there is such a registry."""

    def versions(self) -> dict[str, int]:
        """How many versions each of its schemas has, by name."""

    def registered(self, names: Sequence[str], versions: dict[str, int]) -> dict[str, Registered]:
        """The newest version of those of the names that it has."""

    def make(self, project: str) -> None:
        """Create the registry itself."""

    def create(self, export: Export) -> None:
        """Add a schema."""

    def update(self, export: Export) -> None:
        """Add a version to a schema."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What would be done, and what stands against it."""

    is_new: bool  #: whether the registry itself has to be made
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]  #: G006: nothing is published where there is one

    @property
    def changes(self) -> int:
        """How many schemas would be written."""
        return sum(step.action in ("create", "update") for step in self.steps)


def prepare(exports: Sequence[Export], registry: Registry) -> Publication:
    """Look at the registry and compare. Raises what the registry raises."""
    there = registry.exists()
    versions = registry.versions() if there else {}
    steps = plan(exports, registry.registered([each.name for each in exports], versions))
    return Publication(not there, tuple(steps), tuple(objections(steps, len(versions))))


def publish(publication: Publication, registry: Registry, project: str) -> None:
    """Do what the plan says. After an error a new plan holds what is left. Raises what the registry raises."""
    if publication.is_new and publication.changes:
        registry.make(project)
    for step in publication.steps:
        if step.export is not None and step.action == "create":
            registry.create(step.export)
        elif step.export is not None and step.action == "update":
            registry.update(step.export)
