"""However the bridge goes about it, the same bytes come out: random projects and records through the whole relay.

Compiled closures or the plain meaning of a rule with jmespath's interpreter, the lean transport or boto3, the packed
ledger or the plain one; toward a bus or a FIFO topic. What the services are sent, what lies in the quarantine and what
Lambda is answered must agree, and the batch again must send nothing. The same changes of one item or of many must say
the same, but for what names the item.
"""

import json
import os
import re
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache, partial
from itertools import chain
from random import Random
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import parse_qsl

import pytest

from bridge.aws.clients import Clients
from bridge.aws.eventbridge import EventBridge
from bridge.aws.ledger import DynamoLedger
from bridge.aws.quarantine import S3Quarantine
from bridge.aws.sns import Topic
from bridge.core.expression import expression
from bridge.core.numbers import number_text
from bridge.core.proof.prove import item_shape
from bridge.core.wants import everything
from bridge.local.memory import MemoryClock
from bridge.relay import Bridge, relay
from tests.aws.plain_ledger import PlainLedger
from tests.core.plainly import plainly
from tests.differential import interpreted
from tests.differential.projects import easy_project
from tests.faults.run import ENVIRON
from tests.faults.services import Services
from tests.faults.wire import Endpoint
from tests.proof.generator import Items

