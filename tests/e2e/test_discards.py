"""A batch that Lambda discarded, in the bucket where Lambda keeps those, sent again by an operator's command.

ministack's mapping discards nothing into a bucket, so the test plays Lambda: the function has half of the batch, and
the document lies where Lambda would write it, as its developer guide shows it.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from bridge.local.consumer import billing, consumer
from bridge.local.deployment import ON_FAILURE, SETTINGS, build, deploy, invoke, parcels
from bridge.local.listening import Opinions, listening
from bridge.local.ministack import INTERPRETER, ministack
from bridge.local.package import package
from bridge.local.shop import SUBSCRIBERS
from bridge.local.shop.writing import NINE, order
from bridge.local.tape import Tape
from bridge.local.writing import write
from tests.e2e.test_fifo import COMMAND, PACKED, TIMEOUT, Told, mended, placed

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
FOLDER = "aws/lambda/0a1b2c3d-0000-4000-8000-000000000000/shardId-00000001573689847184-864758bb/2026/11/20"
KEY = f"{FOLDER}/2026-11-20T09.30.00-7f3e2d1c-0000-4000-8000-000000000000"
ARRIVED, MISSING, LATE, POISON = "3001", "3002", "3003", "3004"


def test_exactly_what_is_missing_of_a_discarded_batch_arrives(tmp_path):
    with ministack(ROOT / INTERPRETER) as cloud:
        shop = build(cloud)
        deploy(shop, package(ROOT, ("bridge.yaml", "rules", "schemas")), TIMEOUT)
        opinions = Opinions(consumer(ROOT / "schemas"), billing(ROOT, cloud.client("dynamodb")))
        with listening(shop, SUBSCRIBERS, opinions) as listeners:
            told, records = Told(listeners), written(shop)
            invoke(shop, records[:1])
            assert (told("warehouse", 1), told("billing", 1)) == (placed(ARRIVED), placed(ARRIVED))
            s3 = cloud.client("s3")
            s3.put_object(Bucket=ON_FAILURE, Key=KEY, Body=document(shop.stream, records))
            environment = {"PATH": os.environ["PATH"]} | cloud.environment() | SETTINGS

            ran = run(environment, "list")
            assert ran.stdout.startswith("on-failure  1 batch  2026-11-20 to 2026-11-20\n    B098 ")
            ran = run(environment, "show", "on-failure")
            assert ran.stdout == f"{KEY}\n    RetryAttemptsExhausted after 3 invocations: 4 records\n"

            ran = run(environment, "redrive", f"s3://{ON_FAILURE}/{FOLDER}", code=1)  # a dry run
            assert f"refused    {KEY}\n    4 records: 1 done, 2 ready, 1 refused\n" in ran.stdout
            assert told("warehouse", 0) == told("billing", 0) == []

            ran = run(environment, "redrive", "on-failure", "--yes", code=1)
            assert f"refused    {KEY}\n    4 records: 3 done, 1 refused\n" in ran.stdout
            assert (told("warehouse", 2), sorted(told("billing", 2))) == (placed(MISSING, LATE), placed(MISSING, LATE))
            assert s3.list_objects_v2(Bucket=ON_FAILURE).get("Contents", []) == []
            (parked,) = parcels(shop)
            assert parked["record"]["eventID"] == records[-1]["eventID"]

            run(environment, "redrive", "--yes", "--project", str(mended(tmp_path)))
            assert (told("warehouse", 1), told("billing", 1)) == (placed(POISON), placed(POISON))
            assert parcels(shop) == []
            assert run(environment, "redrive", "--yes").stderr == "nothing waits\n"


def written(shop):
    """Three orders placed and one that is poison: four records of the stream."""
    tape = Tape(shop)
    for number in (ARRIVED, MISSING, LATE):
        write(shop, (order(number, "PAID", placedAt=NINE, parcels=PACKED),))
    write(shop, (order(POISON, "PAID"),))
    return tape.read(4)


def document(stream, records):
    """As Lambda writes it to S3 (AWS Lambda developer guide, "Retain discarded records for a DynamoDB event source")."""
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    return json.dumps(
        {
            "requestContext": {
                "requestId": "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81",
                "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:shop-bridge",
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 3,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0",
            "timestamp": "2026-11-20T09:30:00.717Z",
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000001573689847184-864758bb",
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "batchSize": len(records),
                "streamArn": stream,
            },
            "payload": json.dumps({"Records": records}),
        }
    )


def run(environment, *arguments, code=0):
    command = [COMMAND, "quarantine", *arguments]
    ran = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran
