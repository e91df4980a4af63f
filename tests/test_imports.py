"""What the function imports, told by processes of their own."""

import copy
import json
import subprocess
import sys
import time
from pathlib import Path

from bridge.archive import project_files
from bridge.build import NEEDLESS, NOT_NEEDED, _with_trees
from bridge.core.rules.load import is_beside

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


#: What would lengthen every start, and is needed by few or none: of the libraries, and of ours where it is built.
NOT_AT_ONCE = {
    "boto3", "botocore.session", "urllib3", "s3transfer", "jsonschema", "cloudevents", "pydantic", "yaml", "typer", "rich",
    "asyncio", "http.client", "xml.etree.ElementTree", "subprocess", "tempfile", "shutil", "pickle", "importlib.metadata",
    "bridge.aws.asked", "bridge.aws.unusual", "bridge.core.schemas", "bridge.core.schema.close", "bridge.core.schema.link",
    "bridge.core.schema.source", "bridge.core.yamltree.build", "bridge.core.yamltree.syntax",
}  # fmt: skip


def test_a_built_function_starts_with_nothing_that_it_could_do_without(tmp_path):
    files = project_files(ROOT, ("bridge.yaml", "rules", "schemas"))
    for name, data in _with_trees({name: path.read_bytes() for name, path in files if not is_beside(name)}).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    built = ENVIRON | {"BRIDGE_PROJECT": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", LOOK], env=built, capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) & NOT_AT_ONCE == set()


#: Refuses what the artifact does not carry, then does all that a function can do, down to a batch relayed.
FUNCTION = """
import json, sys, time

class Refuse:
    def find_spec(self, name, path=None, target=None):
        place = name.replace(".", "/")
        if needless.match(place + "/") or needless.match(place + ".py") or name in subscribers:
            raise ImportError(f"{name} is not in the artifact")

import re
needless, subscribers = re.compile(sys.argv[1]), set(sys.argv[2].split())
sys.meta_path.insert(0, Refuse())
import bridge.aws.asked, bridge.aws.unusual, bridge.handler, boto3

class Context:
    ends = time.monotonic() + 2

    def get_remaining_time_in_millis(self):
        return 1000 * (self.ends - time.monotonic())

print(bridge.handler.handle(json.loads(sys.argv[3]), Context()))
"""


def test_what_the_artifact_leaves_out_is_needed_by_nothing_that_the_function_does():
    """Nobody answers at this endpoint: it looks up, parks in vain, tries again, logs, measures, and says what failed."""
    sound = json.loads((ROOT / "rules" / "records" / "price-dropped.json").read_text())
    sound["dynamodb"]["ApproximateCreationDateTime"] = time.time()
    poison = copy.deepcopy(sound) | {"eventID": "poison"}
    poison["dynamodb"]["SequenceNumber"] = "7"
    poison["dynamodb"]["NewImage"]["price"] = {"S": "much"}
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            FUNCTION,
            NEEDLESS.pattern,
            " ".join(NOT_NEEDED),
            json.dumps({"Records": [poison, sound]}),
        ],
        env=ENVIRON | {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    assert "{'batchItemFailures': [{'itemIdentifier': '7'}]}" in ran.stdout
