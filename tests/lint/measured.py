"""Runs lint on a project, then says on stderr what it took: seconds of CPU, KB at the peak, exit code."""

import json
import re
import resource
import sys
from pathlib import Path

from bridge.cli import main

folder, form = sys.argv[1:]
try:
    main(["lint", "--project", folder, "--format", form])
except SystemExit as stop:
    status = stop.code
used = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss: that begins with what the process that started this one held.
peak = int(re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)[1])
print(file=sys.stderr)
print(json.dumps([used.ru_utime + used.ru_stime, peak, status]), file=sys.stderr)
