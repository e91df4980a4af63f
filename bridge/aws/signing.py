"""Signature Version 4, made by the AWS Common Runtime."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

from awscrt.auth import AwsCredentialsProvider, AwsSigningConfig, aws_sign_request
from awscrt.http import HttpHeaders, HttpRequest

from bridge.aws.route import Credentials, Scope

#: Seconds: the signature is made at once, in this thread.
_PATIENCE = 5


def signed(
    headers: Sequence[tuple[str, str]], body: bytes, credentials: Credentials, scope: Scope
) -> list[tuple[str, str]]:
    """The headers of a POST of the body to `/`, and those that sign all of it."""
    request = HttpRequest("POST", "/", HttpHeaders(headers))
    config = AwsSigningConfig(
        credentials_provider=_provider(credentials),
        region=scope.region,
        service=scope.service,
        signed_body_value=hashlib.sha256(body).hexdigest(),
    )
    return list(aws_sign_request(request, config).result(_PATIENCE).headers)


@lru_cache(maxsize=4)
def _provider(credentials: Credentials) -> AwsCredentialsProvider:
    return AwsCredentialsProvider.new_static(credentials.key, credentials.secret, credentials.token)
