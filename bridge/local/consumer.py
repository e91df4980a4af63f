"""A subscriber's own opinion of an event's data: `jsonschema` with the project's published schemas."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from referencing import Registry, Resource


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
