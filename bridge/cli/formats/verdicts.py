"""What the proof says of each place of each event."""

from collections.abc import Sequence
from typing import Final

import typer

from bridge.cli.formats import LintFormat
from bridge.cli.report import show_json
from bridge.core.proof import Verdict

_WIDTH: Final = len("not proven")


def show_verdicts(verdicts: Sequence[Verdict], form: LintFormat) -> None:
    """Print each verdict. Raises `typer.BadParameter` for a format that is about problems alone."""
    if form is LintFormat.JSON:
        show_json([verdict.as_json() for verdict in verdicts])
    elif form is LintFormat.TEXT:
        for verdict in verdicts:
            reason = f": {verdict.reason}" if verdict.reason else ""
            print(f"{verdict.answer:<{_WIDTH}}  {verdict.where}: `{verdict.path}` of '{verdict.rule}'{reason}")
    else:
        raise typer.BadParameter("verdicts are shown as text or json", param_hint="--format")
