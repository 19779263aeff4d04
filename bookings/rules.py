"""Who may, as predicates; views, buttons and the API ask the same ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bookings.models import Facility, HomeVisit, Offer, Training
from lotsen.kernel.calendar import local_date
from lotsen.people.models import Role, User

DESK = (Role.HOTLINE, Role.COORDINATOR)
HOUSE_NUMBER_FROM = timedelta(hours=24)
CODE_WORD_FROM = timedelta(hours=2)
SEEN_AFTER = timedelta(hours=2)
"""So long after check-out, or after the end of the slot where nobody checked out, a guide still sees the door."""
ONLINE_UNTIL = timedelta(days=3)
"""So long before a training its facility changes it online; later a human must know at once."""


def can_desk(user: User) -> bool:
    """Hotline and coordination see every request."""
    return user.has_role(*DESK)


def sees_street(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """The guide of an assigned visit knows the street from acceptance on."""
    return visit.guide_id == user.pk and visit.state == HomeVisit.State.ASSIGNED


def sees_house_number(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """Name, house number and bell from 24 hours before, until two hours after check-out, else after the end."""
    if not sees_street(visit, user, at=at) or visit.slot_starts_at is None or visit.slot_ends_at is None:
        return False
    return visit.slot_starts_at - HOUSE_NUMBER_FROM <= at <= (visit.checked_out_at or visit.slot_ends_at) + SEEN_AFTER


def sees_code_word(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """The code word from two hours before until check-out, at most as long as the house number."""
    if not sees_house_number(visit, user, at=at) or visit.slot_starts_at is None or visit.checked_out_at:
        return False
    return at >= visit.slot_starts_at - CODE_WORD_FROM


def can_check_in(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """The guide of an assigned visit says so at the door: from two hours before."""
    is_near = visit.slot_starts_at is not None and at >= visit.slot_starts_at - CODE_WORD_FROM
    return sees_street(visit, user, at=at) and is_near


def can_check_out(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """Only who has come can leave."""
    return sees_street(visit, user, at=at) and visit.checked_in_at is not None


def can_give_back(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """The guide can give a visit back until it begins or they are there; then a human must know."""
    is_ahead = visit.slot_starts_at is not None and at < visit.slot_starts_at
    return sees_street(visit, user, at=at) and is_ahead and visit.checked_in_at is None


def is_ready_to_offer(visit: HomeVisit) -> bool:
    """A human has confirmed the number or the person, and nobody holds the request for review."""
    return visit.agreed_at is not None and not visit.held_because


def can_call_off(visit: HomeVisit, *, at: datetime) -> bool:
    """The person visited may still call it off themselves: it is open, and its time has not begun."""
    is_open = visit.state in (HomeVisit.State.REQUESTED, HomeVisit.State.SCHEDULED, HomeVisit.State.ASSIGNED)
    return is_open and (visit.slot_starts_at is None or at < visit.slot_starts_at)


def can_book_for(user: User, facility: Facility) -> bool:
    """Contacts of an active facility book for it; coordinators for any."""
    if user.has_role(Role.COORDINATOR):
        return facility.is_active
    return facility.is_active and user.has_role(Role.FACILITY) and facility.contacts.filter(pk=user.pk).exists()


def first_online_day(at: datetime) -> date:
    """The first day for which a facility books online."""
    return local_date(at) + ONLINE_UNTIL


def last_online_day(training: Training) -> date | None:
    """The last day on which the facility changes or cancels online; None without a date."""
    stop = training.request_stop
    if stop is None or stop.starts_at is None:
        return None
    return local_date(stop.starts_at) - ONLINE_UNTIL


def can_change_online(training: Training, *, at: datetime) -> bool:
    """Whether the facility may still change or cancel it online."""
    last = last_online_day(training)
    return training.state == Training.State.BOOKED and last is not None and local_date(at) <= last


def can_log(user: User, training: Training) -> bool:
    """Members of the team that goes there write the record; coordinators too."""
    if user.has_role(Role.COORDINATOR):
        return True
    stop = training.request_stop
    if stop is None or stop.team_id is None or not user.has_role(Role.ADVISOR):
        return False
    return stop.team.members.filter(pk=user.pk).exists()


def is_loggable(training: Training, *, at: datetime) -> bool:
    """It is booked and has begun."""
    stop = training.request_stop
    return (
        training.state == Training.State.BOOKED
        and stop is not None
        and stop.starts_at is not None
        and stop.starts_at <= at
    )


def can_answer(offer: Offer, user: User) -> bool:
    """The volunteer who was asked; or the desk, which writes down what they said on the phone."""
    return offer.volunteer.user_id == user.pk or can_desk(user)
