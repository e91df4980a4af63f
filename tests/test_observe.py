"""Logs and metrics: every number of the report, no word of an item."""

import itertools
import json
from dataclasses import replace

import pytest

from bridge.errors import Problem, StoreUnavailable, Where
from bridge.observe import Observer
from bridge.report import Outcome, Report
from bridge.settings import Settings

_names = (f"observed-{number}" for number in itertools.count())

SECRET = "ada@example.org"  # an item's value: it must appear nowhere

REPORT = Report(
    response={"batchItemFailures": [{"itemIdentifier": "300"}]},
    outcomes=(
        Outcome("e1", "100", "done", ("e1/order.placed",)),
        Outcome("e2", "200", "unmatched"),
        Outcome(
            "e3",
            "250",
            "refused",
            ("e3/order.placed",),
            (Problem(Where("rules/order.yaml", 7, 3, "$.new.total", "e3"), "M001", f"no {SECRET}", f"mend {SECRET}"),),
            "order.placed",
        ),
        Outcome("e4", "275", "refused", (), (Problem(Where("bridge.core.map", 9), "bug", "KeyError", "report it"),)),
        Outcome("e5", "300", "unfinished", ("e5/order.placed",), (Problem(Where(), "B011", SECRET, SECRET),)),
    ),
    delivered={("com.example.placed.v1", "bus"): 2, ("com.example.plåced.v1", "feed"): 1},
    duplicates=4,
    refused={"M001": 1, "bug": 1},
    unavailable={"bus": 1},
    held_back=5,
    not_begun=6,
    unremembered=7,
    parked=2,
    publish_seconds=0.0123456,
    oldest_seconds=61.5,
)


@pytest.fixture
def said(capsys):
    """Everything that an Observer writes while the given call runs, parsed."""

    def run(call, **environ):
        call(Observer.start(Settings.read({"POWERTOOLS_SERVICE_NAME": next(_names)} | environ)))
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        logs = [line for line in lines if "_aws" not in line]
        return logs, [line for line in lines if "_aws" in line]

    return run


def metrics(blobs):
    """(dimensions, {name: value}) of each blob; every dimension but the service."""
    for blob in blobs:
        directive = blob["_aws"]["CloudWatchMetrics"][0]
        names = [name for name in directive["Dimensions"][0] if name != "service"]
        yield (
            {name: blob[name] for name in names},
            {each["Name"]: blob[each["Name"]][0] for each in directive["Metrics"]},
        )


def test_the_metrics_say_every_number_of_the_report(said):
    _, blobs = said(lambda observer: observer.batch(REPORT))
    assert list(metrics(blobs)) == [
        (
            {},
            {
                "Records": 5.0,
                "Unmatched": 1.0,
                "Duplicates": 4.0,
                "HeldBack": 5.0,
                "Quarantined": 2.0,
                "Bugs": 1.0,
                "LedgerWriteFailures": 7.0,
                "PublishMilliseconds": 12.346,
                "OldestChangeSeconds": 61.5,
            },
        ),
        ({"type": "com.example.placed.v1", "target": "bus"}, {"Events": 2.0}),
        ({"type": "com.example.pl\\xe5ced.v1", "target": "feed"}, {"Events": 1.0}),
        ({"code": "M001"}, {"Refused": 1.0}),
        ({"code": "bug"}, {"Refused": 1.0}),
        ({"target": "bus"}, {"Unavailable": 1.0}),
    ]


def test_units_namespace_and_service_are_as_set(said):
    _, blobs = said(
        lambda observer: observer.batch(REPORT), POWERTOOLS_METRICS_NAMESPACE="Shop", POWERTOOLS_SERVICE_NAME="orders"
    )
    directive = blobs[0]["_aws"]["CloudWatchMetrics"][0]
    assert (directive["Namespace"], blobs[0]["service"]) == ("Shop", "orders")
    units = {each["Name"]: each["Unit"] for each in directive["Metrics"]}
    assert (units["Records"], units["PublishMilliseconds"], units["OldestChangeSeconds"]) == (
        "Count",
        "Milliseconds",
        "Seconds",
    )


def test_a_batch_of_nothing_still_says_zero(said):
    _, blobs = said(lambda observer: observer.batch(Report({"batchItemFailures": []})))
    [(dimensions, values)] = metrics(blobs)
    assert (dimensions, set(values.values())) == ({}, {0.0})


