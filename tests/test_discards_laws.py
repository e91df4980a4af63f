"""Whatever was discarded, cut into whatever documents, and whatever fails: in the end all is where it belongs."""

from itertools import pairwise
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge import discards
from bridge.discards import resend
from bridge.local.memory import MemoryDiscards, Trouble
from tests.local.world import World, failing, record
from tests.test_discards import document

SAYS = st.sampled_from(["bus", "topic", "bus topic", "bus|topic", ""])
RECORDS = st.lists(st.tuples(st.sampled_from("AB"), SAYS, st.booleans()), min_size=1, max_size=7)
FAULTS = st.fixed_dictionaries(
    {
        "bus": st.dictionaries(st.integers(1, 7), st.just(-1), max_size=2),
        "topic": st.dictionaries(st.integers(1, 7), st.just(-1), max_size=2),
        "reading": st.integers(0, 2),
        "parking": st.integers(0, 2),
        "fetching": st.integers(0, 2),
    }
)


def strike(world, faults):
    """What is wrong at the edge while somebody redrives."""
    for target in (world.bus, world.topic):
        target.script = failing(**{f"e{number}": often for number, often in faults[target.name].items()})
    world.ledger.reading, world.quarantine.parking = Trouble(faults["reading"]), Trouble(faults["parking"])
    world.discards.trouble = Trouble(faults["fetching"])


NOTHING = {"bus": {}, "topic": {}, "reading": 0, "parking": 0, "fetching": 0}


def due(rows, target, *, mended):
    """What must have arrived there."""
    return sorted(
        f"e{number}/{'abc'[part]}"
        for number, (_, says, poison) in enumerate(rows, start=1)
        for part, named in enumerate(each for each in says.split("|") if each)
        if target in named.split() and (mended or not poison)
    )


@given(
    RECORDS,
    st.sets(st.integers(0, 6)),
    st.lists(st.integers(0, 7), max_size=3),
    st.lists(FAULTS, max_size=3),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_each_event_arrives_once_and_each_refused_record_is_parked(rows, relayed, cuts, faults, one_by_one):
    records = [
        record(number, item, says, **({"poison": "yes"} if poison else {}))
        for number, (item, says, poison) in enumerate(rows, start=1)
    ]
    world = World(discards=MemoryDiscards())
    world.relay(*(each for index, each in enumerate(records) if index in relayed))
    edges = [0, *sorted(min(cut, len(records)) for cut in cuts), len(records)]
    world.discards.documents = {
        f"2027-01-15T08:00:{index:02}": document(*records[start:end])
        for index, (start, end) in enumerate(pairwise(edges))
    }
    with patch.object(discards, "TOGETHER", 1 if one_by_one else discards.TOGETHER):
        for fault in [*faults, NOTHING]:
            strike(world, fault)
            list(resend(world.discards.batches(), (), world.discards, world.bridge, dry_run=False))
    refused = {f"e{number}" for number, (_, _, poison) in enumerate(rows, start=1) if poison}
    assert (world.discards.documents, {each.record_id for each in world.quarantine.parcels.values()}) == ({}, refused)
    assert {target.name: sorted(target.ids) for target in (world.bus, world.topic)} == {
        name: due(rows, name, mended=False) for name in ("bus", "topic")
    }
    world.mended = True
    list(resend((), list(world.quarantine.parcels.values()), world.discards, world.bridge, dry_run=False))
    assert world.quarantine.parcels == {}
    assert {target.name: sorted(target.ids) for target in (world.bus, world.topic)} == {
        name: due(rows, name, mended=True) for name in ("bus", "topic")
    }
