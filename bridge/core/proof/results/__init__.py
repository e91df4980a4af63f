"""What each function makes of what it is given, as shapes: the second half of the table of functions."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bridge.core.proof.calls import Result
from bridge.core.proof.results import arrays, choices, division, matching, moments, numeric, textual

#: By the function's name. A function that is not here gives what its entry in the table of functions declares.
RESULTS: Final[Mapping[str, Result]] = MappingProxyType(
    {
        name: result
        for module in (numeric, division, textual, matching, moments, arrays, choices)
        for name, result in module.RESULTS.items()
    }
)
