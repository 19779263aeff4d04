"""Who wants to join in the demonstration city, the courses that are held, and what volunteers laid out."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bookings.demo.people import STAFF, demo_volunteers
from lotsen.kernel.calendar import is_working_day, local_date
from lotsen.people.models import User
from volunteers.applications import apply
from volunteers.courses import add_course, sign_up, tick_attendance
from volunteers.expenses import accept_expense, submit_expense
from volunteers.models import Application, Course, Topic, Volunteer


def let_people_join(users: dict[str, User], *, at: datetime) -> None:
    """Two applications, a course that is over and one that comes, two expenses; through the verbs of real life."""
    office = users[STAFF[0].email]
    known = demo_volunteers(users)
    _applications(office, at=at)
    _courses(known, by=office, at=at)
    _expenses(known[0], by=office, at=at)


def _applications(office: User, *, at: datetime) -> None:
    topics = Topic.objects.filter(key__in=["fotos", "handy"])
    apply(
        token="",
        entrance=Application.Entrance.PHONE,
        topics=topics,
        by=office,
        at=at - timedelta(days=1),
        name="Gudrun Mehnert",
        postal_code="01277",
        phone="+493023125298",
        times=["morning"],
        travel_mode="transit",
        heard_from="Aushang in der Bibliothek",
    )
    apply(
        token="",
        entrance=Application.Entrance.WEB,
        topics=topics,
        by=None,
        at=at - timedelta(hours=5),
        started_at=at - timedelta(hours=5, minutes=6),
        name="Jonas Pietzsch",
        postal_code="01127",
        email="jonas.pietzsch@example.org",
        times=["evening", "saturday"],
        languages=["Englisch"],
        travel_mode="bike",
        note="Ich habe meiner Oma das Tablet erklärt und hatte Freude daran.",
    )


def _courses(known: list[Volunteer], *, by: User, at: datetime) -> None:
    today = local_date(at)
    held, coming = _working_day(today - timedelta(days=21)), _working_day(today + timedelta(days=12))
    before = at - timedelta(days=40)
    past = add_course(
        by=by,
        at=before,
        title="Sicher im Internet: Betrug erkennen",
        on=held,
        starts="14:00",
        minutes=120,
        held_at="Rathaus, Zimmer 12",
        held_by="Verbraucherberatung",
        places=12,
    )
    for volunteer in known:
        sign_up(past, volunteer, by=volunteer.user, at=before)
    tick_attendance(past, attended=[one.pk for one in known], gives_training=False, by=by, at=at)
    course: Course = add_course(
        by=by,
        at=at - timedelta(days=7),
        title="Das elektronische Rezept",
        on=coming,
        starts="10:00",
        minutes=90,
        held_at="Stadtteilhaus",
        held_by="Dora Sommer",
        places=15,
    )
    sign_up(course, known[-1], by=known[-1].user, at=at)


def _expenses(volunteer: Volunteer, *, by: User, at: datetime) -> None:
    day = local_date(at) - timedelta(days=6)
    mine = {"by": volunteer.user, "at": at}
    done = submit_expense(volunteer, on=day, kind="ticket", cents=640, receipt="F 2417", what="Hin und zurück", **mine)
    accept_expense(done, by=by, at=at)
    submit_expense(volunteer, on=day, kind="material", cents=1290, receipt="88-103", what="Ladekabel zum Üben", **mine)


def _working_day(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
