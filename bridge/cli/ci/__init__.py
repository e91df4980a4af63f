"""`changebridge ci`: everything that a change of rules or schemas must pass, in one go."""

from bridge.cli.ci.command import app

__all__ = ["app"]
