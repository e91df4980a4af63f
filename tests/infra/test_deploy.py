"""`make deploy` looks, widens, deploys, narrows and looks again; what stops it is said, and stops it before harm is done."""

import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from bridge.archive import project_files
from bridge.core.infra.filters import filters
from bridge.doctor import examination
from bridge.errors import ProjectInvalid, Unavailable
from infra import deploy as deploying
from infra.deploy import Deployment, deploy, main
from infra.generate import TEMPLATE
from tests.doctor.healthy import KINESIS, PROJECT, ROOT, STREAM, UNSEEN, Answering

WANTED = filters(PROJECT.rules)
OTHER = ['{"eventName":["INSERT"]}']
GIVEN = {"Stage": "test", "StreamArn": STREAM}
KINESIS_WANTED = filters(PROJECT.rules, "kinesis")


class Lambda:
    """Lambda's own two calls that are not questions; it takes its time."""

    def __init__(self, done, busy=1, error=None):
        self.done, self.busy, self.error = done, busy, error

    def client(self, *_):
        return self

    def update_event_source_mapping(self, UUID, FilterCriteria):  # noqa: N803 -- AWS's own names
        if self.error:
            raise self.error
        self.done.append(("widen", UUID, [each["Pattern"] for each in FilterCriteria.get("Filters", ())]))
        assert FilterCriteria != {"Filters": []}  # no filter is an empty object
        return {"State": "Updating"}

    def get_event_source_mapping(self, UUID):  # noqa: N803 -- AWS's own name
        self.busy -= 1
        return {"State": "Updating" if self.busy > 0 else "Enabled", "UUID": UUID}


def patterns(template, source="dynamodb"):
    """What a template lets through of a table's stream, or of a Kinesis stream."""
    block = template.split("# generated: filters\n")[1].split("# end of filters")[0]
    told = json.loads(block)["Fn::If"][2 if source == "dynamodb" else 1]
    return [each["Pattern"] for each in told.get("Filters", ())]


def artifact(folder, *names, parts=("bridge.yaml", "rules", "schemas")):
    """A zip with this project, and files of these names."""
    path = folder / "function.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name, file in project_files(ROOT, parts):
            made.write(file, name)
        for name in names:
            made.writestr(name, b"")
    return path


@pytest.fixture
def made(monkeypatch, tmp_path):
    """A deployment, and what is done in its course."""
    monkeypatch.setattr(examination.function, "check_code", lambda *_: iter(()))
    monkeypatch.setattr(deploying, "BUILD", tmp_path / "build" / "template.yaml")
    done = []

    def sam(arguments):
        path = arguments[arguments.index("--template-file") + 1]
        done.append(("sam", patterns(Path(path).read_text())))
        done.append(("kinesis", patterns(Path(path).read_text(), "kinesis")))
        done.append(("words", arguments))
        return 0

    amazon = replace(Answering(), clients=Lambda(done))
    zipped = artifact(tmp_path, "orjson/orjson.cpython-313-aarch64-linux-gnu.so", "bridge/handler.py")
    return Deployment("shop", GIVEN, PROJECT, amazon, sam, TEMPLATE, zipped, lambda _: None), done


def deployed(made, patterns):
    mapping = made.amazon.said["lambda.list_event_source_mappings"]["EventSourceMappings"][0]
    mapping["FilterCriteria"] = {"Filters": [{"Pattern": each} for each in patterns]}


def steps(done):
    return [step for step in done if step[0] in {"widen", "sam"}]


def as_kinesis(made, patterns):
    """A stack that was deployed with a Kinesis stream, and keeps that where no other is given."""
    mapping = made.amazon.said["lambda.list_event_source_mappings"]["EventSourceMappings"][0]
    mapping["EventSourceArn"] = KINESIS
    mapping["FilterCriteria"] = {"Filters": [{"Pattern": each} for each in patterns]}
    (stack,) = made.amazon.said["cloudformation.describe_stacks"]["Stacks"]
    stack["Parameters"] = [{"ParameterKey": "KinesisStreamArn", "ParameterValue": KINESIS}, {"ParameterKey": "Gone"}]


def test_where_nothing_changes_there_is_one_deployment_with_the_parameters(made):
    made, done = made
    assert deploy(made) == 0
    assert steps(done) == [("sam", WANTED)]
    assert done[-1][1] == [
        "deploy", "--template-file", str(TEMPLATE), "--stack-name", "shop", "--region", "eu-west-1", "--resolve-s3",
        "--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset",
        "--parameter-overrides", 'Stage="test"', f'StreamArn="{STREAM}"',
    ]  # fmt: skip


def test_a_first_deployment_has_nothing_to_widen(made):
    made, done = made
    looks = iter([None])
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


def test_rules_that_may_want_any_record_have_every_filter_taken_away_first(made, monkeypatch):
    made, done = made
    monkeypatch.setattr(deploying, "filters", lambda *_: [])
    deployed(made, OTHER)
    deploy(made)
    assert steps(done) == [("widen", "m1", []), ("sam", [])]


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


def test_a_stack_on_kinesis_is_deployed_again_as_such_also_where_its_stream_is_not_given_again(made):
    made, done = made
    other = ['{"data":{"eventName":["INSERT"]}}']
    as_kinesis(made, other)
    deploy(replace(made, parameters={"Stage": "test"}))
    both = [*other, *KINESIS_WANTED]
    assert [step for step in done if step[0] in {"widen", "kinesis"}] == [
        ("widen", "m1", both), ("kinesis", both), ("kinesis", KINESIS_WANTED),
    ]  # fmt: skip


