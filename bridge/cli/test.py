"""`changebridge test`: runs the examples that stand in the rules."""

import sys
from pathlib import Path
from typing import Any

import typer

from bridge.cli.report import Format, FormatOption, ProjectOption, count, project_folder, show_json
from bridge.core.examples import Failure, read_examples, run_example
from bridge.errors import Problem, ProjectInvalid, Where, raise_if_any
from bridge.project import load_project

app = typer.Typer(add_completion=False)


@app.command("test")
def run_examples(project: ProjectOption = None, form: FormatOption = Format.TEXT) -> None:
    """Run the examples in the rules, and show how each that fails differs.

    Example: changebridge test --project shop
    """
    folder = project_folder(project)
    problems: list[Problem] = []
    examples = read_examples(load_project(folder).rules.entities, problems)
    raise_if_any(problems)
    failures = [failure for each in examples if (failure := run_example(each, _reader(folder))) is not None]
    if form is Format.JSON:
        show_json({"examples": len(examples), "failed": [_as_json(failure) for failure in failures]})
    else:
        _show(failures)
    print(f"{count(len(examples), 'example')}, {len(failures)} failed", file=sys.stderr)
    raise typer.Exit(1 if failures else 0)


def _reader(folder: Path) -> Any:
    def read(name: str) -> bytes:
        try:
            return (folder / name).read_bytes()
        except OSError as error:
            what = f"the record '{name}' cannot be read: {error.strerror}"
            raise ProjectInvalid(Problem(Where(file=name), "R055", what, "name a file below the project")) from None

    return read


def _show(failures: list[Failure]) -> None:
    for failure in failures:
        print(f"{failure.example.where}: {failure.example.subject}: {failure.example.name}")
        for line in failure.lines:
            print("    " + line.replace("\n", "\n    "))


def _as_json(failure: Failure) -> dict[str, Any]:
    where = failure.example.where
    place = {"file": where.file, "line": where.line, "column": where.column}
    return {"example": failure.example.name, "of": failure.example.subject, **place, "differences": list(failure.lines)}
