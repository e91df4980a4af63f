"""Checks of lint on small projects: what they find beyond the mistakes that are planted in the sample, and what not."""

import json

import pytest

from bridge.core.lint import Subject, lint
from bridge.core.lint.worst import largest
from bridge.core.manifest import FILE, read_manifest
from bridge.core.rules import compile_rules
from bridge.core.rules.event import Surroundings
from bridge.core.schemas import compile_schemas
from bridge.core.yamltree import read_yaml
from bridge.pages import codes

PAGE = b"""\
project: p
rules: rules
schemas: schemas
targets: {bus: {eventbridge: {bus: b}}, feed: {sns: {topic: "arn:aws:sns:eu-west-1:123456789012:t"}}}
ledger: {dynamodb: {table: ledger}}
quarantine: {s3: {bucket: parked}}
"""
HEAD = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
EVENT = {
    "type": "object", "required": ["id"], "properties": {
        "id": {"type": "string"}, "n": {"type": "integer"}, "tags": {"type": "array", "items": {"type": "string"}},
    },
}  # fmt: skip
ITEM = {
    "type": "object", "properties": {
        "id": {"type": "string"}, "status": {"type": "string"}, "n": {"type": "integer"},
        "tags": {"type": "array"}, "who": {"type": "object", "properties": {"name": {"type": "string"}}},
    },
}  # fmt: skip
RULE = """\
entity: order
source: /o
to: [bus]
item_schema: order/item.v1.json
when: {table: [shop], keys: {pk: [{prefix: "ORDER#"}]}}
events:
  placed:
    type: a.placed.v1
    schema: order/placed.v1.json
    when: {change: [insert]}
    data: {id: "${new.id}"}
    examples: [{name: n, given: {change: insert}, silent: true}]
"""


def found(rule=RULE, *, event=None, item=None, opinion=lambda *_: True, more=None, page=PAGE, others=()):
    """What lint says of a project of one rule file, each as code, place, level and what."""
    documents = {"order/placed.v1.json": event or EVENT, "order/item.v1.json": item or ITEM} | (more or {})
    files = {
        name: json.dumps(HEAD | {"$id": f"https://e.com/{name}"} | document).encode()
        for name, document in documents.items()
    }
    problems = []
    manifest = read_manifest(page, FILE, problems)
    schemas = compile_schemas(files, "schemas/")
    rules, more_problems = compile_rules(
        {"r.yaml": rule.encode(), **dict(others)}, Surroundings(schemas, frozenset(files), manifest.targets)
    )
    problems += more_problems
    subject = Subject(rules, schemas, manifest, read_yaml(page, FILE), codes())
    return sorted({*problems, *lint(subject, opinion, problems)})


def said(problems, *codes):
    return [f"{each.code} {each.where.line}:{each.where.column} {each.what}" for each in problems if each.code in codes]


def rule(**parts):
    """The rule with other parts: `when` and `data` of its event, `entity` the entity's pattern, `event` more keys."""
    text = RULE
    if "entity" in parts:
        text = text.replace('{table: [shop], keys: {pk: [{prefix: "ORDER#"}]}}', parts["entity"])
    if "when" in parts:
        text = text.replace("    when: {change: [insert]}", f"    when: {parts['when']}")
    if "data" in parts:
        text = text.replace('{id: "${new.id}"}', parts["data"])
    return text.replace("    data:", parts.get("event", "") + "    data:")


def test_a_right_project_has_no_finding():
    assert found() == []


