"""Is the function able to run, and does it carry the rules, the schemas and the bridge of this folder?"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bridge.archive import ours
from bridge.build import NEEDLESS
from bridge.doctor.artifact import carried, download
from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject
from bridge.errors import Problem, ProjectInvalid, Where
from bridge.needs import resources

_REFERENCE: Final = re.compile(r"\$\{env:([^{}]*)\}")
HANDLER: Final = "bridge.handler.handle"
#: Seconds: the relay keeps some of an invocation's time for remembering and parking.
LEAST_TIMEOUT: Final = 10


def check(subject: Subject, amazon: Amazon) -> Iterator[Problem]:
    """The function's configuration; without a function, whether the project file's variables are set."""
    try:
        resources(subject.project, subject.home, subject.settings)
    except ProjectInvalid as error:
        yield from (_unset(problem, subject) for problem in error.problems)
    if subject.function is not None:
        where = Where(file=f"function {subject.function['FunctionName']}")
        yield from _configuration(subject.function, where)
        yield from _concurrency(subject, amazon, where)


def _unset(problem: Problem, subject: Subject) -> Problem:
    """Named as what it is: a variable of the function."""
    if problem.code != "C020" or subject.function is None:
        return problem
    what = problem.what.replace(" is not set", f" is not set on {subject.function['FunctionName']}")
    return Problem(problem.where, "A032", what, "set it under the function's Environment in the template, and deploy")


def check_variables(subject: Subject, _amazon: Amazon) -> Iterator[Problem]:
    """Before a deployment: the function is given every variable that it will ask for."""
    manifest = subject.project.manifest
    asked = [each.address for each in manifest.targets.values()] + [manifest.ledger, manifest.quarantine]
    asked += [each for each in (manifest.claims, manifest.region, *manifest.secrets.values()) if each]
    for setting in asked:
        for name in _REFERENCE.findall(setting.text):
            if name not in subject.variables and not name.startswith("AWS_"):  # those are Lambda's own
                what = f"it asks for the variable '{name}', and the template gives the function none of that name"
                yield Problem(setting.where, "A032", what, "set it under the function's Environment in the template")


def _configuration(function: Mapping[str, Any], where: Where) -> Iterator[Problem]:
    state, update = function.get("State"), function.get("LastUpdateStatus")
    if state not in {"Active", None} or update == "Failed":
        reason = function.get("StateReason") or function.get("LastUpdateStatusReason") or "no reason is given"
        yield Problem(
            where, "A031", f"it is {state}, its last update {update}: {reason}", "mend that, and deploy again"
        )
    if function.get("Handler") != HANDLER:
        what = f"its handler is {function.get('Handler')}"
        yield Problem(where, "A030", what, f"set it to {HANDLER}")
    if function.get("Timeout", LEAST_TIMEOUT) < LEAST_TIMEOUT:
        what = f"it has {function['Timeout']} s for a batch, and keeps some of that for remembering and parking"
        yield Problem(where, "A035", what, "give it 60 s", "warning")


def _concurrency(subject: Subject, amazon: Amazon, where: Where) -> Iterator[Problem]:
    name = str(subject.home.function)
    reserved = (amazon.ask("lambda", "get_function_concurrency", FunctionName=name) or {}).get(
        "ReservedConcurrentExecutions"
    )
    side_by_side = max([each.get("ParallelizationFactor") or 1 for each in subject.mappings], default=1)
    if reserved == 0:
        what = "its reserved concurrency is 0: it never runs"
        yield Problem(where, "A036", what, f"aws lambda delete-function-concurrency --function-name {name}")
    elif reserved is not None and reserved < side_by_side:
        what = f"its reserved concurrency is {reserved}, and one shard alone may ask for {side_by_side}"
        yield Problem(where, "A036", what, "reserve shards times ParallelizationFactor, or nothing", "warning")


def check_code(subject: Subject, amazon: Amazon) -> Iterator[Problem]:
    """The artifact that runs, against this folder."""
    if subject.function is None:
        return
    where = Where(file=f"function {subject.function['FunctionName']}")
    contents = download(amazon, subject.home.function)
    project, problems = carried(contents)
    if project is None:
        what = f"it carries no project that can be read: {problems[0].what}"
        yield Problem(where, "A033", what, "build and deploy: `make deploy`")
    elif project.version != subject.project.version:
        what = f"it runs the rules and schemas {project.version}, and this folder has {subject.project.version}"
        fix = "deploy, or check out the commit that is deployed; `changebridge doctor --deploy-plan` shows what differs"
        yield Problem(where, "A033", what, fix)
    here = {name: path.read_bytes() for name, path in ours() if not NEEDLESS.match(name)}
    there = {name: data for name, data in contents.items() if name.startswith("bridge/")}
    if {name: data for name, data in there.items() if not NEEDLESS.match(name)} != here:
        what = "it runs another version of the bridge itself than the one that asks"
        yield Problem(where, "A034", what, "deploy, or install the version that is deployed", "warning")
