"""The artifact of `changebridge build` as Lambda runs it: AWS's own runtime interface emulator and runtime client.

The environment holds `awslambdaric` and boto3 and nothing else (requirements/runtime.txt), so that whatever the zip
lacks is missed here. The emulator is AWS's binary, out of the wheel of its SAM CLI. What the function calls is ministack.
"""

import http.client
import io
import json
import os
import platform
import shutil
import socket
import subprocess
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.build import Architecture, Runtime, build
from bridge.local.deployment import SETTINGS
from bridge.local.deployment import build as made
from bridge.local.ministack import HOST, INTERPRETER, ministack
from bridge.project import load_project
from infra.local import ORDER
from tests.e2e.test_template import record

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
MACHINES = {"x86_64": Architecture.X86_64, "aarch64": Architecture.ARM64, "arm64": Architecture.ARM64}
EMULATORS = ".sam/lib/python3.*/site-packages/samcli/local/rapid/aws-lambda-rie-"
PATIENCE = 20  # seconds for anything that takes well under one


def interpreter():
    """A Python of one of Lambda's runtimes: on the path, or one that pyenv holds."""
    held = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for runtime in Runtime:
        found = [shutil.which(runtime) or "", *map(str, held.glob(f"{runtime.removeprefix('python')}.*/bin/{runtime}"))]
        for each in filter(None, found):
            if subprocess.run([each, "-c", ""], capture_output=True, check=False).returncode == 0:
                return runtime, each
    return pytest.fail("there is no Python of a Lambda runtime here: " + ", ".join(Runtime))


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    """The interpreter of an environment as bare as Lambda's, and the unpacked artifact."""
    folder = tmp_path_factory.mktemp("lambda")
    runtime, python = interpreter()
    subprocess.run([python, "-m", "venv", folder / "runtime"], check=True)
    alone = folder / "runtime" / "bin" / "python"
    install = [
        alone,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "-r",
        ROOT / "requirements" / "runtime.txt",
    ]
    ran = subprocess.run(install, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    artifact = build(load_project(ROOT), runtime, MACHINES[platform.machine()], with_boto3=False)
    zipfile.ZipFile(io.BytesIO(artifact.archive)).extractall(folder / "task")
    return alone, folder / "task"


@pytest.fixture(scope="module")
def cloud():
    with ministack(ROOT / INTERPRETER) as cloud:
        made(cloud)
        yield cloud


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@contextmanager
def function(sandbox, cloud, **without):
    """The function under the emulator; gives what invokes it."""
    (emulator,) = ROOT.glob(EMULATORS + ("x86_64" if platform.machine() == "x86_64" else "arm64"))
    python, task = sandbox
    port, api = free_port(), free_port()
    addresses = ["--runtime-interface-emulator-address", f"{HOST}:{port}", "--runtime-api-address", f"{HOST}:{api}"]
    environment = {"PATH": "/usr/bin:/bin", "LAMBDA_TASK_ROOT": str(task), "AWS_LAMBDA_FUNCTION_TIMEOUT": "20"}
    environment |= cloud.environment() | SETTINGS | {"PYTHONPATH": str(task), "BRIDGE_STAGE": "test"} | without
    with (task.parent / "log").open("w+") as log:
        command = [emulator, *addresses, python, "-m", "awslambdaric", "bridge.handler.handle"]
        process = subprocess.Popen(
            [*map(str, command)], cwd=task, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield lambda event: invoke(port, event, log)
        finally:
            os.killpg(process.pid, 9)
            process.wait()


def invoke(port, event, log):
    """What it answers, and what it has printed so far."""
    deadline = time.monotonic() + PATIENCE
    while True:
        connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
        try:
            connection.request("POST", "/2015-03-31/functions/function/invocations", json.dumps(event))
            answer = json.loads(connection.getresponse().read())
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            log.seek(0)
            return answer, log.read()
        finally:
            connection.close()


def test_the_artifact_alone_carries_a_change_to_its_event_and_parks_what_it_must_refuse(sandbox, cloud):
    broken = {name: value for name, value in ORDER.items() if name != "placedAt"}
    with function(sandbox, cloud) as invoked:
        answer, _ = invoked({"Records": [record("1", ORDER), record("2", broken)]})
        again, printed = invoked({"Records": [record("1", ORDER)]})
    assert (answer, again) == ({"batchItemFailures": []}, {"batchItemFailures": []})
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    relayed = [line for line in lines if line.get("message") == "batch relayed"]
    assert [(each["records"], each["parked"], each["duplicates"]) for each in relayed] == [(2, 1, 0), (1, 0, 2)]
    assert [sum(row["count"] for row in each["delivered"]) for each in relayed] == [2, 0]
    assert len(cloud.client("s3").list_objects_v2(Bucket=SETTINGS["QUARANTINE_BUCKET"])["Contents"]) == 1


def test_a_variable_that_is_not_set_is_said_by_its_name_before_any_batch_is_held(sandbox, cloud):
    with function(sandbox, cloud, DOMAIN_BUS="") as invoked:
        answer, printed = invoked({"Records": []})
    assert "C020 the environment variable 'DOMAIN_BUS' is not set" in answer["errorMessage"] + printed
