"""What is wrong with a project though it loads: mistakes that its parts show only together.

Each check is a function from the compiled project to problems, one file an idea. `CHECKS` look at what is there and
make sense whatever else is wrong; `WHOLE` tell of what is missing or used by nothing, and are asked only where every
file could be read.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bridge.core.lint.addressed import addressed
from bridge.core.lint.attributes import attributes
from bridge.core.lint.contradiction import contradictions
from bridge.core.lint.dead import dead
from bridge.core.lint.forgotten import forgotten
from bridge.core.lint.identity import element_keys, subjects
from bridge.core.lint.keywords import keywords
from bridge.core.lint.limits import limits
from bridge.core.lint.literal import literal
from bridge.core.lint.members import members
from bridge.core.lint.naming import naming
from bridge.core.lint.never import never
from bridge.core.lint.operations import operations
from bridge.core.lint.opinion import Opinion, opinions
from bridge.core.lint.reach import reach
from bridge.core.lint.specified import endings, examples, secrets
from bridge.core.lint.specimens import specimens
from bridge.core.lint.spoken import spoken
from bridge.core.lint.stored import stored
from bridge.core.lint.subject import Subject, when_node
from bridge.core.lint.twins import twins
from bridge.core.lint.unused import unused_names, unused_schemas, unused_settings
from bridge.core.lint.worst import worst_cases
from bridge.errors import Problem

Check = Callable[[Subject], Iterator[Problem]]

CHECKS: Final[tuple[Check, ...]] = (
    operations,
    reach,
    contradictions,
    twins,
    attributes,
    element_keys,
    limits,
    worst_cases,
    members,
    dead,
    specimens,
    keywords,
    naming,
    forgotten,
    examples,
    endings,
    secrets,
    stored,
    literal,
    never,
    addressed,
)
WHOLE: Final[tuple[Check, ...]] = (unused_names, unused_schemas, unused_settings, subjects, spoken)


def lint(subject: Subject, opinion: Opinion, found: Iterable[Problem]) -> list[Problem]:
    """What the checks find, in file order. `found` is what reading the project found already.

    A line with an error of its own is let be: what follows from the error would only hide it.
    """
    errors = [problem.where for problem in found if problem.level == "error"]
    checks = CHECKS if errors else CHECKS + WHOLE
    problems = {problem for check in checks for problem in check(subject)} | set(opinions(subject, opinion))
    blamed = {(where.file, where.line) for where in errors}
    unread = list(_unread(subject, blamed))
    return sorted(
        problem
        for problem in problems
        if (problem.where.file, problem.where.line) not in blamed
        and not any(file == problem.where.file and problem.where.line in lines for file, lines in unread)
    )


def _unread(subject: Subject, blamed: set[tuple[str, int]]) -> Iterator[tuple[str, range]]:
    """The lines of events whose `when` could not be read: it would say of which changes they are."""
    for entity in subject.rules.entities:
        starts = [*sorted(rule.where.line for rule in entity.rules if rule.where.file == entity.file), 10**9]
        for rule in entity.rules:
            nodes = [node for node in (when_node(entity, rule), when_node(entity, None)) if node is not None]
            if any((node.where.file, node.where.line) in blamed for node in nodes):
                yield rule.where.file, range(rule.where.line, min(line for line in starts if line > rule.where.line))


__all__ = ["CHECKS", "WHOLE", "Subject", "lint"]
