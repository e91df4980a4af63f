"""How long `schemas check` takes: 300 schemas, each against five released versions that all differ.

    python benchmarks/compat.py [RUNS]

The schemas are the sample's, copied under new names; each release adds an optional property, and the last state of
every tenth schema breaks. Prints the median of the runs of the whole command, start-up included: time on the clock, and
of a processor.
"""

import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from bridge.cli.schemas.sides import read_here
from bridge.releases import add, plan, released

ROOT = Path(__file__).parents[1]
SCHEMAS, RELEASES = 300, 5
COMMAND = [sys.executable, "-c", "from bridge.cli import main; main()", "schemas", "check", "--format", "json"]


def project(folder: Path) -> None:
    """A project without rules, with the schemas and their releases."""
    shutil.copytree(ROOT / "schemas/common", folder / "schemas/common")
    shutil.copy(ROOT / "bridge.yaml", folder)
    (folder / "rules").mkdir()
    events = [path for path in sorted((ROOT / "schemas").glob("*/*.v1.json")) if "item" not in path.name]
    for number, path in enumerate(islice(cycle(events), SCHEMAS)):
        schema = json.loads(path.read_text())
        name = f"{path.parent.name}/{path.name.replace('.v1', f'-{number}.v1')}"
        schema["$id"] = f"https://schemas.example.com/shop/{name}"
        target = folder / "schemas" / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(schema, indent=2))
    for release in range(1, RELEASES + 1):
        here = read_here(folder)
        for each in plan(here.side, released(here.schemas, "schemas"), f"2026-01-0{release}"):
            add(here.schemas, each)
        change(folder, release)


def change(folder: Path, release: int) -> None:
    for number, path in enumerate(sorted((folder / "schemas").glob("*/*.v1.json"))):
        schema = json.loads(path.read_text())
        schema["properties"][f"added{release}"] = {"type": "string", "maxLength": 10 * release, "description": "New."}
        if release == RELEASES and number % 10 == 0:
            schema["required"].append(f"added{release}")
        path.write_text(json.dumps(schema, indent=2))


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        project(folder)
        taken, busy = [], []
        for _ in range(runs):
            start, before = time.perf_counter(), _processor()
            ran = subprocess.run(COMMAND, cwd=folder, capture_output=True, check=False)
            taken.append(time.perf_counter() - start)
            busy.append(_processor() - before)
        verdicts = json.loads(ran.stdout)["verdicts"]
    comparisons = sum(len(verdict["comparisons"]) for verdict in verdicts)
    breaking = sum(verdict["replay-safe"] == "breaks" for verdict in verdicts)
    print(f"{len(verdicts)} schemas, {comparisons} comparisons, {breaking} that break")
    print(f"median of {runs}: {statistics.median(taken):.2f} s (from {min(taken):.2f} to {max(taken):.2f})")
    print(f"of one processor: {statistics.median(busy):.2f} s")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
