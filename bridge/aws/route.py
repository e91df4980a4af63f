"""Where a call goes and who signs it, as boto3 would have it.

What Lambda's environment says plainly is read here; a test holds it against boto3 over many environments. Whatever
may mean more than that (a profile, a file, FIPS, a proxy, credentials that somebody hands out), boto3 is asked.
"""

import os.path
import re
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from bridge.frozen import frozen


@frozen
class Credentials:
    """What signs."""

    key: str
    secret: str = field(repr=False)
    token: str | None = field(repr=False)


class Scope(NamedTuple):
    """What a signature is good for."""

    region: str
    service: str


class Service(NamedTuple):
    """What a service's calls look like (botocore 1.44.5, `metadata` of its model)."""

    name: str  #: in host names, and in what is signed
    variable: str  #: AWS_ENDPOINT_URL_…
    version: str  #: of the JSON protocol, or of the API
    target: str = ""  #: before the operation, in X-Amz-Target; a service without speaks the query protocol


SERVICES = {
    "events": Service("events", "EVENTBRIDGE", "1.1", "AWSEvents"),
    "dynamodb": Service("dynamodb", "DYNAMODB", "1.0", "DynamoDB_20120810"),
    "sns": Service("sns", "SNS", "2010-03-31"),
}


class Route(NamedTuple):
    """The way to a service."""

    service: Service
    secure: bool
    host: str
    port: int
    scope: Scope
    bundle: str = ""  #: of the certificates that are trusted, where the environment names one

    @property
    def authority(self) -> str:
        """What the header Host says."""
        return self.host if self.port == (443 if self.secure else 80) else f"{self.host}:{self.port}"


#: The partition `aws` (botocore 1.44.5, partitions.json `regionRegex`, and its global name left out).
_REGION = re.compile(r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+", re.ASCII)
_URL = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+)(:(?P<port>\d{1,5}))?/?", re.ASCII)
_TABLE = re.compile(r"arn:aws:dynamodb:(?P<region>[\w-]+):(?P<account>\d{12}):table/.+", re.ASCII)
#: Variables of boto3 that say nothing of where a call goes, or that are understood here.
_KNOWN = frozenset(
    {"REQUESTS_CA_BUNDLE"}
    | {
        f"AWS_{name}"
        for name in (
            "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "REGION", "DEFAULT_REGION", "ENDPOINT_URL",
            "IGNORE_CONFIGURED_ENDPOINT_URLS", "CA_BUNDLE", "CONFIG_FILE", "SHARED_CREDENTIALS_FILE",
            "EXECUTION_ENV", "MAX_ATTEMPTS", "RETRY_MODE", "EC2_METADATA_DISABLED", "PAGER", "DEFAULT_OUTPUT",
        )
    }
)  # fmt: skip
_KNOWN_BY_BEGINNING = ("AWS_ENDPOINT_URL_", "AWS_LAMBDA_", "AWS_XRAY_")


class Way(Protocol):
    """Where the calls to one service go. Both may raise what botocore raises."""

    def route(self, operation: str, request: Mapping[str, Any]) -> Route | None:
        """The route of a call, its operation by boto3's name; None where only boto3 can go it."""

    def credentials(self) -> Credentials:
        """What signs a call that is made now."""


@frozen
class PlainWay:
    """Implements `Way`: one and the same for all calls, but that a table named by its ARN may be its account's."""

    _route: Route
    _credentials: Credentials
    regional: bool  #: whether the host is the Region's own, and nobody's override
    _accounts: dict[str, Route] = field(default_factory=dict, repr=False)

    def route(self, _operation: str, request: Mapping[str, Any]) -> Route:
        """The Region's, or that of the table's account (botocore 1.44.5, `endpoint-rule-set-1` of DynamoDB)."""
        table = request.get("TableName") or next(iter(request.get("RequestItems", ())), "")
        if not self.regional or not table.startswith("arn:"):
            return self._route
        if table not in self._accounts:
            self._accounts[table] = self._of_account(table)
        return self._accounts[table]

    def credentials(self) -> Credentials:
        """A sandbox's never change."""
        return self._credentials

    def _of_account(self, table: str) -> Route:
        named, region = _TABLE.fullmatch(table), self._route.scope.region
        if not named or named["region"] != region:
            return self._route
        return self._route._replace(host=f"{named['account']}.ddb.{region}.amazonaws.com")


def plain_way(service: Service, region: str | None, environ: Mapping[str, str]) -> PlainWay | None:
    """The way as the environment alone says it; None where boto3 is to be asked."""
    region = region or environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or ""
    if not _REGION.fullmatch(region) or not _is_plain(environ):
        return None
    override = _override(service, environ)
    url = override or f"https://{service.name}.{region}.amazonaws.com"
    bundle = environ.get("AWS_CA_BUNDLE") or environ.get("REQUESTS_CA_BUNDLE") or ""
    route = route_to(service, url, Scope(region, service.name), bundle)
    key, secret, token = (
        environ.get(f"AWS_{name}") for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
    )
    if not (route and key and secret):
        return None
    return PlainWay(route, Credentials(key, secret, token or None), regional=not override)


def route_to(service: Service, url: str, scope: Scope, bundle: str) -> Route | None:
    """The route to a URL; None for one with a path, a query or an address in brackets."""
    found = _URL.fullmatch(url)
    if not found:
        return None
    secure = found["scheme"] == "https"
    return Route(service, secure, found["host"], int(found["port"] or (443 if secure else 80)), scope, bundle)


def _override(service: Service, environ: Mapping[str, str]) -> str | None:
    if environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    return environ.get(f"AWS_ENDPOINT_URL_{service.variable}") or environ.get("AWS_ENDPOINT_URL")


def _is_plain(environ: Mapping[str, str]) -> bool:
    """Whether there is no variable and no file that may say more than we understand."""
    unknown = (
        name
        for name, value in environ.items()
        if value and _is_heeded(name) and name not in _KNOWN and not name.startswith(_KNOWN_BY_BEGINNING)
    )
    return next(unknown, None) is None and not any(path.exists() for path in _files(environ))


def _is_heeded(name: str) -> bool:
    """Whether boto3, or what stands under it, may read the variable; a proxy's name may be in small letters."""
    named = name.upper()
    return named.startswith(("AWS_", "BOTO", "REQUESTS_CA_BUNDLE")) or (
        named != "NO_PROXY" and named.endswith("_PROXY")
    )


def _files(environ: Mapping[str, str]) -> list[Path]:
    named = [environ.get(name) for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")]
    # Not pathlib's way to a home, which raises where there is none.
    return [Path(os.path.expanduser(name)) for name in ("~/.aws", *filter(None, named))]  # noqa: PTH111
