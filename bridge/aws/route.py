"""Where a call goes and who signs it, as boto3 would have it.

What Lambda's environment says plainly is read here; a test holds it against boto3 over many environments. Whatever
may mean more than that (a profile, a file, FIPS, a proxy, credentials that somebody hands out), boto3 is asked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Credentials(NamedTuple):
    """What signs."""

    key: str
    secret: str
    token: str | None


class Scope(NamedTuple):
    """What a signature is good for."""

    region: str
    service: str


@dataclass(frozen=True, slots=True)
class Service:
    """What a service's calls look like (botocore 1.44.5, `metadata` of its model)."""

    name: str  #: in host names, and in what is signed
    variable: str  #: AWS_ENDPOINT_URL_…
    target: str  #: before the operation, in X-Amz-Target
    version: str  #: of the JSON protocol


SERVICES = {
    "events": Service("events", "EVENTBRIDGE", "AWSEvents", "1.1"),
    "dynamodb": Service("dynamodb", "DYNAMODB", "DynamoDB_20120810", "1.0"),
}


@dataclass(frozen=True, slots=True)
class Route:
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
#: Variables that say nothing of where a call goes, or that are understood here.
_KNOWN = re.compile(
    r"REQUESTS_CA_BUNDLE|AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|REGION|DEFAULT_REGION|ENDPOINT_URL(_\w+)?|EXECUTION_ENV|"
    r"IGNORE_CONFIGURED_ENDPOINT_URLS|MAX_ATTEMPTS|RETRY_MODE|EC2_METADATA_DISABLED|PAGER|DEFAULT_OUTPUT|"
    r"CONFIG_FILE|SHARED_CREDENTIALS_FILE|CA_BUNDLE|(LAMBDA|XRAY)_\w+)"
)
#: Beginnings of variables that boto3 or what stands under it reads, and ends of those that name a proxy.
_HEEDED = re.compile(r"(?i)(AWS_|BOTO|REQUESTS_CA_BUNDLE).*|(?!no_proxy).*_proxy")


def plain_route(service: Service, region: str | None, environ: Mapping[str, str]) -> Route | None:
    """The route as the environment alone says it; None where boto3 is to be asked."""
    region = region or environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or ""
    if not _REGION.fullmatch(region) or not _is_plain(environ):
        return None
    url = _URL.fullmatch(_override(service, environ) or f"https://{service.name}.{region}.amazonaws.com")
    if not url:
        return None
    secure = url["scheme"] == "https"
    port = int(url["port"] or (443 if secure else 80))
    bundle = environ.get("AWS_CA_BUNDLE") or environ.get("REQUESTS_CA_BUNDLE") or ""
    return Route(service, secure, url["host"], port, Scope(region, service.name), bundle)


def plain_credentials(environ: Mapping[str, str]) -> Credentials:
    """Those that the environment holds."""
    return Credentials(
        environ["AWS_ACCESS_KEY_ID"], environ["AWS_SECRET_ACCESS_KEY"], environ.get("AWS_SESSION_TOKEN") or None
    )


def _override(service: Service, environ: Mapping[str, str]) -> str | None:
    if environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    return environ.get(f"AWS_ENDPOINT_URL_{service.variable}") or environ.get("AWS_ENDPOINT_URL")


def _is_plain(environ: Mapping[str, str]) -> bool:
    heeded = (name for name, value in environ.items() if value and _HEEDED.fullmatch(name))
    return (
        bool(environ.get("AWS_ACCESS_KEY_ID") and environ.get("AWS_SECRET_ACCESS_KEY"))
        and all(_KNOWN.fullmatch(name) for name in heeded)
        and not any(path.exists() for path in _files(environ))
    )


def _files(environ: Mapping[str, str]) -> list[Path]:
    named = [environ.get(name) for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")]
    return [Path(name).expanduser() for name in ("~/.aws", *filter(None, named))]
