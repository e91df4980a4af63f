"""Parameters are looked at before anything is made: by the template's own word, then by AWS's."""

import re
from types import MappingProxyType

import pytest

from bridge.core.infra.parameters import contradictions, environment, given, made, problems, truth
from bridge.doctor import deploying, permissions
from bridge.doctor.examination import examine
from bridge.doctor.template import FILE, of_parameters, read
from bridge.errors import ProjectInvalid
from tests.doctor.healthy import ACCOUNT, ALARMS, PROJECT, ROOT, STREAM, TOPIC, Answering, simulated

TEMPLATE = read(ROOT / FILE)


def codes(amazon, parameters, stack=""):
    results = examine(of_parameters(PROJECT, amazon, TEMPLATE, parameters, stack), amazon, 24)
    return [problem.code for each in results for problem in each.problems]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, []),
        ({"Stage": "prod", "BatchSize": "500"}, []),
        ({"Stagge": "prod"}, [("A081", "there is no parameter 'Stagge'; did you mean 'Stage'?")]),
        ({"Stage": "PROD"}, [("A082", "'PROD' is refused: lower-case letters, digits and hyphens, at most 20")]),
        ({"Architecture": "arm"}, [("A082", "'arm' is refused: it must be one of 'arm64', 'x86_64'")]),
        ({"BatchSize": "20000"}, [("A082", "'20000' is refused: it must lie between 1 and 10000")]),
        ({"BatchSize": "many"}, [("A082", "'many' is refused: it must be a whole number")]),
        ({"DomainBusName": "a/b"}, [("A082", "'a/b' is refused: it must match ^$|^[.\\-_A-Za-z0-9]{1,256}$")]),
    ],
)  # fmt: skip
def test_what_the_template_refuses_is_said_of_all_parameters_at_once(parameters, said):
    assert [(each.code, each.what) for each in problems(TEMPLATE, parameters, "template.yaml")] == said


@pytest.mark.parametrize(
    ("parameters", "kept", "said"),
    [
        ({"LogRetentionDays": "1"}, {}, ["In prod, a day of logs is too little to look into what happened at a weekend."]),
        ({"LogRetentionDays": "1", "Stage": "test"}, {}, []),
        ({"LogRetentionDays": "1"}, {"Stage": "test", "Gone": "x"}, []),
        ({"KinesisStreamArn": "k"}, {"StreamArn": "s"}, ["StreamArn and KinesisStreamArn exclude each other; both would say each event twice."]),
        ({"KinesisStreamArn": "k", "StreamArn": ""}, {"StreamArn": "s"}, []),
    ],
)  # fmt: skip
def test_contradictions_are_found_also_with_what_a_stack_keeps(parameters, kept, said):
    values = given(TEMPLATE, parameters, kept)
    assert [each.what for each in contradictions(TEMPLATE, values, "template.yaml")] == said


def test_a_parameter_without_default_must_be_given():
    (problem,) = problems({"Parameters": {"Name": {"Type": "String"}}}, {}, "t.yaml")
    assert str(problem) == "t.yaml Name: A082 it is not given, and has no default\n    fix: give Name=…"


def test_conditions_are_read_as_cloudformation_reads_them():
    conditions = {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}}
    both = {"Fn::And": [{"Condition": "Prod"}, {"Fn::Or": [False, {"Fn::Not": [False]}]}]}
    assert truth(both, {"Stage": "prod"}, conditions) is True
    assert truth(both, {"Stage": "test"}, conditions) is False
    assert truth({"Fn::Contains": [["a", "b"], {"Ref": "Stage"}]}, {"Stage": "b"}) is True


def test_what_a_condition_asks_that_is_not_known_here_refuses_nothing_and_leaves_nothing_out():
    unknown = {"Fn::Equals": [{"Fn::FindInMap": ["A", "b", "c"]}, "x"]}
    rules = {
        "R": {"Assertions": [{"Assert": unknown}]},
        "S": {"RuleCondition": unknown, "Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}}]},
    }
    assert list(contradictions({"Rules": rules}, {}, "t.yaml")) == []
    resources = {
        "A": {"Type": "X", "Condition": "C"},
        "B": {"Type": "Y", "Condition": "D"},
        "E": {"Type": "Z", "Condition": "Gone"},
    }
    conditions = {"C": unknown, "D": {"Fn::Equals": ["a", "b"]}}
    assert list(made({"Resources": resources, "Conditions": conditions}, {})) == ["X", "Z"]


def test_a_rule_without_condition_always_counts():
    rules = {"R": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}}]}}
    (problem,) = contradictions({"Rules": rules}, {}, "t.yaml")
    assert problem.what == "a rule of the template does not hold"


