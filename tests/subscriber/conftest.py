"""An AWS in memory, and nothing that reaches a real one."""

import moto
import pytest

from bridge.subscriber import services


@pytest.fixture(autouse=True)
def _no_real_account(monkeypatch, tmp_path):
    """No test can reach an account, whatever the machine that runs it is allowed to."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_LAMBDA_FUNCTION_NAME"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.fixture
def aws():
    """moto's AWS, and clients of the subscriber that are made within it."""
    services._clients.cache_clear()
    with moto.mock_aws():
        yield
    services._clients.cache_clear()
