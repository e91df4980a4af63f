"""Signature Version 4, made by the AWS Common Runtime.

Of the signers that AWS keeps, measured besides what is imported anyway, a call of 15 KB (its SHA-256 alone is 9 µs):

| | µs of CPU a call | ms to import | MB |
|---|--:|--:|--:|
| `awscrt.auth` | 25 | 42, in Lambda 37 | 6 |
| `botocore.auth` | 71 | 50 | 7 |
| `aws_sdk_signers`, an alpha, from Python 3.12 on | 94 | 25 | |

A batch of 1,000 records makes some 110 calls: what the first takes more to import than the last is back after the
second batch.

Nearly all of the import is the library's own beginning. It gathers 30 ms of the CPU's jitter for a generator of random
numbers that no signature asks (aws-lc's issue 3180; awscrt before 0.28 did not, and was imported in 10 ms, but is no
longer kept). And it reads the system's certificates, 5 ms and 1 MB, for a TLS of its own that is not used: the wiring
shows it an empty file.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

from awscrt.auth import AwsCredentialsProvider, AwsSigningConfig, aws_sign_request
from awscrt.http import HttpHeaders, HttpRequest

from bridge.aws.route import Credentials, Scope

#: Seconds: the signature is made at once, in this thread.
_PATIENCE = 5


#: The headers that it makes.
_MADE = ("x-amz-date", "x-amz-security-token", "authorization")


def signature(
    headers: Sequence[tuple[str, str]], body: bytes, credentials: Credentials, scope: Scope
) -> list[tuple[str, str]]:
    """The headers that sign a POST of the body to `/` with these headers, all of it."""
    request = HttpRequest("POST", "/", HttpHeaders(headers))
    config = AwsSigningConfig(
        credentials_provider=_provider(credentials.key, credentials.secret, credentials.token),
        region=scope.region,
        service=scope.service,
        signed_body_value=hashlib.sha256(body).hexdigest(),
    )
    signed = aws_sign_request(request, config).result(_PATIENCE).headers
    return [(name, value) for name in _MADE if (value := signed.get(name))]


@lru_cache(maxsize=4)
def _provider(key: str, secret: str, token: str | None) -> AwsCredentialsProvider:
    return AwsCredentialsProvider.new_static(key, secret, token)
