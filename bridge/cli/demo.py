"""`changebridge demo`: an embedded AWS, real changes, real subscribers."""

import sys
import threading
import time
from typing import Annotated

import typer
from rich.console import Console

from bridge.cli.report import Format, FormatOption, ProjectOption, project_folder, show_json
from bridge.local.demonstration import Stage, staged
from bridge.local.deployment import SETTINGS
from bridge.local.document import document
from bridge.local.reckoning import Check, reckon
from bridge.local.shop import DAY
from bridge.local.show import Show

app = typer.Typer(add_completion=False)

NEXT = {
    "changebridge demo --keep": "the same, and it stays: write to the table yourself",
    "changebridge test": "the examples in the rules",
    "changebridge map FILE": "what records of your own become, nothing sent",
    "rules/order.yaml": "change a rule, and run the demo again",
}


@app.command()
def demo(
    project: ProjectOption = None,
    form: FormatOption = Format.TEXT,
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything running until Ctrl-C.")] = False,
) -> None:
    """Carry a day of the sample shop through an embedded AWS, and check that each event arrives exactly once.

    Example: changebridge demo --format json
    """
    try:
        with staged(project_folder(project), _tell) as stage:
            checks = _play(stage, form)
            if keep:
                _stay(stage)
    except KeyboardInterrupt:
        _tell("stopped")
        raise typer.Exit(130) from None
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)


def _play(stage: Stage, form: Format) -> list[Check]:
    """The whole play; text as it happens, JSON when it is over."""
    began, play, endpoint = time.monotonic(), stage.play, stage.play.shop.cloud.endpoint
    show = Show(Console(quiet=form is Format.JSON, highlight=False))
    show.ready(endpoint, stage.seconds, stage.package.unpacked / 1e6)
    scenes = []
    for scene in play.scenes(DAY):
        show.scene(scene)
        scenes.append(scene)
    again = play.redeliver(scenes)
    show.redelivery(again)
    checks = reckon(scenes, play.listeners.arrivals, again)
    seconds = stage.seconds + time.monotonic() - began
    show.reckoning(scenes, checks, seconds)
    show.next(NEXT)
    if form is Format.JSON:
        show_json(document(endpoint, scenes, again, checks, seconds))
    return checks


def _stay(stage: Stage) -> None:
    """Say how to talk to what runs, and wait for Ctrl-C."""
    _tell("everything stays up until Ctrl-C; its subscribers go on emptying their queues. In another shell:")
    for name, value in (stage.play.shop.cloud.environment() | SETTINGS).items():
        print(f"  export {name}={value}", file=sys.stderr)
    print("  aws dynamodb scan --table-name shop", file=sys.stderr)
    print("  changebridge quarantine list", file=sys.stderr)
    threading.Event().wait()


def _tell(what: str) -> None:
    print(f"demo: {what}", file=sys.stderr, flush=True)
