"""A CloudFormation template as plain values, and what there is to look at before it is deployed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml

from bridge.core.infra import parameters as core
from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject, whereabouts
from bridge.errors import Problem, ProjectInvalid, Where, raise_if_any
from bridge.project import Project
from bridge.settings import Settings

#: Where `make deploy` finds it.
FILE: Final = "infra/template.yaml"


class _Loader(yaml.SafeLoader):
    """YAML in which `!Ref X` is `{"Ref": "X"}`, and `!Name X` is `{"Fn::Name": X}`."""


def _tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _tagged)


def read(path: Path) -> Mapping[str, Any]:
    """The template. Raises `ProjectInvalid` A084 where it is none."""
    try:
        value = yaml.load(path.read_bytes(), _Loader)  # noqa: S506 -- a SafeLoader
    except (OSError, yaml.YAMLError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        raise ProjectInvalid(_unreadable(path, f"{said}, line {mark.line + 1}" if mark else str(said))) from None
    if not isinstance(value, Mapping) or "Resources" not in value:
        raise ProjectInvalid(_unreadable(path, "it has no Resources"))
    return value


def _unreadable(path: Path, said: str) -> Problem:
    return Problem(Where(file=str(path)), "A084", f"no template can be read: {said}", "name it: --template FILE")


@dataclass(frozen=True, slots=True)
class Standing:
    """A stack that is there: its state, and the parameters that it keeps where a deployment gives no others."""

    status: str
    parameters: Mapping[str, str]


def standing(amazon: Amazon, stack: str) -> Standing | None:
    """The stack of this name; None where there is none, or one that was planned and never begun."""
    answer = amazon.ask("cloudformation", "describe_stacks", StackName=stack) if stack else None
    if answer is None or answer["Stacks"][0].get("StackStatus") == "REVIEW_IN_PROGRESS":
        return None
    (told,) = answer["Stacks"]
    kept = {each["ParameterKey"]: str(each.get("ParameterValue", "")) for each in told.get("Parameters", ())}
    return Standing(str(told.get("StackStatus", "")), kept)


def of_parameters(
    project: Project, amazon: Amazon, template: Mapping[str, Any], parameters: Mapping[str, str], stack: str = ""
) -> Subject:
    """What a stack with these parameters would use of what there is; `stack` is its name, where it may be there.

    Raises `ProjectInvalid` A083 where they contradict each other, or those that the stack keeps.
    """
    there = standing(amazon, stack)
    values = core.given(template, parameters, there.parameters if there else {})
    raise_if_any(core.contradictions(template, values, Path(FILE).name))
    home, caller, heard = whereabouts(amazon)
    stream = _stream(values)
    others = [tuple(filter(None, [values.get(name)])) for name in ("SourceKeyArn", "TopicKeyArn")]
    key = values.get("KmsKeyArn", "")
    home = replace(home, stream=stream, key=key, source_keys=others[0], topic_keys=others[1])
    settings = Settings.read(core.environment(template, values))
    subject = Subject(project, settings, home, caller, heard, alarms=values.get("AlarmTopicArn", ""), parameters=values)
    makes = frozenset(core.made(template, values))
    subject = replace(subject, variables=frozenset(core.variables(template)), makes=makes, stack=stack)
    return replace(subject, status=there.status, again=True, reads=_stream(there.parameters)) if there else subject


def _stream(values: Mapping[str, str]) -> str:
    return values.get("KinesisStreamArn") or values.get("StreamArn") or ""
