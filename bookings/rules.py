"""Who may, as predicates; views, buttons and the API ask the same ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bookings.models import Caller, Entrance, Facility, HomeVisit, Offer, Training
from lotsen.kernel.calendar import local_date
from lotsen.people.models import Role, User

DESK = (Role.HOTLINE, Role.COORDINATOR)
CALLS_FOR_HELP = ("k_help", "k_help_silent")
"""Kinds of tasks that only a human ends."""
HOUSE_NUMBER_FROM = timedelta(hours=24)
CODE_WORD_FROM = timedelta(hours=2)
DUE_FROM = timedelta(minutes=30)
"""So long before its time a guide may be at the door already."""
SEEN_AFTER = timedelta(hours=2)
"""So long after check-out, or after the end of the slot where nobody checked out, a guide still sees the door."""
ONLINE_UNTIL = timedelta(days=3)
"""So long before a training its facility changes it online; later a human must know at once."""


def can_desk(user: User) -> bool:
    """Hotline and coordination see every request."""
    return user.has_role(*DESK)


def sees_street(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """Who goes to an assigned visit, as guide or along, knows the street from acceptance on."""
    return goes(visit, user) and visit.state == HomeVisit.State.ASSIGNED


def goes(visit: HomeVisit, user: User) -> bool:
    """Who is or was there: the guide, and who goes along on a first visit."""
    return user.pk in (visit.guide_id, visit.companion_id)


def is_guide(visit: HomeVisit, user: User) -> bool:
    """The guide of an assigned visit: who arrives, leaves, reports and gives back."""
    return visit.guide_id == user.pk and visit.state == HomeVisit.State.ASSIGNED


def sees_house_number(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """Name, house number and bell from 24 hours before, until two hours after check-out, else after the end."""
    if not sees_street(visit, user, at=at) or visit.slot_starts_at is None or visit.slot_ends_at is None:
        return False
    return visit.slot_starts_at - HOUSE_NUMBER_FROM <= at <= (visit.checked_out_at or visit.slot_ends_at) + SEEN_AFTER


def sees_contact(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """Whom to call in an emergency: from check-in until two hours after check-out, only who is there."""
    if not goes(visit, user) or visit.checked_in_at is None or at < visit.checked_in_at:
        return False
    return visit.checked_out_at is None or at <= visit.checked_out_at + SEEN_AFTER


def sees_code_word(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """The code word from two hours before until check-out, at most as long as the house number."""
    if not sees_house_number(visit, user, at=at) or visit.slot_starts_at is None or visit.checked_out_at:
        return False
    return at >= visit.slot_starts_at - CODE_WORD_FROM


def is_due_now(visit: HomeVisit, *, at: datetime) -> bool:
    """Somebody may be at the door now: from half an hour before until the end of the slot or until check-out."""
    if visit.state != HomeVisit.State.ASSIGNED or visit.slot_starts_at is None or visit.slot_ends_at is None:
        return False
    return visit.checked_out_at is None and visit.slot_starts_at - DUE_FROM <= at <= visit.slot_ends_at


def can_check_in(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """The guide of an assigned visit says so at the door: from two hours before."""
    is_near = visit.slot_starts_at is not None and at >= visit.slot_starts_at - CODE_WORD_FROM
    return is_guide(visit, user) and is_near


def can_check_out(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """Only who has come can leave."""
    return is_guide(visit, user) and visit.checked_in_at is not None


def can_give_back(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """The guide can give a visit back until it begins or they are there; then a human must know."""
    is_ahead = visit.slot_starts_at is not None and at < visit.slot_starts_at
    return is_guide(visit, user) and is_ahead and visit.checked_in_at is None


def can_report(visit: HomeVisit, user: User) -> bool:
    """Whose visit it was; or the desk, which writes down what they said on the phone."""
    return visit.guide_id == user.pk or can_desk(user)


def can_leave_pair(visit: HomeVisit, user: User, *, at: datetime) -> bool:
    """Who goes along says yes or no, or the desk as they say it by telephone, until it begins or the guide is there."""
    is_ahead = visit.slot_starts_at is not None and at < visit.slot_starts_at and visit.checked_in_at is None
    is_theirs = visit.companion_id is not None and (visit.companion_id == user.pk or can_desk(user))
    return is_theirs and visit.state == HomeVisit.State.ASSIGNED and is_ahead


def is_ready_to_offer(visit: HomeVisit) -> bool:
    """A human has confirmed the number or the person, and nobody holds the request for review."""
    return visit.agreed_at is not None and not visit.held_because


def is_named_by_another(visit: HomeVisit) -> bool:
    """Somebody else named the person on the web, and nobody has spoken with them yet."""
    return visit.agreed_at is None and visit.entrance == Entrance.WEB and visit.caller != Caller.SELF


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
