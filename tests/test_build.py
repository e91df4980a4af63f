"""The Lambda artifact: locked, for the platform that was named, the same bytes each time, and able to start."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from bridge import build as building
from bridge.archive import SERVICES, wanted
from bridge.build import Architecture, Runtime, build, lock
from bridge.cli import main
from bridge.errors import Unavailable
from bridge.project import load_project

ROOT = Path(__file__).parents[1]
#: Large and slow to compress, and here only bytes.
WHEELS = {"jsonschema_rs-0.60.3-cp310-abi3-manylinux_2_28_aarch64.whl": ["jsonschema_rs/_r.so", "jsonschema_rs.data/x"]}


@pytest.fixture(scope="module")
def project():
    return load_project(ROOT)


@pytest.fixture
def index(monkeypatch):
    """pip, and what it was asked: it writes small wheels in place of the real ones."""
    asked = []

    def run(command, **options):
        if "pip" not in command:
            return subprocess.CompletedProcess(command, 1, "", "")
        folder = Path(command[command.index("--dest") + 1])
        asked.append((command, Path(command[-1]).read_text()))
        for name, files in WHEELS.items():
            with zipfile.ZipFile(folder / name, "w") as wheel:
                for file in files:
                    wheel.writestr(file, file)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(building.subprocess, "run", run)
    return asked


def names(artifact):
    return zipfile.ZipFile(io.BytesIO(artifact.archive)).namelist()


def test_equal_input_gives_equal_bytes_with_sorted_names_and_one_date(project, index):
    one, other = (build(project, Runtime.PYTHON313, Architecture.ARM64, with_boto3=False) for _ in range(2))
    assert one == other
    assert names(one) == sorted(names(one))
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(one.archive)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_it_holds_the_bridge_the_project_and_the_wheels_and_no_command(project, index):
    held = set(names(build(project, Runtime.PYTHON313, Architecture.ARM64, with_boto3=False)))
    assert {"bridge/handler.py", "bridge.yaml", "rules/order.yaml", "schemas/order/placed.v1.json"} <= held
    assert "jsonschema_rs/_r.so" in held
    assert not [name for name in held if name.startswith(("bridge/cli", "bridge/local", "jsonschema_rs.data"))]


def test_of_the_project_it_holds_what_the_function_reads_and_nothing_else(index, tmp_path):
    for name in ("rules", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "bridge.yaml", tmp_path)
    (tmp_path / "rules/.order.yaml.swp").write_bytes(b"an editor's")
    (tmp_path / "rules/records/captured.jsonl").write_bytes(b'{"name": "Ada"}')
    made = build(load_project(tmp_path), Runtime.PYTHON313, Architecture.ARM64, with_boto3=False)
    of_project = [name for name in names(made) if name.startswith(("rules/", "schemas/", "bridge.yaml"))]
    assert [name for name in of_project if not name.endswith((".yaml", ".json"))] == []
    assert [name for name in of_project if "records" in name or "README" in name or "examples" in name] == []
    assert {"bridge.yaml", "rules/order.yaml", "schemas/common/ids.json"} <= set(of_project)


def test_every_service_that_is_called_is_described_in_what_is_carried_of_boto3():
    """By the names in the sources: `partial(clients.client, "events", …)`, `client("s3", …)`, `SERVICE: Final = "…"`."""
    carried = [
        path for path in (ROOT / "bridge/aws").rglob("*.py") if not building.NEEDLESS.match(str(path.relative_to(ROOT)))
    ]
    sources = "".join(path.read_text() for path in carried)
    called = set(re.findall(r'(?:client(?:, |\()|SERVICE: Final = )"([a-z0-9]+)"', sources))
    assert {"events", "eventbridgev2", "dynamodb", "s3", "sns"} <= called <= SERVICES
    assert wanted(PurePosixPath("botocore/data/eventbridgev2/2025-01-01/service-2.json.gz"))
    assert not wanted(PurePosixPath("botocore/data/ec2/2016-11-15/service-2.json.gz"))


def test_pip_is_told_every_platform_that_the_runtime_loads_and_takes_only_what_is_locked(project, index):
    build(project, Runtime.PYTHON312, Architecture.ARM64, with_boto3=False)
    ((command, locked),) = index
    platforms = [command[at + 1] for at, word in enumerate(command) if word == "--platform"]
    assert {"manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"} <= set(platforms)
    assert "manylinux_2_35_aarch64" not in platforms
    assert {"--require-hashes", "--only-binary=:all:", "--no-deps"} <= set(command)
    assert command[command.index("--python-version") + 1] == "3.12"
    assert "jsonschema-rs==0.60.3" in locked
    assert "boto3==" not in locked


def test_with_boto3_the_whole_lock_is_carried_but_what_subscribers_need(project, index):
    build(project, Runtime.PYTHON313, Architecture.X86_64, with_boto3=True)
    carried, locked = (
        {line.partition("==")[0] for line in text.splitlines() if "==" in line and not line.startswith(" ")}
        for text in (index[0][1], lock().read_text())
    )
    assert locked - carried == building.NOT_NEEDED
    assert {"awscrt", "boto3", "jmespath"} <= carried


def test_each_part_says_what_it_weighs(project, index):
    made = build(project, Runtime.PYTHON313, Architecture.ARM64, with_boto3=False)
    assert {part.name for part in made.parts} == {"jsonschema_rs", "changebridge", "the project"}
    entries = zipfile.ZipFile(io.BytesIO(made.archive)).infolist()
    assert made.unpacked == sum(entry.file_size for entry in entries)


def test_where_pip_fails_its_words_are_quoted(project, monkeypatch):
    failed = subprocess.CompletedProcess((), 1, "", "WARNING: x\nERROR: No matching distribution found for orjson\n")
    monkeypatch.setattr(building.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(Unavailable) as raised:
        build(project, Runtime.PYTHON313, Architecture.ARM64, with_boto3=False)
    assert str(raised.value) == (
        "E006 the function's dependencies for python3.13 on arm64 cannot be had: "
        "ERROR: No matching distribution found for orjson\n"
        "    fix: see that pip reaches its index and is at hand: `python -m pip --version`"
    )


def test_where_it_cannot_be_imported_that_is_said_before_it_is_deployed(project, index, monkeypatch):
    monkeypatch.setattr(building, "interpreter_of", lambda _: "/python")
    monkeypatch.setattr(building, "compiled", lambda *_: {})
    monkeypatch.setattr(building.platform, "machine", lambda: "aarch64")
    ran = subprocess.CompletedProcess((), 1, "", "Traceback\nModuleNotFoundError: No module named 'orjson'\n")
    monkeypatch.setattr(building, "_run", lambda *_: ran)
    with pytest.raises(Unavailable, match=r"E007 the artifact cannot be imported by python3\.13: ModuleNotFoundError"):
        build(project, Runtime.PYTHON313, Architecture.ARM64, with_boto3=False)


def test_the_command_writes_the_file_and_says_the_sizes(index, tmp_path, capsysbinary):
    with pytest.raises(SystemExit) as left:
        main(["build", "--project", str(ROOT), "--format", "json", "--out", str(tmp_path / "a" / "function.zip")])
    told = json.loads(capsysbinary.readouterr().out)
    assert (left.value.code, told["checked"]) == (0, False)
    assert told["zipped"] == (tmp_path / "a" / "function.zip").stat().st_size


def test_the_command_says_in_text_what_was_not_checked(index, tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["build", "--project", str(ROOT), "--out", str(tmp_path / "function.zip")])
    said = capsys.readouterr()
    assert "jsonschema_rs" in said.out
    assert said.err == "bytes unpacked and zipped; not imported: this machine has no python3.13 on arm64\n"


def test_a_place_that_cannot_be_written_is_a_usage_error(index, tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        main(["build", "--project", str(ROOT), "--out", str(tmp_path)])
    assert left.value.code == 2
    assert "cannot be written" in capsys.readouterr().err


#: The machines' wheels differ in size; those of x86_64 are the larger ones.
BUILDS = [
    (Runtime.PYTHON312, Architecture.X86_64),
    (Runtime.PYTHON313, Architecture.ARM64),
    (Runtime.PYTHON314, Architecture.ARM64),
]


@pytest.mark.e2e
@pytest.mark.parametrize(("runtime", "architecture"), BUILDS)
def test_the_real_artifact_is_below_12_mb_and_has_the_locked_validator(project, runtime, architecture):
    made = build(project, runtime, architecture, with_boto3=False)
    assert len(made.archive) <= 12_000_000
    assert made.unpacked <= 35_000_000
    assert "jsonschema_rs-0.60.3.dist-info/METADATA" in names(made)


@pytest.mark.e2e
def test_the_real_artifact_is_imported_where_this_machine_has_the_runtime(project, monkeypatch):
    found = {each: interpreter for each in Runtime if (interpreter := building.interpreter_of(each))}
    if not found:
        pytest.skip("no interpreter of a Lambda runtime on this machine")
    runtime, interpreter = next(iter(found.items()))
    monkeypatch.setattr(building.platform, "machine", lambda: "x86_64")
    made = build(project, runtime, Architecture.X86_64, with_boto3=False)
    assert (made.checked, "bytecode" in {part.name for part in made.parts}) == (interpreter, True)