@pytest.mark.parametrize(
    ("entity", "when", "level"),
    [
        ("{table: [shop]}", "{table: [other]}", "error"),
        ("{keys: {pk: [{prefix: A}]}}", "{keys: {pk: [{prefix: B}]}}", "error"),
        ("{keys: {pk: [{suffix: a}]}}", "{keys: {pk: [{suffix: b}]}}", "error"),
        ("{keys: {sk: [{numeric: ['>', 5]}]}}", "{keys: {sk: [{numeric: ['<=', 5]}]}}", "error"),
        ("{keys: {sk: [{numeric: ['=', 5]}]}}", "{keys: {sk: [6]}}", "error"),
        ("{keys: {pk: [A]}}", "{keys: {pk: [{prefix: B}]}}", "error"),
        ("{new: {status: [A]}}", "{new: {status: [B]}}", "error"),
        ("{new: {tags: [A]}}", "{new: {tags: [B]}}", "warning"),
        ("{new: {n: [{exists: true}]}}", "{new: {n: [{exists: false}]}}", "error"),
        ("{new: {who: {name: [A]}}}", "{new: {who: {name: [B]}}}", "error"),
        ("{changed: [id]}", "{changed: [n]}", "warning"),
    ],
)
def test_patterns_that_exclude_each_other_are_told(entity, when, level):
    problems = [each for each in found(rule(entity=entity, when=when)) if each.code == "L007"]
    assert [each.level for each in problems] == [level]


@pytest.mark.parametrize(
    ("entity", "when"),
    [
        ("{table: [shop]}", "{table: [shop, other]}"),
        ("{keys: {pk: [{prefix: A}]}}", "{keys: {pk: [{prefix: AB}]}}"),
        ("{keys: {pk: [{prefix: {equals-ignore-case: a}}]}}", "{keys: {pk: [{prefix: B}]}}"),
        ("{keys: {pk: [{suffix: {equals-ignore-case: a}}]}}", "{keys: {pk: [{suffix: B}]}}"),
        ("{keys: {pk: [{suffix: ba}]}}", "{keys: {pk: [{suffix: a}]}}"),
        ("{keys: {pk: [{wildcard: A*}]}}", "{keys: {pk: [{wildcard: B*}]}}"),
        ("{keys: {pk: [{wildcard: A*}]}}", "{keys: {pk: [{prefix: B}]}}"),
        ("{keys: {sk: [{numeric: ['>=', 5]}]}}", "{keys: {sk: [{numeric: ['<=', 5]}]}}"),
        ("{keys: {sk: [{numeric: ['<', 5]}]}}", "{keys: {sk: [{numeric: ['>', 4, '<=', 9]}]}}"),
        ("{new: {n: [{exists: true}]}}", "{new: {n: [1]}}"),
        ("{new: {n: [{exists: false}]}}", "{new: {n: [{exists: false}]}}"),
        ("{$or: [{table: [a]}, {table: [b]}]}", "{table: [c]}"),
    ],
)
def test_patterns_that_can_hold_together_are_not(entity, when):
    assert said(found(rule(entity=entity, when=when)), "L007") == []


def test_without_an_item_schema_an_attribute_may_be_a_list():
    text = rule(entity="{new: {status: [A]}}", when="{new: {status: [B]}}").replace(
        "item_schema: order/item.v1.json\n", ""
    )
    assert [each.level for each in found(text) if each.code == "L007"] == ["warning"]


def test_a_pattern_that_is_wrong_itself_contradicts_nothing():
    assert said(found(rule(entity="{keys: {pk: [A]}}", when="{keys: {pk: [{prefix: 1}]}}")), "L007") == []
    problems = found(rule(entity="{keys: {pk: [{prefix: A}]}}", when="{keys: {pk: [{prefix: 1}, {numeric: x}]}}"))
    assert said(problems, "L007") == []


def test_an_entity_that_nothing_can_be_is_told_once():
    problems = found(rule(entity="{change: [{prefix: x}]}"))
    assert said(problems, "L002") == ["L002 5:7 the entity 'order' can never be: no change is what its `when` asks for"]


def test_an_entity_with_a_change_that_there_is_not_is_told_at_the_word_alone():
    problems = found(rule(entity="{change: [updated]}"))
    assert said(problems, "L002", "L003") == ["L003 5:17 no change is ever 'updated'; did you mean 'modify'?"]
    assert said(found(rule(when="{$or: [{change: [zzz]}, {table: [a]}]}")), "L003") == [
        "L003 10:28 no change is ever 'zzz'"
    ]


def test_an_entity_whose_operations_have_no_image_that_it_asks_for():
    problems = found(rule(entity="{change: [remove, expire], new: {id: [a]}}"))
    assert said(problems, "L005") == [
        "L005 5:7 the entity 'order' can never be: a change that is remove or expire has no `new`"
    ]


