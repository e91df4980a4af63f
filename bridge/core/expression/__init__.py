"""The expression language of the rules: JMESPath, whole and exact, with functions of ours.

The way of a text: `lexer` cuts it into tokens, `parser` makes a `tree`, `check` finds what is wrong with it (knowing
from `scope` where each node stands), `compile` turns it into closures (`paths`, `projections`, `logic`, `selects`,
`calls`, and the `functions`), and `expression` runs them, knowing from `nulls` which nulls may be published.
"""

from bridge.core.expression.expression import NO_RUN, Doubt, Expression, compile_expression
from bridge.core.expression.functions import FUNCTIONS
from bridge.core.expression.functions.bounds import least, metered
from bridge.core.expression.functions.table import Closure
from bridge.core.expression.members import members
from bridge.core.expression.nulls import ABSENT, Run
from bridge.core.expression.values import Refusal

__all__ = [
    "ABSENT",
    "FUNCTIONS",
    "NO_RUN",
    "Closure",
    "Doubt",
    "Expression",
    "Refusal",
    "Run",
    "compile_expression",
    "least",
    "members",
    "metered",
]
