"""What `--update` writes into a file of examples, and what it leaves alone."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.core.examples import judged, outcome_of, read_examples
from bridge.core.golden import Ending, ending_of, write
from bridge.core.rules import compile_rules
from bridge.core.same import same
from bridge.core.yamledit import Editor
from bridge.core.yamltext import flow, scalar
from bridge.core.yamltree import Mapping, read_yaml
from tests.core.test_rules import AROUND

RULE = """\
entity: order
source: /s
subject: ${item.id}
to: [domain-bus]
when: {table: [shop]}
events:
  placed:
    type: placed.v1
    schema: any.v1.json
    when: {change: [insert]}
    data: {id: "${new.id}", n?: "${new.n}", lines?: "${new.lines}", deep?: "${new.deep}"}
    examples:
"""


def updated(examples, rule=RULE):
    """The file after an update, and the reasons for what was not updated."""
    text = rule + examples
    rules, problems = compile_rules({"r.yaml": text.encode()}, AROUND)
    found = read_examples(rules.entities, problems, unended=True)
    assert [problem for problem in problems if problem.level == "error"] == []
    editor, refused = Editor(text), []
    for example in found:
        outcome = outcome_of(example, dict)
        if example.ending and judged(example, outcome) is None:
            continue
        ending = ending_of(example, outcome)
        if isinstance(ending, Ending):
            write(editor, example, ending)
        else:
            refused.append(ending)
    return editor.result().removeprefix(rule), refused


CASES = {
    "a scalar is replaced where it stands, and the rest of the file stays": (
        """\
      # about orders
      - name: n   # sic
        given: {change: insert, new: {id: A}} # given
        says:   # what is said
          subject:   A
          data:      # the data
            id: 'B'  # wrong
          type: "placed.v1"
      # the end
""",
        """\
      # about orders
      - name: n   # sic
        given: {change: insert, new: {id: A}} # given
        says:   # what is said
          subject:   A
          data:      # the data
            id: A  # wrong
          type: "placed.v1"
      # the end
""",
    ),
    "a key that is gone goes with its line, one that is new comes last": (
        """\
      - name: n
        given: {change: insert, new: {id: A, n: 1.50}}
        says:
          data:
            x: # was here once
              y: 1
            # kept
            id: A # yes
          subject: A
""",
        """\
      - name: n
        given: {change: insert, new: {id: A, n: 1.50}}
        says:
          data:
            # kept
            id: A # yes
            n: 1.50
          subject: A
""",
    ),
    "flow style stays flow style": (
        """\
      - {name: n, given: {change: insert, new: {id: A, n: 12345678901234567890.10}}, says: {data: {x: 1, id: B, y: 2}, subject: A}}
""",
        """\
      - {name: n, given: {change: insert, new: {id: A, n: 12345678901234567890.10}}, says: {data: {id: A, n: 12345678901234567890.10}, subject: A}}
""",
    ),
    "a number that is the same in other digits stays": (
        """\
      - name: n
        given: {change: insert, new: {id: A, n: 1.50}}
        says: {data: {id: B, n: 1.5}}
""",
        """\
      - name: n
        given: {change: insert, new: {id: A, n: 1.50}}
        says: {data: {id: A, n: 1.5}}
""",
    ),
    "says_at_least keeps to the names that it has": (
        """\
      - name: n
        given: {change: insert, new: {id: A, n: 1, deep: {a: 1, b: [{c: 2, d: 3}, {c: 4}]}}}
        says_at_least:
          data:
            deep: {b: [{c: 0}], z: 1}
            n: 0
""",
        """\
      - name: n
        given: {change: insert, new: {id: A, n: 1, deep: {a: 1, b: [{c: 2, d: 3}, {c: 4}]}}}
        says_at_least:
          data:
            deep: {b: [{c: 2}, {c: 4}]}
            n: 1
""",
    ),
    "an example without an ending says what its rule makes": (
        """\
      - name: n
        given: {change: insert, new: {id: A, n: 1}} # a comment
      - name: flow
        given: {change: insert, new: {id: "7"}}
        silent: true
      - {name: m, given: {change: insert, new: {id: "no: it #is"}}}
