"""Functions that choose: they evaluate only what they return."""

from bridge.core.change import Value
from bridge.core.expression.functions.table import ANYTHING, Call, Closure, Parameter, entry
from bridge.core.expression.nulls import Run
from bridge.core.expression.values import Refusal, type_of


def _coalesce(call: Call) -> Closure:
    choices = call.arguments

    def first(value: Value, run: Run) -> Value:
        for choice in choices:
            found = choice(value, run)
            if found is not None:
                return found
        return None

    return first


def _if(call: Call) -> Closure:
    condition, then, *rest = call.arguments
    otherwise = rest[0] if rest else _nothing

    def chosen(value: Value, run: Run) -> Value:
        decided = condition(value, run)
        if decided is True:
            return then(value, run)
        if decided is False:
            return otherwise(value, run)
        what = f"the condition of if() must come to true or false, and came to {type_of(decided)}"
        raise Refusal("X020", what, "compare it with something, or write default(…, `false`)", call.nodes[0].at)

    return chosen


def _nothing(_: Value, run: Run) -> Value:
    run.let = False


def _nullable(call: Call) -> Closure:
    (inner,) = call.arguments

    def let_through(value: Value, run: Run) -> Value:
        found = inner(value, run)
        run.let = found is None
        return found

    return let_through


_VALUE = Parameter("value")

_CONDITION = Parameter("condition", ("boolean",))
_OTHERWISE = Parameter("otherwise", optional=True)

FUNCTIONS = (
    entry("default", (_VALUE, Parameter("fallback")), ANYTHING, "The value, or the fallback where it is null.",
          ("default(currency, 'EUR')", {}, "EUR"), ("default(currency, 'EUR')", {"currency": "USD"}, "USD"),
          build=_coalesce, takes_null=True),
    entry("coalesce", (Parameter("value", repeated=True),), ANYTHING, "The first value that is not null, else null.",
          ("coalesce(a, b, 'c')", {"b": 1}, 1), build=_coalesce, takes_null=True),
    entry("if", (_CONDITION, Parameter("then"), _OTHERWISE), ANYTHING,
          "One value where the condition is true, another (null unless given) where it is false.",
          ("if(total > `100`, 'large', 'small')", {"total": 7}, "small"), build=_if, takes_null=True),
    entry("nullable", (_VALUE,), ANYTHING, "The value, which may be null: the only way to publish a null by itself.",
          ("nullable(note)", {"note": None}, None), ("nullable(note)", {"note": "x"}, "x"),
          build=_nullable, takes_null=True),
)  # fmt: skip
