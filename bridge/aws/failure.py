"""What a call that failed means: AWS's code, whether waiting may mend it, and what a person can do about it."""

import re
from collections.abc import Callable
from dataclasses import field
from typing import TypeVar

from bridge.errors import Problem, Where
from bridge.frozen import frozen
from bridge.late import late

T = TypeVar("T")


class Unanswered(Exception):
    """No answer came, by the name that botocore has for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ErrorAnswer(Exception):
    """The service answered that it will not."""

    def __init__(self, code: object, status: int, message: object) -> None:
        super().__init__(code)
        self.code, self.status, self.message = code, status, message


@frozen
class Failure:
    """Why a call, or one entry of it, failed."""

    code: str  #: AWS's error code, or the name of the client's exception
    status: int = 0  #: HTTP status, 0 where there was no answer
    passing: bool = False  #: whether the same call may succeed within seconds
    message: str = field(default="", repr=False)  #: AWS's words. They may quote the event: never log them

    def __str__(self) -> str:
        return f"{self.code} (HTTP {self.status})" if self.status else self.code

    @property
    def fix(self) -> str:
        """What a person can do about it."""
        return next(fix for pattern, fix in _FIXES if pattern.search(self.code))

    def problem(self, code: str, what: str) -> Problem:
        """A Problem that ends in this failure's code and its fix."""
        return Problem(Where(), code, f"{what}: {self}", self.fix)


#: The answer came, and says nothing of what was asked.
NO_ANSWER = Failure("NoAnswer", passing=True)
#: As `clients.NoTimeLeft` is told.
NO_TIME_LEFT = Failure("NoTimeLeft")

_THROTTLES = "Throttl|LimitExceeded|TooManyRequests|SlowDown|ThroughputExceeded|Unprocessed|PriorRequest"
_THROTTLED = late(_THROTTLES)

#: The first that fits the code counts; the last fits all.
_FIXES = tuple(
    (late(pattern), fix)
    for pattern, fix in (
        ("KMS", "let the role use the KMS key that encrypts it, and see that the key is enabled"),
        (
            _THROTTLES,
            "nothing while it passes, it is sent again; where it lasts, raise the quota or the capacity",
        ),
        (
            "AccessDenied|Authorization|Unauthorized|NotAuthorized|Forbidden|OptIn|InvalidSecurity|^403$",
            "allow it to the role: `changebridge infra policy` prints what it needs, `--of operator` a person",
        ),
        ("ParamValidation|InvalidBucketName", "mend the name in bridge.yaml, or the variable that it is taken from"),
        ("NotFound|NoSuch|^404$", "create it, or mend its name in bridge.yaml"),
        (
            "Credential|Token|Signature|UnrecognizedClient|InvalidClient|AccessKey",
            "give credentials that work (in a shell: `export AWS_PROFILE=…`), and see that the clock is right",
        ),
        ("UnknownService", "carry a newer boto3 than the runtime's own: `changebridge build --with-boto3`"),
        (
            "Region|Endpoint|Connect|Timeout|SSL|Proxy|HTTPClient|ValueError",
            "see to the way there: Region, AWS_ENDPOINT_URL, VPC endpoint or NAT, security group",
        ),
        ("^NoTimeLeft$", "nothing, it is sent again; where it lasts, give the function more time or smaller batches"),
        ("", "nothing while it passes, it is sent again; where it lasts, look the code up in the service's reference"),
    )
)


def attempt(call: Callable[[], T]) -> T | Failure:
    """What the call gives, or why it failed. Whatever is raised counts as the outside's failure."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 botocore trips over nonsense in many ways: no event's fault
        return failure_of(error)


def failure_of(error: Exception) -> Failure:
    """What a call that raised this has met with."""
    if isinstance(error, ErrorAnswer):
        return _told(error.code, error.status, error.message)
    if isinstance(error, Unanswered):
        return Failure(error.code, passing=True)
    return _of_botocore(error)


def entry_failure(code: object, message: object = "") -> Failure:
    """The failure of one entry of a call that was answered."""
    plain = _plain(code)
    return Failure(plain, passing=bool(_THROTTLED.search(plain)), message=str(message))


def _of_botocore(error: Exception) -> Failure:
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004, PLC0415 -- slow to import, and the lean client raises none of them

    if isinstance(error, ClientError):
        told, metadata = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
        return _told(told.get("Code"), int(metadata.get("HTTPStatusCode", 0)), told.get("Message", ""))
    return Failure(type(error).__name__, passing=isinstance(error, HTTPClientError | ConnectionError))


def _told(said: object, status: int, message: object) -> Failure:
    code = _plain(said)
    passing = status >= 500 or status == 429 or bool(_THROTTLED.search(code))
    return Failure(code, status, passing, str(message))


def _plain(code: object) -> str:
    """A code that is safe to log, whatever a server sent in its place."""
    return re.sub(r"[^\w.:-]", "?", str(code or "Unknown"), flags=re.ASCII)[:80]
