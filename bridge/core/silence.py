"""Comments that silence a code where they stand: `# changebridge: ignore L030 L031 renamed next spring`.

A comment behind a value is about its own line, one that has a line for itself about the next line that is no such
comment. In a schema, which JSON gives no comments, `"$comment": "changebridge: ignore L001 …"` does the same for its
own line and the next. What is behind the codes is the reason, for people.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.core.likeness import did_you_mean
from bridge.errors import Edit, Problem, Where

_COMMENT: Final = re.compile(
    r"(?P<before>[^\r\n]*?)"
    r"(?P<sign>(?:^|(?<=\s))#[ \t]*|\"\$comment\"\s*:\s*\")changebridge:[ \t]*ignore\b[ \t]*"
    r"(?P<codes>(?:[A-Z]\d{3}\b[ \t,]*)*)[^\r\n]*",
    re.MULTILINE,
)
_CODE: Final = re.compile(r"[A-Z]\d{3}")
_BREAK: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Silence:
    """One comment: what it silences, and on which lines."""

    where: Where
    codes: tuple[tuple[str, Where], ...]
    lines: frozenset[int]
    edit: Edit | None  #: takes it away


def silences(text: str, file: str) -> list[Silence]:
    """The comments of a file."""
    if "changebridge:" not in text:
        return []
    lines = _BREAK.split(text.removeprefix("\ufeff"))
    found = [(number, match) for number, line in enumerate(lines, 1) if (match := _COMMENT.match(line))]
    alone = {number for number, match in found if _is_alone(match)}
    return [_silence(file, number, match, alone) for number, match in found]


def _is_alone(match: re.Match[str]) -> bool:
    return not match["before"].strip() and match["sign"].startswith("#")


def _silence(file: str, number: int, match: re.Match[str], alone: Collection[int]) -> Silence:
    where = Where(file, number, match.start("sign") + 1)
    codes = tuple(
        (code[0], Where(file, number, code.start() + 1))
        for code in _CODE.finditer(match[0], match.start("codes"), match.end("codes"))
    )
    if not match["sign"].startswith("#"):
        return Silence(where, codes, frozenset({number, number + 1}), None)
    if number not in alone:
        kept = len(match["before"].rstrip())
        edit = Edit(Where(file, number, kept + 1), len(match[0]) - kept, "")
        return Silence(where, codes, frozenset({number}), edit)
    below = number + 1
    while below in alone:
        below += 1
    return Silence(where, codes, frozenset({below}), Edit(Where(file, number, 1), len(match[0]) + 1, ""))


def heard(problems: Sequence[Problem], comments: Sequence[Silence], known: Collection[str]) -> list[Problem]:
    """The problems that nothing silences, and what is wrong with the comments: L036, L037.

    What keeps a project from being loaded cannot be silenced: errors of other families than L and F. `known` are all
    codes there are. Where an error is left, not everything was looked at, and no comment is called idle.
    """
    used: set[tuple[Silence, str]] = set()
    left = []
    for problem in problems:
        by = [comment for comment in comments if _covers(comment, problem)]
        used |= {(comment, problem.code) for comment in by}
        if not by or not _may_be_silenced(problem):
            left.append(problem)
    spoken = {(comment, problem.code) for problem in left for comment in comments if _covers(comment, problem)}
    faults = [found for each in comments for found in _faults(each, used, spoken, known)]
    stopped = any(problem.level == "error" for problem in left)
    return sorted([*left, *(found for found in faults if not (stopped and found.code == "L036"))])


def _covers(comment: Silence, problem: Problem) -> bool:
    where = problem.where
    named = any(code == problem.code for code, _ in comment.codes)
    return named and where.file == comment.where.file and where.line in comment.lines


def _may_be_silenced(problem: Problem) -> bool:
    return problem.level == "warning" or problem.code[0] in "LF"


def _faults(
    comment: Silence,
    used: Collection[tuple[Silence, str]],
    spoken: Collection[tuple[Silence, str]],
    known: Collection[str],
) -> Iterator[Problem]:
    if not comment.codes:
        fix = "name what it silences, as in `# changebridge: ignore L030`"
        yield Problem(comment.where, "L037", "the comment silences nothing: it names no code", fix, level="warning")
    idle = [(code, where) for code, where in comment.codes if (comment, code) not in used]
    edit = comment.edit if len(idle) == len(comment.codes) else None
    for code, where in comment.codes:
        if code not in known:
            what = f"there is no code '{code}'{did_you_mean(code, known)}"
            yield Problem(where, "L037", what, "write the code of the problem, such as L030", level="warning")
        elif (comment, code) in spoken:
            what = f"'{code}' cannot be silenced: the project does not load with it"
            yield Problem(where, "L037", what, "mend what it says", level="warning")
        elif (code, where) in idle:
            what = f"nothing here is '{code}', which the comment silences"
            yield Problem(where, "L036", what, "remove it from the comment", level="warning", edit=edit)
