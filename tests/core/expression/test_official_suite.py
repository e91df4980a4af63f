"""The official JMESPath compliance suite, whole."""

import json
from pathlib import Path

import jmespath
import pytest
from jmespath.exceptions import JMESPathError

from bridge.core.expression import compile_expression
from bridge.core.wire import canonical_json, read_json
from bridge.errors import BridgeError, Where

SUITE = Path(__file__).parents[2] / "compliance" / "jmespath"
CASES = [
    pytest.param(group["given"], case, id=f"{file.stem}-{index}-{number}")
    for file in sorted(SUITE.glob("*.json"))
    for index, group in enumerate(read_json(file.read_bytes()))
    for number, case in enumerate(group["cases"])
]

#: The code that stands for each kind of error in the suite.
CODES = {
    "syntax": {"X001", "X002", "X003"},
    "unknown-function": {"X006"},
    "invalid-arity": {"X007"},
    "invalid-type": {"X008", "X010", "X020"},
    "invalid-value": {"X014", "X020"},
}


def evaluate(expression, given):
    return compile_expression(expression, lambda offset: Where(column=offset + 1)).value(given)


@pytest.mark.parametrize(("given", "case"), [each for each in CASES if "result" in each.values[1]])
def test_a_case_with_a_result_comes_to_it(given, case):
    assert canonical_json(evaluate(case["expression"], given)) == canonical_json(case["result"])


@pytest.mark.parametrize(("given", "case"), [each for each in CASES if "error" in each.values[1]])
def test_a_case_with_an_error_is_refused_for_that_reason(given, case):
    with pytest.raises(BridgeError) as refused:
        evaluate(case["expression"], given)

    assert {problem.code for problem in refused.value.problems} <= CODES[case["error"]]


@pytest.mark.parametrize(("given", "case"), [each for each in CASES if "bench" in each.values[1]])
def test_a_benchmark_comes_to_what_jmespath_says_or_is_refused_as_there(given, case):
    try:
        expected = jmespath.search(case["expression"], json.loads(json.dumps(given)))
    except JMESPathError:
        with pytest.raises(BridgeError):
            evaluate(case["expression"], given)
    else:
        assert evaluate(case["expression"], given) == expected


def test_the_suite_is_here():
    assert len(CASES) == 890
