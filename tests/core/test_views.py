"""Rules that read an image which the declared view type does not deliver."""

import pytest

from bridge.core.rules import compile_rules
from bridge.core.rules.views import view_problems
from tests.core.test_rules import AROUND

RULE = """\
entity: order
source: /s
to: [domain-bus]
when: {table: TABLES}
events:
  placed:
    type: placed.v1
    schema: any.v1.json
    when: WHEN
    data: "DATA"
    examples: [{name: n, given: {change: insert}, silent: true}]
"""


def _found(views, when="{}", data="1", tables="[shop]"):
    text = (
        RULE.replace("WHEN", when if when != "{}" else "{id: [{exists: true}]}")
        .replace("DATA", data)
        .replace("TABLES", tables)
    )
    rules, problems = compile_rules({"r.yaml": text.encode()}, AROUND)
    assert problems == []
    return [problem.what for problem in view_problems(rules.entities, views)]


@pytest.mark.parametrize(
    ("view", "when", "data", "image", "kind"),
    [
        ("NEW_IMAGE", "{changed: [a]}", "1", "changed", "modify"),
        ("NEW_IMAGE", "{change: [modify]}", "${old.a}", "old", "modify"),
        ("NEW_IMAGE", "{change: [remove]}", "${item.a}", "item", "remove"),
        ("KEYS_ONLY", "{change: [insert]}", "${new.a}", "new", "insert"),
        ("OLD_IMAGE", "{new: {a: [x]}}", "1", "new", "insert"),
    ],
)
def test_a_rule_that_may_miss_an_image_is_named(view, when, data, image, kind):
    assert _found({"shop": view}, when, data) == [
        f"the event reads '{image}', which the stream of 'shop' ({view}) does not deliver on {kind}"
    ]


@pytest.mark.parametrize(
    ("view", "when", "data"),
    [
        ("NEW_AND_OLD_IMAGES", "{changed: [a]}", "${old.a}"),
        ("NEW_IMAGE", "{change: [insert, modify]}", "${new.a}"),
        ("NEW_IMAGE", "{change: [insert]}", "${changed}"),
        ("OLD_IMAGE", "{change: [remove, expire]}", "${item.a}"),
        ("KEYS_ONLY", "{change: [remove]}", "${keys.a}"),
        ("NEW_IMAGE", "{change: [snapshot]}", "${item.a}"),
        ("no such view", "{changed: [a]}", "1"),
    ],
)
def test_a_rule_that_reads_what_is_delivered_is_right(view, when, data):
    assert _found({"shop": view}, when, data) == []


def test_only_tables_that_the_entity_may_be_about_count():
    assert _found({"other": "KEYS_ONLY"}, data="${new.a}") == []
    assert len(_found({"other": "KEYS_ONLY"}, data="${new.a}", tables='[{prefix: "o"}]')) == 1
