"""A group of commands that imports a command's module only when it is asked for: `lint` must start fast."""

import importlib
from collections.abc import Mapping
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup


class Commands(TyperGroup):
    """The commands of a table, each made from the `app` of its module."""

    package: ClassVar[str]
    table: ClassVar[Mapping[str, str]]  #: each command's module in the package, in the order of the help

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = dict.fromkeys(self.table)  # type: ignore[assignment]  # their names, to tell which was meant

    def list_commands(self, _ctx: Any) -> list[str]:
        """The names, in the order of the table."""
        return list(self.table)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        """The command, made from its module's `app`."""
        if cmd_name not in self.table:
            return None
        module = importlib.import_module(f"{self.package}.{self.table[cmd_name]}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command
