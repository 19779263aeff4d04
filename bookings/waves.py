"""Asking in waves: a few best first, then more, then a human. Nobody is asked at night."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bookings import notices, offer_notices
from bookings.asking import NothingToOffer, send_offers
from bookings.going import MayNotGo, check_volunteer
from bookings.models import HomeVisit, Offer, Wave
from bookings.offer_notices import wants
from bookings.proposals import suggest, what_would_help
from bookings.queries.offers import open_offers_of, waves_due
from lotsen.kernel import references
from lotsen.kernel.calendar import add_working_hours, at_minute, local, local_date, long_date, spoken_clock
from lotsen.messages.call_tasks import drop_call_tasks, open_call_task
from lotsen.people.models import User
from lotsen.spoken import said
from volunteers.matching.case import Fit
from volunteers.models import Volunteer
from volunteers.queries import volunteers_by_id

FIRST, WIDER = 3, 5
SOON = timedelta(days=3)
SOON_HOURS, WORKING_HOURS = 3, 8
LOOKED_AT = 10
"""So many more than wanted are looked at: some were asked before, some want no offers."""
DIGEST_HOUR = 17
DIGEST_HOURS = 8
"""Working hours to answer a daily digest."""
NOBODY = "k_nobody"
TASK_HOURS = 4


# --- when -------------------------------------------------------------------------------------------


def deadline_for(starts_at: datetime, *, at: datetime) -> datetime:
    """Until when an offer is answered: a visit within three days in three hours of daytime, else within a working day;
    never at night and never after the visit has begun."""
    asked = notices.next_daytime(at)
    if starts_at - at <= SOON:
        return min(_add_daytime(asked, hours=SOON_HOURS), starts_at)
    return min(add_working_hours(asked, WORKING_HOURS), starts_at)


def _add_daytime(at: datetime, *, hours: int) -> datetime:
    """So many hours of daytime later; the night does not count."""
    left, evening = timedelta(hours=hours), at_minute(local_date(at), notices.EVENING)
    if at + left <= evening:
        return at + left
    morning = notices.next_daytime(evening + timedelta(minutes=1))
    return morning + (left - max(evening - at, timedelta()))


def _digest_deadline(at: datetime) -> datetime:
    """Who hears once a day has a working day from the next digest on."""
    today = at_minute(local_date(at), DIGEST_HOUR * 60)
    return add_working_hours(today if at < today else today + timedelta(days=1), DIGEST_HOURS)


# --- asking -----------------------------------------------------------------------------------------


@transaction.atomic
def ask_first(
    visit: HomeVisit,
    *,
    volunteers: Sequence[Volunteer],
    by: User | None,
    at: datetime,
    reasons: Mapping[int, Iterable[str]] | None = None,
    distances: Mapping[int, int] | None = None,
) -> list[Offer]:
    """Ask these volunteers as the first wave; the next follows by itself. Refuses what `send_offers` refuses."""
    return _ask(visit, list(volunteers), number=1, by=by, at=at, reasons=reasons, distances=distances)


@transaction.atomic
def begin_wave(visit: HomeVisit, *, by: User | None, at: datetime) -> Wave:
    """Ask the best now, for a visit whose date stands and for which nobody comes any more. Where nobody fits, a human
    learns at once."""
    chosen = _best(visit, FIRST, at=at)
    _ask(visit, list(chosen), number=1, by=by, at=at, reasons=chosen_reasons(chosen))
    wave = Wave.objects.get(visit=visit, ended_at=None)
    return wave if chosen else _advance(wave, visit, at=at)


def chosen_reasons(chosen: Mapping[Volunteer, Fit]) -> dict[int, Sequence[str]]:
    """What speaks for each, by the volunteer's key."""
    return {volunteer.pk: list(fit.reasons) for volunteer, fit in chosen.items()}


def _ask(
    visit: HomeVisit,
    volunteers: Sequence[Volunteer],
    *,
    number: int,
    by: User | None,
    at: datetime,
    reasons: Mapping[int, Iterable[str]] | None,
    distances: Mapping[int, int] | None = None,
) -> list[Offer]:
    if visit.slot_starts_at is None:
        raise NothingToOffer(_("Bitte wählen Sie erst einen Termin."))
    answer_by = deadline_for(visit.slot_starts_at, at=at)
    late = min(_digest_deadline(at), visit.slot_starts_at)
    daily = [one for one in volunteers if wants(one) == "daily"]
    now = [one for one in volunteers if one not in daily]
    more = {"by": by, "at": at, "reasons": reasons, "distances": distances}
    offers = send_offers(visit, volunteers=now, answer_by=answer_by, **more)
    offers += send_offers(visit, volunteers=daily, answer_by=max(answer_by, late), **more)
    _end(visit, Wave.Outcome.WIDENED, at=at)
    latest = max((offer.answer_by for offer in offers), default=at)
    middle = notices.next_daytime(at + (answer_by - at) / 2)
    next_at = min(middle, answer_by) if number == 1 else latest
    Wave.objects.create(
        visit=visit, number=number, asked=len(offers), sent_at=at, answer_by=latest, next_at=next_at, by=by
    )
    drop_call_tasks(about=visit, kinds=[NOBODY], by=by, at=at)
    return offers


