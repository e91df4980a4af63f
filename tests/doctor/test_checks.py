"""Each fault of a deployment is found by its code, and a deployment without fault has no finding."""

import io
import urllib.error
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache

import pytest

from bridge.archive import ours
from bridge.build import NEEDLESS
from bridge.core.infra.policy import QUARANTINE
from bridge.doctor import artifact
from bridge.doctor import function as function_checks
from bridge.doctor.examination import examine
from bridge.doctor.subject import of_environment, of_stack
from bridge.errors import Unavailable
from bridge.settings import Settings
from tests.doctor.healthy import (  # fmt: skip
    ALARMS,
    FUNCTION,
    KINESIS,
    PROJECT,
    ROOT,
    STREAM,
    UNSEEN,
    Answering,
    simulated,
    statements,
    subject,
)


@cache
def _built():
    """The files of a function that this folder was built into."""
    files = {name: path.read_bytes() for name, path in ours() if not NEEDLESS.match(name)}
    for part in ("bridge.yaml", "rules", "schemas"):
        top = ROOT / part
        for path in [top] if top.is_file() else top.rglob("*"):
            if path.is_file():
                files[path.relative_to(ROOT).as_posix()] = path.read_bytes()
    return files


def carried():
    return dict(_built())


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def code(monkeypatch):
    """What the function carries; tests may change it."""
    files = carried()
    monkeypatch.setattr(artifact.urllib.request, "urlopen", lambda *_, **__: io.BytesIO(zipped(files)))
    return files


@pytest.fixture
def amazon(monkeypatch):
    """Answers, where the function's code is not looked at: that takes its time, and has tests of its own."""
    monkeypatch.setattr(function_checks, "check_code", lambda *_: iter(()))
    return Answering()


@pytest.fixture
def running(code):
    """Answers, the function's code among them."""
    amazon = Answering()
    amazon.said["lambda.get_function"] = {"Code": {"Location": "https://example.com/code"}}
    return amazon


def found(amazon, given=None):
    results = examine(given or subject(amazon), amazon, 24)
    return [problem for each in results for problem in each.problems]


def codes(amazon, given=None):
    return [problem.code for problem in found(amazon, given)]


def test_where_all_is_well_nothing_is_found_and_everything_was_looked_at(running):
    results = examine(subject(running), running, 24)
    assert [(each.name, each.problems) for each in results] == [
        (name, ())
        for name in ("clock", "regions", "stream", "mapping", "function", "code", "targets and stores", "keys", "permissions", "traffic", "discarded batches", "alarms")
    ]  # fmt: skip


def test_only_what_reads_is_asked(amazon):
    examine(subject(amazon), amazon, 24)
    assert {operation.split("_")[0] for _, operation, _, _ in amazon.asked} <= {
        "get",
        "describe",
        "list",
        "head",
        "simulate",
    }


def mapping(**changed):
    def change(said):
        said["lambda.list_event_source_mappings"]["EventSourceMappings"][0].update(changed)

    return change


def table(**changed):
    return lambda said: said["tables"]["shop"]["Table"].update(changed)


def ledger(**changed):
    return lambda said: said["tables"]["ledger"]["Table"].update(changed)


def function(**changed):
    return lambda said: said["lambda.get_function_configuration"].update(changed)


def answer(name, value):
    return lambda said: said.update({name: value})


def numbers(**values):
    told = {"MetricDataResults": [{"Id": name, "Values": each} for name, each in values.items()]}
    return answer("cloudwatch.get_metric_data", told)


def readers(*names):
    def change(said):
        mappings = said["lambda.list_event_source_mappings"]["EventSourceMappings"]
        for name in names:
            mappings.append(mappings[0] | {"FunctionArn": f"arn:aws:lambda:eu-west-1:1:function:{name}"})

    return change


def clock(seconds):
    def change(said):
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
        said["sts.get_caller_identity"]["ResponseMetadata"]["HTTPHeaders"]["date"] = date

    return change


