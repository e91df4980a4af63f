"""Reading items: what the answer does not say is not read out of it."""

import pytest

from bridge.aws import items
from bridge.aws.clients import Clients
from bridge.loop import run


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"Responses": 5},
        {"Responses": None},
        {"Responses": {"table": None}},
        {"Responses": {}, "UnprocessedKeys": {"table": {}}},
        {"Responses": {}, "UnprocessedKeys": {"table": 7}},
    ],
    ids=repr,
)
def test_an_answer_of_another_form_is_a_failure_and_no_bug(answer, monkeypatch):
    """Else the batch would fail as a whole, and what is old in it would never be given up."""
    failures = []

    async def answered(*_, **__):
        return answer

    async def persist(step):
        failures.append(await step(1.0))

    monkeypatch.setattr(items, "answered", answered)
    assert run(items.read_items(Clients(), "table", ["a"], persist)) == []
    assert failures[0].code in ("NoAnswer", "AttributeError", "TypeError", "KeyError")