def test_hundreds_of_types_are_blobs_within_the_limits(said):
    many = Report({"batchItemFailures": []}, delivered={(f"t{index}", "bus"): 1 for index in range(300)})
    _, blobs = said(lambda observer: observer.batch(many))
    assert sum("Events" in values for _, values in metrics(blobs)) == 300
    assert all(len(values) <= 100 and len(dimensions) < 29 for dimensions, values in metrics(blobs))


def test_one_line_sums_the_batch_up(said):
    logs, _ = said(lambda observer: observer.batch(REPORT), BRIDGE_STAGE="prod")
    summary = next(line for line in logs if line["message"] == "batch relayed")
    assert (summary["level"], summary["stage"]) == ("INFO", "prod")
    assert summary["again_from"] == ["300"]
    assert (summary["records"], summary["unmatched"], summary["unfinished"], summary["parked"]) == (5, 1, 1, 2)
    assert (summary["held_back"], summary["not_begun"], summary["unremembered"]) == (5, 6, 7)
    assert summary["delivered"][0] == {"type": "com.example.placed.v1", "target": "bus", "count": 2}
    assert (summary["refused"], summary["unavailable"]) == ({"M001": 1, "bug": 1}, {"bus": 1})


def test_a_place_is_shown_in_the_words_of_the_project(said):
    logs, _ = said(lambda observer: observer.batch(replace(REPORT, words={"total"})))
    assert logs[0]["problems"][0]["where"].endswith("$.new.total")


def test_what_was_overtaken_is_counted_where_there_is_some(said):
    _, blobs = said(lambda observer: observer.batch(replace(REPORT, overtaken=3)))
    assert next(iter(metrics(blobs)))[1]["Overtaken"] == 3.0


def test_each_refused_record_has_a_line_with_code_place_and_rule(said):
    logs, _ = said(lambda observer: observer.batch(REPORT))
    first, second = (line for line in logs if line["message"] == "record refused")
    assert (first["level"], first["record"], first["rule"]) == ("WARNING", "e3", "order.placed")
    assert first["problems"] == [{"code": "M001", "where": "rules/order.yaml:7:3 record e3 $.new[*]"}]
    assert second["problems"] == [{"code": "bug", "where": "bridge.core.map:9"}]


def test_no_word_of_a_problem_is_logged_since_it_might_quote_an_item(said):
    logs, blobs = said(lambda observer: observer.batch(REPORT))
    assert SECRET not in json.dumps([logs, blobs])


def raised(error):
    def deeper():
        raise error

    try:
        deeper()
    except type(error) as caught:
        return caught


def test_a_bug_is_counted_and_logged_by_type_and_place_alone(said):
    logs, blobs = said(lambda observer: observer.failed(raised(KeyError(SECRET))))
    assert (logs[0]["message"], logs[0]["level"], logs[0]["error"], logs[0]["codes"]) == (
        "batch failed",
        "ERROR",
        "KeyError",
        [],
    )
    assert logs[0]["at"] == f"{__file__}:{raised.__code__.co_firstlineno + 2}"
    assert list(metrics(blobs)) == [({}, {"BatchesFailed": 1.0, "Bugs": 1.0})]
    assert SECRET not in json.dumps([logs, blobs])


def test_a_batch_that_failed_by_our_own_word_is_no_bug(said):
    error = StoreUnavailable(Problem(Where(), "B020", SECRET, SECRET))
    logs, blobs = said(lambda observer: observer.failed(error))
    assert (logs[0]["codes"], logs[0]["at"]) == (["B020"], "")
    assert list(metrics(blobs)) == [({}, {"BatchesFailed": 1.0, "Bugs": 0.0})]
    assert SECRET not in json.dumps([logs, blobs])


@pytest.mark.parametrize(
    ("type_", "dimension"), [("", "-"), ("a\nb", "a?b"), ("x" * 2000, "x" * 1024), ("😀", "\\U0001f600")]
)
def test_a_dimension_is_what_cloudwatch_takes(said, type_, dimension):
    _, blobs = said(lambda observer: observer.batch(Report({"batchItemFailures": []}, delivered={(type_, "bus"): 1})))
    assert blobs[1]["type"] == dimension
