"""What bridge.yaml says is what stands behind the bridge."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.aws.custombus import CustomBus
from bridge.aws.sns import Topic
from bridge.claiming import Claiming
from bridge.core.decode import decode, read_batch
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
    "ON_FAILURE_BUCKET": "failed",
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


def a_change():
    """A price that dropped, as the sample's records have it."""
    record = json.loads((ROOT / "rules/records/price-dropped.json").read_text())
    return decode(read_batch(record).records[0])


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


def test_of_a_global_table_one_region_speaks(shop, monkeypatch):
    with (shop / "bridge.yaml").open("a") as file:
        file.write('\nregion: "${env:SPEAKING}"\n')
    change = a_change()
    monkeypatch.setenv("SPEAKING", "eu-west-1")
    assert len(connect(shop).translate(change).events) == 1
    assert len(connect(shop).translate(replace(change, region="")).events) == 1
    assert connect(shop).translate(replace(change, region="us-east-1")).events == ()
    monkeypatch.setenv("SPEAKING", "us-east-1")
    assert connect(shop).translate(change).events == ()


def test_a_region_that_cannot_be_would_silence_everything_and_is_refused(shop):
    with (shop / "bridge.yaml").open("a") as file:
        file.write("\nregion: eu-west1\n")
    with pytest.raises(ProjectInvalid) as caught:
        connect(shop)
    assert str(caught.value.problems[0]).endswith(
        "C008 'eu-west1' is no Region\n    fix: write the Region whose bridge publishes, such as eu-west-1"
    )


def test_its_variable_must_be_set(shop):
    with (shop / "bridge.yaml").open("a") as file:
        file.write('\nregion: "${env:SPEAKING}"\n')
    with pytest.raises(ProjectInvalid, match="SPEAKING"):
        connect(shop)


@pytest.mark.parametrize("mode", ["flag", "drop"])
def test_the_order_of_kinesis_is_guarded_only_where_it_is_asked_for(shop, mode):
    assert connect(shop).guard is None
    with (shop / "bridge.yaml").open("a") as file:
        file.write(f"\norder: {mode}\n")
    guard = connect(shop).guard
    assert (guard.mode, guard.latest.table, guard.latest.keep) == (mode, "ledger", 48 * 3600)
