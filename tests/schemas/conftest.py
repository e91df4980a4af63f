"""The small project of the command line's tests, and its runner."""

from tests.cli.conftest import project, run  # noqa: F401