""",
        """\
      - name: n
        given: {change: insert, new: {id: A, n: 1}} # a comment
        says:
          subject: A
          data: {id: A, n: 1}
      - name: flow
        given: {change: insert, new: {id: "7"}}
        says:
          subject: "7"
          data: {id: "7"}
      - {name: m, given: {change: insert, new: {id: "no: it #is"}}, says: {subject: "no: it #is", data: {id: "no: it #is"}}}
""",
    ),
    "silence is written where nothing is said any more": (
        """\
      - name: n
        given: {change: remove, old: {id: A}}
        says: # this
          subject: A
          data: {id: A}
      - name: m
        given: {change: insert, new: {id: A}}
        says: {subject: A}
""",
        """\
      - name: n
        given: {change: remove, old: {id: A}}
        silent: true
      - name: m
        given: {change: insert, new: {id: A}}
        says: {subject: A}
""",
    ),
    "block style is kept for what was in block style, and a list grows and shrinks at its end": (
        """\
      - name: n
        given: {change: insert, new: {id: A, lines: [{a: 1}, {a: 2}, {a: 3}]}}
        says:
          data:
            id: A
            lines:
              # first
              - a: 1
              - a: 0 # second
      - name: m
        given: {change: insert, new: {id: A, lines: [1]}}
        says:
          data:
            id: A
            lines:
            - 1 # one
            - 2
            - 3
      - name: k
        given: {change: insert, new: {id: A, lines: [1]}}
        says: {data: {id: A, lines: [1, 2, 3]}}
      - name: l
        given: {change: insert, new: {id: A, lines: [1, 2]}}
        says: {data: {id: A, lines: [1]}}
""",
        """\
      - name: n
        given: {change: insert, new: {id: A, lines: [{a: 1}, {a: 2}, {a: 3}]}}
        says:
          data:
            id: A
            lines:
              # first
              - a: 1
              - a: 2 # second
              - {a: 3}
      - name: m
        given: {change: insert, new: {id: A, lines: [1]}}
        says:
          data:
            id: A
            lines:
            - 1 # one
      - name: k
        given: {change: insert, new: {id: A, lines: [1]}}
        says: {data: {id: A, lines: [1]}}
      - name: l
        given: {change: insert, new: {id: A, lines: [1, 2]}}
        says: {data: {id: A, lines: [1, 2]}}
""",
    ),
    "a value of another kind is written anew": (
        """\
      - name: n
        given: {change: insert, new: {id: A, deep: {a: 1}}}
        says:
          data:
            deep: 7 # was a number
            id: A
      - name: m
        given: {change: insert, new: {id: A, deep: 7}}
        says:
          data:
            id: A
            deep: # was a mapping
              a: 1
              b: 2
      - name: l
        given: {change: insert, new: {id: A, deep: text}}
        says:
          data:
            id: A
            deep: |
              was
              a block
      - name: k
        given: {change: insert, new: {id: A, deep: {a: {b: 1}}}}
        says:
          data:
            id: A
            deep:
              x:
                y: 1
""",
        """\
      - name: n
        given: {change: insert, new: {id: A, deep: {a: 1}}}
        says:
          data:
            deep: {a: 1} # was a number
            id: A
      - name: m
        given: {change: insert, new: {id: A, deep: 7}}
        says:
          data:
            id: A
            deep: # was a mapping
              7
      - name: l
        given: {change: insert, new: {id: A, deep: text}}
        says:
          data:
            id: A
            deep: text
      - name: k
        given: {change: insert, new: {id: A, deep: {a: {b: 1}}}}
        says:
          data:
            id: A
            deep:
              a: {b: 1}
""",
    ),
    "the first key of an item goes, and the next takes its place": (
        """\
      - name: n
        given: {change: insert, new: {id: A, lines: [{b: 1}]}}
        says:
          data:
            id: A
            lines:
              - a: 1
                b: 1
              - c: 1
""",
        """\
      - name: n
        given: {change: insert, new: {id: A, lines: [{b: 1}]}}
        says:
          data:
            id: A
            lines:
              - b: 1
""",
    ),
    "a list of one event stays a list": (
        """\
      - name: n
        given: {change: insert, new: {id: A}}
        says:
          - {subject: B}
          - {subject: C}
""",
        """\
      - name: n
        given: {change: insert, new: {id: A}}
        says:
          - {subject: A}
