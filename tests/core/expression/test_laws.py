"""Laws that hold for any text and any document: a value or our refusal, never anything else."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.core.change import NAMES
from bridge.core.expression import ABSENT, FUNCTIONS, compile_expression
from bridge.core.expression.limits import MAX_DEPTH
from bridge.core.expression.nulls import MadeDict, MadeList
from bridge.core.expression.values import equal, identity
from bridge.core.wire import canonical_json
from bridge.errors import ProjectInvalid, UndecodableRecord, UnmappableChange, Where
from tests.core.expression.test_parser import PIECES

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from([Decimal("1E+6000"), Decimal("1E-6000"), Decimal("12345678901234567890.5")]),
    st.sampled_from(["", "x", "7", "2026-01-31T09:30:00Z", "A#b", "{}", "aGk="]), st.text(max_size=4),
)  # fmt: skip
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "old", "new", "key", "value"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
ATOMS = [
    "a",
    "b",
    "old",
    "new",
    "@",
    "[*]",
    "*",
    "a[0]",
    "a.b",
    "'x'",
    "'ms'",
    "`1`",
    "`2.50`",
    "`-7`",
    "`true`",
    "`null`",
    '`[1, "x"]`',
]


def calls(inner):
    def call(function, arguments):
        texts = [
            f"&{text}" if "expref" in function.parameter(index).types else text for index, text in enumerate(arguments)
        ]
        return f"{function.name}({', '.join(texts)})"

    return st.sampled_from(list(FUNCTIONS.values())).flatmap(
        lambda function: st.lists(inner, min_size=function.least, max_size=function.most or 3).map(
            lambda arguments: call(function, arguments)
        )
    )


def combined(inner):
    return st.one_of(
        calls(inner),
        st.tuples(inner, st.sampled_from([" || ", " && ", " | ", " == ", " < ", "."]), inner).map("".join),
        st.tuples(inner, inner).map("{0[0]}[?{0[1]}]".format),
        st.tuples(inner, inner).map("[{0[0]}, {0[1]}]".format),
        st.tuples(inner, inner).map("{{a: {0[0]}, b: {0[1]}}}".format),
        inner.map("{}[]".format),
        inner.map("!{}".format),
    )


EXPRESSIONS = st.recursive(st.sampled_from(ATOMS), combined, max_leaves=6)


def compiled(text, names=None):
    """The expression, None where it is refused with places inside the text and a fix."""
    try:
        return compile_expression(text, lambda offset: Where(column=offset + 1), names, {"x": b"key"}.__getitem__)
    except ProjectInvalid as error:
        problems = error.problems
    assert problems
    assert all(problem.code.startswith("X") and problem.fix for problem in problems)
    assert all(1 <= problem.where.column <= len(text) + 1 for problem in problems)
    return None


def outcome(ask, document):
    """The value, or the codes of our refusal."""
    try:
        return ask(document)
    except UnmappableChange as error:
        problems = error.problems
    assert all(problem.fix and problem.where.column for problem in problems)
    return {problem.code for problem in problems}


@given(st.text(max_size=30) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join), DOCUMENTS, st.booleans())
def test_any_text_is_an_expression_or_a_project_problem(text, document, known):
    expression = compiled(text, NAMES if known else None)

    if expression is not None:
        outcome(expression.value, document)


@settings(max_examples=300)
@given(EXPRESSIONS, DOCUMENTS)
def test_any_expression_on_any_document_gives_a_value_or_our_refusal_and_the_same_again(text, document):
    expression = compiled(text)
    if expression is None:
        return
    before = repr(document)

    value = outcome(expression.value, document)

    assert repr(value) == repr(outcome(expression.value, document))
    assert repr(document) == before
    outcome(expression.condition, document)


@settings(max_examples=300)
@given(EXPRESSIONS, DOCUMENTS)
def test_what_is_said_is_what_it_comes_to_unless_that_has_a_null_of_its_own_making(text, document):
    expression = compiled(text)
    if expression is None:
        return

    value, said = outcome(expression.value, document), outcome(expression.say, document)

    if said == {"M002"}:
        assert not isinstance(value, set)
    elif said is ABSENT:
        assert value is None
    else:
        assert said == value
        assert not any(isinstance(each, MadeDict | MadeList) for each in inside(said))


def inside(value):
    yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inside(each)


@given(DOCUMENTS, DOCUMENTS)
def test_equality_is_that_of_canonical_json(left, right):
    for one, other in ((left, right), (left, left), ([left, right], [right, left])):
        if surrogate_free(one) and surrogate_free(other):
            assert equal(one, other) == (canonical_json(one) == canonical_json(other))
            assert (identity(one) == identity(other)) == equal(one, other)


def surrogate_free(value):
    try:
        canonical_json(value)
    except UndecodableRecord:
        return False
    return True


def test_the_deepest_expression_runs_on_a_deep_document_without_exhausting_the_stack():
    document = Decimal("1.0")
    for _ in range(128):
        document = {"a": [document]}

    wrapped = MAX_DEPTH // 2 - 2
    for text in (
        "[" * (MAX_DEPTH - 2) + "a" + "]" * (MAX_DEPTH - 2),
        "map(&" * wrapped + "@" + ", a)" * wrapped,
        "not_null(" * (MAX_DEPTH - 2) + "a" + ")" * (MAX_DEPTH - 2),
        "[?a" * (MAX_DEPTH - 2) + "]" * (MAX_DEPTH - 2),
        "|".join(["@"] * (MAX_DEPTH - 1)),
        "|".join(["items({a: @})"] * 60),
        "added(`[]`, [" * 60 + "a" + "])" * 60,
    ):
        expression = compiled(text)
        assert expression is not None
        outcome(expression.say, document)
        outcome(expression.value, document)
