"""Batches that Lambda discarded: sent again as far as they are missing, and gone once nothing of them is."""

import json

import pytest

from bridge import discards
from bridge.discards import Resent, resend, together
from bridge.errors import Problem, StoreUnavailable, Where
from bridge.local.memory import DOWN, MemoryDiscards, MemoryQuarantine, Trouble
from bridge.ports import Delivery, Discarded
from bridge.redrive import Redriven
from tests.local.world import ARN, M001, REFUSED, World, failing, record

FIRST, SECOND, THIRD = (f"2027-01-15T08:00:0{second}" for second in (1, 2, 3))


def document(*records, **other):
    """As Lambda writes it to S3: the whole event as text, the batch's place beside it."""
    return json.dumps(
        {
            "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 3},
            "DDBStreamBatchInfo": {"shardId": "shard-1", "startSequenceNumber": "1", "streamArn": ARN},
            "payload": json.dumps({"Records": records}),
        }
        | other
    ).encode()


@pytest.fixture
def world():
    return World(discards=MemoryDiscards())


def run(world, *, dry_run=False, parcels=()):
    return list(resend(world.discards.batches(), parcels, world.discards, world.bridge, dry_run=dry_run))


def put(world, **documents):
    """Documents by the second in which they were discarded."""
    world.discards.documents |= {globals()[name]: data for name, data in documents.items()}


def test_what_did_not_arrive_is_sent_and_the_document_goes(world):
    world.relay(record(1), record(2, "B"))
    put(world, FIRST=document(record(1), record(2, "B"), record(3, "C")))
    (batch,) = run(world)
    assert [(each.record_id, each.state, len(each.deliveries)) for each in batch.records] == [
        ("e1", "done", 0),
        ("e2", "done", 0),
        ("e3", "done", 2),
    ]
    assert (batch.state, world.bus.calls_made, world.discards.documents) == (
        "done",
        {"e1/a": 1, "e2/a": 1, "e3/a": 1},
        {},
    )


def test_a_dry_run_says_what_it_would_send_and_does_nothing(world):
    put(world, FIRST=document(record(1), record(2, "B", poison="yes")))
    (batch,) = run(world, dry_run=True)
    assert [each.state for each in batch.records] == ["ready", "refused"]
    assert batch.state == "refused"
    assert (world.bus.sent, world.quarantine.parcels, len(world.discards.documents)) == ([], {}, 1)


def test_what_is_refused_lies_in_the_quarantine_as_if_it_had_been_relayed(world):
    put(world, FIRST=document(record(1, poison="yes"), record(2)))
    (batch,) = run(world)
    assert (batch.state, world.bus.ids, world.discards.documents) == ("refused", ["e2/a"], {})
    (parcel,) = world.quarantine.parcels.values()
    other = World()
    other.relay(record(1, poison="yes"))
    assert (parcel.key, parcel.problems) == (*other.quarantine.parcels, (M001.within(Where(record="e1")),))


def test_what_it_sends_is_marked(world):
    put(world, FIRST=document(record(1)))
    run(world)
    assert [event.extensions for event in world.bus.taken] == [{"redriven": True}]


def test_a_document_with_something_unfinished_stays_and_is_taken_up_again(world):
    put(world, FIRST=document(record(1), record(2, "B")))
    world.topic.script = failing(e1=-1)
    (batch,) = run(world)
    assert (batch.state, len(world.discards.documents)) == ("unfinished", 1)
    world.topic.script = failing()
    (batch,) = run(world)
    assert [each.deliveries for each in batch.records] == [(Delivery("e1/a", "topic"),), ()]
    assert (world.bus.calls_made, world.discards.documents) == ({"e1/a": 1, "e2/a": 1}, {})


def test_what_a_target_refuses_is_parked_with_what_was_delivered(world):
    world.topic.script = lambda _: REFUSED
    put(world, FIRST=document(record(1)))
    (batch,) = run(world)
    (parcel,) = world.quarantine.parcels.values()
    assert (batch.state, parcel.delivered) == ("refused", (Delivery("e1/a", "bus"),))


# Order


