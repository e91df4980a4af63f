"""What all tests share: laws are checked without a stopwatch, for a busy machine is no counterexample."""

from hypothesis import settings

settings.register_profile("project", deadline=None)
settings.load_profile("project")
