"""`changebridge doctor`: its ways to be asked, its report, its exit codes; nothing at AWS is needed for any of it."""

import json
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.cli import main
from bridge.cli.doctor import plan
from bridge.doctor import asking, examination
from bridge.errors import Problem, Unavailable, Where
from tests.doctor.healthy import FUNCTION, PROJECT, ROOT, Answering

SHOP = ("bridge.yaml", "rules", "schemas")


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(["doctor", "--project", str(ROOT), *arguments])
    return left.value.code, capsys.readouterr()


@pytest.fixture
def amazon(monkeypatch):
    made = Answering()
    monkeypatch.setattr(asking, "Amazon", lambda: made)
    monkeypatch.setattr(examination.function, "check_code", lambda *_: iter(()))
    return made


def test_a_healthy_stack_is_well_and_each_check_is_named(amazon, capsys):
    code, said = run(capsys, "--stack", "shop")
    assert (code, said.err) == (0, "12 checks in eu-west-1, account 111122223333: all well\n")
    assert said.out.splitlines() == [
        f"ok {name}"
        for name in ("clock", "regions", "stream", "mapping", "function", "code", "targets and stores", "keys", "permissions", "traffic", "discarded batches", "alarms")
    ]  # fmt: skip


def test_a_fault_is_told_with_its_place_and_fix(amazon, capsys):
    amazon.said["events.describe_event_bus"] = None
    code, said = run(capsys, "--function", FUNCTION)
    assert code == 1
    assert (
        "x  targets and stores: 2 findings\nbus domain: A040 there is no such bus, and EventBridge takes events for it "
        "all the same, and drops them\n    fix: make it, or correct its name and Region\n"
    ) in said.out


def test_a_warning_is_told_and_passes(amazon, capsys):
    amazon.said["s3.get_bucket_versioning"] = {}
    code, said = run(capsys, "--stack", "shop")
    assert (code, "!  targets and stores: 2 findings" in said.out) == (0, True)


def test_what_could_not_be_looked_at_is_told_and_is_not_well(amazon, capsys):
    amazon.said["s3.head_bucket"] = Unavailable(
        Problem(Where(), "A002", "s3:HeadBucket is not allowed to you", "allow it")
    )
    code, said = run(capsys, "--stack", "shop")
    assert (code, "-  targets and stores: not all could be looked at" in said.out) == (3, True)


def test_the_json_has_every_check_and_what_was_looked_at(amazon, capsysbinary):
    amazon.said["sns.get_topic_attributes"] = None
    code, said = run(capsysbinary, "--stack", "shop", "--format", "json")
    told = json.loads(said.out)
    assert (code, told["region"], told["function"], told["project"]) == (1, "eu-west-1", FUNCTION, PROJECT.version)
    problems = {each["name"]: [problem["code"] for problem in each["problems"]] for each in told["checks"]}
    assert (problems["targets and stores"], problems["mapping"]) == (["A041"], [])


def test_parameters_are_looked_at_before_anything_is_made(amazon, capsys):
    code, said = run(capsys, "StreamArn=arn:aws:dynamodb:eu-west-1:111122223333:table/shop")
    assert code == 1
    assert said.err.startswith(
        "template.yaml StreamArn: A082 'arn:aws:dynamodb:eu-west-1:111122223333:table/shop' is refused"
    )
    code, said = run(capsys, "--before")
    assert (code, "A019" in said.out) == (1, True)
    code, said = run(capsys, "--before", "--stack", "shop")
    assert code == 0


def test_what_the_environment_names_is_looked_at_where_nothing_else_is_named(amazon, capsys, monkeypatch):
    for name, value in amazon.said["lambda.get_function_configuration"]["Environment"]["Variables"].items():
        monkeypatch.setenv(name, value)
    code, said = run(capsys)
    assert code == 0
    assert "name --stack or --function to look at mapping, function, permissions and traffic too: all well" in said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Stage"], "'Stage' is no NAME=VALUE"),
        (["--stack", "a", "--function", "b"], "two ways to say what to look at"),
        (["--function", "a", "--before"], "for a look before anything is made"),
        (["A=b", "--deploy-plan", "--base", "HEAD"], "for a look before anything is made"),
        (["--base", "HEAD"], "--base and --records are for the plan: add --deploy-plan"),
        (["--deploy-plan"], "--deploy-plan needs to know what is deployed"),
    ],
)
def test_what_does_not_go_together_is_a_mistake_of_usage(capsys, arguments, said):
    code, told = run(capsys, *arguments)
    assert code == 2
    assert said in " ".join(told.err.replace("│", " ").split())