def test_the_changes_of_all_documents_that_fit_go_in_their_order_and_parcels_with_them(world):
    world.relay(record(5, says="topic", poison="yes"))
    world.mended = True
    put(
        world,
        FIRST=document(record(7, says="topic"), record(3, says="topic")),
        SECOND=document(record(4, says="topic")),
    )
    results = run(world, parcels=world.quarantine.parcels.values())
    assert world.topic.ids == ["e3/a", "e4/a", "e5/a", "e7/a"]
    assert [type(each) for each in results] == [Redriven, Resent, Resent]
    assert (world.quarantine.parcels, world.discards.documents) == ({}, {})


def test_documents_are_read_in_parts_and_none_is_begun_after_one_that_is_unfinished(world, monkeypatch):
    monkeypatch.setattr(discards, "TOGETHER", 1)
    put(world, FIRST=document(record(1)), SECOND=document(record(2)), THIRD=document(record(3)))
    world.topic.script = failing(e2=-1)
    assert [batch.state for batch in run(world)] == ["done", "unfinished"]
    assert (world.topic.ids, sorted(world.discards.documents)) == (["e1/a"], [SECOND, THIRD])


def test_what_cannot_be_fetched_is_unfinished_and_what_comes_later_waits(world):
    put(world, FIRST=document(record(1)), SECOND=document(record(2)))
    world.discards.trouble = Trouble(1)
    (batch,) = run(world)
    assert (batch.state, batch.problems, world.bus.sent) == ("unfinished", (DOWN,), [])


@pytest.mark.parametrize(
    ("sizes", "cut"),
    [
        ([], []),
        ([("1", 9)], [1]),
        ([("1", 5), ("2", 5), ("3", 1)], [2, 1]),
        ([("1", 99), ("1", 99), ("2", 1)], [2, 1]),
        ([("1", 0), ("2", 10), ("3", 0), ("4", 1)], [3, 1]),
    ],
)
def test_batches_of_one_second_stay_together(monkeypatch, sizes, cut):
    monkeypatch.setattr(discards, "TOGETHER", 10)
    batches = [Discarded(f"{at}-{size}", at, size) for at, size in sizes]
    assert [len(some) for some in together(batches)] == cut
    assert [each for some in together(batches) for each in some] == batches


# What lies in the quarantine of it already


def test_a_record_that_was_parked_before_its_batch_was_discarded_is_not_left_there(world):
    """It would be sent again once the ledger has forgotten."""
    world.relay(record(1, poison="yes"))
    world.mended = True
    put(world, FIRST=document(record(1, poison="yes")))
    assert run(world)[0].state == "done"
    assert (world.bus.ids, world.quarantine.parcels) == (["e1/a"], {})


def test_what_its_parcel_knows_is_not_sent_again_when_the_ledger_has_forgotten(world):
    world.topic.script = lambda _: REFUSED
    world.relay(record(1))
    world.topic.script = failing()
    world.ledger.entries.clear()
    put(world, FIRST=document(record(1)))
    assert run(world)[0].records[0].deliveries == (Delivery("e1/a", "topic"),)
    assert world.bus.calls_made == {"e1/a": 1}


def test_one_that_is_refused_still_is_parked_once(world):
    world.relay(record(1, poison="yes"))
    put(world, FIRST=document(record(1, poison="yes")))
    run(world)
    assert (len(world.quarantine.parcels), len(world.quarantine.parked), world.discards.documents) == (1, 1, {})


def test_numbers_may_be_written_otherwise_than_in_the_parcel(world):
    world.relay(record(1, poison="yes"))
    world.mended = True
    other = json.dumps({"Records": [record(1, poison="yes")]}).replace("1799999940.0", "1.79999994E9")
    put(world, FIRST=document(payload=other))
    run(world)
    assert world.quarantine.parcels == {}


# Documents that are none


def test_a_document_without_its_batch_stays_and_says_how_to_read_it_again(world):
    put(world, FIRST=document(payload=None), SECOND=document(record(2)))
    bad, good = run(world)
    assert (bad.state, good.state, list(world.discards.documents)) == ("refused", "done", [FIRST])
    (problem,) = bad.problems
    assert (problem.where, problem.code) == (Where(file=f"memory:{FIRST}"), "D018")
    assert (
        f"`aws dynamodbstreams get-shard-iterator --stream-arn {ARN} --shard-id shard-1 "
        "--shard-iterator-type AT_SEQUENCE_NUMBER --sequence-number 1`, then "
        "`aws dynamodbstreams get-records --shard-iterator …`; put what that prints into the document as its `payload`"
    ) in problem.fix


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b'{"a": 1}', b"[1]", document()[:-20]])
def test_what_is_no_document_stays(world, data):
    put(world, FIRST=data)
    (batch,) = run(world)
    assert (batch.state, batch.problems[0].code[0], list(world.discards.documents)) == ("refused", "D", [FIRST])


