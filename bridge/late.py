"""Regular expressions that are compiled when they are first used.

One takes 0.1 to 2 ms to compile. Of the hundred that the function imports, most stand where something is wrong or
unusual, and would lengthen every cold start.
"""

import re
from typing import Any, cast


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, compiled with the first use of one of its methods."""
    return cast("re.Pattern[str]", _Late(pattern, flags))


class _Late:
    def __init__(self, pattern: str, flags: int) -> None:
        self._said = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._said), name)
        setattr(self, name, found)  # from now on found at once
        return found
