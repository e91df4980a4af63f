"""What the demo shows, line by line, and the same as JSON."""

import io
from dataclasses import replace

from rich.console import Console

from bridge.local.deployment import Answer
from bridge.local.document import document
from bridge.local.listening import Arrival, Due
from bridge.local.play import Redelivery, Scene
from bridge.local.reckoning import Check
from bridge.local.show import Show
from bridge.local.story import Said, Step, Write

TYPE = "com.example.shop.order.placed.v1"
STEP = Step("she pays", (Write("put", "ORDER#7", "META", {}),), (Said(TYPE, "7", ("domain-bus",)),), poison=True)
RECORD = {"eventID": "e7", "eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": "ORDER#7"}, "sk": {"S": "META"}}}}
EXPIRY = {**RECORD, "eventName": "REMOVE", "userIdentity": {}}
PROBLEM = {"code": "M001", "what": "it is null", "fix": "mend it", "file": "rules/x.yaml", "line": 3, "column": 5}
PARCEL = {"key": "f/2026-11-21/e7", "record_id": "e7", "problems": [PROBLEM]}
DUE = (Due("audit", TYPE, "7"), Due("billing", TYPE, "7"))
HEARD = Arrival(DUE[0], 10.25, {"id": "e7/order.placed"}, {}, ())
SCENE = Scene(1, "An act", STEP, [RECORD, EXPIRY], 10.0, DUE, (HEARD,), (PARCEL,))
SILENT = Scene(2, "An act", Step("nothing", ()), [], 11.0, (), ())
AGAIN = Redelivery([RECORD], Answer({"batchItemFailures": []}, {"duplicates": 1}), (), (PARCEL,))
CHECKS = [Check("it holds", ok=True, found="1 event"), Check("it fails", ok=False, found="missing: x")]


def shown(*, terminal=False):
    text = io.StringIO()
    show = Show(Console(file=text, force_terminal=terminal, color_system="standard" if terminal else None))
    show.scene(SCENE)
    show.scene(SILENT)
    show.redelivery(AGAIN)
    show.reckoning([SCENE, SILENT], CHECKS, 2.5)
    show.next({"changebridge test": "the examples"})
    return text.getvalue()


def test_each_change_is_shown_with_what_it_became_where_that_arrived_and_what_is_missing():
    assert shown().splitlines() == [
        "",
        "An act",
        "  1 she pays",
        "    + ORDER#7 META                          insert",
        "    - ORDER#7 META                          expire",
        "    → order.placed.v1 7                     audit 250 ms",
        "    ✗ order.placed.v1 did not arrive at billing",
        "    ! parked as f/2026-11-21/e7",
        "      rules/x.yaml:3:5 M001 it is null",
        "      fix: mend it",
        "  2 nothing",
        "    · says nothing",
        "",
        "The same records once more",
        "    the function is invoked with all 1 records again",
        "    · 1 deliveries known to the ledger, 0 sent again; its answer: {'batchItemFailures': []}",
        "",
        "The reckoning",
        "  ✓ it holds  1 event",
        "  ✗ it fails  missing: x",
        "",
        "2 changes, 1 events, 1 deliveries (median 250 ms, slowest 250 ms), in 2.5 s",
        "",
        "Next",
        "  changebridge test                     the examples",
    ]


def test_a_terminal_sees_the_same_in_colour():
    assert "\x1b[32m" in shown(terminal=True)
    assert "\x1b" not in shown()


def test_a_play_in_which_nothing_arrived_still_has_figures():
    text = io.StringIO()
    Show(Console(file=text)).reckoning([replace(SCENE, arrivals=())], [], 1.0)
    assert "2 changes, 0 events, 0 deliveries (median 0 ms, slowest 0 ms), in 1.0 s" in text.getvalue()


def test_the_same_as_one_json_document():
    told = document("http://127.0.0.1:1", [SCENE, SILENT], AGAIN, CHECKS, 2.5)
    assert told | {"steps": told["steps"][:1]} == {
        "ok": False,
        "milliseconds": 2500,
        "endpoint": "http://127.0.0.1:1",
        "steps": [
            {
                "step": 1,
                "act": "An act",
                "title": "she pays",
                "made_by_hand": False,
                "ok": False,
                "changes": [
                    {"record": "e7", "does": "INSERT", "keys": {"pk": "ORDER#7", "sk": "META"}},
                    {"record": "e7", "does": "REMOVE", "keys": {"pk": "ORDER#7", "sk": "META"}},
                ],
                "events": [{"id": "e7/order.placed", "type": TYPE, "subject": "7", "milliseconds": {"audit": 250}}],
                "missing": [{"subscriber": "billing", "type": TYPE, "subject": "7"}],
            }
        ],
        "redelivery": {"records": 1, "response": {"batchItemFailures": []}, "duplicates": 1, "arrivals": 0},
        "quarantine": [{"key": "f/2026-11-21/e7", "record": "e7", "problems": [PROBLEM]}],
        "checks": [
            {"says": "it holds", "ok": True, "found": "1 event"},
            {"says": "it fails", "ok": False, "found": "missing: x"},
        ],
    }
