"""What the environment says, and what it need not say."""

import os
from pathlib import Path

import pytest

from bridge.errors import ProjectInvalid, Where
from bridge.settings import Settings, without_certificates


def test_the_project_is_named_else_the_functions_root_else_here():
    assert Settings.read({"BRIDGE_PROJECT": "/a", "LAMBDA_TASK_ROOT": "/b"}).project == "/a"
    assert Settings.read({"BRIDGE_PROJECT": "", "LAMBDA_TASK_ROOT": "/b"}).project == "/b"
    assert Settings.read({}).project == str(Path.cwd())


def test_what_is_not_set_has_its_default():
    settings = Settings.read({})
    assert (settings.stage, settings.in_lambda) == ("", False)
    assert (settings.namespace, settings.service) == ("Changebridge", "changebridge")


def test_everything_else_has_its_variable():
    settings = Settings.read(
        {
            "BRIDGE_STAGE": "prod",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "POWERTOOLS_METRICS_NAMESPACE": "Shop",
            "POWERTOOLS_SERVICE_NAME": "orders",
        }
    )
    assert (settings.stage, settings.in_lambda) == ("prod", True)
    assert (settings.namespace, settings.service) == ("Shop", "orders")


def test_by_default_it_is_this_process_that_is_read(monkeypatch):
    monkeypatch.setenv("BRIDGE_STAGE", "here")
    assert Settings.read().stage == "here"
    assert Settings.read().environ is os.environ


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("${env:BUS}", "b"),
        ("a-${env:BUS}-${env:BUS}${env:TOPIC}", "a-b-b${env:BUS}"),
        ("plain", "plain"),
        ("", ""),
        ("$BUS ${BUS} ${env BUS}", "$BUS ${BUS} ${env BUS}"),
    ],
)
def test_names_are_replaced_once_and_all_else_is_left(text, expanded):
    assert Settings.read({"BUS": "b", "TOPIC": "${env:BUS}"}).expand(text) == expanded


@pytest.mark.parametrize("environ", [{}, {"BUS": "", "TOPIC": ""}])
def test_each_name_that_is_not_set_is_a_problem_with_its_place(environ):
    with pytest.raises(ProjectInvalid) as caught:
        Settings.read(environ).expand("${env:BUS}/${env:TOPIC}/${env:BUS}", Where("bridge.yaml", 7, 5))
    assert str(caught.value) == (
        "bridge.yaml:7:5: C020 the environment variable 'BUS' is not set\n"
        "    fix: set BUS, or write the name itself\n"
        "bridge.yaml:7:5: C020 the environment variable 'TOPIC' is not set\n"
        "    fix: set TOPIC, or write the name itself"
    )


def test_what_is_not_expanded_need_not_be_set():
    assert Settings.read({}).stage == ""


def test_credentials_do_not_show():
    assert "hush" not in repr(Settings.read({"AWS_SECRET_ACCESS_KEY": "hush"}))


@pytest.mark.parametrize("said", [None, "/etc/bundle.pem"])
def test_the_systems_certificates_are_only_hidden_for_a_while(said, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    if said:
        monkeypatch.setenv("SSL_CERT_FILE", said)
    with without_certificates():
        assert os.environ["SSL_CERT_FILE"] == os.devnull
    assert os.environ.get("SSL_CERT_FILE") == said
