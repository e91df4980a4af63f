"""What two schemas mention: the numbers, texts, lengths and names at which they may come to differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from bridge.core.schema.dialect import LATEST

_NUMBERS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_SIZES: Final = (
    "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains",
)  # fmt: skip
#: Longest text and list that are made: what differs only beyond is not looked for.
MAX_SIZE: Final = 4_096
#: Most of a kind that are kept.
MAX_HINTS: Final = 64

Number = int | Decimal


@dataclass(slots=True)
class Hints:
    """What the schemas mention, in the order of their mention and without repetition."""

    numbers: dict[Number, None] = field(default_factory=dict)
    sizes: dict[int, None] = field(default_factory=dict)
    texts: dict[str, None] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    formats: dict[str, None] = field(default_factory=dict)

    @staticmethod
    def of(schemas: Iterable[Mapping[str, Any]], texts: Iterable[str] = ()) -> "Hints":
        """What these schemas mention, and these texts."""
        hints = Hints(texts=dict.fromkeys(texts))
        waiting: list[Any] = list(schemas)
        while waiting:
            schema = waiting.pop()
            if isinstance(schema, dict):
                hints._note(schema)
                waiting += [inner for _, _, inner in LATEST.schemas_in(schema)]
        return hints

    def _note(self, schema: Mapping[str, Any]) -> None:
        for keyword in _NUMBERS:
            if keyword in schema and len(self.numbers) < MAX_HINTS:
                self.numbers[exact_number(schema[keyword])] = None
        for keyword in _SIZES:
            if keyword in schema and len(self.sizes) < MAX_HINTS and schema[keyword] < MAX_SIZE:
                self.sizes.update(dict.fromkeys(size for size in _around(int(schema[keyword])) if size >= 0))
        if isinstance(schema.get("format"), str):
            self.formats[schema["format"]] = None
        for value in [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]:
            self._note_value(value)
        names = [*schema.get("properties", ()), *schema.get("required", ()), *schema.get("dependentRequired", ())]
        self.names.update(dict.fromkeys(names[: MAX_HINTS * 4]))

    def _note_value(self, value: Any) -> None:
        if isinstance(value, str):
            self.texts[value] = None
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            self.numbers[exact_number(value)] = None


def exact_number(number: float | Decimal) -> Number:
    """The number without a float in it."""
    exact = Decimal(repr(number)) if isinstance(number, float) else number
    return int(exact) if exact == int(exact) else exact


def _around(size: int) -> tuple[int, int, int]:
    return size, size + 1, size - 1
