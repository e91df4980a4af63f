"""Many calls of the lean transport at once, out of one thread, plain and over TLS."""

import contextlib
import json
import os
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from bridge.aws import trust as trusting
from bridge.aws.clients import Clients, answered
from bridge.aws.failure import Failure
from bridge.loop import Loop
from tests.aws.faults import _request as request_of
from tests.aws.faults import reset_after, serve, stall
from tests.aws.test_trust import authority, bundle, secure  # noqa: F401 -- fixtures

LARGE = 300_000  #: bytes: more than a socket's buffer holds, and many records of TLS
CALLS = 12


def echo(server, connection):
    """Says what it was sent, for as long as it is."""
    while True:
        body = request_of(connection).partition(b"\r\n\r\n")[2]
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
        time.sleep(0.001)  # so that head and body come one by one
        connection.sendall(body)


@pytest.fixture(params=["plain", "tls"])
def way(request, monkeypatch, secure, bundle):  # noqa: F811 -- fixtures
    """(what makes a fault of the server, what makes clients of it)"""
    tls = request.param == "tls"
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    trusting.whole.cache_clear()
    context = secure("localhost") if tls else None

    def over(fault):
        def talk(server, connection):
            with contextlib.suppress(ssl.SSLError, OSError), context.wrap_socket(connection, server_side=True) as inner:
                server.open.append(inner)
                fault(server, inner)

        return talk if tls else fault

    def clients(server):
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url.replace("http", "https") if tls else server.url)
        return Clients(os.environ)

    return over, clients


@pytest.fixture
def loop():
    with ThreadPoolExecutor(8) as pool:
        loop = Loop(pool)
        yield loop
        loop.close()


def put(clients, number, seconds=5.0, large=LARGE):
    make = partial(clients.client, "events", seconds)
    return answered(make, "put_events", Entries=[{"Detail": str(number) * large}])


def all_of(loop, tasks):
    left = set(tasks)
    until = time.monotonic() + 20
    while left and time.monotonic() < until:
        left -= set(loop.wait(until - time.monotonic()))
    return [task.result for task in tasks]


def test_each_call_gets_its_own_answer_however_large_both_are(way, loop):
    over, clients = way
    with serve(over(echo)) as server:
        ours = clients(server)
        for _ in range(2):  # the second time over connections that are there
            answers = all_of(loop, [loop.begin(put(ours, number)) for number in range(CALLS)])
            assert [json.dumps(each["Entries"][0]["Detail"][:2]) for each in answers] == [
                json.dumps((str(number) * 2)[:2]) for number in range(CALLS)
            ]
            assert connections(server) == CALLS


def test_a_call_that_meets_silence_or_a_reset_keeps_no_other(way, loop):
    over, clients = way
    with serve(over(stall), over(reset_after), over(echo)) as server:
        ours = clients(server)
        silent = loop.begin(put(ours, 0, 1.0, 9))
        wait_for(lambda: connections(server) == 1)
        reset = loop.begin(put(ours, 1, 5.0, 9))
        wait_for(lambda: connections(server) == 2)
        assert all_of(loop, [reset]) == [Failure("ConnectionClosedError", passing=True)]
        assert all_of(loop, [loop.begin(put(ours, 2, 5.0, 9))]) == [{"Entries": [{"Detail": "2" * 9}]}]
        assert silent.result is None
        assert all_of(loop, [silent]) == [Failure("ReadTimeoutError", passing=True)]


def test_what_is_given_up_is_reset_so_that_a_thawed_sandbox_sends_no_more_of_it(way, loop):
    over, clients = way
    heard = []

    def listen(server, connection):
        time.sleep(0.3)
        with contextlib.suppress(ConnectionResetError):
            while data := connection.recv(65536):
                heard.append(len(data))
        heard.append("end")

    with serve(over(listen)) as server:
        task = loop.begin(put(clients(server), 0, 5.0, 8_000_000))
        assert loop.wait(0.2) == loop.wait(0.05) == []
        loop.close()
        wait_for(lambda: "end" in heard)
    assert sum(heard[:-1]) < 8_000_000
    assert task.result is None


def connections(server):
    return sum(not isinstance(each, ssl.SSLSocket) for each in server.open)


def wait_for(what):
    until = time.monotonic() + 5
    while not what():
        assert time.monotonic() < until
        time.sleep(0.005)
