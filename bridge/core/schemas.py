"""The schemas of a project, compiled: what events are validated against."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from jsonschema_rs import ValidationError, validator_for

from bridge.core.change import Value
from bridge.core.schema.close import Forms, TooTangledError, forms
from bridge.core.schema.link import Links, link
from bridge.core.schema.source import STRICT, Source, read
from bridge.core.validate import Checker
from bridge.errors import Problem, ProjectInvalid, raise_if_any
from bridge.frozen import frozen


@frozen
class Schema:
    """One schema file, compiled."""

    name: str  #: relative to the schemas folder: `order/placed.v1.json`
    file: str  #: as problems name it
    id: str  #: its `$id`, which events carry as `dataschema`
    document: Mapping[str, Value]  #: as read
    open: Mapping[str, Value]  #: what it says, in the latest draft, referring to nothing outside
    closed: Mapping[str, Value]  #: the same for what the bridge may emit: nothing that is not declared
    _checker: Checker = field(repr=False)

    @property
    def members(self) -> frozenset[str]:
        """Every name that it declares somewhere."""
        return self._checker.members

    def holds(self, data: Value) -> bool:
        """Whether the closed form certainly holds: the quick answer, for data of bounded depth that JSON can say."""
        return self._checker.holds(data)

    def problems(self, data: Value) -> list[Problem]:
        """Everything that is wrong with an event's data against the closed form, S050 to S060. Empty when it holds."""
        return self._checker.problems(data)


@frozen
class Schemas:
    """The schemas of a project by name."""

    by_name: Mapping[str, Schema]
    links: Links = field(default_factory=lambda: Links({}), repr=False, compare=False)  #: the files as linked

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self.by_name))

    def get(self, name: str) -> Schema | None:
        """The schema of this name, if there is one."""
        return self.by_name.get(name)


def compile_schemas(files: Mapping[str, bytes], folder: str = "") -> Schemas:
    """Compile the files of the schemas folder, named relative to it; problems name them with `folder` before it.

    Raises `ProjectInvalid` with every problem that can be found, S001 to S017. Nothing is ever fetched.
    """
    sources, problems = _read(files, folder)
    links, tangles = link(sources, frozenset(files))
    raise_if_any(problems + tangles)
    compiled = {}
    for source in sources:
        try:
            compiled[source.name] = _compiled(source, links)
        except ProjectInvalid as error:
            problems += error.problems
    raise_if_any(problems)
    return Schemas(compiled, links)


def _read(files: Mapping[str, bytes], folder: str) -> tuple[list[Source], list[Problem]]:
    sources: list[Source] = []
    problems: list[Problem] = []
    for name in sorted(files):
        try:
            sources.append(read(name, f"{folder}{name}", files[name]))
        except ProjectInvalid as error:
            problems += error.problems
    return sources, problems


def _compiled(source: Source, links: Links) -> Schema:
    try:
        made = forms(links, (source.name,))
        checker = _checker(source.name, made)
    except TooTangledError:
        what = "the schema joins others in too many ways to be closed"
        raise ProjectInvalid(source.problem((), "S017", what, "say each member in one place")) from None
    except ValueError as error:
        what = error.message if isinstance(error, ValidationError) else str(error)
        fix = "look at what its references lead to, and for very large numbers"
        raise ProjectInvalid(source.problem((), "S009", f"the schema cannot be compiled: {what}", fix)) from None
    identity = str(source.document[source.dialect.id])
    return Schema(source.name, source.file, identity, source.document, made.open, made.closed, checker)


def _checker(name: str, made: Forms) -> Checker:
    documents: list[dict[str, Any]] = [made.closed, made.open] if made.both else [made.closed]
    return Checker(name, tuple(validator_for(document, **STRICT) for document in documents), made.members)
