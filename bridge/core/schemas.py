"""The schemas of a project, compiled: what events are validated against."""

from collections.abc import Mapping

from jsonschema_rs import ValidationError

from bridge.core.schema.close import TooTangledError, forms
from bridge.core.schema.compiled import Schema, Schemas, checker_of
from bridge.core.schema.link import Links, link
from bridge.core.schema.source import Source, read
from bridge.errors import Problem, ProjectInvalid, raise_if_any


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
    return Schemas(compiled, lambda: links)


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
        checker = checker_of(source.name, (made.closed, made.open) if made.both else (made.closed,), made.members)
    except TooTangledError:
        what = "the schema joins others in too many ways to be closed"
        raise ProjectInvalid(source.problem((), "S017", what, "say each member in one place")) from None
    except ValueError as error:
        what = error.message if isinstance(error, ValidationError) else str(error)
        fix = "look at what its references lead to, and for very large numbers"
        raise ProjectInvalid(source.problem((), "S009", f"the schema cannot be compiled: {what}", fix)) from None
    identity = str(source.document[source.dialect.id])
    return Schema(source.name, source.file, identity, source.document, made.open, made.closed, checker)
