"""Why a change became what it became."""

import pytest

from bridge.core.explain import explain
from bridge.core.expression import ABSENT
from bridge.core.origin import WHOLE, origin
from bridge.core.rules import compile_rules
from bridge.core.same import NOTHING
from tests.core.test_rules import AROUND, change

RULE = """\
entity: order
source: /s
to: [domain-bus]
when: {table: [shop]}
without: [secret]
let: {cur: "${default(item.cur, 'EUR')}"}
extensions: {tenant?: "${item.tenant}"}
subject: ${item.id}
events:
  placed:
    type: placed.v1
    schema: any.v1.json
    when: {change: [insert], new: {status: [PAID]}}
    if: ${new.n > default(old.n, `0`) && new.a.b[0] == 'x' || changed(&n)}
    data:
      id: ${new.id}
      label: order ${new.id}
      fixed: [1, two, "${cur}"]
      note?: ${new.note}
      size?: {w: "${new.w}"}
      lines:
        - first
        - $each: ${new.lines}
          sku: ${it.sku}
  line:
    type: line.v1
    schema: closed.v1.json
    each: ${default(new.lines, `[]`)}
    if: ${it.on}
    partitionkey: k
    data: {a: "${it.sku}"}
"""


def rules(text=RULE):
    found, problems = compile_rules({"r.yaml": text.encode()}, AROUND)
    assert [problem for problem in problems if problem.level == "error"] == []
    return found.entities


def told(given, text=RULE):
    (story,) = explain(rules(text), change(given))
    return story


INSERT = {"change": "insert", "new": {"id": "A", "status": "PAID", "n": 1, "a": {"b": ["x"]}, "lines": [{"sku": "S", "on": True}, {"sku": "T", "on": False}]}}  # fmt: skip


def test_an_entity_that_is_not_meant_says_the_first_that_was_false():
    story = told({**INSERT, "table": "other"})
    assert story.mismatch is not None
    assert (story.mismatch.path, story.mismatch.actual, story.mismatch.expected) == ("$.table", "other", ["shop"])
    assert (story.mismatch.where.line, story.rules) == (4, ())


def test_an_event_that_is_not_meant_says_the_first_that_was_false():
    rule = told({**INSERT, "new": {"status": "NEW"}}).rules[0]
    assert rule.mismatch is not None
    assert (rule.mismatch.path, rule.mismatch.actual, rule.mismatch.where.line) == ("$.new.status", "NEW", 13)
    assert rule.scenes == ()


def test_a_condition_tells_what_it_looked_at():
    text = RULE.replace(" || changed(&n)", "")
    rule = told({**INSERT, "new": {**INSERT["new"], "a": {"b": ["y"]}}}, text).rules[0]
    (scene,) = rule.scenes
    assert scene.condition is not None
    assert scene.condition.held is False
    assert scene.condition.operands == (("new.n", 1), ("old.n", NOTHING), ("new.a", {"b": ["y"]}))
    assert (scene.condition.where.line, scene.condition.where.column) == (14, 11)
    assert (scene.event, scene.steps) == (None, ())


def test_a_condition_that_is_a_name_alone_tells_its_value():
    text = RULE.replace("if: ${new.n >", 'let: {paid: "${new.n == `1`}"}\n    if: ${paid && new.n >').replace(
        " || changed(&n)", ""
    )
    (scene,) = told(INSERT, text).rules[0].scenes
    assert scene.condition is not None
    assert scene.condition.operands[0] == ("paid", True)


def test_an_event_tells_where_each_value_comes_from():
    rule = told(INSERT).rules[0]
    (scene,) = rule.scenes
    assert scene.event is not None
    assert scene.event.type == "placed.v1"
    steps = [(step.path, step.value, step.origin.written, step.origin.where.line) for step in scene.steps]
    assert steps == [
        ("type", "placed.v1", '"placed.v1"', 11),
        ("source", "/s", '"/s"', 2),
        ("subject", "A", "${item.id}", 8),
        ("tenant", ABSENT, "${item.tenant}", 7),
        ("data", WHOLE, "{…}", 16),
        ("data.id", "A", "${new.id}", 16),
        ("data.label", "order A", "order ${new.id}", 17),
        ("data.fixed", WHOLE, "[…]", 18),
        ("data.fixed[0]", 1, "1", 18),
        ("data.fixed[1]", "two", '"two"', 18),
        ("data.fixed[2]", "EUR", "${cur}", 18),
        ("data.note", ABSENT, "${new.note}", 19),
        ("data.size", ABSENT, "{…}", 20),
        ("data.lines", WHOLE, "[…]", 22),
        ("data.lines[0]", "first", '"first"', 22),
        ("data.lines[1]", WHOLE, "{…}", 23),
        ("data.lines[1].sku", "S", "${it.sku}", 24),
        ("data.lines[2]", WHOLE, "{…}", 23),
        ("data.lines[2].sku", "T", "${it.sku}", 24),
    ]
    assert [step.path for step in scene.steps if step.optional] == ["tenant", "data.note", "data.size"]


