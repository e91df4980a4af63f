"""boto3's clients, each made once and on first use, whose calls end within the time that the caller has.

boto3 fixes timeouts when a client is made, while the time that an invocation has left shrinks. So there is a
short ladder of timeouts, and a call takes the longest rung that fits its time: nearly always the last one.
Rejected: one client with a thread that waits for it, since an abandoned call goes on behind the caller's back,
and a thawed Lambda sandbox would finish it minutes later.

boto3 takes longer to import than the whole bridge, so it waits until a client is needed.
"""

import threading
from dataclasses import field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bridge.frozen import frozen

if TYPE_CHECKING:
    import boto3.session
    from botocore.config import Config

#: Seconds that a call may take as a whole: a quarter of it to connect (at most `CONNECT`), the rest to be answered.
#: The shortest is the least that the relay begins a call with; the longest leaves its 5 s room for a second attempt.
LADDER = (0.2, 0.5, 1.0, 2.0, 4.0)
#: Inside AWS a connection opens within milliseconds; one lost SYN is sent again after 1 s.
CONNECT = 1.5
#: Calls that run side by side through one client without waiting for a connection.
CONNECTIONS = 32


class NoTimeLeft(Exception):
    """Less time is left than the shortest call could take."""


@frozen
class Ladder:
    """boto3's clients of one process. Safe to share between threads."""

    _made: dict[tuple[str, float, str | None], Any] = field(default_factory=dict, repr=False)
    _sessions: list["boto3.session.Session"] = field(default_factory=list, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def client(self, service: str, seconds: float, region: str | None = None) -> Any:
        """The client of a service whose calls end within `seconds`. Raises `NoTimeLeft`, and what boto3 raises."""
        rung = max((rung for rung in LADDER if rung <= seconds), default=0.0)
        if not rung:
            raise NoTimeLeft
        key = (service, rung, region)
        if key not in self._made:
            with self._lock:
                if key not in self._made:
                    self._made[key] = self.new_client(*key)
        return self._made[key]

    def session(self) -> "boto3.session.Session":
        """The session of all its clients."""
        if not self._sessions:
            self._sessions.append(_session())
        return self._sessions[0]

    def new_client(self, service: str, rung: float, region: str | None) -> Any:
        """A client that nobody else has, whose calls end within `rung` seconds. Raises what boto3 raises."""
        from botocore.handlers import add_expect_header  # noqa: PLC0415 -- slow to import

        from bridge.aws.believed import believe  # noqa: PLC0415 -- only boto3's clients need it
        from bridge.aws.bounded import bound  # noqa: PLC0415 -- as above

        session = self.session()
        client = session.client(service, region_name=region, config=_config(rung))
        if service == "s3" and not _is_amazon(client.meta.endpoint_url):
            # `bucket.localhost` resolves on few machines; on AWS the bucket stays in the host name.
            client = session.client(service, region_name=region, config=_config(rung, s3={"addressing_style": "path"}))
        # botocore holds an upload back for up to 1 s to hear "100 Continue", beyond every timeout. Ours are small.
        client.meta.events.unregister("before-call.s3", add_expect_header)
        if service in ("dynamodb", "events"):
            believe(client)
        bound(client, rung)
        return client


#: botocore asks for AWS_DEFAULT_REGION alone; Lambda and AWS's other SDKs mean AWS_REGION.
_REGION = {"region": ("region", ["AWS_REGION", "AWS_DEFAULT_REGION"], None, None)}


def _session() -> "boto3.session.Session":
    import boto3.session  # noqa: PLC0415 -- slow to import
    import botocore.session  # noqa: PLC0415 -- slow to import

    return boto3.session.Session(botocore_session=botocore.session.Session(session_vars=_REGION))


def _config(rung: float, **more: Any) -> "Config":
    from botocore.config import Config  # noqa: PLC0415 -- slow to import

    connect = min(CONNECT, rung / 4)
    return Config(
        connect_timeout=connect,
        read_timeout=rung - connect,
        # One attempt: the relay and the stores retry, and they know how much time is left (botocore: standard mode, 3).
        retries={"total_max_attempts": 1, "mode": "standard"},
        max_pool_connections=CONNECTIONS,
        **more,
    )


def _is_amazon(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host.endswith((".amazonaws.com", ".amazonaws.com.cn"))
