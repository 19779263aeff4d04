"""What the SMS of somebody who goes along on a first visit does: JA, NEIN, HILFE with the code of that visit."""

from __future__ import annotations

from django.db.models import QuerySet

from bookings import notices
from bookings.answers.answering import Answering, say, unclear
from bookings.first_visits import NotAlong, confirm_along, leave_pair
from bookings.models import HomeVisit
from bookings.queries import visits_along
from lotsen.kernel.calendar import local_date, short_date, spoken_clock


def along_meant(one: Answering) -> HomeVisit | None:
    """The visit with this code to which they go along; without a code the only one that they have not answered."""
    visits = _along(one)
    if one.reply.code:
        return visits.filter(companion_code=one.reply.code).first()
    unanswered = list(visits.filter(companion_confirmed_at=None)[:2])
    return unanswered[0] if len(unanswered) == 1 else None


def promised_along(one: Answering) -> list[HomeVisit]:
    """All visits to which they go along, answered or not, the next one first."""
    return list(_along(one))


def _along(one: Answering) -> QuerySet[HomeVisit]:
    """Only those that can be answered: whoever was entered before there were codes answers on the page."""
    assert one.sender.volunteer is not None
    return visits_along(one.sender.volunteer.user, at=one.at).exclude(companion_code="")


def say_yes(one: Answering, visit: HomeVisit) -> str:
    """They come. Said twice it is answered twice and is one yes."""
    assert one.sender.volunteer is not None
    assert visit.slot_starts_at is not None
    try:
        is_new = confirm_along(visit, by=one.sender.volunteer.user, at=one.at)
    except NotAlong:
        return unclear(one)
    words = {
        "date_short": short_date(local_date(visit.slot_starts_at)),
        "time": spoken_clock(visit.slot_starts_at),
        "district": notices.district_words(visit),
    }
    say(one, "v_along_yes", counts=not is_new, **words)
    return "along"


def say_no(one: Answering, visit: HomeVisit) -> str:
    """They do not come; once it has begun a human must know."""
    assert one.sender.volunteer is not None
    try:
        leave_pair(visit, because="SMS", by=one.sender.volunteer.user, at=one.at)
    except NotAlong:
        return unclear(one)
    return "not_along"
