"""The rules on top of containment find what the data says, and the levels and acknowledgements of a project hold."""

from typing import Any

import pytest

from bridge.core.compat import Policy, Side, Version, check, contract, read_links
from bridge.core.compat.check import Check
from bridge.core.compat.policy import read_policy
from bridge.core.compat.rules import RULES
from bridge.core.compat.side import Use
from bridge.core.wire import write_json
from bridge.core.yamltree import read_yaml
from bridge.errors import Problem, ProjectInvalid
from tests.compat.corpus import FILE, LATEST

CASES: Any = read_yaml((FILE.parent / "compat-rules.yaml").read_bytes(), "compat-rules.yaml").plain()
VERDICTS = {name for name, rule in RULES.items() if rule.verdict}
NAMES = {rule.code: name for name, rule in RULES.items()}


def version(label: str, said: dict[str, Any]) -> Version:
    name = said.get("name", "order/placed.v1.json")
    document = {"$schema": LATEST, "$id": said.get("id", "https://example.com/order/placed.v1.json"), **said["schema"]}
    links = read_links({name: write_json(document)})
    use = Use(
        ("order.placed",), frozenset(said.get("types", ["shop.placed.v1"])), frozenset(said.get("sources", ["/shop"]))
    )
    return Version(label, contract(links, name), use)


def checked(before: Any, after: Any, policy: Policy | None = None, today: str = "2026-11-21") -> Check:
    now = version("now", after)
    then = [version("main", before)] if before else []
    side = Side(now.contract.links, {now.contract.name: now})
    return check(side, {each.contract.name: [each] for each in then}, policy or Policy(), today)


def rule_of(problem: Problem) -> str:
    return NAMES[problem.code]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["comment"])
def test_each_change_is_found_by_its_rules(case: dict[str, Any]) -> None:
    found = checked(case["before"], case["after"])
    told = [each for each in found.problems if rule_of(each) not in VERDICTS]
    sentences = [[rule_of(each), each.where.path, each.what] for each in told]
    wanted = [[rule, at, f"{rule}: {what} (rule order.placed)"] for rule, at, what in case["finds"]]
    assert sorted(sentences) == sorted(wanted)


def test_every_rule_but_the_verdicts_has_a_case() -> None:
    assert {finding[0] for case in CASES for finding in case["finds"]} == RULES.keys() - VERDICTS


def test_every_rule_has_a_code_of_its_own_and_the_level_that_its_documentation_says() -> None:
    assert len(NAMES) == len(RULES)
    assert {name for name, rule in RULES.items() if rule.level == "warning"} == {
        "PROPERTY_RENAMED", "FORMAT_CHANGED", "DEAD_SUBSCHEMA",
    }  # fmt: skip


NARROW: dict[str, Any] = {
    "schema": {"type": "object", "required": ["p"], "properties": {"p": {"type": "integer", "maximum": 50}}}
}
WIDE: dict[str, Any] = {
    "schema": {"type": "object", "required": ["p"], "properties": {"p": {"type": "integer", "maximum": 100}}}
}
RENAMED = {"schema": {"type": "object", "properties": {"q": {"type": "integer", "maximum": 50}}}}


def test_a_breaking_change_shows_event_place_rule_and_what_to_do() -> None:
    (problem,) = checked(NARROW, WIDE).problems
    assert problem.what == (
        "SUBSCRIBER_BREAKS: who reads main refuses an event that may now be published: "
        '{"p":51} (p: the number must be at most 50) (rule order.placed)'
    )
    assert (problem.where.file, problem.where.line, problem.where.path) == (
        "order/placed.v1.json", 1, "#/properties/p/maximum",
    )  # fmt: skip
    assert problem.fix.startswith("publish a new major version beside it")


def test_a_replay_that_breaks_is_told_as_such() -> None:
    (problem,) = checked(WIDE, NARROW).problems
    assert problem.what == (
        "REPLAY_BREAKS: an event that main allowed is now refused: "
        '{"p":51} (p: the number must be at most 50) (rule order.placed)'
    )


def test_what_is_missing_is_named() -> None:
    (problem,) = checked(
        {"schema": {"type": "object", "properties": {"p": {}}}},
        {"schema": {"type": "object", "required": ["p"], "properties": {"p": {}}}},
    ).problems
    assert "{} (p is missing, which is required)" in problem.what
    assert problem.where.path == "#/properties/p"


def test_versions_that_break_alike_are_told_once() -> None:
    now = version("now", NARROW)
    wider = {
        "schema": {
            **WIDE["schema"],
            "title": "T",
            "properties": {**WIDE["schema"]["properties"], "q": {"deprecated": True}},
        }
    }
    earlier = [version("release 1", WIDE), version("release 2", wider)]
    found = check(
        Side(now.contract.links, {now.contract.name: now}), {now.contract.name: earlier}, Policy(), "2026-11-21"
    )
    (problem,) = found.problems
    assert "an event that release 1 and release 2 allowed is now refused" in problem.what


