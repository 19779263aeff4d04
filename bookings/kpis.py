"""Figures of the room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bookings.models import HomeVisit, Training, VisitReport
from lotsen.figures.engine import Kpi, Span, declare


def _requested(span: Span) -> int:
    return HomeVisit.objects.filter(requested_at__gte=span.start, requested_at__lt=span.end).count()


def _reports(span: Span, outcome: str) -> int:
    return VisitReport.objects.filter(outcome=outcome, at__gte=span.start, at__lt=span.end).count()


def _people(span: Span) -> int:
    reports = VisitReport.objects.filter(outcome=VisitReport.Outcome.HELPED, at__gte=span.start, at__lt=span.end)
    return reports.values("visit__client").distinct().count()


def _trainings(span: Span) -> int:
    return Training.objects.filter(record__at__gte=span.start, record__at__lt=span.end).count()


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
)
