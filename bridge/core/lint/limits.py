"""What a target would refuse or leave out, as far as the rule alone tells."""

from collections.abc import Iterator

from bridge.core.change import Value
from bridge.core.envelope import attribute_problems
from bridge.core.expression.values import text_of
from bridge.core.lint.subject import Subject, place_of
from bridge.core.map import Literal, Text
from bridge.core.rules.model import Attribute, Entity, Rule
from bridge.core.services import BUS_SOURCE, DETAIL_TYPE, RESERVED_SOURCE, TOPIC_ATTRIBUTES
from bridge.errors import Problem


def limits(subject: Subject) -> Iterator[Problem]:
    """M050 to M056 of what is written out, L016 to L018 of events that go to a bus, L019 of those to a topic."""
    for entity, rule in subject.events:
        yield from _unsound(entity, rule)
        for bus in subject.targets_of(rule, "eventbridge")[:1]:
            yield from _type(rule, bus)
            yield from _source(entity, rule, bus)
        for topic in subject.targets_of(rule, "sns")[:1]:
            yield from _attributes(rule, topic)


def _unsound(entity: Entity, rule: Rule) -> Iterator[Problem]:
    """What CloudEvents forbids and what stands there whatever the change: a source with a space in it."""
    named = {"type": rule.type, "source": rule.source, "subject": rule.subject, "partitionkey": rule.partitionkey}
    for name, attribute in named.items():
        if attribute is not None and isinstance(attribute.template, Literal) and attribute.template.value != "":
            for problem in attribute_problems({name: _text(attribute.template.value)}, {}):
                fix = "write it without spaces, such as /shop/orders" if problem.code == "M051" else problem.fix
                yield Problem(place_of(entity, rule, name), problem.code, problem.what, fix)
    for extension in rule.extensions:
        if isinstance(extension.value.template, Literal):
            for problem in attribute_problems({}, {extension.name: extension.value.template.value}):
                yield Problem(extension.value.where, problem.code, problem.what, problem.fix)


def _text(value: Value) -> Value:
    """A number becomes text, as it does in the event."""
    return value if isinstance(value, str | bool | None) else text_of(value)


def _type(rule: Rule, bus: str) -> Iterator[Problem]:
    text = _known(rule.type)
    if len(text) > DETAIL_TYPE:
        what = f"the type has {len(text)} characters, and target '{bus}' carries {DETAIL_TYPE}"
        yield Problem(rule.type.where, "L016", what, "shorten it: EventBridge carries it as DetailType")


def _source(entity: Entity, rule: Rule, bus: str) -> Iterator[Problem]:
    text, where = _known(rule.source), place_of(entity, rule, "source")
    if text.startswith(RESERVED_SOURCE):
        what = f"the source begins with '{RESERVED_SOURCE}', which target '{bus}' keeps for AWS itself"
        yield Problem(where, "L017", what, "name your own system, for example /shop/orders")
    if len(text) > BUS_SOURCE:
        what = f"the source has {len(text)} characters, and target '{bus}' carries {BUS_SOURCE}"
        yield Problem(where, "L018", what, "shorten it")


def _known(attribute: Attribute) -> str:
    """What the attribute says whatever the change, as far as its beginning."""
    template = attribute.template
    if isinstance(template, Literal):
        return str(template.value)
    literal = [part for part in template.parts if isinstance(part, str)] if isinstance(template, Text) else []
    begins = isinstance(template, Text) and literal[:1] == list(template.parts[:1])
    return "".join(literal) if begins else ""


def _attributes(rule: Rule, topic: str) -> Iterator[Problem]:
    """Type, source and subject come first; what is beyond the limit is in the body alone."""
    own = 2 + (rule.subject is not None)
    for extension in rule.extensions[TOPIC_ATTRIBUTES - own :]:
        what = f"'{extension.name}' is no message attribute of target '{topic}': {TOPIC_ATTRIBUTES} are carried"
        fix = "move what filter policies look at to the front; the event's body has it all the same"
        yield Problem(extension.value.where, "L019", what, fix, level="warning")
