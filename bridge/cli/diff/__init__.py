"""`changebridge diff`: what a change of the rules does to recorded changes."""

from bridge.cli.diff.command import app

__all__ = ["app"]
