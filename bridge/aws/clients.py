"""Clients of AWS's services, whose calls end within the time that the caller has.

EventBridge, SNS and DynamoDB, the hot path, get the lean client, unless a proxy stands in its way; all else, boto3's.
Endpoints, Region and credentials are as boto3 has them either way (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_<SERVICE>`,
`AWS_REGION`, profiles): nothing here overrides them, except that a bus or topic named by an ARN is called in the
Region of its ARN.
"""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from bridge.aws.failure import Failure, attempt, failure_of
from bridge.aws.ladder import LADDER, Ladder, NoTimeLeft
from bridge.aws.route import SERVICES, plain_way
from bridge.frozen import frozen
from bridge.loop import Aside, Call, run

if TYPE_CHECKING:
    from bridge.aws.asked import AskedWay
    from bridge.aws.lean import Line


class LeanClient:
    """What stands for boto3's client: its operations are those of the service, by boto3's names."""

    __slots__ = ("line", "seconds")

    def __init__(self, line: "Line", seconds: float) -> None:
        self.line, self.seconds = line, seconds

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        return lambda **request: run(self.call(operation, request))

    def call(self, operation: str, request: Mapping[str, Any]) -> Call[dict[str, Any]]:
        """The same for a loop, which others use meanwhile."""
        return self.line.call(operation, request, self.seconds)


async def answered(make: Callable[[], Any], operation: str, **request: Any) -> dict[str, Any] | Failure:
    """What the client that is made answers, or why it does not; boto3's in a thread of its own."""
    try:
        client = make()
        call = client.call(operation, request) if isinstance(client, LeanClient) else None
        answer: dict[str, Any] = await (call or Aside(lambda: getattr(client, operation)(**request)))
    except Exception as error:  # noqa: BLE001 -- as in `attempt`
        return failure_of(error)
    return answer


@frozen
class Clients:
    """The clients of one process. Safe to share between threads. Without an environment, all are boto3's."""

    environ: Mapping[str, str] | None = field(default=None, repr=False)
    ladder: Ladder = field(default_factory=Ladder, repr=False)
    _lines: dict[tuple[str, str | None], "Line | None"] = field(default_factory=dict, repr=False)

    def client(self, service: str, seconds: float, region: str | None = None) -> Any:
        """The client of a service whose calls end within `seconds`. Raises `NoTimeLeft`, and what boto3 raises."""
        line = self._line(service, region) if service in SERVICES else None
        if not line:
            return self.ladder.client(service, seconds, region)
        if seconds < LADDER[0]:
            raise NoTimeLeft
        return LeanClient(line, seconds)

    def warm(self) -> None:
        """Import and read what first calls need: the ledger's, hence all. What lacks shows when they are made."""
        line = attempt(lambda: self._line("dynamodb", None))
        if line and not isinstance(line, Failure):
            line.warm()

    def _line(self, service: str, region: str | None) -> "Line | None":
        key = (service, region)
        if key not in self._lines:  # of two threads that come at once, the first to be done is heard
            self._lines.setdefault(key, self._lay(service, region))
        return self._lines[key]

    def _lay(self, service: str, region: str | None) -> "Line | None":
        if self.environ is None:
            return None
        way = plain_way(SERVICES[service], region, self.environ) or self._asked(service, region, self.environ)
        if not way:
            return None
        from bridge.aws.lean import Line  # noqa: PLC0415 -- the AWS Common Runtime is slow to import

        return Line(SERVICES[service], region, way, self.ladder, self.environ)

    def _asked(self, service: str, region: str | None, environ: Mapping[str, str]) -> "AskedWay | None":
        from bridge.aws.asked import asked_way  # noqa: PLC0415 -- nothing in Lambda needs it

        return asked_way(SERVICES[service], region, self.ladder, environ.get("REQUESTS_CA_BUNDLE", ""))
