"""YAML is read as JSON's values, and everything else in it is a problem with its place."""

import time
from decimal import Decimal

import pytest

from bridge.core.yamltree import MAX_BYTES, MAX_DEPTH, MAX_NODES, Entry, Mapping, Scalar, Sequence, read_yaml
from bridge.errors import ProjectInvalid, Where

CLASH = "quote the value or write it as a `>-` block"


def plain(text):
    return read_yaml(text.encode(), "r.yaml").plain()


def problems(text):
    with pytest.raises(ProjectInvalid) as refused:
        read_yaml(text.encode() if isinstance(text, str) else text, "r.yaml")
    assert all(p.where.file == "r.yaml" and p.fix for p in refused.value.problems)
    return refused.value.problems


def codes(text):
    return [f"{p.code} {p.where.line}:{p.where.column}" for p in problems(text)]


@pytest.mark.parametrize("word", ["NO", "on", "yes", "Off", "12:30", "12:30:45", "2024-01-02", "1_000", "=", "0o8", "0b1", "1e", "-", "+", ".", "--1", "nan", "Inf", "nUll", "1.2.3"])  # fmt: skip
def test_words_of_yaml_1_1_are_text(word):
    assert plain(f"a: {word}" if word != "-" else "a: '-'") == {"a": word}


@pytest.mark.parametrize("word", ["", "~", "null", "Null", "NULL"])
def test_null(word):
    assert plain(f"a: {word}") == {"a": None}


@pytest.mark.parametrize(
    ("word", "value"), [(w, v) for v in (True, False) for w in (str(v), str(v).lower(), str(v).upper())]
)
def test_booleans(word, value):
    assert plain(f"a: {word}")["a"] is value


@pytest.mark.parametrize(
    ("word", "digits"),
    [("0", "0"), ("7", "7"), ("-12", "-12"), ("+5", "5"), ("1.10", "1.10"), ("-0.5", "-0.5"), (".5", "0.5"), ("1e-2", "0.01"), ("9223372036854775807", "9223372036854775807"), ("12345678901234567890123456789012345678.90", "12345678901234567890123456789012345678.90")],
)  # fmt: skip
def test_numbers_are_exact_digit_for_digit(word, digits):
    value = plain(f"a: {word}")["a"]
    assert type(value) in (int, Decimal)
    assert str(value) == digits


def test_whole_numbers_within_64_bits_are_integers():
    assert [type(value) for value in plain("[1, 1e3, 9223372036854775808, 1.5]")] == [int, int, Decimal, Decimal]


@pytest.mark.parametrize("quote", ["'", '"'])
def test_quotes_make_text(quote):
    assert plain(f"a: {quote}007{quote}\nb: {quote}true{quote}\nc: {quote}{quote}") == {
        "a": "007",
        "b": "true",
        "c": "",
    }


def test_a_tree_has_keys_and_values_with_their_places():
    tree = read_yaml(b"a: [1, {b: x}]\n", "r.yaml")
    inner = Mapping(
        (Entry(Scalar("b", "b", Where("r.yaml", 1, 9)), Scalar("x", "x", Where("r.yaml", 1, 12))),),
        Where("r.yaml", 1, 8),
    )
    items = Sequence((Scalar(1, "1", Where("r.yaml", 1, 5)), inner), Where("r.yaml", 1, 4))
    assert tree == Mapping((Entry(Scalar("a", "a", Where("r.yaml", 1, 1)), items),), Where("r.yaml", 1, 1))
    assert tree.get("a") is next(iter(tree)).value
    assert tree.get("b") is None
    assert list(items) == [items.items[0], inner]


def test_places_count_code_points_right_behind_emoji_and_line_ends_of_windows():
    tree = read_yaml("'😀é': 1\r\n'👩‍👩‍👧': [a, '𝄞', b]\r\n".encode(), "r.yaml")
    assert [entry.value.where for entry in tree] == [Where("r.yaml", 1, 7), Where("r.yaml", 2, 10)]
    assert tree.entries[1].value.items[2].where == Where("r.yaml", 2, 19)


