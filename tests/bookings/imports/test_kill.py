"""An import that is killed in the middle leaves nothing behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from django.conf import settings
from django.db import connection

from bookings.models import HomeVisit
from tests.bookings.imports.lists import STOP, table
from tests.bookings.imports.test_city import many_requests
from touring.models import Stop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# The child writes the stops, says so, and then sleeps where the requests would be written.
CHILD = """
    import contextlib, dataclasses, os, sys, time, types
    import django
    from django.conf import settings
    settings.DATABASES["default"]["NAME"] = os.environ["CHILD_DB"]
    django.setup()
    from datetime import UTC, datetime
    from pathlib import Path
    from bookings.imports import CityFile, city, kinds

    def waits(table, *, by, at):
        print("half", flush=True)
        time.sleep(60)

    slow = {"anfragen": waits}
    city.KINDS = tuple(dataclasses.replace(kind, write=slow.get(kind.name, kind.write)) for kind in city.KINDS)
    if sys.argv[2] == "unprotected":
        city.transaction = types.SimpleNamespace(atomic=contextlib.nullcontext)
    folder = Path(sys.argv[1])
    names = ("haltestellen", "anfragen")
    files = [CityFile(name, f"{name}.csv", (folder / f"{name}.csv").read_bytes()) for name in names]
    city.import_city(files, by=None, at=datetime(2026, 11, 25, 12, tzinfo=UTC))
"""


def kill_in_the_middle(folder, protection):
    environment = {"DJANGO_SETTINGS_MODULE": "lotsen.settings", "CHILD_DB": connection.settings_dict["NAME"]}
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(folder), protection],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            assert child.stdout.readline() == "half\n"
        finally:
            os.kill(child.pid, signal.SIGKILL)
    time.sleep(0.5)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "haltestellen.csv").write_bytes(table([STOP | {"Kennung": f"S{number}"} for number in range(20)]))
    (tmp_path / "anfragen.csv").write_bytes(many_requests(20).data)
    return tmp_path


def test_killed_in_the_middle_nothing_is_there(folder):
    kill_in_the_middle(folder, "protected")
    assert (Stop.objects.count(), HomeVisit.objects.count()) == (0, 0)


def test_the_control_without_the_transaction_half_is_there(folder):
    kill_in_the_middle(folder, "unprotected")
    assert (Stop.objects.count(), HomeVisit.objects.count()) == (20, 0)
