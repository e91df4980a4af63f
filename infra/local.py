"""The real template on the embedded AWS: deployed, a change written, its event received. `make deploy-local`.

The template is translated as AWS SAM does it and given to ministack's CloudFormation. What that cannot do is left out,
here and nowhere else, and said: see `LEFT_OUT`.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from bridge.aws.failure import Failure, attempt
from bridge.core.wire import write_json
from bridge.doctor import template as templates
from bridge.doctor.asking import Amazon
from bridge.doctor.examination import examine
from bridge.doctor.subject import of_function
from bridge.errors import BridgeError, Problem, ProjectInvalid, Unavailable, Where
from bridge.local.ministack import ACCOUNT, INTERPRETER, REGION, Ministack, ministack
from bridge.local.package import package
from bridge.project import Project, load_project

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "infra" / "template.yaml"
PARTS = ("bridge.yaml", "rules", "schemas")
NAME = "shop-local"
ARTIFACTS, KEY = "artifacts", "function.zip"
PARAMETERS = {"Stage": "test", "Architecture": "x86_64", "BatchWindow": "0"}
#: What the embedded AWS cannot do of the template, and why that does not matter here.
LEFT_OUT = {
    "the mapping's filters": "its mapping does not know `$or`; tests hold the filters against another implementation",
    "alarms on expressions": "its CloudFormation refuses them; cfn-lint has seen them",
    "the buckets' TLS-only policies": "it is reached without TLS, which they rightly deny",
}
ORDER = {
    "pk": {"S": "ORDER#7"},
    "sk": {"S": "META"},
    "orderId": {"S": "7"},
    "status": {"S": "PAID"},
    "customerId": {"S": "C-42"},
    "total": {"N": "1490"},
    "placedAt": {"N": "1795167000"},
    "lines": {"L": [{"M": {"sku": {"S": "MUG"}, "quantity": {"N": "1"}, "price": {"N": "1490"}}}]},
}


class _NoPolicies(ManagedPolicyLoader):
    """The template names no managed policy."""

    def __init__(self) -> None:
        super().__init__(iam_client=None)

    def load(self) -> dict[str, str]:
        return {}


def translated(parameters: Mapping[str, str]) -> dict[str, Any]:
    """The template as CloudFormation, its code in S3."""
    template = yaml_parse(TEMPLATE.read_text())
    template["Resources"]["Function"]["Properties"]["CodeUri"] = {"Bucket": ARTIFACTS, "Key": KEY}
    with mock.patch.dict(os.environ, AWS_DEFAULT_REGION=REGION):  # the translator asks for the partition
        try:
            made: dict[str, Any] = transform(template, dict(parameters), _NoPolicies())
        except InvalidDocumentException as error:
            said = "; ".join(cause.message for cause in error.causes)
            raise ProjectInvalid(_broken(f"AWS SAM cannot translate the template: {said}")) from None
    return made


def _broken(what: str) -> Problem:
    fix = (
        "correct infra/template.yaml, which `make check` looks at, or what the embedded AWS cannot do in infra/local.py"
    )
    return Problem(Where(file="infra/template.yaml"), "E004", what, fix)


def embedded(parameters: Mapping[str, str]) -> dict[str, Any]:
    """The translated template without what the embedded AWS cannot do, and nothing else."""
    template = translated(parameters)
    resources = template["Resources"]
    del resources["Mapping"]["Properties"]["FilterCriteria"], resources["Mapping"]["DependsOn"]
    alarms = [name for name, each in resources.items() if "Metrics" in each.get("Properties", {})]
    for name in (*alarms, "QuarantinePolicy", "FailedBatchesPolicy"):
        del resources[name]
    # It takes PublishBatch for a permission of its own; AWS asks for `sns:Publish` (Service Authorization Reference).
    for statement in resources["Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]:
        if statement.get("Sid") == "Topics":
            statement["Action"].append("sns:PublishBatch")
    return template


def deploy(
    cloud: Ministack, name: str, template: Mapping[str, Any], archive: bytes, parameters: Mapping[str, str]
) -> dict[str, str]:
    """Create the stack and wait for it; its outputs. Raises `Unavailable` with what failed."""
    cloud.client("s3").create_bucket(Bucket=ARTIFACTS)
    cloud.client("s3").put_object(Bucket=ARTIFACTS, Key=KEY, Body=archive)
    client = cloud.client("cloudformation")
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    body = write_json(dict(template)).decode()
    made = attempt(
        lambda: client.create_stack(
            StackName=name, TemplateBody=body, Parameters=given, Capabilities=["CAPABILITY_IAM"]
        )
    )
    if isinstance(made, Failure):
        raise Unavailable(_broken(f"the stack was refused: {made.message or made}"))
    stack = _settled(client, name)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        events = client.describe_stack_events(StackName=name)["StackEvents"]
        failed = [each for each in events if "FAILED" in each["ResourceStatus"]]
        said = "; ".join(f"{each['LogicalResourceId']}: {each.get('ResourceStatusReason')}" for each in failed)
        raise Unavailable(_broken(f"the stack was not made: {said}"))
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _settled(client: Any, name: str) -> Any:
    for _ in range(200):
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            break
        time.sleep(0.05)
    return stack


def received(cloud: Ministack, outputs: Mapping[str, str], write: Callable[[], None], seconds: float = 20) -> Any:
    """The first event that comes out of the domain bus once `write` has written; None where none comes in time."""
    url = cloud.client("sqs").create_queue(QueueName="heard")["QueueUrl"]
    events, bus = cloud.client("events"), outputs["DomainBusName"]
    events.put_rule(Name="all", EventBusName=bus, EventPattern=json.dumps({"source": [{"prefix": "/"}]}))
    queue = {"Id": "q", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:heard"}
    events.put_targets(Rule="all", EventBusName=bus, Targets=[queue])
    write()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for message in cloud.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []):
            return json.loads(message["Body"])["detail"]
    return None


def pay(cloud: Ministack) -> None:
    """Write a paid order."""
    cloud.client("dynamodb").put_item(TableName="shop", Item=ORDER)


def reasons(cloud: Ministack, outputs: Mapping[str, str], project: Project) -> list[str]:
    """Why no event came, as far as it shows: errors that doctor finds, and what the quarantine says of its records."""
    with mock.patch.dict(os.environ, cloud.environment()):
        results = examine(of_function(project, Amazon(), outputs["FunctionName"]), Amazon(), 1)
    found = [str(problem) for each in results for problem in each.problems if problem.level == "error"]
    client, bucket = cloud.client("s3"), outputs["QuarantineBucket"]
    for each in client.list_objects_v2(Bucket=bucket).get("Contents", []):
        parcel = json.loads(client.get_object(Bucket=bucket, Key=each["Key"])["Body"].read())
        found += [
            f"refused: {said['code']} {said['what']} ({said['file']}:{said['line']})" for said in parcel["problems"]
        ]
    return found


def main() -> int:
    """0 where the event came, 1 where the project or the template is wrong, 3 where none came."""
    began = time.monotonic()
    templates.read(TEMPLATE)
    project = load_project(ROOT)
    _tell("packing the function")
    archive = package(ROOT, PARTS).archive
    _tell("starting the embedded AWS, with permissions checked")
    with ministack(ROOT / INTERPRETER, {"AUTH": "true"}) as cloud:
        _tell(f"deploying infra/template.yaml as the stack {NAME}, without")
        for what, why in LEFT_OUT.items():
            _tell(f"    {what}: {why}")
        outputs = deploy(cloud, NAME, embedded(PARAMETERS), archive, PARAMETERS)
        _tell("writing a paid order to the table shop")
        event = received(cloud, outputs, lambda: pay(cloud))
        why = [] if event else reasons(cloud, outputs, project)
    if event is None:
        _tell("no event came within 20 s" + "".join(f"\n{each}" for each in why))
        return 3
    print(json.dumps(event, indent=2, ensure_ascii=False))
    _tell(f"that came out of the bus {outputs['DomainBusName']}, {time.monotonic() - began:.0f} s after the start")
    return 0


def _tell(what: str) -> None:
    print(f"deploy-local: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BridgeError as error:
        print(error, file=sys.stderr)
        sys.exit(1 if isinstance(error, ProjectInvalid) else 3)
    except KeyboardInterrupt:
        sys.exit(130)
