"""Real workers are killed with `kill -9` in the middle of sending: nothing is lost, nothing goes out twice.

A short storm in the run's own database. The whole one (1,000 sends, 100 kills, two restarts of the database) is
`make chaos`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.db import connection

from tests.bench.server import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def nothing_is_left():
    """The jobs and the workers of the storm are real rows, in tables that are not Django's to empty."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_periodic_defers")
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


def storm(order: str, *, messages: int, kills: int) -> dict[str, object]:
    """One run of the script in the database of this test."""
    given = connection.settings_dict
    host, name = quote(str(given["HOST"]), safe=""), given["NAME"]
    url = f"postgresql://{given['USER']}@{host}:{given['PORT']}/{name}"
    size = ["--messages", str(messages), "--kills", str(kills), "--restarts", "0", "--order", order]
    command = [sys.executable, "-m", "tests.bench.chaos", "--database", url, *size]
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=os.environ.copy(), capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_twenty_kills_in_two_hundred_sends():
    found = storm("right", messages=200, kills=20)

    assert {name: found[name] for name in ("messages", "kills", "lost", "twice", "open")} == {
        "messages": 200,
        "kills": 20,
        "lost": 0,
        "twice": 0,
        "open": 0,
    }


def test_control_marking_first_loses():
    assert storm("mark-first", messages=80, kills=14)["lost"]


def test_control_sending_first_doubles():
    assert storm("send-first", messages=80, kills=14)["twice"]
