"""Writes a schema in its simplest form: what it joins, chooses and forbids worked out as far as that can be."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from jsonschema_rs import Draft202012, RegexOptions, ValidationError, canonicalize
from jsonschema_rs.canonical import CanonicalizationError

from bridge.core.plain import to_exact
from bridge.core.wire import canonical_json, read_json
from bridge.errors import UndecodableRecord

_HOW: Final[dict[str, Any]] = {
    "draft": Draft202012,
    "validate_formats": True,
    "pattern_options": RegexOptions(),
    "offline": True,
}
#: Schemas that are remembered: many rules ask the same of the same item.
_REMEMBERED: Final = 2_048


def simplified(schema: Mapping[str, Any] | bool) -> Any:
    """A schema of the same values: mostly `anyOf` of one type each, `false` where nothing is allowed.

    Formats count. Raises `ValueError` where the library does not model the schema.
    """
    return simplified_text(canonical_json(schema))


@lru_cache(maxsize=_REMEMBERED)
def simplified_text(text: bytes) -> Any:
    """The same of a schema that is written already, as canonical JSON."""
    try:
        simple = to_exact(canonicalize(read_json(text), **_HOW).to_json_schema())
    except (ValidationError, CanonicalizationError, UndecodableRecord) as error:
        raise ValueError(str(error)) from None
    simple.pop("$schema", None)
    return False if simple == {"not": {}} else simple
