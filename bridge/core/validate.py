"""What is wrong with an event's data, in words that a rule author can act on and that hold no value of the item.

One broken value makes every schema around it fail, and a validator reports them all. What is told here is the cause:
of `oneOf` and `anyOf` the faults of the branch that was meant, which is the one whose constants matched; and a member
counts as undeclared only where no other fault explains why the schema that declares it did not hold.
"""

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from jsonschema_rs import ValidationError, ValidationErrorKind, Validator

from bridge.core.change import Value
from bridge.core.schema.words import Words, mistyped, unlisted, unmatched, words
from bridge.core.way import Way, json_path
from bridge.errors import Problem, Where
from bridge.frozen import frozen

#: Deepest data that is looked at: as deep as `wire` writes, and far from where a validator's recursion ends.
MAX_DEPTH = 128

Path = tuple[str | int, ...]

_CONSTANTS = frozenset({"const", "enum"})


@frozen
class Checker:
    """The compiled forms of one schema."""

    name: str
    forms: tuple[Validator, ...]  #: all must hold, the closed one first
    members: frozenset[str]  #: every name that the schema declares somewhere

    def holds(self, data: Value) -> bool:
        """Whether every form holds, for data that is neither deep nor unreadable."""
        for form in self.forms:  # noqa: SIM110 -- the hot path: twice as fast as all()
            if not form.is_valid(data):
                return False
        return True

    def problems(self, data: Value) -> list[Problem]:
        """Everything that is wrong with the data, S050 to S060, by JSON path in the event: `$.data.lines[0].sku`."""
        if _is_deep(data):
            return [self._problem((), Words("S060", f"the data is nested more than {MAX_DEPTH} deep", "flatten it"))]
        try:
            broken = next((form for form in self.forms if not form.is_valid(data)), None)
            return [] if broken is None else self._explained(list(broken.iter_errors(data)))
        except ValueError:  # what the validator cannot read: a lone surrogate, a float that is no number, a set
            what = "the data holds what JSON cannot say, such as half a surrogate pair"
            return [self._problem((), Words("S060", what, "correct the text where it was cut"))]

    def _explained(self, errors: Sequence[ValidationError]) -> list[Problem]:
        faults = [fault for error in errors for fault in _faults(error)]
        return list(dict.fromkeys(problem for fault in faults for problem in self._told(fault, faults)))

    def _told(self, fault: "_Fault", faults: Collection["_Fault"]) -> Iterator[Problem]:
        if fault.said is not None:
            yield self._problem(fault.path, fault.said)
        explained = fault.doubtful and any(map(fault.is_explained_by, faults))
        for name in fault.undeclared:
            if not (explained and name in self.members):
                yield self._problem((*fault.path, name), self._stranger(name))

    def _stranger(self, name: str) -> Words:
        near = get_close_matches(name, sorted(self.members - {name}), 1, 0.7)
        fix = "declare it in the schema, or leave it out"
        return Words("S050", "the schema does not declare this", f"write {near[0]}; or {fix}" if near else fix)

    def _problem(self, path: Path, said: Words) -> Problem:
        way: Way = None
        for step in path:
            way = (way, step)
        return Problem(Where(path=json_path(way, "$.data")), said.code, f"{said.what} ({self.name})", said.fix)


@frozen
class _Fault:
    """What one error of the validator comes to: something to say, or members that nobody declares."""

    path: Path
    said: Words | None = None
    undeclared: tuple[str, ...] = ()
    doubtful: bool = False  #: whether they may be undeclared only because the schema that declares them did not hold

    def is_explained_by(self, other: "_Fault") -> bool:
        """Whether the other fault lies in the same value, and is not just the same question asked higher up."""
        inside = other.path[: len(self.path)] == self.path
        return inside and (other.said is not None or len(other.path) > len(self.path))


def _faults(error: ValidationError) -> Iterator[_Fault]:
    kind, path = error.kind, tuple(error.instance_path)
    if isinstance(kind, ValidationErrorKind.OneOfNotValid | ValidationErrorKind.AnyOf):
        yield from _of_alternatives(error, kind.context)
    elif isinstance(kind, ValidationErrorKind.AdditionalProperties | ValidationErrorKind.UnevaluatedProperties):
        doubtful = isinstance(kind, ValidationErrorKind.UnevaluatedProperties)
        yield _Fault(path, undeclared=tuple(kind.unexpected), doubtful=doubtful)
    elif isinstance(kind, ValidationErrorKind.Required):
        what = f"'{kind.property}' is missing, which the schema requires"
        yield _Fault((*path, kind.property), Words("S051", what, "give it in the rule's `data`"))
    else:
        yield _Fault(path, words(error))


def _of_alternatives(error: ValidationError, branches: Sequence[Sequence[ValidationError]]) -> Iterator[_Fault]:
    """The faults of the branch that was meant; where none can be told, what would have chosen one."""
    here = tuple(error.instance_path)
    mistypings = [_mistyping(branch, here) for branch in branches]
    fitting = [branch for branch, types in zip(branches, mistypings, strict=True) if not types]
    meant = [branch for branch in fitting if not _choosers(branch, here)]
    if not fitting:
        yield _Fault(here, mistyped(sorted({name for types in mistypings for name in types}), error.instance))
    elif meant or len(fitting) == 1:
        for inner in max(meant or fitting, key=_depth):
            yield from _faults(inner)
    else:
        yield _unchosen(here, [_choosers(branch, here) for branch in fitting])


def _mistyping(branch: Sequence[ValidationError], here: Path) -> list[str]:
    """The types that a branch wants of the value itself, where it has another."""
    wrong = (error.kind for error in branch if tuple(error.instance_path) == here)
    return next((list(kind.types) for kind in wrong if isinstance(kind, ValidationErrorKind.Type)), [])


def _choosers(branch: Sequence[ValidationError], here: Path) -> dict[Path, list[Value]]:
    """What a branch lists for the value or a member of it, where it is something else: so another one was meant."""
    kinds = {tuple(error.instance_path): error.kind for error in branch if error.kind.name in _CONSTANTS}
    return {path: _listed(kind) for path, kind in kinds.items() if len(path) <= len(here) + 1}


def _listed(kind: ValidationErrorKind) -> list[Value]:
    return kind.options if isinstance(kind, ValidationErrorKind.Enum) else [kind.as_dict()["expected_value"]]


def _depth(branch: Sequence[ValidationError]) -> tuple[int, int]:
    """How far a branch got: the deeper its faults and the fewer, the likelier it was meant."""
    return max(len(error.instance_path) for error in branch), -len(branch)


def _unchosen(here: Path, choosers: Sequence[dict[Path, list[Value]]]) -> _Fault:
    common = set(choosers[0]).intersection(*choosers)
    if not common:
        return _Fault(here, unmatched(len(choosers)))
    path = min(common, key=str)
    return _Fault(path, unlisted([value for listed in choosers for value in listed[path]]))


def _is_deep(data: Value) -> bool:
    level = [data]
    for _ in range(MAX_DEPTH + 1):
        boxes = [box for box in level if isinstance(box, dict | list)]
        if not boxes:
            return False
        level = [inner for box in boxes for inner in (box.values() if isinstance(box, dict) else box)]
    return True
