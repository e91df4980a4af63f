"""Billing, a complete subscriber: a Lambda function behind an SQS queue, which a bus or a topic fills.

It keeps an account for each order: what is due, and what was paid. Payments are added up, so that each event must
count once; they may come in any order, before their order even.

In the function: `changebridge` without extras, this file, and the folder of schemas beside it or above.
On a desk: python examples/consumer/app.py examples/consumer/event.json
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from aws_lambda_powertools.utilities.idempotency import BasePersistenceLayer, DynamoDBPersistenceLayer

from bridge.subscriber import MessageRefused, Received, Registry, Response, consume, deduplicated, receive

SCHEMAS = Registry.of(next(folder / "schemas" for folder in Path(__file__).parents if (folder / "schemas").is_dir()))


@dataclass(frozen=True)
class Money:
    amount: int
    currency: str


@dataclass(frozen=True)
class Placed:
    orderId: str
    total: Money


@dataclass(frozen=True)
class Captured:
    orderId: str
    amount: Money


@dataclass(frozen=True)
class Refunded:
    orderId: str
    amount: Money


MODELS = {
    "com.example.shop.order.placed.v1": Placed,
    "com.example.shop.payment.captured.v1": Captured,
    "com.example.shop.payment.refunded.v1": Refunded,
}


@dataclass(frozen=True)
class Billing:
    """The accounts: a table with the text key `orderId`."""

    dynamodb: Any  # boto3's client
    table: str
    handled: BasePersistenceLayer

    def handle(self, event: Mapping[str, Any], context: Any) -> Response:
        """Book every event of a batch once; messages that fail come again, and no other."""
        return consume(event, deduplicated(self.book, self.handled, context), schemas=SCHEMAS, models=MODELS)

    def book(self, received: Received) -> None:
        match received.data:
            case Placed(order, total):
                self._update(order, "SET due = :amount, currency = :currency", total.amount, total.currency)
            case Captured(order, paid):
                self._update(order, "SET currency = :currency ADD paid :amount", paid.amount, paid.currency)
            case Refunded(order, paid):
                self._update(order, "SET currency = :currency ADD paid :amount", -paid.amount, paid.currency)
            case _:
                pass  # other types are no business of ours

    def _update(self, order: str, change: str, amount: int, currency: str) -> None:
        self.dynamodb.update_item(
            TableName=self.table,
            Key={"orderId": {"S": order}},
            UpdateExpression=change,
            ExpressionAttributeValues={":amount": {"N": str(amount)}, ":currency": {"S": currency}},
        )


@cache
def billing() -> Billing:
    """Of this function: two tables, one of accounts and one of what was handled (text key `id`, TTL `expiration`)."""
    return Billing(
        boto3.client("dynamodb"), os.environ["ACCOUNTS_TABLE"], DynamoDBPersistenceLayer(os.environ["HANDLED_TABLE"])
    )


def handler(event: Mapping[str, Any], context: Any) -> Response:
    """What Lambda calls. The event source mapping reports batch item failures."""
    return billing().handle(event, context)


def main() -> None:
    """Show what is in a file, and leave with what is wrong with it."""
    parser = ArgumentParser(description="Show the events that Billing would book.")
    parser.add_argument("file", type=Path, help="what Lambda would hand over, such as examples/consumer/event.json")
    file = parser.parse_args().file
    try:
        for received in receive(file.read_bytes(), schemas=SCHEMAS, models=MODELS):
            print(received.id, received.type, received.data)
    except OSError as error:
        parser.error(f"{file} cannot be read: {error.strerror}")
    except MessageRefused as error:
        sys.exit(f"{file}: {error}")


if __name__ == "__main__":
    main()
