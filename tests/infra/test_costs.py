"""What the page says of costs is what the script computes, and the script counts what the template makes."""

from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from infra import costs
from infra.local import TEMPLATE

README = Path(__file__).parents[2] / "infra" / "README.md"


def test_the_page_has_the_table_that_is_computed():
    block = README.read_text().split("<!-- python -m infra.costs -->\n")[1].split("<!-- end of costs -->")[0]
    assert block == costs.table()


def test_every_metric_of_every_alarm_is_counted_but_that_of_silence_which_is_off():
    resources = yaml_parse(TEMPLATE.read_text())["Resources"]
    alarms = [
        each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::CloudWatch::Alarm" and "Condition" not in each
    ]
    assert (
        sum(sum("MetricStat" in metric for metric in each.get("Metrics", ())) or 1 for each in alarms) == costs.ALARMS
    )


@pytest.mark.parametrize("load", costs.WORKLOADS, ids=lambda load: load.rate)
def test_an_invocation_ends_before_the_next_batch_of_its_shard_is_there(load):
    assert load.milliseconds < 1000
    assert load.rate / load.shards <= 1000


def test_ten_times_the_changes_are_ten_times_the_events():
    one, ten = (costs.items(costs.Workload(rate, 1, 0.5, 60, 1, 1)) for rate in (10, 100))
    name = "EventBridge, one event a change"
    assert ten[name] == pytest.approx(10 * one[name])
    assert one["Ledger, writes"] == pytest.approx(10 * costs.SECONDS * 0.625 / 1e6)
