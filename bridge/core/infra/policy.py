"""The least that the function's role must be allowed, out of what the project names."""

from collections.abc import Iterator, Mapping, Sequence
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


def policy(resources: Resources) -> dict[str, Any]:
    """The policy document, one statement for each kind of resource."""
    return {"Version": "2012-10-17", "Statement": list(_statements(resources))}


def _statements(given: Resources) -> Iterator[dict[str, Any]]:
    wanted: Sequence[tuple[str, Sequence[str], Sequence[Arn]]] = (
        ("ReadStream", _READ[given.source], _present(given.stream)),
        ("ListStreams", (_LIST[given.source],), _present(given.stream and given.streams)),
        ("Ledger", LEDGER, (given.ledger,)),
        ("Buses", BUS, given.buses),
        ("CustomBuses", CUSTOM_BUS, given.custom_buses),
        ("Topics", TOPIC, given.topics),
        ("Quarantine", QUARANTINE, (below(given.quarantine, "/*"),)),
        ("Claims", CLAIMS, [below(each, "/*") for each in _present(given.claims)]),
        ("FailedBatches", _FAILED_OBJECTS, [below(each, "/*") for each in _present(given.failed)]),
        ("FailedBatchesBucket", _FAILED_BUCKET, _present(given.failed)),
        ("Logs", _LOGS, [below(each, ":*") for each in _present(given.logs)]),
        ("Keys", _KEYS, given.keys),
        ("SourceKeys", _SOURCE_KEYS, given.source_keys),
        ("TopicKeys", _TOPIC_KEYS, given.topic_keys),
    )
    for name, actions, arns in wanted:
        if arns:
            yield {"Sid": name, "Effect": "Allow", "Action": list(actions), "Resource": list(arns)}


def _present(arn: Arn) -> Sequence[Arn]:
    return (arn,) if arn else ()


def below(arn: Arn, tail: str) -> Arn:
    """What lies below an ARN; of `Fn::GetAtt` and the like, as `Fn::Join` has it."""
    return {"Fn::Join": ["", [arn, tail]]} if isinstance(arn, Mapping) else f"{arn}{tail}"
