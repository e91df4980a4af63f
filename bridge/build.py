"""`changebridge build`: the function for AWS as a zip, out of hashed wheels for its runtime and architecture.

The wheels come by pip, from wherever pip is set up to look, and none is taken whose hash is not in the lock. pip is
told every platform that the runtime can load, since it takes only what is named: told `manylinux2014` alone, as many
recipes have it, it finds no jsonschema-rs for arm64, whose wheel is for `manylinux_2_28`.

What only authors use is left out, and what the function would make of the project at each start is made here: the
trees of its YAML (`built.py`), and bytecode where an interpreter of the runtime's version is at hand (`bytecode.py`).

Equal input gives equal bytes (with the same zlib and interpreter): no date and no path is in the zip.
"""

import platform
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

import bridge
from bridge.archive import SERVICES, ours, wanted, zipped
from bridge.built import FILE as BUILT
from bridge.built import built
from bridge.bytecode import compiled, interpreter_of
from bridge.core.manifest import FILE
from bridge.core.rules.load import is_beside
from bridge.errors import Problem, Unavailable, Where
from bridge.folders import files_below
from bridge.local.package import installed
from bridge.project import Project, is_rule, is_schema

#: Lambda's own in every Python runtime, and the largest part by far: boto3 and what it needs.
RUNTIMES_OWN: Final = frozenset({"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"})
#: What subscribers and authors need, and the function does not.
NOT_NEEDED: Final = frozenset({"cloudevents", "deprecation", "packaging", "pyyaml"})
#: What the function never imports, by where it stands: most of Powertools, and what of ours looks at projects.
#: Of awscrt `s3` stays: the boto3 of some runtimes imports it before it makes a client of S3, where it finds awscrt.
NEEDLESS: Final = re.compile(
    r"bridge/(cli|codes|doctor|local|subscriber)/|bridge/lambda\.txt"
    r"|bridge/core/(compat|contain|coverage|draft|editor|export|infra|lint|mutate|proof)/"
    r"|bridge/(archive|baseline|build|bytecode|captured|cloudevent|discards|exporting|mending|models|needs|pages)\.py"
    r"|bridge/(publishing|redrive|rehearsal|releases|review)\.py|bridge/aws/(filters|registry)\.py|bridge/core/schema/tolerant\.py"
    r"|bridge/core/(diff|examples|explain|golden|infer|intake|mend|origin|revision|silence|snapshot|yamledit|yamltext)\.py"
    r"|aws_lambda_powertools/(event_handler|utilities/(?!__init__|jmespath_utils|typing|$))"
    r"|awscrt/(_test|aio|aws_iot_metrics|cbor|eventstream|mqtt|websocket)|[^/]+\.dist-info/RECORD$"
)
_LEVEL: Final = 9
#: glibc of Amazon Linux 2023, which the runtimes since python3.12 run on; wheels for older ones run on it too.
_GLIBC: Final = 34
_OLDEST_GLIBC: Final = 17
#: How the architectures are called on wheels and by the machine.
_MACHINES: Final = {"arm64": "aarch64", "x86_64": "x86_64"}
_PINNED: Final = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)

#: What a function does first; run with nothing at hand but the zip and the runtime's own.
_LOOK: Final = """
import sys
sys.path[:0] = sys.argv[1:3]
import bridge.aws.asked, bridge.aws.lean, bridge.aws.unusual, bridge.handler, boto3.s3.transfer, awscrt.s3
from pathlib import Path
from bridge.project import load_project
load_project(Path(sys.argv[1]))
lacking = set(sys.argv[3:]) - set(boto3.Session().get_available_services())
assert not lacking, f"boto3 came without {sorted(lacking)}"
"""


class Runtime(StrEnum):
    """Lambda's Python runtimes on Amazon Linux 2023 (`_GLIBC`)."""

    PYTHON312 = "python3.12"
    PYTHON313 = "python3.13"
    PYTHON314 = "python3.14"


