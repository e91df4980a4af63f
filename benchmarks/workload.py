"""Lambda events of DynamoDB stream records, drawn from a seed: the same seed says the same bytes.

A shop's single table with orders, customers and products: 60 % MODIFY, 30 % INSERT, 10 % REMOVE; images of 1 to 2 KB
as JSON, with nested maps, lists, sets and decimals. Each record becomes one event (benchmarks/project, shop.py).

    python -m benchmarks.workload 1000 > event.json
"""

import json
import random
import shutil
import sys
from base64 import b64encode
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from benchmarks import shop
from bridge.built import FILE as BUILT
from bridge.built import built

PROJECT = Path(__file__).parent / "project"
STREAM = "arn:aws:dynamodb:eu-west-1:111122223333:table/shop/stream/2026-11-20T08:00:00.000"
START = 1_795_167_000  # epoch seconds of the first change
OPERATIONS = ("MODIFY",) * 6 + ("INSERT",) * 3 + ("REMOVE",)
CHARS = range(1000, 2000)  # of an image, as JSON
WORDS = (
    *("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet"),
    *("jetty", "knoll", "larch", "mossy", "north", "ochre", "pearl", "quartz"),
)
CITIES = (
    ("London", "SW1Y 4JH", "GB"),
    ("Zürich", "8001", "CH"),
    ("Kraków", "31-042", "PL"),
    ("Cork", "T12 W8PK", "IE"),
)
CURRENCIES = ("EUR", "GBP", "CHF")
STATUSES = ("DRAFT", "PAID", "PACKED", "SHIPPED")


def batch(count, seed=0, *, scale=1, rate=None, at=START):
    """A Lambda event as JSON text. `rate` changes a second, by default all in one; images `scale` times as large."""
    return json.dumps(
        {"Records": records(count, seed, scale=scale, rate=rate, at=at)}, ensure_ascii=False, separators=(",", ":")
    )


