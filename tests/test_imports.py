"""What the function imports, told by processes of their own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

LOOK = """
import sys
import bridge.handler
print(*sys.modules)
"""
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "t",
    "AWS_SECRET_ACCESS_KEY": "t",
    "AWS_REGION": "eu-west-1",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "BRIDGE_PROJECT": str(ROOT),
    "DOMAIN_BUS": "shop",
    "ANALYTICS_BUS": "shop",
    "ORDER_TOPIC_ARN": "arn:aws:sns:eu-west-1:111122223333:orders.fifo",
    "LEDGER_TABLE": "ledger",
    "QUARANTINE_BUCKET": "parked",
    "PYTHONPATH": str(ROOT),
}


def test_a_bridge_is_made_without_boto3():
    """It takes longer to import than all the rest together."""
    ran = subprocess.run([sys.executable, "-c", LOOK], env=ENVIRON, capture_output=True, text=True, check=True)
    imported = set(ran.stdout.split())
    assert {"bridge.relay", "bridge.aws.lean", "orjson", "jsonschema_rs", "awscrt.auth"} <= imported
    assert (
        imported & {"boto3", "botocore.session", "botocore.loaders", "urllib3", "typer", "rich", "jsonschema"} == set()
    )
