"""The report for GitHub Actions: findings annotate lines, each part's output folds, the summary stays open."""

from collections.abc import Sequence
from pathlib import Path

from bridge.cli.ci.parts import Ran, failures
from bridge.cli.ci.text import summary
from bridge.cli.formats import github
from bridge.cli.formats.files import Files, project_files


def rendered(ran: Sequence[Ran], against: str, folder: Path) -> str:
    """A group of workflow commands for each part that has something to show."""
    files = project_files(folder)
    return "".join(_group(each, files) for each in ran) + summary(ran, against)


def _group(each: Ran, files: Files) -> str:
    own = failures(each) if each.part.name == "test" else []
    shown = github.rendered([*each.problems, *own], files)
    shown += "" if each.part.name == "test" else each.report
    return f"::group::{each.part.name}\n{shown.rstrip()}\n::endgroup::\n" if shown.strip() else ""