class Architecture(StrEnum):
    """Lambda's architectures."""

    ARM64 = "arm64"
    X86_64 = "x86_64"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the artifact: bytes as they are, and within a zip of its own."""

    name: str
    unpacked: int
    zipped: int


@dataclass(frozen=True, slots=True)
class Artifact:
    """A function, ready to be uploaded."""

    archive: bytes
    parts: tuple[Part, ...]  #: the largest first
    checked: str  #: the interpreter that it was imported by; empty where none here can

    @property
    def unpacked(self) -> int:
        """Bytes; Lambda allows 262,144,000 (AWS Lambda quotas, "deployment package")."""
        return sum(part.unpacked for part in self.parts)


def build(project: Project, runtime: Runtime, architecture: Architecture, *, with_boto3: bool) -> Artifact:
    """The function with the project at its root.

    Raises `Unavailable`: E006 where the dependencies cannot be had, E007 where the artifact cannot be imported.
    """
    parts = _wheels(runtime, architecture, NOT_NEEDED if with_boto3 else NOT_NEEDED | RUNTIMES_OWN)
    parts["changebridge"] = {name: path.read_bytes() for name, path in ours() if not NEEDLESS.match(name)}
    parts["the project"] = _with_trees(_read(project))
    contents = {name: data for part in parts.values() for name, data in part.items()}
    interpreter = interpreter_of(runtime)
    if interpreter:
        parts["bytecode"] = compiled(contents, interpreter)
        contents |= parts["bytecode"]
    runs_here = interpreter if platform.machine() == _MACHINES[architecture] else ""
    checked = _checked(contents, runtime, runs_here, with_boto3=with_boto3) if runs_here else ""
    return Artifact(zipped(contents, _LEVEL), _sizes(parts), checked)


def _read(project: Project) -> dict[str, bytes]:
    """What the function reads of the project, and nothing else that lies there: captured records may be personal."""
    folder, said = project.folder, project.manifest
    rules = [path for path in files_below(folder / said.rules, is_rule) if not is_beside(path.name)]
    paths = [folder / FILE, *rules, *files_below(folder / said.schemas, is_schema)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _with_trees(files: dict[str, bytes]) -> dict[str, bytes]:
    """The project with what spares the function the reading of its YAML and the compiling of its schemas."""
    return {**files, BUILT: built(files)}


def _sizes(parts: Mapping[str, Mapping[str, bytes]]) -> tuple[Part, ...]:
    told = [
        Part(name, sum(map(len, files.values())), len(zipped(files, _LEVEL))) for name, files in sorted(parts.items())
    ]
    return tuple(sorted(told, key=lambda part: -part.unpacked))


def lock() -> Path:
    """The hashes of everything that the function carries: within the installed package, else in the repository."""
    package = Path(bridge.__file__).parent
    inside = package / "lambda.txt"
    return inside if inside.is_file() else package.parent / "requirements" / "lambda.txt"


def _wheels(runtime: Runtime, architecture: Architecture, without: frozenset[str]) -> dict[str, dict[str, bytes]]:
    with tempfile.TemporaryDirectory(prefix="changebridge-build-") as folder:
        wanted_here = Path(folder) / "requirements.txt"
        wanted_here.write_text(_asked(lock().read_text(), without))
        _download(wanted_here, runtime, architecture)
        return {wheel.name.split("-")[0]: _unpacked(wheel) for wheel in sorted(Path(folder).glob("*.whl"))}


def _asked(locked: str, without: frozenset[str]) -> str:
    """The lock without these distributions."""
    starts = [found.start() for found in _PINNED.finditer(locked)]
    blocks = [locked[start:end] for start, end in zip(starts, [*starts[1:], len(locked)], strict=True)]
    return "".join(block for block in blocks if block.partition("==")[0] not in without)


def _download(requirements: Path, runtime: Runtime, architecture: Architecture) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--implementation", "cp"]
    command += ["--python-version", runtime.removeprefix("python"), "--dest", str(requirements.parent)]
    for tag in _platforms(architecture):
        command += ["--platform", tag]
    ran = subprocess.run([*command, "-r", requirements], capture_output=True, text=True, check=False)  # noqa: S603 -- pip, with our own arguments
    if ran.returncode:
        said = [line for line in ran.stderr.splitlines() if line.startswith("ERROR")] or ran.stderr.splitlines()
        what = f"the function's dependencies for {runtime} on {architecture} cannot be had: " + " | ".join(said[-2:])
        fix = "see that pip reaches its index and is at hand: `python -m pip --version`"
        raise Unavailable(Problem(Where(), "E006", what, fix))


def _platforms(architecture: Architecture) -> list[str]:
    machine = _MACHINES[architecture]
    return [f"manylinux_2_{minor}_{machine}" for minor in range(_GLIBC, _OLDEST_GLIBC - 1, -1)] + [
        f"manylinux2014_{machine}"
    ]


def _unpacked(wheel: Path) -> dict[str, bytes]:
    """The files that installing it puts beside our package."""
    with zipfile.ZipFile(wheel) as archive:
        names = [PurePosixPath(entry.filename) for entry in archive.infolist() if not entry.is_dir()]
        kept = [
            each for each in names if wanted(each) and not NEEDLESS.match(str(each)) and ".data" not in each.parts[0]
        ]
        return {str(name): archive.read(str(name)) for name in kept}


def _checked(contents: Mapping[str, bytes], runtime: Runtime, interpreter: str, *, with_boto3: bool) -> str:
    """The interpreter, which has imported it with nothing else at hand."""
    with tempfile.TemporaryDirectory(prefix="changebridge-check-") as folder:
        function, own = Path(folder) / "function", Path(folder) / "runtime"
        _write(contents, function)
        if not with_boto3:
            _write({name: path.read_bytes() for name, path in installed("boto3", itself=True)}, own)
        ran = _run(interpreter, "-c", _LOOK, str(function), str(own), *(sorted(SERVICES) if with_boto3 else ()))
    if ran.returncode:
        said = [line for line in ran.stderr.splitlines() if not line.startswith(" ")]  # the last names the error
        what = f"the artifact cannot be imported by {runtime}: {(said or ['no word'])[-1]}"
        raise Unavailable(Problem(Where(), "E007", what, "correct requirements/lambda.txt, and build again"))
    return interpreter


def _run(interpreter: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- an interpreter of this machine, isolated
        [interpreter, "-I", "-S", "-B", *arguments], capture_output=True, text=True, check=False
    )


def _write(contents: Mapping[str, bytes], folder: Path) -> None:
    for name, data in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
