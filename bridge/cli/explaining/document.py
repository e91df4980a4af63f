"""A record's story as JSON."""

from typing import Any

from bridge.cli.explaining.verdict import Story, Way
from bridge.core.change import Value
from bridge.core.explain import Condition, EntityStory, RuleStory, Scene
from bridge.core.expression import ABSENT
from bridge.core.origin import WHOLE, Step
from bridge.core.pattern import Mismatch
from bridge.core.same import NOTHING
from bridge.errors import Problem, Where


def as_json(story: Story) -> dict[str, Any]:
    """`{"record", "change", "silent", "entities", "problems"}`.

    The change as rules see it, null where it cannot be decoded; `silent` why nothing is said of it, else null.
    """
    return {
        "record": story.record.record_id,
        "change": None if story.change is None else story.change.document(),
        "silent": story.silence or None,
        "entities": [_entity(each, story) for each in story.entities],
        "problems": _problems(story.problems),
    }


def _entity(story: EntityStory, whole: Story) -> dict[str, Any]:
    return {
        "entity": story.entity.name,
        "matched": story.mismatch is None and not story.problems,
        "false": _mismatch(story.mismatch),
        "events": [_rule(each, whole) for each in story.rules],
        "problems": _problems(story.problems),
    }


def _rule(story: RuleStory, whole: Story) -> dict[str, Any]:
    return {
        "event": story.rule.event,
        "matched": story.mismatch is None and not story.problems,
        "false": _mismatch(story.mismatch),
        "said": [_scene(each, whole) for each in story.scenes],
        "problems": _problems(story.problems),
    }


def _scene(scene: Scene, whole: Story) -> dict[str, Any]:
    event = scene.event
    made = {} if event is None else {"id": event.id, "type": event.type, "dataschema": event.dataschema}
    return {
        **({} if scene.element is NOTHING else {"it": scene.element}),
        "if": _condition(scene.condition),
        "event": made or None,
        "values": [_step(step) for step in scene.steps if step.value is not WHOLE],
        "targets": [] if event is None else [_way(way) for way in whole.ways[event.id]],
        "problems": _problems(scene.problems),
    }


def _mismatch(mismatch: Mismatch | None) -> dict[str, Any] | None:
    if mismatch is None:
        return None
    actual = {"actual": mismatch.actual} if mismatch.present else {}
    return {"path": mismatch.path, "expected": mismatch.expected, **actual, **_place(mismatch.where)}


def _condition(condition: Condition | None) -> dict[str, Any] | None:
    if condition is None:
        return None
    operands = {path: _absent_as_null(value) for path, value in condition.operands}
    return {"text": condition.text, "is": condition.held, "with": operands, **_place(condition.where)}


def _absent_as_null(value: Value) -> Value:
    return None if value is NOTHING else value


def _step(step: Step) -> dict[str, Any]:
    value = {} if step.value is ABSENT else {"value": step.value}
    origin = {"by": step.origin.written, "optional": step.optional, **_place(step.origin.where)}
    return {"path": step.path, **value, **origin, "problems": _problems(step.problems)}


def _way(way: Way) -> dict[str, Any]:
    objection = None if way.objection is None else way.objection.as_json()
    claim = {} if way.whole is None else {"claim": {"whole": way.whole}}
    return {"target": way.target, "bytes": way.size, "room": way.room, **claim, "sent": way.sent, "problem": objection}


def _problems(problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    return [problem.as_json() for problem in problems]


def _place(where: Where) -> dict[str, Any]:
    return {"file": where.file, "line": where.line, "column": where.column}
