"""What EventBridge and SNS share: cutting events into calls, and turning answers into verdicts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bridge.aws.failure import Failure
from bridge.core.event import Event
from bridge.errors import Problem, Where
from bridge.loop import Call
from bridge.ports import Clock, Verdict

#: One call for these events within so many seconds: a verdict each, or why the whole call failed.
Send = Callable[[Sequence[Event], float], Call[list[Verdict] | Failure]]


def cut(events: Iterable[Event], size: Callable[[Event], int], count: int, room: int) -> list[list[Event]]:
    """The events in order, cut greedily into calls of at most `count` events and `room` bytes.

    An event that is larger than the room stands alone, for the service to judge.
    """
    calls: list[list[Event]] = []
    left = 0
    for event in events:
        bytes_ = size(event)
        if not calls or len(calls[-1]) == count or bytes_ > left:
            calls.append([])
            left = room
        calls[-1].append(event)
        left -= bytes_
    return calls


async def publish(
    events: Sequence[Event],
    seconds: float,
    clock: Clock,
    send: Send,
    verdict: Callable[[Failure], Verdict],
) -> list[Verdict]:
    """Send one call's events; where the call as a whole is refused, find out which of them it was.

    A call that is refused for what it says took nothing, and does not tell whose fault it is: so each event
    goes again by itself, and the one that fails alone is refused. Where the service was not available there
    is nothing to find out.
    """
    until = clock.monotonic() + seconds
    answer = await send(events, seconds)
    if not isinstance(answer, Failure):
        return answer
    said = verdict(answer)
    if said.said != "refused" or len(events) == 1:
        return [said] * len(events)
    return [(await publish([event], until - clock.monotonic(), clock, send, verdict))[0] for event in events]


def entries(answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of entries in an answer. What is none of the kind says nothing: a bug of theirs is none of ours."""
    every = answer.get(name)
    return [each if isinstance(each, dict) else {} for each in every] if isinstance(every, list) else []


def refused(target: str, failure: Failure) -> Verdict:
    """The target will never take it, for what it says."""
    what = f"target '{target}' refused the event: {failure}"
    fix = "mend the rule so that the event says what the target takes, then redrive the record"
    return Verdict("refused", Problem(Where(), "B010", what, fix))


def unavailable(target: str, failure: Failure) -> Verdict:
    """The target did not take it for now."""
    return Verdict("unavailable", failure.problem("B011", f"target '{target}' did not take the event"))


def too_large(target: str, size: int, room: int, *, bare: bool = False) -> Problem:
    """The event is larger than what the target carries. Bare data has no place for a claim's reference."""
    more = "" if bare else "; or let large events go by claim check: `claims` in bridge.yaml"
    what = f"the event takes {size} bytes, and target '{target}' carries {room}"
    return Problem(
        Where(), "B001", what, f"say less in `data`, for example a reference in place of what it refers to{more}"
    )
