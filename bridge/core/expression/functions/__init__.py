"""The functions of the expression language, one table: JMESPath's own and ours. All are total and pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bridge.core.expression.functions import (
    arithmetic,
    choice,
    comparing,
    containers,
    digests,
    matching,
    moments,
    official,
    texts,
)  # fmt: skip
from bridge.core.expression.functions.table import Function

_MODULES = (official, texts, matching, choice, arithmetic, moments, digests, containers, comparing)

#: Every function by its name.
FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {function.name: function for module in _MODULES for function in module.FUNCTIONS}
)
