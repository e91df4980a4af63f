"""Reading items of the ledger's table by their keys: what the ledger and the order guard do alike."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from bridge.aws.clients import Clients, answered
from bridge.aws.failure import NO_ANSWER, Failure, Unanswered, attempt
from bridge.loop import Call

#: DynamoDB did a part of what was asked, and asks for patience with the rest.
UNPROCESSED: Final = Failure("UnprocessedItems", passing=True)

Item = dict[str, Any]
#: What is asked again and again, with the seconds that are left.
Step = Callable[[float], Call[Failure | None]]


async def read_items(
    clients: Clients, table: str, names: Sequence[str], persist: Callable[[Step], Call[None]]
) -> list[Item]:
    """The items under these keys, at most a call's, that exist: strongly consistent, in no certain order.

    `persist` asks again and again; it raises where that does not help.
    """
    found: list[Item] = []
    pending: list[Any] = [{"pk": {"S": name}} for name in names]

    async def step(left: float) -> Failure | None:
        request = {table: {"Keys": pending, "ConsistentRead": True}}
        answer = await answered(partial(clients.client, "dynamodb", left), "batch_get_item", RequestItems=request)
        parts = answer if isinstance(answer, Failure) else attempt(partial(_parts, answer))
        if isinstance(parts, Failure):
            return parts
        items, pending[:] = parts
        found.extend(items)
        return UNPROCESSED if pending else None

    await persist(step)
    return found


def _parts(answer: Mapping[str, Any]) -> tuple[list[Item], list[Any]]:
    """The items that came, and the keys of those that did not. Raises what nonsense makes it raise."""
    if "Responses" not in answer:
        raise Unanswered(NO_ANSWER.code)
    items = [item for items in answer["Responses"].values() for item in items]
    return items, [key for part in answer.get("UnprocessedKeys", {}).values() for key in part["Keys"]]
