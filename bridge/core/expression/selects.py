"""Closures of `[a, b]` and `{x: a}`, which remember the nulls that they put into what will be published."""

from collections.abc import Sequence

from bridge.core.change import Value
from bridge.core.expression.functions.table import Closure
from bridge.core.expression.nulls import Run, dict_of, list_of

Part = tuple[Closure, int]  #: the closure of a part, and its offset


def select_list(parts: Sequence[Part]) -> Closure:
    """`[a, b]`; null at null."""
    closures = [closure for closure, _ in parts]

    def made(value: Value, run: Run) -> Value:
        if value is None:
            return None
        if run.strict:
            return strict(value, run)
        return [closure(value, run) for closure in closures]

    def strict(value: Value, run: Run) -> Value:
        found: list[Value] = []
        holes: dict[int | str, int] = {}
        for index, (closure, at) in enumerate(parts):
            run.let = False
            found.append(closure(value, run))
            if found[-1] is None and not run.let:
                holes[index] = at
        run.let = False
        return list_of(found, holes, run)

    return made


def select_dict(parts: Sequence[tuple[str, Part]]) -> Closure:
    """`{x: a}`; null at null."""
    closures = [(name, closure) for name, (closure, _) in parts]

    def made(value: Value, run: Run) -> Value:
        if value is None:
            return None
        if run.strict:
            return strict(value, run)
        return {name: closure(value, run) for name, closure in closures}

    def strict(value: Value, run: Run) -> Value:
        found: dict[str, Value] = {}
        holes: dict[int | str, int] = {}
        for name, (closure, at) in parts:
            run.let = False
            found[name] = closure(value, run)
            holes.pop(name, None)
            if found[name] is None and not run.let:
                holes[name] = at
        run.let = False
        return dict_of(found, holes, run)

    return made