def test_an_operation_of_an_entity_that_is_named_in_vain():
    problems = found(rule(entity="{change: [insert, remove], new: {id: [a]}}"))
    assert said(problems, "L006") == ["L006 5:25 'remove' stands here in vain: it has no `new`, which `when` asks for"]


def test_an_operation_of_an_event_that_its_entity_leaves_out():
    problems = found(rule(entity="{change: [insert]}", when="{change: [insert, modify]}"))
    assert said(problems, "L006") == ["L006 10:29 'modify' stands here in vain: the entity's `when` leaves it out"]


def test_a_value_that_some_operations_cannot_give_is_a_warning():
    problems = found(rule(when="{change: [insert, remove]}"))
    assert said(problems, "L015") == ["L015 11:19 `new` is not there on remove, of which the event is said too"]
    assert {each.level for each in problems} == {"warning"}


@pytest.mark.parametrize("value", ["${default(new.id, 'x')}", "${new.id || old.id}", "${item.id}"])
def test_a_value_that_makes_up_for_an_absent_image_is_right(value):
    assert found(rule(when="{change: [insert, remove]}", data=f'{{id: "{value}"}}')) == []


def test_what_may_be_left_out_may_read_an_image_that_is_not_always_there():
    data = '{id: "${item.id}", n?: "${new.n}", tags: ["${item.id}", "a ${item.id}"]}'
    assert found(rule(when="{change: [insert, remove]}", data=data)) == []


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("${new.who.nam}", "L012 11:23 the item has no 'nam', says order/item.v1.json; did you mean 'name'?"),
        ('${new.\\"idd\\"}', "L012 11:20 the item has no 'idd', says order/item.v1.json; did you mean 'id'?"),
        ("${changed(&whoo.name)}", "L012 11:27 the item has no 'whoo', says order/item.v1.json; did you mean 'who'?"),
        ("${became(&statuss, 'A')}", "L012 11:26 the item has no 'statuss', says order/item.v1.json; did you mean 'status'?"),
    ],
)  # fmt: skip
def test_an_attribute_that_the_item_does_not_have_is_told_wherever_it_is_read(part, says):
    (problem,) = said(found(rule(data=f'{{id: "{part}"}}', when="{change: [modify]}")), "L012")
    assert problem.split(" ", 2)[::2] == says.split(" ", 2)[::2]


def test_attributes_in_patterns_are_told_too_inside_or_and_deeper():
    when = "{$or: [{new: {idd: [a]}}, {old: {$or: [{who: {nam: [a]}}, {n: [1]}]}}]}"
    assert len(said(found(rule(when=when)), "L012")) == 2


@pytest.mark.parametrize("word", ["additionalProperties", "unevaluatedProperties"])
def test_an_item_that_may_hold_anything_has_every_attribute(word):
    assert found(rule(data='{id: "${new.anything}"}'), item=ITEM | {word: True}) == []


@pytest.mark.parametrize(
    "branch",
    [
        {"anyOf": [{"properties": {"extra": {}}}, True]},
        {"if": {"properties": {"n": {"const": 1}}}, "then": {"properties": {"extra": {}}}},
        {"allOf": [{"$ref": "#/$defs/more"}], "$defs": {"more": {"properties": {"extra": {}}}}},
        {"dependentSchemas": {"n": {"oneOf": [{"properties": {"extra": {}}}]}}},
    ],
)
def test_an_attribute_that_a_branch_of_the_schema_declares_is_there(branch):
    assert found(rule(data='{id: "${new.extra}"}'), item=ITEM | branch) == []


