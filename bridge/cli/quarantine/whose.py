"""Whose variables and buckets the commands mean: this shell's, or those of what is deployed."""

from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from bridge.project import load_project
from bridge.settings import Settings

StackOption = Annotated[
    str, typer.Option("--stack", metavar="NAME", help="Where this stack says, not this shell's variables.")
]
FunctionOption = Annotated[str, typer.Option("--function", metavar="NAME", help="The same of a function.")]


class Deployed(NamedTuple):
    """What a deployed function is configured with, or this shell."""

    settings: Settings
    failed: str = ""  #: the bucket of its on-failure destination, where AWS was asked for it


def deployed(folder: Path, stack: str, function: str) -> Deployed:
    """What the options name, with this shell's credentials; without them, this shell. Raises `Unavailable`."""
    if stack and function:
        raise typer.BadParameter("--stack and --function are two ways to say whose: give one of them")
    if not stack and not function:
        return Deployed(Settings.read())
    from bridge.doctor.asking import Amazon  # noqa: PLC0415 -- boto3 is slow to import, and `--help` needs none
    from bridge.doctor.subject import of_function, of_stack  # noqa: PLC0415 -- with it

    project, amazon = load_project(folder), Amazon()
    subject = of_stack(project, amazon, stack) if stack else of_function(project, amazon, function)
    return Deployed(Settings.read().with_those_of(subject.settings), subject.home.failed)