def test_a_byte_order_mark_at_the_start_is_left_out():
    tree = read_yaml(b"\xef\xbb\xbfa: 1", "r.yaml")
    assert (tree.plain(), tree.where) == ({"a": 1}, Where("r.yaml", 1, 1))


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "--- # x\n...\n"])
def test_a_file_without_content_is_null(text):
    assert read_yaml(text.encode(), "r.yaml").plain() is None


@pytest.mark.parametrize("text", ["{}", "[]", "''"])
def test_an_empty_collection_is_no_null(text):
    assert plain(text) == {"{}": {}, "[]": [], "''": ""}[text]


def test_empty_values_stand_right_behind_their_colon():
    assert read_yaml(b"a:\nb: 1", "r.yaml").get("a").where == Where("r.yaml", 1, 3)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # bytes
        (b"a: \xe9", ["R002 1:4"]),
        (b"a: 1\nb: \xf0\x9f\x98\x80\xff", ["R002 2:5"]),
        (b"\xff\xfea\x00", ["R002 1:1"]),
        ("a: 1\n\x00", ["R003 2:1"]),
        ("a: \x1b[1m", ["R003 1:4"]),
        ("a: '\x7f'", ["R003 1:5"]),
        ("a: x\u2028y", ["R003 1:5"]),
        ("a: x\x85y", ["R003 1:5"]),
        ("a: \ufeff1", ["R003 1:4"]),
        # tabs
        ("a:\n\tb: 1", ["R007 2:1"]),
        ("a: b\n\tc: 1", ["R007 2:1"]),
        # keys
        ("a: 1\nb: 2\na: 3\n'a': 4", ["R008 3:1", "R008 4:1"]),
        ("{a: 1, a: 2}", ["R008 1:8"]),
        ("1: a", ["R011 1:1"]),
        ("true: a\n~: b\n? \n: c", ["R011 1:1", "R011 2:1", "R011 3:2"]),
        ("[a]: 1", ["R011 1:1"]),
        ("? {a: b}\n: 1", ["R011 1:3"]),
        ("<<: {a: 1}", ["R012 1:1"]),
        # anchors, aliases, tags
        ("a: &x 1\nb: *x", ["R009 1:4", "R009 2:4"]),
        ("a: &x [*x]", ["R009 1:4", "R009 1:8"]),
        ("*x : 1", ["R009 1:1"]),
        ("a: !!str 1\nb: !x {}\nc: ! y", ["R010 1:4", "R010 2:4", "R010 3:4"]),
        ("a: !!python/object:os.system x", ["R010 1:4"]),
        # documents
        ("a: 1\n---\nb: 2", ["R013 2:1"]),
        # numbers
        ("- 007\n- -01\n- 00\n- 01.5\n- 0x1F\n- 0o17\n- 01e5", [f"R014 {n}:3" for n in range(1, 8)]),
        ("- .inf\n- -.INF\n- +.Inf\n- .nan\n- .NaN", [f"R015 {n}:3" for n in range(1, 6)]),
        ("- 1e99999\n- 1e-99999", ["R022 1:3", "R022 2:3"]),
        # YAML's signs in expressions
        ("a: ${x ? y : z}", ["R016 1:12"]),
        ("a: ${{b: c}}", ["R016 1:8"]),
        ("- ${x: y}", ["R016 1:6"]),
        ("a:\n  ${x: y}", ["R016 2:6"]),
        ("a: ${x == 'b #c'}", ["R017 1:14"]),
        ("a: ${x\n  # more\n", ["R017 2:3"]),
        ("a: order #${x}", ["R017 1:10"]),
        ("a: #${x}", ["R017 1:4"]),
        ("{a: ${b}, c: d}", ["R018 1:5"]),
        ("- [1, x ${b}]", ["R018 1:9"]),
        ("a: [*].name", ["R019 1:5"]),
        ("a: *.name", ["R019 1:4"]),
        ("a: @.name", ["R019 1:4"]),
        ("a: `1`", ["R019 1:4"]),
        ("a: %x", ["R019 1:4"]),
        ("a: &", ["R019 1:4"]),
        ("a: !<", ["R019 1:4"]),
        ("a: > 5", ["R019 1:4"]),
        ("a: |x", ["R019 1:4"]),
        ("a: ? b", ["R019 1:4"]),
        ("a: }", ["R019 1:4"]),
        ("a: ,", ["R019 1:4"]),
        ("[a, >]", ["R019 1:5"]),
        ("%x: 1", ["R019 1:1"]),
        ("a: [0].b", ["R020 1:7"]),
        ("a: {b: 1}.b", ["R020 1:10"]),
        ("a: 'b' c", ["R020 1:8"]),
        ('a: "b" c', ["R020 1:8"]),
        # structure
        ("a:\n  b: 1\n c: 2", ["R021 3:2"]),
        ("a: 1\n b: 2", ["R021 2:3"]),
        ("- a\nb: 1", ["R021 2:1"]),
        ("a: 1\n...\nb", ["R021 3:1"]),
        ('a: "\\d"', ["R023 1:5"]),
        ('a: "b\\x4"', ["R023 1:6"]),
        ('a: "\\ud800"', ["R023 1:5"]),
        ("a: 'b\nc: 1", ["R024 1:4"]),
        ('a: "b', ["R024 1:4"]),
        ("a: 'b\n---\n'", ["R024 1:4"]),
        ("a: [1, 2\nb: 3", ["R025 2:2"]),
        ("a: {b: 1]", ["R025 1:9"]),
        ("a: [1,\n", ["R025 1:4"]),
        ("a: {b: [1, {c: \n# [\n", ["R025 1:12"]),
        ("a: [']', \"}\", [2],", ["R025 1:4"]),
        ("a: [1}", ["R025 1:6"]),
        ("a: b: c", ["R026 1:5"]),
        ("- a: b: c", ["R026 1:7"]),
        ("a: 1\nb\nc: 2", ["R027 2:1"]),
        ("a: - b", ["R028 1:4"]),
        ("%YAML 2.0\n---\na", ["R006 1:1"]),
    ],
)  # fmt: skip
def test_what_is_not_read_is_a_problem_with_its_place(text, found):
    assert codes(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "a: ${x} # a comment",
        "a: 1 # was ${x",
        "a: '${x == ''b #c''}'",
        'a: "${x ? y : z}"',
        "a: >-\n  ${x ? y : z} #${w}",
        "a: $${ # literal",
        "a: ${x['}']} #c",
        "a: ${x[?b==`1`]} # c",
        "a: x#${y}",
        "'${x': 1",
        "'<<': 1",
        "'1': 1",
        "a: '*b'",
    ],
)
def test_what_only_looks_like_a_clash_is_read(text):
    assert isinstance(plain(text), dict)