def _best(visit: HomeVisit, count: int, *, at: datetime) -> dict[Volunteer, Fit]:
    """At most `count` who fit the date best and were not asked about it before. Who hears once a day is not asked
    about what comes within three days."""
    assert visit.slot_starts_at is not None
    before = visit.offers.exclude(state=Offer.State.WITHDRAWN).values_list("volunteer_id", flat=True)
    asked = set(before)
    if visit.slot_starts_at <= at:
        return {}
    found = suggest(visit, at=at, limit=1, people=count + len(asked) + LOOKED_AT)
    fits = {fit.candidate.key: fit for one in found.best for fit in one.fits if fit.candidate.key not in asked}
    people = volunteers_by_id(fits)
    left_out = {"none", "daily"} if visit.slot_starts_at - at <= SOON else {"none"}
    good = {people[key]: fit for key, fit in fits.items() if key in people and wants(people[key]) not in left_out}
    able = [volunteer for volunteer in good if _may_go(volunteer, visit)]
    return {volunteer: good[volunteer] for volunteer in able[:count]}


def _may_go(volunteer: Volunteer, visit: HomeVisit) -> bool:
    try:
        check_volunteer(volunteer, visit)
    except MayNotGo:
        return False
    return True


# --- going on ---------------------------------------------------------------------------------------


def go_on(*, at: datetime) -> int:
    """Widen or give up whatever is due; returns how many. At night everything waits for the morning.

    A request with which something is wrong keeps no other waiting; what went wrong is raised at the end.
    """
    if notices.next_daytime(at) != at:
        return 0
    count, errors = 0, []
    for wave, visit in waves_due(at=at):
        try:
            count += _go_on_with(wave, visit, at=at)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            errors.append(error)
    if errors:
        raise ExceptionGroup("waves", errors)
    return count


@transaction.atomic
def _go_on_with(wave_pk: int, visit_pk: int, *, at: datetime) -> bool:
    """The visit first, as everywhere; one that somebody is at work on is left for the next time."""
    visits = HomeVisit.objects.select_related("client__address").select_for_update(skip_locked=True, of=("self",))
    visit = visits.filter(pk=visit_pk).first()
    wave = Wave.objects.filter(pk=wave_pk, ended_at=None).first()
    if visit is None or wave is None:
        return False
    if visit.state != HomeVisit.State.SCHEDULED:
        _end(visit, Wave.Outcome.SETTLED, at=at)
    else:
        _advance(wave, visit, at=at)
    return True


def _advance(wave: Wave, visit: HomeVisit, *, at: datetime) -> Wave:
    """More people after the first wave; else wait for those who may still answer; else a human."""
    chosen = _best(visit, WIDER, at=at) if wave.number == 1 and wave.asked else {}
    if chosen:
        _ask(visit, list(chosen), number=2, by=None, at=at, reasons=chosen_reasons(chosen))
        return Wave.objects.get(visit=visit, ended_at=None)
    waiting = max((offer.answer_by for offer in open_offers_of(visit)), default=at)
    if waiting > at:
        wave.next_at = waiting
        wave.save(update_fields=["next_at"])
        return wave
    _give_up(wave, visit, at=at)
    return wave


def _end(visit: HomeVisit, outcome: str, *, at: datetime) -> None:
    Wave.objects.filter(visit=visit, ended_at=None).update(ended_at=at, outcome=outcome)


def _give_up(wave: Wave, visit: HomeVisit, *, at: datetime) -> None:
    """Nobody said yes: a coordinator learns it, with the smallest change that would help."""
    assert visit.slot_starts_at is not None
    wave.ended_at, wave.outcome = at, Wave.Outcome.NOBODY
    wave.save(update_fields=["ended_at", "outcome"])
    reason, change = what_would_help(visit, at=at)
    latest = min(add_working_hours(at, TASK_HOURS), visit.slot_starts_at)
    open_call_task(
        kind=NOBODY,
        phone="",
        variables={
            "reference": references.grouped(visit.reference),
            "date_long": long_date(local_date(visit.slot_starts_at)),
            "time": spoken_clock(visit.slot_starts_at),
            "change": " ".join(filter(None, [said(reason), f"({said(change)})" if change else ""])),
        },
        about=visit,
        deadline_at=max(latest, at),
        key=f"wave:{wave.pk}:nobody",
        by=None,
        at=at,
    )


# --- once a day -------------------------------------------------------------------------------------


def send_digests(*, at: datetime) -> int:
    """At 17:00 one message with a number to everybody who wants to hear once a day and has something new; returns how
    many. Asked twice on a day it is one."""
    if local(at).hour != DIGEST_HOUR:
        return 0
    new = Offer.objects.filter(state=Offer.State.OPEN, answer_by__gt=at, created_at__gt=at - timedelta(days=1))
    by_volunteer: dict[int, list[Offer]] = {}
    for offer in new.select_related("volunteer__user").order_by("volunteer_id", "answer_by"):
        if wants(offer.volunteer) == "daily":
            by_volunteer.setdefault(offer.volunteer_id, []).append(offer)
    for found in by_volunteer.values():
        offer_notices.tell_digest(found[0].volunteer, offers=found, at=at)
    return len(by_volunteer)
