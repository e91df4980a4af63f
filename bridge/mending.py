"""`lint --fix`: makes the one mechanical edit that a problem carries, again and again until none is left."""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Final

from bridge.core.manifest import FILE
from bridge.core.mend import mended
from bridge.errors import Edit, Problem
from bridge.review import review

#: Rounds of looking and mending: a mended line may show what it hid.
_ROUNDS: Final = 20
_MARK: Final = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Mending:
    """What was mended, and the files before and after."""

    problems: list[Problem] = field(default_factory=list)  #: those that are gone, in the order in which they went
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)

    @property
    def diff(self) -> str:
        """All changes as a unified diff."""
        lines: list[str] = []
        for file, text in self.before.items():
            old, new = (each.splitlines(keepends=True) for each in (text, self.after[file]))
            lines += unified_diff(old, new, f"a/{file}", f"b/{file}")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

    def forget(self, file: str) -> None:
        """Leave a file as it was: what was mended did not make it readable."""
        del self.before[file], self.after[file]
        self.problems = [problem for problem in self.problems if problem.where.file != file]

    def write(self, folder: Path) -> None:
        """Put the mended files into the project."""
        for file, text in self.after.items():
            _write(folder / file, text)


def mend(folder: Path) -> Mending:
    """Mend a copy of the project until nothing is left to mend; the project itself is not touched.

    An edit after which its file can be read less far than before is taken back and not tried again.
    """
    done, rejected = Mending(), set[Edit]()
    with _copy(folder) as copy:
        problems = review(copy).problems
        for _ in range(_ROUNDS):
            found = [problem for problem in problems if problem.edit and problem.edit not in rejected]
            if not found:
                break
            problems = _round(copy, found, problems, done, rejected)
    for file in list(done.after):
        if _unreadable(problems, file)[0]:
            done.forget(file)
    return done


def _round(
    copy: Path, found: Sequence[Problem], problems: list[Problem], done: Mending, rejected: set[Edit]
) -> list[Problem]:
    """One edit of each file's problems that do not overlap; the problems afterwards."""
    by_file: dict[str, list[Problem]] = defaultdict(list)
    for problem in found:
        by_file[problem.where.file].append(problem)
    for file, concerned in by_file.items():
        text = _read(copy / file)
        new, edits = mended(text, [problem.edit for problem in concerned if problem.edit])
        _write(copy / file, new)
        after = review(copy).problems
        if _unreadable(after, file) > _unreadable(problems, file):
            _write(copy / file, text)
            rejected.update(edits)
            continue
        problems = after
        done.before.setdefault(file, text)
        done.after[file] = new
        done.problems += [problem for problem in concerned if problem.edit in edits]
    return problems


def _unreadable(problems: Sequence[Problem], file: str) -> tuple[bool, int]:
    """How badly a file can be read: whether at all, and how early reading stops."""
    stops = [problem.where.line for problem in problems if problem.where.file == file and _stops(problem)]
    return bool(stops), -min(stops, default=0)


def _stops(problem: Problem) -> bool:
    return problem.code in _STOPPING or (problem.code == "S001")


#: Problems of YAML's syntax, behind which nothing is read.
_STOPPING: Final = frozenset({"R006", "R007", *(f"R0{number}" for number in range(16, 29))})


@contextmanager
def _copy(folder: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="changebridge-") as name:
        copy = Path(name)
        for source in (folder / FILE, *folder.rglob("*.y*ml"), *folder.rglob("*.json")):
            if source.is_file() and not any(part.startswith(".") for part in source.relative_to(folder).parts):
                target = copy / source.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        yield copy


def _read(path: Path) -> str:
    return path.read_bytes().removeprefix(_MARK).decode("utf-8")


def _write(path: Path, text: str) -> None:
    mark = _MARK if path.read_bytes().startswith(_MARK) else b""
    path.write_bytes(mark + text.encode())