def without(name):
    return lambda said: said["lambda.get_function_configuration"]["Environment"]["Variables"].pop(name)


def variable(**given):
    return lambda said: said["lambda.get_function_configuration"]["Environment"]["Variables"].update(given)


def waiting(*moments):
    """So many batches that Lambda discarded, two a page."""
    keys = [
        f"aws/lambda/m1/shard-1/{moment[:10].replace('-', '/')}/{moment}-{index}"
        for index, moment in enumerate(moments)
    ]
    pages = [keys[start : start + 2] for start in range(0, len(keys), 2)]

    def listed(Bucket, Prefix, ContinuationToken="0"):  # noqa: N803 -- AWS's own names
        assert (Bucket, Prefix) == ("failed", "aws/lambda/")
        page = int(ContinuationToken)
        more = {"NextContinuationToken": str(page + 1)} if page + 1 < len(pages) else {}
        return {"Contents": [{"Key": key, "Size": 1} for key in pages[page]]} | more

    return answer("s3.list_objects_v2", listed)


FAULTS = [
    ("the table is gone", lambda said: said["tables"].pop("shop"), ["A010"]),
    ("the table has no stream", table(StreamSpecification={}), ["A011"]),
    ("another stream is the table's", table(LatestStreamArn=STREAM[:-1] + "9"), ["A014"]),
    ("it is a global table", table(Replicas=[{"RegionName": "eu-west-1"}, {"RegionName": "us-east-1"}]), ["A016"]),
    ("no rule is about the table", mapping(EventSourceArn=STREAM.replace("shop", "other")), ["A010"]),
    ("three functions read the stream", readers("b", "c"), ["A015"]),
    ("two functions read a global table's", lambda said: (table(Replicas=[{"RegionName": "eu-west-1"}])(said), readers("b")(said)), ["A015"]),
    ("no mapping", answer("lambda.list_event_source_mappings", {"EventSourceMappings": []}), ["A020"]),
    ("the mapping is disabled", mapping(State="Disabled"), ["A021"]),
    ("the mapping is being made", mapping(State="Creating"), ["A021"]),
    ("Lambda has a problem", mapping(LastProcessingResult="PROBLEM: Function call failed"), ["A022"]),
    ("no partial batch response", mapping(FunctionResponseTypes=[]), ["A023"]),
    ("retries are counted", mapping(MaximumRetryAttempts=3), ["A023"]),
    ("the record age is endless", mapping(MaximumRecordAgeInSeconds=-1), ["A023"]),
    ("Lambda gives up before the bridge", mapping(MaximumRecordAgeInSeconds=3600), ["A023"]),
    ("no bisect", mapping(BisectBatchOnFunctionError=False), ["A023"]),
    ("failed batches go to a queue", mapping(DestinationConfig={"OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:1:q"}}), ["A023"]),
    ("no event metrics", mapping(MetricsConfig={}), ["A023"]),
    ("tumbling windows", mapping(TumblingWindowInSeconds=10), ["A023"]),
    ("other filters", mapping(FilterCriteria={"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}]}), ["A024"]),
    ("no filters", mapping(FilterCriteria={}), ["A025"]),
    ("another handler", function(Handler="app.handler"), ["A030"]),
    ("the function failed", function(State="Failed", StateReason="no role"), ["A031"]),
    ("an update failed", function(LastUpdateStatus="Failed"), ["A031"]),
    ("little time", function(Timeout=3), ["A035"]),
    ("never run", answer("lambda.get_function_concurrency", {"ReservedConcurrentExecutions": 0}), ["A036"]),
    ("rarely run", answer("lambda.get_function_concurrency", {"ReservedConcurrentExecutions": 1}), ["A036"]),
    ("a variable lacks", without("ORDER_TOPIC_ARN"), ["A032"]),
    ("no bus", answer("events.describe_event_bus", None), ["A040", "A040"]),
    ("no topic", answer("sns.get_topic_attributes", None), ["A041"]),
    ("no ledger", lambda said: said["tables"].pop("ledger"), ["A042"]),
    ("the ledger is being deleted", ledger(TableStatus="DELETING"), ["A042"]),
    ("the ledger has a sort key", ledger(KeySchema=[{"AttributeName": "pk"}, {"AttributeName": "sk"}]), ["A043"]),
    ("the ledger's key is a number", ledger(AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "N"}]), ["A043"]),
    ("nothing expires", answer("dynamodb.describe_time_to_live", {}), ["A044"]),
    ("something else expires", answer("dynamodb.describe_time_to_live", {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}}), ["A044"]),
    ("the ledger is provisioned", ledger(BillingModeSummary={}), ["A045"]),
    ("no buckets", answer("s3.head_bucket", None), ["A046", "A046"]),
    ("buckets may be public", answer("s3.get_public_access_block", None), ["A047", "A047"]),
    ("buckets are half closed", answer("s3.get_public_access_block", {"PublicAccessBlockConfiguration": {"a": True, "b": False, "c": True, "d": True}}), ["A047", "A047"]),
    ("buckets keep no versions", answer("s3.get_bucket_versioning", {}), ["A047", "A047"]),
    ("the key is disabled", answer("kms.describe_key", {"KeyMetadata": {"Enabled": False, "KeyState": "PendingDeletion"}}), ["A048"]),
    ("no key", answer("kms.describe_key", None), ["A048"]),
    ("the key is for nobody else", answer("kms.get_key_policy", {"Policy": '{"Principal": {"AWS": "*"}}'}), ["A049"]),
    ("all is filtered", numbers(polled=[3], written=[1]), ["A060"]),
    ("nothing came", numbers(), ["A060"]),
    ("written and not read", numbers(written=[9]), ["A061"]),
    ("far behind", numbers(invocations=[1], age=[5_000_000.0]), ["A062"]),
    ("far behind yesterday", numbers(invocations=[1], age=[1.0] * 12 + [5_000_000.0]), []),
    ("dropped and failed", numbers(invocations=[1], dropped=[2], failed=[3]), ["A063", "A063"]),
    ("a batch waits", waiting("2026-11-20T09.30.00"), ["A065"]),
    ("another bucket is named", variable(ON_FAILURE_BUCKET="other"), ["A066"]),
    ("the bucket's variable lacks", without("ON_FAILURE_BUCKET"), ["A066"]),
    ("refused", numbers(invocations=[1], quarantined=[2, 3]), ["A064"]),
    ("CloudWatch has no value", numbers(invocations=[1], quarantined=[]), []),
    ("the clock is somewhat off", clock(60), ["A070"]),
    ("the clock is off", clock(-900), ["A070"]),
    ("the key is elsewhere", function(KMSKeyArn="arn:aws:kms:us-east-1:1:key/k"), ["A080"]),
    ("nobody hears", answer("sns.list_subscriptions_by_topic", {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]}), ["A090"]),
    ("no alarm topic", answer("sns.list_subscriptions_by_topic", None), ["A041"]),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "said"), [(each[1], each[2]) for each in FAULTS], ids=[each[0] for each in FAULTS])
