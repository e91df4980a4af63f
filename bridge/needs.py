"""What a project needs of AWS, as ARNs: its addresses with the environment filled in, Region and account given."""

from dataclasses import dataclass

from bridge.core.address import Address, addresses, misnamed
from bridge.core.infra.policy import Resources
from bridge.core.manifest import Setting
from bridge.errors import Problem, ProjectInvalid, Where, raise_if_any
from bridge.project import Project
from bridge.settings import Settings


@dataclass(frozen=True, slots=True)
class Home:
    """Where the project runs, and what of it the project file does not name."""

    region: str
    account: str
    partition: str = "aws"
    stream: str = ""  #: ARN
    failed: str = ""  #: bucket of the on-failure destination
    function: str = ""  #: the function's name, for its log group
    key: str = ""  #: ARN of a KMS key
    source_keys: tuple[str, ...] = ()  #: ARNs of what encrypts the stream, where that is another key
    topic_keys: tuple[str, ...] = ()  #: and the topics

    def arn(self, service: str, resource: str) -> str:
        """An ARN of this account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


def resources(project: Project, home: Home, settings: Settings) -> Resources:
    """What the function uses.

    Raises `ProjectInvalid`: every variable that is not set, every name that cannot be one, and C050 for a bad stream.
    """
    manifest = project.manifest
    targets = manifest.targets.values()
    discards = None if home.failed else manifest.on_failure
    asked = [each for each in addresses(manifest) if not home.failed or each.setting != manifest.on_failure]
    raise_if_any(problem for each in asked for problem in _misnamed(each, settings))
    buses = [_expand(each.address, settings) for each in targets if each.kind == "eventbridge"]
    custom = [_expand(each.address, settings) for each in targets if each.kind == "eventbridgev2"]
    topics = [_expand(each.address, settings) for each in targets if each.kind == "sns"]
    failed = _expand(discards, settings) if discards else home.failed
    return Resources(
        ledger=_named(_expand(manifest.ledger, settings), home.arn("dynamodb", "table/")),
        quarantine=f"arn:{home.partition}:s3:::{_expand(manifest.quarantine, settings)}",
        claims=f"arn:{home.partition}:s3:::{_expand(manifest.claims, settings)}" if manifest.claims else None,
        buses=_distinct([_named(bus, home.arn("events", "event-bus/")) for bus in buses]),
        custom_buses=_distinct(custom),
        topics=_distinct(topics),
        source=_source(home.stream),
        stream=home.stream or None,
        streams=_streams(home.stream),
        failed=f"arn:{home.partition}:s3:::{failed}" if failed else None,
        logs=home.arn("logs", f"log-group:/aws/lambda/{home.function}") if home.function else None,
        keys=(home.key,) if home.key else (),
        source_keys=[key for key in home.source_keys if key != home.key],
        topic_keys=[key for key in home.topic_keys if key != home.key],
    )


def _named(name: str, before: str) -> str:
    return name if name.startswith("arn:") else before + name


def _distinct(arns: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(arns))


def _source(stream: str) -> str:
    if not stream:
        return "dynamodb"
    kind = (stream.split(":") + [""] * 6)[2]
    if kind not in {"dynamodb", "kinesis"} or (kind == "dynamodb" and "/stream/" not in stream):
        fix = "give the ARN of a table's stream (…:table/NAME/stream/LABEL) or of a Kinesis stream"
        raise ProjectInvalid(Problem(Where(), "C050", f"'{stream}' is no ARN of a stream", fix))
    return kind


def _streams(stream: str) -> str:
    """ListStreams of a table is allowed on its streams; of Kinesis only on all."""
    return stream.rpartition("/")[0] + "/*" if "/stream/" in stream and ":dynamodb:" in stream else "*"


def _expand(setting: Setting, settings: Settings) -> str:
    return settings.expand(setting.text, setting.where)


def _misnamed(address: Address, settings: Settings) -> tuple[Problem, ...]:
    """What keeps the address from being one."""
    try:
        name = _expand(address.setting, settings)
    except ProjectInvalid as error:
        return tuple(problem.within(address.setting.where) for problem in error.problems)
    problem = misnamed(address.owner, address.kind, name, address.setting.where)
    return (problem,) if problem else ()
