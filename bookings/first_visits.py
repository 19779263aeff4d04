"""The first visit of a newcomer is done in pair: promised like any other, and somebody with experience goes along.

Who goes along (`HomeVisit.companion`) is told like the guide, sees the visit by the same stages, and is in one place at
a time by the same constraint.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import SystemRandom

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bookings import notices
from bookings.going import MayNotGo, check_volunteer, way_around
from bookings.models import CaseNote, HomeVisit
from bookings.queries.offers import codes_in_use
from bookings.rules import can_leave_pair
from lotsen.kernel.calendar import add_working_hours, local_date, long_date, spoken_clock
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes
from lotsen.kernel.references import new_offer_code
from lotsen.messages.call_tasks import drop_call_tasks, open_call_task
from lotsen.messages.models import Message
from lotsen.people.models import User
from volunteers.models import FirstVisit, Volunteer
from volunteers.needed import VISIT_ALONE, VISIT_IN_PAIR
from volunteers.requirements import note_first_visit_done
from volunteers.rules import activity_of

TASK = "k_first_visit"
ALONG, PAIR, ALONG_OFF, PAIR_OFF, SECOND = "v_along", "v_pair", "v_along_off", "v_pair_off", "senior_second"
TOLD = (ALONG, PAIR, SECOND)
"""What is no longer true once nobody goes along."""
FIND_WITHIN_HOURS = 8
NOBODY_ALONG: dict[str, str | None] = {
    "companion": None,
    "companion_way_starts_at": None,
    "companion_way_ends_at": None,
    "companion_code": "",
    "companion_confirmed_at": None,
}
CHANCE = SystemRandom()


class CannotGoAlong(Refused):
    """Whoever goes along has experience, is active, and is free at that time, the way included."""


class ChosenAlready(Refused):
    """Somebody else entered a companion since the page was opened, or the visit is settled."""


class NotAlong(Refused):
    """Only who goes along says whether they come, before it begins."""


def promise_in_pair(visit: HomeVisit, guide: User, *, by: User | None, at: datetime) -> None:
    """Call it in the transaction that assigns the visit: a newcomer's first one asks a coordinator for a companion."""
    newcomer = Volunteer.objects.filter(user=guide).select_related("user").first()
    if newcomer is None or visit.request_stop_id is not None or visit.slot_starts_at is None:
        return
    if activity_of(newcomer, reference=visit.reference) != VISIT_IN_PAIR:
        return
    day = local_date(visit.slot_starts_at)
    FirstVisit.objects.update_or_create(newcomer=newcomer, defaults={"reference": visit.reference, "on": day})
    _ask_for_companion(visit, guide, occasion=f"{newcomer.pk}:{visit.slot_starts_at:%Y%m%d%H%M}", by=by, at=at)


def _ask_for_companion(visit: HomeVisit, guide: User, *, occasion: str, by: User | None, at: datetime) -> None:
    assert visit.slot_starts_at is not None
    open_call_task(
        kind=TASK,
        phone=guide.phone,
        variables={
            "visitor_name": guide.name,
            "date_long": long_date(local_date(visit.slot_starts_at)),
            "time": spoken_clock(visit.slot_starts_at),
            "reference": visit.reference,
        },
        about=visit,
        deadline_at=min(add_working_hours(at, FIND_WITHIN_HOURS), max(visit.slot_starts_at, at + timedelta(hours=1))),
        key=f"visit:{visit.reference}:pair:{occasion}",
        by=by,
        at=at,
    )


def companion_of(visit: HomeVisit) -> User | None:
    """Who goes along as the row says now; the visit is locked, so that nobody is chosen meanwhile."""
    rows = HomeVisit.objects.select_for_update(no_key=True, of=("self",)).filter(pk=visit.pk)
    row = rows.select_related("companion").first()
    return row.companion if row is not None else None


