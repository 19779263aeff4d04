"""How fast one request finds people, with the database: `python -m tests.bench.suggest`.

Fills a database of its own with the demonstration city and 1,500 volunteers more, and asks `bookings.proposals.suggest`
for open requests, with the volunteers in memory as on a day when none of them changes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time

import django
from django.test.utils import setup_databases, teardown_databases

from tests.cluster import RunCluster, start_for_this_run

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings")
VOLUNTEERS, CLIENTS, VISITS, ROUNDS = 1500, 2000, 4000, 60


def main(arguments: list[str]) -> None:
    """Prints median, 95th and longest of the times."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.suggest", description=__doc__)
    options.add_argument("--volunteers", type=int, default=VOLUNTEERS)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    wanted = options.parse_args(arguments)
    cluster = RunCluster()
    django.setup()
    made = None
    try:
        start_for_this_run()
        made = setup_databases(verbosity=0, interactive=False)
        from tests.bench.filling import fill, load_city

        load_city(is_planned=False)
        fill(clients=CLIENTS, visits=VISITS, volunteers=wanted.volunteers)
        report(measure(wanted.rounds))
    finally:
        if made is not None:
            teardown_databases(made, verbosity=0)
        cluster.remove()


def measure(rounds: int) -> list[float]:
    """Milliseconds of each question; the first one, which lays the volunteers out, is said apart."""
    from django.utils import timezone

    from bookings.models import HomeVisit
    from bookings.proposals import suggest
    from volunteers.models import Volunteer

    now = timezone.now()
    keys = list(HomeVisit.objects.filter(state="requested").order_by("pk").values_list("pk", flat=True)[:rounds])
    print(f"{Volunteer.objects.filter(state='active').count()} active volunteers, {len(keys)} different requests")
    times = []
    for number in range(rounds + 1):
        began = time.perf_counter()
        visit = HomeVisit.objects.select_related("client__address__district").get(pk=keys[number % len(keys)])
        found = suggest(visit, at=now)
        times.append((time.perf_counter() - began) * 1000)
        if number == 0:
            print(f"first: {times[0]:.0f} ms, {found.people} people fit")
    return times[1:]


def report(times: list[float]) -> None:
    """One line."""
    last = statistics.quantiles(times, n=20)[-1]
    print(f"median {statistics.median(times):.1f} ms, 95th {last:.1f} ms, longest {max(times):.1f} ms")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main(sys.argv[1:])
