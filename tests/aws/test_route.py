"""Where the lean transport goes and who signs: what boto3 says over many environments is the oracle."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from botocore.loaders import create_loader

from bridge.aws.asked import AskedWay
from bridge.aws.clients import Clients
from bridge.aws.failure import Failure, attempt
from bridge.aws.ladder import Ladder
from bridge.aws.route import PlainWay

#: AWS's models, read once for all sessions.
LOADER = create_loader()
ARN = "arn:aws:dynamodb:eu-west-1:999999999999:table/ledger"
TOPIC = "arn:aws:sns:us-west-1:111122223333:feed"
CALLS = [
    ("events", "put_events", {"Entries": [{"Source": "/shop"}]}),
    ("sns", "publish_batch", {"TopicArn": TOPIC, "PublishBatchRequestEntries": [{"Id": "0", "Message": "{}"}]}),
    ("dynamodb", "batch_get_item", {"RequestItems": {"ledger": {"Keys": [{"pk": {"S": "x"}}]}}}),
    ("dynamodb", "update_item", {"TableName": ARN, "Key": {"pk": {"S": "x"}}}),
    ("dynamodb", "batch_get_item", {"RequestItems": {ARN: {"Keys": [{"pk": {"S": "x"}}]}}}),
    ("dynamodb", "get_item", {"TableName": ARN.replace("west", "north"), "Key": {"pk": {"S": "x"}}}),
]
LAMBDA = {
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
    "AWS_LAMBDA_FUNCTION_NAME": "bridge",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000",
    "AWS_SESSION_TOKEN": "a-token/with+signs==",
}
#: Environments that say plainly where to go: boto3 is not even imported for these.
PLAIN = {
    "as in Lambda": LAMBDA,
    "one Region for others": {"AWS_REGION": "", "AWS_DEFAULT_REGION": "sa-east-1"},
    "two Regions": {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-west-2"},
    "an endpoint": {"AWS_ENDPOINT_URL": "http://localhost:4566"},
    "an endpoint with a slash": {"AWS_ENDPOINT_URL": "http://localhost:4566/"},
    "an endpoint on the usual port": {"AWS_ENDPOINT_URL": "https://vpce-0f.events.eu-west-1.vpce.amazonaws.com"},
    "an endpoint on the usual port, written": {"AWS_ENDPOINT_URL": "https://bus.example.com:443"},
    "an endpoint each": {
        "AWS_ENDPOINT_URL_EVENTBRIDGE": "http://bus:1",
        "AWS_ENDPOINT_URL_DYNAMODB": "https://table:2",
        "AWS_ENDPOINT_URL": "http://all:3",
    },
    "an endpoint of another service": {"AWS_ENDPOINT_URL_SNS": "http://topic:1"},
    "no endpoint": {"AWS_ENDPOINT_URL": ""},
    "endpoints to ignore": {"AWS_ENDPOINT_URL": "http://all:3", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
    "endpoints not to ignore": {"AWS_ENDPOINT_URL": "http://all:3", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"},
    "no proxy": {"NO_PROXY": "*", "no_proxy": "localhost"},
    "Mexico": {"AWS_REGION": "mx-central-1"},
    "attempts": {"AWS_MAX_ATTEMPTS": "9", "AWS_RETRY_MODE": "adaptive"},
}
CONFIG = """
[default]
region = eu-central-1
[profile other]
region = ap-south-1
services = local
[services local]
eventbridge =
  endpoint_url = http://profile-bus:9
