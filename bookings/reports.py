"""What was done on a visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings import asking, first_visits, notices, report_drafts, safe_return, surveys, visits
from bookings.models import HomeVisit, Offer, TopicGoal, VisitReport
from bookings.rules import can_report
from lotsen.kernel import references
from lotsen.kernel.calendar import local_date, long_date, spoken_clock
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes
from lotsen.kernel.moves import move
from lotsen.messages.call_tasks import drop_call_tasks, open_call_task
from lotsen.messages.outbox import drop_messages, queue_message
from lotsen.people.models import User
from touring import request_stops
from touring.models import RequestStop
from volunteers.models import Topic, Volunteer

WORRY_WITHIN = timedelta(minutes=15)


class NotToReport(Refused):
    """Only the guide reports, or the desk as they say it on the telephone; on an assigned visit that has begun."""


class NoSheet(Refused):
    """There is no sheet to post."""


@transaction.atomic
def file_report(
    visit: HomeVisit,
    *,
    outcome: str,
    topics: Iterable[Topic],
    minutes: int,
    by: User,
    at: datetime,
    goal: str = "",
    note: str = "",
    follow_up: bool = False,
    is_worried: bool = False,
    next_at: datetime | None = None,
    goals: Mapping[str, str] | None = None,
    post_sheet: bool = False,
    copy: str = "",
) -> VisitReport:
    """Close the visit: done, or missed when nobody was met (then somebody calls the person).

    `minutes` is the time of help, 1 to 600; it counts as 0 where nobody was met. `is_worried`: somebody calls within a
    quarter of an hour. `next_at`: a further visit by the same guide that both agreed on; `GuideBusy` where it overlaps,
    and then nothing is filed. `follow_up` without it: a new request, unless the person has an open one. `goals`: what
    the person can do now, by key of the topic. `post_sheet`: the sheet with what was done and what to practise goes to
    them by letter. `copy` names the page that sends it: sent again because the answer was lost, it finds what it filed.
    """
    if (filed := filed_from(visit, copy=copy, by=by)) is not None:
        return filed
    if not can_report(visit, by) or visit.state != HomeVisit.State.ASSIGNED:
        raise NotToReport(_("Zu diesem Besuch gibt es schon einen Bericht, oder er gehört nicht zu Ihnen."))
    if visit.slot_starts_at is None or at < visit.slot_starts_at:
        raise NotToReport(_("Der Besuch hat noch nicht begonnen. Den Bericht schreiben Sie danach."))
    is_met = outcome == VisitReport.Outcome.HELPED
    _close(visit, is_met=is_met, by=by, at=at)
    report = VisitReport(
        visit=visit,
        outcome=outcome,
        goal=goal if is_met else "",
        minutes=minutes if is_met else 0,
        note=note,
        follow_up=follow_up,
        by=by,
        at=at,
        copy=copy,
    )
    report.save(force_insert=True)
    topics = list(topics)
    report.topics.set(topics)
    _keep_goals(report, goals or {})
    if visit.request_stop is not None and visit.request_stop.state == RequestStop.State.PLANNED:
        request_stops.serve(visit.request_stop, by=by, at=at)
    if is_met:
        surveys.send_card(visit, by=by, at=at)
    else:
        occasion = f"{visit.slot_starts_at:%Y%m%d%H%M}"
        notices.tell_client(visit, "senior_not_met", by=by, at=at, channels=("call",), occasion=occasion)
    if is_worried and not is_met:
        _let_somebody_call(visit, by=by, at=at)
    if next_at is not None and is_met:
        agree_next(visit, starts_at=next_at, by=by, at=at)
    elif follow_up and is_met:
        _ask_for_more(visit, by=by, at=at)
    if post_sheet and is_met:
        _post_sheet(visit, topics, goals or {}, next_at, by=by, at=at, occasion=f"{at:%Y%m%d%H%M}")
    return report


def filed_from(visit: HomeVisit, *, copy: str, by: User) -> VisitReport | None:
    """The report that this page has filed already; None for a page without a name."""
    return VisitReport.objects.filter(visit=visit, by=by, copy=copy).first() if copy else None


def _close(visit: HomeVisit, *, is_met: bool, by: User, at: datetime) -> None:
    """The date is over: what waits about it is dropped, nobody is watched any more. The visit is locked before its call
    tasks, as by whoever cancels it or gives it back at the same moment; the other order deadlocks."""
    companion = first_visits.companion_of(visit)
    drop_messages(about=visit, kinds=notices.KINDS_ABOUT_THE_DATE, by=by, at=at)
    drop_call_tasks(about=visit, kinds=notices.KINDS_ABOUT_THE_DATE, by=by, at=at)
    safe_return.end_safe_return(visit, at=at)
    report_drafts.drop_draft(visit)
    move(visit, HomeVisit.State.DONE if is_met else HomeVisit.State.MISSED, by=by, at=at)
    first_visits.end_pair(visit, is_done=is_met, companion=companion, told=False, by=by, at=at)


def _keep_goals(report: VisitReport, goals: Mapping[str, str]) -> None:
    """The goal card: only topics of the visit, each once."""
    TopicGoal.objects.filter(report=report).delete()
    TopicGoal.objects.bulk_create(
        TopicGoal(report=report, topic=topic, goal=goals[topic.key])
        for topic in report.visit.topics.all()
        if topic.key in goals
    )


def _post_sheet(
    visit: HomeVisit,
    topics: Iterable[Topic],
    goals: Mapping[str, str],
    next_at: datetime | None,
    *,
    by: User,
    at: datetime,
    occasion: str,
) -> None:
    """What was done, what to practise (all that is not done alone yet), and the next date."""
    if not (block := notices.postal_block(visit.client)):
        return
    names = [topic.name for topic in topics]
    alone = {key for key, goal in goals.items() if goal == VisitReport.Goal.ALONE}
    practice = [topic.name for topic in topics if topic.key not in alone] or names
    words = {"steps_list": ", ".join(names), "practice_list": ", ".join(practice)}
    if next_at is not None:
        day = long_date(local_date(next_at), language=visit.client.language)
        words |= {"next_date_long": day, "next_time": spoken_clock(next_at)}
    with override(visit.client.language):
        variables = notices.words_of(visit, **words)
    queue_message(
        kind="senior_takehome",
        channel="letter",
        to=block,
        language=visit.client.language,
        variables=variables,
        about=visit,
        key=f"visit:{visit.reference}:senior_takehome:{occasion}",
        by=by,
        at=at,
    )


@transaction.atomic
def post_sheet(visit: HomeVisit, *, by: User, at: datetime) -> None:
    """Write the sheet of a visit that was, because somebody asks for it at the telephone; once a day at most.

    Refuses where nobody was met, or where there is no address to write to (`NoSheet`).
    """
    report = visit.report
    if report is None or report.outcome != VisitReport.Outcome.HELPED:
        raise NoSheet(_("Zu diesem Besuch gibt es kein Merkblatt: Es wurde nichts geübt."))
    if not notices.postal_block(visit.client):
        raise NoSheet(_("Es fehlt eine Anschrift. Das Merkblatt kann nicht mit der Post gehen."))
    goals = {one.topic.key: one.goal for one in report.topic_goals.select_related("topic")}
    _post_sheet(visit, report.topics.all(), goals, None, by=by, at=at, occasion=f"desk:{local_date(at)}")


CHANGED_UNTIL = timedelta(hours=48)


@transaction.atomic
def change_report(
    report: VisitReport,
    *,
    topics: Iterable[Topic],
    minutes: int,
    by: User,
    at: datetime,
    goal: str = "",
    note: str = "",
    follow_up: bool = False,
    goals: Mapping[str, str] | None = None,
) -> VisitReport:
    """Put a report right, for 48 hours, by whoever wrote it. Its result stays: somebody was met, or nobody."""
    if report.by_id != by.pk or report.outcome != VisitReport.Outcome.HELPED or at > report.at + CHANGED_UNTIL:
        raise NotToReport(_("Diesen Bericht können Sie nicht mehr ändern. Rufen Sie uns bitte an."))
    report.minutes, report.goal, report.note, report.follow_up = minutes, goal, note, follow_up
    report.save(update_fields=["minutes", "goal", "note", "follow_up"])
    report.topics.set(topics)
    _keep_goals(report, goals or {})
    record_changes(report.visit, fields=["topics", "goal", "minutes", "note"], by=by, at=at)
    return report


def _let_somebody_call(visit: HomeVisit, *, by: User, at: datetime) -> None:
    """The guide is worried: light, noises, a full letter box."""
    open_call_task(
        kind="not_met_worry",
        phone=visit.client.phone,
        variables={"reference": references.grouped(visit.reference), "time": spoken_clock(at)},
        about=visit,
        deadline_at=at + WORRY_WITHIN,
        key=f"visit:{visit.reference}:worry:{at:%Y%m%d%H%M}",
        by=by,
        at=at,
    )


def _ask_for_more(visit: HomeVisit, *, by: User, at: datetime) -> None:
    """The person wants another visit and no day was agreed: a request of its own, unless one is open already."""
    open_states = (HomeVisit.State.REQUESTED, HomeVisit.State.SCHEDULED, HomeVisit.State.ASSIGNED)
    if HomeVisit.objects.filter(client=visit.client, state__in=open_states).exists():
        return
    topics = list(visit.topics.all())
    visits.request_visit(
        visit.client, entrance=visit.entrance, topics=topics, is_agreed=True, by=by, at=at, goal=visit.goal
    )


def agree_next(visit: HomeVisit, *, starts_at: datetime, by: User, at: datetime) -> HomeVisit:
    """A further visit, agreed on the spot: same person, topics and guide, so nobody needs to be asked. The volunteer
    can give it back as if it had been offered.

    Refuses a past date (`SlotInThePast`) and an overlap with another visit of the guide (`GuideBusy`).
    """
    guide = visit.guide
    assert guide is not None
    again = visits.request_visit(
        visit.client,
        entrance=visit.entrance,
        topics=list(visit.topics.all()),
        is_agreed=True,
        by=by,
        at=at,
        goal=visit.goal,
    )
    visits.fix_slot(again, starts_at=starts_at, by=by, at=at)
    volunteer = Volunteer.objects.filter(user=guide).first()
    if volunteer is None:
        return visits.assign_guide(again, guide=guide, by=by, at=at)
    offer = asking.note_agreed(again, volunteer=volunteer, by=by, at=at)
    visits.assign_guide(again, guide=guide, by=by, at=at, accepted=offer)
    move(offer, Offer.State.ACCEPTED, by=by, at=at, answered_at=at)
    return again