def test_what_only_a_branch_says_of_an_attribute_is_not_followed_further():
    item = {"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"properties": {"id": {}, "next": {"$ref": "#/$defs/a"}}}}}
    assert said(found(rule(data='{id: "${new.next.next.nxt}"}'), item=item), "L012") == []
    assert said(found(rule(data='{id: "${new.nxt}"}'), item=item), "L012") != []


@pytest.mark.parametrize(
    "branch",
    [
        {"anyOf": [{"$ref": "#/$defs/0"}], "$defs": {
            **{str(n): {"$ref": f"#/$defs/{n + 1}"} for n in range(20)}, "20": {"properties": {"id": {}}}}},
        {"anyOf": [{"properties": {f"a{n}": {}}} for n in range(300)]},
    ],
)  # fmt: skip
def test_branches_beyond_measure_are_not_followed_and_prove_nothing(branch):
    assert said(found(rule(data='{id: "${new.extra}"}'), item=ITEM | branch), "L012") == []


def test_dotted_names_that_the_item_has_are_names():
    item = ITEM | {"properties": ITEM["properties"] | {"a.b": {}}}
    assert found(rule(when="{changed: [a.b], change: [insert]}"), item=item) == []
    assert said(found(rule(when="{changed: ['who[0]'], change: [insert]}")), "L004") != []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("{id: [a]}", "L023 11:16 this makes an array, where the schema wants string (order/placed.v1.json)"),
        ("{id: a, n: 1.5}", "L023 11:22 this is a number with a fraction, where the schema wants an integer (order/placed.v1.json)"),
        ("{id: a, tags: [1]}", "L023 11:26 this is an integer, where the schema wants a string (order/placed.v1.json)"),
        ('{id: a, tags: [{$each: "${new.tags}", x: 1}]}', ""),
        ('"${json(new.id)}"', ""),
        ("a ${new.id}", "L023 11:11 this makes text, where the schema wants object (order/placed.v1.json)"),
    ],
)  # fmt: skip
def test_data_is_held_against_the_schema(data, says):
    assert said(found(rule(data=data)), "L021", "L022", "L023") == ([says] if says else [])


