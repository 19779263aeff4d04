"""How long webhooks take when many people call at once, against the real web server.

    python -m tests.bench.telephone [--calls 50] [--rounds 3] [--keep FOLDER]

All dial at the same instant and go through the menu (next stop by postal code, then a human, into the queue), each key
half a second to two and a half after the answer: several times faster than anybody listens (`--pause 0`: without a
breath). The callers follow the documents with as little work as may be, for they share the machine with the server; the
telephone network in a box, which is heavier than the server, has its own tests. Prints p50, p95, p99 of all webhooks in
milliseconds and how many were not answered with a document.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit
from xml.etree import ElementTree

from tests.bench.server import database, web_server

KEYS = ("2", "01169", "2", "0")
MENU = "/api/telefon/anruf"
MOST_STEPS = 12


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for at the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.telephone", description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=50, help="how many call at once")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between the least and the longest listening")
    parser.add_argument("--keep", type=Path, help="a folder for the database, which stays for the next run")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Fills, serves, calls, prints."""
    asked = arguments(words)
    with database(asked.keep) as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.bench.settings", "LOTSEN_SIMULATOR": "1"}
        os.environ["LOTSEN_ALLOWED_HOSTS"] = "127.0.0.1"
        from tests.bench import server

        port = server.free_port()
        os.environ["LOTSEN_PUBLIC_BASE_URL"] = f"http://127.0.0.1:{port}"
        server.free_port = lambda: port
        prepare()
        with web_server():
            figures = measured(asked.calls, asked.rounds, asked.pause)
    print(json.dumps(figures))
    return 1 if figures["refused"] or figures["p99_ms"] >= 1000 else 0


def prepare() -> None:
    """Tables, and one agent whose line is on."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.utils import timezone

    from lotsen.messages import telephone
    from lotsen.people.models import User

    anna, _new = User.objects.get_or_create(email="anna@example.org", defaults={"name": "Anna", "roles": ["hotline"]})
    telephone.go_on(anna, phone="+493023125301", by=anna, at=timezone.now())


def measured(calls: int, rounds: int, pause: float) -> dict[str, float]:
    """All callers at once, several times; every webhook is timed where the network waits for it."""
    took: list[float] = []
    refused: list[int] = []
    for turn in range(rounds):
        at_once(range(turn * calls, (turn + 1) * calls), pause, took, refused)
    took.sort()
    figure = {
        f"p{part}_ms": round(took[min(len(took) - 1, len(took) * part // 100)] * 1000, 1) for part in (50, 95, 99)
    }
    return {"calls_at_once": calls, "webhooks": len(took), **figure, "refused": len(refused)}


class Caller:
    """One call, followed from document to document."""

    def __init__(self, number: int, took: list[float], refused: list[int]) -> None:
        from django.conf import settings
        from twilio.request_validator import RequestValidator

        self.chance, self.took, self.refused = random.Random(number), took, refused
        self.base = settings.PUBLIC_BASE_URL
        self.validator = RequestValidator(settings.TWILIO_AUTH_TOKENS[0])
        self.fields = {
            "AccountSid": settings.TWILIO_ACCOUNT_SID,
            "CallSid": f"CA{number:032x}",
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "From": f"+4930231254{number % 100:02d}",
            "To": settings.TWILIO_NUMBER,
        }

    def call(self, pause: float) -> None:
        """Through the menu to the queue, a look at the waiting document, then the line is dead."""
        keys, where, digits = list(KEYS), MENU, None
        for _step in range(MOST_STEPS):
            document = self.post(where, {} if digits is None else {"Digits": digits})
            verb = next_verb(document, is_pressing=bool(keys))
            digits = None
            if verb is not None and verb.tag == "Gather" and keys:
                where, digits = verb.attrib["action"], keys.pop(0)
                time.sleep(pause and 0.5 + self.chance.random() * pause)
            elif verb is not None and verb.tag == "Redirect":
                where = verb.text or ""
            elif verb is not None and verb.tag == "Enqueue":
                self.post(verb.attrib["waitUrl"], {"QueueTime": "0"})
                break
            else:
                break  # it rings at the hotline's own telephone, or nobody says anything more
        self.post(f"{MENU}/ende", {"CallStatus": "completed"})

    def post(self, where: str, more: dict[str, str]) -> ElementTree.Element | None:
        """One webhook, signed and timed; what was answered."""
        url = urljoin(self.base, where)
        fields = {**self.fields, **more}
        headers = {
            "X-Twilio-Signature": self.validator.compute_signature(url, fields),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body, parts = urlencode(fields), urlsplit(url)
        begun = time.perf_counter()
        line = http.client.HTTPConnection(parts.netloc, timeout=15)
        line.request("POST", url.removeprefix(self.base), body, headers)
        answer = line.getresponse()
        text = answer.read()
        line.close()
        self.took.append(time.perf_counter() - begun)
        if answer.status not in {200, 204}:
            self.refused.append(answer.status)
        return ElementTree.fromstring(text) if answer.status == 200 else None


def next_verb(document: ElementTree.Element | None, *, is_pressing: bool) -> ElementTree.Element | None:
    """What the network follows: the question while there is a key to press, else what stands last."""
    if document is None or not len(document):
        return None
    question = document.find("Gather") if is_pressing else None
    return document[-1] if question is None else question


def at_once(numbers: Sequence[int], pause: float, took: list[float], refused: list[int]) -> None:
    """Each caller in a thread of their own, all dialling at the same instant."""
    start = threading.Barrier(len(numbers))

    def run(caller: Caller) -> None:
        start.wait()
        caller.call(pause)

    threads = [threading.Thread(target=run, args=[Caller(number, took, refused)]) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
