"""A story's writes, as DynamoDB takes them."""

from typing import Any

from boto3.dynamodb.types import TypeSerializer

from bridge.local.deployment import Deployment
from bridge.local.shop import TABLE
from bridge.local.story import Write

_SERIALIZE = TypeSerializer().serialize


def write(shop: Deployment, writes: tuple[Write, ...]) -> None:
    """Write them: together as one transaction where there are several."""
    client = shop.cloud.client("dynamodb")
    kinds = {"put": "Put", "update": "Update", "delete": "Delete"}
    if len(writes) > 1:
        client.transact_write_items(TransactItems=[{kinds[each.does]: _request(each)} for each in writes])
        return
    calls = {"put": client.put_item, "update": client.update_item, "delete": client.delete_item}
    for only in writes:
        calls[only.does](**_request(only))


def _request(write: Write) -> dict[str, Any]:
    if write.does == "put":
        return {"TableName": TABLE, "Item": _typed(write.key | dict(write.attributes))}
    named = {"TableName": TABLE, "Key": _typed(write.key)}
    return named | (_assignments(write) if write.does == "update" else {})


def _assignments(write: Write) -> dict[str, Any]:
    numbered = list(enumerate(write.attributes.items()))
    return {
        "UpdateExpression": "SET " + ", ".join(f"#n{index} = :v{index}" for index, _ in numbered),
        "ExpressionAttributeNames": {f"#n{index}": name for index, (name, _) in numbered},
        "ExpressionAttributeValues": {f":v{index}": _SERIALIZE(value) for index, (_, value) in numbered},
    }


def _typed(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: _SERIALIZE(value) for name, value in attributes.items()}
