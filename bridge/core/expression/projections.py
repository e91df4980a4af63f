"""Closures that make an array of what an expression gives for each element; nulls are left out."""

from bridge.core.change import Value
from bridge.core.expression.functions.table import Closure
from bridge.core.expression.limits import MAX_ELEMENTS
from bridge.core.expression.nulls import Run
from bridge.core.expression.values import Refusal, is_true


def projection(elements: Closure, each: Closure) -> Closure:
    """`elements[*].each`."""

    def projected(value: Value, run: Run) -> Value:
        found = elements(value, run)
        if not isinstance(found, list):
            return None
        return [made for element in found if (made := each(element, run)) is not None]

    return projected


def present(elements: Closure) -> Closure:
    """`elements[*]` with nothing behind it: the elements that are not null."""

    def kept(value: Value, run: Run) -> Value:
        found = elements(value, run)
        return [element for element in found if element is not None] if isinstance(found, list) else None

    return kept


def values(container: Closure, each: Closure) -> Closure:
    """`container.*.each`, in key order: a map of DynamoDB has no order of its own, and a retry must say the same."""

    def projected(value: Value, run: Run) -> Value:
        found = container(value, run)
        if not isinstance(found, dict):
            return None
        return [made for name in sorted(found) if (made := each(found[name], run)) is not None]

    return projected


def filtered(elements: Closure, each: Closure, condition: Closure) -> Closure:
    """`elements[?condition].each`."""

    def chosen(value: Value, run: Run) -> Value:
        found = elements(value, run)
        if not isinstance(found, list):
            return None
        return [
            made for element in found if is_true(condition(element, run)) and (made := each(element, run)) is not None
        ]

    return chosen


def flat(inner: Closure, at: int) -> Closure:
    """`inner[]`: arrays inside the array poured into it, one level."""

    def flattened(value: Value, run: Run) -> Value:
        found = inner(value, run)
        if not isinstance(found, list):
            return None
        if sum(len(each) if isinstance(each, list) else 1 for each in found) > MAX_ELEMENTS:
            what = f"the array would have more than {MAX_ELEMENTS:,} elements"
            raise Refusal("X023", what, "take only what is needed before this step", at)
        return [each for part in found for each in (part if isinstance(part, list) else (part,))]

    return flattened
