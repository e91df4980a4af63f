"""`make deploy` looks, widens, deploys, narrows and looks again; what stops it is said, and stops it before harm is done."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from bridge.core.infra.filters import filters
from bridge.doctor import examination
from bridge.errors import Unavailable
from infra import deploy as deploying
from infra.deploy import Deployment, deploy, main
from infra.generate import TEMPLATE
from tests.doctor.healthy import PROJECT, STREAM, Answering

WANTED = filters(PROJECT.rules)
OTHER = ['{"eventName":["INSERT"]}']
GIVEN = {"Stage": "test", "StreamArn": STREAM}


class Lambda:
    """Lambda's own two calls that are not questions; it takes its time."""

    def __init__(self, done, busy=1, error=None):
        self.done, self.busy, self.error = done, busy, error

    def client(self, *_):
        return self

    def update_event_source_mapping(self, UUID, FilterCriteria):  # noqa: N803 -- AWS's own names
        if self.error:
            raise self.error
        self.done.append(("widen", UUID, [each["Pattern"] for each in FilterCriteria["Filters"]]))
        return {"State": "Updating"}

    def get_event_source_mapping(self, UUID):  # noqa: N803 -- AWS's own name
        self.busy -= 1
        return {"State": "Updating" if self.busy > 0 else "Enabled", "UUID": UUID}


def patterns(template):
    """What a template lets through of a table's stream."""
    block = template.split("# generated: filters\n")[1].split("# end of filters")[0]
    dynamodb = json.loads(block)["Fn::If"][2]
    return [each["Pattern"] for each in dynamodb.get("Filters", ())]


@pytest.fixture
def made(monkeypatch, tmp_path):
    """A deployment, and what is done in its course."""
    monkeypatch.setattr(examination.function, "check_code", lambda *_: iter(()))
    monkeypatch.setattr(deploying, "BUILD", tmp_path / "build" / "template.yaml")
    done = []

    def sam(arguments):
        path = arguments[arguments.index("--template-file") + 1]
        done.append(("sam", patterns(Path(path).read_text())))
        done.append(("words", arguments))
        return 0

    amazon = replace(Answering(), clients=Lambda(done))
    return Deployment("shop", GIVEN, PROJECT, amazon, sam, TEMPLATE, lambda _: None), done


def deployed(made, patterns):
    mapping = made.amazon.said["lambda.list_event_source_mappings"]["EventSourceMappings"][0]
    mapping["FilterCriteria"] = {"Filters": [{"Pattern": each} for each in patterns]}


def steps(done):
    return [step for step in done if step[0] != "words"]


def test_where_nothing_changes_there_is_one_deployment_with_the_parameters(made):
    made, done = made
    assert deploy(made) == 0
    assert steps(done) == [("sam", WANTED)]
    assert done[1][1] == [
        "deploy", "--template-file", str(TEMPLATE), "--stack-name", "shop", "--resolve-s3", "--capabilities", "CAPABILITY_IAM",
        "--no-fail-on-empty-changeset", "--parameter-overrides", "Stage=test", f"StreamArn={STREAM}",
    ]  # fmt: skip


def test_a_first_deployment_has_nothing_to_widen(made):
    made, done = made
    looks = iter([None, None])
    after = made.amazon.said["cloudformation.describe_stacks"]
    made.amazon.said["cloudformation.describe_stacks"] = lambda StackName: next(looks, after)  # noqa: N803
    assert deploy(made) == 0
    assert steps(done) == [("sam", WANTED)]


def test_other_filters_are_widened_before_the_code_and_narrowed_after_it(made):
    made, done = made
    deployed(made, OTHER)
    assert deploy(made) == 1  # the answers never change, so that doctor sees the old filters in the end
    both = [*OTHER, *WANTED]
    assert steps(done) == [("widen", "m1", both), ("sam", both), ("sam", WANTED)]


def test_filters_that_are_wider_are_narrowed_only_after_the_code_is_live(made):
    made, done = made
    deployed(made, [])
    assert deploy(made) == 0
    assert steps(done) == [("sam", []), ("sam", WANTED)]


def test_where_the_code_cannot_be_deployed_nothing_is_narrowed(made):
    made, done = made
    deployed(made, OTHER)

    def sam(arguments):
        made.sam(arguments)
        return 7

    assert deploy(replace(made, sam=sam)) == 7
    assert [step[0] for step in steps(done)] == ["widen", "sam"]


@pytest.mark.parametrize(
    ("clients", "words"),
    [
        (Lambda([], error=ClientError({"Error": {"Code": "AccessDeniedException"}}, "x")), "AccessDeniedException"),
        (Lambda([], busy=10_000), "StillUpdating"),
    ],
)
def test_where_the_filters_cannot_be_widened_nothing_is_deployed(made, clients, words):
    made, done = made
    deployed(made, OTHER)
    with pytest.raises(
        Unavailable, match=f"A091 the mapping's filters could not be widened, and nothing was deployed: {words}"
    ):
        deploy(replace(made, amazon=replace(made.amazon, clients=clients)))
    assert done == []


def test_what_doctor_finds_before_stops_it(made, capsys):
    made, done = made
    made.amazon.said["tables"]["shop"]["Table"]["StreamSpecification"] = {}
    assert deploy(made) == 1
    assert "A011 the table has no stream" in capsys.readouterr().out
    assert done == []


def test_a_kinesis_stream_has_filters_of_its_own(made):
    made, _ = made
    made = replace(made, parameters={"KinesisStreamArn": "arn:aws:kinesis:eu-west-1:1:stream/shop"})
    assert made.source == "kinesis"


@pytest.mark.parametrize("words", [[], [""], ["shop", "Stage"]])
def test_what_is_no_stack_and_parameters_is_a_mistake_of_usage(words, capsys):
    assert main(words) == 2
    assert capsys.readouterr().err == "usage: python -m infra.deploy STACK [NAME=VALUE]...\n"


def test_parameters_that_the_template_refuses_are_told_before_aws_is_asked(capsys):
    assert main(["shop", "Stage=NO"]) == 1
    said = capsys.readouterr().err
    assert re.search(r"template\.yaml Stage: A082 'NO' is refused", said)
    assert "Traceback" not in said


def test_without_sam_that_is_said(monkeypatch, capsys):
    monkeypatch.setattr(deploying, "SAM", deploying.ROOT / "no-sam")
    assert deploying._sam([]) == 3
    assert "AWS SAM is not installed: there is no no-sam; run `make .sam/.ready`" in capsys.readouterr().err
