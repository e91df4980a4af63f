"""Questions to AWS that end: answered, not there, or a Problem that says what to do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bridge.aws.failure import Failure, attempt
from bridge.aws.ladder import LADDER, Ladder
from bridge.errors import Problem, Unavailable, Where

#: Attempts of a question whose failure may pass.
ATTEMPTS: Final = 3
_ABSENT: Final = re.compile(r"NotFound|NoSuch|^404$|does not exist")
_DENIED: Final = re.compile(r"AccessDenied|Unauthorized|NotAuthorized|AuthorizationError|Forbidden|^403$")

#: What ends every question, and what to do about it. The first that fits counts.
_NOBODY: Final = tuple(
    (re.compile(pattern), fix)
    for pattern, fix in (
        ("Skew|RequestExpired|Signature", "set this machine's clock, and see that the credentials are whole"),
        ("NoRegion|InvalidRegion", "name the Region: `export AWS_REGION=eu-west-1`"),
        ("Profile", "name a profile that there is: `aws configure list-profiles`"),
        ("Expired|SSO|Token", "log in again: `aws sso login`, or renew the session's credentials"),
        ("Credential|InvalidClient|Unrecognized|AccessKey", "give credentials: `export AWS_PROFILE=…`"),
        (
            "Endpoint|Connect|Timeout|SSL|Proxy|HTTPClient|Ladder|NoTimeLeft",
            "see the way to AWS: network, proxy, Region",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Amazon:
    """AWS, asked with the credentials and the Region of whoever runs the command."""

    clients: Ladder = field(default_factory=Ladder)

    def ask(self, service: str, operation: str, region: str | None = None, **arguments: Any) -> Any:
        """The answer; None where what is asked for is not there.

        Raises `Unavailable`: A001 where AWS cannot be asked at all, A002 where this one thing cannot be looked at.
        """
        answer = self._answer(service, operation, region, arguments)
        if not isinstance(answer, Failure):
            return answer
        said = answer.message if answer.code == "ValidationError" else answer.code
        if answer.status and _ABSENT.search(said):
            return None
        raise Unavailable(_unanswered(f"{service}:{operation.title().replace('_', '')}", answer))

    def region(self) -> str:
        """The Region that is asked where no ARN names another. Raises `Unavailable` A001."""
        answer = attempt(lambda: str(self.clients.client("lambda", LADDER[-1]).meta.region_name))
        if isinstance(answer, Failure):
            raise Unavailable(_unanswered("the Region", answer))
        return answer

    def _answer(self, service: str, operation: str, region: str | None, arguments: Mapping[str, Any]) -> Any:
        def call() -> Any:
            return getattr(self.clients.client(service, LADDER[-1], region), operation)(**arguments)

        answer: Any = None
        for _ in range(ATTEMPTS):
            answer = attempt(call)
            if not (isinstance(answer, Failure) and answer.passing):
                break
        return answer


def _unanswered(action: str, failure: Failure) -> Problem:
    if _DENIED.search(failure.code):
        what = f"{action} is not allowed to you, so what it tells was not looked at"
        return Problem(Where(), "A002", what, f"allow {action} to whoever runs doctor")
    for pattern, fix in _NOBODY:
        if pattern.search(failure.code):
            return Problem(Where(), "A001", f"AWS cannot be asked: {action} ended in {failure}", fix)
    what = f"{action} ended in {failure}, so what it tells was not looked at"
    return Problem(Where(), "A002", what, "ask again; where it lasts, look the code up in the service's reference")
