"""`changebridge eval`: what an expression comes to on any JSON document."""

from collections.abc import Iterator
from typing import Annotated

import typer

from bridge.cli.report import place_of, read_input, show_json, show_lines, show_refused
from bridge.core.expression import Expression, compile_expression
from bridge.core.wire import read_json, write_json
from bridge.errors import BridgeError, Problem, ProjectInvalid, Where

app = typer.Typer(add_completion=False)


@app.command("eval")
def evaluate(
    expression: Annotated[str | None, typer.Argument(help="A JMESPath expression; with --batch, the file.")] = None,
    file: Annotated[str, typer.Argument(help="The JSON document, `-` for standard input.")] = "-",
    batch: Annotated[
        bool, typer.Option("--batch", help='Read JSON Lines of {"expression", "given"} and answer each.')
    ] = False,
) -> None:
    """Say what an expression comes to on a JSON document.

    Example: echo '{"lines": [{"sku": "A1"}]}' | changebridge eval 'lines[*].sku'
    """
    if batch:
        for answer in _answers(read_input(expression or "-")):
            show_lines([answer])
        return
    if expression is None:
        raise typer.BadParameter("give an expression, or --batch")
    try:
        compiled = _compiled(expression)
        show_json(compiled.value(read_json(read_input(file), place_of(file))))
    except BridgeError as error:
        show_refused(error.problems)
        raise typer.Exit(1) from None


def _answers(lines: bytes) -> Iterator[bytes]:
    for number, line in enumerate(lines.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield _answer(line, number)


def _answer(line: bytes, number: int) -> bytes:
    try:
        asked = read_json(line, Where(line=number))
        if not isinstance(asked, dict) or not isinstance(asked.get("expression"), str):
            fix = 'write {"expression": "…", "given": …}'
            raise ProjectInvalid(Problem(Where(line=number), "D090", "the line asks nothing", fix))
        return b'{"result":%s}' % write_json(_compiled(asked["expression"]).value(asked.get("given")))
    except BridgeError as error:
        return write_json({"problem": error.problems[0].as_json()})


def _compiled(expression: str) -> Expression:
    return compile_expression(expression, lambda offset: Where(column=offset + 1))
