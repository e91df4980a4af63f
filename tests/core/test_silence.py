"""Comments that silence a code where they stand."""

import pytest

from bridge.core.mend import mended
from bridge.core.silence import heard, silences
from bridge.errors import Problem, Where

KNOWN = {"L030", "L031", "R051", "R030", "F001", "S005"}


def problem(line, code="L030", level="error", file="a.yaml"):
    return Problem(Where(file, line, 1), code, "it is wrong", "mend it", level=level)


def left(text, *problems, file="a.yaml"):
    """What is heard, as code and place."""
    found = heard(problems, silences(text, file), KNOWN)
    return [f"{each.code} {each.where.line}:{each.where.column}" for each in found]


@pytest.mark.parametrize(
    "text",
    [
        "a: 1 # changebridge: ignore L030",
        "a: 1 #changebridge: ignore L030",
        "a: 1\t#  changebridge:  ignore  L030, L030 because it is so",
        "a: 1 # changebridge: ignore L030 L031 until spring\nb: 1",
        '{"$comment": "changebridge: ignore L030 still replayed"}',
    ],
)
def test_a_comment_silences_a_code_on_its_line(text):
    assert "L030 1:1" not in left(text, problem(1))


@pytest.mark.parametrize(
    "text",
    [
        "# changebridge: ignore L030\na: 1",
        "a:\n  # changebridge: ignore L030\n  b: 1",
        "# changebridge: ignore L030\n# changebridge: ignore R051\na: 1",
        '{\n"$comment": "changebridge: ignore L030",\n"a": 1}',
    ],
)
def test_a_comment_of_its_own_line_is_about_the_next(text):
    line = text.count("\n") + 1
    assert f"L030 {line}:1" not in left(text, problem(line), problem(line, "R051", "warning"))


def test_a_comment_behind_a_value_is_not_about_the_next_line():
    assert left("a: 1 # changebridge: ignore L030\nb: 1", problem(2)) == ["L030 2:1"]


def test_what_is_only_text_silences_nothing():
    assert left('a: "x#changebridge: ignore L030"', problem(1)) == ["L030 1:1"]
    assert left("a: 1 # changebridge ignores L030", problem(1)) == ["L030 1:1"]


def test_a_comment_is_about_its_own_file_alone():
    assert left("a: 1 # changebridge: ignore L030", problem(1, file="b.yaml")) == ["L030 1:1"]


def test_a_warning_of_any_family_can_be_silenced():
    assert left("a: 1 # changebridge: ignore R051", problem(1, "R051", "warning")) == []


def test_what_keeps_a_project_from_being_loaded_cannot():
    assert left("a: 1 # changebridge: ignore R030", problem(1, "R030")) == ["R030 1:1", "L037 1:29"]


def test_a_silence_that_is_not_needed_is_said_at_its_code_and_taken_away():
    text = "a: 1 # changebridge: ignore L030, L031 why\nb: 2\n# changebridge: ignore L030\nc: 3\n"
    assert left(text) == ["L036 1:29", "L036 1:35", "L036 3:24"]
    edits = [each.edit for each in heard([], silences(text, "a.yaml"), KNOWN)]
    assert mended(text, edits)[0] == "a: 1\nb: 2\nc: 3\n"


def test_of_two_codes_the_one_that_is_needed_stays():
    text = "a: 1 # changebridge: ignore L030, L031"
    (said,) = heard([problem(1)], silences(text, "a.yaml"), KNOWN)
    assert (said.code, said.where.column, said.level, said.edit) == ("L036", 35, "warning", None)


def test_where_an_error_is_left_no_silence_is_called_idle():
    assert left("a: 1 # changebridge: ignore L030\nb: 1", problem(2, "R030")) == ["R030 2:1"]


def test_a_code_that_there_is_not_and_a_comment_without_any_are_told():
    found = heard([], silences("a: 1 # changebridge: ignore L330\nb: 1 # changebridge: ignore it", "a.yaml"), KNOWN)
    assert [each.what for each in found] == [
        "there is no code 'L330'; did you mean 'L030'?",
        "the comment silences nothing: it names no code",
    ]


def test_a_comment_in_a_schema_is_not_edited_away():
    (said,) = heard([], silences('{"$comment": "changebridge: ignore L030"}', "a.json"), KNOWN)
    assert (said.code, said.edit) == ("L036", None)


def test_lines_are_counted_whatever_ends_them():
    assert left("\ufeffa: 1\r\nb: 2 # changebridge: ignore L030\rc: 3", problem(2)) == []
