"""What the simulated mapping discarded, as the bucket of its on-failure destination holds it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bridge.ports import Discarded
from tests.simulation.edge import EPOCH, Edge, Invocation
from tests.simulation.mapping import Lost


@dataclass(frozen=True, slots=True)
class Dropped:
    """A document that was dropped, and how far it had come then."""

    who: Invocation
    lost: Lost
    acts: int
    parked: frozenset[str]  #: ids of the records in the quarantine


@dataclass(slots=True)
class SimulatedDiscards:
    """Implements `ports.Discards`: each call is a step at which a process may be killed."""

    edge: Edge
    lost: dict[str, Lost]
    dropped: list[Dropped] = field(default_factory=list)

    def place(self, key: str = "") -> str:
        return f"s3://failed/{key}"

    def batches(self) -> Sequence[Discarded]:
        return [Discarded(key, key[:19], len(self._written(key))) for key in sorted(self.lost)]

    def document(self, key: str) -> bytes:
        self.edge.step()
        return self._written(key)

    def drop(self, key: str) -> None:
        self.edge.step()
        lost = self.lost.pop(key, None)
        if lost:
            parked = frozenset(parcel.record_id for parcel in self.edge.parcels.values())
            self.dropped.append(Dropped(self.edge.who, lost, len(self.edge.acts), parked))
        self.edge.step()

    def _written(self, key: str) -> bytes:
        return json.dumps(self.lost[key].document).encode()


def discards(edge: Edge, lost: Sequence[Lost]) -> SimulatedDiscards:
    """Named as Lambda names them, in their order."""
    moments = [datetime.fromtimestamp(EPOCH + each.at, UTC) for each in lost]
    keys = [f"{moment:%Y-%m-%dT%H:%M:%S}/{index:04}" for index, moment in enumerate(moments)]
    return SimulatedDiscards(edge, dict(zip(keys, lost, strict=True)))
