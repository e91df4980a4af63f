"""The table of functions in rules/README.md, made from the functions themselves.

Bring it up to date: python -m tests.function_table
"""

from collections.abc import Iterable
from pathlib import Path

from bridge.core.change import Value
from bridge.core.expression import FUNCTIONS
from bridge.core.expression.functions.table import Example, Function
from bridge.core.wire import write_json

PAGE = Path(__file__).parents[1] / "rules/README.md"
BEGIN, END = "<!-- functions -->\n", "<!-- /functions -->"


def with_table(page: str) -> str:
    """The page with the table between its markers as it should be."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + _tables() + END + rest.partition(END)[2]


def _tables() -> str:
    ours = [function for function in FUNCTIONS.values() if not function.official]
    official = [function for function in FUNCTIONS.values() if function.official]
    return f"\n{_table(ours)}\nJMESPath's own:\n\n{_table(official)}\n"


def _table(functions: Iterable[Function]) -> str:
    rows = "".join(f"| `{function.signature}` | {function.about} | {_examples(function)} |\n" for function in functions)
    return f"| function | gives | for example |\n|---|---|---|\n{rows}"


def _examples(function: Function) -> str:
    return "<br>".join(map(_example, function.examples))


def _example(example: Example) -> str:
    given = f" of {_code(_json(example.given))}" if example.given != {} else ""
    return f"{_code(example.expression)}{given} is {_code(_json(example.result))}"


def _json(value: Value) -> str:
    return write_json(value).decode()


def _code(text: str) -> str:
    escaped = text.replace("|", "\\|")
    return f"`` {escaped} ``" if "`" in text else f"`{escaped}`"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text()))