def test_everything_that_the_parser_reads_past_is_reported_at_once_with_the_syntax_error():
    text = "a: 010\na: 1\nb: &x y\nc: *x\n1: z\nd: !t u\ne: .nan\nf: ${g #h\ni: @"
    assert codes(text) == [
        "R014 1:4", "R008 2:1", "R009 3:4", "R009 4:4", "R011 5:1", "R010 6:4", "R015 7:4", "R017 8:8", "R019 9:4",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("b: 1\na: 1\na: 2", "r.yaml:3:1: R008 the key 'a' is written twice, first written at line 2\n    fix: keep one of them"),
        ("a: ${x ? y : z}", f"r.yaml:1:12: R016 YAML reads the `: ` inside `${{…}}` as the end of a key\n    fix: {CLASH}"),
        ("a: ${x #1}", f"r.yaml:1:8: R017 YAML reads the ` #` inside or before `${{…}}` as a comment and drops the rest of the line\n    fix: {CLASH}"),
        ("[${x}]", "r.yaml:1:2: R018 YAML reads the braces of `${…}` as its own between `{`, `[` and their ends\n    fix: quote the value or write the mapping or list over several lines"),
        ("a: @b", f"r.yaml:1:4: R019 a value cannot begin with the sign @ which YAML keeps for itself\n    fix: {CLASH}"),
        ("a: [0].b", f"r.yaml:1:7: R020 text goes on behind the closing ]\n    fix: {CLASH}, all of it"),
        ("a: b: c", f"r.yaml:1:5: R026 a second `: ` stands in a value without quotes\n    fix: {CLASH}"),
        ('a: "\\d"', "r.yaml:1:5: R023 double quotes know no such escape as \\d\n    fix: use single quotes, or double the backslash"),
        ("a: [1,\n", "r.yaml:1:4: R025 the `[` that opens here is never closed\n    fix: add the closing bracket"),
        ("a: [1", "r.yaml:1:6: R025 the `[` of line 1, column 4 lacks a comma or its end here\n    fix: add the comma or the closing bracket, or quote the value"),
        ("a: 'x", "r.yaml:1:4: R024 the ' that opens here is never closed\n    fix: close the quote; inside single quotes write '' for a quote"),
        ("a:\n\tb: 1", "r.yaml:2:1: R007 a tab indents this line; YAML takes only spaces\n    fix: replace the tab by spaces"),
        ("1: a", "r.yaml:1:1: R011 a key is null, a number or true or false, not text\n    fix: write the key as text, in quotes where it looks like something else"),
        ("%YAML 2.0\n--- a", "r.yaml:1:1: R006 not YAML, found incompatible YAML document\n    fix: mend the line, or quote the value"),
        ("\x00", 'r.yaml:1:1: R003 the character U+0000 cannot stand in YAML\n    fix: remove it; where it is meant, write it as an escape inside double quotes, such as "\\u2028"'),
        (b"\x80", "r.yaml:1:1: R002 the byte 0x80 is not UTF-8\n    fix: save the file as text in UTF-8"),
    ],
)  # fmt: skip
def test_problems_are_said_in_full(text, sentence):
    assert "\n".join(map(str, problems(text))) == sentence


