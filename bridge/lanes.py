"""Lanes: what is to be sent in order.

A lane is one item toward one target that keeps order; toward others each event is a lane of its own. Items whose
events share a `partitionkey` (an outbox's messages about one order) are one lane: the target keeps a group's order.
"""

from collections.abc import Iterable
from dataclasses import field

from bridge.core.event import Event
from bridge.frozen import slotted
from bridge.ports import Delivery, Target

#: Target, kind of tie, and the name that is in common.
Tie = tuple[str, str, str]


@slotted
class Lane:
    """What is still to be sent, in order, toward one target."""

    target: Target
    events: list[Event] = field(default_factory=list)  # not a deque, of which each takes 600 bytes
    failures: int = 0  #: of its first event, in a row

    @property
    def delivery(self) -> Delivery:
        """Its first event toward its target."""
        return Delivery(self.events[0].id, self.target.name)


def lanes_of(shipments: Iterable[tuple[Event, Target]]) -> list[Lane]:
    """The lanes in the order of their first events."""
    sent = [(event, target, _ties(event, target)) for event, target in shipments]
    head: dict[Tie, Tie] = {}  # disjoint sets of ties: each points toward the one that stands for its set
    for _, _, ties in sent:
        for tie in ties[:-1]:  # toward the last: a group has many items, and each points at it at once
            head[_head(tie, head)] = _head(ties[-1], head)
    lanes: dict[Tie, Lane] = {}
    for event, target, ties in sent:
        lanes.setdefault(_head(ties[0], head), Lane(target)).events.append(event)
    return list(lanes.values())


def _ties(event: Event, target: Target) -> tuple[Tie, ...]:
    """What puts events into one lane: any of these in common."""
    if not target.ordered:
        return ((target.name, "event", event.id),)
    return (target.name, "item", event.lane), (target.name, "group", event.partitionkey)


def _head(tie: Tie, head: dict[Tie, Tie]) -> Tie:
    while (above := head.get(tie, tie)) != tie:
        tie = above
    return tie
