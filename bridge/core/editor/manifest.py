"""The schema of bridge.yaml."""

from collections.abc import Mapping
from typing import Any, Final

from bridge.core.editor.notation import closed
from bridge.core.fields import Field
from bridge.core.manifest import KEEPER, KEEPERS, LEDGER, ORDERS, PROJECT, TARGETS, VIEWS

_DURATION: Final = {"pattern": "^[1-9][0-9]{0,5}[smhd]$"}


def manifest_schema() -> dict[str, Any]:
    """The schema of the project file, in draft-07."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Changebridge project",
        "description": "Where rules and schemas are, where events go, what remembers and what parks.",
        **closed(PROJECT, _project()),
    }


def _project() -> Mapping[str, dict[str, Any]]:
    view = closed({"view": Field("text", "the stream's view type", required=True)}, {"view": {"enum": list(VIEWS)}})
    return {
        "tables": {"additionalProperties": view},
        "targets": {"additionalProperties": _target(), "defaultSnippets": _SNIPPETS},
        "ledger": closed(LEDGER, {"dynamodb": _inner("table", "the ledger's table name"), "keep": _DURATION}),
        **{name: closed(KEEPER, {"s3": _inner("bucket", about)}) for name, (_, about) in KEEPERS.items()},
        "order": {"enum": list(ORDERS)},
        "give_up": _DURATION,
        "secrets": {"additionalProperties": {"type": "string", "minLength": 1}},
    }


def _target() -> dict[str, Any]:
    """One bus or topic."""
    kinds = {kind: closed(fields, {"detail": {"enum": ["data"]}}) for kind, fields in TARGETS.items()}
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": kinds,
    }


def _inner(name: str, about: str) -> dict[str, Any]:
    return closed({name: Field("text", about, required=True)}, {})


_SNIPPETS: Final = [
    {
        "label": "an EventBridge bus",
        "description": "a target that takes events as `detail`",
        "body": {"${1:domain-bus}": {"eventbridge": {"bus": "\\${env:${2:DOMAIN_BUS}\\}"}}},
    },
    {
        "label": "an EventBridge custom bus (V2)",
        "description": "a target that keeps the order of each partition key",
        "body": {"${1:order-stream}": {"eventbridgev2": {"bus": "\\${env:${2:ORDER_BUS_ARN}\\}"}}},
    },
    {
        "label": "an SNS topic",
        "description": "a target that takes events as message bodies",
        "body": {"${1:order-feed}": {"sns": {"topic": "\\${env:${2:ORDER_TOPIC_ARN}\\}"}}},
    },
]
