"""`match`: the parts of a text that fits a template, each of the language that stands at its place."""

import re
from collections.abc import Mapping
from typing import Final

from bridge.core.proof.calls import Call, Result
from bridge.core.proof.parts import object_of
from bridge.core.proof.shapes import NULL, Shape, joined
from bridge.core.proof.text.change import between
from bridge.core.proof.text.decide import inside
from bridge.core.proof.text.language import Language, both, but, chars, literal, outside, repeat, row
from bridge.core.proof.texts import languages_of, text

_NAMED = re.compile(r"\{([^{}]*)\}")


def _match(call: Call) -> Shape:
    """The parts, each of the language that stands at its place; null only where a text may not fit."""
    given, pattern = call.arguments[0], call.node.children[1].value
    whole, pieces = languages_of(given), _pieces(pattern)
    every = row(*(piece for _, piece in pieces))
    named = {name: _part(whole, pieces, index) for index, (name, _) in enumerate(pieces) if name}
    made: Shape = (object_of(named, {}),)
    fits = inside(whole, every)
    if inside(whole, but(every)):
        return (NULL,)
    return made if fits else joined(made, (NULL,))


def _pieces(pattern: str) -> list[tuple[str, Language]]:
    """The literal texts and the parts of a template, in order; a part has a name."""
    cut = _NAMED.split(pattern)
    borders = cut[::2]
    pieces = [("", literal(borders[0]))]
    for name, before, after in zip(cut[1::2], borders, borders[1:], strict=False):
        pieces += [(name, _part_language(before, after)), ("", literal(after))]
    return pieces


def _part_language(before: str, after: str) -> Language:
    """As `matching` has it: not the character after, nor the one before unless it is a letter or digit."""
    borders = after[:1] + ("" if before[-1:].isalnum() else before[-1:])
    return repeat(chars(outside([(ord(sign), ord(sign)) for sign in borders])), 1, None)


def _part(whole: Language, pieces: list[tuple[str, Language]], index: int) -> Shape:
    before, after = ([piece for _, piece in side] for side in (pieces[:index], pieces[index + 1 :]))
    return (text(both(between(whole, row(*before), row(*after)), pieces[index][1])),)


RESULTS: Final[Mapping[str, Result]] = {"match": _match}
