"""Whom TLS trusts: what boto3 trusts."""

import ssl
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def trust(bundle: str) -> ssl.SSLContext:
    """By the certificates of a file; by default those that boto3 trusts. Reading them takes 20 ms, hence once."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(bundle or default_bundle())
    return context


def default_bundle() -> Path:
    """That of certifi where it is installed, else that of botocore. Neither package is imported."""
    for package in ("certifi", "botocore"):
        spec = find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            return Path(folder) / "cacert.pem"
    raise FileNotFoundError("cacert.pem")
