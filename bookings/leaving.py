"""Somebody may or will go no more: what is asked of them and promised by them is taken back in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bookings import first_visits, notices, offer_notices, visits, waves
from bookings.models import HomeVisit, Offer
from bookings.rules import can_desk
from lotsen.kernel.calendar import add_working_hours, local_date, long_date, spoken_clock
from lotsen.kernel.moves import move
from lotsen.messages.call_tasks import open_call_task, release_call_task
from lotsen.messages.models import CallTask
from lotsen.messages.states import CallState
from lotsen.people.models import User
from volunteers import membership
from volunteers.models import Volunteer

TASK = "k_released"
SOON, SOON_ANSWER, LATER_HOURS = timedelta(days=1), timedelta(minutes=15), 4


@transaction.atomic
def suspend(volunteer: Volunteer, *, because: str, by: User, at: datetime) -> int:
    """Suspend somebody at once; returns how many promised visits are open again.

    From the next request on no page of volunteers opens. Open offers are withdrawn, promised visits are given to
    others with a task for a coordinator; who is on a visit right now is called. Refuses what `membership.suspend` does.
    """
    return _stop(volunteer, lambda: membership.suspend(volunteer, because=because, by=by, at=at), by=by, at=at)


@transaction.atomic
def leave(volunteer: Volunteer, *, by: User, at: datetime) -> int:
    """Somebody stops for good; otherwise like `suspend`."""
    return _stop(volunteer, lambda: membership.leave(volunteer, by=by, at=at), by=by, at=at)


def _stop(volunteer: Volunteer, change: Callable[[], object], *, by: User, at: datetime) -> int:
    """The visits are locked before the person, as whoever accepts does; a promise of this moment is then seen."""
    concerned = HomeVisit.objects.filter(Q(guide=volunteer.user_id) | Q(companion=volunteer.user_id))
    concerned = concerned.filter(state=HomeVisit.State.ASSIGNED).order_by("pk")
    list(concerned.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    list(User.objects.select_for_update(no_key=True).filter(pk=volunteer.user_id).values_list("pk"))
    change()
    released = [visit for visit in _promised(volunteer) if _release(visit, volunteer, by=by, at=at)]
    for offer in volunteer.offers.filter(state=Offer.State.OPEN).order_by("pk").select_for_update():
        move(offer, Offer.State.WITHDRAWN, by=by, at=at)
        offer_notices.drop_offer(offer, by=by, at=at)
    _leave_pairs(volunteer, by=by, at=at)
    _give_back_tasks(volunteer.user, at=at)
    return len(released)


def _give_back_tasks(user: User, *, at: datetime) -> None:
    """Calls that they had taken are everybody's again, where they are no longer at the desk."""
    if can_desk(user):
        return
    for task in CallTask.objects.filter(owner=user, state=CallState.TAKEN).order_by("pk"):
        release_call_task(task, by=None, at=at)


def _leave_pairs(volunteer: Volunteer, *, by: User, at: datetime) -> None:
    """They go along no more. A visit on which they are right now stays theirs, and is called as their own would be."""
    along = HomeVisit.objects.filter(companion=volunteer.user_id, state=HomeVisit.State.ASSIGNED)
    for visit in along.select_related("client__address__district", "guide").order_by("pk"):
        assert visit.slot_starts_at is not None
        if visit.slot_starts_at > at and visit.checked_in_at is None:
            first_visits.take_out_companion(visit, by=by, at=at)
        else:
            _ask_to_watch(visit, volunteer, by=by, at=at)


def _promised(volunteer: Volunteer) -> QuerySet[HomeVisit]:
    visits_of = HomeVisit.objects.filter(guide=volunteer.user_id, state=HomeVisit.State.ASSIGNED)
    return visits_of.select_related("client__address__district").order_by("pk")


def _release(visit: HomeVisit, volunteer: Volunteer, *, by: User, at: datetime) -> bool:
    """Give a coming visit to somebody else; one that has begun stays, and a human calls."""
    assert visit.slot_starts_at is not None
    has_begun = visit.checked_in_at is not None or visit.slot_starts_at <= at
    if not has_begun:
        accepted = visit.offers.filter(state=Offer.State.ACCEPTED).first()
        code = accepted.code if accepted is not None else visit.reference
        visits.release_guide(visit, because=_("anders vergeben"), by=by, at=at)
        key = f"visit:{visit.reference}:stopped:{volunteer.pk}:{at:%Y%m%d%H%M%S}"
        notices.tell_volunteer(volunteer, "v_reassigned", visit=visit, code=code, by=by, at=at, key=key)
        notices.tell_client(visit, "senior_visitor_changed", by=by, at=at, channels=("sms", "call"), occasion=key)
        waves.begin_wave(visit, by=by, at=at)
    _ask_to_watch(visit, volunteer, by=by, at=at)
    return not has_begun


def _ask_to_watch(visit: HomeVisit, volunteer: Volunteer, *, by: User, at: datetime) -> None:
    assert visit.slot_starts_at is not None
    is_soon = visit.slot_starts_at - at < SOON
    open_call_task(
        kind=TASK,
        phone=visit.client.phone,
        variables={
            "date_long": long_date(local_date(visit.slot_starts_at)),
            "time": spoken_clock(visit.slot_starts_at),
            "reference": visit.reference,
        },
        about=visit,
        deadline_at=at + SOON_ANSWER if is_soon else add_working_hours(at, LATER_HOURS),
        key=f"visit:{visit.reference}:released:{volunteer.pk}:{at:%Y%m%d%H%M%S}",
        by=by,
        at=at,
    )
