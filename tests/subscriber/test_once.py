"""Each event is handled once, as far as that can be known: Powertools Idempotency over DynamoDB."""

import functools
import time

import boto3
import pytest
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

from bridge.subscriber import NotNow, deduplicated, receive
from tests.subscriber.deliveries import BODY, event


class Context:
    """What Lambda says of the time left."""

    def __init__(self, milliseconds=30_000):
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self):
        return self.milliseconds


@pytest.fixture
def table(aws):
    return boto3.resource("dynamodb", region_name="eu-west-1").create_table(
        TableName="handled",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def store(table):
    return DynamoDBPersistenceLayer("handled")


def one(**more):
    return receive(event(**more))[0]


def test_an_event_that_comes_again_is_not_handled_again(store):
    handled = []
    handle = deduplicated(handled.append, store, Context(), name="billing")
    for _ in range(3):
        assert handle(receive(BODY)[0]) is None
    assert [each.id for each in handled] == ["7de3/order.placed"]


def test_an_event_is_known_by_source_and_id_and_by_nothing_else(store):
    handled = []
    handle = deduplicated(handled.append, store, Context(), name="billing")
    for each in (one(), one(data={}, subject="8", time=None), one(id="other"), one(source="/other")):
        handle(each)
    assert [(each.source, each.id) for each in handled] == [
        ("/shop/orders", "7de3/order.placed"), ("/shop/orders", "other"), ("/other", "7de3/order.placed"),
    ]  # fmt: skip


def test_an_event_whose_handling_failed_is_handled_when_it_comes_again(store):
    tries = []

    def handle(received):
        tries.append(received.id)
        if len(tries) == 1:
            raise OSError("now")

    once = deduplicated(handle, store, Context())
    with pytest.raises(OSError, match="now"):
        once(one())
    once(one())
    once(one())
    assert len(tries) == 2


def test_an_event_that_is_in_progress_elsewhere_comes_again(store):
    def handle(received):
        deduplicated(handle, store, Context())(received)

    with pytest.raises(NotNow, match=r"record 7de3/order\.placed: U030 another invocation is handling this event"):
        deduplicated(handle, store, Context())(one())


def test_an_event_whose_handling_was_cut_off_is_handled_again_when_that_invocation_has_ended(store):
    class CutOff(BaseException):
        pass

    def cut_off(received):
        raise CutOff

    handled = []
    with pytest.raises(CutOff):
        deduplicated(cut_off, store, Context(-1000), name="billing")(one())
    deduplicated(handled.append, store, Context(), name="billing")(one())
    assert len(handled) == 1


def test_what_a_handler_returns_and_what_the_event_holds_are_not_kept(store, table):
    deduplicated(lambda received: {"secret": received.data}, store, Context(), name="billing")(one())
    (kept,) = table.scan()["Items"]
    assert kept["status"] == "COMPLETED"
    assert kept["id"].startswith("billing#")
    assert kept["data"] == "null"


def test_handlers_share_a_store_without_taking_each_others_events(store):
    def first(received):
        handled.append("first")

    def second(received):
        handled.append("second")

    handled = []
    for _ in range(2):
        for handle in (first, second):
            deduplicated(handle, store, Context())(one())
    assert handled == ["first", "second"]


def test_a_handler_without_a_name_of_its_own_is_given_one(store):
    handled = []

    def handle(to, received):
        to.append(received.id)

    deduplicated(functools.partial(handle, handled), store, Context(), name="mine")(one())
    assert handled == ["7de3/order.placed"]


def test_an_entry_is_kept_as_long_as_asked(store, table):
    deduplicated(lambda received: None, store, Context(), keep=100)(one())
    (kept,) = table.scan()["Items"]
    assert 90 < int(kept["expiration"]) - time.time() < 110


def test_a_store_that_does_not_answer_stops_the_handling(aws):
    handled = []
    with pytest.raises(NotNow, match="U031 the store of handled events did not answer"):
        deduplicated(handled.append, DynamoDBPersistenceLayer("missing"), Context())(one())
    assert handled == []
