"""Clients are made once, follow every override, and their calls end in time."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge.aws.clients import Clients
from bridge.aws.ladder import LADDER, NoTimeLeft
from tests.aws.conftest import new_clients
from tests.aws.faults import serve, stall


def test_a_client_is_made_once_for_a_service_and_a_rung():
    clients = new_clients()
    assert clients.client("events", 9) is clients.client("events", 4.0)
    assert clients.client("events", 9) is not clients.client("events", 1.5)
    assert clients.client("events", 9) is not clients.client("sns", 9)


def test_threads_that_ask_at_once_get_the_same_client():
    clients = new_clients()
    with ThreadPoolExecutor(8) as pool:
        assert len({id(client) for client in pool.map(lambda _: clients.client("sns", 1), range(32))}) == 1


def test_nothing_is_made_before_it_is_asked_for():
    clients = Clients()
    assert (clients._lines, clients.ladder._made, clients.ladder._sessions) == ({}, {}, [])


def test_a_call_fits_in_the_seconds_it_is_given():
    clients = new_clients()
    for seconds in (*LADDER, 0.7, 3.99, 60):
        config = clients.client("sns", seconds).meta.config
        assert config.connect_timeout + config.read_timeout <= seconds
        assert config.connect_timeout > 0.04


@pytest.mark.parametrize("seconds", [0.19, 0, -3])
def test_no_client_for_less_time_than_a_call_takes(seconds):
    with pytest.raises(NoTimeLeft):
        new_clients().client("sns", seconds)


def test_the_sdk_never_retries_by_itself(monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "7")
    assert new_clients().client("events", 1).meta.config.retries["total_max_attempts"] == 1


@pytest.mark.parametrize(
    ("service", "name"), [("events", "EVENTBRIDGE"), ("sns", "SNS"), ("dynamodb", "DYNAMODB"), ("s3", "S3")]
)
def test_every_endpoint_override_is_honoured(monkeypatch, service, name):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert new_clients().client(service, 1).meta.endpoint_url == "http://127.0.0.1:1"
    monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", "http://127.0.0.1:2")
    assert new_clients().client(service, 1).meta.endpoint_url == "http://127.0.0.1:2"


def test_a_bucket_behind_an_override_is_named_in_the_path(monkeypatch):
    assert new_clients().client("s3", 1).meta.config.s3 is None
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://localhost:4566")
    client = new_clients().client("s3", 1)
    url = client.generate_presigned_url("get_object", {"Bucket": "lost", "Key": "a/b"})
    assert url.startswith("http://localhost:4566/lost/a/b")
    assert client.meta.config.retries["total_max_attempts"] == 1


def test_a_region_that_is_asked_for_wins_over_the_environment():
    assert new_clients().client("sns", 1).meta.region_name == "eu-west-1"
    assert new_clients().client("sns", 1, "us-east-2").meta.region_name == "us-east-2"


@pytest.mark.parametrize(
    ("environ", "region"),
    [
        ({"AWS_REGION": "us-west-2"}, "us-west-2"),
        ({"AWS_DEFAULT_REGION": "us-west-1"}, "us-west-1"),
        ({"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-west-1"}, "us-west-2"),
    ],
)
def test_the_region_is_what_the_environment_says(monkeypatch, environ, region):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert Clients().client("sns", 1).meta.region_name == region


def test_a_stalled_call_ends_in_time(monkeypatch):
    with serve(stall) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        client, began = new_clients().client("sns", 0.5), time.monotonic()
        with pytest.raises(Exception, match="timeout"):
            client.list_topics()
        assert time.monotonic() - began < 1.5
