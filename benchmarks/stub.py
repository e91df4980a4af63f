"""AWS as far as the pipelines call it, in a process of its own: PutEvents, and DynamoDB's items as a ledger needs them.

It answers out of memory, cheaply, so that the client's CPU decides, `latency` seconds after a call has arrived. While
it serves it only keeps what it gets; `complaints` looks at that afterwards: every event once, right, in signed calls.
DynamoDB's units are counted as DynamoDB charges them, by the sizes of the items.

    python -m benchmarks.stub     # prints its URL; ends when its input ends
"""

import asyncio
import json
import math
import re
import subprocess
import sys
from base64 import b64decode
from collections import Counter
from contextlib import contextmanager
from decimal import Decimal
from urllib.request import urlopen

BUS = "domain"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TARGET = re.compile(rb"\r\nx-amz-target: *\w+\.(\w+)", re.IGNORECASE)
_ZERO = re.compile(r"(\.0+)?(Z|\+00:00)$")
_SIGNED = re.compile(rb"\r\nauthorization: *AWS4-HMAC-SHA256 Credential=.+Signature=[0-9a-f]{64}", re.IGNORECASE)


class Stub:
    """What it was sent, and how it answers."""

    def __init__(self):
        self.begin(0.0)

    def begin(self, latency):
        """Forget everything."""
        self.tables = {}
        self.go_on(latency)

    def go_on(self, latency):
        """Count anew; the tables keep what is in them."""
        self.latency, self.calls, self.unsigned = latency, Counter(), 0
        self.put_events, self.read_units, self.write_units, self.largest = [], 0, 0, 0

    def report(self):
        told = {name: value for name, value in vars(self).items() if name not in ("tables", "put_events")}
        return {**told, "put_events": [body.decode() for body in self.put_events]}

    def answer(self, head, body):
        """Status and body for a request."""
        target = _TARGET.search(head)
        if target is None:
            return self._control(head.split(b" ", 2)[1].decode())
        operation = target[1].decode()
        self.calls[operation] += 1
        self.unsigned += not _SIGNED.search(head)
        if operation == "PutEvents":
            self.put_events.append(body)
            return 200, _TAKEN[min(body.count(b'"Detail":'), 10)]  # within a detail its quotes are escaped
        status, answer = _DYNAMODB[operation](self, json.loads(body))
        return status, json.dumps(answer).encode()

    def _control(self, path):
        do, _, latency = path[1:].partition("/")
        if do in ("begin", "go_on"):
            getattr(self, do)(float(latency))
        return 200, json.dumps(self.report() if path == "/report" else {}).encode()

    # DynamoDB

    def get_item(self, request):
        item = self._read(request["TableName"], request["Key"])
        return 200, {"Item": item} if item else {}

    def put_item(self, request):
        item = request["Item"]
        before = self._table(request["TableName"]).get(_key(item))
        if before and "ConditionExpression" in request:  # the one that everybody means: it must not be there
            self._charge(_units(_size(before), 1024))
            return 400, {"__type": "com.amazonaws#ConditionalCheckFailedException", "message": "", "Item": before}
        self._write(request["TableName"], item)
        return 200, {}

    def update_item(self, request):
        table, key = request["TableName"], request["Key"]
        names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
        item = dict(self._table(table).get(_key(key)) or key)
        for clause, body in re.findall(r"(SET|ADD)\s+(.+?)(?=\s+(?:SET|ADD)\s|$)", request["UpdateExpression"]):
            for part in re.split(r",\s*(?![^(]*\))", body):
                _UPDATES[clause](item, part, names, values)
        self._write(table, item)
        return 200, {}

    def delete_item(self, request):
        self._write(request["TableName"], request["Key"])
        self._table(request["TableName"]).pop(_key(request["Key"]), None)
        return 200, {}

    def query(self, request):
        """All items of a partition, in the order of their keys."""
        wanted = next(iter(request["ExpressionAttributeValues"].values()))
        items = [item for _, item in sorted(self._table(request["TableName"]).items()) if item["pk"] == wanted]
        self.read_units += _units(sum(map(_size, items)), 4096)
        return 200, {"Items": items, "Count": len(items), "ScannedCount": len(items)}

    def batch_get_item(self, request):
        answer = {}
        for table, wanted in request["RequestItems"].items():
            found = [self._read(table, key) for key in wanted["Keys"]]
            answer[table] = [item for item in found if item]
        return 200, {"Responses": answer, "UnprocessedKeys": {}}

    def batch_write_item(self, request):
        for table, writes in request["RequestItems"].items():
            for write in writes:
                self._write(table, write["PutRequest"]["Item"])
        return 200, {"UnprocessedItems": {}}

    def _table(self, name):
        return self.tables.setdefault(name, {})

    def _read(self, table, key):
        item = self._table(table).get(_key(key))
        self.read_units += _units(_size(item or {}), 4096)
        return item

    def _write(self, table, item):
        items, key, size = self._table(table), _key(item), _size(item)
        self._charge(_units(max(size, _size(items.get(key, {}))), 1024))  # the larger of before and after
        self.largest = max(self.largest, size)
        items[key] = item

    def _charge(self, units):
        self.write_units += units