def test_each_element_has_its_own_scene():
    scenes = told({**INSERT, "new": {**INSERT["new"], "lines": [{"sku": "S", "on": True}, {"on": False}, {"sku": 7, "on": True}, {}]}}).rules[1].scenes  # fmt: skip
    assert [scene.element for scene in scenes] == [{"sku": "S", "on": True}, {"on": False}, {"sku": 7, "on": True}, {}]
    assert [scene.event is not None for scene in scenes] == [True, False, False, False]
    assert [[problem.code for problem in scene.problems] for scene in scenes] == [[], [], ["S052"], ["M003"]]
    assert scenes[2].problems[0].where.path == "$.data.a"
    assert scenes[1].condition is not None
    assert scenes[1].condition.operands == (("it.on", False),)


def test_what_cannot_be_made_is_told_at_its_value():
    new = {"id": {"x": 1}, "status": "PAID", "n": 1, "lines": 7, "w": 1}
    (scene,) = told({"change": "insert", "new": new}).rules[0].scenes
    assert [problem.code for problem in scene.problems] == ["M005"]
    wrong = {step.path: [problem.code for problem in step.problems] for step in scene.steps if step.problems}
    assert wrong == {"data.label": ["M005"]}
    assert {step.path for step in scene.steps} >= {"data.size", "data.size.w"}


def test_an_optional_mapping_that_cannot_be_asked_counts_as_there():
    text = RULE.replace('w: "${new.w}"', 'w: "${new.w}", x: "a ${new.w}"')
    new = {"id": "A", "status": "PAID", "n": 1, "lines": [], "w": [1]}
    (scene,) = told({"change": "insert", "new": new}, text).rules[0].scenes
    assert [step.path for step in scene.steps if step.path.startswith("data.size")] == ["data.size", "data.size.w", "data.size.x"]  # fmt: skip
    text = text.replace('w: "${new.w}", ', "")
    assert "data.size" in [step.path for step in told({"change": "insert", "new": new}, text).rules[0].scenes[0].steps]


def test_an_image_that_was_not_delivered_is_a_problem_of_whoever_asks_for_it():
    story = told({"change": "insert"})
    assert [problem.code for problem in story.rules[0].problems] == ["M006"]
    assert story.rules[0].problems[0].where.line == 10
    story = told({"change": "insert"}, RULE.replace("when: {table: [shop]}", "when: {new: {a: [1]}}"))
    assert ([problem.code for problem in story.problems], story.rules) == (["M006"], ())


def test_a_list_that_is_none_is_a_problem_of_the_event():
    text = RULE.replace("default(new.lines, `[]`)", "new.id")
    assert [problem.code for problem in told(INSERT, text).rules[1].problems] == ["M004"]


@pytest.mark.parametrize(
    ("path", "written", "line"),
    [
        ("data.id", "${new.id}", 16),
        ("data.unknown", "{…}", 16),
        ("data.fixed[1]", '"two"', 18),
        ("data.fixed[9]", "[…]", 18),
        ("data.lines[0]", '"first"', 22),
        ("data.lines[7].sku", "${it.sku}", 24),
        ("data.lines[7].x", "{…}", 23),
        ("data.lines", "[…]", 22),
        ("data", "{…}", 16),
        ("data.id.below", "${new.id}", 16),
        ("tenant", "${item.tenant}", 7),
        ("type", '"placed.v1"', 11),
    ],
)
def test_the_place_that_makes_a_value_is_found_by_its_path(path, written, line):
    (entity,) = rules()
    found = origin(entity.rules[0], path)
    assert found is not None
    assert (found.written, found.where.line) == (written, line)


@pytest.mark.parametrize("path", ["id", "time", "dataschema", "partitionkey", "datax"])
def test_what_the_bridge_itself_makes_has_no_place(path):
    (entity,) = rules()
    assert origin(entity.rules[0], path) is None