def records(count, seed=0, *, scale=1, rate=None, at=START):
    """The records alone."""
    draw = random.Random(f"{seed}/{scale}")
    first = 4_421_584_500_000_000_000_000 + seed * 10**9
    return [_record(draw, first + 7 * i, at + (i // rate if rate else 0), scale) for i in range(count)]


def events(records):
    """What the records must become, by CloudEvents id; made by hand (shop.py) and by Powertools' deserialiser."""
    told = [_event(record) for record in records]
    return {event["id"]: event for event in told}


def write_project(folder, rules=3):
    """The project as `changebridge build` puts it into a function, with its trees in place of YAML.

    It has as many more rules of other entities in the same table as make `rules` in all.
    """
    shutil.copytree(PROJECT, folder, dirs_exist_ok=True)
    text, schema = ((PROJECT / name).read_text() for name in ("rules/product.yaml", "schemas/product/saved.v1.json"))
    for n in range(rules - 3):
        name = f"thing{n}"
        (folder / "rules" / f"{name}.yaml").write_text(_renamed(text, name))
        (folder / "schemas" / name).mkdir(exist_ok=True)
        (folder / "schemas" / name / "saved.v1.json").write_text(_renamed(schema, name))
    paths = sorted(path for path in folder.rglob("*.*") if path.suffix in (".yaml", ".json"))
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    (folder / BUILT).write_bytes(built(files))
    return folder


def _renamed(text, name):
    return text.replace("PRODUCT#", f"{name.upper()}#").replace("product", name)


def _event(record):
    body = DynamoDBRecord(record).dynamodb
    entity, subject, data = shop.say(record["eventName"], body.new_image, body.old_image)
    return {
        "specversion": "1.0",
        "id": f"{record['eventID']}/{entity}.saved",
        "source": f"/shop/{entity}s",
        "type": f"com.example.shop.{entity}.saved.v1",
        "subject": subject,
        "time": shop.moment(body.approximate_creation_date_time),
        "data": data,
    }


def _record(draw, sequence, at, scale):
    operation, (make, change) = draw.choice(OPERATIONS), draw.choice(ENTITIES)
    before = make(draw)
    before["history"] = _history(draw, before, scale)
    after = {**before, **change(draw), "updatedAt": _moment(at), "version": before["version"] + 1}
    images = {"INSERT": {"NewImage": after}, "REMOVE": {"OldImage": before}}.get(
        operation, {"NewImage": after, "OldImage": before}
    )
    typed = {name: {key: _typed(value) for key, value in image.items()} for name, image in images.items()}
    return {
        "eventID": f"{draw.getrandbits(128):032x}",
        "eventName": operation,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "dynamodb": {
            "ApproximateCreationDateTime": float(at),
            "Keys": {"pk": {"S": before["pk"]}, "sk": {"S": before["sk"]}},
            **typed,
            "SequenceNumber": str(sequence),
            "SizeBytes": sum(map(_size, typed.values())),
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": STREAM,
    }


def _order(draw):
    name = f"{draw.getrandbits(48):012x}"
    lines = [
        {"sku": _sku(draw), "quantity": draw.randint(1, 9), "price": _amount(draw), "bin": f"A-{draw.randint(1, 99)}"}
        for _ in range(draw.randint(1, 3))
    ]
    return {
        "pk": f"ORDER#{name}",
        "sk": "META",
        "orderId": name,
        "version": draw.randint(1, 9),
        "status": draw.choice(STATUSES),
        "customerId": _customer_id(draw),
        "email": _email(draw),
        "placedAt": START - draw.randint(0, 10**6),
        "updatedAt": _moment(START - 60),
        "currency": draw.choice(CURRENCIES),
        "total": _amount(draw),
        "discount": _amount(draw),
        "lines": lines,
        "shipTo": _address(draw),
        "tags": _some(draw, WORDS),
        "gift": draw.random() < 0.5,
        "warehouses": _some(draw, range(1, 99)),
        **({"coupon": draw.choice(WORDS).upper()} if draw.random() < 0.3 else {}),
    }


def _customer(draw):
    name = _customer_id(draw)
    loyalty = {"tier": draw.choice(("basic", "silver", "gold")), "points": draw.randint(0, 9999)}
    return {
        "pk": f"CUSTOMER#{name}",
        "sk": "PROFILE",
        "customerId": name,
        "version": draw.randint(1, 9),
        "name": _text(draw, 2).title(),
        "email": _email(draw),
        "birthday": f"19{draw.randint(10, 99)}-04-17",
        "registeredAt": START - draw.randint(0, 10**8),
        "updatedAt": _moment(START - 60),
        "language": draw.choice(("en", "de", "pl")),
        "currency": draw.choice(CURRENCIES),
        "addresses": [_address(draw) for _ in range(draw.randint(1, 2))],
        "interests": _some(draw, WORDS),
        "loyalty": {**loyalty, "balance": _amount(draw)},
        "newsletter": draw.random() < 0.5,
        "referredBy": None,
        **({"phone": f"+44{draw.randint(10**8, 10**9)}"} if draw.random() < 0.5 else {}),
    }


def _product(draw):
    sku = _sku(draw)
    stock = [
        {"warehouse": draw.randint(1, 99), "pieces": draw.randint(0, 999), "shelf": f"B-{draw.randint(1, 99)}"}
        for _ in range(draw.randint(1, 3))
    ]
    sizes = {name: Decimal(draw.randint(1, 99999)) / 1000 for name in ("width", "height", "depth", "weight")}
    return {
        "pk": f"PRODUCT#{sku}",
        "sk": "META",
        "sku": sku,
        "version": draw.randint(1, 9),
        "name": _text(draw, 2).title(),
        "description": _text(draw, 20),
        "thumbnail": draw.randbytes(24),
        "price": _amount(draw),
        "currency": draw.choice(CURRENCIES),
        "active": draw.random() < 0.9,
        "listedAt": START - draw.randint(0, 10**8),
        "updatedAt": _moment(START - 60),
        "colours": _some(draw, WORDS),
        "image": f"https://images.example.com/{sku.lower()}.jpg",
        "category": ["home", draw.choice(WORDS)],
        "dimensions": sizes,
        "stock": stock,
    }


#: How an item of each entity is made, and what of it a change changes.
ENTITIES = (
    (_order, lambda draw: {"status": draw.choice(STATUSES), "total": _amount(draw)}),
    (_customer, lambda draw: {"email": _email(draw), "newsletter": draw.random() < 0.5}),
    (_product, lambda draw: {"price": _amount(draw), "active": draw.random() < 0.9}),
)


def _history(draw, item, scale):
    """What nobody outside sees, as much of it as the image lacks."""
    lacking = scale * draw.choice(CHARS) - _size({key: _typed(value) for key, value in item.items()})
    entries = []
    while lacking > 200:
        entry = {"at": START - draw.randint(0, 10**6), "by": draw.choice(WORDS), "note": _text(draw, 9)}
        entries.append({**entry, "cost": _amount(draw)})
        lacking -= _size(_typed(entries[-1]))
    return [*entries, {"note": "-" * max(0, lacking - 60)}]


def _size(value):
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _typed(value):
    """As DynamoDB writes it."""
    for kind, write in TYPES.items():
        if isinstance(value, kind):
            return write(value)
    raise TypeError(value)


TYPES = {
    str: lambda text: {"S": text},
    bool: lambda truth: {"BOOL": truth},
    int | Decimal: lambda number: {"N": str(number)},
    bytes: lambda data: {"B": b64encode(data).decode()},
    dict: lambda items: {"M": {key: _typed(value) for key, value in items.items()}},
    list: lambda values: {"L": [_typed(value) for value in values]},
    frozenset: lambda values: _typed_set([_typed(value) for value in sorted(values)]),
    type(None): lambda _: {"NULL": True},
}


def _typed_set(values):
    kind = next(iter(values[0]))
    return {f"{kind}S": [value[kind] for value in values]}


def _amount(draw):
    return Decimal(draw.randint(1, 99999)) / 100


def _some(draw, values):
    return frozenset(draw.sample(values, draw.randint(1, 3)))


def _text(draw, words):
    return " ".join(draw.choices(WORDS, k=words))


def _sku(draw):
    return f"{draw.choice(WORDS)}-{draw.getrandbits(40):010x}".upper()


def _customer_id(draw):
    return f"C-{draw.getrandbits(40):010x}"


def _email(draw):
    return f"{draw.choice(WORDS)}.{draw.choice(WORDS)}@example.com"


def _address(draw):
    city, code, country = draw.choice(CITIES)
    return {"street": f"{draw.randint(1, 99)} {_text(draw, 2)}", "city": city, "postalCode": code, "country": country}


def _moment(epoch):
    return datetime.fromtimestamp(epoch, UTC).isoformat().replace("+00:00", "Z")


if __name__ == "__main__":
    print(batch(int(sys.argv[1])))
