"""A message that fails comes again, and takes no other with it."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.subscriber import UnreadableMessage, consume
from tests.subscriber.deliveries import BODY, event, eventbridge, sns, sqs, sqs_record


def failing(*ids):
    """A handler that notes what it gets, and fails for these ids."""

    def handle(received):
        handle.seen.append(received.id)
        if received.id in ids:
            raise RuntimeError(received.id)

    handle.seen = []
    return handle


def said(*ids):
    return json.dumps([event(id=each) for each in ids])


def failures(*messages):
    return {"batchItemFailures": [{"itemIdentifier": message} for message in messages]}


def test_when_all_is_well_nothing_comes_again():
    handle = failing()
    assert consume(sqs(sqs_record(said("a"), "m1"), sqs_record(said("b"), "m2")), handle) == failures()
    assert handle.seen == ["a", "b"]


def test_only_the_messages_that_fail_come_again():
    records = [sqs_record(said(name), f"m{name}") for name in "abc"]
    handle = failing("b")
    assert consume(sqs(*records), handle) == failures("mb")
    assert handle.seen == ["a", "b", "c"]


def test_a_message_that_cannot_be_read_comes_again_and_none_of_its_events_is_handled():
    half = json.dumps([event(id="a"), event(id=None)])
    handle = failing()
    assert consume(sqs(sqs_record(half, "m1"), sqs_record("{", "m2"), sqs_record(said("c"), "m3")), handle) == failures(
        "m1", "m2"
    )
    assert handle.seen == ["c"]


def test_behind_a_failure_in_a_group_of_a_fifo_queue_nothing_of_the_group_is_tried():
    records = [
        sqs_record(said(name), f"m{name}", group) for name, group in [("a", "1"), ("b", "2"), ("c", "1"), ("d", "2")]
    ]
    handle = failing("a")
    assert consume(sqs(*records), handle) == failures("ma", "mc")
    assert handle.seen == ["a", "b", "d"]


def test_groups_of_a_standard_queue_order_nothing():
    records = [sqs_record(said(name), f"m{name}", "1") for name in "ab"]
    for record in records:
        record["eventSourceARN"] = record["eventSourceARN"].removesuffix(".fifo")
    assert consume(sqs(*records), failing("a")) == failures("ma")


def test_an_event_that_nobody_can_be_told_of_is_raised():
    with pytest.raises(RuntimeError, match="7de3"):
        consume(sns(), failing("7de3/order.placed"))
    with pytest.raises(UnreadableMessage, match="U002"):
        consume(json.loads(eventbridge("{}")), failing())
    assert consume(sns(), failing()) == failures()


def test_several_that_nobody_can_be_told_of_are_raised_together_after_all_were_tried():
    handle = failing("a", "c")
    with pytest.raises(ExceptionGroup) as raised:
        consume([event(id=name) for name in "abcd"], handle)
    assert [str(each) for each in raised.value.exceptions] == ["a", "c"]
    assert handle.seen == ["a", "b", "c", "d"]


def test_an_event_that_is_nothing_at_all_fails_as_a_whole():
    with pytest.raises(UnreadableMessage):
        consume("{", failing())


def test_each_failure_is_logged_and_ours_without_data(caplog):
    with caplog.at_level(logging.ERROR, "bridge.subscriber"):
        consume(
            sqs(sqs_record(eventbridge('{"secret":"data"}'), "m1"), sqs_record(BODY, "m2")),
            failing("7de3/order.placed"),
        )
    first, second = caplog.records
    assert first.getMessage().startswith("message m1 is not taken: record m1 $.Records[0].body: U002")
    assert (first.exc_info, second.getMessage()) == (None, "message m2 failed")
    assert second.exc_info[0] is RuntimeError
    assert "data" not in first.getMessage().replace("bare data", "")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.booleans())))
def test_every_message_is_handled_or_comes_again_and_never_both(messages):
    """Whatever fails, and in order within a group."""
    records = [
        sqs_record(said(str(index)) if readable else "{", str(index), group)
        for index, (group, readable, _) in enumerate(messages)
    ]
    handle = failing(*(str(index) for index, (_, _, fails) in enumerate(messages) if fails))
    logging.disable(logging.ERROR)
    again = {each["itemIdentifier"] for each in consume(sqs(*records), handle)["batchItemFailures"]}
    logging.disable(logging.NOTSET)
    done = {name for name in handle.seen if not messages[int(name)][2]}
    assert done | again == {str(index) for index in range(len(messages))}
    assert done & again == set()
    for group in "abc":
        members = [str(index) for index, message in enumerate(messages) if message[0] == group]
        assert members == [name for name in members if name in done] + [name for name in members if name in again]
