"""Names of buses, topics, tables and buckets that are written out, and that none can have."""

from collections.abc import Iterator

from bridge.core.address import addresses, misnamed
from bridge.core.lint.subject import Subject
from bridge.errors import Problem

_VARIABLE = "${env:"


def addressed(subject: Subject) -> Iterator[Problem]:
    """B040 and B041 for each. What a variable gives is asked where it is known: `infra policy`, and the function."""
    for each in addresses(subject.manifest):
        if _VARIABLE not in each.setting.text:
            problem = misnamed(each.owner, each.kind, each.setting.text, each.setting.where)
            if problem:
                yield problem
