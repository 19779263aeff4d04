"""Somebody is with a person, and must come away again: reminders, alarms, help, and who has the alarm.

Each step is claimed by one conditional UPDATE on the step and the moment that was read, in the transaction that writes
its messages and tasks: of several workers one does it, and a worker that dies has done nothing, so that the next does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import SystemRandom

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bookings import safe_alarms
from bookings.models import HomeVisit, Offer, PlanStep, SafeReturn
from bookings.rules import goes
from lotsen.kernel.errors import Refused
from lotsen.messages.call_answers import CallAnswer
from lotsen.messages.models import Message
from lotsen.people.models import User

Step = SafeReturn.Step
AFTER = {
    Step.END: timedelta(0),
    Step.SMS: timedelta(minutes=15),
    Step.CALL: timedelta(minutes=30),
    Step.COORDINATOR: timedelta(minutes=45),
    Step.EMERGENCY: timedelta(minutes=60),
}
"""When each step is due, from the end of the visit on."""
LONGER = timedelta(minutes=30)
LEAST = timedelta(minutes=30)
"""Who arrives just before the end has at least so long."""
MISSING_AFTER, MISSING_UNTIL = timedelta(minutes=20), timedelta(hours=4)
AT_MOST = 500
PLAN_STEPS = (1, 2, 3, 4)
CHANCE = SystemRandom()


class NotOnTheWay(Refused):
    """Nobody is on this visit now."""


class AlarmOver(Refused):
    """The alarm has ended meanwhile."""


# --- arriving, staying longer, leaving -----------------------------------------------------------------


@transaction.atomic
def begin_safe_return(visit: HomeVisit, *, by: User, at: datetime) -> SafeReturn:
    """From now on somebody asks when the visit ends. Twice is harmless: the first stands."""
    assert visit.slot_ends_at is not None
    ends_at = max(visit.slot_ends_at, at + LEAST)
    row = SafeReturn(
        visit=visit, guide=by, code=_code_of(visit), began_at=at, said_at=at, ends_at=ends_at, due_at=ends_at
    )
    SafeReturn.objects.bulk_create([row], ignore_conflicts=True)
    safe_alarms.drop_arrival(visit, at=at)
    return SafeReturn.objects.get(visit=visit, ended_at=None)


def _code_of(visit: HomeVisit) -> str:
    """The code of the accepted offer, so that one number stands in all messages; staff get one of their own."""
    offer = visit.offers.filter(state=Offer.State.ACCEPTED).first()
    return offer.code if offer else str(CHANCE.randint(1000, 9999))


def open_safe_return(visit: HomeVisit) -> SafeReturn | None:
    """The row of a visit on which somebody is now."""
    return SafeReturn.objects.filter(visit=visit, ended_at=None).select_related("guide", "visit").first()


@transaction.atomic
def stay_longer(visit: HomeVisit, *, by: User, at: datetime) -> SafeReturn:
    """Thirty minutes more, from the end that was agreed or from now, whichever is later; every alarm moves along."""
    row = SafeReturn.objects.select_for_update().filter(visit=visit, guide=by, ended_at=None).first()
    if row is None:
        raise NotOnTheWay(_("Das geht gerade nicht. Bitte laden Sie die Seite neu."))
    _begin_again(row, ends_at=max(row.ends_at, at) + LONGER, at=at)
    return row


def _begin_again(row: SafeReturn, *, ends_at: datetime, at: datetime) -> None:
    """The steps begin anew from another end. A call for help stays what it is."""
    row.step, row.ends_at, row.due_at, row.said_at = Step.END, ends_at, ends_at, at
    row.taken_by, row.taken_at = (row.taken_by, row.taken_at) if row.help_at else (None, None)
    row.save(update_fields=["step", "ends_at", "due_at", "said_at", "taken_by", "taken_at"])
    safe_alarms.drop_overdue(row, at=at)


@transaction.atomic
def end_safe_return(visit: HomeVisit, *, at: datetime) -> None:
    """They are away: no alarm comes any more, and what waits is dropped. A silent call for help stays."""
    for row in SafeReturn.objects.select_for_update().filter(visit=visit, ended_at=None):
        SafeReturn.objects.filter(pk=row.pk).update(ended_at=at, said_at=at, due_at=None)
        safe_alarms.drop_overdue(row, at=at)
    safe_alarms.drop_arrival(visit, at=at)


# --- what is due ---------------------------------------------------------------------------------------


def watch(*, at: datetime) -> int:
    """Do every step that is due; returns how many. Several at once do each step once.

    One that fails does not stop the others; what went wrong is raised at the end.
    """
    done, wrong = 0, []
    due = SafeReturn.objects.filter(ended_at=None, due_at__lte=at).order_by("due_at").values_list("pk", flat=True)
    for pk in list(due[:AT_MOST]):
        try:
            done += _catch_up(pk, at=at)
        except Exception as error:  # noqa: BLE001 - an alarm must not wait for another one that cannot be written
            wrong.append(error)
    warn_of_missing(at=at)
    if wrong:
        raise ExceptionGroup("safe return", wrong)
    return done


def _catch_up(pk: int, *, at: datetime) -> int:
    """Each overdue step of one row, in order: after a standstill several at once."""
    done = 0
    while take_step(pk, at=at):
        done += 1
    return done


@transaction.atomic
def take_step(pk: int, *, at: datetime) -> bool:
    """Claim the step that is due and do it; False where nothing is due or somebody else was faster."""
    row = SafeReturn.objects.filter(pk=pk).select_related("guide", "visit__client").first()
    if row is None or row.due_at is None or row.due_at > at:
        return False
    step = Step(row.step)
    following = Step(step + 1)
    due_at = row.ends_at + AFTER[following] if following in AFTER else None
    mine = SafeReturn.objects.filter(pk=pk, ended_at=None, step=step, due_at=row.due_at)
    if mine.update(step=following, due_at=due_at) != 1:
        return False
    ACTS[step](row, at)
    return True


ACTS: dict[Step, Callable[[SafeReturn, datetime], None]] = {
    Step.END: safe_alarms.ask_whether_over,
    Step.SMS: safe_alarms.send_sms,
    Step.CALL: safe_alarms.call_guide,
    Step.COORDINATOR: safe_alarms.alarm_coordinators,
    Step.EMERGENCY: safe_alarms.start_plan,
}


def warn_of_missing(*, at: datetime) -> int:
    """A human finds out about every visit whose guide has not said "bin da" twenty minutes after it began."""
    missing = HomeVisit.objects.filter(
        state=HomeVisit.State.ASSIGNED,
        checked_in_at=None,
        slot_starts_at__lte=at - MISSING_AFTER,
        slot_starts_at__gt=at - MISSING_UNTIL,
        request_stop=None,
    ).select_related("guide", "client")
    return sum(safe_alarms.ask_for_arrival(visit, code=_code_of(visit), at=at) for visit in missing[:AT_MOST])


# --- answers -------------------------------------------------------------------------------------------


def note_call_answer(message: Message, answer: CallAnswer, at: datetime) -> None:
    """What the guide pressed when we called: all well asks again in half an hour, silence alarms at once."""
    row = SafeReturn.objects.filter(visit_id=message.about_id, ended_at=None).select_related("visit", "guide").first()
    if row is None:
        return
    if answer == CallAnswer.HELP:
        ask_for_help(row.visit, by=row.guide, at=at)
    elif answer == CallAnswer.SILENCE:
        SafeReturn.objects.filter(pk=row.pk, ended_at=None, step=Step.COORDINATOR, due_at__gt=at).update(due_at=at)
    elif answer == CallAnswer.CONFIRMED and row.step in (Step.COORDINATOR, Step.EMERGENCY, Step.OVER):
        with transaction.atomic():
            _begin_again(SafeReturn.objects.select_for_update().get(pk=row.pk), ends_at=at + LONGER, at=at)


def is_still_out(message: Message) -> bool:
    """Whether what an SMS or a call asks is still to be asked. The row is held: whoever signs off now waits."""
    rows = SafeReturn.objects.select_for_update().filter(visit_id=message.about_id, ended_at=None)
    return any(safe_alarms.is_of(message, row) for row in rows)


@transaction.atomic
def ask_for_help(visit: HomeVisit, *, by: User, at: datetime, silently: bool = False) -> None:
    """An alarm for the desk at once, and a call back. Silently: nothing shows on the guide's telephone.

    Also before "bin da" and after "bin weg": somebody may need help on the way. Repeated calls are one alarm.
    """
    if not goes(visit, by):
        raise NotOnTheWay(_("Das geht gerade nicht. Bitte laden Sie die Seite neu."))
    row = latest_safe_return(visit, guide=by) or _on_the_way(visit, by=by, at=at)
    first = SafeReturn.objects.filter(pk=row.pk, help_at=None)
    if first.update(help_at=at, said_at=at, is_silent=silently):
        row.refresh_from_db()
        safe_alarms.alarm_for_help(row, at=at)


def _on_the_way(visit: HomeVisit, *, by: User, at: datetime) -> SafeReturn:
    """A row for who is not there yet: it holds the call for help, and asks nothing."""
    return SafeReturn.objects.create(
        visit=visit, guide=by, code=_code_of(visit), began_at=at, said_at=at, ends_at=at, ended_at=at, step=Step.OVER
    )


def latest_safe_return(visit: HomeVisit, *, guide: User | None = None) -> SafeReturn | None:
    """The row of a visit, open or ended, the newest where there are several; of this guide only, if one is named."""
    rows = SafeReturn.objects.filter(visit=visit).select_related("guide", "visit", "taken_by").order_by("-pk")
    return (rows.filter(guide=guide) if guide else rows).first()


def duress_code(code: str) -> str:
    """The code that signs off and calls for help: one more than the real one, 9999 turns to 1000.

    >>> duress_code("4711"), duress_code("9999")
    ('4712', '1000')
    """
    return str((int(code) - 999) % 9000 + 1000)


# --- the desk ------------------------------------------------------------------------------------------


def alarms_with(code: str) -> list[SafeReturn]:
    """Alarms that somebody can take by "ICH 4711"."""
    raised = Q(ended_at=None, step__gte=Step.EMERGENCY) | Q(help_at__isnull=False)
    return list(SafeReturn.objects.filter(raised, code=code).select_related("visit", "guide").order_by("-began_at")[:2])


@transaction.atomic
def take_alarm(row: SafeReturn, *, by: User, at: datetime) -> SafeReturn:
    """One person has the alarm from now on; the others are told. Whoever comes second reads who has it."""
    if SafeReturn.objects.filter(pk=row.pk, taken_by=None).update(taken_by=by, taken_at=at) != 1:
        now = SafeReturn.objects.select_related("taken_by").get(pk=row.pk)
        assert now.taken_by is not None
        raise AlarmOver(_("%(name)s hat schon übernommen.") % {"name": now.taken_by.name})
    row.refresh_from_db()
    safe_alarms.tell_taken(row, at=at)
    return row


def tick_step(row: SafeReturn, *, number: int, by: User, at: datetime) -> PlanStep:
    """Tick one of the four steps of the plan, with name and time. The first tick stands."""
    if number not in PLAN_STEPS:
        raise AlarmOver(_("Diesen Schritt gibt es nicht."))
    PlanStep.objects.bulk_create([PlanStep(safe_return=row, number=number, by=by, at=at)], ignore_conflicts=True)
    return PlanStep.objects.select_related("by").get(safe_return=row, number=number)
