"""Whether a schema allows everything that another allows: proved, refuted by a value, or not known.

`decide` asks jsonschema-rs, whose YES is a proof; `facts` tells it before what it cannot see of regular expressions and
formats. Where it proves nothing, `search` looks for a value that the writer allows and the reader refuses, and both
schemas' validators confirm what it finds. So "yes" is always proved, and a witness is always real.

Rejected: comparing keyword by keyword, as most tools do. Each keyword that such a comparison does not know makes a
breaking change look safe.
"""

from bridge.core.contain.answer import NO_WITNESS, Containment, NoWitness
from bridge.core.contain.contain import contains
from bridge.core.contain.dead import Dead, dead_parts

__all__ = ["NO_WITNESS", "Containment", "Dead", "NoWitness", "contains", "dead_parts"]
