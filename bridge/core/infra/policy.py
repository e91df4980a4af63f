"""The least that the function's role, and an operator's, must be allowed, out of what the project names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

#: An ARN: text, or an intrinsic function of CloudFormation that comes to one.
Arn = Any

#: Actions for reading the stream, by the service in its ARN (AWS Lambda developer guide, "Execution role permissions").
_READ: Final = {
    "dynamodb": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
    "kinesis": (
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
    ),
}
#: Listing is not about one stream.
_LIST: Final = {"dynamodb": "dynamodb:ListStreams", "kinesis": "kinesis:ListStreams"}

#: What our own code calls, by kind of resource. The tests hold it equal to the calls that the ports make.
LEDGER: Final = ("dynamodb:BatchGetItem", "dynamodb:UpdateItem")
BUS: Final = ("events:PutEvents",)
CUSTOM_BUS: Final = ("events:PutRawEvents",)
TOPIC: Final = ("sns:Publish",)
#: Reading is for merging what another invocation knew, and S3 asks it of every `If-Match`.
QUARANTINE: Final = ("s3:GetObject", "s3:PutObject")
CLAIMS: Final = ("s3:PutObject",)

#: What `changebridge quarantine` asks besides, of whoever runs it: to look for what waits, and to remove what is sent.
_WAITING_OBJECTS: Final = {
    "Quarantine": (*QUARANTINE, "s3:DeleteObject"),
    "Discards": ("s3:GetObject", "s3:DeleteObject"),
}
_WAITING_BUCKET: Final = ("s3:ListBucket",)

#: Lambda's own writing for us: failed batches (AWS Lambda developer guide, "Retaining records"), and logs.
_FAILED_OBJECTS: Final = ("s3:PutObject",)
_FAILED_BUCKET: Final = ("s3:ListBucket",)
_LOGS: Final = ("logs:CreateLogStream", "logs:PutLogEvents")
_KEYS: Final = ("kms:Decrypt", "kms:GenerateDataKey")
#: Of what is given to the stack, encrypted with a key of its own (developer guides of Kinesis and DynamoDB; of SNS).
_SOURCE_KEYS: Final = ("kms:Decrypt",)
_TOPIC_KEYS: Final = ("kms:Decrypt", "kms:GenerateDataKey")


@dataclass(frozen=True, slots=True)
class Resources:
    """What the function uses, by ARN; what is None or empty is not there."""

    ledger: Arn
    quarantine: Arn  #: the bucket, without `/*`
    buses: Sequence[Arn] = ()
    custom_buses: Sequence[Arn] = ()  #: V2
    topics: Sequence[Arn] = ()
    claims: Arn = None  #: the bucket of claim checks, without `/*`
    source: str = "dynamodb"  #: or "kinesis"
    stream: Arn = None
    streams: Arn = "*"  #: what listing streams is allowed on
    failed: Arn = None  #: bucket of Lambda's on-failure destination, without `/*`
    logs: Arn = None  #: the log group, without `:*`
    keys: Sequence[Arn] = field(default=())  #: KMS keys that encrypt any of these
    source_keys: Sequence[Arn] = ()  #: and those of a stream that is given
    topic_keys: Sequence[Arn] = ()  #: and of topics that are given


#: A statement's name, what it allows, and on what; without any of that there is no statement.
_Statement = tuple[str, Sequence[str], Sequence[Arn]]


def policy(resources: Resources) -> dict[str, Any]:
    """The policy document of the function's role, one statement for each kind of resource."""
    return _document(_of_function(resources))


def operator_policy(resources: Resources) -> dict[str, Any]:
    """The same of whoever runs `changebridge quarantine`."""
    return _document(_of_operator(resources))


def _of_function(given: Resources) -> Sequence[_Statement]:
    return (
        ("ReadStream", _READ[given.source], _present(given.stream)),
        ("ListStreams", (_LIST[given.source],), _present(given.stream and given.streams)),
        *_of_both(given),
        ("Quarantine", QUARANTINE, (below(given.quarantine, "/*"),)),
        ("Claims", CLAIMS, [below(each, "/*") for each in _present(given.claims)]),
        ("FailedBatches", _FAILED_OBJECTS, [below(each, "/*") for each in _present(given.failed)]),
        ("FailedBatchesBucket", _FAILED_BUCKET, _present(given.failed)),
        ("Logs", _LOGS, [below(each, ":*") for each in _present(given.logs)]),
        ("Keys", _KEYS, given.keys),
        ("SourceKeys", _SOURCE_KEYS, given.source_keys),
        ("TopicKeys", _TOPIC_KEYS, given.topic_keys),
    )


def _of_operator(given: Resources) -> Sequence[_Statement]:
    buckets = {"Quarantine": (given.quarantine,), "Discards": _present(given.failed)}
    return (
        *_of_both(given),
        ("Claims", CLAIMS, [below(each, "/*") for each in _present(given.claims)]),
        *((name, _WAITING_OBJECTS[name], [below(each, "/*") for each in arns]) for name, arns in buckets.items()),
        *((f"{name}Bucket", _WAITING_BUCKET, arns) for name, arns in buckets.items()),
        ("Keys", _KEYS, given.keys),
        ("TopicKeys", _TOPIC_KEYS, given.topic_keys),
    )


def _of_both(given: Resources) -> Sequence[_Statement]:
    """What whoever sends events needs."""
    return (
        ("Ledger", LEDGER, (given.ledger,)),
        ("Buses", BUS, given.buses),
        ("CustomBuses", CUSTOM_BUS, given.custom_buses),
        ("Topics", TOPIC, given.topics),
    )


def _document(wanted: Sequence[_Statement]) -> dict[str, Any]:
    statements = [
        {"Sid": name, "Effect": "Allow", "Action": list(actions), "Resource": list(arns)}
        for name, actions, arns in wanted
        if arns
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _present(arn: Arn) -> Sequence[Arn]:
    return (arn,) if arn else ()


def below(arn: Arn, tail: str) -> Arn:
    """What lies below an ARN; of `Fn::GetAtt` and the like, as `Fn::Join` has it."""
    return {"Fn::Join": ["", [arn, tail]]} if isinstance(arn, Mapping) else f"{arn}{tail}"
