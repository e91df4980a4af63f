"""Why a schema refuses a value: in words, and where in the schema that is read now."""

from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from bridge.core.change import Value
from bridge.core.compat.tree import ANY_NAME, ELEMENTS, Member, Path, shown
from bridge.core.contain.judge import compiled
from bridge.core.schema.dialect import Pointer
from bridge.core.schema.words import words


def cause(reader: Mapping[str, Any], witness: Value, tree: Mapping[Path, Member]) -> tuple[Pointer, str]:
    """The deepest reason that a reader refuses a value, and where a tree of members holds what it is about."""
    error = max(compiled(reader).iter_errors(witness), key=lambda each: len(each.instance_path))
    path = _path(error.instance_path, tree)
    if isinstance(error.kind, ValidationErrorKind.Required):
        missing = (*path, str(error.kind.property))
        pointer = tree[missing].at if missing in tree else tree[path].holding("required")
        return pointer, f"{shown(missing)} is missing, which is required"
    return tree[path].holding(error.kind.name), f"{shown(path)}: {said(error)}"


def said(error: ValidationError) -> str:
    """What an error says, in our words."""
    kind = error.kind
    if isinstance(kind, ValidationErrorKind.Required):
        return f"'{kind.property}' is missing, which is required"
    if isinstance(kind, ValidationErrorKind.AdditionalProperties | ValidationErrorKind.UnevaluatedProperties):
        return f"the schema does not declare '{kind.unexpected[0]}'"
    return words(error).what


def _path(steps: Iterable[str | int], tree: Mapping[Path, Member]) -> Path:
    """The declared path that a path in data belongs to, as far as there is one."""
    path: Path = ()
    for step in steps:
        names = [ELEMENTS] if isinstance(step, int) else [step, ANY_NAME]
        further = next(((*path, name) for name in names if (*path, name) in tree), None)
        if further is None:
            return path
        path = further
    return path
