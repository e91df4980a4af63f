"""One schema through the export, as the cases of `tests/compliance/export.yaml` and the laws want it."""

from bridge.core.compat import read_links
from bridge.core.export.bundle import bundle
from bridge.core.export.registry import for_readers
from bridge.core.export.spell import draft4, openapi
from bridge.core.export.tree import parts
from bridge.core.way import json_path
from bridge.core.wire import write_json

LATEST = "https://json-schema.org/draft/2020-12/schema"
SPELL = {"jsonschema": (draft4, "definitions"), "openapi": (openapi, "components")}


def bundled(schema):
    """The bundle of a schema alone in its project."""
    whole = {"$schema": LATEST, **schema}
    whole["id" if "draft-04" in whole["$schema"] else "$id"] = "https://example.com/s.json"
    return bundle(read_links({"s.json": write_json(whole)}), "s.json")


def spelt(document, form):
    """A document in the form's notation, its definitions beside it."""
    write, place = SPELL[form]
    made = {name: write(part, lambda to: f"#/{place}/{to}" if to else "#") for name, part in parts(document).items()}
    root = {keyword: value for keyword, value in made.pop("").items() if keyword not in ("$schema", "$id")}
    return {**root, **({place: made} if made else {})}


def converted(schema, form):
    """The schema in the form's notation, and what was lost: the path, and what, harmless losses in brackets."""
    given = bundled(schema)
    made = for_readers(given.document, form)
    lost = {}
    for loss in made.losses:
        what = f"({loss.what})" if loss.harmless else loss.what
        lost.setdefault(path(loss.steps), []).append(what)
    return spelt(made.document, form), lost


def path(steps):
    way = None
    for step in steps:
        way = (way, step)
    return json_path(way)
