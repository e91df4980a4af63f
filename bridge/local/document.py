"""A play as one JSON document: every step with what it became, the redelivery, and every check."""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.local.play import Redelivery, Scene, heard, plain_keys
from bridge.local.reckoning import Check


def document(
    endpoint: str, scenes: Sequence[Scene], again: Redelivery, checks: Sequence[Check], seconds: float
) -> dict[str, Any]:
    """What `changebridge demo --format json` prints."""
    return {
        "ok": all(check.ok for check in checks),
        "milliseconds": round(seconds * 1000),
        "endpoint": endpoint,
        "steps": [_step(scene) for scene in scenes],
        "redelivery": {
            "records": len(again.records),
            "response": again.answer.response,
            "duplicates": again.answer.duplicates,
            "arrivals": len(again.arrivals),
        },
        "quarantine": [_parcel(parcel) for parcel in again.parked],
        "checks": [{"says": check.says, "ok": check.ok, "found": check.found} for check in checks],
    }


def _step(scene: Scene) -> dict[str, Any]:
    return {
        "step": scene.number,
        "act": scene.act,
        "title": scene.step.title,
        "made_by_hand": scene.step.by_hand,
        "ok": scene.ok,
        "changes": [_change(record) for record in scene.records],
        "events": [
            {"id": event.id, "type": event.type, "subject": event.subject, "milliseconds": dict(event.milliseconds)}
            for event in heard(scene)
        ],
        "missing": [due._asdict() for due in scene.missing],
    }


def _change(record: Mapping[str, Any]) -> dict[str, Any]:
    return {"record": record["eventID"], "does": record["eventName"], "keys": plain_keys(record)}


def _parcel(parcel: Mapping[str, Any]) -> dict[str, Any]:
    return {"key": parcel["key"], "record": parcel["record_id"], "problems": parcel["problems"]}
