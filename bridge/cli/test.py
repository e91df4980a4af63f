"""`changebridge test`: runs the examples of the rules, and asks how much they show."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.cli.ink import ink
from bridge.cli.report import ProjectOption, count, project_folder, show_json
from bridge.cli.testing.chosen import chosen
from bridge.cli.testing.failures import as_json, as_junit, as_text
from bridge.cli.testing.record import reader
from bridge.core.examples import Example, Failure, Objections, outcome_of, read_examples, run_example
from bridge.errors import Problem, raise_if_any
from bridge.project import Project, load_project
from bridge.rehearsal import rehearse

app = typer.Typer(add_completion=False)


class TestFormat(StrEnum):
    """Who reads the report."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


@app.command("test")
def run_examples(
    *,
    project: ProjectOption = None,
    form: Annotated[TestFormat, typer.Option("--format", help="For a person, a program or CI.")] = TestFormat.TEXT,
    only: Annotated[str, typer.Option("-k", metavar="TEXT", help="Only examples whose event or name holds it.")] = "",
    update: Annotated[bool, typer.Option("--update", help="Write what is said now into the examples.")] = False,
    coverage: Annotated[bool, typer.Option("--coverage", help="Show what of the rules no example shows.")] = False,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Break the rules, and show what no example notices.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="What coverage and mutants show fails too.")] = False,
) -> None:
    """Run the examples of the rules, and show how each that fails differs.

    Example: changebridge test -k order.placed --coverage
    """
    folder = project_folder(project)
    loaded = load_project(folder)
    examples = _examples(loaded, only, unended=update)
    asked = rehearse(loaded, regional=False).objections
    if update:
        raise typer.Exit(_update(folder, examples, asked))
    ran = (run_example(each, reader(folder), asked) for each in examples)
    failures = [failure for failure in ran if failure is not None]
    reports = {} if form is TestFormat.JUNIT else _reports(loaded, examples, coverage=coverage, mutate=mutate)
    _show(form, examples, failures, reports)
    lacking = any(lack for _, _, lack in reports.values())
    raise typer.Exit(1 if failures or (strict and lacking) else 0)


def _examples(project: Project, only: str, *, unended: bool) -> list[Example]:
    """Those that are asked for. Raises `ProjectInvalid`, and `typer.BadParameter` where there are none."""
    problems: list[Problem] = []
    examples = read_examples(project.rules.entities, problems, unended=unended)
    raise_if_any(problems)
    return chosen(examples, only)


def _update(folder: Path, examples: list[Example], asked: Objections) -> int:
    from bridge.cli.update import update  # noqa: PLC0415 -- only for `--update`

    done = update(folder, examples, lambda each: outcome_of(each, reader(folder), asked), ink())
    for example, reason in done.refused:
        print(f"{example.where}: {example.subject}: {example.name}\n    not updated: {reason}")
    written = f"{len(done.written)} updated, {len(done.refused)} not"
    print(f"{count(len(examples), 'example')}, {written}", file=sys.stderr)
    return 1 if done.refused else 0


#: A report's lines, its JSON, and whether it found anything lacking.
_Report = tuple[list[str], dict[str, Any], bool]


def _reports(project: Project, examples: list[Example], *, coverage: bool, mutate: bool) -> dict[str, _Report]:
    from bridge.cli.testing import shown  # noqa: PLC0415 -- only for `--coverage` and `--mutate`

    reports: dict[str, _Report] = {}
    if coverage:
        covered = shown.covered(project, examples)
        lack = any(each.missing for each in covered)
        reports["coverage"] = (list(shown.coverage_text(covered, ink())), shown.coverage_json(covered), lack)
    if mutate:
        mutation = shown.mutated(project, examples)
        lack = bool(mutation.survivors)
        reports["mutants"] = (list(shown.mutants_text(mutation, ink())), shown.mutants_json(mutation), lack)
    return reports


def _show(form: TestFormat, examples: list[Example], failures: list[Failure], reports: dict[str, _Report]) -> None:
    if form is TestFormat.JSON:
        found = {"examples": len(examples), "failed": [as_json(failure) for failure in failures]}
        show_json(found | {name: report for name, (_, report, _) in reports.items()})
    elif form is TestFormat.JUNIT:
        print(as_junit(examples, failures), end="")
    else:
        lines = [as_text(failure, ink()) for failure in failures]
        lines += [line for text, _, _ in reports.values() for line in text]
        print("".join(f"{line}\n" for line in lines), end="")
    print(f"{count(len(examples), 'example')}, {len(failures)} failed", file=sys.stderr)