""",
    ),
    "a list that is empty is written anew, and so is one that becomes empty": (
        """\
      - name: n
        given: {change: insert, new: {id: A, lines: []}}
        says:
          data:
            id: A
            lines:
              - 1 # one
              - 2
      - name: m
        given: {change: insert, new: {id: A, lines: [1]}}
        says: {data: {id: A, lines: [], deep: {}}}
""",
        """\
      - name: n
        given: {change: insert, new: {id: A, lines: []}}
        says:
          data:
            id: A
            lines: []
      - name: m
        given: {change: insert, new: {id: A, lines: [1]}}
        says: {data: {id: A, lines: [1]}}
""",
    ),
    "items are replaced where they stand": (
        """\
      - name: n
        given: {change: insert, new: {id: A, lines: [1, {a: 2}, [3], x]}}
        says:
          data:
            id: A
            lines:
              - 1 # one
              - 0 # two
              - a: 3 # three
              - y # four
      - name: m
        given: {change: insert, new: {id: A, lines: [{a: 2}, x]}}
        says: {data: {id: A, lines: [{a: 1}, y]}}
""",
        """\
      - name: n
        given: {change: insert, new: {id: A, lines: [1, {a: 2}, [3], x]}}
        says:
          data:
            id: A
            lines:
              - 1 # one
              - {a: 2} # two
              - [3] # three
              - x # four
      - name: m
        given: {change: insert, new: {id: A, lines: [{a: 2}, x]}}
        says: {data: {id: A, lines: [{a: 2}, x]}}
""",
    ),
    "what holds is not touched": (
        """\
      - {name: n, given: {change: insert, new: {id: A, n: 1.0}}, says: {data: {n: 1, id: "A"}}}
""",
        """\
      - {name: n, given: {change: insert, new: {id: A, n: 1.0}}, says: {data: {n: 1, id: "A"}}}
