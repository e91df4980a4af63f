"""Events for the tests, as `make_event` makes them."""

import json

from bridge.core.event import Event

STREAM = "arn:aws:dynamodb:eu-west-1:111122223333:table/shop/stream/2026-01-01T00:00:00.000"


def event(name: str = "e1", **given) -> Event:
    """An event with a body that a CloudEvents reader would take; `given` replaces any field."""
    data = given.pop("data", {"orderId": "7"})
    parts = {
        "rule": "order.placed",
        "id": f"{name}/order.placed",
        "source": "/shop/orders",
        "type": "com.example.shop.order.placed.v1",
        "subject": "7",
        "time": "2026-01-02T03:04:05.678901Z",
        "dataschema": None,
        "partitionkey": '{"pk":"ORDER#7","sk":"META"}',
        "sequence": "0" * 39 + "1",
        "extensions": {},
        "targets": ("domain-bus",),
        "lane": f"shop/{name}",
        "stream": STREAM,
        "wide": None,
    } | given
    known = {name: parts[name] for name in ("id", "source", "type", "subject", "time", "partitionkey")}
    members = {"specversion": "1.0"} | known | dict(parts["extensions"]) | {"data": data}
    body = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return Event(**({"body": body.encode()} | parts))