def test_a_record_of_it_that_nobody_can_read_is_parked(world):
    put(world, FIRST=document({"dynamodb": {}}, record(2)))
    assert run(world)[0].state == "refused"
    assert (len(world.quarantine.parcels), world.bus.ids, world.discards.documents) == (1, ["e2/a"], {})


def test_an_empty_batch_and_one_that_somebody_else_has_sent_are_nothing(world):
    put(world, FIRST=document(), SECOND=document(record(2)))
    batches = world.discards.batches()
    del world.discards.documents[SECOND]
    results = list(resend(batches, (), world.discards, world.bridge, dry_run=False))
    assert ([each.state for each in results], world.bus.sent) == (["unmatched", "unmatched"], [])
    assert world.discards.documents == {}


# Stores that are away


def test_a_document_that_cannot_be_dropped_says_so(world):
    put(world, FIRST=document(record(1)))
    world.discards = Kept(world.discards.documents)
    (batch,) = run(world)
    assert (batch.state, batch.problems, world.bus.ids) == ("unfinished", (DOWN,), ["e1/a"])


class Kept(MemoryDiscards):
    """Lets nothing go."""

    def drop(self, key):
        raise StoreUnavailable(DOWN)


def test_a_refused_record_that_cannot_be_parked_keeps_its_document(world):
    put(world, FIRST=document(record(1, poison="yes"), record(2)))
    world.quarantine.parking = Trouble(-1)
    (batch,) = run(world)
    assert (batch.state, world.bus.ids, len(world.discards.documents)) == ("unfinished", ["e2/a"], 1)


def test_a_quarantine_that_cannot_be_listed_leaves_all_as_it_is(world):
    class Unlisted(MemoryQuarantine):
        def keys(self, prefix=""):
            raise StoreUnavailable(DOWN)

    put(world, FIRST=document(record(1)))
    world.quarantine = Unlisted()
    (batch,) = run(world)
    assert (batch.state, world.bus.sent, len(world.discards.documents)) == ("unfinished", [], 1)


@pytest.mark.parametrize("dry_run", [True, False])
def test_nothing_is_sent_that_the_ledger_cannot_be_asked_of(world, dry_run):
    put(world, FIRST=document(record(1)))
    world.ledger.reading = Trouble(-1)
    (batch,) = run(world, dry_run=dry_run)
    assert (batch.state, world.bus.sent, len(world.discards.documents)) == ("unfinished", [], 1)


def test_a_bug_keeps_the_document(world):
    def script(event):
        raise LookupError

    put(world, FIRST=document(record(1)))
    world.topic.script = script
    with pytest.raises(LookupError):
        run(world)
    assert list(world.discards.documents) == [FIRST]


def test_ctrl_c_keeps_the_document_and_what_had_arrived_is_not_sent_again(world):
    def script(event):
        if event.id == "e2/a":
            raise KeyboardInterrupt
        return failing()(event)

    put(world, FIRST=document(record(1, says="bus"), record(2, "B", says="topic"), record(3, "C", poison="yes")))
    world.topic.script = script
    with pytest.raises(KeyboardInterrupt):
        run(world)
    assert (world.bus.ids, list(world.discards.documents)) == (["e1/a"], [FIRST])
    world.topic.script = failing()
    assert run(world)[0].state == "refused"
    assert (world.bus.calls_made, world.topic.ids, world.discards.documents) == ({"e1/a": 1}, ["e2/a"], {})
    assert len(world.quarantine.parcels) == 1


def test_the_worst_of_its_records_is_what_a_batch_is():
    def of(*states):
        return Resent("k", tuple(Redriven("k", "e", state) for state in states)).state

    assert [
        of("done", "unmatched"),
        of("done", "ready"),
        of("ready", "refused"),
        of("refused", "unfinished"),
        of(),
    ] == [
        "done",
        "ready",
        "refused",
        "unfinished",
        "unmatched",
    ]
    assert Resent("k", problems=(Problem(Where(), "D001", "w", "f"),), itself="refused").state == "refused"
