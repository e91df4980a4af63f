"""Says a schema in a language that has fewer words for it, and keeps account of what could not be said.

What comes out allows everything that went in: where a language lacks a word, the schema says less. So nothing valid
becomes invalid, which is what a reader needs.

Saying less is not always allowing more. Under `not` it allows less, a value that matched one branch of `oneOf` may then
match two, and what stands under `if` decides which branch counts. So where something is lost in there, `not` and `if`
go as a whole, and `oneOf` becomes `anyOf`. A definition that lost something counts wherever it is referred to; since
that may cost further definitions their `not`, the whole is repeated until nothing more is lost.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.core.change import Value
from bridge.core.export.tree import joined, parts, rebuilt, references
from bridge.core.schema.dialect import Pointer


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that the schema said and the result does not."""

    steps: Pointer  #: to the schema that said it, in the document that was given
    what: str
    harmless: bool = False  #: an annotation: values are judged as before


@dataclass(slots=True)
class Page:
    """One schema that is being written. Its inner schemas are written already."""

    said: dict[str, Any]
    steps: Pointer
    inexact: frozenset[str] = frozenset()  #: keywords under which something was lost
    losses: list[Loss] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)

    def lose(self, what: str, *keywords: str, harmless: bool = False) -> None:
        """Leave out keywords with all that stands under them, and say what is lost."""
        for keyword in keywords:
            self.said.pop(keyword, None)
        self.left_out.update(keywords)
        self.losses.append(Loss(self.steps, what, harmless))

    def also(self, *more: Any) -> None:
        """Add schemas that must hold as well."""
        self.said["allOf"] = [*self.said.get("allOf", ()), *more]


@dataclass(frozen=True, slots=True)
class Speech:
    """A language for schemas: what it has words for."""

    words: Collection[str]  #: the keywords that it knows, in the latest draft's spelling; empty: all
    lacks: Mapping[str, str] = field(default_factory=dict)  #: by a keyword that it does not know: what is lost with it
    rewrites: tuple[Callable[[Page], None], ...] = ()  #: other ways to say things, tried in order


@dataclass(frozen=True, slots=True)
class Widened:
    """A schema said in a speech."""

    document: dict[str, Value]
    losses: tuple[Loss, ...]  #: in the document's order


def widen(document: Mapping[str, Any], speech: Speech) -> Widened:
    """A document of the latest draft whose references all lead to its own root and `$defs`, said in a speech."""
    given, inexact = parts(document), frozenset[str]()
    while True:
        scribes = {name: _Scribe(speech, inexact) for name in given}
        made = {name: scribes[name].schema(part, ("$defs", name) if name else ()) for name, part in given.items()}
        found = _spread({name for name, scribe in scribes.items() if scribe.lost_since(0)}, made)
        if found <= inexact:
            break
        inexact |= found
    whole = joined(made)
    kept = {"", *whole.get("$defs", ())}
    return Widened(whole, tuple(loss for name, scribe in scribes.items() if name in kept for loss in scribe.losses))


def _spread(inexact: set[str], made: Mapping[str, Any]) -> frozenset[str]:
    """Those definitions and all that refer to them."""
    before = -1
    while len(inexact) > before:
        before = len(inexact)
        inexact |= {name for name, part in made.items() if not inexact.isdisjoint(references(part))}
    return frozenset(inexact)


@dataclass(slots=True)
class _Scribe:
    """Writes one definition."""

    speech: Speech
    inexact: frozenset[str]
    losses: list[Loss] = field(default_factory=list)

    def schema(self, schema: Any, steps: Pointer) -> Any:
        """The schema, wider or equal; what was lost joins the losses."""
        if not isinstance(schema, dict):
            return schema
        start, changed = len(self.losses), set[str]()

        def written(keyword: str, inner: Pointer, part: Any) -> Any:
            before = len(self.losses)
            made = self.schema(part, steps + inner)
            if self.lost_since(before) or not self.inexact.isdisjoint(references(made)):
                changed.add(keyword)
            return made

        page = Page(rebuilt(schema, written), steps, frozenset(changed))
        for rewrite in (*_FIRST, *self.speech.rewrites, self._without_words, _the_rest):
            rewrite(page)
        # Whoever leaves a whole out need not tell of its parts.
        inner = [loss for loss in self.losses[start:] if loss.steps[len(steps)] not in page.left_out]
        self.losses[start:] = [*page.losses, *inner]
        return page.said

    def lost_since(self, start: int) -> bool:
        """Whether what is allowed has grown since."""
        return any(not loss.harmless for loss in self.losses[start:])

    def _without_words(self, page: Page) -> None:
        speech = self.speech
        unknown = [word for word in page.said if speech.words and word not in speech.words]
        for what in dict.fromkeys(speech.lacks[word] for word in unknown if word in speech.lacks):
            page.lose(what, *(word for word in unknown if speech.lacks.get(word) == what))
        for word in unknown:
            if word in page.said and not (word.startswith("x-") and "x-" in speech.words):
                page.lose(f"the annotation `{word}`", word, harmless=True)


def either(page: Page) -> None:
    """Say `anyOf` for `oneOf`."""
    branches = page.said.pop("oneOf", None)
    if branches is None:
        return
    page.lose("that only one of the alternatives of `oneOf` may hold")
    if "anyOf" in page.said:
        page.also({"anyOf": branches})
    else:
        page.said["anyOf"] = branches


def _exclusive(page: Page) -> None:
    if "oneOf" in page.inexact:
        either(page)


def _negated(page: Page) -> None:
    if "not" in page.inexact:
        page.lose("what stands under `not`", "not")


def _conditional(page: Page) -> None:
    if "if" in page.inexact:
        page.lose("the condition `if` with what follows from it", "if", "then", "else")


def _counted(page: Page) -> None:
    if "contains" in page.inexact and "maxContains" in page.said:
        page.lose("how many elements at most fit `contains`", "maxContains")


def _the_rest(page: Page) -> None:
    """What speaks of the members and elements that nothing else evaluates, where something else has changed."""
    for keyword in ("unevaluatedProperties", "unevaluatedItems"):
        changed = page.inexact or any(not loss.harmless for loss in page.losses)
        if page.said.get(keyword, True) is not True and changed:
            page.lose(f"`{keyword}`, which counts on what was lost", keyword)


_FIRST = (_exclusive, _negated, _conditional, _counted)
