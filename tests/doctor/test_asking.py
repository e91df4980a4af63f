"""What AWS answers becomes an answer, nothing there, or a Problem that says what to do."""

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    TokenRetrievalError,
)

from bridge.doctor.asking import ATTEMPTS, Amazon
from bridge.errors import Unavailable


class Raising:
    """Clients whose every call raises, or answers."""

    def __init__(self, *answers):
        self.answers, self.calls = list(answers), 0

    def client(self, *_):
        return self

    def get_thing(self, **_):
        self.calls += 1
        answer = self.answers[min(self.calls, len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def meta(self):
        return self.get_thing()


def error(code, status=400, message=""):
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetThing"
    )


def said(*answers):
    with pytest.raises(Unavailable) as raised:
        Amazon(Raising(*answers)).ask("lambda", "get_thing")
    (problem,) = raised.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (NoCredentialsError(), "A001 AWS cannot be asked: lambda:GetThing ended in NoCredentialsError\n    fix: give credentials: `export AWS_PROFILE=…`"),
        (NoRegionError(), "A001 AWS cannot be asked: lambda:GetThing ended in NoRegionError\n    fix: name the Region: `export AWS_REGION=eu-west-1`"),
        (ProfileNotFound(profile="x"), "A001 AWS cannot be asked: lambda:GetThing ended in ProfileNotFound\n    fix: name a profile that there is: `aws configure list-profiles`"),
        (TokenRetrievalError(provider="sso", error_msg="x"), "A001 AWS cannot be asked: lambda:GetThing ended in TokenRetrievalError\n    fix: log in again: `aws sso login`, or renew the session's credentials"),
        (error("ExpiredToken", 403), "A001 AWS cannot be asked: lambda:GetThing ended in ExpiredToken (HTTP 403)\n    fix: log in again: `aws sso login`, or renew the session's credentials"),
        (error("RequestTimeTooSkewed", 403), "A001 AWS cannot be asked: lambda:GetThing ended in RequestTimeTooSkewed (HTTP 403)\n    fix: set this machine's clock, and see that the credentials are whole"),
        (EndpointConnectionError(endpoint_url="https://x"), "A001 AWS cannot be asked: lambda:GetThing ended in EndpointConnectionError\n    fix: see the way to AWS: network, proxy, Region"),
        (error("AccessDeniedException", 403), "A002 lambda:GetThing is not allowed to you, so what it tells was not looked at\n    fix: allow lambda:GetThing to whoever runs doctor"),
        (error("403", 403), "A002 lambda:GetThing is not allowed to you, so what it tells was not looked at\n    fix: allow lambda:GetThing to whoever runs doctor"),
        (error("InvalidThing"), "A002 lambda:GetThing ended in InvalidThing (HTTP 400), so what it tells was not looked at\n    fix: ask again; where it lasts, look the code up in the service's reference"),
    ],
)  # fmt: skip
def test_what_ends_a_question_is_said_with_what_to_do(answer, words):
    assert said(answer) == words


@pytest.mark.parametrize(
    "answer",
    [error("ResourceNotFoundException"), error("NoSuchBucket", 404), error("404", 404), error("NotFound", 404), error("ValidationError", message="Stack with id x does not exist")],
)  # fmt: skip
def test_what_is_not_there_is_nothing(answer):
    assert Amazon(Raising(answer)).ask("lambda", "get_thing") is None


def test_what_may_pass_is_asked_again_and_not_for_ever():
    clients = Raising(error("ThrottlingException"), {"a": 1})
    assert Amazon(clients).ask("lambda", "get_thing") == {"a": 1}
    assert clients.calls == 2
    clients = Raising(error("InternalError", 500))
    with pytest.raises(Unavailable):
        Amazon(clients).ask("lambda", "get_thing")
    assert clients.calls == ATTEMPTS


def test_without_a_region_that_is_said():
    with pytest.raises(Unavailable, match="A001 AWS cannot be asked: the Region ended in NoRegionError"):
        Amazon(Raising(NoRegionError())).region()