def test_what_the_stack_keeps_and_what_is_given_may_not_contradict_each_other(made):
    made, done = made
    as_kinesis(made, KINESIS_WANTED)
    with pytest.raises(ProjectInvalid, match="A083 StreamArn and KinesisStreamArn exclude each other"):
        deploy(made)
    assert done == []


def test_from_kinesis_to_a_table_the_old_mapping_is_widened_by_its_own_kind_and_the_new_one_has_what_is_wanted(made):
    made, done = made
    other = ['{"data":{"eventName":["INSERT"]}}']
    as_kinesis(made, other)
    deploy(replace(made, parameters={"StreamArn": STREAM, "KinesisStreamArn": ""}))
    assert steps(done) == [("widen", "m1", [*other, *KINESIS_WANTED]), ("sam", WANTED)]
    assert 'KinesisStreamArn=""' in done[-1][1]


def test_a_mapping_that_may_not_be_looked_at_stops_the_deployment(made):
    made, done = made
    looks = iter([UNSEEN])  # once, as a throttled question is

    def listed(**_):
        raise next(looks)

    made.amazon.said["lambda.list_event_source_mappings"] = listed
    made = replace(made, parameters={"Stage": "test"})  # a table of its own: nothing else asks for mappings before
    with pytest.raises(Unavailable, match="A002"):
        deploy(made)
    assert done == []


def test_a_stack_that_was_never_whole_has_no_mapping(made):
    made, _ = made
    (stack,) = made.amazon.said["cloudformation.describe_stacks"]["Stacks"]
    stack["Outputs"] = []
    with pytest.raises(Unavailable, match="A003"):  # looking after it: the answers never change
        deploy(made)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("ROLLBACK_COMPLETE", "aws cloudformation delete-stack --stack-name shop"),
        ("UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback --stack-name shop"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "wait until it is done"),
    ],
)
def test_a_stack_that_cannot_be_deployed_over_is_told_before(made, capsys, status, said):
    made, done = made
    made.amazon.said["cloudformation.describe_stacks"]["Stacks"][0]["StackStatus"] = status
    assert deploy(made) == 1
    assert f"A086 it is {status}" in (told := capsys.readouterr().out)
    assert said in told
    assert done == []


@pytest.mark.parametrize("name", ["shop_1", "1shop", "s" * 58])
def test_a_name_that_no_stack_or_no_function_can_have_is_told_before(made, capsys, name):
    made, done = made
    made.amazon.said["cloudformation.describe_stacks"] = None
    del made.amazon.said["tables"]["shop"]
    assert deploy(replace(made, stack=name, parameters={})) == 1
    assert f"stack {name}: A085 " in capsys.readouterr().out
    assert done == []


def test_a_stack_that_was_planned_and_never_begun_is_none(made, capsys):
    made, _ = made
    made.amazon.said["cloudformation.describe_stacks"]["Stacks"][0]["StackStatus"] = "REVIEW_IN_PROGRESS"
    assert deploy(replace(made, parameters={})) == 1
    assert "A019 the stack would make this table, and it is there already" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"Runtime": "python3.14"}, "it is built for python3.13, and the function would run it as Runtime=python3.14"),
        ({"Architecture": "x86_64"}, "it is built for arm64, and the function would run it as Architecture=x86_64"),
    ],
)
def test_an_artifact_for_another_runtime_is_not_deployed(made, given, said):
    made, done = made
    with pytest.raises(ProjectInvalid, match=f"A087 {said}"):
        deploy(replace(made, parameters=GIVEN | given))
    assert done == []


def test_without_an_artifact_nothing_is_begun(made, tmp_path):
    made, done = made
    with pytest.raises(ProjectInvalid, match="A087 there is no artifact that can be read: No such file or directory"):
        deploy(replace(made, artifact=tmp_path / "none.zip"))
    (tmp_path / "bad.zip").write_bytes(b"no zip")
    with pytest.raises(ProjectInvalid, match="A087 there is no artifact that can be read: File is not a zip file"):
        deploy(replace(made, artifact=tmp_path / "bad.zip"))
    assert done == []


@pytest.mark.parametrize("parts", [(), ("bridge.yaml", "rules")])
def test_an_artifact_with_other_rules_and_schemas_is_not_deployed(made, tmp_path, parts):
    """Filters made for these rules would hold back what those want."""
    made, done = made
    stale = artifact(tmp_path, "bridge/handler.py", parts=parts)
    with pytest.raises(ProjectInvalid, match="A087 it does not carry the rules and schemas of this folder"):
        deploy(replace(made, artifact=stale))
    assert done == []


def test_an_artifact_with_nothing_compiled_runs_anywhere(made, tmp_path):
    made, _ = made
    assert deploy(replace(made, artifact=artifact(tmp_path, "bridge/handler.py"))) == 0


@pytest.mark.parametrize("words", [[], [""], ["shop", "Stage"]])
def test_what_is_no_stack_and_parameters_is_a_mistake_of_usage(words, capsys):
    assert main(words) == 2
    assert capsys.readouterr().err == "usage: python -m infra.deploy STACK [NAME=VALUE]...\n"


def test_parameters_that_the_template_refuses_are_told_before_aws_is_asked(capsys, monkeypatch):
    monkeypatch.setattr(deploying, "SAM", Path(__file__))
    assert main(["shop", "Stage=NO"]) == 1
    said = capsys.readouterr().err
    assert re.search(r"template\.yaml Stage: A082 'NO' is refused", said)
    assert "Traceback" not in said


def test_without_sam_that_is_said_before_anything_is_done(monkeypatch, capsys):
    monkeypatch.setattr(deploying, "SAM", deploying.ROOT / "no-sam")
    assert main(["shop"]) == 3
    assert capsys.readouterr().err == "deploy: AWS SAM is not installed: there is no no-sam; run `make .sam/.ready`\n"
