"""Expressions as JSON Schema: text, with the functions as documentation and as snippets."""

from typing import Any

from bridge.core.expression import FUNCTIONS
from bridge.core.expression.functions.table import Function


def expression() -> dict[str, Any]:
    """A text with `${…}` in it."""
    ours = sorted((each for each in FUNCTIONS.values() if not each.official), key=lambda each: each.name)
    rows = [f"| `{each.signature}` | {each.about} |" for each in ours]
    official = ", ".join(f"`{each.name}`" for each in sorted(FUNCTIONS.values(), key=lambda e: e.name) if each.official)
    about = "text in which `${…}` holds a JMESPath expression over the change"
    table = "\n".join(["| function | gives |", "|---|---|", *rows])
    return {
        "type": "string",
        "minLength": 1,
        "description": about,
        "markdownDescription": f"{about}.\n\n{table}\n\nAnd JMESPath's own: {official}.",
        "defaultSnippets": [
            {"label": "${new.…}", "description": "an attribute of the item after the change", "body": "\\${new.$1}"},
            *map(_snippet, ours),
        ],
    }


def _snippet(function: Function) -> dict[str, Any]:
    """A call with a stop at each argument that it needs."""
    needed = [each.name for each in function.parameters if not each.optional]
    stops = ", ".join(f"${{{number}:{name}}}" for number, name in enumerate(needed, start=1))
    label = f"${{{function.signature}}}"
    return {"label": label, "description": function.about, "body": f"\\${{{function.name}({stops})\\}}"}
