"""Laws of a redrive that another one, or the end of all, would hide."""

from collections.abc import Iterator

from tests.simulation.edge import Invocation
from tests.simulation.run import Run


def a_redrive_keeps_the_order(history: Run) -> Iterator[str]:
    """What it sends of an item toward a target that keeps order is in the order of the changes."""
    changes = {delivery: each.row.change for each in history.every for delivery in each.deliveries}
    for who, _, batches in history.redrives:
        latest: dict[str, int] = {}
        for act in history.edge.acts:
            if act.who is who and act.delivery.target == "topic" and act.delivery in changes and not batches:
                change, item = changes[act.delivery], history.edge.lanes[act.delivery.event]
                if change < latest.get(item, -1):
                    yield f"{act.delivery} was redriven after a later one of its item"
                latest[item] = max(change, latest.get(item, -1))


def a_redrive_leaves_what_it_learnt(history: Run) -> Iterator[str]:
    """What went out of a record that stays is told by a parcel of it, if the quarantine took that."""
    ends = [parcels for _, parcels, _ in history.redrives[1:]] + [history.edge.parcels]
    for (who, before, _), after in zip(history.redrives, ends, strict=True):
        if who.dead or who.error or any(port == "park" for port, _ in who.strikes):
            continue
        for each in history.every:
            theirs = [parcel for parcel in after.values() if parcel.record_id == each.record_id]
            was_there = any(parcel.record_id == each.record_id for parcel in before.values())
            told = {delivery for parcel in theirs for delivery in parcel.delivered}
            missing = _delivered_by(history, who) & set(each.deliveries) - told
            if theirs and was_there and missing:
                yield f"record {each.row.index} stays, and no parcel tells of {sorted(missing)}"


def _delivered_by(history: Run, who: Invocation) -> set:
    return {act.delivery for act in history.edge.acts if act.who is who and act.answered}


LAWS = (a_redrive_keeps_the_order, a_redrive_leaves_what_it_learnt)
