"""Why an event was not delivered, though no target refused it and nothing went wrong with its own call."""

from bridge.errors import Problem, Where
from bridge.ports import Verdict

HELD_BACK = Verdict(
    "unavailable",
    Problem(
        Where(),
        "B091",
        "held back behind an earlier event of the same item or group, which its target did not take",
        "none needed, it comes again after the earlier one",
    ),
)
NO_ANSWER = Verdict(
    "unavailable",
    Problem(
        Where(),
        "B092",
        "the target did not answer in the time that it was given",
        "see whether the target and the network to it are well; it is sent again",
    ),
)
NOT_ASKED = Verdict(
    "unavailable",
    Problem(
        Where(),
        "B097",
        "not sent, since its target took nothing of the calls before",
        "see why the target takes nothing: other records say it; it is sent again",
    ),
)
