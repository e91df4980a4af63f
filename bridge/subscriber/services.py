"""The subscriber's own way to AWS, where it is given none: boto3's environment, made when first needed."""

from functools import cache
from typing import Any

#: Seconds for a call; where that was too short, the message comes again.
SECONDS = 4.0


def client(service: str) -> Any:
    """The process's client of a service. Raises what boto3 raises without Region or credentials."""
    return _clients().client(service, SECONDS)


@cache
def _clients() -> Any:
    from bridge.aws.clients import Clients  # noqa: PLC0415 -- importing bridge.subscriber must not need boto3

    return Clients()
