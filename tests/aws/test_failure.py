"""A failed call: its code, whether waiting mends it, what a person does."""

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ReadTimeoutError,
)

from bridge.aws.failure import Failure, attempt, entry_failure
from bridge.aws.ladder import NoTimeLeft


def failing(error):
    def call():
        raise error

    return attempt(call)


def told(code, status, message="it says 4111 1111"):
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Op"
    )


@pytest.mark.parametrize(
    ("error", "code", "status", "passing"),
    [
        (told("ThrottlingException", 400), "ThrottlingException", 400, True),
        (told("ProvisionedThroughputExceededException", 400), "ProvisionedThroughputExceededException", 400, True),
        (told("RequestLimitExceeded", 400), "RequestLimitExceeded", 400, True),
        (told("SlowDown", 503), "SlowDown", 503, True),
        (told("InternalError", 500), "InternalError", 500, True),
        (told("429", 429), "429", 429, True),
        (told("AccessDenied", 403), "AccessDenied", 403, False),
        (told(None, 400), "Unknown", 400, False),
        (told("Ada <ada@x.org>\n", 400), "Ada??ada?x.org??", 400, False),
        (ClientError({}, "Op"), "Unknown", 0, False),
        (EndpointConnectionError(endpoint_url="u"), "EndpointConnectionError", 0, True),
        (ConnectTimeoutError(endpoint_url="u"), "ConnectTimeoutError", 0, True),
        (ReadTimeoutError(endpoint_url="u"), "ReadTimeoutError", 0, True),
        (NoCredentialsError(), "NoCredentialsError", 0, False),
        (NoRegionError(), "NoRegionError", 0, False),
        (NoTimeLeft(), "NoTimeLeft", 0, False),
        (AttributeError("'list' object has no attribute 'get'"), "AttributeError", 0, False),
    ],
    ids=repr,
)
def test_what_is_raised_becomes_a_failure(error, code, status, passing):
    failure = failing(error)
    assert (failure.code, failure.status, failure.passing) == (code, status, passing)


def test_what_the_call_gives_is_given():
    assert attempt(lambda: 7) == 7


def test_a_code_is_never_longer_than_a_log_line_bears():
    assert len(failing(told("x" * 9999, 400)).code) == 80


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        ("KMSAccessDenied", "KMS key"),
        ("KMSThrottling", "KMS key"),
        ("ThrottlingException", "raise the quota"),
        ("AccessDeniedException", "infra policy"),
        ("AuthorizationError", "infra policy"),
        ("NoSuchBucket", "create it"),
        ("ResourceNotFoundException", "create it"),
        ("ExpiredTokenException", "credentials"),
        ("NoCredentialsError", "credentials"),
        ("NoRegionError", "Region"),
        ("ReadTimeoutError", "VPC endpoint"),
        ("NoTimeLeft", "more time"),
        ("Whatever", "look the code up"),
    ],
)
def test_each_failure_says_what_to_do(code, fix):
    assert fix in Failure(code).fix


def test_a_problem_names_code_and_status_and_never_what_aws_said():
    failure = failing(told("ValidationException", 400))
    problem = failure.problem("B020", "the ledger, table 'l', could not be read")
    assert str(problem) == (
        "B020 the ledger, table 'l', could not be read: ValidationException (HTTP 400)\n"
        "    fix: nothing while it passes, it is sent again; where it lasts, look the code up in the service's reference"
    )
    assert "4111" not in repr(failure) + str(problem)


def test_an_entry_fails_with_its_own_code():
    assert entry_failure("ThrottlingException", "m") == Failure("ThrottlingException", passing=True, message="m")
    assert entry_failure(None).code == "Unknown"
