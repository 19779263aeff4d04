"""The load generator against a stub that answers as it is told."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

import pytest

from tests.bench import load

FIXED = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKS = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def stub(answer, *, delay=0.0, pieces=1):
    """A server that gives every request the same answer, in so many pieces, and remembers what it was asked.

    Without an answer it hangs up.
    """
    asked = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection):
        with connection:
            while request := connection.recv(65_536):
                asked.append(request)
                time.sleep(delay)
                if not answer:
                    return
                step = -(-len(answer) // pieces)
                for start in range(0, len(answer), step):
                    connection.sendall(answer[start : start + step])
                    time.sleep(0.001 if pieces > 1 else 0)

    def accept():
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname(), asked
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ((), 95, 0.0),
        ((7.0,), 50, 7.0),
        ((7.0,), 99, 7.0),
        (tuple(range(1, 101)), 50, 50),
        (tuple(range(1, 101)), 95, 95),
        (tuple(range(1, 101)), 99, 99),
        (tuple(range(1, 101)), 100, 100),
        ((1.0, 2.0, 3.0, 4.0), 50, 2.0),
        ((1.0, 2.0, 3.0, 4.0), 95, 4.0),
        ((1.0, 2.0, 3.0, 4.0), 0, 1.0),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(values, percent, expected):
    assert load.percentile(values, percent) == expected


def test_a_request_goes_over_the_wire_as_http():
    assert load.get("/fahrplan/", cookie="sessionid=abc") == (
        b"GET /fahrplan/ HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nAccept-Language: de\r\n"
        b"Cookie: sessionid=abc\r\n\r\n"
    )
    assert b"Cookie" not in load.get("/fahrplan/")


@pytest.mark.parametrize("answer", [FIXED, CHUNKS])
@pytest.mark.parametrize("pieces", [1, 7])
def test_an_answer_is_whole_only_when_all_of_it_came(answer, pieces):
    with stub(answer, pieces=pieces) as (address, asked):
        assert load.fetch(address, load.get("/")) == (200, answer)
    assert asked == [load.get("/")]


def test_every_connection_asks_again_as_soon_as_it_has_its_answer():
    with stub(FIXED, delay=0.05) as (address, asked):
        outcome = load.run(address, [load.get("/a"), load.get("/b")], connections=4, seconds=0.3)
    assert outcome.refused == {}
    assert len(outcome.milliseconds) == len(asked)
    assert outcome.milliseconds == tuple(sorted(outcome.milliseconds))
    assert outcome.milliseconds[0] >= 50  # the clock starts before the request leaves and ends after its answer
    assert 8 <= len(asked) <= 4 * 7  # four at a time, each at least 50 ms
    assert {asked.count(load.get("/a")) - asked.count(load.get("/b"))} <= {0, 1}
    assert outcome.rate == pytest.approx(len(asked) / outcome.seconds)


def test_what_is_not_200_is_counted_apart():
    with stub(BUSY, delay=0.01) as (address, asked):
        outcome = load.run(address, [load.get("/")], connections=2, seconds=0.1)
    assert outcome.refused == {503: len(asked)}


def test_short_runs_make_one_long_one():
    first, second = load.Outcome(1.0, (1.0, 5.0), {404: 1}), load.Outcome(2.0, (2.0,), {404: 1, 500: 2})
    assert load.pooled([first, second]) == load.Outcome(3.0, (1.0, 2.0, 5.0), {404: 2, 500: 2})


def test_a_server_that_hangs_up_is_an_error():
    with stub(b"") as (address, _asked), pytest.raises(ConnectionError):
        load.run(address, [load.get("/")], connections=1, seconds=0.1)
