"""Versions in names: `placed.v2.json`, `https://…/placed.v2.json`, `https://…/placed/2.1.0.json`, `shop.placed.v2`."""

import re
from typing import Final

#: A version with at least a `v` or two numbers, standing between separators; the last one in a text counts.
_VERSION: Final = re.compile(r"(?<![0-9A-Za-z])(?:v(\d{1,6})(?:[.-](\d{1,6}))?(?:[.-](\d{1,6}))?|(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?)(?![0-9A-Za-z])")  # fmt: skip  # noqa: E501


def version(text: str) -> tuple[int, ...]:
    """As many numbers of the version as the text shows; none where it shows no version."""
    last = next(reversed(list(_VERSION.finditer(text))), None)
    return () if last is None else tuple(int(number) for number in last.groups() if number is not None)


def major(text: str) -> int | None:
    """The major version that a text shows."""
    return next(iter(version(text)), None)
