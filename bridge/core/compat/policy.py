"""schemas/compatibility.yaml: the level of each rule, and what was acknowledged, why and until when."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bridge.core import yamltree
from bridge.core.compat.finding import Finding
from bridge.core.compat.rules import LEVELS, RULES, Strength
from bridge.core.fields import Field, did_you_mean, read_fields, text
from bridge.core.yamltree import Node, read_yaml
from bridge.errors import Problem, Where

#: In the schemas folder.
FILE: Final = "compatibility.yaml"

_POLICY: Final = {
    "levels": Field("a mapping", "the level of rules: error, warning or off"),
    "acknowledged": Field("a list", "findings that are accepted, each with a reason and an end"),
}
_ENTRY: Final = {
    "schema": Field("text", "the schema's path below the schemas folder", required=True),
    "rule": Field("text", "the rule, such as SUBSCRIBER_BREAKS", required=True),
    "at": Field("text", "the JSON pointer that the finding shows, such as #/properties/total; without it, all"),
    "reason": Field("text", "why it does no harm", required=True),
    "until": Field("text", "the last day on which this counts, such as 2027-03-31", required=True),
}
_STRENGTHS: Final[Mapping[str, Strength]] = {"error": "error", "warning": "warning", "off": "off"}
_DAY: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A finding that somebody has accepted."""

    schema: str
    rule: str
    at: str  #: a JSON pointer, or empty for any place in the schema
    reason: str
    until: str  #: the last day, `2027-03-31`
    where: Where

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this finding, in time or not."""
        return (self.schema, self.rule) == (finding.schema, finding.rule) and self.at in ("", finding.where.path)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a project says of the check."""

    levels: Mapping[str, Strength] = field(default_factory=lambda: LEVELS)
    acknowledged: Sequence[Acknowledgement] = ()


def read_policy(data: bytes, file: str, problems: list[Problem]) -> Policy:
    """The policy; what is wrong in it joins the problems. Raises `ProjectInvalid` where it is no YAML."""
    values = read_fields(read_yaml(data, file), _POLICY, "the policy", problems)
    levels = {str(entry.key.value): _level(entry, problems) for entry in _entries(values.get("levels"))}
    listed = values.get("acknowledged")
    nodes = listed.items if isinstance(listed, yamltree.Sequence) else ()
    return Policy({**LEVELS, **levels}, [each for node in nodes for each in _acknowledgement(node, problems)])


def settle(
    policy: Policy, found: Iterable[Finding], today: str
) -> tuple[list[Problem], list[tuple[Finding, Acknowledgement]]]:
    """The problems that remain, and what is acknowledged. Ends that have passed, and what nobody needs, are told.

    `today` is a date as `2026-11-21`.
    """
    problems: list[Problem] = []
    accepted: list[tuple[Finding, Acknowledgement]] = []
    used: set[Where] = set()
    for finding in found:
        about = [each for each in policy.acknowledged if each.covers(finding)]
        used.update(each.where for each in about)
        valid = next((each for each in about if each.until >= today), None)
        if valid is not None:
            accepted.append((finding, valid))
        elif policy.levels[finding.rule] != "off":
            problems.append(finding.problem(policy.levels[finding.rule]))
    for each in policy.acknowledged:
        problems += _stale(each, today, is_used=each.where in used)
    return problems, accepted


def _stale(each: Acknowledgement, today: str, *, is_used: bool) -> list[Problem]:
    about = f"the acknowledgement of {each.rule} in {each.schema}"
    if not is_used:
        what = f"{about} meets no finding"
        return [Problem(each.where, "K032", what, "remove it, or correct its schema, rule or `at`", "warning")]
    if each.until < today:
        what = f"{about} ended on {each.until}"
        return [Problem(each.where, "K031", what, "mend what it is about, or give it a new end and reason", "warning")]
    return []


def _entries(node: Node | None) -> tuple[yamltree.Entry, ...]:
    return node.entries if isinstance(node, yamltree.Mapping) else ()


def _level(entry: yamltree.Entry, problems: list[Problem]) -> Strength:
    name, level = str(entry.key.value), _STRENGTHS.get(text(entry.value))
    _check_rule(name, entry.key.where, problems)
    if level is None:
        what = f"'{text(entry.value)}' is no level"
        problems.append(Problem(entry.value.where, "K034", what, "write error, warning or off"))
    elif level == "off" and name in RULES and RULES[name].verdict:
        what = f"{name} is a verdict, and cannot be turned off"
        problems.append(Problem(entry.value.where, "K034", what, "write warning, or acknowledge the single finding"))
    return level or "error"


def _acknowledgement(node: Node, problems: list[Problem]) -> list[Acknowledgement]:
    before = len(problems)
    values = read_fields(node, _ENTRY, "an acknowledgement", problems)
    if "rule" in values:
        _check_rule(text(values["rule"]), values["rule"].where, problems)
    if "until" in values and not _DAY.fullmatch(text(values["until"])):
        what = f"'{text(values['until'])}' is no day"
        problems.append(Problem(values["until"].where, "K034", what, "write year, month and day, such as 2027-03-31"))
    if len(problems) > before:
        return []
    said = {name: text(values.get(name)) for name in _ENTRY}
    return [Acknowledgement(**said, where=node.where)]


def _check_rule(name: str, where: Where, problems: list[Problem]) -> None:
    if name not in RULES:
        what = f"there is no rule '{name}'{did_you_mean(name, RULES)}"
        problems.append(Problem(where, "K034", what, f"write one of: {', '.join(RULES)}"))
