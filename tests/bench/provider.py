"""A provider of SMS for the tests of sending: takes, remembers by our reference, and answers when it is asked.

It speaks as much of Twilio's protocol as `lotsen.messages.channels.sms` needs. Our reference of a message is the end of
its status callback's address.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class QuietServer(ThreadingHTTPServer):
    """Whoever is killed in the middle of a request breaks its connection: no news here."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing."""


class Provider:
    """Listens on a free port of this machine. `seconds` are the bounds of its latency; `is_failing` answers 503."""

    def __init__(self, *, seconds: tuple[float, float] = (0.0, 0.0)) -> None:
        self.seconds = seconds
        self.is_failing = False
        self.lock = threading.Lock()
        self.taken: Counter[str] = Counter()
        self.taken_at: dict[str, float] = {}
        self.by_number: dict[str, list[dict[str, str]]] = {}
        self.server = QuietServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Provider:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def take(self, fields: dict[str, list[str]]) -> dict[str, str]:
        """One SMS handed over."""
        reference = fields["StatusCallback"][0].rsplit("/", 1)[1]
        with self.lock:
            self.taken[reference] += 1
            self.taken_at.setdefault(reference, time.time())
            sms = {"sid": f"SM{len(self.taken_at):016x}{self.taken[reference]:016x}", "body": fields["Body"][0]}
            self.by_number.setdefault(fields["To"][0], []).append(sms)
        return sms

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                wanted = int(self.headers["Content-Length"])
                body = self.rfile.read(wanted).decode()
                if len(body) < wanted:  # whoever sent it was killed in the middle of a word
                    self.close_connection = True
                    return
                time.sleep(random.uniform(*provider.seconds))
                if provider.is_failing:
                    self.answer({"code": 20503, "message": "down", "status": 503}, status=503)
                else:
                    self.answer(provider.take(parse_qs(body)), status=201)

            def do_GET(self) -> None:
                number = parse_qs(urlsplit(self.path).query).get("To", [""])[0]
                with provider.lock:
                    found = list(provider.by_number.get(number, []))
                self.answer({"messages": found, "next_page_uri": None, "page": 0, "page_size": 200})

            def answer(self, content: object, *, status: int = 200) -> None:
                data = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                """Quiet."""

        return Handler
