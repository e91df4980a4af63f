"""The command line: finds the command, runs it, and turns what it raises into problems and an exit code.

Exit codes: 0 ok, 1 findings, 2 usage, 3 something outside was unavailable, 130 interrupted.
"""

import io
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import typer

from bridge.cli.lazy import Commands
from bridge.cli.report import Reported, show_problems, show_refused
from bridge.cli.version import VersionOption
from bridge.errors import BridgeError, RecordRefused, Unavailable

FINDINGS, USAGE, UNAVAILABLE, INTERRUPTED = 1, 2, 3, 130
#: What is wrong with the command itself: a commit, folder or file that it names and that is not there.
_MISNAMED: Final = frozenset({"C030", "C031", "C033"})

#: Each command's module, by the command's name, in the order in which the help lists them.
COMMANDS: Final[Mapping[str, str]] = {
    "demo": "demo",
    "lint": "lint",
    "test": "test",
    "map": "map_records",
    "diff": "diff",
    "new": "new",
    "infer": "infer",
    "editor": "editor",
    "eval": "evaluate",
    "explain": "explain",
    "schemas": "schemas",
    "ci": "ci",
    "build": "build",
    "infra": "infra",
    "doctor": "doctor",
    "quarantine": "quarantine",
}


class _Changebridge(Commands):
    package = "bridge.cli"
    table = COMMANDS


app = typer.Typer(
    cls=_Changebridge, no_args_is_help=True, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False
)


@app.callback()
def changebridge(*, _version: VersionOption = False) -> None:
    """Turn changes of DynamoDB items into validated CloudEvents, once.

    A first look: changebridge demo
    """


def main(arguments: list[str] | None = None) -> Any:
    """Run the command that the arguments name, and leave with its exit code."""
    _open_streams()
    try:
        try:
            app(arguments, prog_name="changebridge")
        finally:  # what is left to the interpreter's end fails where nobody mends it
            sys.stdout.flush()
    except Reported as told:
        sys.exit(exit_code(told.error))
    except RecordRefused as error:
        show_refused(error.problems)
        sys.exit(exit_code(error))
    except BridgeError as error:
        show_problems(error.problems, sys.stderr)
        sys.exit(exit_code(error))
    except BrokenPipeError:  # whoever read it has heard enough
        _discard_output()
        sys.exit(FINDINGS)
    except OSError as error:  # most files have their own messages: mostly it is the output that cannot be written
        _discard_output()
        print(f"changebridge: {_said(error)}", file=sys.stderr)
        sys.exit(UNAVAILABLE)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _open_streams() -> None:
    """What is closed goes nowhere; a terminal that lacks a character shows its number."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 -- until the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _said(error: OSError) -> str:
    """What the system will not do, where, and what to do about it."""
    if error.filename is None:
        return f"the output cannot be written: {error.strerror or error}\n    fix: make room, or send it elsewhere"
    return f"{error.filename}: {error.strerror}\n    fix: correct the path or its permissions"


def _discard_output() -> None:
    """What is still buffered has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def exit_code(error: BridgeError) -> int:
    """What an error that ends a command says to whoever called it."""
    if isinstance(error, Unavailable):
        return UNAVAILABLE
    return USAGE if {problem.code for problem in error.problems} <= _MISNAMED else FINDINGS
