"""Modules compiled for the function: a sandbox cannot keep what it compiles, so that each cold start would do it again.

Only an interpreter of the runtime's own minor version can compile for it. The files are marked as never to be looked
at again ("unchecked hash", PEP 552), so that neither dates nor sources decide whether they count.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

#: Where Lambda unpacks a function: what tracebacks name.
TASK_ROOT = "/var/task"
_COMPILE = """
import compileall, py_compile, sys
folder, root = sys.argv[1:]
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
compileall.compile_dir(folder, quiet=2, stripdir=folder, prependdir=root, invalidation_mode=mode)
"""


def interpreter_of(runtime: str) -> str:
    """An interpreter of the runtime's version on this machine; empty where there is none that starts."""
    own = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = sys.executable if own == runtime else shutil.which(runtime)
    return found if found and _run(found, "-c", "").returncode == 0 else ""


def compiled(sources: Mapping[str, bytes], interpreter: str) -> dict[str, bytes]:
    """The modules among the files, compiled, under the names by which Python looks for them."""
    with tempfile.TemporaryDirectory(prefix="changebridge-compile-") as folder:
        for name, data in sources.items():
            if name.endswith(".py"):
                (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / name).write_bytes(data)
        _run(interpreter, "-c", _COMPILE, folder, TASK_ROOT)
        return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(Path(folder).rglob("*.pyc"))}


def _run(interpreter: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    # One seed for hashes: the order of sets reaches the bytes.
    command = [interpreter, "-S", "-B", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONHASHSEED": "0"})  # noqa: S603 -- an interpreter of this machine
