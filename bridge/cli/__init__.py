"""The command `changebridge`: one file a command, imported only when it is called."""

import gc

# A command is over before its garbage matters: looking for it at every 700th object costs a tenth of the time.
gc.set_threshold(50_000, 20, 100)

from bridge.cli.app import main  # noqa: E402 -- what it imports is made of objects too

__all__ = ["main"]