def test_variables_come_from_the_parameters_that_decide_them():
    values = given(TEMPLATE, {"DomainBusName": "mine"})
    assert environment(TEMPLATE, values) == {"DOMAIN_BUS": "mine", "BRIDGE_STAGE": "prod"}


def test_a_new_stack_with_nothing_given_is_well_where_its_table_is_not_there():
    amazon = Answering()
    assert codes(amazon, {}) == ["A019"]
    assert codes(amazon, {}, "shop") == []  # it made the table itself
    amazon.said["cloudformation.describe_stacks"] = None
    assert codes(amazon, {}, "shop") == ["A019"]
    del amazon.said["tables"]["shop"]
    assert codes(amazon, {}) == []


def test_what_is_given_must_be_there_and_be_right():
    amazon = Answering()
    stream = {"StreamArn": STREAM}
    assert codes(amazon, stream) == []
    amazon.said["tables"]["shop"]["Table"]["StreamSpecification"] = {}
    assert codes(amazon, stream) == ["A011"]
    amazon.said["tables"]["shop"]["Table"]["StreamSpecification"] = {
        "StreamEnabled": True,
        "StreamViewType": "KEYS_ONLY",
    }
    assert "A012" in codes(amazon, stream)
    assert codes(Answering(), {"StreamArn": STREAM.replace("eu-west-1", "us-east-1")})[0] == "A080"
    amazon = Answering()
    amazon.said["events.describe_event_bus"] = None
    assert codes(amazon, stream | {"DomainBusName": "nobus"}) == ["A040"]


def test_a_variable_that_the_template_does_not_give_the_function_is_told_before():
    amazon = Answering()
    variables = TEMPLATE["Resources"]["Function"]["Properties"]["Environment"]["Variables"]
    given = {name: value for name, value in variables.items() if name != "ORDER_TOPIC_ARN"}
    function = TEMPLATE["Resources"]["Function"] | {"Properties": {"Environment": {"Variables": given}}}
    template = TEMPLATE | {"Resources": TEMPLATE["Resources"] | {"Function": function}}
    subject = of_parameters(PROJECT, amazon, template, {"StreamArn": STREAM})
    (problem,) = [each for result in examine(subject, amazon, 24) for each in result.problems]
    assert str(problem).startswith(
        f"{PROJECT.manifest.targets['order-feed'].address.where}: A032 it asks for the variable 'ORDER_TOPIC_ARN'"
    )


def test_one_function_more_may_be_one_too_many():
    amazon = Answering()
    mappings = amazon.said["lambda.list_event_source_mappings"]["EventSourceMappings"]
    mappings.append(mappings[0] | {"FunctionArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:other"})
    assert codes(amazon, {"StreamArn": STREAM}) == ["A015"]
    assert codes(amazon, {"StreamArn": STREAM}, "shop") == ["A015"]  # it has read its own table's until now
    keeps(amazon, StreamArn=STREAM)
    assert codes(amazon, {"StreamArn": STREAM}, "shop") == []
    assert codes(amazon, {}, "shop") == []


def keeps(amazon, **parameters):
    """The stack was given these, and keeps them."""
    (stack,) = amazon.said["cloudformation.describe_stacks"]["Stacks"]
    stack["Parameters"] = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]


def test_a_stack_that_was_given_a_stream_and_would_now_make_the_table_finds_it_there():
    amazon = Answering()
    keeps(amazon, StreamArn=STREAM)
    assert codes(amazon, {"StreamArn": ""}, "shop") == ["A019"]


def test_an_alarm_topic_that_is_given_is_asked_for_its_subscribers():
    amazon = Answering()
    amazon.said["sns.list_subscriptions_by_topic"] = {"Subscriptions": []}
    assert codes(amazon, {"StreamArn": STREAM, "AlarmTopicArn": ALARMS}) == ["A090"]


@pytest.mark.parametrize(
    ("caller", "asked"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/ops", f"arn:aws:iam::{ACCOUNT}:user/ops"),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/session", f"arn:aws:iam::{ACCOUNT}:role/path/ops"),
    ],
)
def test_whoever_deploys_and_may_not_is_told_before(caller, asked):
    amazon = Answering()
    amazon.said["sts.get_caller_identity"]["Arn"] = caller
    amazon.said["iam.simulate_principal_policy"] = simulated(("iam:CreateRole", ""), ("s3:CreateBucket", ""))
    assert codes(amazon, {"StreamArn": STREAM}) == ["A051"]
    assert {
        each["PolicySourceArn"]
        for service, _, _, each in amazon.asked
        if service == "iam" and "PolicySourceArn" in each
    } == {asked}


