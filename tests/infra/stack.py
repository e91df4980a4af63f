"""infra/template.yaml as CloudFormation, deployed to the embedded AWS."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from bridge.core.wire import write_json

TEMPLATE = Path(__file__).parents[2] / "infra" / "template.yaml"
ARTIFACTS, KEY = "artifacts", "function.zip"


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
    with mock.patch.dict(os.environ, AWS_DEFAULT_REGION="us-east-1"):  # the translator asks for the partition
        return transform(template, dict(parameters), _NoPolicies())


def deploy(cloud: Any, name: str, template: Mapping[str, Any], archive: bytes, parameters: Mapping[str, str]) -> dict:
    """Create the stack and wait for it; its outputs."""
    cloud.client("s3").create_bucket(Bucket=ARTIFACTS)
    cloud.client("s3").put_object(Bucket=ARTIFACTS, Key=KEY, Body=archive)
    client = cloud.client("cloudformation")
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    client.create_stack(
        StackName=name, TemplateBody=write_json(template).decode(), Parameters=given, Capabilities=["CAPABILITY_IAM"]
    )
    for _ in range(200):
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            break
        time.sleep(0.05)
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    failed = [
        (event["LogicalResourceId"], event["ResourceStatusReason"])
        for event in events
        if "FAILED" in event["ResourceStatus"]
    ]
    assert (stack["StackStatus"], failed) == ("CREATE_COMPLETE", [])
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
