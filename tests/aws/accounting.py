"""A DynamoDB in memory that charges as the service does, and keeps to its rules for what the ledger calls.

Sizes: names and values, numbers a byte for two digits and one more (DynamoDB developer guide, "Item sizes and
formats"). A set is charged as a list would be, a byte an element and three beside the digests: the guide says nothing
of sets, so that this is an upper bound. A write is charged by the larger of the item before and after it, one unit
for each KB begun, and by the item that is there where its condition fails; a consistent read one unit for each 4 KB
begun, and one for what is not there.
"""

import threading
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

#: The most that an item may take (DynamoDB developer guide, "Quotas").
LARGEST = 400 * 1024
UPDATES = {
    "ADD ids :ids SET expires = :expires": True,
    "SET expires = :expires": False,
}
CONDITIONS = {
    "attribute_not_exists(ids) OR size(ids) <= :most": lambda ids, given: not ids or len(ids) <= given[":most"],
    "attribute_exists(ids) AND size(ids) >= :least": lambda ids, given: bool(ids) and len(ids) >= given[":least"],
}


@dataclass(slots=True)
class Item:
    ids: set = field(default_factory=set)
    expires: str = ""

    def size(self, name):
        ids = 3 + 3 + sum(1 + len(one) for one in self.ids) if self.ids else 0
        return 2 + len(name) + ids + 7 + 1 + -(-len(self.expires) // 2)


@dataclass(slots=True)
class Bill:
    """What was charged since it was begun."""

    reads: int = 0
    writes: int = 0
    read_units: int = 0
    write_units: int = 0
    refused: int = 0  #: writes whose condition failed


@dataclass(slots=True)
class Accounting:
    """Stands for `Clients` too. Several threads may call it."""

    table: str = "ledger"
    items: dict = field(default_factory=dict)
    bill: Bill = field(default_factory=Bill)
    largest: int = 0
    dearest: float = 0.0  #: units of the dearest write, for each delivery in it
    before_write: object = None  #: called with the name before each write: another invocation may be quicker
    #: Of each update: True fails it, False makes it and loses its answer. Where there are none left it is well.
    fates: list = field(default_factory=list)
    _lock: object = field(default_factory=threading.RLock)

    def client(self, service, seconds):
        assert service == "dynamodb"
        assert seconds > 0
        return self

    def settle(self):
        """The bill, and a new one."""
        bill, self.bill = self.bill, Bill()
        return bill

    def delete_expired(self, now):
        """As TTL does, some day after."""
        self.items = {name: item for name, item in self.items.items() if int(item.expires) > now}

    def batch_get_item(self, RequestItems):  # noqa: N803
        ((table, asked),) = RequestItems.items()
        names = [one["pk"]["S"] for one in asked["Keys"]]
        assert (table, asked["ConsistentRead"]) == (self.table, True)
        assert 0 < len(names) == len(set(names)) <= 100
        with self._lock:
            here = [(name, self.items[name]) for name in names if name in self.items]
            self.bill.reads += 1
            self.bill.read_units += len(names) - len(here) + sum(-(-item.size(name) // 4096) for name, item in here)
            return {"Responses": {table: [_said(name, item) for name, item in here]}, "UnprocessedKeys": {}}

    def batch_write_item(self, RequestItems):  # noqa: N803
        ((table, puts),) = RequestItems.items()
        assert (table, 0 < len(puts) <= 25) == (self.table, True)
        with self._lock:
            self.bill.writes += 1
            for put in puts:
                said = put["PutRequest"]["Item"]
                name, item = said["pk"]["S"], Item(expires=said["expires"]["N"])
                self._charge(item.size(name), 1)
                self.items[name] = item
            return {"UnprocessedItems": {}}

    def update_item(self, TableName, Key, UpdateExpression, ConditionExpression, ExpressionAttributeValues):  # noqa: N803
        name, given = Key["pk"]["S"], ExpressionAttributeValues
        numbers = {key: int(value["N"]) for key, value in given.items() if "N" in value}
        adds = given[":ids"]["BS"] if UPDATES[UpdateExpression] else []
        assert TableName == self.table
        assert len(adds) == len(set(adds))
        assert all(len(one) == 16 for one in adds)
        if self.before_write:
            self.before_write(name)
        fate = self.fates.pop() if self.fates else None
        if fate is True:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "UpdateItem")
        with self._lock:
            self.bill.writes += 1
            before = self.items.get(name, Item())
            if not CONDITIONS[ConditionExpression](before.ids, numbers):
                self._charge(before.size(name), 0)
                self.bill.refused += 1
                raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "UpdateItem")
            after = Item(before.ids | set(adds), str(numbers[":expires"]))
            self._charge(after.size(name), len(adds))
            self.items[name] = after
            self.largest = max(self.largest, after.size(name))
            assert self.largest <= LARGEST
            if fate is False:
                raise ClientError({"Error": {"Code": "AnswerLost"}}, "UpdateItem")
            return {}

    def _charge(self, size, adds):
        units = -(-size // 1024)
        self.bill.write_units += units
        if adds:
            self.dearest = max(self.dearest, units / adds)


def _said(name, item):
    said = {"pk": {"S": name}, "expires": {"N": item.expires}}
    return said | ({"ids": {"BS": list(item.ids)}} if item.ids else {})
