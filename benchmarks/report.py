"""benchmarks/RESULTS.md and what `make bench` prints, out of one run."""

import json
import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path
from statistics import fmean

from benchmarks.everything import BATCHES, FULL, RECORDS, RULES, SCALES
from benchmarks.marks import MB, marks
from benchmarks.measure import median, ratio
from benchmarks.work import HERE, PIPELINES

PACKAGES = (
    *("aws-lambda-powertools", "boto3", "cloudevents", "jsonschema"),
    *("changebridge", "jsonschema-rs", "orjson"),
)
NAMES = {
    "one": "Powertools, an entry a call",
    "ten": "Powertools, ten entries a call",
    "node": "aws-lambda-stream, no dedup",
    "bridge": "**Changebridge**",
    "floor": "the floor, neither validated nor deduplicated",
}


def table(head, rows, align=""):
    """Markdown. The first column is text, and the others as `align` says: figures by default."""
    lines = [head, ["---", *(align or ["--:"] * (len(head) - 1))], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def marks_table(results):
    return table(["", "at most", "reached", ""], [mark.row() for mark in marks(results)], ["--:", "--:", "---"])


def report(results):
    parts = (_marks, _pipelines, _many, _stages, _init, _memory, _growth, _ledger, _artifact, _machine)
    return "\n\n".join(["# How fast, how small, how cheap", *(part(results) for part in parts)]) + "\n"


def _marks(results):
    return f"""Written by `make bench`, in one run. Absolute times are one machine's: read the ratios.
How it is measured, and what each pipeline is: [README.md](README.md).

{marks_table(results)}

![CPU per record, and the wall of a batch, of every pipeline](results.svg)"""


def _pipelines(results):
    head = ["1,000 records", "µs of CPU a record", "runtime", "handler", "÷ floor", "ms at 0 ms", "ms at 10 ms"]
    calm = [_micros(results.sizes[1], name) for name in ("bridge", "floor")]
    return f"""## The whole pipeline

{table(head, [_pipeline(results, name) for name in results.every[0]])}

The bridge and the floor in rounds by themselves take {calm[0]} and {calm[1]} µs a record; the median of their ratios
is {ratio(results.sizes[1], "bridge", "floor", "total"):.2f}.

CPU is that of the process, user and system, of all its threads.
`runtime` is the reading of the event's JSON, which Lambda's runtime does, and its release; the handler does the rest.
The last two columns are the wall of the batch, where each call of AWS takes so long."""


def _pipeline(results, name):
    cpu = [f"{median(results.every, name, figure) * 1e6:,.0f}" for figure in ("total", "runtime", "handler")]
    wall = [f"{median(rounds, name, 'wall') * 1e3:,.0f}" for rounds in (results.every, _late(results, name))]
    return [NAMES[name], *cpu, f"{ratio(results.every, name, 'floor', 'total'):.2f}", *wall]


def _late(results, name):
    return results.late if name in results.late[0] else results.slow_late


def _many(results):
    rows = [[NAMES[name], *_together(results.every, name), _wall(results.late, name)] for name in results.every[0]]
    return f"""10,000 records, as ten batches of one process:

{table(["", "s of CPU", "wall, s, at 0 ms", "at 10 ms"], rows)}"""


def _together(rounds, name):
    return f"{sum(1000 * each[name].total for each in rounds):,.2f}", _wall(rounds, name)


def _wall(rounds, name):
    return f"{sum(each[name].wall for each in rounds):,.1f}" if name in rounds[0] else "minutes: not run"


def _stages(results):
    whole = sum(results.stages.values())
    rows = [[name, f"{took * 1e6:.1f}", f"{took / whole:.0%}"] for name, took in results.stages.items()]
    return f"""## Where the bridge's handler spends it

{table(["stage", "µs of CPU a record", "share"], rows)}

With a clock around each stage (`benchmarks/stages.py`), which slows them: read the shares.
`relay` is all that lies between the stages."""


def _init(results):
    names = {**NAMES, "boto3": "`import boto3` and one client"}
    rows = [[names[name], *_start(results.starts, name)] for name in results.starts[0]]
    return f"## Init\n\n{table(['ms of CPU', 'init', 'with the first event, of one record'], rows)}"


def _start(starts, name):
    figures = ("init",) if name == "boto3" else ("init", "both")
    told = [f"{median(starts, name, figure) * 1e3:,.0f}" for figure in figures]
    return (*told, "")[:2]


def _memory(results):
    head = ["MB, the highest of the process", "3 batches of 1,000", "20", "an event of 6 MB alone", "after the 20"]
    rows = [
        [NAMES[name], *(f"{each / MB:.0f}" for each in (peaks.young, peaks.old, peaks.young_full, peaks.old_full))]
        for name, peaks in results.peaks.items()
    ]
    return f"""## Memory

{table(head, rows)}

An event of 6 MB has {FULL:,} records.
What batches leave behind lies scattered, so that a process grows for some twenty of them, and then no more."""


def _growth(results):
    records = [[f"{count:,}", _micros(results.records, count)] for count in RECORDS]
    batches = [
        [said, f"{fmean(each[count].total for each in results.batches) * 1e6:,.1f}"]
        for count, said in ((1, "the second to the fourth"), (BATCHES, f"the first {BATCHES}"))
    ]
    rules = [[count, _micros(results.rules, count)] for count in RULES]
    sizes = [
        [f"{scale} to {2 * scale} KB", *(_micros(results.sizes[scale], name) for name in ("bridge", "floor"))]
        for scale in SCALES
    ]
    return f"""## Growth

µs of CPU a record, all in.

{table(["records in an event", "bridge"], records)}

{table(["batches of 1,000 of a process, means", "bridge"], batches)}

{table(["rules", "bridge"], rules)}

{table(["an image", "bridge", "floor"], sizes)}"""


def _micros(rounds, name):
    return f"{median(rounds, name, 'total') * 1e6:,.1f}"


def _ledger(results):
    head = [
        "changes of one second",
        "read units a record",
        "write units a record",
        "calls of a batch",
        "largest item, bytes",
    ]
    rows = [
        ["10 batches of 1,000", *_charged(results.thousands, 1000)],
        ["10 batches of 100", *_charged(results.hundreds, 100)],
        ["Powertools, 1,000", *_charged([results.every[0]["one"]], 1000)],
    ]
    return f"## The ledger\n\n{table(head, rows)}\n\nUnits as DynamoDB charges them, by the sizes of the items."


def _charged(samples, records):
    count = records * len(samples)
    calls = ", ".join(f"{number} {name}" for name, number in samples[-1].calls.items() if name != "PutEvents")
    units = [f"{sum(getattr(each, name) for each in samples) / count:.3f}" for name in ("read_units", "write_units")]
    return [*units, calls, f"{max(each.largest for each in samples):,}"]


def _artifact(results):
    made = {name: told for name, told in results.artifacts.items() if told}
    if not made:
        return "## The artifact\n\nIts dependencies could not be had here, so that it was not built."
    weights = [{part["name"]: part for part in [*told["parts"], {"name": "all", **told}]} for told in made.values()]
    rows = [
        [name, *(f"{each[name][size] / MB:.2f}" for each in weights for size in ("zipped", "unpacked"))]
        for name in weights[0]
    ]
    compiled = "" if "bytecode" in weights[0] else ", without bytecode, since no such interpreter is here to make it"
    return f"""## The artifact

{table(["MB", *(f"{name}, {size}" for name in made for size in ("zipped", "unpacked"))], rows)}

`changebridge build` for python3.13{compiled}; boto3 is the runtime's own."""


def _machine(_):
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    peer = json.loads((HERE / "node" / "package.json").read_text())["dependencies"]["aws-lambda-stream"]
    return f"""## The machine

{_cpu()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}.
{_busy(os.getloadavg()[1], os.cpu_count())}
Python {platform.python_version()}; {packages}.
{_node()}; aws-lambda-stream {peer}."""


def _busy(load, cores):
    """A process that is often put aside finds its caches cold: whoever waits most for answers pays most."""
    said = f"Load when it was done: {load:.1f}."
    if load <= cores + 1:
        return said
    return (
        f"{said} Others were at work: that makes many small calls dearer than few large ones. Run it again when idle."
    )


def _cpu():
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return found[1].strip() if found else "a CPU without a name"


def _node():
    if not PIPELINES["node"].there():
        return "Without Node or its packages aws-lambda-stream was left out"
    return "Node " + subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
