"""A project's bridge that sends nothing: it is asked what would become of a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.claiming import whole_size
from bridge.core.change import Change
from bridge.core.event import Event
from bridge.core.origin import origin
from bridge.core.revision import bucket, form
from bridge.core.rules.model import Rule
from bridge.errors import Problem, Where
from bridge.ports import Carrier
from bridge.project import Project
from bridge.region import speaks
from bridge.wiring import offline_region, offline_targets


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A project, with what only the whole bridge knows of its events."""

    project: Project
    targets: Mapping[str, Carrier]
    region: str  #: whose changes alone are published; "" where all are, or nobody knows whose
    rules: Mapping[str, Rule]  #: by `<entity>.<event>`

    def silence(self, change: Change) -> str:
        """Why nothing is said of a change, whatever the rules make of it; "" where the bridge speaks of it."""
        setting = self.project.manifest.region
        if setting is None or speaks(self.region, change):
            return ""
        return f"it is a change of {change.region}, and this bridge publishes those of {self.region} ({setting.where})"

    def objections(self, event: Event) -> tuple[Problem, ...]:
        """Why targets could never carry an event, at the place in the rule."""
        return tuple(problem for name in event.targets if (problem := self.objection(event, name)))

    def objection(self, event: Event, target: str) -> Problem | None:
        """The same of one target."""
        problem = self.targets[target].objection(event)
        return problem.within(self._place(event, problem.where.path)) if problem else None

    def claim(self, event: Event, target: str) -> int | None:
        """The bytes that an event would take whole which goes to a target by claim check; None where it goes whole."""
        return whole_size(self.targets[target], event)

    def form(self, event: Event, target: str) -> Mapping[str, Any]:
        """How an event travels to a target, and where its data lies if that is not in it, as bridge.yaml writes it."""
        manifest = self.project.manifest
        claims = {} if self.claim(event, target) is None else {"claims": bucket(manifest.claims)}
        return form(manifest.targets[target]) | claims

    def _place(self, event: Event, path: str) -> Where:
        """Where a rule makes the value at a path; of the event as a whole where it makes the data."""
        rule = self.rules[event.rule]
        made = origin(rule, path.removeprefix("$.") or "data")
        return made.where if made else rule.where


def rehearse(project: Project, *, regional: bool = True) -> Rehearsal:
    """The bridge of a project. What its environment does not set is made up, or left out of what is asked.

    `regional`: whether it is asked of which Region's changes it speaks. Raises `ProjectInvalid` C008 where that can be
    none.
    """
    rules = {rule.name: rule for entity in project.rules.entities for rule in entity.rules}
    return Rehearsal(project, offline_targets(project), offline_region(project) if regional else "", rules)
