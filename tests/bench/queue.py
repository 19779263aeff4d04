"""How fast the page "Zu tun" stays with very many open tasks: `python -m tests.bench.queue`.

Fills a database of its own, measures page, list again and counter through the whole of Django but the network, and says
which plan the database takes for the page's own query.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import django
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from tests.cluster import RunCluster, start_for_this_run

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings")
TASKS, ROUNDS = 10_000, 40
URL = "/hotline/rueckrufe/"


def main(arguments: list[str]) -> None:
    """Prints median and 95th of the times, and the plan."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.queue", description=__doc__)
    options.add_argument("--tasks", type=int, default=TASKS)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--keep", action="store_true", help="use the test database that is there, and leave it")
    wanted = options.parse_args(arguments)
    cluster = RunCluster()
    try:
        start_for_this_run()
        measure(wanted)
    finally:
        cluster.remove()


def measure(wanted: argparse.Namespace) -> None:
    """On a cluster that is there."""
    django.setup()
    from lotsen.demo.preparation import make_static_files, make_texts

    made = setup_databases(verbosity=0, interactive=False, keepdb=wanted.keep)
    try:
        make_texts()
        make_static_files()
        fill(wanted.tasks)
        report(wanted.rounds)
    finally:
        teardown_databases(made, verbosity=0, keepdb=wanted.keep)


def fill(tasks: int) -> None:
    """Open tasks of all kinds about a few hundred cases, ten of them one's own; as many callers who waited."""
    from django.utils import timezone

    from lotsen.messages.models import CallTask, PhoneCall
    from tests.people import make_client, make_user, make_visit

    now = timezone.now()
    anna = make_user(name="Anna Lehmann")
    visits = [make_visit(client=make_client(f"Person {number} Schulze")) for number in range(200)]
    CallTask.objects.all().delete()
    kinds = ("callback", "senior_booked", "senior_unclear", "senior_waiting")
    CallTask.objects.bulk_create(
        CallTask(
            id=uuid.uuid4(),
            key=f"bench:{number}",
            kind=kinds[number % len(kinds)],
            phone=f"+4930231252{number % 100:02d}",
            state="taken" if number < 10 else "open",
            owner=anna if number < 10 else None,
            taken_at=now if number < 10 else None,
            deadline_at=now + timedelta(minutes=number - 500),
            created_at=now - timedelta(hours=1),
            about_type="bookings.homevisit",
            about_id=str(visits[number % len(visits)].pk),
            about_reference=visits[number % len(visits)].reference,
        )
        for number in range(tasks)
    )
    PhoneCall.objects.bulk_create(
        PhoneCall(
            sid=f"CA{number:032d}",
            arrived_at=now - timedelta(minutes=number % 10_000),
            queued_at=now - timedelta(minutes=number % 10_000),
            answered_at=now - timedelta(minutes=number % 10_000) + timedelta(seconds=number % 180),
            outcome="answered",
        )
        for number in range(tasks)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def report(rounds: int) -> None:
    """Measures and prints."""
    from django.test import Client

    from lotsen.people.models import User

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(name="Anna Lehmann"))
    mark = browser.get(URL).content.decode().split("bekannt=")[1].split("&")[0]
    for name, path in (
        ("page", URL),
        ("last page", f"{URL}?seite=100000"),
        ("list again", f"{URL}?bekannt=x"),
        ("nothing new", f"{URL}?bekannt={mark}"),
        ("counter", f"{URL}zahl/"),
    ):
        times = sorted(milliseconds(lambda path=path: browser.get(path)) for _ in range(rounds))
        print(f"{name}: median {times[len(times) // 2]:.0f} ms, 95th {times[int(len(times) * 0.95)]:.0f} ms")
    print(plan())


def milliseconds(act: Callable[[], object]) -> float:
    """How long it took."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def plan() -> str:
    """What the database does for the first page of the list, and how long it takes."""
    from django.utils import timezone

    from bookings.queries.queue import PAGE, waiting

    return waiting([0], show="", at=timezone.now())[:PAGE].explain(analyze=True)


if __name__ == "__main__":
    main(sys.argv[1:])
