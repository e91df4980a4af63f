"""The command `changebridge`: one file a command, imported only when it is called."""

import gc
import sys

# A command is over before its garbage matters: looking for it at every 700th object costs a tenth of the time.
gc.set_threshold(50_000, 20, 100)


#: What the extra `cli` brings.
_EXTRA = frozenset({"jsonschema", "packaging", "rich", "typer"})


def main(arguments: list[str] | None = None) -> None:
    """Run the command that the arguments name, and leave with its exit code: 130 on Ctrl-C, however early.

    2 where changebridge was installed without what only its command needs, as subscribers do.
    """
    try:
        from bridge.cli.app import main as run  # noqa: PLC0415 -- most of a command's start, which Ctrl-C may end
    except KeyboardInterrupt:
        sys.exit(130)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        print("changebridge: its command is not installed; run: pip install 'changebridge[cli]'", file=sys.stderr)
        sys.exit(2)
    run(arguments)
