"""What there is to look at: a stack, a function, what this shell's environment names, or parameters of a template."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from bridge.core.manifest import Setting
from bridge.doctor.asking import Amazon
from bridge.errors import Problem, ProjectInvalid, Unavailable, Where
from bridge.needs import Home
from bridge.project import Project
from bridge.settings import Settings

#: Outputs of infra/template.yaml.
_FUNCTION: Final = "FunctionName"
_ALARMS: Final = "AlarmTopicArn"


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything that is known before anything is looked at."""

    project: Project
    settings: Settings  #: whose variables the project file means: the function's, or this shell's
    home: Home
    caller: str  #: ARN of whoever asks
    heard: datetime | None  #: AWS's clock when it was first asked
    function: Mapping[str, Any] | None = None  #: `GetFunctionConfiguration`
    mappings: Sequence[Mapping[str, Any]] = ()  #: of the function, from streams
    alarms: str = ""  #: ARN of the topic that alarms go to
    parameters: Mapping[str, str] | None = field(default=None)  #: of a deployment to come
    variables: frozenset[str] = frozenset()  #: names of those that its function is given
    makes: frozenset[str] = frozenset()  #: types of what a deployment to come makes
    stack: str = ""  #: name of the stack that a deployment would make or change, where it is known
    status: str = ""  #: the state of that stack, where it is there
    again: bool = False  #: whether it is one over a stack that is there
    reads: str = ""  #: the stream that this stack was given; empty where it made the table

    def expanded(self, setting: Setting) -> str:
        """What a setting comes to; empty where its variable is not set, which the function's own check tells."""
        try:
            return self.settings.expand(setting.text, setting.where)
        except ProjectInvalid:
            return ""

    @property
    def tables(self) -> list[str]:
        """The tables that the project names: in bridge.yaml, and exactly under `when`."""
        asked = [entity.when.source.get("table") or () for entity in self.project.rules.entities if entity.when]
        named = [name for names in asked for name in names if isinstance(name, str)]
        return list(dict.fromkeys([*self.project.manifest.views, *named]))


def whereabouts(amazon: Amazon) -> tuple[Home, str, datetime | None]:
    """Region, account and partition; who asks; and AWS's clock. Raises `Unavailable` A001."""
    region, said = amazon.region(), amazon.ask("sts", "get_caller_identity")
    arn = str(said["Arn"])
    date = said.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    return Home(region, said["Account"], arn.split(":")[1]), arn, parsedate_to_datetime(date) if date else None


def of_environment(project: Project, amazon: Amazon, settings: Settings) -> Subject:
    """What this shell's variables name."""
    home, caller, heard = whereabouts(amazon)
    return Subject(project, settings, home, caller, heard)


def of_stack(project: Project, amazon: Amazon, name: str) -> Subject:
    """What a stack of infra/template.yaml holds. Raises `Unavailable` A003 where there is none."""
    answer = amazon.ask("cloudformation", "describe_stacks", StackName=name)
    outputs = {
        each["OutputKey"]: each["OutputValue"] for each in (answer or {"Stacks": [{}]})["Stacks"][0].get("Outputs", ())
    }
    if _FUNCTION not in outputs:
        raise Unavailable(_missing(f"there is no stack '{name}' with a bridge in this Region"))
    return of_function(project, amazon, outputs[_FUNCTION], outputs.get(_ALARMS, ""))


def of_function(project: Project, amazon: Amazon, name: str, alarms: str = "") -> Subject:
    """What a function is configured with. Raises `Unavailable` A003 where there is none."""
    home, caller, heard = whereabouts(amazon)
    function = amazon.ask("lambda", "get_function_configuration", FunctionName=name)
    if function is None:
        raise Unavailable(_missing(f"there is no function '{name}' in {home.region}"))
    mappings = tuple(_mappings(amazon, name))
    stream = mappings[0]["EventSourceArn"] if mappings else ""
    home = Home(
        home.region,
        home.account,
        home.partition,
        stream,
        _bucket(mappings[0]) if mappings else "",
        str(function["FunctionName"]),
        function.get("KMSKeyArn", ""),
    )
    settings = Settings.read(function.get("Environment", {}).get("Variables", {}))
    return Subject(project, settings, home, caller, heard, function, mappings, alarms)


def _mappings(amazon: Amazon, function: str) -> Iterator[Mapping[str, Any]]:
    """Those of streams."""
    answer = amazon.ask("lambda", "list_event_source_mappings", FunctionName=function) or {}
    for each in answer.get("EventSourceMappings", ()):
        if each.get("EventSourceArn", "").split(":")[2:3] in (["dynamodb"], ["kinesis"]):
            yield each


def _bucket(mapping: Mapping[str, Any]) -> str:
    """The bucket of its on-failure destination, where it is one."""
    destination = str(mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", ""))
    return destination.rpartition(":")[2] if ":s3:::" in destination else ""


def _missing(what: str) -> Problem:
    return Problem(Where(), "A003", what, "correct its name, the Region or the account; or deploy it: `make deploy`")
