"""Functions that compare the item before with the item after: `old` and `new` of the change document."""

from bridge.core.change import Value
from bridge.core.expression.functions.table import Call, Closure, Parameter, entry, expref
from bridge.core.expression.nulls import Run
from bridge.core.expression.values import Refusal, equal


def _image(run: Run, name: str) -> Value:
    return run.root.get(name) if isinstance(run.root, dict) else None


def _changed(call: Call) -> Closure:
    (path,) = call.arguments

    def changed(_: Value, run: Run) -> Value:
        return not _same(path(_image(run, "old"), run), path(_image(run, "new"), run), call.at)

    return changed


def _became(call: Call) -> Closure:
    path, target = call.arguments

    def became(value: Value, run: Run) -> Value:
        wanted = target(value, run)
        is_now = _same(path(_image(run, "new"), run), wanted, call.at)
        return is_now and not _same(path(_image(run, "old"), run), wanted, call.at)

    return became


def _same(left: Value, right: Value, at: int) -> bool:
    try:
        return equal(left, right)
    except Refusal as refusal:
        refusal.at = at
        raise


#: Functions that look at these names of the root document, wherever they are called.
READS = ("old", "new")

_SHIPPED = {"old": {"status": "PAID"}, "new": {"status": "SHIPPED"}}

FUNCTIONS = (
    entry("changed", (expref("path"),), "boolean", "Whether `new` and `old` differ there; absent counts as null.",
          ("changed(&status)", _SHIPPED, True), ("changed(&total)", _SHIPPED, False),
          build=_changed, takes_null=True),
    entry("became", (expref("path"), Parameter("value")), "boolean",
          "Whether `new` has the value there and `old` had another or none.",
          ("became(&status, 'SHIPPED')", _SHIPPED, True), ("became(&status, 'PAID')", _SHIPPED, False),
          build=_became, takes_null=True),
)  # fmt: skip
