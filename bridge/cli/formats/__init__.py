"""What checks have found, for a terminal, a program, a code host or a test report: one file a format."""

import importlib
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from bridge.cli.formats.files import Files, Sources
from bridge.errors import Problem


class LintFormat(StrEnum):
    """Who reads the findings. Each is a module of this package with `rendered(problems, files) -> str`."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"


def show_findings(problems: Sequence[Problem], form: LintFormat, sources: Sources, folder: Path = Path()) -> None:
    """Print the problems to stdout. Text is coloured where stdout is a terminal that wants it.

    `sources` gives a file's text by the name that problems call it; `folder` is the project's, from which code
    hosts are told paths as they are from the working directory.
    """
    module = importlib.import_module(f"bridge.cli.formats.{form.value}")  # only the one that is asked for
    text = module.rendered(problems, Files(sources, folder))
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
