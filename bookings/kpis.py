"""Figures of the room."""

from __future__ import annotations

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from bookings import surveys
from bookings.models import HomeVisit, Training, VisitReport
from bookings.queries.waiting import MEDIAN, P95, Percentile, done_tasks, percent, waits
from lotsen.figures.engine import Kpi, Span, declare
from lotsen.kernel.calendar import local_date
from lotsen.messages.models import CallTask, Message, PhoneCall
from lotsen.messages.sms_month import sent_between


def _requested(span: Span) -> int:
    return HomeVisit.objects.filter(requested_at__gte=span.start, requested_at__lt=span.end).count()


def _reports(span: Span, outcome: str) -> int:
    return VisitReport.objects.filter(outcome=outcome, at__gte=span.start, at__lt=span.end).count()


def _people(span: Span) -> int:
    reports = VisitReport.objects.filter(outcome=VisitReport.Outcome.HELPED, at__gte=span.start, at__lt=span.end)
    return reports.values("visit__client").distinct().count()


def _trainings(span: Span) -> int:
    return Training.objects.filter(record__at__gte=span.start, record__at__lt=span.end).count()


def _callers_waited(span: Span, share: float) -> int:
    calls = PhoneCall.objects.filter(arrived_at__gte=span.start, arrived_at__lt=span.end)
    waited = waits(calls).aggregate(found=Percentile("waited", share=share))["found"]
    return round(waited.total_seconds()) if waited else 0


def _given_up(span: Span) -> int:
    calls = PhoneCall.objects.filter(arrived_at__gte=span.start, arrived_at__lt=span.end)
    gone = Count("pk", filter=Q(outcome=PhoneCall.Outcome.ABANDONED))
    found = waits(calls).aggregate(all=Count("pk"), gone=gone)
    return percent(found["gone"], found["all"]) or 0


def _in_time(span: Span) -> int:
    kept = Count("pk", filter=Q(finished_at__lte=F("deadline_at")))
    found = done_tasks(start=span.start, end=span.end).aggregate(all=Count("pk"), kept=kept)
    return percent(found["kept"], found["all"]) or 0


def _arrived(span: Span) -> int:
    return Message.objects.filter(state="delivered", finished_at__gte=span.start, finished_at__lt=span.end).count()


def _by_a_human(span: Span) -> int:
    return CallTask.objects.filter(message__isnull=False, created_at__gte=span.start, created_at__lt=span.end).count()


def _share(span: Span, of: str) -> int | None:
    """About visits of the months that the span touches, whole: a part of a month would say who answered."""
    return surveys.shares(local_date(span.start).replace(day=1), local_date(span.end))[of]


declare(
    Kpi(
        "satisfied",
        _("zufrieden, in Prozent"),
        _("Von allen, die auf der Karte geantwortet haben: mit dem Besuch zufrieden. Ganze Monate, ab 5 Antworten."),
        lambda span: _share(span, "satisfied"),
    ),
    Kpi(
        "alone",
        _("kann es allein, in Prozent"),
        _("Von allen, die auf der Karte geantwortet haben: können es jetzt allein. Ganze Monate, ab 5 Antworten."),
        lambda span: _share(span, "alone"),
    ),
)
declare(
    Kpi(
        "sms",
        _("SMS"),
        _("SMS, die der Anbieter angenommen hat."),
        lambda span: sent_between(span.start, span.end),
    ),
    Kpi("arrived", _("Nachrichten angekommen"), _("Nachrichten, deren Ankunft gemeldet ist."), _arrived),
    Kpi(
        "by_a_human",
        _("Anruf statt Nachricht"),
        _("Nachrichten, die nicht ankamen und dann als Rückruf in der Liste standen."),
        _by_a_human,
    ),
)

declare(
    Kpi("requests", _("Anfragen"), _("Anfragen, die in diesem Zeitraum kamen."), _requested),
    Kpi(
        "visits",
        _("Besuche"),
        _("Besuche mit Bericht, bei denen jemand angetroffen wurde."),
        lambda span: _reports(span, VisitReport.Outcome.HELPED),
    ),
    Kpi("people", _("Menschen geholfen"), _("Verschiedene Menschen mit mindestens einem Besuch."), _people),
    Kpi(
        "not_met",
        _("nicht angetroffen"),
        _("Besuche, bei denen niemand geöffnet hat."),
        lambda span: _reports(span, VisitReport.Outcome.NOT_MET),
    ),
    Kpi("trainings", _("Schulungen"), _("Schulungen mit Protokoll."), _trainings),
    Kpi(
        "call_wait_median",
        _("Wartezeit am Telefon"),
        _("Sekunden, bis jemand abnahm oder ein Rückruf vereinbart war: die Hälfte wartete höchstens so lange."),
        lambda span: _callers_waited(span, MEDIAN),
    ),
    Kpi(
        "call_wait_p95",
        _("lange Wartezeit am Telefon"),
        _("Sekunden: 95 von 100 Anrufenden warteten höchstens so lange."),
        lambda span: _callers_waited(span, P95),
    ),
    Kpi("calls_given_up", _("aufgelegt"), _("Anrufende von hundert, die beim Warten auflegten."), _given_up),
    Kpi(
        "tasks_in_time",
        _("Aufgaben rechtzeitig"),
        _("Aufgaben der Hotline von hundert, die bis zur versprochenen Zeit erledigt waren."),
        _in_time,
    ),
)
