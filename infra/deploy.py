"""`make deploy`: looks first, widens the filters, deploys the code, narrows the filters, looks again.

python -m infra.deploy STACK [NAME=VALUE]...

CloudFormation changes function and mapping in one deployment. A record that only the new rules want must not meet the
old filters once the new code is live, nor one that only the old rules want the new filters while the old code still is:
so the mapping is widened first, the code is deployed with the wider filters, and they are narrowed by a deployment of
their own (`bridge/core/infra/rollout.py`). Where the filters stay as they are, there is one deployment.
A deployment that fails half way leaves them wider than need be, which costs invocations and loses nothing.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bridge.aws.filters import widen
from bridge.aws.ladder import LADDER
from bridge.cli.doctor import shown
from bridge.core.infra import parameters as core
from bridge.core.infra.filters import Source, filters
from bridge.core.infra.rollout import Rollout, rollout
from bridge.doctor import template as templates
from bridge.doctor.artifact import unfit
from bridge.doctor.asking import Amazon
from bridge.doctor.examination import examine
from bridge.doctor.mapping import deployed_filters
from bridge.doctor.subject import Subject, of_stack
from bridge.errors import BridgeError, Unavailable, raise_if_any
from bridge.project import Project, load_project
from infra.generate import ROOT, TEMPLATE, with_filters

SAM: Final = ROOT / ".sam" / "bin" / "sam"
ARTIFACT: Final = ROOT / "build" / "function.zip"  # as the template has it in `CodeUri`
BUILD: Final = ROOT / "build" / "template.yaml"  # beside the artifact, whose path is the same from there
HOURS: Final = 24
Sam = Callable[[Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is to be deployed where."""

    stack: str
    parameters: Mapping[str, str]
    project: Project
    amazon: Amazon
    sam: Sam
    template: Path = TEMPLATE
    artifact: Path = ARTIFACT
    pause: Callable[[float], None] = time.sleep


def deploy(made: Deployment) -> int:
    """0 where it is deployed and doctor finds no error; else sam's or doctor's exit code."""
    template = templates.read(made.template)
    raise_if_any(core.problems(template, made.parameters, made.template.name))
    subject = templates.of_parameters(made.project, made.amazon, template, made.parameters, made.stack)
    raise_if_any(unfit(made.artifact, subject.parameters or {}, made.project))
    code = _look_before(made, subject)
    if code:
        return code
    steps = _widened(made, _mapping(made, subject), _source(subject.home.stream))
    region = subject.home.region
    code = _deploy(made, region, _template(made, _source(subject.home.stream), steps))
    if code == 0 and steps.after is not None:
        _tell("narrowing the filters: the code is live")
        code = _deploy(made, region, made.template)
    return code or _look_after(made)


def _look_before(made: Deployment, subject: Subject) -> int:
    _tell(f"looking at what there is in {subject.home.region}, account {subject.home.account}")
    results = examine(subject, made.amazon, HOURS)
    shown.show(results)
    code = shown.code(results)
    return 0 if code == 3 else code


def _look_after(made: Deployment) -> int:
    _tell("looking at what was made")
    results = examine(of_stack(made.project, made.amazon, made.stack), made.amazon, HOURS)
    shown.show(results)
    return shown.code(results)


def _source(stream: str) -> Source:
    """What a stream's ARN is of; the table that the stack makes has a stream of its own."""
    return "kinesis" if ":kinesis:" in stream else "dynamodb"


def _mapping(made: Deployment, subject: Subject) -> Mapping[str, Any] | None:
    """The event source mapping of the stack as it is; None before the first deployment.

    Raises `Unavailable` where AWS does not tell: without its filters nothing can be deployed safely.
    """
    if not subject.again:
        return None
    try:
        mappings = of_stack(made.project, made.amazon, made.stack).mappings
    except Unavailable as error:
        if all(problem.code == "A003" for problem in error.problems):  # a stack that was never whole
            return None
        raise
    return mappings[0] if mappings else None


def _widened(made: Deployment, mapping: Mapping[str, Any] | None, source: Source) -> Rollout:
    """The steps that are left once the mapping lets through what the code of before wants and the new one."""
    wanted = filters(made.project.rules, source)
    if mapping is None:
        return rollout(None, wanted)
    there = _source(str(mapping["EventSourceArn"]))
    steps = rollout(deployed_filters(mapping), filters(made.project.rules, there))
    if steps.before is not None:
        _tell(f"widening the filters of mapping {mapping['UUID']}")
        client = made.amazon.clients.client("lambda", LADDER[-1])
        widen(client, str(mapping["UUID"]), steps.before, made.pause)
    # From a table's stream to Kinesis or back: a new mapping takes its place, and has never had other filters.
    return steps if there == source else rollout(None, wanted)


def _template(made: Deployment, source: Source, steps: Rollout) -> Path:
    """The template with the filters of the moment: its own, or a copy with those of both."""
    if steps.after is None and steps.before is None:
        return made.template
    BUILD.parent.mkdir(exist_ok=True)
    BUILD.write_text(with_filters(made.template.read_text(), made.project.rules, source, steps.during))
    return BUILD


def _deploy(made: Deployment, region: str, template: Path) -> int:
    """The Region is that which was looked at: SAM asks AWS_DEFAULT_REGION and the profile, and not AWS_REGION."""
    words = [f'{name}="{value}"' for name, value in made.parameters.items()]  # in quotes it may be empty
    command = [
        "deploy",
        "--template-file",
        str(template),
        "--stack-name",
        made.stack,
        "--region",
        region,
        "--resolve-s3",
    ]
    command += ["--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"]
    return made.sam([*command, "--parameter-overrides", *words] if words else command)


def _sam(arguments: Sequence[str]) -> int:
    """AWS SAM, with everything that it says."""
    return subprocess.run(["env", "SAM_CLI_TELEMETRY=0", SAM, *arguments], check=False).returncode  # noqa: S603, S607 -- our own


def _tell(what: str) -> None:
    print(f"deploy: {what}", file=sys.stderr, flush=True)


def main(words: Sequence[str]) -> int:
    """The exit code: 1 findings, 2 usage, 3 something outside was unavailable."""
    stack, *given = words or [""]
    if not stack or any("=" not in word for word in given):
        print("usage: python -m infra.deploy STACK [NAME=VALUE]...", file=sys.stderr)
        return 2
    parameters = {name: value.strip('"') for name, _, value in (word.partition("=") for word in given)}
    if not SAM.exists():
        _tell(f"AWS SAM is not installed: there is no {SAM.relative_to(ROOT)}; run `make .sam/.ready`")
        return 3
    try:
        return deploy(Deployment(stack, parameters, load_project(ROOT), Amazon(), _sam))
    except BridgeError as error:
        print(error, file=sys.stderr)
        return 3 if isinstance(error, Unavailable) else 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
