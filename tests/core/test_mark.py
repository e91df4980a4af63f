"""A mark is one extension more, and nothing else is different."""

import json

from hypothesis import given

from bridge.core.claim import claimed
from bridge.core.mark import OVERTAKEN, REDRIVEN, marked
from tests.core.test_claim import DATA, REFERENCE, event


@given(DATA)
def test_only_the_mark_is_added(data):
    whole, mark = event(data), marked(event(data), REDRIVEN)
    assert json.loads(mark.body) == json.loads(whole.body) | {"redriven": True}
    assert mark._replace(body=whole.body, extensions=whole.extensions) == whole
    assert list(json.loads(mark.body))[-1] == "data"


def test_marks_and_claims_go_together():
    both = marked(marked(claimed_last(), OVERTAKEN), REDRIVEN)
    claim = claimed(both, REFERENCE)
    said = json.loads(claim.body)
    assert (said["overtaken"], said["redriven"], said["dataref"]) == (True, True, REFERENCE)
    assert "data" not in said


def claimed_last():
    """Claims are made of what is marked, never the other way round."""
    return event({"total": 1})


def test_an_extension_of_the_rules_own_is_let_be():
    own = event(1, extensions={"redriven": "no"})
    assert marked(own, REDRIVEN) is own
