"""Writes what the rules and the project file decide into template.yaml: FilterCriteria and the role's policy.

python infra/generate.py            write it
python infra/generate.py --check    say by the exit code whether it is written
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bridge.core.infra.filters import Source, criteria
from bridge.core.infra.policy import Resources, policy
from bridge.core.manifest import Manifest
from bridge.core.rules import Rules
from bridge.project import load_project

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "infra" / "template.yaml"
NOTHING = {"Ref": "AWS::NoValue"}
#: The statements that are there only where a key is given.
CONDITIONS = {"Keys": "HasKey", "SourceKeys": "HasSourceKey", "TopicKeys": "HasTopicKey"}


def generated(text: str, rules: Rules) -> str:
    """The template with its generated blocks as they must be."""
    return _with_block(_with_block(text, "filters", filters(rules)), "policy", statements())


def with_filters(text: str, rules: Rules, source: Source, patterns: Sequence[str]) -> str:
    """The template with other filters for one source."""
    return _with_block(text, "filters", filters(rules, {source: {"Filters": [{"Pattern": each} for each in patterns]}}))


def _with_block(text: str, name: str, value: Any) -> str:
    begin, end = f"# generated: {name}\n", f"# end of {name}\n"
    head, rest = text.split(begin)
    _, tail = rest.split(end)
    indent = head.rpartition("\n")[2]
    lines = json.dumps(value, indent=2, ensure_ascii=False).splitlines()
    return head + begin + "".join(f"{indent}{line}\n" for line in lines) + indent + end + tail


def filters(rules: Rules, other: Mapping[Source, Any] = MappingProxyType({})) -> Any:
    """What the event source mapping lets through, of either source; no property at all where all may be wanted."""
    told: dict[Source, Any] = {source: criteria(rules, source) for source in ("kinesis", "dynamodb")} | dict(other)
    return {"Fn::If": ["IsKinesis", *(each if each["Filters"] else NOTHING for each in told.values())]}


def statements() -> list[Any]:
    """The policy's statements, where one depends on a parameter as `Fn::If`."""
    kinesis, dynamodb = (policy(_resources(source))["Statement"] for source in ("kinesis", "dynamodb"))
    return [_statement(*pair) for pair in zip(kinesis, dynamodb, strict=True)]


def _statement(kinesis: Any, dynamodb: Any) -> Any:
    condition = CONDITIONS.get(dynamodb["Sid"])
    if condition:
        return _if(condition, dynamodb, NOTHING)
    return dynamodb if kinesis == dynamodb else _if("IsKinesis", kinesis, dynamodb)


def _resources(source: str) -> Resources:
    # The slash: a part that is selected must be there, also where the parameter is empty and nobody asks for it.
    given = {"Fn::Split": ["/", {"Fn::Sub": "${StreamArn}/"}]}
    table = [{"Fn::Select": [0, given]}, {"Fn::Select": [1, given]}, "stream/*"]
    streams = _if("HasTable", {"Fn::Join": ["/", table]}, {"Fn::Sub": "${Table.Arn}/stream/*"})
    stream = _if("HasTable", {"Ref": "StreamArn"}, {"Fn::GetAtt": ["Table", "StreamArn"]})
    if source == "kinesis":
        stream = {"Ref": "KinesisStreamArn"}
    return Resources(
        ledger={"Fn::GetAtt": ["Ledger", "Arn"]},
        quarantine={"Fn::GetAtt": ["Quarantine", "Arn"]},
        buses=[_bus("DomainBus"), _bus("AnalyticsBus")],
        topics=[_if("MakeOrderTopic", {"Ref": "OrderTopic"}, {"Ref": "OrderTopicArn"})],
        source=source,
        stream=stream,
        streams="*" if source == "kinesis" else streams,
        failed={"Fn::GetAtt": ["FailedBatches", "Arn"]},
        logs={"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${LogGroup}"},
        keys=[{"Ref": "KmsKeyArn"}],
        source_keys=[{"Ref": "SourceKeyArn"}],
        topic_keys=[{"Ref": "TopicKeyArn"}],
    )


def _bus(name: str) -> Any:
    given = {
        "Fn::Sub": f"arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:event-bus/${{{name}Name}}"
    }
    return _if(f"Make{name}", {"Fn::GetAtt": [name, "Arn"]}, given)


def _if(condition: str, then: Any, otherwise: Any) -> Any:
    return {"Fn::If": [condition, then, otherwise]}


def unnamed(manifest: Manifest) -> list[str]:
    """Kinds of targets of which bridge.yaml names more than `_resources` does: the role could not publish to them."""
    named = _resources("dynamodb")
    known = {"eventbridge": named.buses, "eventbridgev2": named.custom_buses, "sns": named.topics}
    asked = {kind: {each.address.text for each in manifest.targets.values() if each.kind == kind} for kind in known}
    return [kind for kind, addresses in asked.items() if len(addresses) > len(known[kind])]


def main() -> int:
    """0 where the template is, or now is, as it must be."""
    parser = ArgumentParser(description="Write the filters and the policy of infra/template.yaml.", allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where something would change")
    asked = parser.parse_args()
    text, project = TEMPLATE.read_text(), load_project(ROOT)
    for kind in unnamed(project.manifest):
        print(f"bridge.yaml names more targets by {kind} than the role may publish to", file=sys.stderr)
        print("    fix: name each in `_resources` of infra/generate.py", file=sys.stderr)
        return 1
    made = generated(text, project.rules)
    if asked.check:
        if made != text:
            said = "infra/template.yaml: filters or policy are not those of the rules and of bridge.yaml"
            print(f"{said}\n    fix: run `.venv/bin/python infra/generate.py`, and commit", file=sys.stderr)
        return int(made != text)
    TEMPLATE.write_text(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
