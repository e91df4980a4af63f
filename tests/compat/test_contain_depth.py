"""Schemas that lead back to themselves have an answer, not an end of the stack."""

import pytest

from bridge.core.contain import contains
from bridge.core.contain.decide import decide

LATEST = "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    "inside",
    [
        {"prefixItems": [{"$ref": "#"}]},
        {"prefixItems": [{"$ref": "#"}, {"$ref": "#"}, {"type": "integer"}]},
        {"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}, "required": ["a", "b"]},
        {"contains": {"$ref": "#"}},
        {"items": {"$ref": "#"}, "minItems": 1},
    ],
    ids=str,
)
def test_a_schema_that_leads_back_to_itself_is_compared(inside):
    writer = {"$schema": LATEST, **inside}
    assert contains(writer, writer).answer == "yes"
    assert contains({**writer, "maxLength": 3}, writer).answer != "yes"  # a longer text is none of its arrays
    assert contains({**writer, "title": "The same"}, writer).answer != "no"


@pytest.mark.parametrize(("levels", "answer"), [(35, "yes"), (45, "unknown"), (120, "unknown")])
def test_what_is_nested_deeper_than_items_can_be_is_not_compared_for_ever(levels, answer):
    writer = {"type": "string", "minLength": 1}
    reader = {"type": "string"}
    for _ in range(levels):
        writer, reader = ({"type": "object", "properties": {"o": each}, "required": ["o"]} for each in (writer, reader))
    assert decide(reader, writer).answer == answer