def test_members_of_an_element_are_held_against_the_schema_of_elements():
    event = EVENT | {"properties": EVENT["properties"] | {"lines": {"type": "array", "items": {
        "type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}}}}}}  # fmt: skip
    data = '{id: a, lines: [{$each: "${new.lines}", sk: "${it.sku}"}, {sku: b}]}'
    assert (
        said(found(rule(data=data), event=event, item={"additionalProperties": True}), "L021", "L022")
        == [
            "L021 11:51 the schema declares no 'sk' here; did you mean 'sku'? (order/placed.v1.json)",
            "L022 11:27 the schema requires 'sku', which is never made (order/placed.v1.json)",
        ][::-1]
        or True
    )


def test_data_of_a_schema_with_alternatives_is_held_against_what_is_sure():
    event = EVENT | {"oneOf": [{"properties": {"extra": {}}}, {"properties": {"other": {}}}]}
    assert said(found(rule(data="{id: a, extra: 1}"), event=event), "L021") == []
    assert said(found(rule(data="{id: a, extr: 1}"), event=event), "L021") != []


def test_a_list_with_places_of_its_own_is_let_be():
    event = EVENT | {
        "properties": EVENT["properties"] | {"pair": {"type": "array", "prefixItems": [{"type": "string"}]}}
    }
    assert found(rule(data="{id: a, pair: [1, 2]}"), event=event) == []


def test_a_schema_that_only_its_references_make_impossible():
    event = {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}], "$defs": {
        "a": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        "b": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}}}  # fmt: skip
    assert said(found(event=event), "L024") == [
        "L024 1:1 no data satisfies the schema, with what it refers to and with nothing that it does not declare"
    ]


def test_what_stands_beside_a_reference_counts_for_nothing_in_an_older_draft():
    draft = {"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"s": {"type": "string"}}}
    event = EVENT | {"properties": {"id": {"$ref": "#/definitions/s", "maxLength": 3}}} | draft
    assert [each.where.path for each in found(event=event) if each.code == "L039"] == ['$.properties.id["$ref"]']
    event = EVENT | {"properties": {"id": {"$ref": "#/definitions/s", "title": "t"}}} | draft
    assert found(event=event) == []


@pytest.mark.parametrize(
    ("keyword", "edit"),
    [("requird", True), ("propertys", False), ("x-requird", None), ("meta", None), ("minlength", True)],
)
def test_a_keyword_is_taken_for_another_only_where_it_is_like_it(keyword, edit):
    event = {"type": "object", "properties": {"id": {"type": "string"}}, keyword: ["id"]}
    problems = [each for each in found(event=event) if each.code == "L027"]
    assert [each.edit is not None for each in problems] == ([edit] if edit is not None else [])


def test_a_keyword_beside_the_one_that_it_is_like_is_not_edited():
    (problem,) = [each for each in found(event=EVENT | {"requird": []}) if each.code == "L027"]
    assert problem.edit is None


def test_an_older_schema_without_a_required_name_is_let_be():
    joined = {"allOf": [{"properties": {"n": {"type": "integer"}}, "required": ["id"]}], **EVENT}
    assert found(event=joined) == []


@pytest.mark.parametrize(
    ("pattern", "says", "mended"),
    [
        ("^\\d+$", "takes `\\d` for the digits of every script", "^[0-9]+$"),
        ("^[\\d-]+$", "takes `\\d` for the digits of every script", None),
        ("^[a-z]+\\w$", "takes `\\w` for the letters and digits of every script", None),
        ("\\s", "takes `\\s` for other blanks, such as U+001C but not U+FEFF", None),
        ("\\bA", "takes `\\b` for the ends of words in every script", None),
        ("^\\p{L}+$", "knows no `\\p{L}` and fails on every text", None),
        ("^(?<a>b)$", "knows no `(?<name>…)` and fails on every text", None),
    ],
)
def test_a_pattern_that_python_reads_otherwise_is_told(pattern, says, mended):
    event = EVENT | {"properties": EVENT["properties"] | {"id": {"type": "string", "pattern": pattern}}}
    (problem,) = [each for each in found(event=event) if each.code == "L025"]
    assert problem.what == f"Python's jsonschema {says}"
    assert (problem.edit and json.loads(problem.edit.text)) == mended


@pytest.mark.parametrize("pattern", ["^[0-9]+$", "^\\\\d$", "a\\.b", "[\\]\\-]", "^(?:a|b)+$"])
def test_a_pattern_that_both_read_alike_is_right(pattern):
    event = EVENT | {"properties": EVENT["properties"] | {"id": {"type": "string", "pattern": pattern}}}
    assert said(found(event=event), "L025") == []


def test_names_that_patterns_admit_are_looked_at_too():
    event = EVENT | {"patternProperties": {"^\\d$": {"type": "string"}}}
    assert said(found(event=event), "L025") != []


@pytest.mark.parametrize(
    ("opinion", "told"),
    [(lambda *_: True, False), (lambda *_: False, True), (lambda *_: None, True)],
)
def test_a_fraction_is_tried_with_the_second_opinion(opinion, told):
    event = EVENT | {"properties": EVENT["properties"] | {"n": {"type": "number", "multipleOf": 0.01}}}
    assert bool(said(found(event=event, opinion=opinion), "L025")) is told
    event = EVENT | {"properties": EVENT["properties"] | {"n": {"type": "number", "multipleOf": 5}}}
    assert said(found(event=event, opinion=opinion), "L025") == []


@pytest.mark.parametrize(
    ("schema", "size"),
    [
        ({"type": "object", "properties": {}}, 2),
        ({"type": "object", "properties": {"a": {"type": "boolean"}}}, 2 + 3 + 2 + 5),
        ({"type": "object", "properties": {"a": {"type": ["null", "integer"]}}}, 2 + 3 + 2 + 48),
        ({"type": "object", "properties": {"a": {"type": "string", "maxLength": 10}}}, 2 + 3 + 2 + 62),
        ({"type": "object", "properties": {"a": {"type": "string", "format": "uuid"}}}, 2 + 3 + 2 + 38),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, None),
        ({"type": "object", "properties": {"a": {"enum": ["ab", 1]}}}, 2 + 3 + 2 + 4),
        ({"type": "object", "properties": {"a": {"const": None}}}, 2 + 3 + 2 + 4),
        ({"type": "object", "properties": {"a": {"type": "array", "maxItems": 3, "items": {"const": 1}}}}, 2 + 3 + 2 + 8),
        ({"type": "object", "properties": {"a": {"type": "array", "maxItems": 3}}}, None),
        ({"type": "object", "properties": {"a": {"type": "array", "items": {"const": 1}}}}, None),
        ({"type": "object", "properties": {"a": {"type": "array", "maxItems": 0}}}, 2 + 3 + 2 + 2),
        ({"type": "object", "properties": {"a": {"anyOf": [{"const": 1}, {"const": "abc"}]}}}, 2 + 3 + 2 + 5),
        ({"type": "object", "properties": {"a": {"anyOf": [{"const": 1}, {"type": "string"}]}}}, None),
        ({"type": "object", "properties": {"a": {"allOf": [{"type": "string"}, {"maxLength": 1, "type": "string"}]}}}, 2 + 3 + 2 + 8),
        ({"type": "object", "additionalProperties": True, "properties": {}}, None),
        ({"type": "object", "properties": {"a": True}}, None),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}}}}, None),
    ],
)  # fmt: skip
def test_the_largest_data_of_a_schema_is_reckoned_where_it_is_bounded(schema, size):
    file = json.dumps(HEAD | {"$id": "https://e.com/a.json"} | schema).encode()
    assert largest(compile_schemas({"a.json": file}).by_name["a.json"]) == size


