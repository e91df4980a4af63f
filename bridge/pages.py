"""The pages of the codes: what each problem means, why it is one, and how to mend it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

_SECTION = re.compile(r"^## ([A-Z]\d{3}) ([^\n]+)\n(.*?)(?=^## |^<!-- |\Z)", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## ([A-Z]\d{3}) ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """What `bridge/codes/` says of one code."""

    code: str
    title: str
    text: str  #: Markdown, without the heading

    @property
    def first(self) -> str:
        """What the problem is, in one paragraph without its label."""
        return self.text.split("\n\n")[0].split("\n")[0].replace("**What.** ", "")


@cache
def codes() -> frozenset[str]:
    """Every code that has a page."""
    return frozenset(code for text in _texts() for code in _HEADING.findall(text))


def _texts() -> list[str]:
    files = sorted(resources.files("bridge").joinpath("codes").iterdir(), key=lambda file: file.name)
    return [file.read_text(encoding="utf-8") for file in files if file.name.endswith(".md")]


@cache
def pages() -> Mapping[str, Page]:
    """Every code's page, in the order of the codes."""
    found = [match for text in _texts() for match in _SECTION.finditer(text)]
    return {match[1]: Page(match[1], match[2], match[3].strip()) for match in sorted(found, key=lambda each: each[1])}


def title(code: str) -> str:
    """The title of a code's page; empty where it has none."""
    page = pages().get(code)
    return page.title if page else ""
