"""What Lambda discarded, in the bucket of the mapping's on-failure destination: one JSON document for each batch.

Lambda names them `aws/lambda/<mapping>/<shard>/2026/11/20/2026-11-20T09.30.00-<uuid>`, by when it discarded them
(AWS Lambda developer guide, "Retain discarded records for a DynamoDB event source"). What else lies in the bucket is
left alone.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.aws.bucket import Bucket
from bridge.aws.clients import Clients
from bridge.frozen import frozen
from bridge.ports import Clock, Discarded

PREFIX = "aws/lambda/"
_TIME = re.compile(r"/(\d{4}-\d\d-\d\dT\d\d)\.(\d\d)\.(\d\d)-[^/]*$")


@frozen
class S3Discards:
    """Implements `ports.Discards`."""

    bucket: str
    clients: Clients
    clock: Clock

    @property
    def _there(self) -> Bucket:
        return Bucket(self.bucket, "the on-failure destination", self.clients, self.clock)

    def place(self, key: str = "") -> str:
        """The URI of one, or of the bucket."""
        return self._there.place(key)

    def batches(self) -> Sequence[Discarded]:
        """All of them, oldest first. Raises `StoreUnavailable`."""
        return sorted(map(discarded, self._there.entries(PREFIX)), key=lambda each: (each.at, each.key))

    def document(self, key: str) -> bytes:
        """The object as it lies there. Raises `StoreUnavailable`, and `KeyError` where there is none."""
        return self._there.read(key)

    def drop(self, key: str) -> None:
        """Forget one. Raises `StoreUnavailable`."""
        self._there.delete(key)


def discarded(entry: Mapping[str, Any]) -> Discarded:
    """One, as S3 lists it."""
    return Discarded(entry["Key"], _at(entry), entry["Size"])


def _at(entry: Mapping[str, Any]) -> str:
    """When Lambda discarded it, by its name; of another name, when it was written."""
    named = _TIME.search(entry["Key"])
    return ":".join(named.groups()) if named else f"{entry['LastModified']:%Y-%m-%dT%H:%M:%S}"
