"""A small city: two teams, six stops, and a plan that is made by hand, so that every time in it is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import connection

from lotsen.kernel.calendar import Period
from lotsen.messages.models import Message
from tests.people import make_address
from touring import tours, translate
from touring.models import Stop, Team, TourPlan
from touring.planning.plan import Plan
from touring.planning.problem import Placement, clock

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
QUARTER = Period(date(2027, 1, 4), date(2027, 4, 4))
ANCHOR = date(2027, 1, 4)

PLACEMENTS = {
    "S1": Placement("nord", (1,), 0, clock(10)),
    "S2": Placement("nord", (1,), 1, clock(10)),
    "S3": Placement("nord", (0, 3), 0, clock(9)),
    "S4": Placement("sued", (2,), 2, clock(14)),
    "S5": Placement("sued", (4,), 0, clock(9, 30)),
}


def make_team(key="nord", name="Nord", **fields):
    base = fields.pop("base", None) or make_address(
        "Königsbrücker Straße", "1", "01099", latitude=51.065, longitude=13.746
    )
    fields = {"hours": "Mo-Do 8:00-16:30; Fr 8:00-14:30", "break_minutes": 30, "break_window": "11:30-13:30"} | fields
    return Team.objects.create(key=key, name=name, base=base, **fields)


def make_stop(key="S1", name="Bibliothek Gorbitz", **fields):
    number = int(key.strip("S") or 0)
    address = fields.pop("address", None) or make_address(
        "Merianplatz", str(number), "01169", latitude=51.04 + number / 500, longitude=13.70 + number / 300
    )
    fields = {
        "short_name": name.removeprefix("Bibliothek ")[:22],
        "rhythm": "every_2_weeks",
        "duration_minutes": 90,
        "hours": "Mo-Fr 9:00-18:00",
    } | fields
    return Stop.objects.create(key=key, name=name, address=address, **fields)


def make_city():
    """Two teams and six stops; the sixth is open only when nobody works."""
    make_team("nord", "Nord", order=1)
    base = make_address("Altmarkt", "1", "01067", latitude=51.0493, longitude=13.7381)
    make_team("sued", "Süd", order=2, base=base)
    make_stop("S1", "Bibliothek Gorbitz", step_free=False, steps=3)
    make_stop("S2", "Bibliothek Plauen")
    make_stop("S3", "Treff Löbtau", rhythm="twice_a_week", duration_minutes=60)
    make_stop("S4", "Treff Cotta", rhythm="every_4_weeks", step_free=True)
    make_stop("S5", "Treff Pieschen", rhythm="weekly", duration_minutes=120)
    make_stop("S6", "Treff am Abend", rhythm="weekly", duration_minutes=60, hours="Sa 18:00-20:00")


def hand_made_plan():
    return Plan(dict(PLACEMENTS))


def make_draft(*, period=QUARTER, plan=None, by=None, at=NOW) -> TourPlan:
    problem = translate.problem_for(period, anchor=translate.anchor_for(period))
    return tours.make_draft(problem, plan or hand_made_plan(), by=by, at=at)


def make_published(*, at=LATER, by=None, **fields) -> TourPlan:
    """Published, and without the letters to stops at which nobody is known: tests count what comes after."""
    draft = make_draft(at=at - timedelta(seconds=1), **fields)
    plan = tours.publish_plan(draft, by=by, at=at)
    letters = Message.objects.filter(kind__startswith="f_stop_times", channel="letter")
    with connection.cursor() as cursor:
        marks = [f"send:{key}" for key in letters.values_list("pk", flat=True)]
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queueing_lock = ANY(%s)", [marks])
    letters.delete()
    return plan
