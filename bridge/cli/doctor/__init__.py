"""`changebridge doctor`: is what is deployed, or about to be, as the project needs it?"""

from bridge.cli.doctor.command import app

__all__ = ["app"]
