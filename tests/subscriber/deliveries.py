"""What AWS delivers, written after its documents: Lambda (SQS, SNS, EventBridge), SNS in SQS, EventBridge, pipes, boto3.

Names and forms are those of the Lambda, SNS, SQS and EventBridge guides; values are made up.
"""

import json
from copy import deepcopy

ORDER_ID = "https://schemas.example.com/shop/order/placed.v1.json"
BODY = """{"specversion":"1.0","id":"7de3/order.placed","source":"/shop/orders","type":"com.example.shop.order.placed.v1",\
"subject":"7","time":"2026-11-20T09:30:00.123Z","datacontenttype":"application/json","partitionkey":"ORDER#7",\
"sequence":"0000000000004421584500000000017450439091","data":{"orderId":"7","total":12.50,"exact":0.1234567890123456789012345678901234567}}"""
EVENT = json.loads(BODY)


def event(**more):
    """The event, some of it different; None leaves it out."""
    return {name: value for name, value in (deepcopy(EVENT) | more).items() if value is not None}


def eventbridge(detail=BODY):
    """As a rule of a bus delivers, as text: what SQS holds, and what Lambda parses."""
    return (
        '{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"com.example.shop.order.placed.v1",'
        '"source":"/shop/orders","account":"111122223333","time":"2026-11-20T09:30:00Z","region":"eu-west-1",'
        f'"resources":["arn:aws:dynamodb:eu-west-1:111122223333:table/shop"],"detail":{detail}}}'
    )


def notification(message=BODY):
    """As SNS delivers to SQS without raw delivery."""
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": "arn:aws:sns:eu-west-1:111122223333:orders",
            "Message": message,
            "Timestamp": "2026-11-20T09:30:00.456Z",
            "SignatureVersion": "1",
            "Signature": "EXAMPLE",
            "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService.pem",
            "UnsubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe",
            "MessageAttributes": {"type": {"Type": "String", "Value": "com.example.shop.order.placed.v1"}},
        }
    )


def sqs_record(body=BODY, message="m1", group=None):
    """One record of an SQS event; with a group, of a FIFO queue."""
    record = {
        "messageId": message,
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1795167000000",
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1795167000012",
        },
        "messageAttributes": {},
        "md5OfBody": "098f6bcd4621d373cade4e832627b4f6",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:billing",
        "awsRegion": "eu-west-1",
    }
    if group is not None:
        record["attributes"] |= {"MessageGroupId": group, "SequenceNumber": "18849496460467696128"}
        record["eventSourceARN"] += ".fifo"
    return record


def sqs(*records):
    """What Lambda gets from a queue."""
    return {"Records": list(records)}


def sns(message=BODY):
    """What Lambda gets from a topic."""
    return {
        "Records": [
            {
                "EventVersion": "1.0",
                "EventSubscriptionArn": "arn:aws:sns:eu-west-1:111122223333:orders:2bcfbf39",
                "EventSource": "aws:sns",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                    "TopicArn": "arn:aws:sns:eu-west-1:111122223333:orders",
                    "Subject": None,
                    "Message": message,
                    "Timestamp": "2026-11-20T09:30:00.456Z",
                    "SignatureVersion": "1",
                    "Signature": "EXAMPLE",
                    "SigningCertUrl": "EXAMPLE",
                    "UnsubscribeUrl": "EXAMPLE",
                    "MessageAttributes": {},
                },
            }
        ]
    }


def polled(body=BODY, message="m1"):
    """boto3's answer to receive_message."""
    return {
        "Messages": [{"MessageId": message, "ReceiptHandle": "AQEB", "MD5OfBody": "098f", "Body": body}],
        "ResponseMetadata": {"HTTPStatusCode": 200},
    }


def with_metadata(data=None):
    """One element of a Custom Event Bus's array, transformer WITH_METADATA."""
    return {
        "Data": event() if data is None else data,
        "Metadata": {"tenant": "acme"},
        "SystemMetadata": {
            "ContentType": "application/json",
            "aws:EventId": "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111",
            "aws:IngestionTime": "2026-11-20T09:30:00Z",
            "aws:DeliveryType": "LIVE",
        },
    }
