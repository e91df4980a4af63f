"""A finding of the check, and the problem that it is told as."""

from dataclasses import dataclass, field, replace

from bridge.core.compat.rules import RULES, Strength
from bridge.core.compat.tree import pointer_text
from bridge.core.schema.dialect import Pointer
from bridge.core.schema.link import Links
from bridge.errors import Level, Problem, Where


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule has found in one schema."""

    rule: str  #: a name of `RULES`
    schema: str  #: the schema's name
    where: Where
    what: str
    events: tuple[str, ...] = field(default=())  #: the rules of the project that say events of this schema

    def problem(self, strength: Strength) -> Problem:
        """The finding as every command tells problems."""
        level: Level = "error" if strength == "error" else "warning"
        schema = "" if self.where.file.endswith(self.schema) else f"in {self.schema}, "
        events = f" ({'rule' if len(self.events) == 1 else 'rules'} {', '.join(self.events)})" if self.events else ""
        rule = RULES[self.rule]
        return Problem(self.where, rule.code, f"{self.rule}: {schema}{self.what}{events}", rule.fix, level)


def place(links: Links, pointer: Pointer) -> Where:
    """Where a schema stands: file, line, column and JSON pointer."""
    source, steps = links.source(pointer), pointer[1:]
    return replace(source.problem(steps, "", "", "").where, path=pointer_text(steps))
