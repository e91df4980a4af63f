"""What all tests share: laws are checked without a stopwatch, for a busy machine is no counterexample.

In CI the same inputs are drawn each time, so that a change is judged by what it changed; elsewhere they are new ones.
"""

import os

from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("project")
