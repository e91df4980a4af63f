"""Which rules say a schema's event, and what of the CloudEvent around it is certain."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bridge.core.manifest import TargetSetting
from bridge.core.map import Literal
from bridge.core.rules.model import Attribute, Rule
from bridge.core.rules.translate import Rules


@dataclass(frozen=True, slots=True)
class Saying:
    """A rule that says an event of a schema."""

    rule: str  #: `<entity>.<event>`
    about: str
    type: str
    source: str | None  #: None where it depends on the item
    extensions: Mapping[str, bool]  #: by name: whether it is always there
    to: tuple[str, ...]  #: targets by name
    subject: bool  #: whether there is one


def sayings(rules: Rules) -> dict[str, list[Saying]]:
    """By schema's name: the rules that say it, in the order of the rule files."""
    found: dict[str, list[Saying]] = {}
    for entity in rules.entities:
        for rule in entity.rules:
            for key, schema in rule.schemas.items():
                saying = _saying(rule, key or str(_fixed(rule.type)))  # a type without a list of schemas is fixed
                found.setdefault(schema.name, []).append(saying)
    return found


def carried(saying: Saying, targets: Mapping[str, TargetSetting]) -> Collection[str]:
    """How EventBridge carries it: `whole` as a CloudEvent, `bare` as its data, both, or not at all."""
    buses = [targets[name] for name in saying.to if name in targets and targets[name].kind == "eventbridge"]
    return {"bare" if bus.bare else "whole" for bus in buses}


def _saying(rule: Rule, event_type: str) -> Saying:
    extensions = {extension.name: not extension.optional for extension in rule.extensions}
    return Saying(rule.name, rule.about, event_type, _fixed(rule.source), extensions, rule.to, rule.subject is not None)


def _fixed(attribute: Attribute) -> str | None:
    template = attribute.template
    return str(template.value) if isinstance(template, Literal) else None
