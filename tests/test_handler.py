"""Lambda's entry: one answer, one report of it, and no word of an item when something breaks."""

import itertools
import json

import pytest

from bridge import handler
from bridge.errors import Problem, UndecodableRecord, Where
from bridge.relay import Bridge
from bridge.report import Report

_names = (f"handled-{number}" for number in itertools.count())

SECRET = "ada@example.org"


class Context:
    def get_remaining_time_in_millis(self):
        return 12_500


@pytest.fixture
def relayed(monkeypatch, capsys):
    """Handle an event while relaying means `does`; gives answer or error, and what was printed."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", next(_names))
    monkeypatch.setattr(handler, "connect", lambda folder: Bridge(None, {}, None, None, None, folder))
    monkeypatch.setenv("BRIDGE_PROJECT", "/shop")
    made = (handler._settings, handler._observer, handler._bridge)
    for each in made:
        each.cache_clear()

    def run(does):
        monkeypatch.setattr(handler, "relay", does)
        try:
            answer = handler.handle({"Records": []}, Context())
        except Exception as error:  # noqa: BLE001 it is looked at
            answer = error
        return answer, capsys.readouterr().out

    yield run
    for each in made:
        each.cache_clear()


def test_the_answer_is_the_reports_and_the_report_is_observed(relayed):
    seen = []

    def does(event, bridge, remaining):
        seen.append((event, bridge.project, remaining()))
        return Report({"batchItemFailures": [{"itemIdentifier": "7"}]})

    answer, printed = relayed(does)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    assert seen == [({"Records": []}, "/shop", 12.5)]
    assert "batch relayed" in printed
    assert '"Records":[0.0]' in printed


def test_a_report_that_cannot_be_said_does_not_bring_the_batch_again(relayed):
    """All is done by then: an error would have Lambda send it again for ever. It is told as a bug, and alarmed."""
    unsayable = Report({"batchItemFailures": []}, delivered={("a type, and no target",): 1})
    answer, printed = relayed(lambda *_: unsayable)
    assert answer == {"batchItemFailures": []}
    assert '"BatchesFailed":[1.0]' in printed
    assert '"Bugs":[1.0]' in printed


def test_the_bridge_is_built_once(relayed, monkeypatch):
    built = []
    monkeypatch.setattr(handler, "connect", built.append)
    for _ in range(3):
        relayed(lambda *_: Report({"batchItemFailures": []}))
    assert built == ["/shop"]


def test_a_bridge_that_could_not_be_built_is_tried_again(relayed, monkeypatch):
    tries = iter([ValueError("not yet"), None])

    def connect(_):
        if error := next(tries):
            raise error

    monkeypatch.setattr(handler, "connect", connect)
    assert isinstance(relayed(lambda *_: Report({"batchItemFailures": []}))[0], handler.BatchFailed)
    assert relayed(lambda *_: Report({"batchItemFailures": []}))[0] == {"batchItemFailures": []}


def test_a_bug_fails_the_batch_without_a_word_of_what_it_quotes(relayed):
    def does(*_):
        raise KeyError(SECRET)

    error, printed = relayed(does)
    assert str(error) == "KeyError: a bug of the bridge, see the log line 'batch failed'"
    assert isinstance(error, handler.BatchFailed)
    assert error.__suppress_context__
    assert SECRET not in printed
    assert '"Bugs":[1.0]' in printed


def test_what_the_bridge_itself_says_fails_the_batch_with_its_problems(relayed):
    problem = Problem(Where(), "D001", "nobody knows this event", "send a change")

    def does(*_):
        raise UndecodableRecord(problem)

    error, printed = relayed(does)
    assert error.problems == (problem,)
    log = next(json.loads(line) for line in printed.splitlines() if "batch failed" in line)
    assert log["codes"] == ["D001"]
    assert '"Bugs":[0.0]' in printed
