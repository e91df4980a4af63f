"""Runs lint on a project, then says on stderr what it took: seconds of CPU, KB at the peak, exit code."""

import json
import resource
import sys

from bridge.cli import main

folder, form = sys.argv[1:]
try:
    main(["lint", "--project", folder, "--format", form])
except SystemExit as stop:
    status = stop.code
used = resource.getrusage(resource.RUSAGE_SELF)
print(file=sys.stderr)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss, status]), file=sys.stderr)
