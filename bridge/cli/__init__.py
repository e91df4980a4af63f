"""The command `changebridge`: one file a command, imported only when it is called."""

from bridge.cli.app import main

__all__ = ["main"]