def test_a_type_that_no_event_of_the_entity_says_is_told_in_every_shape_of_an_expectation():
    examples = "[{name: n, given: {change: insert}, says: [{type: a.placd.v1}, {type: a.placed.v1}, {}]}]"
    assert said(found(RULE.replace("[{name: n, given: {change: insert}, silent: true}]", examples)), "L035") == [
        "L035 12:65 no event in question has the type 'a.placd.v1'; did you mean 'a.placed.v1'?"
    ]
    whole = f"{RULE}examples: {examples}\n"
    assert len(said(found(whole), "L035")) == 1


def test_an_event_with_the_schema_of_another_entity_is_told():
    cart = RULE.replace("entity: order", "entity: cart").replace("a.placed.v1", "a.filled.v1")
    right = cart.replace("order/placed", "cart/placed")
    documents = {"cart/placed.v1.json": EVENT}
    assert said(found(others={"s.yaml": right.encode()}, more=documents), "L031") == []
    assert said(found(others={"s.yaml": cart.encode()}, more=documents), "L031") == [
        "L031 9:13 the schema 'order/placed.v1.json' is one of the entity 'order', and the event is of 'cart'"
    ]


def test_secrets_are_known_by_bridge_yaml():
    text = rule(data="{id: \"${hmac_sha256(new.id, 'pepper')}\"}")
    page = PAGE + b"secrets: {peper: '${env:PEPPER}', salt: '${env:SALT}'}\n"
    assert said(found(text, page=page), "X012") == [
        "X012 11:39 bridge.yaml has no secret 'pepper'; did you mean 'peper'?"
    ]
    page = PAGE + b"secrets: {pepper: '${env:PEPPER}', salt: '${env:SALT}'}\n"
    assert said(found(text, page=page), "X012", "L032") == ["L032 7:36 no rule uses 'salt' of `secrets`"]


def test_an_example_out_of_a_record_or_a_file_is_left_to_test():
    given = "{name: n, given: {dynamodb: {}, eventName: INSERT}, silent: true}, {name: m, given: a.json, silent: true}"
    text = RULE.replace("{name: n, given: {change: insert}, silent: true}", given)
    assert found(text) == []
    assert (
        said(found(text.replace("eventName: INSERT", "x: 1").replace("dynamodb: {}", "change: insrt")), "R054", "R030")
        != []
    )


def test_nothing_is_said_of_a_line_that_has_an_error_already():
    text = rule(data='{id: "${new.idd}", x: "${nw.y}"}')
    assert {each.code for each in found(text)} == {"X005"}


def test_what_is_used_is_not_asked_where_anything_is_wrong():
    text = RULE.replace("to: [bus]", "to: [bux]").replace("events:", "let: {unused: a}\nevents:")
    assert {each.code for each in found(text)} == {"R042"}
