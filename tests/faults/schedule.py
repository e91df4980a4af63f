"""A wire schedule: rows and mapping as the simulation draws them, and faults as a wire and its services have them."""

from dataclasses import replace
from random import Random

from tests.simulation.options import with_options
from tests.simulation.schedule import ITEMS, Fault, Schedule, outage
from tests.simulation.schedule import draw as drawn

CALL = ("500", "503", "throttled", "denied", "expired", "skewed", "redirect", "nonsense", "empty", "lost")
AFTER = ("reset-after", "reset-after", "stall-after", "500-after", "nonsense-after", "empty-after", "drip", "cut")
BEFORE = ("reset-before", "stall")
KINDS = {
    "bus": (*CALL, *AFTER, *BEFORE, "413", "throttle", "throttle", "undone", "undone", "untold"),
    "topic": (*CALL, *AFTER, *BEFORE, "413", "throttle", "throttle", "undone", "undone", "untold"),
    "seen": (*CALL, *BEFORE, "reset-after", "drip", "cut", "half", "half", "wiped"),
    "remember": (*CALL, *AFTER, *BEFORE, "half", "half"),
    "park": (*CALL, *AFTER, *BEFORE, "conflict", "conflict"),
    "claims": (*CALL, *AFTER, *BEFORE),
}
PORTS = ("bus", "topic", "bus", "topic", "seen", "remember", "remember", "park", "park")


def draw(seed: int) -> Schedule:
    """The schedule of a seed, the same on every machine. Those of odd seeds are run over boto3."""
    schedule, random = drawn(seed), Random(f"wire/{seed}")
    others = tuple(fault for fault in schedule.faults if fault.port in ("process", "clock", "invoke"))
    faults = tuple(_fault(random) for _ in range(random.choice([0, 1, 1, 2, 2, 3, 4, 6])))
    return with_options(replace(schedule, faults=faults + others), KINDS["claims"])


def _fault(random: Random) -> Fault:
    port = random.choice(PORTS)
    if random.random() < 0.15:
        item = random.choice([*ITEMS[:3], ""]) if port in ("bus", "topic") else ""
        return outage(random, port, item)
    at, many = random.choice([0, 0, 0, 1, 1, 2, 3, 5]), random.choice([1, 1, 1, 2, 4])
    return Fault(port, random.choice(KINDS[port]), at, many, mask=random.choice([0, random.randint(1, 255)]))
