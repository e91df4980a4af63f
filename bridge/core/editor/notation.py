"""A table of `Field`s as JSON Schema: the same that `fields.read_fields` checks."""

from collections.abc import Mapping
from typing import Any, Final

from bridge.core.fields import Field

#: Each of `fields.KINDS`.
KINDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "text": {"type": "string", "minLength": 1},
    "a list of text": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "a mapping": {"type": "object"},
    "a list": {"type": "array"},
    "true or false": {"type": "boolean"},
    "a value": {},
}


def closed(fields: Mapping[str, Field], more: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A mapping with these keys and no other; `more` is what is known of a key beyond its kind."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, field in fields.items() if field.required],
        "properties": {
            name: {"title": name, **KINDS[field.kind], **_about(field), **more.get(name, {})}
            for name, field in fields.items()
        },
    }


def _about(field: Field) -> dict[str, str]:
    required = " **Required.**" if field.required else ""
    return {"description": field.about, "markdownDescription": field.about + "." + required}


def shown(text: str, yaml: str) -> dict[str, str]:
    """A description with an example, for editors that render Markdown and for those that do not."""
    return {"description": text, "markdownDescription": f"{text}.\n\n```yaml\n{yaml.strip()}\n```"}
