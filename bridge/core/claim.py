"""Claim checks: an event without its data, which says where that lies (CloudEvents' extension `dataref`)."""

import hashlib

import orjson

from bridge.core.event import DATA, Event

#: The extension that names where the data lies (CloudEvents spec, extensions/dataref.md).
DATAREF = "dataref"


def claim_key(event: Event) -> str:
    """Where its data lies: `<date of the change>/<digest of its id>/<digest of the data>.json`.

    A retry says the same. After a change of the rules the same id may say something else, and an event that is on its
    way already must not find that: hence the data's own digest. Ids are digested since they may hold what is private.
    """
    date = event.time[:10] if event.time else "undated"
    named, held = (hashlib.sha256(each).hexdigest() for each in (event.id.encode(), event.data_bytes))
    return f"{date}/{named[:32]}/{held[:32]}.json"


def claimed(event: Event, reference: str) -> Event:
    """The same event, `dataref` in the place of its data."""
    head, _, _ = event.body.partition(DATA)
    body = b'%b,"%b":%b}' % (head, DATAREF.encode(), orjson.dumps(reference))
    extensions = {**event.extensions, DATAREF: reference}
    return event._replace(body=body, extensions=extensions, wide=None)