[profile all]
endpoint_url = http://profile-all:9
ignore_configured_endpoint_urls = false
[profile wide]
use_dualstack_endpoint = true
[profile process]
credential_process = /bin/echo '{"Version": 1, "AccessKeyId": "AKPROCESS", "SecretAccessKey": "s", "SessionToken": "t"}'
[profile trusting]
ca_bundle = /c
"""
#: Environments in which boto3 is asked.
ASKED = {
    "China": {"AWS_REGION": "cn-north-1"},
    "government": {"AWS_REGION": "us-gov-west-1"},
    "isolated": {"AWS_REGION": "us-iso-east-1"},
    "a Region of one's own": {"AWS_REGION": "local", "AWS_ENDPOINT_URL": "http://localhost:1"},
    "FIPS": {"AWS_USE_FIPS_ENDPOINT": "true"},
    "no FIPS": {"AWS_USE_FIPS_ENDPOINT": "false"},
    "dual stack": {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
    "FIPS and dual stack": {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_REGION": "us-east-1"},
    "an account": {"AWS_ACCOUNT_ID": "111122223333"},
    "an account, its endpoints disabled": {"AWS_ACCOUNT_ID": "111122223333", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"},
    "an account, its endpoints required": {"AWS_ACCOUNT_ID": "111122223333", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "required"},
    "an account with an endpoint": {"AWS_ACCOUNT_ID": "111122223333", "AWS_ENDPOINT_URL": "http://localhost:1"},
    "files": {"AWS_CONFIG_FILE": "{config}"},
    "files and no Region besides": {"AWS_CONFIG_FILE": "{config}", "AWS_REGION": "", "AWS_DEFAULT_REGION": ""},
    "a profile": {"AWS_CONFIG_FILE": "{config}", "AWS_PROFILE": "other", "AWS_REGION": "", "AWS_DEFAULT_REGION": ""},
    "a profile against the environment": {
        "AWS_CONFIG_FILE": "{config}", "AWS_PROFILE": "other", "AWS_ENDPOINT_URL": "http://all:3",
    },
    "a profile for all": {"AWS_CONFIG_FILE": "{config}", "AWS_PROFILE": "all"},
    "a profile with dual stack": {"AWS_CONFIG_FILE": "{config}", "AWS_PROFILE": "wide"},
    "credentials that a process gives": {"AWS_CONFIG_FILE": "{config}", "AWS_PROFILE": "process", "AWS_ACCESS_KEY_ID": ""},
    "credentials in a file": {"AWS_SHARED_CREDENTIALS_FILE": "{credentials}", "AWS_ACCESS_KEY_ID": ""},
    "credentials in a file, and others": {"AWS_SHARED_CREDENTIALS_FILE": "{credentials}"},
    "an application's name": {"AWS_SDK_UA_APP_ID": "mine"},
}  # fmt: skip
#: Environments that only boto3 can go.
BOTO3 = {
    "a proxy": {"HTTPS_PROXY": "http://proxy:8080"},
    "a proxy in small letters": {"https_proxy": "http://proxy:8080", "no_proxy": "elsewhere"},
    "a path": {"AWS_ENDPOINT_URL": "http://localhost:4566/aws"},
    "an address in brackets": {"AWS_ENDPOINT_URL": "http://[::1]:4566"},
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch, tmp_path):
    for name in os.environ:
        if name.startswith("AWS_") or name.lower().endswith(("_proxy", "ca_bundle")):
            monkeypatch.delenv(name)
    files = {"config": CONFIG, "credentials": "[default]\naws_access_key_id = AKFILE\naws_secret_access_key = s\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def within(monkeypatch, tmp_path):
    """Sets an environment."""

    def set_(environ):
        usual = {"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "eu-west-1"}
        for name, value in (usual | {"AWS_EC2_METADATA_DISABLED": "true"} | environ).items():
            place = {"{config}": tmp_path / "config", "{credentials}": tmp_path / "credentials"}.get(value, value)
            monkeypatch.setenv(name, str(place)) if value else monkeypatch.delenv(name, raising=False)

    return set_


def new_ladder():
    """boto3 that has read nothing but AWS's models."""
    ladder = Ladder()
    ladder.session()._session.register_component("data_loader", LOADER)
    return ladder


class Stopped(Exception):
    pass


def boto3_goes(client, operation, request):
    """URL, signed scope, key and token of the call that boto3 would send."""
    caught = []

    def stop(request, **_):
        caught.append(request)
        raise Stopped

    client.meta.events.register("before-send", stop, unique_id="stop")
    with pytest.raises(Stopped):
        getattr(client, operation)(**request)
    client.meta.events.unregister("before-send", unique_id="stop")
    headers = {
        name.lower(): value.decode() if isinstance(value, bytes) else value for name, value in caught[0].headers.items()
    }
    key, _, *scope, _ = headers["authorization"].split("Credential=")[1].split(",")[0].split("/")
    return caught[0].url, *scope, key, headers.get("x-amz-security-token")


def lean_goes(line, operation, request):
    route, credentials = line.way.route(operation, request), line.way.credentials()
    url = f"http{'s' if route.secure else ''}://{route.authority}/"
    return url, route.scope.region, route.scope.service, credentials.key, credentials.token


def normal(went):
    """A URL's usual port written or not is the same."""
    return went[0].replace(":443/", "/").rstrip("/"), *went[1:]


#: Environments under which a bus's ARN names another Region than the function's.
ABROAD = ("as in Lambda", "an endpoint", "China", "FIPS", "a profile against the environment")