def test_nesting_is_allowed_up_to_its_limit():
    assert plain("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert codes("[" * (MAX_DEPTH + 1)) == [f"R004 1:{MAX_DEPTH + 1}"]
    assert codes("- 01\n- " + "- " * MAX_DEPTH) == ["R014 1:3", f"R004 2:{2 * MAX_DEPTH + 1}"]


def test_values_are_allowed_up_to_their_number():
    assert len(plain("[" + "1," * (MAX_NODES - 1) + "]")) == MAX_NODES - 1
    assert codes("[" + "1," * (MAX_NODES + 1) + "]") == [f"R005 1:{2 * MAX_NODES + 2}"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[" * 100_000, "R004"),
        (b"- " * 100_000, "R004"),
        (b"{a: " * 100_000, "R004"),
        (b"? " * 100_000, "R004"),
        (b"\n".join(b" " * n + b"a:" for n in range(1000)), "R004"),
        (b"x" * 10_000_000, "R001"),
        (b"a: &a [x]\n" + b"b: [" + b"*a," * 100_000 + b"]", "R009"),
        (bytes(range(256)) * 1000, "R002"),
        (b"\x00" * MAX_BYTES, "R003"),
        (b"a: '" + b"\n" * 500_000, "R024"),
    ],
    ids=["brackets", "dashes", "braces", "question marks", "steps", "size", "aliases", "binary", "zeros", "open quote"],
)
def test_what_would_overwhelm_a_parser_is_a_problem_within_a_second_or_so(data, code):
    begun = time.process_time()
    assert code in {problem.code for problem in problems(data)}
    assert time.process_time() - begun < 2
