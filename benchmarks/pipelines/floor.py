"""The floor: the least that any Python can do. One pass over the records, one serialisation, signed POSTs.

It neither validates nor deduplicates, knows its three entities by heart, and stops at anything unexpected. Its client
is raw sockets and its signer does only what this one call needs: right for a floor, wrong for a product.
"""

import gc
import hmac
import os
import socket
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from urllib.parse import urlsplit

from orjson import Fragment, dumps

ENTRIES, CONNECTIONS = 10, 8
REGION = os.environ["AWS_REGION"]
KEY_ID, SECRET = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
HOST = urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc
SIGNED = "content-type;host;x-amz-date;x-amz-target"
CONTENT_TYPE, TARGET = "application/x-amz-json-1.1", "AWSEvents.PutEvents"


def handle(event, _context):
    entries = [entry(record) for record in event["Records"]]
    calls = [entries[start : start + ENTRIES] for start in range(0, len(entries), ENTRIES)]
    for start in range(0, len(calls), CONNECTIONS):
        publish(calls[start : start + CONNECTIONS])
    return {"batchItemFailures": []}


def entry(record):
    body = record["dynamodb"]
    old = body.get("OldImage")
    item = body.get("NewImage") or old
    entity = body["Keys"]["pk"]["S"].partition("#")[0].lower()
    subject, data = SAYS[entity](item, old, record["eventName"].lower())
    source, kind = f"/shop/{entity}s", f"com.example.shop.{entity}.saved.v1"
    detail = {
        "specversion": "1.0",
        "id": f"{record['eventID']}/{entity}.saved",
        "source": source,
        "type": kind,
        "subject": subject,
        "time": moment(body["ApproximateCreationDateTime"]),
        "datacontenttype": "application/json",
        "data": data,
    }
    return {"EventBusName": "domain", "Source": source, "DetailType": kind, "Detail": dumps(detail).decode()}


def order(item, old, change):
    currency, name = item["currency"]["S"], item["orderId"]["S"]
    data = {
        "orderId": name,
        "change": change,
        "status": item["status"]["S"],
        "customerId": item["customerId"]["S"],
        "email": item["email"]["S"],
        "placedAt": moment(item["placedAt"]["N"]),
        "updatedAt": item["updatedAt"]["S"],
        "total": {"amount": Fragment(item["total"]["N"]), "currency": currency},
        "discount": {"amount": Fragment(item["discount"]["N"]), "currency": currency},
        "lines": [
            {
                "sku": line["M"]["sku"]["S"],
                "quantity": Fragment(line["M"]["quantity"]["N"]),
                "price": {"amount": Fragment(line["M"]["price"]["N"]), "currency": currency},
            }
            for line in item["lines"]["L"]
        ],
        "shipTo": texts(item["shipTo"]),
        "tags": sorted(item["tags"]["SS"]),
        "warehouses": sorted(map(int, item["warehouses"]["NS"])),
        "gift": item["gift"]["BOOL"],
    }
    if old:
        data["previousStatus"] = old["status"]["S"]
    if "coupon" in item:
        data["coupon"] = item["coupon"]["S"]
    return name, data


def customer(item, old, change):
    name, loyalty = item["customerId"]["S"], item["loyalty"]["M"]
    data = {
        "customerId": name,
        "change": change,
        "name": item["name"]["S"],
        "email": item["email"]["S"],
        "birthday": item["birthday"]["S"],
        "registeredAt": moment(item["registeredAt"]["N"]),
        "updatedAt": item["updatedAt"]["S"],
        "language": item["language"]["S"],
        "addresses": [texts(address) for address in item["addresses"]["L"]],
        "interests": sorted(item["interests"]["SS"]),
        "tier": loyalty["tier"]["S"],
        "points": Fragment(loyalty["points"]["N"]),
        "balance": {"amount": Fragment(loyalty["balance"]["N"]), "currency": item["currency"]["S"]},
        "newsletter": item["newsletter"]["BOOL"],
    }
    if old:
        data["previousEmail"] = old["email"]["S"]
    if "phone" in item:
        data["phone"] = item["phone"]["S"]
    return name, data


def product(item, old, change):
    sku, dimensions = item["sku"]["S"], item["dimensions"]["M"]
    data = {
        "sku": sku,
        "change": change,
        "name": item["name"]["S"],
        "description": item["description"]["S"],
        "price": {"amount": Fragment(item["price"]["N"]), "currency": item["currency"]["S"]},
        "listedAt": moment(item["listedAt"]["N"]),
        "updatedAt": item["updatedAt"]["S"],
        "image": item["image"]["S"],
        "colours": sorted(item["colours"]["SS"]),
        "category": [each["S"] for each in item["category"]["L"]],
        "width": Fragment(dimensions["width"]["N"]),
        "height": Fragment(dimensions["height"]["N"]),
        "weight": Fragment(dimensions["weight"]["N"]),
        "stock": [
            {"warehouse": Fragment(place["M"]["warehouse"]["N"]), "pieces": Fragment(place["M"]["pieces"]["N"])}
            for place in item["stock"]["L"]
        ],
        "active": item["active"]["BOOL"],
    }
    if old:
        data["previousPrice"] = Fragment(old["price"]["N"])
    return sku, data


SAYS = {"order": order, "customer": customer, "product": product}


def texts(typed):
    return {name: value["S"] for name, value in typed["M"].items()}


def moment(epoch):
    return datetime.fromtimestamp(int(epoch), UTC).isoformat()[:19] + "Z"


# The client: each of the calls on its own connection, all sent before the first answer is read.

connections = []


def publish(calls):
    while len(connections) < len(calls):
        host, port = HOST.split(":")
        connections.append(socket.create_connection((host, int(port))))
        connections[-1].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for connection, entries in zip(connections, calls, strict=False):
        connection.sendall(request(dumps({"Entries": entries})))
    for connection in connections[: len(calls)]:
        check(connection)


def check(connection):
    got = connection.recv(65536)
    while b"]}" not in got[-2:]:
        got += connection.recv(65536)
    if b'"FailedEntryCount": 0' not in got:
        raise RuntimeError(got)


def request(body):
    """POST, signed with Signature Version 4."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = f"content-type:{CONTENT_TYPE}\nhost:{HOST}\nx-amz-date:{now}\nx-amz-target:{TARGET}\n"
    canonical = f"POST\n/\n\n{headers}\n{SIGNED}\n{sha256(body).hexdigest()}"
    scope = f"{now[:8]}/{REGION}/events/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    signature = hmac.digest(key(now[:8]), to_sign.encode(), "sha256").hex()
    credential = f"AWS4-HMAC-SHA256 Credential={KEY_ID}/{scope}, SignedHeaders={SIGNED}, Signature={signature}"
    head = f"POST / HTTP/1.1\r\n{headers.replace(chr(10), chr(13) + chr(10))}authorization:{credential}\r\n"
    return f"{head}content-length:{len(body)}\r\n\r\n".encode() + body


@cache
def key(date):
    made = f"AWS4{SECRET}".encode()
    for part in (date, REGION, "events", "aws4_request"):
        made = hmac.digest(made, part.encode(), "sha256")
    return made


gc.collect()
gc.freeze()  # what is here now stays: the collector need not look at it again
gc.disable()  # and a batch makes no cycles: all of it goes when the handler returns