def end_pair(
    visit: HomeVisit, *, is_done: bool, by: User | None, at: datetime, companion: User | None = None, told: bool = True
) -> None:
    """The visit is over, called off or given back; `companion` is who was to go along. Done in pair, it counts as the
    first visit. Otherwise who was to go along learns that they need not come (unless not `told`: the date is over)."""
    if companion is not None and not is_done and told:
        _tell(companion, ALONG_OFF, visit, by=by, at=at)
    first = FirstVisit.objects.select_related("newcomer").filter(reference=visit.reference).first()
    if first is None:
        return
    if is_done and companion is not None:
        note_first_visit_done(first.newcomer, on=first.on, seen_by=companion, at=at)
    first.delete()
    drop_call_tasks(about=visit, kinds=[TASK], by=by, at=at)


@transaction.atomic
def choose_companion(
    first: FirstVisit, *, companion: Volunteer, by: User, at: datetime, instead_of: int | None = None
) -> HomeVisit:
    """Somebody with experience has agreed on the telephone to go along; both and the person visited learn it.

    `instead_of`: the user who was entered before, as the page showed it; another one there is refused
    (`ChosenAlready`). Refuses a newcomer, who may not go on that day or to this person, and who is elsewhere then or on
    the way (`CannotGoAlong`). The visit is locked first, then the companion, as whoever promises does.
    """
    visit = (
        HomeVisit.objects.select_for_update(of=("self",))
        .select_related("client", "guide")
        .get(reference=first.reference)
    )
    list(User.objects.select_for_update(no_key=True).filter(pk=companion.user_id).values_list("pk"))
    before = visit.companion
    if before is not None and before.pk == companion.user_id:
        return visit
    if visit.state != HomeVisit.State.ASSIGNED or visit.companion_id != instead_of:
        raise ChosenAlready(_("Jemand anderes war schneller. Bitte laden Sie die Seite neu."))
    _check_companion(companion, first, visit)
    _write(visit, companion)
    drop_call_tasks(about=visit, kinds=[TASK], by=by, at=at)
    if before is not None:
        _drop_told(visit, by=by, at=at)
        _tell(before, ALONG_OFF, visit, by=by, at=at)
    _tell_pair(visit, companion.user, by=by, at=at)
    record_changes(first.newcomer, fields=["companion"], by=by, at=at)
    return visit


def _check_companion(companion: Volunteer, first: FirstVisit, visit: HomeVisit) -> None:
    if companion.pk == first.newcomer_id or activity_of(companion) != VISIT_ALONE or hasattr(companion, "first_visit"):
        raise CannotGoAlong(_("Mitgehen kann nur, wer schon Besuche gemacht hat."))
    try:
        check_volunteer(companion, visit)
    except MayNotGo as no:
        raise CannotGoAlong(no.sentence) from no


def _write(visit: HomeVisit, companion: Volunteer) -> None:
    """The constraint on promised times decides, whoever else is writing."""
    starts_at, ends_at = way_around(visit, companion.user)
    visit.companion = companion.user
    visit.companion_way_starts_at, visit.companion_way_ends_at = starts_at, ends_at
    visit.companion_code, visit.companion_confirmed_at = _free_code(visit, companion), None
    try:
        with transaction.atomic():
            visit.save(update_fields=list(NOBODY_ALONG))
    except IntegrityError as error:
        if "nobody_in_two_places_at_once" not in str(error):
            raise
        words = {"name": companion.user.name}
        raise CannotGoAlong(_("%(name)s hat dann schon einen anderen Besuch, der Weg mitgerechnet.") % words) from error


def _free_code(visit: HomeVisit, companion: Volunteer) -> str:
    """Another than those of the questions and promises that they have, whose row is locked, and than the guide's."""
    taken = codes_in_use(companion) | set(visit.offers.values_list("code", flat=True))
    while (code := new_offer_code(CHANCE)) in taken:
        continue
    return code


@transaction.atomic
def confirm_along(visit: HomeVisit, *, by: User, at: datetime, whose: User | None = None) -> bool:
    """Who is to go along says that they come; False where they had said so before. The coordinator sees it.

    `whose`: the user whose yes it is, where the desk writes it down. Refuses anybody else, who is not along any more,
    and once it has begun (`NotAlong`).
    """
    _answering(visit, whose, by=by, at=at)
    if visit.companion_confirmed_at is not None:
        return False
    visit.companion_confirmed_at = at
    visit.save(update_fields=["companion_confirmed_at"])
    record_changes(visit, fields=["companion_confirmed_at"], by=by, at=at)
    return True


