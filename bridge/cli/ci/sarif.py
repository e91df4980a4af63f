"""The report for code scanning: one SARIF file, a run for each part that finds problems in files."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bridge.cli.ci.parts import Ran, failures
from bridge.cli.formats import sarif
from bridge.cli.formats.files import Files, project_files


def rendered(ran: Sequence[Ran], _: str, folder: Path) -> str:
    """A run has project and part as category: code hosts take several runs of one tool only where these differ."""
    files = project_files(folder)
    whole = json.loads(sarif.rendered([], files))
    project = files.from_here(".")
    category = "changebridge/" if project == "." else f"changebridge/{project}/"
    return json.dumps(whole | {"runs": [run for each in ran for run in _runs(each, files, category)]}) + "\n"


def _runs(each: Ran, files: Files, category: str) -> Iterator[dict[str, Any]]:
    if each.part.name == "diff":
        return  # it finds news, not problems
    own = failures(each) if each.part.name == "test" else []
    native = each.report if each.part.name != "test" and each.report else None
    for run in json.loads(native or sarif.rendered([*each.problems, *own], files))["runs"]:
        yield run | {"automationDetails": {"id": f"{category}{each.part.name}/"}}
