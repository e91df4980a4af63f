"""What things are called in code that is made from schemas."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Za-z0-9]+")
_ENDING = re.compile(r"\.json$")


def class_name(text: str) -> str:
    """`OrderPlaced` for `Order placed`; empty where nothing is left."""
    name = "".join(word[0].upper() + word[1:] for word in _WORD.findall(text))
    return f"_{name}" if name[:1].isdigit() else name


def module_name(schema: str) -> str:
    """`order_placed_v1` for `order/placed.v1.json`: a word of Python that is no keyword, for none has an underscore."""
    name = "_".join(_WORD.findall(_ENDING.sub("", schema))).lower()
    return f"schema_{name}" if "_" not in name or name[:1].isdigit() else name


def module_names(schemas: Iterable[str]) -> dict[str, str]:
    """A module for each schema, none twice."""
    found: dict[str, str] = {}
    for schema in schemas:
        name, number = module_name(schema), 2
        while name in found.values():
            name, number = f"{module_name(schema)}_{number}", number + 1
        found[schema] = name
    return found
