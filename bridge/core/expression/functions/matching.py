"""`match`: takes a composite key apart by a template such as `'TENANT#{tenant}#ORDER#{order}'`."""

import re
from itertools import pairwise

from bridge.core.change import Value
from bridge.core.expression.functions.table import Call, Closure, entry, string
from bridge.core.expression.nulls import Run
from bridge.core.expression.tree import Finding, Unreadable
from bridge.core.expression.values import Refusal, type_of
from bridge.late import late

_PART = late(r"\{([^{}]*)\}")
_NAME = late(r"[A-Za-z_][A-Za-z0-9_]*")
_FIX = "write it such as 'TENANT#{tenant}#ORDER#{order}'"


def template(text: str, at: int) -> re.Pattern[str]:
    """The pattern of a template: literal text and named parts, a part being anything but its neighbouring characters.

    Since a part never holds the character that ends it, there is one way at most to match, found in linear time.
    Raises `Unreadable` (X013) for a template that has none or several meanings.
    """
    pieces = _PART.split(text)
    literals, names = pieces[::2], pieces[1::2]
    wrong = _fault(literals, names)
    if wrong:
        raise Unreadable(Finding(at, "X013", f"the template of match() {wrong}", _FIX))
    borders = pairwise(literals)
    parts = [_part(name, before, after) for name, (before, after) in zip(names, borders, strict=True)]
    return re.compile("".join(map("".join, zip(map(re.escape, literals), [*parts, ""], strict=True))), re.DOTALL)


def _fault(literals: list[str], names: list[str]) -> str:
    if not names:
        return "has no {part}"
    if any(brace in literal for literal in literals for brace in "{}"):
        return "has a brace without its partner"
    if not all(literals[1:-1]):
        return "has two parts with nothing between them"
    odd = next((name for name in names if not _NAME.fullmatch(name)), None)
    if odd is not None:
        return f"has a part named '{odd}', which is no name of letters, digits and _"
    return "names a part twice" if len(set(names)) < len(names) else ""


def _part(name: str, before: str, after: str) -> str:
    """Not the character after it, nor that before it unless it is a letter or digit, as in `v{major}.{minor}`."""
    borders = after[:1] + ("" if before[-1:].isalnum() else before[-1:])
    characters = f"[^{re.escape(borders)}]" if borders else "."
    return f"(?P<{name}>{characters}+)"


def _match(call: Call) -> Closure:
    subject = call.arguments[0]
    pattern = template(call.nodes[1].value, call.nodes[1].at)

    def matched(value: Value, run: Run) -> Value:
        text = subject(value, run)
        if text is None:
            return None
        if not isinstance(text, str):
            what = f"match() takes a string for 'text', and got {type_of(text)}"
            raise Refusal("X020", what, "convert it with text(…)", call.at)
        found = pattern.fullmatch(text)
        return found and found.groupdict()

    return matched


FUNCTIONS = (
    entry("match", (string("text"), string("template", literal=True)), "object null",
          "The parts of a text that fits a template, null where it does not fit. A part is one or more characters,"
          " none of them the separator next to it.",
          ("match(pk, 'SHOP#{shop}#ORDER#{order}')", {"pk": "SHOP#s1#ORDER#7"}, {"shop": "s1", "order": "7"}),
          ("match(pk, 'ORDER#{order}')", {"pk": "ORDER#7#LINE#1"}, None), build=_match),
)  # fmt: skip
