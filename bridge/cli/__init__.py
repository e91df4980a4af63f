"""The command `changebridge`: one file a command, imported only when it is called."""

import gc
import sys

# A command is over before its garbage matters: looking for it at every 700th object costs a tenth of the time.
gc.set_threshold(50_000, 20, 100)


def main(arguments: list[str] | None = None) -> None:
    """Run the command that the arguments name, and leave with its exit code: 130 on Ctrl-C, however early."""
    try:
        from bridge.cli.app import main as run  # noqa: PLC0415 -- most of a command's start, which Ctrl-C may end
    except KeyboardInterrupt:
        sys.exit(130)
    run(arguments)
