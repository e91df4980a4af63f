"""The ledger on DynamoDB: what was remembered is seen until it expires, whatever the service makes of a call."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from bridge.aws.clock import SystemClock
from bridge.aws.ledger import DynamoLedger
from bridge.aws.ledger.store import CALLS, HOUR, SLACK
from bridge.errors import StoreUnavailable
from bridge.ports import Delivery
from tests.aws import faults
from tests.aws.accounting import Accounting
from tests.aws.conftest import BentClock, a_client, new_clients
from tests.aws.stubbed import Stubbed

ONE, OTHER = Delivery("e1/order.placed", "bus"), Delivery("e1/order.placed", "feed")
NOW = 1_700_000_000


def ledger(clients=None, clock=None, **given):
    return DynamoLedger("ledger", clients or new_clients(), clock or BentClock(NOW), **given)


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


def at(second, *deliveries):
    return dict.fromkeys(deliveries, second)


def many(count, second=7, prefix="e"):
    return {Delivery(f"{prefix}{index}", "bus"): second for index in range(count)}


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("second", [0, 7, NOW, None])
def test_what_is_remembered_is_seen_and_nothing_else(second):
    ledger().remember(at(second, ONE), 5)
    assert ledger().seen(at(second, ONE, OTHER), 5) == {ONE}
    assert ledger().seen({}, 5) == set()


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("count", [1, 55, 56, 57, 1100])
def test_batches_of_any_size_find_room(count):
    ledger().remember(many(count), 5)
    assert ledger().seen(many(count) | at(7, ONE), 5) == set(many(count))
    ledger().remember(many(300, prefix="f"), 5)
    assert ledger().seen(many(count) | many(400, prefix="f"), 5) == {*many(count), *many(300, prefix="f")}


def test_an_old_item_is_renewed_with_what_is_remembered_again(table):
    clock = BentClock(NOW)
    book = ledger(clock=clock, keep=100_000)
    book.remember(at(7, ONE), 5)
    [item] = table.scan(TableName="ledger")["Items"]
    assert item["pk"] == {"S": "1-0-0"}
    expires = int(item["expires"]["N"])
    assert expires % HOUR == 0
    assert 100_000 + SLACK < expires - NOW <= 100_000 + SLACK + HOUR
    clock.time = expires - 1
    assert book.seen(at(7, ONE), 5) == {ONE}
    book.remember(at(7, ONE), 5)
    clock.time = expires + 100_000
    assert book.seen(at(7, ONE), 5) == {ONE}


@pytest.mark.usefixtures("table")
def test_what_expired_is_forgotten_though_the_table_still_has_it():
    clock = BentClock(NOW)
    book = ledger(clock=clock, keep=100)
    book.remember(at(7, ONE), 5)
    clock.time += 100
    assert book.seen(at(7, ONE), 5) == {ONE}
    clock.time += SLACK + HOUR + 1
    assert book.seen(at(7, ONE), 5) == set()
    book.remember(at(7, OTHER), 5)
    assert OTHER in book.seen(at(7, ONE, OTHER), 5)


@pytest.mark.parametrize(
    "item", [{}, {"expires": {"S": "never"}}, {"ids": {"S": "x"}, "expires": {"N": "99999999999"}}]
)
def test_an_item_that_is_not_ours_is_no_memory(table, item):
    table.put_item(TableName="ledger", Item={"pk": {"S": "1-0-0"}} | item)
    assert ledger().seen(at(7, ONE), 5) == set()


class Halting(Accounting):
    """Processes a part of each read and gives the rest back."""

    __slots__ = ("sizes", "takes")

    def __init__(self, takes):
        super().__init__()
        self.takes, self.sizes = list(takes), []

    def batch_get_item(self, RequestItems):  # noqa: N803
        asked = RequestItems["ledger"]["Keys"]
        self.sizes.append(len(asked))
        take = self.takes.pop(0) if self.takes else len(asked)
        answer = {"Responses": {"ledger": []}}
        if asked[:take]:
            answer = super().batch_get_item({"ledger": {"Keys": asked[:take], "ConsistentRead": True}})
        return answer | ({"UnprocessedKeys": {"ledger": {"Keys": asked[take:]}}} if asked[take:] else {})


def scattered(count):
    """Each in a window of its own."""
    return {Delivery(f"e{index}", "bus"): 1000 * index for index in range(count)}


def test_only_what_was_left_is_asked_again_after_a_pause():
    clock, dynamodb = BentClock(), Halting([])
    ledger(dynamodb, clock).remember(scattered(10), 5)
    dynamodb.sizes, dynamodb.takes = [], [4, 0]
    assert ledger(dynamodb, clock).seen(scattered(10), 5) == set(scattered(10))
    assert dynamodb.sizes == [10, 6, 6]
    assert len(clock.slept) == 2


@pytest.mark.parametrize("method", ["seen", "remember"])
def test_what_stays_unprocessed_is_a_store_that_is_not_available(method):
    clock = BentClock()
    with pytest.raises(StoreUnavailable) as caught:
        getattr(ledger(Halting([0] * 999), clock), method)(at(7, ONE), 3)
    assert caught.value.problems[0].code == "B020"
    assert "UnprocessedItems" in str(caught.value)
    assert 0 < sum(clock.slept) <= 3


@given(st.lists(st.integers(0, 30), max_size=30), st.integers(0, 150))
@settings(deadline=None, max_examples=30)
def test_however_a_read_is_cut_short_what_is_remembered_is_what_is_seen(takes, count):
    dynamodb = Halting([])
    ledger(dynamodb).remember(scattered(count), 60)
    dynamodb.takes = takes
    assert ledger(dynamodb).seen(scattered(count) | at(7, ONE), 600) == set(scattered(count))


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
@pytest.mark.parametrize("method", ["seen", "remember"])
def test_a_call_that_fails_is_repeated_only_where_waiting_may_mend_it(method, code, status, asks_again):
    call, done = {"seen": ("batch_get_item", "read"), "remember": ("update_item", "written")}[method]
    clock, stubbed = BentClock(), Stubbed("dynamodb")
    if method == "remember":
        stubbed.stub.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": {}})
    for _ in range(9):
        stubbed.stub.add_client_error(call, code, "item 4111", status)
    with stubbed.stub, pytest.raises(StoreUnavailable) as caught:
        getattr(ledger(stubbed, clock), method)(at(7, ONE), 2)
    assert bool(clock.slept) is asks_again
    assert f"B020 the ledger, table 'ledger', could not be {done}: {code} (HTTP {status})" in str(caught.value)
    assert "4111" not in str(caught.value)


@pytest.mark.parametrize(
    "fault", [faults.answer(200, {}), faults.cut_short, faults.reset_before, faults.error(503, "Busy")]
)
@pytest.mark.parametrize("method", ["seen", "remember"])
def test_an_answer_that_is_none_is_no_answer(monkeypatch, fault, method):
    with faults.serve(fault) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        with pytest.raises(StoreUnavailable):
            getattr(ledger(), method)(at(7, ONE), 0.3)
        assert len(server.requests) == 2


def test_a_connection_that_died_in_the_freezer_is_opened_anew(monkeypatch):
    taken = faults.answer(200, {"Responses": {"ledger": []}, "UnprocessedKeys": {}}, "application/x-amz-json-1.0")
    with faults.serve(faults.reset_before, taken) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        assert ledger().seen(at(7, ONE), 3) == set()


@pytest.mark.usefixtures("table")
def test_one_part_that_fails_fails_the_whole():
    with pytest.raises(StoreUnavailable):
        DynamoLedger("elsewhere", new_clients(), BentClock()).seen(scattered(250), 5)


class Slow(Accounting):
    """Takes its time for each call."""

    __slots__ = ()

    def batch_get_item(self, RequestItems):  # noqa: N803
        time.sleep(0.15)
        return super().batch_get_item(RequestItems)

    def update_item(self, **asked):
        time.sleep(0.15)
        return super().update_item(**asked)


@pytest.mark.parametrize("method", ["seen", "remember"])
def test_however_many_calls_it_takes_they_end_together_in_the_time_that_was_granted(method):
    """Parts beyond those that run side by side have what is left, and are not begun where that is too little."""
    dynamodb = Slow()
    with pytest.raises(StoreUnavailable, match="NoTimeLeft"):
        getattr(ledger(dynamodb, SystemClock()), method)(scattered(6000), 0.5)
    bill = dynamodb.settle()
    assert bill.reads + bill.writes <= 4 * CALLS  # as many as 0.15 s fit into 0.5 s, and fewer on a busy machine
