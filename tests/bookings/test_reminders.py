"""Reminders: when, by which way, once each, and never about a date that no longer holds."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from bookings import reminders, visits
from bookings.models import HomeVisit
from bookings.reminders import DAY, KINDS, MORNING, WEEK
from lotsen.kernel.calendar import at_minute, local
from lotsen.messages.models import CallTask, Message
from lotsen.messages.sending import PostOffice, send_message
from lotsen.people.models import Role
from tests.lotsen.messages.shared import Notebook, house
from tests.people import NOW, make_client, make_user, make_visit

pytestmark = pytest.mark.django_db
MOBILE, LANDLINE = "+491722345678", "+493023125216"
SENT_BY = ("sms", "email", "letter", "voice", "call")
_guides = count(1)


@pytest.fixture
def anna():
    return make_user()


def guide():
    return make_user(Role.VOLUNTEER, name=f"Bernd {next(_guides)}")


def person(*reach_by, phone=MOBILE, **fields):
    return make_client(phone=phone, phone_confirmed_at=NOW, reach_by=list(reach_by), **fields)


def booked(anna, starts_at, *, client=None, at=NOW):
    visit = make_visit(by=anna, at=at, client=client or person("sms"))
    visits.fix_slot(visit, starts_at=starts_at, by=anna, at=at)
    return visits.assign_guide(visit, guide=guide(), by=anna, at=at)


def planned(visit):
    """Kind, way and moment on a Dresden clock of what waits."""
    found = Message.objects.filter(about_id=str(visit.pk), kind__in=KINDS, state="queued").order_by("not_before_at")
    return [(one.kind, one.channel, f"{local(one.not_before_at):%d.%m. %H:%M}") for one in found]


def moment(year, month, day, hour, minute=0):
    return at_minute(date(year, month, day), hour * 60 + minute)


def test_a_week_a_day_and_the_morning(anna):
    visit = booked(anna, moment(2026, 12, 8, 14))
    assert planned(visit) == [
        (WEEK, "sms", "01.12. 10:00"),
        (DAY, "sms", "07.12. 10:00"),
        (MORNING, "sms", "08.12. 09:00"),
    ]


@pytest.mark.parametrize(
    ("slot", "days"),
    [
        (moment(2027, 3, 28, 12), ["21.03. 10:00", "27.03. 10:00", "28.03. 10:00"]),  # the clock jumps that night
        (moment(2027, 3, 29, 10), ["22.03. 10:00", "28.03. 10:00", None]),  # Easter Monday: nothing before 10
        (moment(2027, 10, 31, 14), ["24.10. 10:00", "30.10. 10:00", "31.10. 10:00"]),  # back again, Reformation Day
        (moment(2027, 11, 1, 9), ["25.10. 10:00", "31.10. 10:00", "01.11. 07:30"]),
        (moment(2028, 2, 29, 9), ["22.02. 10:00", "28.02. 10:00", "29.02. 07:30"]),  # leap day
        (moment(2028, 3, 7, 15), ["29.02. 10:00", "06.03. 10:00", "07.03. 09:00"]),
        (moment(2027, 1, 4, 11), ["28.12. 10:00", "03.01. 10:00", "04.01. 09:00"]),  # over the turn of the year
        (moment(2026, 12, 8, 8), ["01.12. 10:00", "07.12. 10:00", None]),  # no decent hour that is an hour ahead
        (moment(2026, 12, 8, 8, 30), ["01.12. 10:00", "07.12. 10:00", "08.12. 07:30"]),
    ],
)
def test_times(slot, days):
    found = dict(reminders.reminder_times(HomeVisit(slot_starts_at=slot)))
    assert [f"{local(found[kind]):%d.%m. %H:%M}" if kind in found else None for kind in KINDS] == days


def test_booked_late_only_what_is_ahead(anna):
    assert [kind for kind, _way, _at in planned(booked(anna, moment(2026, 12, 1, 14)))] == [DAY, MORNING]
    soon = booked(anna, moment(2026, 11, 26, 12), client=person("sms", phone="+491722345679"))
    assert [kind for kind, _way, _at in planned(soon)] == [MORNING]


def test_by_email(anna):
    visit = booked(anna, moment(2026, 12, 8, 14), client=person("email", phone=LANDLINE, email="u@example.org"))
    assert [(kind, way) for kind, way, _at in planned(visit)] == [(WEEK, "email"), (DAY, "email"), (MORNING, "email")]


def test_landline_only_a_letter_and_a_call_of_the_announcement(anna):
    visit = booked(anna, moment(2026, 12, 14, 14), client=person("call", phone=LANDLINE))
    assert planned(visit) == [(WEEK, "letter", "07.12. 10:00"), (DAY, "voice", "11.12. 10:00")]  # Friday for Monday


def test_neither_street_nor_mobile_a_human_calls_when_it_is_time(anna):
    client = person("call", phone=LANDLINE)
    type(client).objects.filter(pk=client.pk).update(address=None)
    client.refresh_from_db()
    visit = booked(anna, moment(2026, 12, 14, 14), client=client)
    assert planned(visit) == [(WEEK, "call", "07.12. 10:00"), (DAY, "voice", "11.12. 10:00")]
    assert not CallTask.objects.filter(kind__in=KINDS).exists()


def work(office, at):
    for message in Message.objects.filter(kind__in=KINDS, state="queued", not_before_at__lte=at):
        send_message(message.pk, office=office, at=at)


@pytest.fixture
def office():
    return PostOffice({way: Notebook() for way in SENT_BY}, house)


def test_each_goes_out_once(anna, office):
    booked(anna, moment(2026, 12, 8, 14))
    at = NOW
    while at < moment(2026, 12, 9, 0):
        work(office, at)
        at += timedelta(minutes=30)
    left = Message.objects.filter(kind__in=KINDS).values_list("kind", "state", "failure")
    assert (len(office.channels["sms"].taken), set(left)) == (3, {(kind, "sent", "") for kind in KINDS})


def test_moved_the_old_ones_are_gone(anna):
    visit = booked(anna, moment(2026, 12, 8, 14))
    move(visit, moment(2026, 12, 15, 9), anna, NOW + timedelta(hours=1))
    assert [at for _kind, _way, at in planned(visit)] == ["08.12. 10:00", "14.12. 10:00", "15.12. 07:30"]


def test_cancelled_none_is_left(anna):
    visit = booked(anna, moment(2026, 12, 8, 14))
    visits.cancel_visit(visit, because="krank", own_wish=True, by=anna, at=NOW + timedelta(hours=1))
    assert planned(visit) == []


def test_the_check_before_sending_finds_what_dropping_missed(anna, office):
    """Another date in the row than in the message: it does not go out, whoever forgot to drop it."""
    visit = booked(anna, moment(2026, 12, 8, 14))
    later = {"slot_starts_at": moment(2026, 12, 9, 14), "slot_ends_at": moment(2026, 12, 9, 15)}
    HomeVisit.objects.filter(pk=visit.pk).update(way_starts_at=None, way_ends_at=None, **later)
    work(office, moment(2026, 12, 8, 12))
    assert office.channels["sms"].taken == []
    assert set(Message.objects.filter(kind__in=KINDS).values_list("state", flat=True)) == {"dropped"}


def move(visit, starts_at, by, at):
    visits.release_guide(visit, because="verlegt", by=by, at=at)
    visits.free_slot(visit, by=by, at=at)
    visits.fix_slot(visit, starts_at=starts_at, by=by, at=at)
    visits.assign_guide(visit, guide=guide(), by=by, at=at)


def reassign(visit, by, at):
    visits.release_guide(visit, because="krank", by=by, at=at)
    visits.assign_guide(visit, guide=guide(), by=by, at=at)


class Witness(Notebook):
    """A way that writes down whether what it takes is still true."""

    def __init__(self):
        super().__init__()
        self.stale, self.seen = [], []

    def send(self, message):
        visit = HomeVisit.objects.get(pk=message.about_id)
        occasion = f"{visit.slot_starts_at:%Y%m%d%H%M}-{visit.guide_id}" if visit.slot_starts_at else "-"
        if visit.state != "assigned" or not message.key.endswith(occasion):
            self.stale.append(message.key)
        self.seen.append((message.kind, message.about_id, occasion))
        return super().send(message)


def pass_time(office, at, *, hours):
    """The worker looks every hour."""
    for _ in range(hours):
        at += timedelta(hours=1)
        work(office, at)
    return at


@pytest.mark.parametrize("seed", range(12))
def test_no_stale_reminder_whatever_happens(anna, seed):
    """Random lives of visits, with the worker looking in between: what goes out is true, and each once."""
    chance, witness = random.Random(seed), Witness()
    office = PostOffice(dict.fromkeys(SENT_BY, witness), house)
    visit = booked(anna, moment(2026, 12, 8, 9) + timedelta(hours=chance.randrange(0, 9)))
    at = NOW
    for _ in range(12):
        at = pass_time(office, at, hours=chance.randrange(2, 48))
        if visit.state == "assigned" and visit.slot_starts_at > at:
            act = chance.choice(["nothing", "nothing", "move", "reassign", "cancel"])
            if act == "move":
                day = local(at).date() + timedelta(days=chance.randrange(2, 12))
                move(visit, at_minute(day, 60 * chance.randrange(8, 18)), anna, at)
            elif act == "reassign":
                reassign(visit, anna, at)
            elif act == "cancel":
                visits.cancel_visit(visit, because="krank", own_wish=True, by=anna, at=at)
    assert witness.stale == []
    assert witness.seen or visit.state == "cancelled" or visit.slot_starts_at > at
    assert len(witness.seen) == len(set(witness.seen))


def test_control_without_dropping_and_checking_stale_ones_go_out(anna, monkeypatch):
    from lotsen.messages import sending

    monkeypatch.setattr(sending, "still_wanted", lambda message: True)
    monkeypatch.setattr(reminders, "drop_reminders", lambda *args, **kwargs: None)
    monkeypatch.setattr(visits.notices, "drop_booked", lambda *args, **kwargs: None)
    witness = Witness()
    visit = booked(anna, moment(2026, 12, 8, 9))
    move(visit, moment(2026, 12, 15, 9), anna, NOW + timedelta(hours=1))
    work(PostOffice(dict.fromkeys(SENT_BY, witness), house), datetime(2026, 12, 7, 9, tzinfo=UTC))
    assert witness.stale
