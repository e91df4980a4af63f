"""The ledger on DynamoDB: what was remembered is seen until it expires, whatever the service makes of a batch."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from bridge.aws.clock import SystemClock
from bridge.aws.ledger import CALLS, READ, WRITE, DynamoLedger, key
from bridge.budget import LOOK_UP_WAVE, REMEMBER_WAVE
from bridge.errors import StoreUnavailable
from bridge.ports import Delivery
from tests.aws import faults
from tests.aws.conftest import BentClock, a_client, new_clients
from tests.aws.stubbed import Stubbed

ONE, OTHER = Delivery("e1/order.placed", "bus"), Delivery("e1/order.placed", "feed")


def ledger(clients=None, clock=None, **given):
    return DynamoLedger("ledger", clients or new_clients(), clock or BentClock(), **given)


@pytest.fixture
def table():
    with mock_aws():
        dynamodb = a_client("dynamodb")
        dynamodb.create_table(
            TableName="ledger",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield dynamodb


def many(count):
    return [Delivery(f"e{index}", "bus") for index in range(count)]


@pytest.mark.usefixtures("table")
def test_what_is_remembered_is_seen_and_nothing_else():
    ledger().remember([ONE], 5)
    assert ledger().seen([ONE, OTHER], 5) == {ONE}
    assert ledger().seen([], 5) == set()


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("count", [1, 25, 26, 100, 101, 260])
def test_batches_of_any_size_are_cut_as_the_service_wants(count):
    ledger().remember(many(count), 5)
    assert ledger().seen([*many(count), ONE], 5) == set(many(count))


@pytest.mark.usefixtures("table")
def test_the_same_delivery_twice_in_a_batch_is_one():
    ledger().remember([ONE, ONE, OTHER], 5)
    assert ledger().seen([ONE, OTHER, ONE], 5) == {ONE, OTHER}


def test_remembering_again_starts_the_time_anew(table):
    clock = BentClock(1000.5)
    book = ledger(clock=clock, keep=100)
    book.remember([ONE], 5)
    assert table.scan(TableName="ledger")["Items"] == [{"pk": {"S": key(ONE)}, "expires": {"N": "1101"}}]
    clock.time = 1100
    assert book.seen([ONE], 5) == {ONE}
    book.remember([ONE], 5)
    clock.time = 1199
    assert book.seen([ONE], 5) == {ONE}


@pytest.mark.usefixtures("table")
def test_what_expired_is_forgotten_though_the_table_still_has_it():
    clock = BentClock(1000)
    book = ledger(clock=clock, keep=100)
    book.remember([ONE], 5)
    clock.time = 1100
    assert book.seen([ONE], 5) == set()


@pytest.mark.parametrize("item", [{}, {"expires": {"S": "never"}}, {"expires": {"BOOL": True}}])
def test_an_item_that_is_not_ours_is_no_memory(table, item):
    table.put_item(TableName="ledger", Item={"pk": {"S": key(ONE)}} | item)
    assert ledger().seen([ONE], 5) == set()


def test_the_key_tells_event_and_target_apart_however_they_are_cut():
    assert len(key(ONE)) == 32
    assert (
        len({key(ONE), key(OTHER), key(Delivery("a", "bc")), key(Delivery("ab", "c")), key(Delivery('a","b', "c"))})
        == 5
    )
    assert key(ONE) == "23aaa563f426f0ed1842af8b40cb63d8"  # what is stored must not change from version to version


class Scripted:
    """A DynamoDB that processes a part of each batch and gives the rest back."""

    def __init__(self, takes):
        self.takes, self.items, self.sizes = list(takes), {}, []

    def client(self, service, seconds):
        return self

    def _part(self, asked):
        self.sizes.append(len(asked))
        take = self.takes.pop(0) if self.takes else len(asked)
        return asked[:take], asked[take:]

    def batch_get_item(self, RequestItems):  # noqa: N803
        assert RequestItems["ledger"]["ConsistentRead"] is True
        done, left = self._part(RequestItems["ledger"]["Keys"])
        found = [self.items[one["pk"]["S"]] for one in done if one["pk"]["S"] in self.items]
        return {"Responses": {"ledger": found}, "UnprocessedKeys": {"ledger": {"Keys": left}} if left else {}}

    def batch_write_item(self, RequestItems):  # noqa: N803
        done, left = self._part(RequestItems["ledger"])
        self.items |= {put["PutRequest"]["Item"]["pk"]["S"]: put["PutRequest"]["Item"] for put in done}
        return {"UnprocessedItems": {"ledger": left} if left else {}}


def test_only_what_was_left_is_asked_again_after_a_pause():
    clock, dynamodb = BentClock(), Scripted([3, 0, 7])
    ledger(dynamodb, clock).remember(many(10), 5)
    assert dynamodb.sizes == [10, 7, 7]
    dynamodb.takes = [4, 0]
    assert ledger(dynamodb, clock).seen(many(10), 5) == set(many(10))
    assert dynamodb.sizes[3:] == [10, 6, 6]
    assert len(clock.slept) == 4


@pytest.mark.parametrize("method", ["seen", "remember"])
def test_what_stays_unprocessed_is_a_store_that_is_not_available(method):
    clock = BentClock()
    with pytest.raises(StoreUnavailable) as caught:
        getattr(ledger(Scripted([0] * 999), clock), method)([ONE], 3)
    assert caught.value.problems[0].code == "B020"
    assert "UnprocessedItems" in str(caught.value)
    assert 0 < sum(clock.slept) <= 3


@given(st.lists(st.integers(0, 30), max_size=30), st.integers(0, 150))
@settings(deadline=None, max_examples=40)
def test_however_a_batch_is_cut_short_what_is_remembered_is_what_is_seen(takes, count):
    dynamodb = Scripted([*takes])
    try:
        ledger(dynamodb).remember(many(count), 60)
    except StoreUnavailable:
        return
    dynamodb.takes = [*takes]
    assert ledger(dynamodb).seen([*many(count), ONE], 600) == set(many(count))


@pytest.mark.parametrize(
    ("code", "status", "asks_again"),
    [
        ("ProvisionedThroughputExceededException", 400, True),
        ("ThrottlingException", 400, True),
        ("InternalServerError", 500, True),
        ("ResourceNotFoundException", 400, False),
        ("AccessDeniedException", 400, False),
        ("ValidationException", 400, False),
    ],
)
def test_a_call_that_fails_is_repeated_only_where_waiting_may_mend_it(code, status, asks_again):
    clock, stubbed = BentClock(), Stubbed("dynamodb")
    for _ in range(9):
        stubbed.stub.add_client_error("batch_get_item", code, "item 4111", status)
    with stubbed.stub, pytest.raises(StoreUnavailable) as caught:
        ledger(stubbed, clock).seen([ONE], 2)
    assert bool(clock.slept) is asks_again
    assert f"B020 the ledger, table 'ledger', could not be read: {code} (HTTP {status})" in str(caught.value)
    assert "4111" not in str(caught.value)


@pytest.mark.parametrize(
    "fault", [faults.answer(200, {}), faults.cut_short, faults.reset_before, faults.error(503, "Busy")]
)
@pytest.mark.parametrize("method", ["seen", "remember"])
def test_an_answer_that_is_none_is_no_answer(monkeypatch, fault, method):
    with faults.serve(fault) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        with pytest.raises(StoreUnavailable):
            getattr(ledger(), method)([ONE], 0.3)
        assert len(server.requests) == 2


def test_a_connection_that_died_in_the_freezer_is_opened_anew(monkeypatch):
    taken = faults.answer(200, {"Responses": {"ledger": []}, "UnprocessedKeys": {}}, "application/x-amz-json-1.0")
    with faults.serve(faults.reset_before, taken) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        assert ledger().seen([ONE], 3) == set()


@pytest.mark.usefixtures("table")
def test_one_part_that_fails_fails_the_whole():
    with pytest.raises(StoreUnavailable):
        DynamoLedger("elsewhere", new_clients(), BentClock()).seen(many(250), 5)


class Slow(Scripted):
    """Takes its time for each call."""

    def _part(self, asked):
        time.sleep(0.15)
        return super()._part(asked)


@pytest.mark.parametrize("method", ["seen", "remember"])
def test_however_many_calls_it_takes_they_end_together_in_the_time_that_was_granted(method):
    """Parts beyond those that run side by side have what is left, and are not begun where that is too little."""
    dynamodb = Slow([])
    with pytest.raises(StoreUnavailable, match="NoTimeLeft"):
        getattr(ledger(dynamodb, SystemClock()), method)(many(6000), 0.5)
    assert len(dynamodb.sizes) <= 4 * CALLS  # as many as 0.15 s fit into 0.5 s, and fewer on a busy machine


def test_a_wave_of_the_relay_is_what_runs_side_by_side():
    assert (LOOK_UP_WAVE, REMEMBER_WAVE) == (CALLS * READ, CALLS * WRITE)
