"""The table's stream as a consumer of its own, and the stream's records in the shape that Lambda gives them."""

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.local.deployment import Deployment

#: Seconds until a change must be on the stream: ministack writes both at once.
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Tape:
    """Reads the stream from its beginning. ministack's streams have one shard that never ends."""

    shop: Deployment
    _next: list[str] = field(default_factory=list)  #: the next shard iterator, once there is one

    def read(self, count: int) -> list[dict[str, Any]]:
        """The next records as Lambda would give them: `count` of them, or what came in time."""
        deadline, found = time.monotonic() + _PATIENCE, list[dict[str, Any]]()
        while len(found) < count and time.monotonic() < deadline:
            found += self._page(count - len(found))
        return found

    def _page(self, limit: int) -> list[dict[str, Any]]:
        client = self.shop.cloud.client("dynamodbstreams")
        if not self._next:
            shard = client.describe_stream(StreamArn=self.shop.stream)["StreamDescription"]["Shards"][0]["ShardId"]
            start = {"StreamArn": self.shop.stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
            self._next.append(client.get_shard_iterator(**start)["ShardIterator"])
        answer = client.get_records(ShardIterator=self._next[0], Limit=limit)
        self._next[0] = answer["NextShardIterator"]
        return [as_lambda_gives(record, self.shop.stream) for record in answer["Records"]]


def as_lambda_gives(record: Mapping[str, Any], stream: str) -> dict[str, Any]:
    """A record of GetRecords as the event source mapping passes it on.

    It gains the stream's ARN; binary becomes base64, the time epoch seconds, `userIdentity` lower camel case.
    """
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = int(change["ApproximateCreationDateTime"].timestamp())
    shaped = {name: record[name] for name in ("eventID", "eventName", "eventVersion", "eventSource", "awsRegion")}
    shaped |= {"dynamodb": _json(change), "eventSourceARN": stream}
    if "userIdentity" in record:
        identity = record["userIdentity"]
        shaped["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    return shaped


def expired(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The record that DynamoDB would write if the item that this record inserted expired now, under this eventID."""
    inserted = record["dynamodb"]
    change = {
        "ApproximateCreationDateTime": int(time.time()),
        "Keys": inserted["Keys"],
        "OldImage": inserted["NewImage"],
        "SequenceNumber": str(int(inserted["SequenceNumber"]) + 1).zfill(len(inserted["SequenceNumber"])),
        "SizeBytes": 1,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    service = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    return {**record, "eventID": name, "eventName": "REMOVE", "dynamodb": change, "userIdentity": service}


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _json(inner) for name, inner in value.items()}
    if isinstance(value, list | set | tuple):
        return [_json(inner) for inner in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
