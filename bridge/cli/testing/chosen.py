"""Which examples are run: those that `-k` asks for."""

from collections.abc import Sequence

import typer

from bridge.core.examples import Example
from bridge.core.likeness import did_you_mean


def chosen(examples: Sequence[Example], asked: str) -> list[Example]:
    """Those whose event or name holds the text, in any case; all where none is asked for.

    Raises `typer.BadParameter` where none holds it: to run none would pass, and show nothing.
    """
    found = [each for each in examples if asked.casefold() in f"{each.subject}: {each.name}".casefold()]
    if asked and not found:
        known = {word for each in examples for word in _words(each)}
        raise typer.BadParameter(f"no example holds '{asked}'{did_you_mean(asked, known)}", param_hint="-k")
    return found


def _words(example: Example) -> list[str]:
    """What of its event and name may be asked for by itself."""
    return [example.subject, *example.subject.split("."), example.name, *example.name.split()]