@pytest.mark.parametrize(
    ("name", "region"), [(name, None) for name in [*PLAIN, *ASKED]] + [(name, "us-east-2") for name in ABROAD]
)
def test_the_lean_transport_goes_where_boto3_does(within, name, region):
    within((PLAIN | ASKED)[name])
    clients, ladder = Clients(os.environ, new_ladder()), new_ladder()
    oracles = {service: ladder.new_client(service, 1.0, region) for service in ("events", "sns", "dynamodb")}
    for service, operation, request in CALLS:
        line = clients._line(service, region)
        assert normal(lean_goes(line, operation, request)) == normal(boto3_goes(oracles[service], operation, request))
        assert isinstance(
            line.way, AskedWay if name in ASKED and not (region and name in PLAIN_IN_ANOTHER) else PlainWay
        )


#: Whose Region alone was why boto3 was asked.
PLAIN_IN_ANOTHER = {"China", "government", "isolated", "a Region of one's own"}


@pytest.mark.parametrize("more", [{}, {"AWS_USE_FIPS_ENDPOINT": "true"}], ids=["plain", "asked"])
@pytest.mark.parametrize(
    ("environ", "trusted"),
    [
        ({}, ""),
        ({"REQUESTS_CA_BUNDLE": "/r"}, "/r"),
        ({"AWS_CA_BUNDLE": "/a", "REQUESTS_CA_BUNDLE": "/r"}, "/a"),
        ({"AWS_CONFIG_FILE": "{config}", "AWS_PROFILE": "trusting", "REQUESTS_CA_BUNDLE": "/r"}, "/c"),
    ],
)
def test_the_bundle_of_certificates_is_the_one_that_boto3_would_read(within, environ, trusted, more):
    within(environ | more)
    line = Clients(os.environ, new_ladder())._line("events", None)
    assert line.way.route(*CALLS[0][1:]).bundle == trusted


@pytest.mark.parametrize("name", BOTO3)
def test_where_the_lean_transport_cannot_go_boto3_goes_itself(within, name):
    within(BOTO3[name])
    line = Clients(os.environ, new_ladder())._line("events", None)
    assert line is None or line.way.route("put_events", {"Entries": [{"Source": "/shop"}]}) is None
    found = attempt(
        lambda: Clients(os.environ, new_ladder()).client("events", 0.2).put_events(Entries=[{"Source": "/shop"}])
    )
    assert isinstance(found, Failure)
    assert found.code in {"ProxyConnectionError", "EndpointConnectionError", "ConnectTimeoutError"}


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({"AWS_REGION": ""}, "NoRegionError"),
        ({"AWS_ACCESS_KEY_ID": ""}, "NoCredentialsError"),
        ({"AWS_SECRET_ACCESS_KEY": ""}, "PartialCredentialsError"),
        ({"AWS_PROFILE": "nobody"}, "ProfileNotFound"),
        ({"AWS_ENDPOINT_URL": "localhost:4566"}, "ValueError"),
    ],
)
def test_what_is_lacking_is_the_same_failure_as_with_boto3(within, environ, code):
    within(environ)
    for clients in (Clients(os.environ), Clients()):
        failure = attempt(lambda clients=clients: clients.client("events", 1).put_events(Entries=[{"Source": "/shop"}]))
        assert failure == Failure(code)


@pytest.mark.parametrize("environ", [{}, {"AWS_REGION": ""}, {"AWS_ENDPOINT_URL": "http://localhost:1"}])
def test_to_warm_up_calls_nobody_and_raises_nothing(within, environ):
    within(environ)
    Clients(os.environ).warm()
    Clients().warm()


@pytest.fixture
def giving():
    """A loopback server that hands out credentials, as ECS and SnapStart do; each answer is a new key."""

    class Giver(BaseHTTPRequestHandler):
        given = 0

        def do_GET(self):
            Giver.given += 1
            told = {
                "AccessKeyId": f"AKGIVEN{Giver.given}",
                "SecretAccessKey": "s",
                "Token": "t",
                "Expiration": "2026-01-01T00:00:00Z" if Giver.given == 1 else "2099-01-01T00:00:00Z",
            }
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Giver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/credentials"
    server.shutdown()
    server.server_close()


def test_credentials_that_are_handed_out_are_renewed_when_they_end(within, giving):
    within({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_CONTAINER_CREDENTIALS_FULL_URI": giving})
    way = Clients(os.environ, new_ladder())._line("events", None).way
    assert way.credentials().key == "AKGIVEN2"
    assert way.credentials().key == "AKGIVEN2"
    assert way.route(*CALLS[0][1:]).host == "events.eu-west-1.amazonaws.com"
