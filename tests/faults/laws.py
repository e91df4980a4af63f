"""The simulation's laws, and those that show only where real clients speak to real services."""

from collections.abc import Callable, Iterator

from bridge.ports import Delivery
from tests.faults.run import FORGETS, WireRun
from tests.simulation import laws


def the_ledger_tells_what_it_took(history: WireRun) -> Iterator[str]:
    """A ledger that is asked by somebody new, when all is over, tells whatever it said that it remembers."""
    edge = history.edge
    kept = {each for each in edge.kept if edge.ledger[each] > edge.now()}
    for each in sorted(kept - edge.found):
        yield f"{each} was remembered, and nobody finds it"


def each_call_is_one_that_aws_takes(history: WireRun) -> Iterator[str]:
    """Signed, within the services' limits, read consistently."""
    yield from dict.fromkeys(history.edge.services.complaints)


def what_a_bus_drops_does_not_arrive(history: WireRun) -> Iterator[str]:
    """A custom event bus hears of an event by one name, however often it is sent: none is there twice in five minutes."""
    last: dict[Delivery, float] = {}
    for act in history.edge.acts if "v2" in history.schedule.options else ():
        if act.delivery.target == "topic" and act.time - last.get(act.delivery, -FORGETS) < FORGETS:
            yield f"{act.delivery} is there twice"
        last[act.delivery] = act.time


def a_parcel_forgets_nothing(history: WireRun) -> Iterator[str]:
    """What was parked under a key again still tells what it told before."""
    for who, parcel, _ in history.edge.parkings:
        kept = history.parked.get(parcel.key)
        if kept and who.name == "invocation" and not set(parcel.delivered) <= set(kept.delivered):
            yield f"the parcel of {parcel.record_id} does not tell any more what was delivered"


LAWS: tuple[Callable[[WireRun], Iterator[str]], ...] = (
    the_ledger_tells_what_it_took,
    each_call_is_one_that_aws_takes,
    what_a_bus_drops_does_not_arrive,
    a_parcel_forgets_nothing,
)


def broken(history: WireRun) -> list[str]:
    """Every sentence of every law, after its name."""
    return laws.broken(history) + [f"{law.__name__}: {sentence}" for law in LAWS for sentence in law(history)]
