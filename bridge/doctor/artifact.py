"""The code that a function runs, as files. It is read where Lambda keeps it, and never run."""

import io
import re
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from bridge.doctor.asking import Amazon
from bridge.errors import Problem, Unavailable, Where
from bridge.project import Project, read_project

#: Bytes: Lambda's own bound for an unpacked artifact is 250 MB (AWS Lambda quotas); ours has 28.
MAX_BYTES: Final = 250_000_000
SECONDS: Final = 30
#: What belongs to nobody's project.
_NO_PROJECT: Final = "bridge/"
#: What a compiled module is called: interpreter and machine (PEP 3149).
_COMPILED: Final = re.compile(r"\.cpython-(\d)(\d+)-(aarch64|x86_64)-linux-")
_MACHINES: Final = {"aarch64": "arm64", "x86_64": "x86_64"}
_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json", ".jsonl"})


def download(amazon: Amazon, function: str) -> dict[str, bytes]:
    """The files of the bridge and of the project. Raises `Unavailable`: A002, A003."""
    answer = amazon.ask("lambda", "get_function", FunctionName=function)
    location = str((answer or {}).get("Code", {}).get("Location", ""))
    if not location.startswith(("https://", "http://")):
        what = f"lambda:GetFunction told nothing of the code of '{function}'"
        raise Unavailable(Problem(Where(), "A002", what, "see that it is there, and deployed as a zip"))
    try:
        with urllib.request.urlopen(location, timeout=SECONDS) as answered:  # noqa: S310 -- AWS's own, signed, by https
            return files(answered.read(MAX_BYTES))
    except (OSError, zipfile.BadZipFile) as error:
        what = f"the function's code cannot be read where Lambda keeps it: {type(error).__name__}"
        raise Unavailable(Problem(Where(), "A002", what, "see the way to S3: network, proxy")) from None


def files(archive: bytes) -> dict[str, bytes]:
    """The bridge's modules and what may be a project's, by name. Raises `zipfile.BadZipFile`."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        held = [each for each in opened.infolist() if not each.is_dir() and _wanted(PurePosixPath(each.filename))]
        return {each.filename: opened.read(each) for each in held if each.file_size < MAX_BYTES}


def _wanted(name: PurePosixPath) -> bool:
    return not name.is_absolute() and ".." not in name.parts and (name.parts[0] == "bridge" or name.suffix in _SUFFIXES)


def written(contents: Mapping[str, bytes], folder: Path) -> Path:
    """The project of an artifact as a folder."""
    for name, data in contents.items():
        if not name.startswith(_NO_PROJECT):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    return folder


def carried(contents: Mapping[str, bytes]) -> tuple[Project | None, list[Problem]]:
    """The project of an artifact, and what is wrong with it."""
    with TemporaryDirectory(prefix="changebridge-artifact-") as folder:
        project, problems = read_project(written(contents, Path(folder)))
    return project, list(problems)


def unfit(archive: Path, parameters: Mapping[str, str], project: Project) -> Iterator[Problem]:
    """A087 where there is no artifact, or one for another project, `Runtime` or `Architecture` than is deployed."""
    where = Where(file=archive.name)
    try:
        told, (inside, _) = _built_for(archive), carried(files(archive.read_bytes()))
    except (OSError, zipfile.BadZipFile) as error:
        what = f"there is no artifact that can be read: {getattr(error, 'strerror', None) or error}"
        yield Problem(where, "A087", what, "build it: `make build`")
        return
    for name, value in told.items():
        if parameters.get(name) != value:
            what = f"it is built for {value}, and the function would run it as {name}={parameters.get(name)}"
            fix = "say it once: `make deploy RUNTIME=… ARCH=…` builds for what it deploys"
            yield Problem(where, "A087", what, fix)
    if inside is None or inside.version != project.version:
        what = "it does not carry the rules and schemas of this folder, which the filters are made for"
        yield Problem(where, "A087", what, "build it again: `make build`")


def _built_for(archive: Path) -> dict[str, str]:
    """By the names of its compiled modules; empty where nothing in it is compiled."""
    with zipfile.ZipFile(archive) as opened:
        found = next(filter(None, map(_COMPILED.search, opened.namelist())), None)
    if found is None:
        return {}
    return {"Runtime": f"python{found[1]}.{found[2]}", "Architecture": _MACHINES[found[3]]}