_DYNAMODB = {
    "GetItem": Stub.get_item,
    "PutItem": Stub.put_item,
    "UpdateItem": Stub.update_item,
    "DeleteItem": Stub.delete_item,
    "Query": Stub.query,
    "BatchGetItem": Stub.batch_get_item,
    "BatchWriteItem": Stub.batch_write_item,
}
_TAKEN = [
    json.dumps({"FailedEntryCount": 0, "Entries": [{"EventId": "1" * 36}] * count}).encode() for count in range(11)
]


def _set(item, part, names, values):
    """`a = :v`, `a = if_not_exists(a, :v)`."""
    name, _, value = (text.strip() for text in part.partition("="))
    name, keep = names.get(name, name), value.startswith("if_not_exists")
    if not (keep and name in item):
        item[name] = values[re.findall(r":\w+", value)[-1]]


def _add(item, part, names, values):
    """`ADD a :v`, of a set or a number."""
    name, value = part.split()
    name, (kind, added) = names.get(name, name), next(iter(values[value].items()))
    before = item.get(name, {}).get(kind)
    if kind == "N":
        item[name] = {"N": str(Decimal(before or 0) + Decimal(added))}
    else:
        item[name] = {kind: list(dict.fromkeys([*(before or []), *added]))}


_UPDATES = {"SET": _set, "ADD": _add}


def _key(item):
    return tuple(next(iter(item[name].values())) for name in ("pk", "sk", "id") if name in item)


def _units(size, unit):
    return max(1, math.ceil(size / unit))


def _size(item):
    """Bytes of an item, as DynamoDB counts them (developer guide, "DynamoDB item sizes and formats")."""
    return sum(len(name.encode()) + _bytes(value) for name, value in item.items())


def _bytes(value):
    kind, said = next(iter(value.items()))
    return _BYTES[kind](said)


def _number(text):
    return math.ceil(len(text.strip("-").replace(".", "").strip("0")) / 2) + 1


_BYTES = {
    "S": lambda text: len(text.encode()),
    "N": _number,
    "B": lambda text: len(b64decode(text)),
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda texts: sum(len(text.encode()) for text in texts),
    "NS": lambda numbers: sum(map(_number, numbers)),
    "BS": lambda texts: sum(len(text) * 3 // 4 - text.count("=") for text in texts),
    "L": lambda values: 3 + sum(1 + _bytes(value) for value in values),
    "M": lambda values: 3 + sum(1 + len(name.encode()) + _bytes(value) for name, value in values.items()),
}


class Connection(asyncio.Protocol):
    """HTTP/1.1, kept alive."""

    def __init__(self, stub):
        self.stub, self.got = stub, bytearray()

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.got += data
        while (end := self.got.find(b"\r\n\r\n")) >= 0:
            head = bytes(self.got[:end])
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self.got) < whole:
                return
            body = bytes(self.got[end + 4 : whole])
            del self.got[:whole]
            self._answer(*self.stub.answer(head, body))

    def _answer(self, status, body):
        about = f"Content-Type: application/x-amz-json-1.1\r\nContent-Length: {len(body)}"
        whole = f"HTTP/1.1 {status} Said\r\n{about}\r\n\r\n".encode() + body
        if self.stub.latency:
            asyncio.get_running_loop().call_later(self.stub.latency, self.transport.write, whole)
        else:
            self.transport.write(whole)


def complaints(report, events):
    """What is wrong with what a pipeline sent, given the events that it should have sent, by id."""
    entries = [entry for body in report["put_events"] for entry in json.loads(body)["Entries"]]
    details = [json.loads(entry["Detail"]) for entry in entries]
    counts = Counter(detail.get("id") for detail in details)
    wrong = [
        detail.get("id")
        for entry, detail in zip(entries, details, strict=True)
        if not _right(entry, detail, events.get(detail.get("id"), {}))
    ]
    found = {
        "never came": [name for name in events if name not in counts],
        "came more than once": [name for name, count in counts.items() if count > 1],
        "are wrong or unasked for": wrong,
    }
    told = [f"{len(names)} events {what}, such as {names[0]}" for what, names in found.items() if names]
    return told + ([f"{report['unsigned']} calls were not signed"] if report["unsigned"] else [])


def _right(entry, detail, event):
    envelope = (entry["EventBusName"], entry["Source"], entry["DetailType"])
    return envelope == (BUS, event.get("source"), event.get("type")) and all(
        _same(detail.get(name), value) for name, value in event.items()
    )


def _same(said, expected):
    """Moments may be written in several ways; nothing else may."""
    return said == expected or (isinstance(said, str) and _ZERO.sub("Z", said) == expected)


async def serve():
    stub = Stub()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(stub), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


class Remote:
    """The stub of another process."""

    def __init__(self, url):
        self.url = url

    def begin(self, latency=0.0):
        urlopen(f"{self.url}/begin/{latency}").read()

    def go_on(self, latency=0.0):
        urlopen(f"{self.url}/go_on/{latency}").read()

    def report(self):
        return json.load(urlopen(f"{self.url}/report"))


@contextmanager
def running():
    """A stub in a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.stub"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield Remote(process.stdout.readline().decode().strip())
    finally:
        process.communicate()


if __name__ == "__main__":
    asyncio.run(serve())
