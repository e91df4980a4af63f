"""The latest change of each item on DynamoDB: never back, whoever writes, and told with all its failures."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from moto import mock_aws

from bridge.aws.latest import DynamoLatest
from bridge.aws.ledger import DynamoLedger
from bridge.errors import StoreUnavailable
from bridge.ports import Delivery
from tests.aws import faults
from tests.aws.conftest import BentClock, a_client, new_clients


@pytest.fixture
def table():
    with mock_aws():
        dynamodb = a_client("dynamodb")
        dynamodb.create_table(
            TableName="ledger",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield dynamodb


def latest(clients=None, clock=None):
    return DynamoLatest("ledger", clients or new_clients(), clock or BentClock(), keep=3600)


def at(number):
    return f"{number:040d}"


def test_what_was_kept_is_told_and_nothing_else(table):
    latest().advance({"shop/a": at(1), "shop/b": at(2)}, 5.0)
    assert latest().times(["shop/a", "shop/b", "shop/c"], 5.0) == {"shop/a": at(1), "shop/b": at(2)}


def test_it_never_goes_back(table):
    for time in (5, 3, 5, 9, 1):
        latest().advance({"shop/a": at(time)}, 5.0)
    assert latest().times(["shop/a"], 5.0) == {"shop/a": at(9)}


def test_of_many_that_write_at_once_the_latest_stays(table):
    times = list(range(1, 25))
    Random(7).shuffle(times)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda time: latest().advance({"shop/a": at(time)}, 5.0), times))
    assert latest().times(["shop/a"], 5.0) == {"shop/a": at(24)}


def test_more_items_than_a_call_holds(table):
    every = {f"shop/{index}": at(index) for index in range(130)}
    latest().advance(every, 20.0)
    assert latest().times(list(every), 5.0) == every


def test_it_expires_with_the_ledgers_own_attribute(table):
    latest(clock=BentClock(1000.0)).advance({"shop/a": at(1)}, 5.0)
    (item,) = table.scan(TableName="ledger")["Items"]
    assert item["expires"] == {"N": "4600"}
    assert item["pk"]["S"].startswith("latest#")


def test_it_shares_its_table_with_the_ledger(table):
    latest().advance({"shop/a": at(1)}, 5.0)
    ledger = DynamoLedger("ledger", new_clients(), BentClock())
    ledger.remember({Delivery("e1/a", "bus"): 1_700_000_000}, 5.0)
    assert ledger.seen({Delivery("e1/a", "bus"): 1_700_000_000}, 5.0) == {Delivery("e1/a", "bus")}
    assert latest().times(["shop/a"], 5.0) == {"shop/a": at(1)}


@pytest.mark.parametrize("call", [lambda port: port.times(["a"], 1.0), lambda port: port.advance({"a": at(1)}, 1.0)])
@pytest.mark.parametrize("fault", [faults.error(400, "AccessDeniedException"), faults.answer(500), faults.reset_before])
def test_a_table_that_is_not_well_is_unavailable(monkeypatch, call, fault):
    with faults.serve(fault) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(StoreUnavailable) as caught:
            call(latest())
    assert caught.value.problems[0].what.startswith("the order of items in the ledger, table 'ledger', could not be ")


def test_an_answer_that_tells_nothing_is_none(monkeypatch):
    with faults.serve(faults.answer(200, {})) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(StoreUnavailable, match="NoAnswer"):
            latest().times(["a"], 1.0)