def test_each_fault_is_found_by_its_code(amazon, fault, said):
    fault(amazon.said)
    assert codes(amazon) == said


def test_rules_that_read_images_which_the_stream_lacks_are_named_at_their_place(amazon):
    table(StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})(amazon.said)
    problems = found(amazon)
    assert {problem.code for problem in problems} == {"A012", "A013"}
    assert all(problem.where.file.startswith("rules/") for problem in problems if problem.code == "A012")


def test_a_table_that_no_rule_names_is_told(amazon):
    amazon.said["tables"]["other"] = {
        "Table": amazon.said["tables"]["shop"]["Table"] | {"TableName": "other", "LatestStreamArn": None}
    }
    mapping(EventSourceArn=STREAM.replace("/shop/", "/other/"))(amazon.said)
    (problem,) = found(amazon)
    assert (problem.code, problem.what) == ("A018", "no rule is about this table: they name shop")


def kinesis(amazon):
    mapping(EventSourceArn=KINESIS, FilterCriteria={})(amazon.said)


def test_a_kinesis_stream_is_looked_at_with_the_tables_that_feed_it(amazon):
    kinesis(amazon)
    assert codes(amazon) == ["A025"]
    amazon.said["kinesis.describe_stream_summary"]["StreamDescriptionSummary"]["RetentionPeriodHours"] = 168
    amazon.said["dynamodb.describe_kinesis_streaming_destination"]["KinesisDataStreamDestinations"][0][
        "DestinationStatus"
    ] = "DISABLED"
    assert codes(amazon) == ["A017", "A011", "A025"]
    amazon.said["dynamodb.describe_kinesis_streaming_destination"] = None
    assert "A010" in codes(amazon)
    amazon.said["kinesis.describe_stream_summary"] = None
    assert codes(amazon)[0] == "A010"


