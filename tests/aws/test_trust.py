"""Whom TLS trusts, over real handshakes on loopback: as boto3, with Amazon's own roots read first."""

import contextlib
import ipaddress
import os
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bridge.aws import trust as trusting
from bridge.aws.clients import Clients
from bridge.aws.failure import Failure, attempt
from bridge.aws.route import SERVICES, Route, Scope
from bridge.loop import run
from tests.aws.conftest import new_clients
from tests.aws.faults import raw, serve, wait

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def certificate(name, issuer=None):
    """A key and its certificate, signed by the issuer's or by itself."""
    key, subject = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]),
    )
    signer, signer_name = issuer or (key, subject)
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer_name if isinstance(signer_name, x509.Name) else signer_name.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )
    return key, made


def pem(*certificates):
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


@pytest.fixture(scope="module")
def authority():
    return certificate("test authority")


@pytest.fixture
def secure(authority, tmp_path):
    """A server's context, with a certificate for a host."""

    def make(host):
        key, own = certificate(host, authority)
        encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        (tmp_path / "key").write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
        (tmp_path / "own").write_bytes(pem(own))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "own", tmp_path / "key")
        return context

    return make


def over(context, fault):
    """The fault, said over TLS."""

    def talk(server, connection):
        with contextlib.suppress(ssl.SSLError, OSError), context.wrap_socket(connection, server_side=True) as inner:
            server.open.append(inner)
            fault(server, inner)

    return talk


@pytest.fixture
def bundle(authority, tmp_path):
    path = tmp_path / "bundle.pem"
    path.write_bytes(pem(authority[1]))
    return path


def call(clients, seconds=2.0):
    return attempt(lambda: clients.client("events", seconds).put_events(Entries=[{"Source": "/shop"}]))


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    trusting.amazon.cache_clear()
    trusting.whole.cache_clear()
    yield
    trusting.amazon.cache_clear()
    trusting.whole.cache_clear()


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_bundle_that_the_environment_names_is_trusted_as_by_boto3(monkeypatch, secure, bundle, variable):
    monkeypatch.setenv(variable, str(bundle))
    with serve(over(secure("localhost"), raw(OK, OK, then=wait))) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url.replace("http", "https"))
        clients = Clients(os.environ)
        assert [call(clients), call(clients)] == [{}, {}]
        assert len(server.requests) == 2
        assert server.connections == 2  # one, and what is within it
        assert "ResponseMetadata" in call(new_clients())


def test_who_is_not_trusted_is_the_same_failure_as_with_boto3(monkeypatch, secure):
    with serve(over(secure("localhost"), raw(OK))) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url.replace("http", "https"))
        assert call(Clients(os.environ)) == call(new_clients()) == Failure("SSLError", passing=True)
        assert server.requests == []


def test_a_certificate_of_another_host_is_not_trusted(monkeypatch, secure, bundle):
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    with serve(over(secure("elsewhere"), raw(OK))) as server:
        port = server.url.rpartition(":")[2]
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://localhost:{port}")
        assert call(Clients(os.environ)) == call(new_clients()) == Failure("SSLError", passing=True)


def test_a_server_that_speaks_no_tls_is_the_same_failure_as_with_boto3(monkeypatch):
    with serve(lambda _, connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url.replace("http", "https"))
        assert call(Clients(os.environ)) == call(new_clients()) == Failure("SSLError", passing=True)


def test_a_handshake_that_stalls_ends_in_time(monkeypatch):
    with serve(wait) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url.replace("http", "https"))
        clients = Clients(os.environ)
        call(clients, 0.2)
        began = time.monotonic()
        assert call(clients, 0.4) == Failure("ConnectTimeoutError", passing=True)
        assert time.monotonic() - began < 2  # the server waits for 10 s


def route(host, port, bundle=""):
    return Route(SERVICES["events"], True, host, port, Scope("eu-west-1", "events"), bundle)


def test_amazons_roots_are_found_in_boto3s_bundle():
    assert trusting.amazon().cert_store_stats()["x509_ca"] == 5
    names = {dict(field[0] for field in each["subject"])["commonName"] for each in trusting.amazon().get_ca_certs()}
    assert names == {f"Amazon Root CA {n}" for n in (1, 2, 3, 4)} | {
        "Starfield Services Root Certificate Authority - G2"
    }
    assert trusting.whole("").cert_store_stats()["x509_ca"] > 100


def test_amazons_hosts_are_held_against_amazons_roots_and_others_against_all():
    assert trusting.trust(route("events.eu-west-1.amazonaws.com", 443)) is trusting.amazon()
    assert trusting.trust(route("events.cn-north-1.amazonaws.com.cn", 443)) is trusting.whole("")
    assert trusting.trust(route("amazonaws.com.example.org", 443)) is trusting.whole("")


def test_where_amazons_roots_do_not_suffice_the_whole_bundle_is_read_once(monkeypatch, secure, bundle):
    monkeypatch.setattr(trusting, "default_bundle", lambda: bundle)
    really = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *more, **named: really("127.0.0.1", *more, **named))
    with serve(over(secure("events.eu-west-1.amazonaws.com"), raw(OK))) as server:
        there = route("events.eu-west-1.amazonaws.com", int(server.url.rpartition(":")[2]))
        until = time.monotonic() + 5
        first = trusting.opened(there, until)
        assert run(first.exchange(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", until)).status == 200
        assert len([each for each in server.open if not isinstance(each, ssl.SSLSocket)]) == 2
        trusting.opened(there, until).drop()
        assert len([each for each in server.open if not isinstance(each, ssl.SSLSocket)]) == 3


def test_threads_share_what_is_trusted():
    found = []
    threads = [threading.Thread(target=lambda: found.append(trusting.amazon())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(each, ssl.SSLContext) for each in found)


def test_the_bundle_is_where_boto3_has_its_own():
    from botocore.httpsession import where  # noqa: PLC0415 -- the oracle

    assert str(trusting.default_bundle()) == where()