""",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_update(before, after):
    found, refused = updated(before)
    assert found == after
    assert refused == []
    assert updated(found) == (found, []), "a second update changes nothing"


def test_long_values_are_written_below_each_other():
    words = "word " * 20
    before = f"      - name: n\n        given: {{change: insert, new: {{id: A, deep: {{a: '{words}', b: ['{words}', {{c: '{words}', d: 1}}]}}}}}}\n"
    found, _ = updated(before)
    assert found.removeprefix(before).splitlines() == [
        "        says:",
        "          subject: A",
        "          data:",
        "            id: A",
        "            deep:",
        f'              a: "{words}"',
        "              b:",
        f'                - "{words}"',
        f'                - c: "{words}"',
        "                  d: 1",
    ]


def test_one_event_that_becomes_several_becomes_a_list():
    rule = RULE.replace("    when: {change: [insert]}\n", "    each: ${new.lines}\n    key: ${it}\n")
    before = "      - name: n\n        given: {change: insert, new: {id: A, lines: [a, b]}}\n        says: {id: x}\n"
    after = before.replace("{id: x}", "[{id: example/order.placed/a}, {subject: A, data: {id: A, lines: [a, b]}}]")
    assert updated(before, rule) == (after, [])
    block = before.replace("says: {id: x}", "says:\n          id: x")
    assert updated(block, rule)[0].endswith(
        "says:\n          - {id: example/order.placed/a}\n          - {subject: A, data: {id: A, lines: [a, b]}}\n"
    )


def test_windows_line_ends_stay():
    before = "      - name: n\n        given: {change: insert, new: {id: A}}\n"
    text = (RULE + before).replace("\n", "\r\n")
    found, _ = updated("", text)
    assert found.endswith("        says:\r\n          subject: A\r\n          data: {id: A}\r\n")
    assert "\n" not in found.replace("\r\n", "")


@pytest.mark.parametrize(
    ("example", "reason"),
    [
        (
            "{name: n, given: {change: insert, new: {id: A}}, problem: M001}",
            "it expects the problem M001, and none occurs: mend the rule, or remove `problem:`",
        ),
        (
            "{name: n, given: {change: insert, new: {}}, problem: M004}",
            "the change is refused (M001): mend the rule, or write `problem:` yourself",
        ),
        (
            "{name: n, given: {change: insert, new: {}}, says: {}}",
            "the change is refused (M001): mend the rule, or write `problem:` yourself",
        ),
    ],
)
def test_what_is_about_a_problem_is_left_to_a_person(example, reason):
    assert updated(f"      - {example}\n") == (f"      - {example}\n", [reason])


def test_an_example_of_the_entity_says_types_and_whatever_else_its_rules_make():
    rule = RULE.replace("source: /s", "source: /${table}\npartitionkey: k\nextensions: {tenant: t}")
    rule += "      - {name: n, given: {change: remove, old: {}}, silent: true}\n"
    whole = "examples:\n  - name: all\n    given: {change: insert, new: {id: A}}\n"
    found, _ = updated(whole, rule)
    assert found.removeprefix(whole).splitlines() == [
        "    says:",
        "      type: placed.v1",
        "      source: /shop",
        "      subject: A",
        "      partitionkey: k",
        "      tenant: t",
        "      data: {id: A}",
    ]


TEXTS = st.text(max_size=8) | st.sampled_from(
    [
        "",
        " ",
        "no",
        "null",
        "1",
        "1.0",
        "007",
        "a: b",
        "a #b",
        "- a",
        "{",
        "'",
        '"',
        "\\",
        "a\nb",
        "x:",
        "~",
        "é",
        "\u2028",
        "0x1",
        "1e3",
        "=",
        "<<",
        "a ",
        "?",
        "a,b",
        "%a",
        "😀",
        "\x7f",
        "\ufeff",
    ]
)
NUMBERS = st.integers(-(10**20), 10**20) | st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6
)
VALUES = st.recursive(
    st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_a_value_that_is_written_is_read_as_itself(value):
    assert same(read_yaml(f"[{flow(value)}]".encode(), "f").plain(), [value])


def _document(value, draw, indent=0):
    """A value as YAML in a style that is drawn."""
    if not isinstance(value, dict | list) or not value or draw(st.booleans()):
        return " " + flow(value)
    pad = "\n" + " " * indent
    comment = draw(st.sampled_from(["", " # c"]))
    if isinstance(value, list):
        return "".join(f"{pad}-{_document(each, draw, indent + 2)}{comment}" for each in value)
    return "".join(f"{pad}{scalar(key)}:{_document(each, draw, indent + 2)}{comment}" for key, each in value.items())


@given(st.data(), st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4), VALUES)
@settings(max_examples=300, deadline=None)
def test_any_value_becomes_any_other_whatever_the_style(data, before, after):
    draw = data.draw
    text = f"first: 1\nsays:{_document(before, draw, 2)}\nlast: 2 # end\n"
    tree = read_yaml(text.encode(), "f")
    assert isinstance(tree, Mapping)
    assert same(tree.plain()["says"], before)
    wanted = {**before, **after} if isinstance(after, dict) and draw(st.booleans()) else after
    editor = Editor(text)
    editor.set(tree, "says", "says", wanted)
    result = editor.result()
    assert same(read_yaml(result.encode(), "f").plain(), {"first": 1, "says": wanted, "last": 2}), result
    assert result.startswith("first: 1\nsays:")
    assert result.endswith("\nlast: 2 # end\n")
    again = Editor(result)
    again.set(read_yaml(result.encode(), "f"), "says", "says", wanted)
    assert again.result() == result


@given(
    st.dictionaries(st.sampled_from("abc"), VALUES), st.dictionaries(st.sampled_from(["id", "n", "lines", "x"]), VALUES)
)
@settings(max_examples=60, deadline=None)
def test_what_was_updated_holds(deep, wrong):
    item = json.loads(json.dumps({"id": "A", "deep": deep}, default=str))
    example = {
        "name": "n",
        "given": {"change": "insert", "new": item},
        "says": {"data": json.loads(json.dumps(wrong, default=str))},
    }
    found, refused = updated(f"      - {flow(example)}\n")
    assert refused == []
    assert updated(found) == (found, [])


def test_digits_are_kept():
    assert flow([Decimal("1.50"), 10**30, Decimal("1E+2"), -7]) == "[1.50, 1000000000000000000000000000000, 100, -7]"


@pytest.mark.parametrize(
    "text", [".inf", ".nan", "-.Inf", "7", "true", "null", "2026-01-01", "0x1F", "a: b", "# a", ""]
)
def test_text_that_yaml_would_read_as_something_else_is_quoted(text):
    assert read_yaml(f"a: {scalar(text)}".encode(), "r.yaml").plain() == {"a": text}
