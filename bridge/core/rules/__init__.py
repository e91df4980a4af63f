"""Rule files, read into the compiled rules that a record meets.

`notation` names every key that may be written, `load` reads files into `model`, `translate` runs them.
"""

from bridge.core.rules.load import compile_rules
from bridge.core.rules.model import Entity, Rule
from bridge.core.rules.translate import Rules, Translation

__all__ = ["Entity", "Rule", "Rules", "Translation", "compile_rules"]
