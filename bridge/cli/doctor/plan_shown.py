"""A plan for a person and for a program."""

from typing import Any

from bridge.cli.diff import json as diff_json
from bridge.cli.diff import text as diff_text
from bridge.cli.diff.words import summary
from bridge.cli.doctor.plan import Plan
from bridge.cli.report import has_findings
from bridge.cli.schemas.verdicts import as_data, as_text
from bridge.core.wire import read_json


def as_lines(plan: Plan) -> str:
    """Behaviour, compatibility, filters, permissions, and the order."""
    before, now = plan.versions
    parts = [
        f"rules and schemas: {before} is deployed, {now} is here"
        if before != now
        else f"rules and schemas: {now}, the same"
    ]
    parts += ["", "behaviour", f"  {summary(plan.behaviour, plan.base)}"]
    parts += _indented(diff_text.rendered(plan.behaviour, plan.base))
    parts += ["", "compatibility", *_indented(as_text(plan.compatibility))]
    parts += [f"  {line}" for problem in plan.compatibility.problems for line in str(problem).splitlines()]
    parts += ["", "permissions", *_changes(plan.allowed, plan.withdrawn)]
    parts += ["", "order", *(f"  {number}. {step}" for number, step in enumerate(plan.steps, 1))]
    return "\n".join(parts) + "\n"


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]


def _changes(allowed: Any, withdrawn: Any) -> list[str]:
    told = [f"  + {each}" for each in allowed] + [f"  - {each}" for each in withdrawn]
    return told or ["  the same"]


def as_json(plan: Plan) -> dict[str, Any]:
    """The same as one document."""
    before, now = plan.versions
    rollout = plan.filters
    return {
        "base": plan.base,
        "deployed": before,
        "here": now,
        "behaviour": read_json(diff_json.rendered(plan.behaviour, plan.base)),
        "compatibility": as_data(plan.compatibility, plan.base),
        "filters": {
            "deployed": None if plan.deployed is None else list(plan.deployed),
            "before": rollout.before,
            "during": rollout.during,
            "after": rollout.after,
        },
        "permissions": {"allowed": list(plan.allowed), "withdrawn": list(plan.withdrawn)},
        "steps": plan.steps,
    }


def code(plan: Plan) -> int:
    """1 where subscribers or replays would break."""
    return int(has_findings(plan.compatibility.problems))