# The code


def test_other_rules_than_this_folders_are_found_in_the_function(running, code):
    code["rules/order.yaml"] += b"\n# another"
    (problem,) = found(running)
    assert problem.code == "A033"
    assert PROJECT.version in problem.what


def test_another_version_of_the_bridge_is_found_in_the_function(running, code):
    code["bridge/relay.py"] += b"#"
    assert codes(running) == ["A034"]


def test_a_function_without_a_project_is_told(running, code):
    del code["bridge.yaml"]
    assert codes(running) == ["A033"]


def test_names_that_lead_out_of_the_folder_are_left_in_the_archive():
    assert artifact.files(zipped({"../a.json": b"x", "/b.json": b"x", "c/d.json": b"x", "e.so": b"x"})) == {
        "c/d.json": b"x"
    }


@pytest.mark.parametrize("location", ["", "ftp://example.com/code"])
def test_code_that_is_not_to_be_had_is_told_as_not_looked_at(running, location):
    running.said["lambda.get_function"] = {"Code": {"Location": location}}
    assert codes(running) == ["A002"]


@pytest.mark.parametrize("error", [urllib.error.URLError("x"), zipfile.BadZipFile("x")])
def test_code_that_cannot_be_read_is_told_as_not_looked_at(running, error, monkeypatch):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(artifact.urllib.request, "urlopen", fail)
    assert codes(running) == ["A002"]


# Permissions


def needed():
    given = subject(Answering())
    return [
        (action, resource)
        for statement in statements(given)
        for resource in statement["Resource"]
        for action in statement["Action"]
    ]


@pytest.mark.parametrize(("action", "resource"), needed())
def test_any_one_permission_that_is_removed_is_named_with_its_resource(amazon, action, resource):
    amazon.said["iam.simulate_principal_policy"] = simulated((action, resource))
    (problem,) = found(amazon)
    assert (problem.code, problem.what) == ("A050", f"it may not {action} on {resource}")


def test_what_lacks_on_one_resource_is_one_finding(amazon):
    amazon.said["iam.simulate_principal_policy"] = simulated(*((action, "parked/*") for action in QUARANTINE))
    (problem,) = found(amazon)
    assert problem.what == "it may not s3:GetObject, s3:PutObject on arn:aws:s3:::parked/*"


# What is not told


@pytest.mark.parametrize(
    "name",
    [name for name in Answering().said if "." in name and not name.startswith(("sts", "lambda.get_function_conf", "cloudformation", "kinesis", "iam.get"))],
)  # fmt: skip
def test_a_question_that_is_not_allowed_stops_no_other_and_is_told(amazon, name):
    given = subject(amazon)
    if name.endswith("streaming_destination"):
        return
    amazon.said[name] = UNSEEN
    results = examine(given, amazon, 24)
    assert {problem.code for each in results for problem in each.problems} == {"A002"}
    assert any(each.unseen for each in results)


# Other subjects


