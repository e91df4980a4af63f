"""Templates compiled to closures, for the hot path: the value that a rule makes of a change that has all it asks for.

`map.py` is what a template means; it also says where each null and each refusal stands. What is here gives the same
value in a part of the time, or raises `Doubt` or a function's `Refusal` and leaves the answer to `map.py`. That both
say the same is a law of the tests.

Each template becomes a function of the document and the run, as each expression is (`expression/compile.py`); None
stands for absent. An expression that is a path is itself the closure, with nothing around it:

    orderId: ${new.orderId}            made([("orderId", two("new", "orderId"), None),
    label: order ${new.orderId}              ("label", text(["order ", two("new", "orderId")]), None),
    coupon?: ${new.coupon}                   ("coupon", two("new", "coupon"), never),
    shipTo?:                                 ("shipTo",
      city: ${new.shipTo.city}                made([("city", three("new", "shipTo", "city"), None)]),
                                              gone([three("new", "shipTo", "city")])),
    lines:                                   ("lines",
      - $each: ${new.lines}                   row([repeated(two("new", "lines"),
        sku: ${it.sku}                                      made([("sku", two("it", "sku"), None)]))]), None)])

To take all plain attributes of an object out at once (`itemgetter`, `zip`) would be a twentieth fewer steps of the
interpreter for a record, and was measured to take a sixth more time for its data.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from bridge.core.change import Value
from bridge.core.expression import NO_RUN, Closure, Doubt, Refusal, Run, metered
from bridge.core.expression.limits import FEW, MAX_TEXT
from bridge.core.map import Array, Entry, Literal, Object, Repeated, Template, Text, Whole
from bridge.core.numbers import number_text

Gone = Callable[[Value], bool]
#: A key, what it holds, and what tells whether it is left out; None where it must be there.
Part = tuple[str, Closure, Gone | None]


class Sure:
    """A template's closure."""

    __slots__ = ("_closure",)

    def __init__(self, template: Template) -> None:
        self._closure = closure_of(template)

    def value(self, document: Value) -> Value:
        """The value, or None where it is absent or `map.py` must be asked."""
        try:
            return self._closure(document, NO_RUN)
        except (Doubt, Refusal):
            return None


def closure_of(template: Template) -> Closure:
    """The closure of a template. It raises `Doubt` or `Refusal` where the template's value needs a second look."""
    return _KINDS[type(template)](template)


def _literal(template: Literal) -> Closure:
    value = template.value
    return _doubt if value is None else lambda _, __: value


def _doubt(_: Value, __: Run) -> Value:
    raise Doubt


def _whole(template: Whole) -> Closure:
    return template.expression.closure


def _text(template: Text) -> Closure:
    parts = tuple(part if isinstance(part, str) else part.closure for part in template.parts)

    def text(document: Value, run: Run) -> Value:
        said = [part if type(part) is str else _said(part(document, run)) for part in parts]  # type: ignore[operator]
        if None in said:
            return None
        if len(said) > FEW and sum(map(len, said)) > MAX_TEXT:  # type: ignore[arg-type]
            raise Doubt  # before it is made
        joined = "".join(said)  # type: ignore[arg-type]
        if len(joined) > MAX_TEXT:
            raise Doubt
        return joined

    return text


def _said(value: Value) -> str | None:
    if value is None or type(value) is str:
        return value
    if type(value) is int or type(value) is Decimal:
        return number_text(value)
    raise Doubt


def _object(template: Object) -> Closure:
    parts = tuple(map(_part, template.entries))

    def made(document: Value, run: Run) -> Value:
        members = {}
        for name, say, gone in parts:
            if gone is not None and gone(document):
                continue
            value = say(document, run)
            if value is not None:
                members[name] = value
            elif gone is None:
                raise Doubt
        return members

    return made


def _part(entry: Entry) -> Part:
    left_out = (_gone(entry.value) if entry.whole else _never) if entry.optional else None
    return entry.key, closure_of(entry.value), left_out


def _never(_: Value) -> bool:
    """An optional value that is no mapping or list is left out where it is None, and not before."""
    return False


def _array(template: Array) -> Closure:
    parts = tuple((closure_of(item), isinstance(item, Repeated)) for item, _ in template.items)

    def row(document: Value, run: Run) -> Value:
        elements = []
        for say, many in parts:
            value = say(document, run)
            if value is None:
                raise Doubt
            if many:
                elements += value
            else:
                elements.append(value)
        return elements

    return row


def _repeated(template: Repeated) -> Closure:
    listed, say_each = template.elements.closure, closure_of(template.made)
    few = template.few

    def repeated(document: Value, run: Run) -> Value:
        elements = listed(document, run)
        if type(elements) is not list:
            raise Doubt
        say = say_each if few is None or len(elements) <= few else metered(say_each)
        return [say({**document, "it": it, "index": index}, run) for index, it in enumerate(elements)]

    return repeated


def _gone(template: Template) -> Gone:
    """Whether all expressions below a mapping or list are absent, as `Template.vanishes` says."""
    leaves = tuple(_leaves(template))
    return lambda document: bool(leaves) and all(leaf(document, NO_RUN) is None for leaf in leaves)


def _leaves(template: Template) -> list[Closure]:
    if not template.reads:
        return []
    if isinstance(template, Object):
        return [leaf for entry in template.entries for leaf in _leaves(entry.value)]
    if isinstance(template, Array):
        return [leaf for item, _ in template.items for leaf in _leaves(item)]
    if isinstance(template, Repeated):
        return [template.elements.closure]
    return [closure_of(template)]


_KINDS: Final[Mapping[type, Callable[..., Closure]]] = {
    Literal: _literal,
    Whole: _whole,
    Text: _text,
    Object: _object,
    Array: _array,
    Repeated: _repeated,
}
