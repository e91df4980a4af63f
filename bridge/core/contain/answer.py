"""What is known of whether a schema allows all that another allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

from bridge.core.change import Value

Answer = Literal["yes", "no", "unknown"]


class NoWitness(Enum):
    """The type of `NO_WITNESS`: null is a value that may break a schema."""

    NO_WITNESS = "no witness"


NO_WITNESS: Final = NoWitness.NO_WITNESS


@dataclass(frozen=True, slots=True)
class Containment:
    """Whether every value that a writer allows is one that a reader allows.

    "yes" is proved. "no" is proved too, mostly by `witness`, which validators of both schemas have confirmed.
    "unknown" is neither, and must never be counted as "yes".
    """

    answer: Answer
    witness: Value | NoWitness = NO_WITNESS  #: the smallest value found that the writer allows and the reader refuses
    breaking: Mapping[str, Value] | None = None  #: a schema of all such values, where one can be written
    reason: str = ""  #: of "unknown": what stands in the way, as half a sentence
