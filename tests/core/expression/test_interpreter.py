"""Our closures come to what jmespath's own interpreter comes to, over expressions and documents drawn at random."""

import jmespath
from hypothesis import given, settings
from hypothesis import strategies as st
from jmespath.exceptions import JMESPathError

from bridge.core.expression import compile_expression
from bridge.errors import ProjectInvalid, UnmappableChange, Where

names = st.sampled_from("abc")
scalars = st.sampled_from(["", "a", "b", 0, 1, -2, 7, True, False, None])


def _by_name(members):
    """Where our `.*` goes by the names, the interpreter goes by the place."""
    return dict(sorted(members.items()))


documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3).map(_by_name),
    max_leaves=10,
)


def _pairs(inner):
    return st.lists(st.tuples(names, inner), min_size=1, max_size=2, unique_by=lambda pair: pair[0]).map(
        lambda pairs: "{" + ", ".join(f"{name}: {value}" for name, value in sorted(pairs)) + "}"
    )


def _larger(inner):
    two = st.tuples(inner, inner)
    compared = st.tuples(inner, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), inner)
    return st.one_of(
        st.tuples(inner, names).map(lambda pair: f"({pair[0]}).{pair[1]}"),
        st.tuples(inner, names).map(lambda pair: f"({pair[0]}) | {pair[1]}"),
        st.tuples(inner, st.integers(-2, 2)).map(lambda pair: f"({pair[0]})[{pair[1]}]"),
        st.tuples(inner, st.sampled_from(["1:", ":2", "::-1", "0:3:2", "-2:"])).map(
            lambda pair: f"({pair[0]})[{pair[1]}]"
        ),
        st.tuples(inner, names).map(lambda pair: f"({pair[0]})[*].{pair[1]}"),
        inner.map(lambda each: f"({each})[*]"),
        inner.map(lambda each: f"({each}).*"),
        st.tuples(inner, names).map(lambda pair: f"({pair[0]}).*.{pair[1]}"),
        st.tuples(inner, inner, names).map(lambda parts: f"({parts[0]})[?{parts[1]}].{parts[2]}"),
        inner.map(lambda each: f"({each})[]"),
        inner.map(lambda each: f"!({each})"),
        two.map(lambda pair: f"({pair[0]}) && ({pair[1]})"),
        two.map(lambda pair: f"({pair[0]}) || ({pair[1]})"),
        compared.map(lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"),
        two.map(lambda pair: f"[{pair[0]}, {pair[1]}]"),
        _pairs(inner),
        st.tuples(
            st.sampled_from(["length", "type", "not_null", "to_array", "reverse", "sort", "sum", "max"]), inner
        ).map(lambda call: f"{call[0]}({call[1]})"),
        two.map(lambda pair: f"contains({pair[0]}, {pair[1]})"),
        two.map(lambda pair: f"map(&({pair[0]}), {pair[1]})"),
        two.map(lambda pair: f"join('-', [{pair[0]}, {pair[1]}])"),
    )


expressions = st.recursive(names | st.sampled_from(["@", "'a'", "`1`", "`null`", "`[1, 2]`"]), _larger, max_leaves=5)


def ours(text, document):
    return compile_expression(text, lambda _: Where()).value(document)


@settings(max_examples=1500)
@given(expressions, documents)
def test_a_random_expression_comes_to_what_the_interpreter_says_or_is_refused_where_it_is(text, document):
    try:
        expected = jmespath.search(text, document)
    except JMESPathError:
        expected = JMESPathError
    except TypeError:  # the interpreter's own mistake: it compares a number with text
        return
    try:
        found = ours(text, document)
    except UnmappableChange:
        found = JMESPathError
    except ProjectInvalid:  # a type that can never fit is found before anything is evaluated
        return
    assert (type(found), found) == (type(expected), expected)
