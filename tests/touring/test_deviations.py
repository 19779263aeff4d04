from datetime import timedelta

import pytest

from tests.people import make_user
from tests.touring.city import LATER, make_city, make_published
from touring import deviations
from touring.models import Deviation, TourPlan, TourStop
from touring.queries import deviations_on

pytestmark = pytest.mark.django_db


def a_halt(key="S5", number=0):
    return TourStop.objects.filter(stop__key=key).order_by("starts_at")[number]


def test_a_cancelled_halt_is_told_with_the_next_date():
    make_city()
    plan = make_published()
    dora = make_user("coordinator")
    halt = a_halt()
    made = deviations.announce_cancelled(halt, by=dora, at=LATER + timedelta(hours=1))
    assert (made.kind, made.minutes, made.created_by) == ("cancelled", 0, dora)
    plan.refresh_from_db()
    assert plan.changed_at == LATER + timedelta(hours=1)
    day = halt.starts_at.date()
    assert [(one.stop, one.text) for one in deviations_on(day)] == [
        ("Treff Pieschen", "Der Termin fällt aus. Nächster Termin: Freitag, 15. Januar, 9:30 Uhr.")
    ]
    assert deviations_on(day + timedelta(days=1)) == []


def test_late_then_cancelled_then_as_planned():
    make_city()
    make_published()
    halt = a_halt()
    first = deviations.announce_late(halt, minutes=20, by=None, at=LATER)
    assert [one.text for one in deviations_on(halt.starts_at.date())] == [
        "Wir kommen 20 Minuten später. Beginn heute um 9:50 Uhr."
    ]
    second = deviations.announce_cancelled(halt, by=None, at=LATER + timedelta(minutes=1))
    again = deviations.announce_cancelled(halt, by=None, at=LATER + timedelta(minutes=2))
    first.refresh_from_db()
    assert (first.revoked_at, again.pk) == (LATER + timedelta(minutes=1), second.pk)
    deviations.revoke(second, by=None, at=LATER + timedelta(minutes=3))
    deviations.revoke(second, by=None, at=LATER + timedelta(minutes=9))
    assert Deviation.objects.get(pk=second.pk).revoked_at == LATER + timedelta(minutes=3)
    assert deviations_on(halt.starts_at.date()) == []


def test_what_is_refused():
    make_city()
    plan = make_published()
    TourPlan.objects.update(state="superseded")
    with pytest.raises(deviations.NotPublished):
        deviations.announce_cancelled(a_halt(), by=None, at=LATER)
    TourPlan.objects.update(state="published")
    assert plan.tours.exists()
    halt = a_halt()
    with pytest.raises(deviations.HaltIsOver) as refused:
        deviations.announce_cancelled(halt, by=None, at=halt.ends_at)
    assert refused.value.sentence == "Dieser Halt ist schon vorbei."
    for minutes in (0, 241):
        with pytest.raises(deviations.TooLate):
            deviations.announce_late(halt, minutes=minutes, by=None, at=LATER)
    assert Deviation.objects.count() == 0
