"""One pipeline in a process of its own, run as Lambda's runtime runs it.

    python -m benchmarks.worker benchmarks.pipelines.floor:handle

Each line of its input names a file with an event: its JSON is read, the handler called, the answer written as JSON.
The first line of its output tells what init took, and each other what an event took. The garbage collector is
as the pipeline leaves it.
"""

import json
import os
import sys
import time
from pathlib import Path

began = time.process_time()  # bare Python, and this


class Context:
    """What handlers use of Lambda's."""

    function_name, function_version, memory_limit_in_mb = "bench", "$LATEST", 1769
    invoked_function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:bench"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def __init__(self):
        self.until = time.monotonic() + 900

    def get_remaining_time_in_millis(self):
        return int(1000 * (self.until - time.monotonic()))


def main(handler):
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # logs and metrics are written, and nobody reads them
    module, _, name = handler.partition(":")
    handle = getattr(__import__(module, fromlist=[name]), name)
    print(json.dumps({"init": time.process_time() - began}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(run(handle, Path(line.strip()).read_bytes())), file=answers, flush=True)


def run(handle, body):
    """CPU seconds (user and system, all threads) of the runtime's part and of the handler, wall seconds, peak bytes.

    The runtime reads the event and in the end lets go of it.
    """
    wall, start = time.perf_counter(), time.process_time()
    event = json.loads(body)
    parsed = time.process_time()
    answer = json.dumps(handle(event, Context()))
    handled = time.process_time()
    del event
    done, wall = time.process_time(), time.perf_counter() - wall
    runtime, handler = parsed - start + done - handled, handled - parsed
    return {"runtime": runtime, "handler": handler, "wall": wall, "peak": peak(), "answer": answer}


def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(sys.argv[1])
