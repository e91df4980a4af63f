"""Whom TLS trusts: what boto3 trusts, and of that first what AWS's own hosts need.

To read the whole bundle takes 20 ms of every cold start, Amazon's own roots 3 ms. AWS's hosts are signed under these
(Amazon Trust Services, "Certificate Authorities"); where one is not, the whole bundle is read and it is tried again.
"""

import re
import ssl
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from bridge.aws.connection import Connection, Untrusted, connected
from bridge.aws.route import Route
from bridge.late import late

#: Amazon's in bundles with labels, certifi's and botocore's: what follows the label up to the end of the certificate.
_AMAZON = late(
    r'# Label: "(?:Amazon|Starfield Services) Root C.*?(-----BEGIN.*?-----END CERTIFICATE-----\n)', re.DOTALL
)


def opened(route: Route, until: float) -> Connection:
    """A new connection. Raises `Unanswered`."""
    context = trust(route) if route.secure else None
    try:
        return connected(route.host, route.port, context, until)
    except Untrusted:
        if context is not amazon():
            raise
    context.load_verify_locations(default_bundle())  # from now on
    return connected(route.host, route.port, context, until)


def trust(route: Route) -> ssl.SSLContext:
    """What is trusted of this route's host."""
    return amazon() if not route.bundle and route.host.endswith(".amazonaws.com") else whole(route.bundle)


@cache
def amazon() -> ssl.SSLContext:
    """Amazon's roots, and whatever was needed besides."""
    context = _context()
    if roots := "".join(_AMAZON.findall(default_bundle().read_text())):
        context.load_verify_locations(cadata=roots)
    return context


@cache
def whole(bundle: str) -> ssl.SSLContext:
    """The certificates of a file; by default boto3's."""
    context = _context()
    context.load_verify_locations(bundle or default_bundle())
    return context


def default_bundle() -> Path:
    """That of certifi where it is installed, else that of botocore. Neither package is imported."""
    for package in ("certifi", "botocore"):
        spec = find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            return Path(folder) / "cacert.pem"
    raise FileNotFoundError("cacert.pem")


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
