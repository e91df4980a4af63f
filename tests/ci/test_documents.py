"""What the README says of subscribers and of CI is true."""

import inspect
import re
from pathlib import Path

import pytest
import yaml
from aws_lambda_powertools.utilities.idempotency import BasePersistenceLayer
from aws_lambda_powertools.utilities.idempotency.exceptions import IdempotencyItemAlreadyExistsError

import bridge.subscriber
from bridge.subscriber import consume
from tests.ci.workflow import ACTION, ROOT
from tests.subscriber.deliveries import sqs, sqs_record

README = (ROOT / "README.md").read_text()
EVENT = re.search(r"^```json event\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)[1]


def block(kind):
    """The one block of a kind."""
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return found


class Context:
    """What Lambda says of the time left."""

    def get_remaining_time_in_millis(self):
        return 30_000


class Remembered(BasePersistenceLayer):
    """Powertools' port, in memory."""

    def __init__(self, _name):
        super().__init__()
        self.kept = {}

    def _get_record(self, idempotency_key):
        return self.kept[idempotency_key]

    def _put_record(self, data_record):
        if data_record.idempotency_key in self.kept:
            raise IdempotencyItemAlreadyExistsError
        self.kept[data_record.idempotency_key] = data_record

    def _update_record(self, data_record):
        self.kept[data_record.idempotency_key] = data_record

    def _delete_record(self, data_record):
        del self.kept[data_record.idempotency_key]


def test_the_consumer_that_the_readme_shows_takes_the_event_that_leads_it_once(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    code = block("python subscriber").replace("DynamoDBPersistenceLayer(", "Remembered(")
    names = {"Remembered": Remembered, "__name__": "shown"}
    exec(compile(code, "README.md", "exec"), names)
    for _ in range(2):
        assert names["handler"](sqs(sqs_record(EVENT)), Context()) == {"batchItemFailures": []}
    assert capsys.readouterr().out == "MUG-BLUE is cheaper since 2026-11-20 09:30:00+00:00\n"


def test_the_workflow_that_the_readme_shows_uses_the_action_as_it_is():
    (job,) = yaml.safe_load(block("yaml workflow"))["jobs"].values()
    (used,) = (step for step in job["steps"] if "changebridge" in step["uses"])
    assert set(used["with"]) <= set(ACTION["inputs"])


def test_the_hooks_that_the_readme_shows_are_those_that_there_are():
    (repository,) = yaml.safe_load(block("yaml hooks"))["repos"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in hooks]


@pytest.mark.parametrize("name", ["receive", "consume", "deduplicated"])
def test_what_the_readme_tells_of_the_subscriber_is_there(name):
    assert name in README
    assert callable(getattr(bridge.subscriber, name))


def test_every_parameter_of_consume_is_told():
    told = README.partition("### The subscriber's side")[2].partition("\n## ")[0]
    assert [name for name in inspect.signature(consume).parameters if name not in told] == []


def test_the_example_is_where_the_readme_says():
    assert Path(ROOT / "examples/consumer/app.py").exists()
