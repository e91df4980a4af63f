"""Reading items of the ledger's table by their keys: what the ledger and the order guard do alike."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from bridge.aws.clients import Clients, answered
from bridge.aws.failure import NO_ANSWER, Failure
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
        if isinstance(answer, Failure):
            return answer
        if "Responses" not in answer:
            return NO_ANSWER
        found.extend(item for items in answer["Responses"].values() for item in items)
        pending[:] = [key for part in answer.get("UnprocessedKeys", {}).values() for key in part["Keys"]]
        return UNPROCESSED if pending else None

    await persist(step)
    return found
