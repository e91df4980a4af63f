"""Ways to break what speaks over the wire, each of which some law must notice within a few hundred schedules."""

from contextlib import suppress
from itertools import count
from typing import Any

import orjson

from bridge.aws import custombus, eventbridge, json_protocol, lean, sending, sns
from bridge.aws.claims import S3Claims
from bridge.aws.eventbridge import EventBridge
from bridge.aws.failure import Failure, attempt
from bridge.aws.ledger import DynamoLedger
from bridge.aws.quarantine import S3Quarantine
from bridge.aws.sns import Topic
from bridge.errors import StoreUnavailable
from bridge.parcel import parcel_as_json
from bridge.ports import DELIVERED, Verdict
from tests.faults.run import WireClient
from tests.simulation.breakages import LOSS, PARKED, TWICE, Breakage

_serial = count()
_call, _unavailable, _remember = WireClient.call, sending.unavailable, DynamoLedger.remember
_topic_entry, _bus_entry, _put = Topic._entry, EventBridge._entry, S3Quarantine._put


def believe_any_yes(self: Any, parcel: Any, seconds: float) -> None:
    """Of whoever stands in S3's place."""
    client = self.clients.client("s3", seconds)
    answer = attempt(lambda: client.put_object(Body=parcel_as_json(parcel), Bucket=self.bucket, Key=parcel.key))
    if isinstance(answer, Failure):
        raise StoreUnavailable(answer.problem("B030", "the quarantine could not be written"))


def take_silence_for_taken(target: str, failure: Failure) -> Verdict:
    """A connection that ends without an answer has delivered."""
    return DELIVERED if not failure.status else _unavailable(target, failure)


def take_what_is_left_out_for_taken(self: Any, entry: Any) -> Verdict:
    return DELIVERED


def only_what_is_said_failed(self: Any, answer: Any) -> dict[str, Verdict]:
    """All but what SNS says failed was taken."""
    failed = {entry["Id"]: self._of_entry(entry) for entry in answer.get("Failed", [])}
    return {str(index): DELIVERED for index in range(10)} | failed


def ignore_unprocessed(self: Any, operation: str, **asked: Any) -> Any:
    answer = _call(self, operation, **asked)
    if operation == "batch_get_item":
        answer["UnprocessedKeys"] = {}
    return answer


def read_eventually(self: Any, operation: str, **asked: Any) -> Any:
    for part in asked.get("RequestItems", {}).values() if operation == "batch_get_item" else ():
        part["ConsistentRead"] = False
    return _call(self, operation, **asked)


def remember_half(self: Any, told: Any, seconds: float) -> None:
    some = list(told)[: len(told) // 2]
    if some:
        _remember(self, {each: told[each] for each in some} if isinstance(told, dict) else some, seconds)


def believe_any_page(operation: str, headers: Any, body: bytes) -> dict[str, Any]:
    """Of whoever stands in DynamoDB's place."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}


def store_nothing_of_it(self: Any, event: Any, seconds: float) -> None:
    """And say that it is stored."""
    with suppress(Exception):
        self._put(event, seconds)


def another_name_each_time(_: str) -> str:
    return str(next(_serial))


def sign_nothing(headers: Any, *_: Any) -> Any:
    return []


def one_group_for_each_event(self: Any, index: int, event: Any) -> Any:
    return _topic_entry(self, index, event) | ({"MessageGroupId": event.id} if self.ordered else {})


def one_duplicate_for_each_group(self: Any, index: int, event: Any) -> Any:
    return _topic_entry(self, index, event) | ({"MessageDeduplicationId": event.partitionkey} if self.ordered else {})


def to_the_default_bus(self: Any, event: Any) -> Any:
    return _bus_entry(self, event) | {"EventBusName": "default"}


def overwrite(self: Any, parcel: Any, seconds: float, **condition: str) -> Any:
    return _put(self, parcel, seconds)


CLAIMED, DROPPED = "a_claim_lies_there_before_its_event", "what_a_bus_drops_does_not_arrive"
KEPT = "the_ledger_tells_what_it_took"
LIMITS = "each_call_is_one_that_aws_takes"
THROTTLED = eventbridge.REFUSED_ENTRY | {"ThrottlingException"}
DENIED = sns.REFUSED_CALL | {"AccessDenied"}

#: Shows where a batch comes again and the ledger answers by halves.
IGNORE_UNPROCESSED = Breakage("ignore unprocessed keys", WireClient, "call", ignore_unprocessed, TWICE)
#: Shows where a record is parked again by who knows less of it.
OVERWRITE = Breakage("overwrite parcels", S3Quarantine, "_put", overwrite, ("a_parcel_forgets_nothing",))


#: Each with the port whose faults show it.
BREAKAGES = (
    ("park", Breakage("believe any yes of S3", S3Quarantine, "park", believe_any_yes, (*LOSS, *PARKED))),
    ("topic", Breakage("take silence for taken", sending, "unavailable", take_silence_for_taken, LOSS)),
    ("bus", Breakage("take any entry for taken", EventBridge, "_of_entry", take_what_is_left_out_for_taken, LOSS)),
    ("topic", Breakage("take for taken what SNS leaves out", Topic, "_by_id", only_what_is_said_failed, LOSS)),
    ("", Breakage("read the ledger eventually", WireClient, "call", read_eventually, (LIMITS,))),
    ("", Breakage("remember half", DynamoLedger, "remember", remember_half, (KEPT,))),
    ("remember", Breakage("believe any yes of DynamoDB", json_protocol, "told", believe_any_page, (KEPT,))),
    ("claims", Breakage("believe any claim", S3Claims, "store", store_nothing_of_it, (CLAIMED,))),
    ("", Breakage("another name each time", custombus, "token", another_name_each_time, (DROPPED,))),
    ("", Breakage("sign nothing", lean, "signature", sign_nothing, (LIMITS,))),
    ("", Breakage("a group for each event", Topic, "_entry", one_group_for_each_event, (LIMITS,))),
    ("", Breakage("a duplicate for each group", Topic, "_entry", one_duplicate_for_each_group, (LIMITS,))),
    ("", Breakage("to the default bus", EventBridge, "_entry", to_the_default_bus, (LIMITS,))),
    ("bus", Breakage("refuse what is throttled", eventbridge, "REFUSED_ENTRY", THROTTLED, PARKED)),
    ("topic", Breakage("refuse what is denied", sns, "REFUSED_CALL", DENIED, PARKED)),
)