def _answering(visit: HomeVisit, whose: User | None, *, by: User, at: datetime) -> User:
    """Who goes along, as the locked row says now, if this is theirs to say still."""
    companion = companion_of(visit)
    visit.refresh_from_db(fields=["companion", "companion_confirmed_at", "state", "checked_in_at"])
    if companion is None or whose not in (None, companion) or not can_leave_pair(visit, by, at=at):
        raise NotAlong(_("Das geht gerade nicht. Bitte laden Sie die Seite neu."))
    return companion


@transaction.atomic
def leave_pair(visit: HomeVisit, *, because: str, by: User, at: datetime, whose: User | None = None) -> None:
    """Who was to go along cannot: a coordinator is asked again at once, and the newcomer learns it.

    `whose`: the user whose no it is, where the desk writes it down. Refuses anybody else, and once it has begun
    (`NotAlong`); then a human must know.
    """
    companion = _answering(visit, whose, by=by, at=at)
    _take_out(visit, by=by, at=at)
    said = _("Wer mitgehen wollte, kann nicht: %(because)s") % {"because": because}
    CaseNote.objects.create(visit=visit, kind=CaseNote.Kind.NOTE, text=said[:300], by=by, at=at)
    _tell(companion, "v_withdrawn", visit, by=by, at=at)


def take_out_companion(visit: HomeVisit, *, by: User, at: datetime) -> None:
    """Who was to go along may not any more, or has stopped: as `leave_pair`, and they learn that they need not come."""
    if (companion := companion_of(visit)) is not None:
        _take_out(visit, by=by, at=at)
        _tell(companion, ALONG_OFF, visit, by=by, at=at)


def _take_out(visit: HomeVisit, *, by: User, at: datetime) -> None:
    HomeVisit.objects.filter(pk=visit.pk).update(**NOBODY_ALONG)
    visit.companion, visit.companion_code, visit.companion_confirmed_at = None, "", None
    _drop_told(visit, by=by, at=at)
    guide = visit.guide
    if guide is None or not FirstVisit.objects.filter(reference=visit.reference).exists():
        return
    _tell(guide, PAIR_OFF, visit, by=by, at=at)
    _ask_for_companion(visit, guide, occasion=f"again:{at:%Y%m%d%H%M%S%f}", by=by, at=at)


def _drop_told(visit: HomeVisit, *, by: User, at: datetime) -> None:
    notices.drop_kinds(visit, TOLD, by=by, at=at)


def _tell_pair(visit: HomeVisit, companion: User, *, by: User, at: datetime) -> None:
    """The person visited learns that two come: nobody opens to a second one whom nobody has named."""
    assert visit.guide is not None
    _tell(companion, ALONG, visit, by=by, at=at)
    _tell(visit.guide, PAIR, visit, by=by, at=at)
    occasion = f"{companion.pk}:{at:%Y%m%d%H%M%S}"
    notices.tell_client(visit, SECOND, by=by, at=at, channels=("sms", "call"), occasion=occasion)


def _tell(user: User, kind: str, visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    volunteer = Volunteer.objects.select_related("user").filter(user=user).first()
    if volunteer is not None:
        key = f"visit:{visit.reference}:{kind}:{user.pk}:{at:%Y%m%d%H%M%S}"
        code = visit.companion_code if kind == ALONG else ""
        notices.tell_volunteer(volunteer, kind, visit=visit, code=code, by=by, at=at, key=key)


def is_still_along(message: Message) -> bool:
    """Whether who is told still goes along (or is still accompanied), at the time that the message says."""
    visit = HomeVisit.objects.select_for_update(of=("self",)).filter(pk=message.about_id).first()
    if visit is None or visit.state != HomeVisit.State.ASSIGNED or visit.companion_id is None:
        return False
    whom = visit.companion_id if message.kind == ALONG else visit.guide_id
    is_theirs = message.kind == SECOND or message.recipient_user_id == whom
    assert visit.slot_starts_at is not None
    return is_theirs and message.variables.get("time") in (None, spoken_clock(visit.slot_starts_at))
