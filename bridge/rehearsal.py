"""A project's bridge that sends nothing: it is asked what would become of a change."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.core.change import Change
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

    def silence(self, change: Change) -> str:
        """Why nothing is said of a change, whatever the rules make of it; "" where the bridge speaks of it."""
        setting = self.project.manifest.region
        if setting is None or speaks(self.region, change):
            return ""
        return f"it is a change of {change.region}, and this bridge publishes those of {self.region} ({setting.where})"


def rehearse(project: Project) -> Rehearsal:
    """The bridge of a project. What its environment does not set is made up, or left out of what is asked.

    Raises `ProjectInvalid` C008 where its `region` can be none.
    """
    return Rehearsal(project, offline_targets(project), offline_region(project))
