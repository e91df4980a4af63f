"""The ledger as it was first, one item for each event and target: the oracle of the packed one, and what it costs less than.

Reads by BatchGetItem, writes by BatchWriteItem, one call after the other.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.aws.ledger.layout import digest_of
from bridge.ports import Clock, Delivery, Second

READ, WRITE = 100, 25


@dataclass(frozen=True, slots=True)
class PlainLedger:
    """Implements `ports.Ledger`."""

    table: str
    clients: Any
    clock: Clock
    keep: float = 48 * 3600

    def seen(self, dated: Mapping[Delivery, Second], seconds: float) -> set[Delivery]:
        """Those that are remembered and not expired."""
        asked, now = {digest_of(delivery).hex(): delivery for delivery in dated}, self.clock.now()
        names, found = list(asked), []
        for start in range(0, len(names), READ):
            keys = [{"pk": {"S": name}} for name in names[start : start + READ]]
            request = {self.table: {"Keys": keys, "ConsistentRead": True}}
            answer = self.clients.client("dynamodb", seconds).batch_get_item(RequestItems=request)
            found += answer["Responses"][self.table]
        return {asked[item["pk"]["S"]] for item in found if float(item["expires"]["N"]) > now}

    def remember(self, dated: Mapping[Delivery, Second], seconds: float) -> None:
        """Remember them from now on."""
        expires = {"N": str(math.ceil(self.clock.now() + self.keep))}
        puts = [
            {"PutRequest": {"Item": {"pk": {"S": digest_of(delivery).hex()}, "expires": expires}}} for delivery in dated
        ]
        for start in range(0, len(puts), WRITE):
            request = {self.table: puts[start : start + WRITE]}
            self.clients.client("dynamodb", seconds).batch_write_item(RequestItems=request)
