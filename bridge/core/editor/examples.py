"""Examples as JSON Schema."""

from typing import Any, Final, get_args

from bridge.core.change import Kind
from bridge.core.editor.notation import closed
from bridge.core.rules.notation import EXAMPLE, GIVEN

#: The names of an event that an example may compare besides its extensions.
_NAMES: Final = {
    "to": "where it goes",
    "type": "CloudEvents `type`",
    "source": "CloudEvents `source`",
    "subject": "CloudEvents `subject`",
    "partitionkey": "what must stay in order",
    "dataschema": "the `$id` of its schema",
    "time": "the time of the change",
    "id": "the event's id",
    "sequence": "the place in the order of changes",
    "data": "the event's data",
}


def example_definitions() -> dict[str, Any]:
    """The definitions `example`, `given`, `said`."""
    said = {"properties": {name: {"description": about} for name, about in _NAMES.items()}}
    says: dict[str, Any] = {"type": ["object", "array"], **said, "items": {"type": "object", **said}}
    more: dict[str, dict[str, Any]] = {
        "given": {"$ref": "#/definitions/given"},
        "says": says,
        "says_at_least": says,
        "silent": {"enum": [True]},
        "problem": {"pattern": "^[A-Z][0-9]{3}$"},
    }
    return {"example": {"title": "example"} | closed(EXAMPLE, more), "given": _given()}


def _given() -> dict[str, Any]:
    """A change document; a whole record and the path of a file are let through."""
    document = closed(GIVEN, {"change": {"enum": list(get_args(Kind))}})
    record = {"anyOf": [{"required": ["dynamodb"]}, {"required": ["kinesis"]}]}
    return {"type": ["object", "string"], "if": {"type": "object", "not": record}, "then": document}
