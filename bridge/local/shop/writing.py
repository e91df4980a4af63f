"""Short words for the story's writes, events and recurring shapes."""

import json
from decimal import Decimal
from typing import Any

from bridge.local.story import Said, Write

TYPES = "com.example.shop."
DOMAIN, FEED, ANALYTICS = "domain-bus", "order-feed", "analytics-bus"

MUG, TEA, KETTLE = "PRODUCT#MUG-BLUE", "PRODUCT#TEA-EARL", "PRODUCT#KETTLE"

NINE = 1795251600  #: 2026-11-21T09:00:00Z, in epoch seconds as the items keep it


def put(pk: str, sk: str, **attributes: Any) -> Write:
    """The whole item."""
    return Write("put", pk, sk, attributes)


def update(pk: str, sk: str, **attributes: Any) -> Write:
    """The attributes that are set."""
    return Write("update", pk, sk, attributes)


def delete(pk: str, sk: str) -> Write:
    """The item goes."""
    return Write("delete", pk, sk, {})


def said(name: str, subject: str, *others: str) -> Said:
    """The event of this name on the bus, and on other targets."""
    return Said(f"{TYPES}{name}.v1", subject, (DOMAIN, *others))


def lines(*lines: tuple[str, int, int]) -> list[dict[str, Any]]:
    """Lines of an order or cart: (sku, quantity, price)."""
    return [{"sku": sku, "quantity": quantity, "price": price} for sku, quantity, price in lines]


def parcel(name: str, weight: str, *contents: tuple[str, int]) -> dict[str, Any]:
    """A parcel: its name, its weight in kilograms, and (sku, quantity) of what it holds."""
    held = [{"sku": sku, "quantity": quantity} for sku, quantity in contents]
    return {"parcelId": name, "weightKg": Decimal(weight), "contents": held}


def order(number: str, status: str, **more: Any) -> Write:
    """An order of Ada's with its total; one mug unless `lines` says otherwise."""
    bought = more.pop("lines", lines(("MUG-BLUE", 1, 1490)))
    total = sum(line["quantity"] * line["price"] for line in bought)
    home = {"name": "Ada Lovelace", "street": "12 St James Square", "city": "London"}
    home |= {"postalCode": "SW1Y 4JH", "country": "GB"}
    item = {"orderId": number, "status": status, "customerId": "C-42", "total": total, "currency": "EUR"}
    return put(f"ORDER#{number}", "META", **item, lines=bought, shipTo=home, **more)


def message(pk: str, ulid: str, event: str, payload: dict[str, Any]) -> Write:
    """A message in the outbox of payments."""
    item = {"aggregate": "payment", "aggregateId": pk, "event": event, "version": 1, "expiresAt": NINE + 86400}
    return put(f"OUTBOX#{pk}", f"MESSAGE#{ulid}", **item, payload=json.dumps(payload))
