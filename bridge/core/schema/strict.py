"""How every schema is compiled."""

from typing import Any

from jsonschema_rs import RegexOptions

#: Formats are asserted and unknown ones refused, regexes take linear time, nothing is fetched, and no value gets into a
#: message.
STRICT: dict[str, Any] = {
    "validate_formats": True,
    "ignore_unknown_formats": False,
    "pattern_options": RegexOptions(),
    "offline": True,
    "mask": "...",
}
