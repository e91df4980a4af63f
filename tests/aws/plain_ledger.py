"""The ledger as it was first: one item for each delivery, put and got by its own key. The oracle of the packed one."""

import math

from bridge.aws.ledger.layout import digest_of
from bridge.ports import Clock, Delivery, Second


class PlainLedger:
    """Implements `ports.Ledger` over a table with the text key `pk`, through boto3's client of DynamoDB."""

    def __init__(self, table: str, dynamodb, clock: Clock, keep: float = 48 * 3600) -> None:
        self.table, self.dynamodb, self.clock, self.keep = table, dynamodb, clock, keep

    def seen(self, dated: dict[Delivery, Second], seconds: float) -> set[Delivery]:
        now, found = self.clock.now(), set()
        for delivery in dated:
            key = {"pk": {"S": digest_of(delivery).hex()}}
            item = self.dynamodb.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item")
            if item and float(item["expires"]["N"]) > now:
                found.add(delivery)
        return found

    def remember(self, dated: dict[Delivery, Second], seconds: float) -> None:
        expires = {"N": str(math.ceil(self.clock.now() + self.keep))}
        for delivery in dated:
            self.dynamodb.put_item(
                TableName=self.table, Item={"pk": {"S": digest_of(delivery).hex()}, "expires": expires}
            )
