"""A rule drafted from one recorded change: entity, event, schemas of item and event, and the change as its example.

A draft says what is seen, no more: every attribute but the table's own keys, as the change has it. It passes `lint`
and `test` as written, and is meant to be cut down and given words by who knows what the change means.
"""

from bridge.core.draft.rule import Draft, Place, draft
from bridge.core.draft.scrub import scrub

__all__ = ["Draft", "Place", "draft", "scrub"]
