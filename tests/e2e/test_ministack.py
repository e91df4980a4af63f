"""The embedded AWS always stops again, is for this machine alone, and knows nothing of the user's AWS."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from bridge.errors import Unavailable
from bridge.local.ministack import INTERPRETER, ministack

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]

#: Starts it, says where it is, and waits.
HOLDER = textwrap.dedent("""
    import sys, time
    from pathlib import Path
    from bridge.local.ministack import ministack
    with ministack(Path(sys.argv[1])) as cloud:
        cloud.client("dynamodb").list_tables()
        print(cloud.process, cloud.log.parent, flush=True)
        time.sleep(60)
""")


def alive(process: int) -> bool:
    try:
        os.killpg(process, 0)
    except ProcessLookupError:
        return False
    return True


def gone(process: int, folder: Path) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not alive(process) and not folder.exists():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, -2), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_it_stops_and_cleans_up_when_its_owner_is_ended(sent, code):
    command = [sys.executable, "-c", HOLDER, ROOT / INTERPRETER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as holder:
        process, folder = holder.stdout.readline().split()
        assert alive(int(process))
        holder.send_signal(sent)
        assert holder.wait(10) in {code, 130 if sent == signal.SIGINT else code}
    assert gone(int(process), Path(folder))


def test_it_stops_and_cleans_up_on_an_exception():
    with pytest.raises(RuntimeError, match="ours"), ministack(ROOT / INTERPRETER) as cloud:
        raise RuntimeError("ours")
    assert gone(cloud.process, cloud.log.parent)


def test_it_listens_on_loopback_alone():
    with ministack(ROOT / INTERPRETER) as cloud:
        cloud.client("sqs").list_queues()
        assert listening_addresses(cloud.process) == {"127.0.0.1"}


def test_neither_the_users_aws_nor_their_proxy_reaches_it(monkeypatch, tmp_path):
    config = tmp_path / "config"
    config.write_text("[[[not a configuration")
    elsewhere = "http://127.0.0.1:9"
    theirs = {
        "AWS_PROFILE": "nowhere",
        "AWS_CONFIG_FILE": str(config),
        "AWS_ENDPOINT_URL": elsewhere,
        "AWS_ENDPOINT_URL_DYNAMODB": elsewhere,
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_REGION": "eu-west-1",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_CA_BUNDLE": "/nowhere",
        "HTTP_PROXY": elsewhere,
        "AUTH": "true",
    }
    for name, value in theirs.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    with ministack(ROOT / INTERPRETER) as cloud:
        assert cloud.client("sts").get_caller_identity()["Account"] == "000000000000"
        assert cloud.client("dynamodb").list_tables()["TableNames"] == []
        assert dict(os.environ) == before
        environment = Path(f"/proc/{cloud.process}/environ")
        if environment.exists():
            assert b"AKIAREAL" not in environment.read_bytes()


def test_a_missing_environment_is_a_problem_with_its_fix(tmp_path):
    with pytest.raises(Unavailable) as raised, ministack(tmp_path / "python"):
        pass
    assert str(raised.value) == (
        f"E001 the embedded AWS is not installed: there is no {tmp_path / 'python'}\n"
        "    fix: run `make setup` in the project's folder, which makes the environment that ministack runs in"
    )


def test_an_environment_without_ministack_is_a_problem_that_quotes_it(tmp_path):
    interpreter = tmp_path / "python"
    interpreter.write_text("#!/bin/sh\necho 'No module named ministack'\nexit 1\n")
    interpreter.chmod(0o755)
    with pytest.raises(Unavailable) as raised, ministack(interpreter):
        pass
    (problem,) = raised.value.problems
    assert problem.code == "E002"
    assert problem.what.endswith("it last said: No module named ministack")
    assert problem.fix == "run `make clean setup`, then try again"


def listening_addresses(group: int) -> set[str]:
    """The addresses on which the processes of a group listen, as the kernel has them."""
    if not Path("/proc/net/tcp").exists():
        pytest.fail("this test reads Linux's /proc")
    inodes = {inode for pid in pids(group) for inode in sockets(pid)}
    lines = [
        line.split() for table in ("tcp", "tcp6") for line in Path("/proc/net", table).read_text().splitlines()[1:]
    ]
    listening = [fields[1].rsplit(":", 1)[0] for fields in lines if fields[3] == "0A" and fields[9] in inodes]
    return {".".join(str(byte) for byte in reversed(bytes.fromhex(address))) for address in listening}


def pids(group: int) -> list[Path]:
    processes = [path for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [path for path in processes if (path / "stat").read_text().rsplit(")", 1)[1].split()[2] == str(group)]


def sockets(process: Path) -> list[str]:
    links = [str(link.readlink()) for link in (process / "fd").iterdir()]
    return [link.removeprefix("socket:[").removesuffix("]") for link in links if link.startswith("socket:")]
