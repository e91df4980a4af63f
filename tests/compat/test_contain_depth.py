"""Schemas that lead back to themselves have an answer, not an end of the stack."""

import pytest

from bridge.core.contain import contains

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
