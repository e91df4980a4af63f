"""An expression: compiled once, then asked for its value, for what it says, or for yes or no."""

from collections.abc import Callable, Collection
from dataclasses import field
from typing import Final, NoReturn

from bridge.core.change import Value
from bridge.core.expression.check import findings
from bridge.core.expression.compile import closure_of, is_stateful
from bridge.core.expression.functions.table import Closure
from bridge.core.expression.nulls import ABSENT, HOLE_FIX, Run, holes_in
from bridge.core.expression.parser import parse
from bridge.core.expression.scope import reads
from bridge.core.expression.tree import Finding, Node, Unreadable, start
from bridge.core.expression.values import Refusal, type_of
from bridge.errors import Edit, Problem, ProjectInvalid, UnmappableChange, Where
from bridge.frozen import frozen

Place = Callable[[int], Where]

#: For expressions that neither remember nulls nor look at the root: they never touch it.
NO_RUN: Final = Run(None, strict=False)


class Doubt(Exception):
    """A closure of the hot path cannot tell by itself; `say` can."""


@frozen
class Expression:
    """A compiled expression. Safe to share between threads."""

    text: str
    place: Place = field(repr=False, compare=False)  #: the Where of a code point of the text
    reads: frozenset[str]  #: names of the root document that it looks at; all known ones where it takes it whole
    tree: Node = field(repr=False, compare=False)
    _closure: Closure = field(repr=False, compare=False)
    _stateful: bool = field(repr=False, compare=False)

    def value(self, document: Value) -> Value:
        """What the expression comes to, null included: plain JMESPath.

        Raises `UnmappableChange` (X012, X020 to X024) where a function refuses what it is given.
        """
        return self._come_to(document, Run(document, strict=False) if self._stateful else NO_RUN)

    def say(self, document: Value) -> Value:
        """What the expression comes to, to be published: `ABSENT` for null, None only by `nullable(…)`.

        Raises `UnmappableChange`: as `value`, and M002 for each part of a `{…}` or `[…]` of the expression, or
        result of its `map`, that came to null and is in the result or in JSON text made of it.
        """
        if not self._stateful:
            found = self._come_to(document, NO_RUN)
            return ABSENT if found is None else found
        run = Run(document, strict=True)
        found = self._come_to(document, run)
        if run.holed:
            self._refuse_holes(holes_in(found))
        return ABSENT if found is None and not run.let else found

    def condition(self, document: Value) -> bool:
        """Whether it holds.

        Raises `UnmappableChange`: as `value`, and M003 where it comes to anything but true or false.
        """
        found = self.value(document)
        if isinstance(found, bool):
            return found
        what = f"the condition comes to {type_of(found)}, neither true nor false"
        fix = "write default(…, `false`) around what may be absent" if found is None else "compare it with something"
        raise UnmappableChange(Problem(self.place(start(self.tree)), "M003", what, fix))

    @property
    def closure(self) -> Closure:
        """What `say` gives, without the care: a function of document and run, None for `ABSENT`.

        It raises `Doubt` for what only `say` can tell, which are nulls that are published or refused, and `Refusal`.
        """
        return self._sure if self._stateful else self._closure

    def _sure(self, document: Value, _: Run) -> Value:
        run = Run(document, strict=True)
        found = self._closure(document, run)
        if run.holed or (found is None and run.let):
            raise Doubt
        return found

    def _come_to(self, document: Value, run: Run) -> Value:
        try:
            return self._closure(document, run)
        except Refusal as refusal:
            at = start(self.tree) if refusal.at is None else refusal.at
            raise UnmappableChange(Problem(self.place(at), refusal.code, refusal.what, refusal.fix)) from None

    def _refuse_holes(self, holes: set[int]) -> None:
        if holes:
            said = [(self.place(at), f"{self._part(at)} comes to null") for at in sorted(holes)]
            raise UnmappableChange(*(Problem(where, "M002", what, HOLE_FIX) for where, what in said))

    def _part(self, at: int) -> str:
        for node in self.tree.walk():
            if node.kind == "key_val_pair" and start(node.children[0]) == at:
                return f"the part '{node.value}' of {{…}}"
            if node.kind == "multi_select_list" and at in map(start, node.children):
                return f"part {1 + [start(part) for part in node.children].index(at)} of […]"
        return "an element of the array that is made here"


def compile_expression(
    text: str,
    place: Place,
    names: Collection[str] | None = None,
    secrets: Callable[[str], bytes] | None = None,
) -> Expression:
    """Compile an expression of JMESPath and our functions.

    `place` gives the Where of a code point of the text. `names` are those of the root document, None where it may be
    any JSON. `secrets` gives the bytes of a named secret, or raises `KeyError`; it is asked at each evaluation.
    Raises `ProjectInvalid` with every problem (X001 to X014); of a text that cannot be read there is one.
    """
    tree = _read(text, place)
    problems = [_problem(finding, place) for finding in findings(tree, names)]
    if problems:
        raise ProjectInvalid(*problems)
    read, whole = reads(tree)
    known = read | frozenset(names or ()) if whole else read
    return Expression(text, place, known, tree, closure_of(tree, secrets), is_stateful(tree))


def _read(text: str, place: Place) -> Node:
    try:
        return parse(text)
    except Unreadable as error:
        _refuse(error.finding, place)


def _refuse(finding: Finding, place: Place) -> NoReturn:
    raise ProjectInvalid(_problem(finding, place)) from None


def _problem(finding: Finding, place: Place) -> Problem:
    return Problem(place(finding.at), finding.code, finding.what, finding.fix, edit=_edit(finding, place))


def _edit(finding: Finding, place: Place) -> Edit | None:
    """What mends it in the file, as it would be written without quotes around the expression."""
    if finding.mend is None:
        return None
    length, text = finding.mend
    begin, end = place(finding.at), place(finding.at + length)
    return Edit(begin, end.column - begin.column, text) if begin.line == end.line else None
