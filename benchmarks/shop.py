"""The same events as the rules of benchmarks/project, as people write them by hand: plain functions over plain items.

The pipelines of Powertools run it, and every event that reaches the stub is held against it.
"""

from datetime import UTC, datetime
from decimal import Decimal


def say(change, new, old):
    """The entity, subject and data that a change of an item becomes."""
    item = new or old
    entity = item["pk"].partition("#")[0].lower()
    subject, data = SAYS[entity](item, old or {})
    return entity, subject, plain({"change": change.lower(), **data})


def order(item, old):
    currency = item["currency"]
    return item["orderId"], {
        **copied(item, "orderId", "status", "customerId", "email", "updatedAt", "shipTo", "tags", "warehouses", "gift"),
        **optional(previousStatus=old.get("status"), coupon=item.get("coupon")),
        "placedAt": moment(item["placedAt"]),
        "total": {"amount": item["total"], "currency": currency},
        "discount": {"amount": item["discount"], "currency": currency},
        "lines": [
            {**copied(line, "sku", "quantity"), "price": {"amount": line["price"], "currency": currency}}
            for line in item["lines"]
        ],
    }


def customer(item, old):
    loyalty = item["loyalty"]
    return item["customerId"], {
        **copied(item, "customerId", "name", "email", "birthday", "updatedAt", "language", "addresses", "interests"),
        **optional(previousEmail=old.get("email"), phone=item.get("phone")),
        **copied(loyalty, "tier", "points"),
        "registeredAt": moment(item["registeredAt"]),
        "balance": {"amount": loyalty["balance"], "currency": item["currency"]},
        "newsletter": item["newsletter"],
    }


def product(item, old):
    return item["sku"], {
        **copied(item, "sku", "name", "description", "updatedAt", "image", "colours", "category", "active"),
        **copied(item["dimensions"], "width", "height", "weight"),
        **optional(previousPrice=old.get("price")),
        "price": {"amount": item["price"], "currency": item["currency"]},
        "listedAt": moment(item["listedAt"]),
        "stock": [copied(place, "warehouse", "pieces") for place in item["stock"]],
    }


SAYS = {"order": order, "customer": customer, "product": product}


def copied(item, *names):
    return {name: item[name] for name in names}


def optional(**values):
    return {name: value for name, value in values.items() if value is not None}


def moment(epoch):
    return datetime.fromtimestamp(int(epoch), UTC).isoformat().replace("+00:00", "Z")


def plain(value):
    """What JSON can carry: sets as sorted lists, decimals as numbers."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, set):
        return [plain(each) for each in sorted(value)]
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
