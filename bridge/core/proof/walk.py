"""The attributes that a rule takes for keys."""

from bridge.core.expression.paths import steps
from bridge.core.rules.model import Rule
from bridge.core.rules.walk import expressions_in


def keys_read(rule: Rule) -> set[str]:
    """The attributes that the rule reads as keys: what the table's keys are called it alone can tell."""
    walked = [steps(node) or [] for each in expressions_in(rule) for node in each.tree.walk()]
    return {str(way[1]) for way in walked if len(way) > 1 and way[0] == "keys" and isinstance(way[1], str)}
