"""What a story is made of: the writes, what they should say to whom, and who listens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Form = Literal["envelope", "body", "data", "function"]


@dataclass(frozen=True, slots=True)
class Write:
    """One item written. `put` gives the whole item, `update` the attributes that are set, `delete` none."""

    does: Literal["put", "update", "delete"]
    pk: str
    sk: str
    attributes: Mapping[str, Any]

    @property
    def key(self) -> dict[str, str]:
        """The item's full primary key."""
        return {"pk": self.pk, "sk": self.sk}


@dataclass(frozen=True, slots=True)
class Said:
    """One event that a step should bring about."""

    type: str
    subject: str
    targets: tuple[str, ...]  #: names in bridge.yaml


@dataclass(frozen=True, slots=True)
class Step:
    """Some writes that happen together (two or more are one transaction), and all that they should say."""

    title: str
    writes: tuple[Write, ...]
    says: tuple[Said, ...] = ()
    poison: bool = False  #: its first write cannot be carried, and should be parked
    by_hand: bool = False  #: no write: its one record is made by hand, and the deployed function is invoked with it


@dataclass(frozen=True, slots=True)
class Act:
    """Steps that belong together."""

    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who listens: a queue behind a rule of a bus, or behind a topic."""

    name: str
    target: str  #: the bus or topic, by its name in bridge.yaml
    interests: tuple[str, ...]  #: prefixes of event types; () is everything
    #: An EventBridge envelope around a CloudEvent, a CloudEvent, or an envelope around bare data; or whatever comes,
    #: since its function opens it by itself.
    form: Form

    @property
    def pattern(self) -> dict[str, Any]:
        """Its rule's event pattern. `account` is in every EventBridge event, so it stands for everything."""
        prefixes = [{"prefix": prefix} for prefix in self.interests]
        return {"detail-type": prefixes} if prefixes else {"account": [{"exists": True}]}

    def hears(self, said: Said) -> bool:
        """Whether this event should arrive here."""
        return self.target in said.targets and (not self.interests or said.type.startswith(self.interests))
