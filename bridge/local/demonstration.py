"""Setting the stage: the embedded AWS, the shop in it, the function deployed, and the subscribers listening."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.core.manifest import FILE
from bridge.errors import Problem, ProjectInvalid, Where
from bridge.local.consumer import billing, consumer
from bridge.local.deployment import build, deploy, map_stream
from bridge.local.listening import Opinions, listening
from bridge.local.ministack import INTERPRETER, ministack
from bridge.local.package import Package, package
from bridge.local.play import Play
from bridge.local.shop import PROJECT, SUBSCRIBERS
from bridge.local.tape import Tape
from bridge.project import Project, load_project


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything in place, and how long that took."""

    play: Play
    package: Package
    seconds: float


@contextmanager
def staged(folder: Path, tell: Callable[[str], None], interpreter: Path | None = None) -> Iterator[Stage]:
    """Set everything up, telling what happens, and take it down again on the way out.

    The interpreter is that of ministack's environment; by default `.ministack/bin/python` in the project's folder.
    Raises `ProjectInvalid` where the project has problems or is not the sample shop (E005), `Unavailable` where
    something is missing or does not start (E001 to E004).
    """
    began = time.monotonic()
    project = _shop(folder)
    tell("packing the function")
    packed = package(folder, (FILE, project.manifest.rules, project.manifest.schemas))
    tell("starting the embedded AWS")
    with ministack(interpreter or folder / INTERPRETER) as cloud:
        tell("making table, ledger, buses, topic, queues and quarantine")
        shop = build(cloud)
        tell("deploying the function")
        deploy(shop, packed)
        map_stream(shop)
        opinions = Opinions(consumer(folder / project.manifest.schemas), billing(folder, cloud.client("dynamodb")))
        with listening(shop, SUBSCRIBERS, opinions) as listeners:
            yield Stage(Play(shop, listeners, SUBSCRIBERS, Tape(shop)), packed, time.monotonic() - began)


def _shop(folder: Path) -> Project:
    project = load_project(folder)
    if project.manifest.project != PROJECT:
        what = f"the demo plays with the sample shop, and this project is '{project.manifest.project}'"
        fix = "run it in the sample's folder, or see your own rules at work with `changebridge map FILE`"
        raise ProjectInvalid(Problem(Where(file=FILE), "E005", what, fix))
    return project
