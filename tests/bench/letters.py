"""How long the worker draws a print run, and how much memory it takes.

    python -m tests.bench.letters [--letters 1000]

Lays the letters into a database of its own that is thrown away afterwards, and draws them in a fresh process as the
worker does: reading, setting (in a further process), joining, writing. Every third one has a reply card, every tenth is
in large print. Prints a line of JSON. Where DATABASE_URL names a database, that one is used.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
import uuid

MODULE = "tests.bench.letters"
MEGABYTE = 1024


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--draw", type=int, default=0, help="of this run; the process that is measured")
    options = parser.parse_args(arguments)
    if options.draw:
        draw(options.draw)
        return
    if os.environ.get("DATABASE_URL"):  # an empty database that somebody else throws away
        lay(options.letters)
        return
    from tests.cluster import RunCluster, start_for_this_run

    cluster = RunCluster()
    try:
        start_for_this_run()
        lay(options.letters)
    finally:
        cluster.remove()


def _set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings")
    django.setup()


def lay(count: int) -> None:
    """Migrate, lay the letters, and measure in another process."""
    _set_up()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    call_command("build_assets", verbosity=0)
    from lotsen.messages.channels.letter import sheet_of
    from lotsen.messages.house import house_words
    from lotsen.messages.models import Letter, Message
    from lotsen.messages.print_runs import make_run
    from lotsen.people.models import User

    now = timezone.now()
    messages = Message.objects.bulk_create(_message(number, now) for number in range(count))
    Letter.objects.bulk_create(
        Letter(message=message, sheet=sheet_of(message, house=house_words), created_at=now) for message in messages
    )
    clerk = User.objects.create_user("bench@example.org", name="Bench")
    run = make_run(by=clerk, at=now)
    environment = {**os.environ, "DATABASE_URL": os.environ["DATABASE_URL"], "LOTSEN_VAR_DIR": str(settings.VAR_DIR)}
    subprocess.run([sys.executable, "-m", MODULE, "--draw", str(run.pk)], check=True, env=environment)


def _message(number: int, now: object) -> object:
    from lotsen.messages.models import Message

    words = {
        "salutation": f"Guten Tag, Frau Krause-{number},",
        "topic": "Fernseher und Mediathek",
        "duration_words": "60 Minuten",
        "visitor_name": f"Waltraud von der Heide {number % 40}",
        "code_word": "Kirschbaum",
        "date_long": "Dienstag, 1. Dezember",
        "deadline_long": "Freitag, 27. November",
        "time": "14:30",
        "reference": "482 615 6",
        "code": "4711",
        "_large": "1" if number % 10 == 0 else "",
    }
    return Message(
        id=uuid.uuid4(),
        key=f"bench {number}",
        kind="senior_proposal" if number % 3 == 0 else "senior_booked",
        channel="letter",
        to=f"Frau\nKarin Krause-{number}\nDorfstraße {number % 90 + 1}\n01169 Dresden",
        language="de",
        variables=words,
        state="sent",
        created_at=now,
        claimed_at=now,
        sent_at=now,
    )


def draw(key: int) -> None:
    """The worker's part, measured: seconds of work and on the clock, and the most memory that the process ever had."""
    _set_up()
    from django.utils import timezone

    from lotsen.messages import wanted
    from lotsen.messages.house import letter_printer
    from lotsen.messages.models import PrintRun
    from lotsen.messages.print_runs import draw_run

    wanted._checks.clear()  # these letters are about nothing
    run = PrintRun.objects.defer("pdf").get(pk=key)
    began, worked = time.perf_counter(), _worked()
    draw_run(run, printer=letter_printer(), now=timezone.now)
    seconds, work = time.perf_counter() - began, _worked() - worked
    run = PrintRun.objects.get(pk=key)
    print(
        json.dumps(
            {
                "letters": run.letter_count,
                "pages": run.pages,
                "state": run.state,
                "seconds_of_work": round(work, 2),
                "seconds_on_the_clock": round(seconds, 2),
                "peak_megabytes_worker": _peak(resource.RUSAGE_SELF),
                "peak_megabytes_typesetter": _peak(resource.RUSAGE_CHILDREN),
                "file_kilobytes": len(run.pdf or b"") // 1000,
            }
        )
    )


def _worked() -> float:
    """Seconds of work so far, of this process and of those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // MEGABYTE


if __name__ == "__main__":
    main(sys.argv[1:])
