"""A schema as a document for EventBridge's schema registry, which takes OpenAPI 3.0 and JSON Schema Draft 4.

The document describes the whole event that EventBridge delivers, as the registry's own discovery writes it:
`AWSEvent`, whose `detail` is the CloudEvent. OpenAPI is the default, because AWS's code bindings, toolkits and the SAM
CLI look for `components.schemas.AWSEvent` and its `x-amazon-events-*`. It says less than Draft 4 can: conditions and
what a generator makes no type of are left out rather than spelt with `anyOf` and `not`. Draft 4 is for validators.

Both are made for readers: open, so that an added property breaks none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from bridge.core.change import Value
from bridge.core.contain import Containment, contains
from bridge.core.export.bundle import Bundle
from bridge.core.export.envelope import aws_event, cloud_event, embedded
from bridge.core.export.inline import inlined
from bridge.core.export.naming import class_name
from bridge.core.export.saying import Saying
from bridge.core.export.speech import DRAFT4, LONE_REFERENCES, OPENAPI, TOLERANT
from bridge.core.export.spell import DRAFT4_URI, draft4, openapi
from bridge.core.export.tree import to_definition
from bridge.core.export.widen import Loss, Widened, widen
from bridge.core.wire import write_json

Form = Literal["openapi", "jsonschema"]

#: What the registry calls the forms (botocore 1.44.5, schemas `Type`).
TYPES: Final[dict[Form, str]] = {"openapi": "OpenApi3", "jsonschema": "JSONSchemaDraft4"}
#: Longest content, in characters (botocore 1.44.5, schemas `__stringMin1Max100000`).
MAX_CONTENT: Final = 100_000
#: Longest description (botocore 1.44.5, schemas `__stringMin0Max256`).
MAX_DESCRIPTION: Final = 256
#: What a schema's name may not hold. The API model names no rule; the service's documentation allows these.
_STRANGE: Final = re.compile(r"[^0-9A-Za-z_.@-]")


@dataclass(frozen=True, slots=True)
class Export:
    """A document for the registry."""

    name: str  #: the event's type, which is the schema's name there
    schema: str  #: name in the project
    form: Form
    document: dict[str, Value]
    data: str  #: the name of the definition that describes the event's data
    about: str
    losses: tuple[Loss, ...]  #: by the steps in the schema's bundle
    proof: Containment  #: whether all that the schema allows is allowed here

    @property
    def content(self) -> str:
        """The document as the registry keeps it."""
        return write_json(self.document).decode()


def export(bundle: Bundle, said_by: Sequence[Saying], schema: str, form: Form, *, whole: bool) -> Export:
    """The document of one event type, said by one rule or more; `whole` where `detail` is the CloudEvent."""
    data = for_readers(bundle.document, form)
    event = class_name(str(bundle.document.get("title", ""))) or class_name(said_by[0].rule) or "Event"
    names = _names(data.document, f"{event}Data" if whole else event, {"AWSEvent", event})
    definitions = embedded(data.document, names)
    if whole:
        identity = str(bundle.document["$id"])
        definitions = {event: cloud_event(said_by, identity, to_definition(names[""])), **definitions}
    write = _as_draft4 if form == "jsonschema" else _as_openapi
    return Export(
        name=_STRANGE.sub("-", said_by[0].type),
        schema=schema,
        form=form,
        document=write(aws_event(said_by, to_definition(event)), definitions, event, said_by),
        data=names[""],
        about=said_by[0].about[:MAX_DESCRIPTION],
        losses=data.losses,
        proof=contains(data.document, bundle.document),
    )


def for_readers(document: Mapping[str, Any], form: Form) -> Widened:
    """A bundle as the form can say it to tolerant readers, still in the latest draft's spelling."""
    opened = widen(document, TOLERANT)
    said = widen(opened.document, DRAFT4 if form == "jsonschema" else OPENAPI)
    alone = widen(inlined(said.document), LONE_REFERENCES)
    return Widened(alone.document, (*opened.losses, *said.losses, *alone.losses))


def _names(document: dict[str, Any], root: str, taken: set[str]) -> dict[str, str]:
    """A class's name for each part."""
    names = {"": root}
    for old in document.get("$defs", {}):
        made = class_name(old) or "Part"
        new, number = made, 2
        while new in {*taken, *names.values()}:
            new, number = f"{made}{number}", number + 1
        names[old] = new
    return names


def _as_draft4(
    event: dict[str, Any], definitions: dict[str, Any], title: str, said_by: Sequence[Saying]
) -> dict[str, Any]:
    def place(name: str) -> str:
        return f"#/definitions/{name}"

    parts = {name: draft4(part, place) for name, part in definitions.items()}
    return {"$schema": DRAFT4_URI, "title": title, **_marks(said_by), **draft4(event, place), "definitions": parts}


def _as_openapi(
    event: dict[str, Any], definitions: dict[str, Any], title: str, said_by: Sequence[Saying]
) -> dict[str, Any]:
    def place(name: str) -> str:
        return f"#/components/schemas/{name}"

    parts = {"AWSEvent": _exemplary({**event, **_marks(said_by)}), **definitions}
    if len(definitions) > 1 and "specversion" in definitions[title].get("properties", {}):
        parts[title] = _exemplary(definitions[title])
    return {
        "openapi": "3.0.0",
        "info": {"version": "1.0.0", "title": title},
        "paths": {},
        "components": {"schemas": {name: openapi(part, place) for name, part in parts.items()}},
    }


def _marks(said_by: Sequence[Saying]) -> dict[str, str]:
    """How AWS's tools know which events it describes."""
    sources = {saying.source for saying in said_by}
    only = sources.pop() if len(sources) == 1 else None
    source = {"x-amazon-events-source": only} if only is not None else {}
    return {"x-amazon-events-detail-type": said_by[0].type, **source}


def _exemplary(envelope: Any) -> Any:
    """An envelope whose constants are examples: of a constant, a generator would make a class with one value."""
    members = {
        name: {**{k: v for k, v in member.items() if k != "const"}, "example": member["const"]}
        if "const" in member
        else member
        for name, member in envelope["properties"].items()
    }
    return {**envelope, "properties": members}
