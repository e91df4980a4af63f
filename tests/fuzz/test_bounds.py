"""The dearest expressions and patterns that we could think of end at once, whatever the item."""

import json
from contextlib import suppress
from functools import partial
from resource import RUSAGE_SELF, getrusage
from time import process_time

import pytest

from bridge.core.expression import compile_expression
from bridge.core.pattern import compile_pattern
from bridge.core.yamltree import read_yaml
from bridge.errors import BridgeError, Where

DOCUMENT = {"a": ["x" * 1000] * 100, "b": list(range(300)), "s": "x" * 400_000, "n": 10}
SECONDS, BYTES = 5.0, 300_000_000

EXPRESSIONS = {
    "wide padding": "pad('x', `1000000000`)",
    "padding out of the item": "pad(s, multiply(n, `1000000000`))",
    "replacements that multiply": "replace(replace(replace(s,'x','xxxxxxxxxx'),'x','xxxxxxxxxx'),'x','xxxxxxxxxx')",
    "replacing nothing": "replace(s, '', s)",
    "a long glue": "join(s, split(s, 'x'))",
    "lists that double and flatten": "|".join(["a[]", *["[].[@,@]"] * 12, "[]"]),
    "lists that double and are compared": "[@,@]|" * 60 + "@ == @",
    "lists that double and are counted": "[@,@]|" * 60 + "length(@)",
    "lists that double and are written": "[@,@]|" * 60 + "to_string(@)",
    "a text of everything": "to_string([s,s,s,s,s,s,s,s])",
    "numbers that multiply": "multiply(" * 60 + "`9e100`" + ",`9e100`)" * 60,
    "a number with many digits": "text(`1E+999999`)",
    "digits of a quotient": "divide(`1`,`3`,`100000000`)",
    "a number out of text": "to_number('1e999999999')",
    "text that is JSON": "json(s)",
    "sorting by what is dear": "sort_by(b, &length(to_string([@,@,@])))",
}
PATTERNS = {
    "a wildcard of many stars": {"s": [{"wildcard": "*x" * 200 + "y"}]},
    "many wildcards": {"s": [{"wildcard": f"*x*{i}*y"} for i in range(300)]},
    "none of many wildcards": {"s": [{"anything-but": {"wildcard": ["*x" * 100 + "y"] * 20}}]},
    "a huge $or": {"$or": [{f"f{i}": [1]} for i in range(5000)]},
    "many $or side by side": {f"k{i}": {"$or": [{"a": [1]}, {"b": [2]}]} for i in range(40)},
    "$or in $or": {"x": {"$or": [{"$or": [{"a": [j]} for j in range(60)], "q": [i]} for i in range(60)]}},
}


def within(work):
    """Run it; it may refuse, and may take neither long nor much."""
    before, began = getrusage(RUSAGE_SELF).ru_maxrss, process_time()
    with suppress(BridgeError):
        work()
    assert process_time() - began < SECONDS
    assert (getrusage(RUSAGE_SELF).ru_maxrss - before) * 1024 < BYTES


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_a_dear_expression_is_bounded(name):
    made = []
    within(lambda: made.append(compile_expression(EXPRESSIONS[name], lambda offset: Where(column=offset + 1))))
    for expression in made:
        within(partial(expression.value, DOCUMENT))


@pytest.mark.parametrize("name", PATTERNS)
def test_a_dear_pattern_is_bounded(name):
    text = json.dumps(PATTERNS[name]).encode()
    within(lambda: compile_pattern(read_yaml(text, "dear.yaml")).matches(DOCUMENT))
