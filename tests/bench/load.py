"""A load generator: some connections, each asking again as soon as it has its answer. No threads, no dependency.

One thread waits for all connections at once, so that it costs little of the machine that it shares with the server.
"""

from __future__ import annotations

import math
import re
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlencode

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of requests was like: seconds it took, the milliseconds of each answer in order of size, and what
    came instead of 200, by status."""

    seconds: float
    milliseconds: tuple[float, ...]
    refused: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.milliseconds) / self.seconds if self.seconds else 0.0

    def percentile(self, percent: float) -> float:
        """Milliseconds within which so many of a hundred answers came."""
        return percentile(self.milliseconds, percent)


def pooled(outcomes: Sequence[Outcome]) -> Outcome:
    """Several short runs as one long one."""
    refused: dict[int, int] = {}
    for one in outcomes:
        for status, count in one.refused.items():
            refused[status] = refused.get(status, 0) + count
    took = sorted(time for one in outcomes for time in one.milliseconds)
    return Outcome(sum(one.seconds for one in outcomes), tuple(took), refused)


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of a hundred values do not exceed (nearest rank); 0 for no values."""
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


CSRF = "benchmark" + "0" * 23


def post(path: str, fields: dict[str, str], *, cookie: str) -> bytes:
    """One form sent, with the cookie and the token that Django's protection asks for."""
    body = urlencode({**fields, "csrfmiddlewaretoken": CSRF}).encode()
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Accept: text/html", "Accept-Language: de"]
    lines += [f"Cookie: {cookie}; csrftoken={CSRF}", "Content-Type: application/x-www-form-urlencoded"]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def get(path: str, *, cookie: str = "") -> bytes:
    """One GET request as it goes over the wire; the connection stays open."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Accept: text/html", "Accept-Language: de"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    return "\r\n".join([*lines, "", ""]).encode("ascii")


class _Connection:
    """One client: sends a request, gathers its answer, remembers when it began."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.begun = 0.0
        self.received = bytearray()
        self.wanted: int | None = None

    def ask(self, request: bytes) -> None:
        self.received.clear()
        self.wanted = None
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def is_answered(self) -> bool:
        """Take what has come; True when the answer is whole."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError("the server closed the connection before its answer was whole")
        self.received += piece
        if self.wanted is None:
            self.wanted = _whole_length(self.received)
        if self.wanted == -1:
            return self.received.endswith(b"\r\n0\r\n\r\n")
        return self.wanted is not None and len(self.received) >= self.wanted

    @property
    def status(self) -> int:
        return int(self.received[9:12])


def _whole_length(received: bytearray) -> int | None:
    """How long the answer will be with its head; None while the head is not whole, -1 where it comes in chunks."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(received[:end])
    if found := LENGTH.search(head):
        return end + 4 + int(found[1])
    if CHUNKED.search(head):
        return -1
    return end + 4


def fetch(address: tuple[str, int], request: bytes) -> tuple[int, bytes]:
    """One request on a connection of its own: the status and the whole answer."""
    connection = _Connection(address)
    try:
        connection.ask(request)
        while not connection.is_answered():
            pass
        return connection.status, bytes(connection.received)
    finally:
        connection.socket.close()


def run(address: tuple[str, int], requests: Sequence[bytes], *, connections: int, seconds: float) -> Outcome:
    """Ask in turn for the requests, over so many connections, for so long. Answers under way at the end count."""
    turn = cycle(requests)
    with selectors.DefaultSelector() as selector:
        clients = [_Connection(address) for _ in range(connections)]
        try:
            for client in clients:
                selector.register(client.socket, selectors.EVENT_READ, client)
            return _measured(selector, clients, turn, seconds)
        finally:
            for client in clients:
                client.socket.close()


def _measured(
    selector: selectors.BaseSelector, clients: Sequence[_Connection], turn: Iterator[bytes], seconds: float
) -> Outcome:
    begun = time.perf_counter()
    until = begun + seconds
    took: list[float] = []
    refused: dict[int, int] = {}
    for client in clients:
        client.ask(next(turn))
    waiting = len(clients)
    while waiting:
        ready = selector.select(PATIENCE_SECONDS)
        if not ready:
            raise TimeoutError(f"no answer for {PATIENCE_SECONDS:.0f} seconds")
        for key, _events in ready:
            client = key.data
            if not client.is_answered():
                continue
            now = time.perf_counter()
            took.append((now - client.begun) * 1000)
            if client.status != 200:
                refused[client.status] = refused.get(client.status, 0) + 1
            if now < until:
                client.ask(next(turn))
            else:
                waiting -= 1
    return Outcome(time.perf_counter() - begun, tuple(sorted(took)), refused)
