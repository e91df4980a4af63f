"""What publishing would do to a registry, before it is done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bridge.core.export.registry import TYPES, Export
from bridge.core.wire import canonical_json, read_json
from bridge.errors import Problem, UndecodableRecord, Where

#: Quotas of a registry and of a schema in it (EventBridge user guide, "EventBridge quotas").
MAX_SCHEMAS: Final = 100
MAX_VERSIONS: Final = 100

Action = Literal["create", "update", "unchanged", "skip"]


@dataclass(frozen=True, slots=True)
class Registered:
    """A schema as the registry has it."""

    type: str  #: `OpenApi3` or `JSONSchemaDraft4`
    content: str
    about: str
    versions: int


@dataclass(frozen=True, slots=True)
class Step:
    """What is done about one schema."""

    action: Action
    name: str  #: in the registry; of a skipped one, in the project
    why: str
    export: Export | None = None
    versions: int = 0  #: how many the registry has


def plan(exports: Sequence[Export], there: Mapping[str, Registered]) -> list[Step]:
    """A step for each export, in their order, given what is there under these names."""
    return [_step(each, there.get(each.name)) for each in exports]


def objections(steps: Sequence[Step], total: int) -> list[Problem]:
    """Why the registry would refuse the plan, `total` being how many schemas it holds: G006."""
    found = [problem for step in steps for problem in _version_problems(step)]
    after = total + sum(step.action == "create" for step in steps)
    if after > MAX_SCHEMAS and after > total:
        what = f"the registry would hold {after} schemas, and {MAX_SCHEMAS} are its quota"
        found.append(Problem(Where(), "G006", what, "publish to another registry, or have the quota raised"))
    return found


def _step(export: Export, there: Registered | None) -> Step:
    if there is None:
        return Step("create", export.name, "not in the registry", export)
    why = _difference(export, there)
    return Step("update" if why else "unchanged", export.name, why or "the same content", export, there.versions)


def _difference(export: Export, there: Registered) -> str:
    if there.type != TYPES[export.form]:
        return f"{there.type} there, {TYPES[export.form]} here"
    if _digest(there.content) != _digest(export.content):
        return f"another content than version {there.versions}"
    return "another description" if there.about != export.about else ""


def _version_problems(step: Step) -> Iterator[Problem]:
    if step.action == "update" and step.versions >= MAX_VERSIONS:
        what = f"'{step.name}' has {step.versions} versions, and {MAX_VERSIONS} are their quota"
        yield Problem(Where(), "G006", what, "delete old versions: `aws schemas delete-schema-version`")


def _digest(content: str) -> bytes:
    """What the content says, however it is laid out."""
    try:
        return canonical_json(read_json(content))
    except UndecodableRecord:
        return content.encode()
