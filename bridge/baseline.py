"""A project as it was: at a commit of git, or in another folder.

Of a commit the files are read out of git's object store into a private folder that goes away afterwards. Working
tree, index and attributes (`export-ignore`, line endings) play no part in it, and a project may stand anywhere in
its repository.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bridge.core.manifest import FILE
from bridge.errors import Problem, ProjectInvalid, Unavailable, Where

#: Files of a commit above this size, in bytes, are left behind: no rule file or schema may be half as large.
MAX_BYTES = 4_000_000

_SHALLOW = "correct it, or fetch it first: a checkout in CI often has only its own commit"


@contextmanager
def project_at(reference: str, folder: Path) -> Iterator[Path]:
    """A folder with the files of the project in `folder` as of a reference, for as long as the context lasts.

    `reference` is a folder with its own bridge.yaml (relative to the current directory), which is given as it is,
    else whatever git calls a commit: a branch, a tag, a hash, `HEAD~1`. Raises `ProjectInvalid`: C030 no such
    commit, C031 no repository, C033 no project there; `Unavailable`: C032 no git.
    """
    if reference and (Path(reference) / FILE).is_file():
        yield Path(reference)
        return
    commit, prefix = _commit(reference, folder)
    with TemporaryDirectory(prefix="changebridge-") as private:
        there = Path(private)
        for name, data in _files(commit, prefix, folder):
            path = there / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if not (there / FILE).is_file():
            what = f"there is no {FILE} at '{reference}' in the folder '{prefix or '.'}' of the repository"
            raise _problem(reference, "C033", what, "name a commit that has the project, or a folder with one")
        yield there


def forked_at(reference: str, folder: Path) -> str:
    """The commit at which the branch here left that of the reference; "" where they share none, or it is a folder."""
    code, commit, _ = _git(folder, "merge-base", "HEAD", _safe(reference))
    return "" if code or Path(reference).is_dir() else commit.decode().strip()


def said_of(reference: str, error: ProjectInvalid) -> ProjectInvalid:
    """The same error, its files named as git names them at a reference: `main:rules/order.yaml`."""
    return ProjectInvalid(*(_at(reference, problem) for problem in error.problems))


def _at(reference: str, problem: Problem) -> Problem:
    return replace(problem, where=replace(problem.where, file=f"{reference}:{problem.where.file}"))


def _commit(reference: str, folder: Path) -> tuple[str, str]:
    """The commit's hash, and the project's folder in the repository: "" or with a slash at its end."""
    code, prefix, said = _git(folder, "rev-parse", "--show-prefix")
    if code:
        _refuse_folder(reference)
        what = f"'{folder}' is in no repository that git can read: {said}"
        raise _problem(reference, "C031", what, "run it in a repository, or name a folder in place of a commit")
    code, commit, _ = _git(folder, "rev-parse", "--verify", "--quiet", f"{_safe(reference)}^{{commit}}")
    if code:
        _refuse_folder(reference)
        raise _problem(reference, "C030", f"git knows no commit {reference!r} here", _SHALLOW)
    return commit.decode().strip(), prefix.decode().removesuffix("\n")


def _refuse_folder(reference: str) -> None:
    """Say of what is no commit, if it is a folder, that it holds no project. Raises `ProjectInvalid` C033."""
    if reference and Path(reference).is_dir():
        fix = "name a folder with a project, or a commit of git"
        raise _problem(reference, "C033", f"there is no {FILE} in the folder '{reference}'", fix)


def _safe(reference: str) -> str:
    """The reference, unless git would take it for an option, or no process can be told it."""
    if not reference or reference.startswith("-") or not reference.isprintable():
        raise _problem(reference, "C030", f"git knows no commit {reference!r} here", _SHALLOW)
    return reference


def _files(commit: str, prefix: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files below a folder of the repository by their path in it."""
    _, listed, _ = _git(folder, "ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--", prefix or ".")
    blobs = [_blob(line) for line in listed.decode(errors="surrogateescape").split("\0") if line]
    wanted = [blob for blob in blobs if blob.wanted]
    asked = "".join(f"{blob.hash}\n" for blob in wanted)
    _, answers, _ = _git(folder, "cat-file", "--batch", stdin=asked.encode())
    at = 0
    for blob in wanted:
        start = answers.index(b"\n", at) + 1  # behind `hash type size`
        at = start + blob.size + 1
        yield blob.path.removeprefix(prefix), answers[start : start + blob.size]


class _Blob(NamedTuple):
    """A line of git's list."""

    hash: str
    size: int
    path: str
    wanted: bool  #: a plain file that could matter, at a path that may be written


def _blob(line: str) -> _Blob:
    """`mode type hash size<TAB>path`; symbolic links and other repositories inside this one are left behind."""
    about, _, path = line.partition("\t")
    mode, _, name, size = about.split()
    bytes_ = int(size) if size.isdigit() else 0
    inside = not {"..", ".git"} & set(PurePosixPath(path).parts)
    return _Blob(name, bytes_, path, mode.startswith("100") and bytes_ <= MAX_BYTES and inside)


def _git(folder: Path, *arguments: str, stdin: bytes = b"") -> tuple[int, bytes, str]:
    """Exit code, output, and the last thing that git said. Raises `Unavailable` C032 without git."""
    try:
        ran = subprocess.run(  # noqa: S603 -- git, with arguments that are no options
            ["git", "-C", str(folder), *arguments],  # noqa: S607 -- whichever git the user has
            input=stdin,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        what, fix = "git is not installed, or not on the PATH", "install git, or name a folder in place of a commit"
        raise Unavailable(Problem(Where(), "C032", what, fix)) from None
    said = ran.stderr.decode(errors="replace").strip().splitlines()
    return ran.returncode, ran.stdout, said[-1] if said else ""


def _problem(reference: str, code: str, what: str, fix: str) -> ProjectInvalid:
    return ProjectInvalid(Problem(Where(file=reference), code, what, fix))
