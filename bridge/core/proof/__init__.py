"""The static proof: every event satisfies its schema, for every item that its own schema allows, before it is deployed.

The way of a proof: `cases` finds the ways in which a rule can be said, from its patterns (`when`) and conditions; each
is a `world` that knows a shape (`shapes`) of every name of the change document. `interpret` follows expressions through
it, with `conditions`, `calls` and the `results` of functions; `templates` makes of that the event, piece by piece.
`judge` holds each piece against the event's schema. What it cannot prove, `search` tries to refute by an item, through
the rules as they will run. `prove` puts the verdicts together.

Nothing is called proven that is not; nothing is called refuted without an item that really is refused. What lies in
between is "not proven", with the reason. Left out of the proof: sizes (an event above its target's limit, a text above
1 MiB), numbers wider than 64 bits toward EventBridge, secrets that are not set, records without a time, and whether
the elements under `each` have different keys.
"""

from bridge.core.proof.prove import Proof, item_shape, open_problems, prove
from bridge.core.proof.verdict import Counterexample, Verdict

__all__ = ["Counterexample", "Proof", "Verdict", "item_shape", "open_problems", "prove"]