@pytest.mark.parametrize(
    "name", ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
)
def test_without_credentials_or_region_that_is_said_and_no_traceback(capsys, monkeypatch, tmp_path, name):
    for each in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(each, raising=False)
    for each in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(each, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv(name, "eu-west-1")
    code, said = run(capsys, "--stack", "shop")
    assert code == 3
    assert said.err.startswith("A001 AWS cannot be asked: ")


# The plan


def copied(folder: Path) -> Path:
    """The sample project, to be changed."""
    folder.mkdir()
    for name in SHOP:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    return folder


@pytest.fixture
def deployed(monkeypatch, tmp_path):
    """What is deployed, as a folder that tests change."""
    there = copied(tmp_path / "deployed")

    @contextmanager
    def download(*_):
        yield there

    monkeypatch.setattr(plan, "deployed_project", download)
    return there


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def test_a_plan_over_the_same_project_changes_nothing(amazon, deployed, capsys):
    code, said = run(capsys, "--stack", "shop", "--deploy-plan")
    assert code == 0
    assert f"rules and schemas: {PROJECT.version}, the same\n" in said.out
    assert "the same events as at what is deployed" in said.out
    assert said.out.endswith("permissions\n  the same\n\norder\n  1. deploy the code, with 1 filter\n")


def test_a_plan_says_what_differs_and_in_which_order_it_goes(amazon, deployed, capsysbinary):
    edit(deployed, "rules/order.yaml", "status: [PAID]", "status: [SOLD]")
    edit(
        deployed,
        "bridge.yaml",
        "  # For the warehouse loader",
        "  third: {eventbridge: {bus: third}}\n  # For the warehouse loader",
    )
    mapping = amazon.said["lambda.list_event_source_mappings"]["EventSourceMappings"][0]
    mapping["FilterCriteria"] = {"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}]}
    code, said = run(capsysbinary, "--stack", "shop", "--deploy-plan", "--format", "json")
    told = json.loads(said.out)
    assert code == 0
    assert told["deployed"] != told["here"] == PROJECT.version
    assert told["behaviour"]["counts"]["appears"] > 0
    assert told["permissions"] == {"allowed": [], "withdrawn": ["events:PutEvents on third"]}
    assert [step.split(",")[0] for step in told["steps"]] == [
        "widen the mapping to 2 filters",
        "deploy the code",
        "narrow the mapping to 1 filter",
    ]
    code, said = run(capsysbinary, "--stack", "shop", "--deploy-plan")
    assert b"  - events:PutEvents on third\n" in said.out


def test_a_schema_that_breaks_subscribers_fails_the_plan(deployed, capsys, tmp_path):
    schema = json.loads((deployed / "schemas/order/placed.v1.json").read_text())
    removed = min(set(schema["required"]) & set(schema["properties"]))
    mine = tmp_path / "mine"
    copied(mine)
    schema["required"].remove(removed)
    (mine / "schemas/order/placed.v1.json").write_text(json.dumps(schema))
    with pytest.raises(SystemExit) as left:
        main(["doctor", "--project", str(mine), "--deploy-plan", "--base", str(deployed)])
    said = capsys.readouterr()
    assert left.value.code == 1
    assert "order/placed.v1.json" in said.out


def test_records_that_cannot_be_read_are_a_mistake_of_usage(capsys):
    code, said = run(capsys, "--deploy-plan", "--base", str(ROOT), "--records", "/nowhere")
    assert (code, "there is no file '/nowhere'" in " ".join(said.err.split())) == (2, True)
