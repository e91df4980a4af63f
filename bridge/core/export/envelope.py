"""The schema of an event as it arrives: the data in its CloudEvent, and that in EventBridge's event.

The attributes are those of the CloudEvents specification's own JSON Schema (1.0.2, `cloudevents.json`), narrowed to
what the bridge says: whatever is valid here is valid there. Of `data_base64`, which the bridge never says, nothing is
said.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from bridge.core.change import Value
from bridge.core.export.saying import Saying
from bridge.core.export.tree import parts, rebuilt, to_definition
from bridge.core.schema.dialect import LATEST

#: The members of an event that EventBridge delivers, as its schema discovery orders and types them.
AWS_EVENT: Final[Mapping[str, Any]] = {
    "detail-type": {"type": "string"},
    "resources": {"type": "array", "items": {"type": "string"}},
    "id": {"type": "string"},
    "source": {"type": "string"},
    "time": {"type": "string", "format": "date-time"},
    "region": {"type": "string"},
    "version": {"type": "string"},
    "account": {"type": "string"},
}

_TEXT: Final = {"type": "string", "minLength": 1}


def cloud_event(said_by: Sequence[Saying], identity: str, data: str) -> dict[str, Any]:
    """The schema of the CloudEvent that these rules say, `data` being the reference to the schema of its data."""
    extensions = sorted({name for saying in said_by for name in saying.extensions})
    always = [name for name in extensions if all(saying.extensions.get(name) for saying in said_by)]
    subject = ["subject"] if said_by and all(saying.subject for saying in said_by) else []
    sources = [saying.source for saying in said_by]
    members = {
        "specversion": {"type": "string", "const": "1.0"},
        "id": _TEXT | {"description": "The same change always says the same id: recognise a repetition by it."},
        "source": _one_of(sources) or _TEXT | {"format": "uri-reference"},
        "type": _one_of([saying.type for saying in said_by]) or _TEXT,
        "subject": _TEXT,
        "time": {"type": "string", "format": "date-time", "description": "When the item changed."},
        "dataschema": {"type": "string", "const": identity},
        "datacontenttype": {"type": "string", "const": "application/json"},
        "partitionkey": _TEXT | {"description": "What the event is about; `sequence` orders events of one key."},
        "sequence": {"type": "string", "pattern": "^[0-9]{40}$", "description": "Sorts as text."},
        **{name: {"type": ["string", "integer", "boolean"]} for name in extensions},
        "data": {"$ref": data},
    }
    optional = {"subject", "time", *extensions} - {*subject, *always}
    return {
        "type": "object",
        "required": [name for name in members if name not in optional],
        "properties": members,
    }


def aws_event(said_by: Sequence[Saying], detail: str) -> dict[str, Any]:
    """The schema of the event that EventBridge delivers, `detail` being the reference to the schema of its detail."""
    sure = {
        "version": {"type": "string", "const": "0"},
        "source": _one_of([saying.source for saying in said_by]) or {"type": "string"},
        "detail-type": _one_of([saying.type for saying in said_by]) or {"type": "string"},
    }
    return {
        "type": "object",
        "required": [*AWS_EVENT, "detail"],
        "properties": {**AWS_EVENT, **sure, "detail": {"$ref": detail}},
    }


def wrapped(document: Mapping[str, Value], said_by: Sequence[Saying], envelope: str) -> dict[str, Any]:
    """A bundle's data inside its `cloudevent`, that inside `eventbridge`, or bare inside it as `eventbridge-data`."""
    definitions = embedded(document, renamed(document, "data", ("cloudevent",)))
    data, identity = to_definition("data"), str(document["$id"])
    if envelope == "eventbridge-data":
        root = aws_event(said_by, data)
    elif envelope == "eventbridge":
        definitions = {"cloudevent": cloud_event(said_by, identity, data), **definitions}
        root = aws_event(said_by, to_definition("cloudevent"))
    else:
        root = cloud_event(said_by, identity, data)
    title = {"title": document["title"]} if "title" in document else {}
    return {"$schema": LATEST.uri, **title, **root, "$defs": definitions}


def embedded(document: Mapping[str, Value], names: Mapping[str, str]) -> dict[str, Any]:
    """The parts of a document as definitions of another one, under new names; that of the root is by ""."""

    def moved(part: Any) -> Any:
        if not isinstance(part, dict):
            return part
        made = rebuilt(part, lambda _keyword, _steps, inner: moved(inner))
        if "$ref" in made:
            made["$ref"] = to_definition(names[made["$ref"].removeprefix("#").removeprefix("/$defs/")])
        return {keyword: value for keyword, value in made.items() if keyword not in ("$schema", "$id")}

    return {names[old]: moved(part) for old, part in parts(document).items()}


def renamed(document: Mapping[str, Value], root: str, taken: Collection[str]) -> dict[str, str]:
    """A new name for each part of a document: `root` for the whole, and another one for each whose name is taken."""
    names = {"": root}
    for old in document.get("$defs", {}):
        new, number = old, 2
        while new in {*taken, *names.values()}:
            new, number = f"{old}-{number}", number + 1
        names[old] = new
    return names


def _one_of(values: Sequence[str | None]) -> dict[str, Any] | None:
    """What a member is when every rule says it as it stands."""
    sure = sorted({value for value in values if value is not None})
    if not sure or None in values:
        return None
    return {"type": "string", **({"const": sure[0]} if len(sure) == 1 else {"enum": sure})}
