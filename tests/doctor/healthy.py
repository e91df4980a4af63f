"""A bridge on AWS as it should be, as answers to doctor's questions; tests break one thing each."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from bridge.core.infra.filters import criteria
from bridge.core.infra.policy import policy
from bridge.doctor.asking import Amazon
from bridge.doctor.subject import of_function
from bridge.errors import Problem, Unavailable, Where
from bridge.needs import resources
from bridge.project import load_project

ROOT = Path(__file__).parents[2]
REGION, ACCOUNT = "eu-west-1", "111122223333"
STREAM = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/shop/stream/2026-11-20T00:00:00.000"
KINESIS = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/shop"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:orders.fifo"
ALARMS = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
FUNCTION = "shop-bridge"
PROJECT = load_project(ROOT)

MAPPING = {
    "UUID": "m1",
    "EventSourceArn": STREAM,
    "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{FUNCTION}",
    "State": "Enabled",
    "LastProcessingResult": "OK",
    "ParallelizationFactor": 2,
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
    "MaximumRetryAttempts": -1,
    "MaximumRecordAgeInSeconds": 79200,
    "BisectBatchOnFunctionError": True,
    "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::failed"}},
    "MetricsConfig": {"Metrics": ["EventCount"]},
    "FilterCriteria": criteria(PROJECT.rules),
}
TABLE = {
    "TableName": "shop",
    "LatestStreamArn": STREAM,
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
LEDGER = {
    "TableName": "ledger",
    "TableStatus": "ACTIVE",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
}
CONFIGURATION = {
    "FunctionName": FUNCTION,
    "Role": f"arn:aws:iam::{ACCOUNT}:role/bridge",
    "Handler": "bridge.handler.handle",
    "State": "Active",
    "LastUpdateStatus": "Successful",
    "Timeout": 60,
    "KMSKeyArn": KEY,
    "Environment": {
        "Variables": {
            "DOMAIN_BUS": "domain",
            "ANALYTICS_BUS": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/analytics",
            "ORDER_TOPIC_ARN": TOPIC,
            "LEDGER_TABLE": "ledger",
            "QUARANTINE_BUCKET": "parked",
            "ON_FAILURE_BUCKET": "failed",
            "POWERTOOLS_SERVICE_NAME": "shop",
        }
    },
}
NUMBERS = {"invocations": [5.0], "age": [100.0, 200.0], "written": [7.0], "polled": [7.0]}


def answers():
    """By service and operation: what is answered, or what makes it of the arguments. Anything may be changed."""
    tables = {"shop": {"Table": deepcopy(TABLE)}, "ledger": {"Table": deepcopy(LEDGER)}}
    date = {"HTTPHeaders": {"date": format_datetime(datetime.now(UTC), usegmt=True)}}
    return {
        "sts.get_caller_identity": {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/ops", "ResponseMetadata": date},
        "lambda.get_function_configuration": deepcopy(CONFIGURATION),
        "lambda.get_function_concurrency": {},
        "lambda.list_event_source_mappings": {"EventSourceMappings": [deepcopy(MAPPING)]},
        "dynamodb.describe_table": lambda TableName: tables.get(TableName),  # noqa: N803, PLW0108 -- AWS's own name
        "tables": tables,
        "dynamodb.describe_time_to_live": {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}},
        "dynamodb.describe_kinesis_streaming_destination": {
            "KinesisDataStreamDestinations": [{"StreamArn": KINESIS, "DestinationStatus": "ACTIVE"}]
        },
        "kinesis.describe_stream_summary": {"StreamDescriptionSummary": {"RetentionPeriodHours": 24}},
        "events.describe_event_bus": {"Name": "domain"},
        "sns.get_topic_attributes": {"Attributes": {}},
        "sns.list_subscriptions_by_topic": {"Subscriptions": [{"SubscriptionArn": "arn:aws:sns:x"}]},
        "s3.head_bucket": {},
        "s3.list_objects_v2": {},
        "s3.get_public_access_block": {"PublicAccessBlockConfiguration": dict.fromkeys("abcd", True)},
        "s3.get_bucket_versioning": {"Status": "Enabled"},
        "kms.describe_key": {"KeyMetadata": {"Enabled": True}},
        "kms.get_key_policy": {"Policy": '["logs.eu-west-1.amazonaws.com", "events.amazonaws.com", "cloudwatch.amazonaws.com"]'},
        "iam.simulate_principal_policy": simulated(),
        "iam.get_role": {"Role": {"Arn": f"arn:aws:iam::{ACCOUNT}:role/path/ops"}},
        "cloudwatch.get_metric_data": {"MetricDataResults": [{"Id": name, "Values": each} for name, each in NUMBERS.items()]},
        "cloudformation.describe_stacks": {
            "Stacks": [{"Outputs": [{"OutputKey": "FunctionName", "OutputValue": FUNCTION}, {"OutputKey": "AlarmTopicArn", "OutputValue": ALARMS}]}]
        },
    }  # fmt: skip


def simulated(*denied):
    """IAM's simulator, which denies these `(action, part of the resource)`."""

    def simulate(PolicySourceArn, ActionNames, ResourceArns, ContextEntries=()):  # noqa: N803 -- AWS's own names
        results = []
        for action in ActionNames:
            no = any(action == name and end in ResourceArns[0] for name, end in denied)
            results.append({"EvalActionName": action, "EvalDecision": "implicitDeny" if no else "allowed"})
        return {"EvaluationResults": results}

    return simulate


@dataclass(frozen=True)
class Answering(Amazon):
    """AWS as a table of answers. An answer that is an exception is raised."""

    said: dict = field(default_factory=answers)
    asked: list = field(default_factory=list)

    def region(self):
        return REGION

    def ask(self, service, operation, region=None, **arguments):
        self.asked.append((service, operation, region, arguments))
        answer = self.said[f"{service}.{operation}"]
        if isinstance(answer, Exception):
            raise answer
        return answer(**arguments) if callable(answer) else answer


UNSEEN = Unavailable(Problem(Where(), "A002", "not allowed", "allow it"))


def subject(amazon, alarms=ALARMS):
    return of_function(PROJECT, amazon, FUNCTION, alarms)


def statements(given):
    """What the role needs."""
    return policy(resources(given.project, given.home, given.settings))["Statement"]
