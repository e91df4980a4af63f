"""AWS's JSON protocols, as EventBridge (1.1) and DynamoDB (1.0) speak them: a call's body, and its answer."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from bridge.aws.believed import told
from bridge.aws.connection import Answer
from bridge.aws.failure import ErrorAnswer
from bridge.aws.route import Service


def headers(service: Service, operation: str) -> list[tuple[str, str]]:
    """The headers that boto3 would send."""
    return [
        ("x-amz-target", f"{service.target}.{operation}"),
        ("content-type", f"application/x-amz-json-{service.version}"),
    ]


def body(_service: Service, _operation: str, request: Mapping[str, Any]) -> bytes:
    """The body that boto3 would send, but for spaces in it."""
    return orjson.dumps(request, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


def read(operation: str, answer: Answer) -> dict[str, Any]:
    """What boto3 would give, without its metadata. Raises `ErrorAnswer`, and `Unanswered` for what is no answer."""
    if answer.status < 300:
        said = told(operation, answer.headers, answer.body)
        return _with_binary(said) if b'"B' in answer.body else said
    try:
        error = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        error = {"message": answer.body.decode(errors="replace")}
    said = error if isinstance(error, dict) else {}
    raise ErrorAnswer(_code(answer, said), answer.status, said.get("message", said.get("Message", "")))


def _plain(value: object) -> object:
    """Binary as base64, times as seconds since the epoch."""
    if isinstance(value, datetime):
        return value.timestamp() if value.microsecond else int(value.timestamp())
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    raise TypeError


def _code(answer: Answer, said: Mapping[str, Any]) -> str:
    """As botocore's parser of JSON reads it."""
    code = str(said.get("__type") or answer.status).split(":")[0].rpartition("#")[2]
    older = answer.headers.get("x-amzn-query-error", "").split(";")
    return older[0] if len(older) == 2 and older[0] else code


def _with_binary(value: Any) -> Any:
    """The same, DynamoDB's binary values decoded: only under their names, `B` and `BS`, stands text."""
    if isinstance(value, list):
        return [_with_binary(each) for each in value]
    if not isinstance(value, dict):
        return value
    ((name, said),) = value.items() if len(value) == 1 else (("", None),)
    if name == "B" and isinstance(said, str):
        return {"B": base64.b64decode(said)}
    if name == "BS" and isinstance(said, list) and all(isinstance(each, str) for each in said):
        return {"BS": [base64.b64decode(each) for each in said]}
    return {name: _with_binary(each) for name, each in value.items()}
