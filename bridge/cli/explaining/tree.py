"""A record's story as a tree of lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bridge.cli.explaining.verdict import Story, Way
from bridge.cli.ink import Ink
from bridge.core.change import Change
from bridge.core.explain import Condition, EntityStory, RuleStory, Scene, because, shown
from bridge.core.expression import ABSENT
from bridge.core.origin import WHOLE, Step
from bridge.core.pattern import Mismatch
from bridge.core.same import NOTHING
from bridge.errors import Problem

#: Widest column of paths.
_WIDTH: Final = 40


@dataclass(slots=True)
class Branch:
    """A line, and what stands below it."""

    text: str
    below: "list[Branch]" = field(default_factory=list)

    def lines(self, lead: str = "", inner: str = "") -> Iterator[str]:
        """The tree from here down; `lead` stands before this line, `inner` before those below."""
        first, *more = self.text.split("\n")
        yield lead + first
        yield from (inner + ("│  " if self.below else "") + line for line in more)
        for index, branch in enumerate(self.below):
            last = index == len(self.below) - 1
            yield from branch.lines(inner + ("└─ " if last else "├─ "), inner + ("   " if last else "│  "))


def text_of(story: Story, ink: Ink) -> str:
    """The whole story of one record."""
    root = Branch(ink.paint(f"record {story.record.record_id}", "bold"), _problems(story.problems, ink))
    if story.change is not None:
        root.below += [Branch(line) for line in _change(story.change)]
    if story.silence:
        root.below.append(Branch(f"{ink.paint('nothing', 'dim')}: {story.silence}"))
    root.below += [_entity(each, story, ink) for each in story.entities]
    return "\n".join(root.lines())


def _change(change: Change) -> Iterator[str]:
    yield f"{change.kind} in table {change.table}" + (f" at {change.at}" if change.at else "")
    yield f"keys {shown(change.keys)}"
    old, new = change.old or {}, change.new or {}
    for name in change.changed:
        yield f"{name}: {shown(old.get(name, NOTHING))} ─► {shown(new.get(name, NOTHING))}"
    if change.unknown:
        yield f"not delivered by the stream: {', '.join(sorted(change.unknown))}"


def _entity(story: EntityStory, whole: Story, ink: Ink) -> Branch:
    name = story.entity.name
    if story.mismatch:
        return Branch(f"{name}  {_because(story.mismatch, ink)}")
    below = [_rule(each, whole, ink) for each in story.rules]
    return Branch(ink.paint(name, "bold"), _problems(story.problems, ink) + below)


def _rule(story: RuleStory, whole: Story, ink: Ink) -> Branch:
    name = story.rule.event
    if story.mismatch:
        return Branch(f"{name}  {_because(story.mismatch, ink)}")
    if story.problems:
        return Branch(f"{name}  {ink.paint('refused', 'bad')}", _problems(story.problems, ink))
    if not story.scenes:
        return Branch(f"{name}  {ink.paint('no', 'dim')}: the list under `each` is empty")
    scenes = [_scene(name, scene, whole, ink) for scene in story.scenes]
    return scenes[0] if story.rule.each is None else Branch(ink.paint(name, "bold"), scenes)


def _because(mismatch: Mismatch, ink: Ink) -> str:
    return f"{ink.paint('no', 'dim')}: {because(mismatch)}  {_place(mismatch.where, ink)}"


def _scene(name: str, scene: Scene, whole: Story, ink: Ink) -> Branch:
    title = name if scene.element is NOTHING else f"it = {shown(scene.element)}"
    condition = [_condition(scene.condition, ink)] if scene.condition else []
    if scene.condition and not scene.condition.held:
        return Branch(f"{title}  {ink.paint('no', 'dim')}: {condition[0].text}")
    values = _steps(scene.steps, scene.problems, ink)
    event = scene.event
    if event is None:
        return Branch(f"{title}  {ink.paint('refused', 'bad')}", condition + values + _elsewhere(scene, ink))
    ways = [_way(way, ink) for way in whole.ways[event.id]]
    schema = Branch(f"schema {event.dataschema}: valid")
    title = f"{ink.paint(title, 'bold')}  {ink.paint(event.type, 'good')}"
    return Branch(title, [Branch(f"id {event.id}"), *condition, *values, schema, *ways])


def _elsewhere(scene: Scene, ink: Ink) -> list[Branch]:
    """The problems that stand at none of the values shown."""
    paths = {f"$.{step.path}" for step in scene.steps}
    return _problems([problem for problem in scene.problems if problem.where.path not in paths], ink)


def _condition(condition: Condition, ink: Ink) -> Branch:
    values = ", ".join(f"{path} = {shown(value)}" for path, value in condition.operands)
    held = "true" if condition.held else "false"
    with_values = f" with {values}" if values else ""
    return Branch(f"if {condition.text} is {held}{with_values}  {_place(condition.where, ink)}")


def _steps(steps: Sequence[Step], problems: Sequence[Problem], ink: Ink) -> list[Branch]:
    """Each value with what makes it, and below it what is wrong with it."""
    told = [step for step in steps if step.value is not WHOLE]
    width = min(_WIDTH, max((len(_path(step)) for step in told), default=0))
    return [Branch(_step(step, width, ink), _problems(_at(step, problems), ink)) for step in told]


def _step(step: Step, width: int, ink: Ink) -> str:
    origin = step.origin
    value = shown(step.value)
    by = "a literal" if value == origin.written else origin.written
    return f"{_path(step):<{width}}  {_value(step)}  {ink.paint(by, 'dim')}  {_place(origin.where, ink)}"


def _path(step: Step) -> str:
    return step.path + "?" * step.optional


def _at(step: Step, problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.where.path == f"$.{step.path}"]


def _value(step: Step) -> str:
    if step.value is not ABSENT:
        return shown(step.value)
    return "left out" if step.optional and not step.problems else "null"


def _way(way: Way, ink: Ink) -> Branch:
    known = "" if way.sent is None else ", sent already" if way.sent else ", not sent yet"
    problems = [_objection(way.objection, ink)] if way.objection else []
    claim = "" if way.whole is None else f"{way.whole:,} bytes are too many: by claim check, "
    return Branch(f"to {way.target}: {claim}{way.size:,} of {way.room:,} bytes{known}", problems)


def _objection(problem: Problem, ink: Ink) -> Branch:
    """Why a target could not carry the event, with the place in the rule: no value above shows it."""
    what = f"{problem.what}  {_place(replace(problem.where, path=''), ink)}"
    return Branch(f"{ink.paint(problem.code, 'bad')} {what}\nfix: {problem.fix}")


def _problems(problems: Sequence[Problem], ink: Ink) -> list[Branch]:
    told = [(problem.code, f"{problem.what}\nfix: {problem.fix}") for problem in problems]
    return [Branch(f"{ink.paint(code, 'bad')} {what}") for code, what in told]


def _place(where: object, ink: Ink) -> str:
    return ink.paint(f"({where})", "dim")