#: How many random projects; more with `PROJECTS=1000` in a long run.
COUNT = int(os.environ.get("PROJECTS", "24"))
#: The projects for what needs only a few; those before them refuse nearly every record, which takes long.
FEW = range(4, 4 + COUNT // 4)
RECORDS = 25
TOPIC = "arn:aws:sns:eu-west-1:111122223333:things.fifo"
STREAM = "arn:aws:dynamodb:eu-west-1:111122223333:table/table/stream/2026-01-01T00:00:00.000"
TYPES = {
    str: lambda text: {"S": text},
    bool: lambda truth: {"BOOL": truth},
    int: lambda number: {"N": str(number)},
    Decimal: lambda number: {"N": number_text(number)},
    type(None): lambda _: {"NULL": True},
    list: lambda values: {"L": [typed(value) for value in values]},
    dict: lambda members: {"M": {name: typed(value) for name, value in members.items()}},
}
#: Of the change at each place, the item; of names that nothing else in a record has.
HOT = "A#-hot-"
KEYS = {
    "one hot item": lambda _: HOT,
    "a few": lambda index: f"A#-{index % 3:03}-",
    "many": lambda index: f"A#-{index:03}-",
}
SHAPES = {"INSERT": ("NewImage",), "MODIFY": ("NewImage", "OldImage"), "REMOVE": ("OldImage",)}


def typed(value):
    """As DynamoDB writes it."""
    return TYPES[type(value)](value)


def records(seed, schema, *, hot):
    """Random changes of items that are what their schema says, mostly; of one item where `hot`."""
    random = Random(seed)
    items, shape = Items(random), item_shape(schema)
    made = []
    for index in range(RECORDS):
        name = random.choice(sorted(SHAPES))
        key = {"pk": HOT if hot else f"{random.choice('AB')}#{index}"}
        images = {
            image: {name: typed(each) for name, each in _item(items, shape, key).items()} for image in SHAPES[name]
        }
        body = {
            "Keys": typed(key)["M"],
            "SequenceNumber": str(10**21 + index),
            "ApproximateCreationDateTime": 1.8e9 + index // 9 + random.choice([0, 0, 0.5, 0.123456]),
        }
        made.append({
            "eventID": f"{random.getrandbits(128):032x}", "eventName": name, "eventSource": "aws:dynamodb",
            "awsRegion": "eu-west-1", "eventSourceARN": STREAM, "dynamodb": body | images,
        })  # fmt: skip
    return made


def _item(items, shape, key):
    made = items.value(shape)
    if items.random.random() < 0.15:  # a record that its schema does not know
        made = {name: value for name, value in made.items() if items.random.random() < 0.6}
    return made | key


# the ways


@cache
def endpoint():
    return Endpoint().start()


def compiled(rules, _):
    return {"translate": rules.translate, "wanted": rules.plan.wanted}


def plain(_, anew):
    """What a rule means, step by step, its expressions walked by jmespath, all of each record read."""
    with patch.object(expression, "closure_of", interpreted.closure_of):
        slow = anew()
    return {"translate": lambda change: SimpleNamespace(events=tuple(plainly(slow, change))), "wanted": everything}


WAYS = {
    "as it ships": (compiled, True, DynamoLedger),
    "rules as they mean": (plain, True, DynamoLedger),
    "boto3": (compiled, False, DynamoLedger),
    "the plain ledger": (compiled, True, PlainLedger),
}


def outcome(way, batch, made, target, take=lambda *_: None):
    """What the services were sent, what they keep, and what Lambda was told; twice."""
    bridge, services = built(way, made, target, take)
    heard = endpoint().heard
    first = relay({"Records": batch}, bridge, lambda: 60.0)
    sent = published(heard)
    kept = dict(services.objects)
    again = relay({"Records": batch}, bridge, lambda: 60.0)
    assert published(heard) == sent, "the batch again sends nothing"
    assert services.complaints == []
    return {"sent": sent, "kept": kept, "told": [first.response, again.response], "refused": dict(first.refused)}


def built(way, made, target, take=lambda *_: None):
    """A bridge that goes that way, and the services at its other end, which hold nothing yet."""
    rules, anew = made
    translating, lean, ledger = WAYS[way]
    services, clock, clients = Services(take), MemoryClock(1_800_000_100.0), _clients(lean=lean)
    here = endpoint()
    here.serve, here.heard[:] = services.serve, []
    bus = {"bus": EventBridge("bus", "simulated", clients, clock), "topic": Topic("bus", TOPIC, clients, clock)}[target]
    bridge = Bridge(
        targets={"bus": bus}, ledger=ledger("ledger", clients, clock), clock=clock, project="random",
        quarantine=S3Quarantine("quarantine", clients, clock), **translating(rules, anew),
    )  # fmt: skip
    return bridge, services


@cache
def _clients(*, lean):
    return Clients({**ENVIRON, "AWS_ENDPOINT_URL": endpoint().url} if lean else None)


def published(requests):
    """Of each item, the entries in the order in which they came, with every byte that a subscriber sees."""
    lanes = defaultdict(list)
    for request in requests:
        if request.headers.get("x-amz-target", "").endswith("PutEvents"):
            entries = json.loads(request.body)["Entries"]
        elif b"PublishBatch" in request.body:
            entries = _members(dict(parse_qsl(request.body.decode())))
        else:
            continue
        for entry in entries:
            entry.pop("Id", None)  # its place in the call
            body = entry.get("Detail") or entry["Message"]
            lanes[json.loads(body)["partitionkey"]].append(entry)
    return {lane: sorted(entries, key=str) if "Detail" in entries[0] else entries for lane, entries in lanes.items()}


def _members(form):
    made = defaultdict(dict)
    for name, value in form.items():
        head, _, rest = name.removeprefix("PublishBatchRequestEntries.member.").partition(".")
        if head.isdecimal():
            made[int(head)][rest] = value
    return [made[index] for index in sorted(made)]


@pytest.fixture(autouse=True)
def _environ(monkeypatch):
    for name, value in {**ENVIRON, "AWS_ENDPOINT_URL": endpoint().url}.items():
        monkeypatch.setenv(name, value)


def drawn(seeds):
    """The seeds that give a project, its rules, and the schema of its items."""
    for seed in seeds:
        if found := easy_project(seed):
            rules, schemas = found
            yield seed, rules, schemas.get("thing/item.v1.json")


@pytest.mark.parametrize("part", range(4))
def test_every_way_sends_the_same_bytes(part):
    events = refused = 0
    for seed, rules, schema in drawn(range(part, COUNT, 4)):
        hot, target = bool(seed & 4), ("bus", "topic")[seed // 8 % 2]
        batch = records(seed, schema, hot=hot)
        ways = {way: outcome(way, batch, (rules, partial(again, seed)), target) for way in WAYS}
        expected = ways.pop("as it ships")
        for way, found in ways.items():
            assert found == expected, f"{way}, seed {seed}"
        events += sum(map(len, expected["sent"].values()))
        refused += len(expected["kept"])
    assert events > COUNT / 2
    assert refused > COUNT / 8


def again(seed):
    """The rules once more, compiled anew."""
    return easy_project(seed)[0]


# one item or many


@pytest.mark.parametrize("target", ["bus", "topic"])
def test_one_hot_item_few_and_many_give_the_same_events_and_each_item_keeps_its_order(target):
    """Of the same changes, though many an event is taken late: only in what names the item do the events differ."""
    events = 0
    for seed, rules, schema in drawn(FEW):
        hot = records(seed, schema, hot=True)
        expected = None
        for how, key in KEYS.items():
            take, taken = reluctant()
            batch = [renamed(record, key(index)) for index, record in enumerate(hot)]
            found = outcome("as it ships", batch, (rules, None), target, take)
            entries = chain.from_iterable(found["sent"].values())
            said = {re.sub(r"A#-\d+-", HOT, json.dumps(entry)) for entry in entries}, sorted(taken), found["refused"]
            expected = expected or said
            assert said == expected, f"{how}, seed {seed}"
            if target == "topic":
                assert all(places == sorted(places) for places in by_item(batch, taken)), f"{how}, seed {seed}"
        events += len(taken)
    assert events > COUNT


def renamed(record, key):
    """The same change of another item."""
    return json.loads(json.dumps(record).replace(HOT, key))


def reluctant():
    """A service that takes some events at once, others the second or the third time; and their ids as it took them."""
    tries, taken = Counter(), []

    def take(_, identity, *__):
        tries[identity] += 1
        if tries[identity] <= int(identity[0], 16) % 3:
            return "InternalError"
        taken.append(identity)
        return None

    return take, taken


def by_item(batch, taken):
    """Of each item, the places in the batch of the changes whose events were taken, in that order."""
    place = {record["eventID"]: index for index, record in enumerate(batch)}
    items = defaultdict(list)
    for identity in taken:
        index = place[identity.partition("/")[0]]
        items[batch[index]["dynamodb"]["Keys"]["pk"]["S"]].append(index)
    return items.values()


# what was sent long ago


@pytest.mark.parametrize("way", ["as it ships", "the plain ledger"])
def test_a_batch_that_comes_again_is_sent_again_once_the_ledger_has_forgotten_it_and_no_earlier(way):
    events = 0
    for seed, rules, schema in drawn(FEW):
        batch = records(seed, schema, hot=False)
        bridge, _ = built(way, (rules, None), ("bus", "topic")[seed % 2])
        first = shipped(batch, bridge)
        bridge.clock.sleep(bridge.ledger.keep - 60)
        assert shipped(batch, bridge) == {}, f"seed {seed}"
        bridge.clock.sleep(2 * 3600)  # items of the ledger live up to 75 minutes longer
        assert shipped(batch, bridge) == first, f"seed {seed}"
        assert shipped(batch, bridge) == {}, f"seed {seed}"
        events += sum(map(len, first.values()))
    assert events > COUNT


def shipped(batch, bridge):
    """What this batch sends."""
    endpoint().heard.clear()
    relay({"Records": batch}, bridge, lambda: 60.0)
    return published(endpoint().heard)
