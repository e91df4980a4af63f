"""Credentials that open nothing, and a clock that tests bend."""

from functools import cache

import boto3
import moto  # noqa: F401 sessions that are made before it is there are not its
import pytest

from bridge.aws.clients import Clients
from bridge.aws.ladder import Ladder


@cache
def _session() -> boto3.session.Session:
    return boto3.session.Session()


@cache
def a_client(service):
    """A client for a Stubber; it sends nothing."""
    return _session().client(service, region_name="eu-west-1")


def new_clients() -> Clients:
    """New clients of one session, which has read AWS's models once: half of the time of these tests."""
    return Clients(ladder=Ladder(_sessions=[_session()]))


class BentClock:
    """Implements `ports.Clock`: sleeping takes no time but counts."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.time = now
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def jitter(self) -> float:
        return 0.5


@pytest.fixture
def clock() -> BentClock:
    return BentClock()


@pytest.fixture(autouse=True)
def _no_real_account(monkeypatch, tmp_path):
    """No test can reach an account, whatever the machine that runs it is allowed to."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
