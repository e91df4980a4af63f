"""The way that boto3 itself would go, where the environment does not say it plainly.

Profiles, files, FIPS, dual-stack, DynamoDB's endpoints by account, and credentials that somebody hands out and renews:
boto3 makes the call, is stopped before it sends it, and is asked where it was going.
"""

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from bridge.aws.ladder import LADDER, Ladder
from bridge.aws.route import Credentials, Route, Scope, Service, route_to
from bridge.frozen import frozen

#: In an Authorization of Signature Version 4.
_SCOPE = re.compile(r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request,")


class _Stopped(Exception):
    """boto3's call, as it was about to be sent."""

    def __init__(self, request: Any) -> None:
        super().__init__()
        self.request = request


@frozen
class AskedWay:
    """Implements `route.Way`."""

    service: Service
    bundle: str
    _client: Any
    _credentials: Any  #: botocore's, which renew themselves
    _routes: dict[tuple[str, str], Route | None] = field(default_factory=dict, repr=False)

    def route(self, operation: str, request: Mapping[str, Any]) -> Route | None:
        """Asked once for each operation and table: the account of a table's ARN may be in the host name."""
        tables = request.get("TableName") or list(request.get("RequestItems", ()))
        key = (operation, str(tables))
        if key not in self._routes:
            self._routes[key] = self._asked(operation, request)
        return self._routes[key]

    def credentials(self) -> Credentials:
        """Those of this moment. Raises what botocore raises."""
        frozen = self._credentials.get_frozen_credentials()
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token)

    def _asked(self, operation: str, request: Mapping[str, Any]) -> Route | None:
        try:
            getattr(self._client, operation)(**request)
        except _Stopped as stopped:
            going = stopped.request
            scope = _SCOPE.match(_text(going.headers.get("Authorization", "")))
            return scope and route_to(self.service, going.url, Scope(scope["region"], scope["service"]), self.bundle)
        return None


def asked_way(service: Service, region: str | None, ladder: Ladder, bundle: str) -> AskedWay | None:
    """`bundle`: what is trusted where boto3's session names nothing else.

    None where boto3 goes a way that the lean transport cannot: by a proxy, or with a certificate of its own.

    Raises what boto3 raises where it knows no Region or profile.
    """
    from botocore.utils import get_environ_proxies  # noqa: PLC0415 -- slow to import

    client, session = ladder.new_client(service.name, LADDER[-1], region), ladder.session()
    config, credentials = client.meta.config, session.get_credentials()
    if get_environ_proxies(client.meta.endpoint_url) or config.proxies or config.client_cert or not credentials:
        return None
    client.meta.events.register("before-send", _stop)
    # boto3 has no other way to tell what its session was configured with.
    named = session._session.get_config_variable("ca_bundle")  # noqa: SLF001
    return AskedWay(service, named or bundle, client, credentials)


def _stop(request: Any, **_: Any) -> None:
    raise _Stopped(request)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")
