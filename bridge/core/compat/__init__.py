"""Whether schemas may change as they did: for the subscribers of today, and for events that are replayed.

`contract` gives the two forms of a schema that are compared (the reader's is `core.schema.tolerant`), `containment` the
two verdicts, `changes`, `names` and `soundness` the rules on top, `policy` what a project says of them, `released` what
has been published; `check` is all.
"""

from bridge.core.compat.check import Check, Verdict, check
from bridge.core.compat.contract import Contract, contract, understands
from bridge.core.compat.policy import Policy, read_policy
from bridge.core.compat.released import Release, read_releases
from bridge.core.compat.rules import RULES
from bridge.core.compat.side import Side, Version, read_links, side

__all__ = [
    "RULES", "Check", "Contract", "Policy", "Release", "Side", "Verdict", "Version", "check", "contract", "read_links",
    "read_policy", "read_releases", "side", "understands",
]  # fmt: skip
