"""Whether an answer with status 200 is one of DynamoDB's, and not the page of whoever stands between.

A write is answered by `{}`: so what is believed must be JSON, an object, of the form that the operation has, and what
the checksum says where there is one (DynamoDB developer guide, "Response header fields": x-amz-crc32).
"""

import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import orjson

from bridge.aws.failure import NO_ANSWER, Unanswered

#: What an operation's answer may have (botocore 1.44.5, dynamodb). The first must be there, unless it is "".
_HAS: Final = {
    "BatchGetItem": ("Responses", "UnprocessedKeys", "ConsumedCapacity"),
    "UpdateItem": ("", "Attributes", "ConsumedCapacity", "ItemCollectionMetrics"),
}


def told(operation: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """What an answer says yes with. Raises `Unanswered` where that is nothing of what was asked.

    `headers` by small letters.
    """
    checksum = headers.get("x-amz-crc32")
    if checksum is None or checksum == str(zlib.crc32(body)):
        with suppress(orjson.JSONDecodeError):
            said = orjson.loads(body)
            if isinstance(said, dict) and _is_formed(operation, said):
                return said
    raise Unanswered(NO_ANSWER.code)


def _is_formed(operation: str, said: Mapping[str, Any]) -> bool:
    must, *may = _HAS.get(operation, ("",))
    if must:
        return must in said
    return not (said and may) or not said.keys().isdisjoint(may)


def believe(client: Any) -> None:
    """Let a client of boto3's that speaks JSON take no other answer for a yes."""

    def hear(http_response: Any, model: Any, **_: Any) -> None:
        if http_response.status_code < 300:
            headers = {name.lower(): value for name, value in http_response.headers.items()}
            told(model.name, headers, http_response.content)

    client.meta.events.register("after-call", hear)
