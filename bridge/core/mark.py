"""Marks: extensions that say of an event how it was sent, and not what happened."""

from typing import Final

from bridge.core.event import DATA, Event

#: Sent by a redrive: later ones of its item may have gone before it.
REDRIVEN: Final = "redriven"
#: Its change came behind a later one of its item, as Kinesis may bring it.
OVERTAKEN: Final = "overtaken"


def marked(event: Event, name: str) -> Event:
    """The same event with an extension of that name, which is true. One that the rule gave is let be."""
    if name in event.extensions:
        return event
    head, data, rest = event.body.partition(DATA)
    body = b'%b,"%b":true%b%b' % (head, name.encode(), data, rest)
    return event._replace(body=body, extensions={**event.extensions, name: True})
