"""The subscribers' own opinions of what they get.

Most validate an event's data with `jsonschema` and the project's published schemas, which is not what the bridge
validates with. Billing is a whole consumer: the example that is built on `bridge.subscriber`.
"""

import importlib.util
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

#: The example, in the sample's folder.
APP = Path("examples") / "consumer" / "app.py"
ACCOUNTS, HANDLED = "billing-accounts", "billing-handled"

#: A Lambda function that takes what SQS delivers.
Function = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def consumer(folder: Path) -> Callable[[str | None, Any], Sequence[str]]:
    """What is wrong with data by the schema of this `$id`; schemas are all JSON files below the folder."""
    documents = [json.loads(path.read_bytes()) for path in sorted(folder.rglob("*.json"))]
    resources: list[Resource[Any]] = [Resource.from_contents(document) for document in documents]
    registry: Registry[Any] = resources @ Registry()
    schemas = {document["$id"]: document for document in documents}

    def faults(dataschema: str | None, data: Any) -> list[str]:
        if dataschema not in schemas:
            return [f"there is no schema {dataschema}"]
        validator = Draft202012Validator(schemas[dataschema], registry=registry)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(data)]

    return faults


def billing(folder: Path, dynamodb: Any) -> Function:
    """The example's own handler over these tables of its own, as Lambda would call it."""
    for table, key in ((ACCOUNTS, "orderId"), (HANDLED, "id")):
        dynamodb.create_table(
            TableName=table,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
    handled = DynamoDBPersistenceLayer(HANDLED, boto3_client=dynamodb)
    app = _example(folder / APP).Billing(dynamodb, ACCOUNTS, handled)
    return lambda event: app.handle(event, _Context())


class _Context:
    """Of Lambda's context, what a consumer needs."""

    def get_remaining_time_in_millis(self) -> int:
        """A Lambda function's usual time."""
        return 30_000


def _example(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("billing", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
