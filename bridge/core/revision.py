"""What two project files say otherwise, and whom it concerns: who subscribes to events, or who operates the bridge.

Names count as they are written: what `${env:NAME}` stands for is the environment's, and no file tells it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

from bridge.core.manifest import Manifest, Setting, TargetSetting
from bridge.core.same import NOTHING

Concern = Literal["subscribers", "operators"]
CONCERNS: Final[tuple[Concern, ...]] = get_args(Concern)

_KINDS: Final = {"eventbridge": "an EventBridge bus", "eventbridgev2": "a custom event bus (V2)", "sns": "an SNS topic"}
_UNITS: Final = (("h", 3600), ("m", 60), ("s", 1))
_VARIABLE: Final = re.compile(r"\$\{env:\w+\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Revision:
    """A setting that the two say otherwise."""

    concerns: Concern
    setting: str  #: where it stands: `targets.domain-bus`, `ledger.keep`
    target: str  #: the target that it is about, by name; "" where it is about none
    base: Any  #: as bridge.yaml writes it, `NOTHING` where it does not
    new: Any
    means: str  #: what it changes, in one sentence; "" where the setting says it


class _Told(NamedTuple):
    """How a setting that both project files have at most once is compared."""

    concerns: Concern
    written: Callable[[Manifest], Any]
    means: Callable[[Any], str]  #: by what is written now


def form(target: TargetSetting) -> dict[str, Any]:
    """How events travel to a target, as bridge.yaml writes it: `{"eventbridge": {"bus": …, "detail": "data"}}`."""
    address = {"topic" if target.kind == "sns" else "bus": target.address.text}
    return {target.kind: address | ({"detail": "data"} if target.bare else {})}


def bucket(keeper: Setting | None) -> Any:
    """What keeps objects, as bridge.yaml writes it: `{"s3": {"bucket": …}}`; `NOTHING` where there is none."""
    return {"s3": {"bucket": keeper.text}} if keeper else NOTHING


def revisions(base: Manifest, new: Manifest) -> tuple[Revision, ...]:
    """All that they say otherwise, what concerns subscribers first."""
    found = [*_of_targets(base, new), *_of_secrets(base, new), *_of_the_rest(base, new)]
    return tuple(sorted(found, key=lambda each: CONCERNS.index(each.concerns)))


def _of_targets(base: Manifest, new: Manifest) -> Iterator[Revision]:
    for name in {**base.targets, **new.targets}:
        was, now = base.targets.get(name), new.targets.get(name)
        before, after = (form(each) if each else NOTHING for each in (was, now))
        if before != after:
            concerns, means = _meant(was, now, new)
            yield Revision(concerns, f"targets.{name}", name, before, after, means)


def _meant(was: TargetSetting | None, now: TargetSetting | None, new: Manifest) -> tuple[Concern, str]:
    if was and now:
        return "subscribers", "; ".join(_altered(was, now))
    if was is None:
        return "operators", "events go there where rules name it in `to`"
    called = next((each.name for each in new.targets.values() if form(each) == form(was)), "")
    if called:
        return "operators", f"'{called}' leads to the same place; what is under way may be sent once more"
    return "subscribers", "nothing is sent there any more"


def _altered(was: TargetSetting, now: TargetSetting) -> Iterator[str]:
    """What a target's subscribers notice."""
    if was.kind != now.kind:
        yield f"events go to {_KINDS[now.kind]} in place of {_KINDS[was.kind]}, whose subscribers get none any more"
    elif was.address.text != now.address.text:
        yield "events go elsewhere, unless both names lead to one place: who subscribes where they went gets none"
    if was.bare != now.bare:
        yield _BARE if now.bare else _WHOLE


def _of_secrets(base: Manifest, new: Manifest) -> Iterator[Revision]:
    for name in {**base.secrets, **new.secrets}:
        was, now = base.secrets.get(name), new.secrets.get(name)
        if was is None or now is None or was.text != now.text:
            concerns: Concern = "subscribers" if was and now else "operators"
            means = (
                "what `hmac_sha256` makes with it is another text, unless both are one secret" if was and now else ""
            )
            yield Revision(concerns, f"secrets.{name}", "", _unread(was), _unread(now), means)


def _unread(secret: Setting | None) -> Any:
    """The variable that holds a secret; of one that stands in the file nothing."""
    if secret is None:
        return NOTHING
    return secret.text if _VARIABLE.fullmatch(secret.text) else "<a text>"


def _of_the_rest(base: Manifest, new: Manifest) -> Iterator[Revision]:
    for name, told in TOLD.items():
        was, now = told.written(base), told.written(new)
        if was != now:
            yield Revision(told.concerns, name, "", was, now, told.means(now))


def _duration(seconds: int) -> str:
    """As bridge.yaml writes it, in hours where these are whole: `48h`."""
    unit, length = next((unit, length) for unit, length in _UNITS if seconds % length == 0)
    return f"{seconds // length}{unit}"


def _claims(now: Any) -> str:
    if now is NOTHING:
        return "an event that is too large for its target is refused, where it went out with `dataref`"
    return "an event that is too large for its target goes out with `dataref`, and its data lies in this bucket"


def _order(now: Any) -> str:
    return {
        "flag": "events of a change that Kinesis brings behind a later one of its item are marked `overtaken: true`",
        "drop": "nothing is said of a change that Kinesis brings behind a later one of its item",
    }.get(now, "events of a change that Kinesis brings behind a later one of its item go out like all others")


def _region(now: Any) -> str:
    if now is NOTHING:
        return "changes are published that the stream of any Region tells"
    return "changes are published that this Region's stream tells, and no others"


def _always(means: str) -> Callable[[Any], str]:
    return lambda _: means


_BARE: Final = "subscribers get the bare data without the CloudEvent around it, and so no `id`, `type` or `time` of it"
_WHOLE: Final = "subscribers get the whole CloudEvent, and what they got before is in its `data`"

#: The settings besides targets and secrets, as bridge.yaml calls them.
TOLD: Final[Mapping[str, _Told]] = {
    "claims": _Told("subscribers", lambda file: bucket(file.claims), _claims),
    "order": _Told("subscribers", lambda file: file.order or NOTHING, _order),
    "region": _Told("subscribers", lambda file: file.region.text if file.region else NOTHING, _region),
    "ledger.dynamodb": _Told(
        "operators",
        lambda file: {"table": file.ledger.text},
        _always("what was delivered before is not known there: what is under way may be sent once more"),
    ),
    "ledger.keep": _Told(
        "operators",
        lambda file: _duration(file.keep),
        _always("a record that comes again after this time is published again"),
    ),
    "give_up": _Told(
        "operators",
        lambda file: _duration(file.give_up),
        _always("a record that cannot be delivered is parked at this age"),
    ),
    "quarantine": _Told(
        "operators", lambda file: bucket(file.quarantine), _always("what is parked already stays where it lies")
    ),
    "on_failure": _Told("operators", lambda file: bucket(file.on_failure), _always("")),
    "tables": _Told("operators", lambda file: {name: {"view": view} for name, view in file.views.items()}, _always("")),
    "project": _Told("operators", lambda file: file.project, _always("")),
    "rules": _Told("operators", lambda file: file.rules, _always("")),
    "schemas": _Told("operators", lambda file: file.schemas, _always("")),
}
