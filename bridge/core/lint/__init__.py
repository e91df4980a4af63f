"""What is wrong with a project though it loads: mistakes that its parts show only together.

Each check is a function from the compiled project to problems, one file an idea. `CHECKS` look at what is there and
make sense whatever else is wrong; `WHOLE` tell of what is missing or used by nothing, and are asked only where every
file could be read.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

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
from bridge.core.lint.operations import operations
from bridge.core.lint.opinion import Opinion, opinions
from bridge.core.lint.reach import reach
from bridge.core.lint.specified import examples, secrets
from bridge.core.lint.specimens import specimens
from bridge.core.lint.spoken import spoken
from bridge.core.lint.stored import stored
from bridge.core.lint.subject import Subject
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
    secrets,
    stored,
    literal,
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
    return sorted(problem for problem in problems if (problem.where.file, problem.where.line) not in blamed)


__all__ = ["CHECKS", "WHOLE", "Subject", "lint"]