def test_a_stack_is_looked_at_by_its_outputs(amazon):
    given = of_stack(PROJECT, amazon, "shop")
    assert (given.home.function, given.alarms, given.home.failed) == (FUNCTION, ALARMS, "failed")


@pytest.mark.parametrize("answered", [None, {"Stacks": [{"Outputs": []}]}])
def test_a_stack_that_is_none_of_ours_is_told(amazon, answered):
    amazon.said["cloudformation.describe_stacks"] = answered
    with pytest.raises(Unavailable, match="A003 there is no stack 'shop'"):
        of_stack(PROJECT, amazon, "shop")


def test_a_function_that_is_not_there_is_told(amazon):
    amazon.said["lambda.get_function_configuration"] = None
    with pytest.raises(Unavailable, match="A003 there is no function 'shop-bridge' in eu-west-1"):
        subject(amazon)


def test_without_a_function_what_the_environment_names_is_looked_at(amazon):
    variables = amazon.said["lambda.get_function_configuration"]["Environment"]["Variables"]
    given = of_environment(PROJECT, amazon, Settings.read(variables))
    assert codes(amazon, given) == []
    assert {service for service, *_ in amazon.asked} >= {"events", "sns", "s3", "dynamodb"}
    assert codes(amazon, replace(given, settings=Settings.read({}))) == ["C020"] * 6


def test_without_a_date_the_clock_is_not_judged(amazon):
    del amazon.said["sts.get_caller_identity"]["ResponseMetadata"]
    assert codes(amazon) == []


def found_of_batches(amazon, given=None):
    (result,) = (each for each in examine(given or subject(amazon), amazon, 24) if each.name == "discarded batches")
    return result.problems


def test_batches_that_wait_are_counted_over_all_pages_with_the_time_that_is_left(amazon):
    now = datetime.now(UTC).replace(microsecond=0)
    old, new = (f"{now - timedelta(hours=hours):%Y-%m-%dT%H.%M.%S}" for hours in (3, 1))
    waiting(new, new, old, new, new)(amazon.said)
    (problem,) = found_of_batches(amazon)
    until = now + timedelta(hours=45)
    assert str(problem.where) == "bucket failed"
    assert (
        problem.what
        == f"5 batches that Lambda discarded wait, the oldest since {now - timedelta(hours=3):%Y-%m-%dT%H:%M:%S}Z"
    )
    assert problem.fix == (
        "mend what failed them, then `changebridge quarantine redrive on-failure`, "
        f"before {until:%Y-%m-%dT%H:%M:%SZ}: until then the ledger knows what had arrived of them"
    )


def test_of_batches_that_are_older_than_the_ledger_remembers_it_says_what_comes_twice(amazon):
    waiting("2026-01-01T00.00.00")(amazon.said)
    (problem,) = found_of_batches(amazon)
    assert problem.what == "a batch that Lambda discarded waits, the oldest since 2026-01-01T00:00:00Z"
    assert problem.fix.endswith("; what had arrived of the oldest is said again, with the same ids")


def test_a_project_that_names_no_on_failure_bucket_is_told_which_there_is(amazon):
    given = subject(amazon)
    project = replace(given.project, manifest=replace(given.project.manifest, on_failure=None))
    (problem,) = found_of_batches(amazon, replace(given, project=project))
    assert problem.what == (
        "bridge.yaml does not say where Lambda keeps what it discards, and the mapping's on-failure destination is 'failed'"
    )


def test_without_a_function_the_bucket_that_the_environment_names_is_looked_into(amazon):
    variables = amazon.said["lambda.get_function_configuration"]["Environment"]["Variables"]
    waiting("2026-01-01T00.00.00")(amazon.said)
    assert [
        each.code for each in found_of_batches(amazon, of_environment(PROJECT, amazon, Settings.read(variables)))
    ] == ["A065"]
    assert found_of_batches(amazon, of_environment(PROJECT, amazon, Settings.read({}))) == ()