def test_root_may_everything_and_a_role_that_is_gone_is_not_asked_about():
    amazon = Answering()
    amazon.said["iam.simulate_principal_policy"] = simulated(("iam:CreateRole", ""))
    amazon.said["sts.get_caller_identity"]["Arn"] = f"arn:aws:iam::{ACCOUNT}:root"
    assert codes(amazon, {"StreamArn": STREAM}) == []
    amazon.said["sts.get_caller_identity"]["Arn"] = f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/session"
    amazon.said["iam.get_role"] = None
    assert codes(amazon, {"StreamArn": STREAM}) == []


def allowed_by_name(name):
    """IAM's simulator of someone who may do anything to what is called like this, and to what is AWS's own."""

    def simulate(PolicySourceArn, ActionNames, ResourceArns, ContextEntries):  # noqa: N803 -- AWS's own names
        assert ContextEntries[0]["ContextKeyValues"] == ["eu-west-1"]
        (arn,) = ResourceArns
        good = re.search(rf"[:/]{name}[-/]|:aws:transform/|:::aws-sam-cli-|event-source-mapping", arn)
        return {
            "EvaluationResults": [
                {"EvalActionName": each, "EvalDecision": "allowed" if good else "implicitDeny"} for each in ActionNames
            ]
        }

    return simulate


def deployer(amazon, stack, parameters=MappingProxyType({})):
    given = of_parameters(PROJECT, amazon, TEMPLATE, parameters, stack)
    return [(problem.code, problem.level, problem.what) for problem in permissions.check(given, amazon)]


def test_whoever_may_make_only_what_is_called_after_the_stack_may_deploy_it():
    amazon = Answering()
    amazon.said["cloudformation.describe_stacks"] = None
    amazon.said["iam.simulate_principal_policy"] = allowed_by_name("shop")
    assert deployer(amazon, "shop") == []
    ((code, level, what),) = deployer(amazon, "other")
    assert (code, level) == ("A051", "error")
    assert "iam:CreateRole" in what


def test_who_deploys_again_need_not_be_allowed_to_make_anything_but_to_change_it():
    amazon = Answering()
    amazon.said["iam.simulate_principal_policy"] = simulated(("lambda:CreateFunction", ""), ("iam:CreateRole", ""))
    assert deployer(amazon, "shop") == []
    amazon.said["iam.simulate_principal_policy"] = simulated(("lambda:UpdateEventSourceMapping", ""))
    ((_, _, what),) = deployer(amazon, "shop")
    assert what.startswith("you may not lambda:UpdateEventSourceMapping: ")


def test_what_is_given_need_not_be_made():
    amazon = Answering()
    amazon.said["cloudformation.describe_stacks"] = None
    amazon.said["iam.simulate_principal_policy"] = simulated(("events:CreateEventBus", ""), ("sns:CreateTopic", ""))
    given = {
        "DomainBusName": "domain",
        "AnalyticsBusName": "analytics",
        "OrderTopicArn": TOPIC,
        "AlarmTopicArn": ALARMS,
    }
    assert deployer(amazon, "shop", given) == []
    ((_, _, what),) = deployer(amazon, "shop")
    assert what.startswith("you may not events:CreateEventBus, sns:CreateTopic: ")


def test_what_depends_on_what_only_the_call_tells_is_a_warning_and_stops_nothing():
    amazon = Answering()

    def simulate(ActionNames, **_):  # noqa: N803 -- AWS's own name
        told = {"EvalDecision": "implicitDeny", "MissingContextValues": ["aws:ViaAWSService"]}
        return {"EvaluationResults": [told | {"EvalActionName": each} for each in ActionNames]}

    amazon.said["iam.simulate_principal_policy"] = simulate
    ((code, level, _),) = deployer(amazon, "shop")
    assert (code, level) == ("A051", "warning")


def test_everything_that_the_template_makes_is_asked_about():
    """A type that is new in the template is not forgotten here."""
    assert {each["Type"] for each in TEMPLATE["Resources"].values()} == set(deploying._MAKING)


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "No such file or directory"), ("b: c\na: [", "while parsing a flow node, line 2"), ("- a", "it has no Resources"), ("a: 1", "it has no Resources")],
)  # fmt: skip
def test_what_is_no_template_is_a_problem(tmp_path, text, said):
    path = tmp_path / "template.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ProjectInvalid, match=f"A084 no template can be read: {said}"):
        read(path)


def test_intrinsic_functions_are_plain_values(tmp_path):
    (tmp_path / "t.yaml").write_text(
        "Resources: {A: !Ref B, C: !GetAtt D.Arn, E: !If [F, !Sub x, {G: !Condition H}], I: !Transform {J: K}}"
    )
    assert read(tmp_path / "t.yaml")["Resources"] == {
        "A": {"Ref": "B"},
        "C": {"Fn::GetAtt": "D.Arn"},
        "E": {"Fn::If": ["F", {"Fn::Sub": "x"}, {"G": {"Condition": "H"}}]},
        "I": {"Fn::Transform": {"J": "K"}},
    }
