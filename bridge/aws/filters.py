"""The filters of an event source mapping, set while it runs."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from bridge.aws.failure import Failure, attempt
from bridge.errors import Problem, Unavailable, Where

#: Seconds until a mapping has taken its new filters (Lambda says `Updating` meanwhile), and between two looks.
PATIENCE: Final = 120.0
PAUSE: Final = 1.0


def widen(client: Any, uuid: str, patterns: Sequence[str], pause: Callable[[float], None] = time.sleep) -> None:
    """Set them, and wait until the mapping has them. `client`: boto3's of Lambda. Raises `Unavailable` A091."""
    # No filter at all is an empty object (AWS Lambda developer guide, "Control which events Lambda sends").
    criteria = {"Filters": [{"Pattern": pattern} for pattern in patterns]} if patterns else {}
    said: Any = attempt(lambda: client.update_event_source_mapping(UUID=uuid, FilterCriteria=criteria))
    waited = 0.0
    while not isinstance(said, Failure) and str(said.get("State", "Enabled")).endswith("ing"):
        if waited >= PATIENCE:
            said = Failure("StillUpdating")
            break
        pause(PAUSE)
        waited += PAUSE
        said = attempt(lambda: client.get_event_source_mapping(UUID=uuid))
    if isinstance(said, Failure):
        what = f"the mapping's filters could not be widened, and nothing was deployed: {said}"
        fix = "allow lambda:UpdateEventSourceMapping to whoever deploys, or try again"
        raise Unavailable(Problem(Where(file=f"mapping {uuid}"), "A091", what, fix))
