"""The function package holds all that the function needs, nothing that only the command line does, and is repeatable."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bridge.errors import Unavailable
from bridge.local import package as packing
from bridge.local.package import package

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
PARTS = ("bridge.yaml", "rules", "schemas")

#: Nothing of an environment's packages: `-I` ignores PYTHONPATH and the user's, `-S` site-packages.
ALONE = [sys.executable, "-I", "-S", "-c"]

#: What the function asks of botocore, with no description of any other service at hand.
LOOK = """
import sys
sys.path.insert(0, sys.argv[1])
import bridge.handler, bridge.cloudevent, boto3
session = boto3.Session("test", "test", region_name="us-east-1")
clients = [session.client(name) for name in ("dynamodb", "events", "eventbridgev2", "s3", "sns", "sts")]
assert all(module.__file__.startswith(sys.argv[1]) for module in (boto3, bridge.handler))
print("well")
"""


@pytest.fixture(scope="module")
def packed():
    return package(ROOT, PARTS)


def names(packed) -> set[str]:
    return set(zipfile.ZipFile(io.BytesIO(packed.archive)).namelist())


def test_the_function_starts_from_the_package_alone(packed, tmp_path):
    zipfile.ZipFile(io.BytesIO(packed.archive)).extractall(tmp_path)
    ran = subprocess.run([*ALONE, LOOK, str(tmp_path)], capture_output=True, text=True, check=False, timeout=60)
    assert (ran.stdout, ran.stderr) == ("well\n", "")


def test_equal_input_gives_equal_bytes():
    assert package(ROOT, PARTS) == package(ROOT, PARTS)


def test_it_has_the_project_at_its_root(packed):
    assert zipfile.ZipFile(io.BytesIO(packed.archive)).read("bridge.yaml") == (ROOT / "bridge.yaml").read_bytes()
    assert {"rules/order.yaml", "schemas/order/placed.v1.json", "bridge/handler.py"} <= names(packed)


def test_it_has_nothing_that_only_the_command_line_or_the_tests_need(packed):
    tops = {name.split("/")[0] for name in names(packed)}
    assert not tops & {"rich", "typer", "jsonschema", "moto", "pytest", "ministack", "tests", "bin"}
    assert not [name for name in names(packed) if name.endswith(".pyc") or ".." in name]


def test_it_describes_only_the_services_that_the_function_calls(packed):
    described = {
        name.split("/")[2] for name in names(packed) if name.startswith("botocore/data/") and name.count("/") > 2
    }
    assert described == {"dynamodb", "events", "eventbridgev2", "s3", "sns", "sts"}


def test_it_states_its_unpacked_size_which_lambda_takes(packed):
    entries = zipfile.ZipFile(io.BytesIO(packed.archive)).infolist()
    assert packed.files == len(entries)
    assert packed.unpacked == sum(entry.file_size for entry in entries) < 262_144_000


def test_a_dependency_that_is_not_installed_is_a_problem_with_its_fix(monkeypatch):
    def absent(name):
        raise packing.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(packing.importlib.metadata, "distribution", absent)
    with pytest.raises(Unavailable) as raised:
        package(ROOT, PARTS)
    assert str(raised.value) == (
        "E003 the function needs changebridge, which is not installed in this environment\n    fix: run `make setup`"
    )
