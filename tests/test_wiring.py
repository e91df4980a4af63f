"""What bridge.yaml says is what stands behind the bridge."""

import shutil
from pathlib import Path

import pytest

from bridge.aws.custombus import CustomBus
from bridge.aws.sns import Topic
from bridge.claiming import Claiming
from bridge.errors import ProjectInvalid
from bridge.needs import Home, resources
from bridge.project import load_project
from bridge.settings import Settings
from bridge.wiring import connect, offline_targets

ROOT = Path(__file__).parents[1]
BUS = f"arn:aws:events:eu-west-1:111122223333:event-busv2/orders/{'a' * 25}"
NAMES = {
    "DOMAIN_BUS": "domain",
    "ANALYTICS_BUS": "analytics",
    "ORDER_TOPIC_ARN": "arn:aws:sns:eu-west-1:111122223333:orders.fifo",
    "LEDGER_TABLE": "ledger",
    "QUARANTINE_BUCKET": "parked",
    "CLAIM_BUCKET": "large",
    "STREAM_BUS": BUS,
    "AWS_REGION": "eu-west-1",
}
MORE = """
claims: {s3: {bucket: "${env:CLAIM_BUCKET}"}}
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    for name, value in NAMES.items():
        monkeypatch.setenv(name, value)
    for name in ("rules", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    text = (ROOT / "bridge.yaml").read_text()
    text = text.replace("ledger:\n", '  stream:\n    eventbridgev2: {bus: "${env:STREAM_BUS}"}\nledger:\n')
    (tmp_path / "bridge.yaml").write_text(text)
    return tmp_path


def test_without_claims_targets_are_bare(shop):
    targets = connect(shop).targets
    assert isinstance(targets["stream"], CustomBus)
    assert isinstance(targets["order-feed"], Topic)
    assert not any(isinstance(target, Claiming) for target in targets.values())


def test_with_claims_every_target_that_carries_events_may_claim(shop):
    with (shop / "bridge.yaml").open("a") as file:
        file.write(MORE)
    for targets in (connect(shop).targets, offline_targets(load_project(shop))):
        assert {name for name, target in targets.items() if isinstance(target, Claiming)} == {
            "domain-bus",
            "order-feed",
            "stream",
        }
    used = resources(load_project(shop), Home("eu-west-1", "111122223333"), Settings.read())
    assert (used.claims, used.custom_buses) == ("arn:aws:s3:::large", (BUS,))


def test_a_bucket_for_claims_must_be_named_before_anything_is_sent(shop, monkeypatch):
    with (shop / "bridge.yaml").open("a") as file:
        file.write(MORE)
    monkeypatch.delenv("CLAIM_BUCKET")
    monkeypatch.delenv("STREAM_BUS")
    with pytest.raises(ProjectInvalid) as caught:
        connect(shop)
    assert sorted(problem.what for problem in caught.value.problems) == [
        "the environment variable 'CLAIM_BUCKET' is not set",
        "the environment variable 'STREAM_BUS' is not set",
    ]
    assert offline_targets(load_project(shop))["stream"].name == "stream"