def test_what_is_not_proven_is_an_error_with_its_reason() -> None:
    before, after = ({"schema": {"properties": {"t": {"pattern": text}}}} for text in (r"^\ba+\b$", r"^\b[a]+\b$"))
    found = checked(before, after)
    assert {rule_of(each) for each in found.problems} == {"SUBSCRIBER_NOT_PROVEN", "REPLAY_NOT_PROVEN"}
    assert {each.level for each in found.problems} == {"error"}
    assert found.verdicts[0].subscriber_safe == "not proven"
    assert "neither a proof nor a counterexample was found" in found.problems[0].what


def policy(text: str) -> Policy:
    problems: list[Problem] = []
    read = read_policy(text.encode(), "schemas/compatibility.yaml", problems)
    assert problems == []
    return read


def acknowledged(until: str, rule: str = "SUBSCRIBER_BREAKS", at: str = "#/properties/p/maximum") -> Policy:
    entry = f"schema: order/placed.v1.json, rule: {rule}, at: '{at}', reason: all read big numbers, until: {until}"
    return policy(f"acknowledged: [{{{entry}}}]")


def test_an_acknowledgement_counts_to_its_last_day() -> None:
    found = checked(NARROW, WIDE, acknowledged("2026-11-21"))
    assert found.problems == ()
    assert [(finding.rule, each.reason) for finding, each in found.accepted] == [
        ("SUBSCRIBER_BREAKS", "all read big numbers")
    ]
    assert found.verdicts[0].subscriber_safe == "breaks"


def test_an_acknowledgement_that_has_ended_is_told_beside_what_it_was_about() -> None:
    found = checked(NARROW, WIDE, acknowledged("2026-11-20"))
    assert sorted(each.code for each in found.problems) == ["K001", "K031"]


@pytest.mark.parametrize("at", ["#/properties/q", "#/properties/p"])
def test_an_acknowledgement_without_finding_is_told(at: str) -> None:
    found = checked(NARROW, WIDE, acknowledged("2027-01-01", at=at))
    assert sorted((each.code, each.level) for each in found.problems) == [("K001", "error"), ("K032", "warning")]


def test_levels_are_the_projects_own() -> None:
    levels = policy("levels: {SUBSCRIBER_BREAKS: warning}")
    assert [each.level for each in checked(NARROW, WIDE, levels).problems] == ["warning"]
    off = policy("levels: {PROPERTY_RENAMED: 'off', PROPERTY_REMOVED_WITHOUT_DEPRECATION: error}")
    before = {"schema": {"type": "object", "properties": {"p": {"type": "integer", "maximum": 50}}}}
    assert [rule_of(each) for each in checked(before, RENAMED, off).problems] == [
        "PROPERTY_REMOVED_WITHOUT_DEPRECATION"
    ]


WRONG = [
    (
        "levels: {SUBSCRIBER_BREAK: error}",
        "K034",
        "there is no rule 'SUBSCRIBER_BREAK'; did you mean 'SUBSCRIBER_BREAKS'?",
    ),
    ("levels: {FORMAT_CHANGED: fatal}", "K034", "'fatal' is no level"),
    ("levels: {REPLAY_NOT_PROVEN: 'off'}", "K034", "REPLAY_NOT_PROVEN is a verdict, and cannot be turned off"),
    ("acknowledged: [{schema: a.json, rule: X, reason: r, until: 2027-01-01}]", "K034", "there is no rule 'X'"),
    ("acknowledged: [{schema: a.json, rule: K001, reason: r, until: soon}]", "K034", "'soon' is no day"),
    (
        "acknowledged: [{schema: a.json, rule: SUBSCRIBER_BREAKS, until: 2027-01-01}]",
        "R031",
        "an acknowledgement lacks 'reason'",
    ),
    ("acknowledge: []", "R030", "the policy has no key 'acknowledge'; did you mean 'acknowledged'?"),
]


@pytest.mark.parametrize(("text", "code", "what"), WRONG)
def test_a_policy_that_cannot_be_is_a_problem_with_its_place(text: str, code: str, what: str) -> None:
    problems: list[Problem] = []
    read_policy(text.encode(), "schemas/compatibility.yaml", problems)
    assert (code, what) in [(each.code, each.what) for each in problems]
    assert {(each.where.file, each.where.line) for each in problems} == {("schemas/compatibility.yaml", 1)}


def test_a_policy_that_is_no_yaml_is_a_problem() -> None:
    with pytest.raises(ProjectInvalid):
        read_policy(b"levels: {", "schemas/compatibility.yaml", [])
