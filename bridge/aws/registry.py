"""EventBridge's schema registry: what it holds, and what is written to it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from bridge.aws.clients import Clients
from bridge.aws.failure import Failure, attempt
from bridge.aws.ladder import LADDER
from bridge.aws.patience import persist
from bridge.core.export.plan import Registered
from bridge.core.export.registry import MAX_DESCRIPTION, TYPES, Export
from bridge.errors import Problem, ProjectInvalid, TargetUnavailable, Where
from bridge.ports import Clock

#: Seconds that one call may be tried for: the registry's API is throttled at a few calls a second.
_PATIENCE: Final = 60.0
#: Codes that say that what was asked for is wrong, and not that the way there is.
_REFUSALS: Final = frozenset({"BadRequestException", "ConflictException", "ParamValidationError"})


class SchemaRegistry:
    """One registry, by name. Every method raises `TargetUnavailable` G009 and `ProjectInvalid` G010."""

    def __init__(self, name: str, clients: Clients, clock: Clock) -> None:
        self.name = name
        self._clients = clients
        self._clock = clock

    def exists(self) -> bool:
        """Whether there is such a registry."""
        return self._ask("look the registry up", "describe_registry", {}) is not None

    def versions(self) -> dict[str, int]:
        """How many versions each of its schemas has, by name."""
        found: dict[str, int] = {}
        token: dict[str, str] = {}
        while True:
            page = self._ask("list the registry's schemas", "list_schemas", token) or {}
            found |= {each["SchemaName"]: int(each.get("VersionCount", 1)) for each in page.get("Schemas", ())}
            if not page.get("NextToken"):
                return found
            token = {"NextToken": page["NextToken"]}

    def registered(self, names: Iterable[str], versions: Mapping[str, int]) -> dict[str, Registered]:
        """The newest version of those of the names that it has."""
        found = {}
        for name in names:
            answer = name in versions and self._ask(f"read '{name}'", "describe_schema", {"SchemaName": name})
            if answer:
                about = answer.get("Description", "")
                found[name] = Registered(answer.get("Type", ""), answer.get("Content", ""), about, versions[name])
        return found

    def make(self, project: str) -> None:
        """Create the registry."""
        about = f"The events of {project}, by changebridge."[:MAX_DESCRIPTION]
        self._ask("create the registry", "create_registry", {"Description": about})

    def create(self, export: Export) -> None:
        """Add a schema."""
        self._ask(f"create '{export.name}'", "create_schema", _content(export))

    def update(self, export: Export) -> None:
        """Add a version to a schema. The same content twice is one version."""
        content = _content(export)
        token = hashlib.sha256(repr(sorted(content.items())).encode()).hexdigest()[:36]
        self._ask(f"update '{export.name}'", "update_schema", {"ClientTokenId": token, **content})

    def _ask(self, what: str, operation: str, arguments: Mapping[str, str]) -> Any:
        """The answer; None where what is looked for is not there."""
        answer: list[Any] = []

        def step(seconds: float) -> Failure | None:
            made = attempt(lambda: self._call(operation, seconds, arguments))
            if isinstance(made, Failure):
                return made
            answer.append(made)
            return None

        failure = persist(step, self._clock, _PATIENCE)
        if failure is None:
            return answer[-1]
        if failure.code == "NotFoundException" and operation.startswith("describe"):
            return None
        raise _error(what, self.name, failure)

    def _call(self, operation: str, seconds: float, arguments: Mapping[str, str]) -> Any:
        call: Callable[..., Any] = getattr(self._clients.client("schemas", min(seconds, LADDER[-1])), operation)
        return call(RegistryName=self.name, **arguments)


def _content(export: Export) -> dict[str, str]:
    return {
        "SchemaName": export.name,
        "Type": TYPES[export.form],
        "Content": export.content,
        "Description": export.about,
    }


def _error(what: str, registry: str, failure: Failure) -> ProjectInvalid | TargetUnavailable:
    if failure.code in _REFUSALS:
        told = f": {failure.message}" if failure.message else ""
        problem = Problem(Where(), "G010", f"registry '{registry}' refuses to {what} ({failure}){told}", _MEND)
        return ProjectInvalid(problem)
    return TargetUnavailable(failure.problem("G009", f"registry '{registry}': could not {what}"))


_MEND: Final = "correct what it names; a schema that somebody else has just created is there on the next try"
