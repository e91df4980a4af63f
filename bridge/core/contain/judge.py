"""Tells by validators of both schemas whether a value is allowed by the writer and refused by the reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import RegexOptions, ValidationError, Validator, validator_for

_HOW: dict[str, Any] = {"validate_formats": True, "pattern_options": RegexOptions(), "offline": True}


@dataclass(frozen=True, slots=True)
class Judge:
    """Both schemas, compiled."""

    reader: Validator
    writer: Validator

    @staticmethod
    def of(reader: Mapping[str, Any], writer: Mapping[str, Any]) -> "Judge | None":
        """None where one of them cannot be compiled."""
        try:
            return Judge(compiled(reader), compiled(writer))
        except (ValidationError, ValueError):
            return None

    def breaks(self, value: Any) -> bool:
        """Whether the writer allows what the reader refuses."""
        try:
            return self.writer.is_valid(value) and not self.reader.is_valid(value)
        except ValueError:  # half a surrogate pair, or deeper than it can go
            return False


def compiled(schema: Mapping[str, Any]) -> Validator:
    """A validator with formats asserted. Raises `ValidationError` or `ValueError`."""
    return validator_for(dict(schema), **_HOW)
