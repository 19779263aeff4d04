"""One volunteer at the coordinators' desk: the steps of joining, what they have shown, and whether they may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings import first_visits, leaving
from bookings.forms.volunteers import CompanionForm
from bookings.models import HomeVisit
from bookings.queries.serving import visit_in_pair, visits_of
from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.people.cards import current_cards
from lotsen.people.models import Card, Role
from lotsen.people.sign_outs import sign_out_everywhere
from volunteers import membership
from volunteers.certificate_letter import certificate_letter
from volunteers.forms.joining import EvidenceForm, SuspendForm
from volunteers.models import Evidence, FirstVisit, Requirement, Volunteer
from volunteers.needed import CERTIFICATE, JOINING
from volunteers.requirements import show_evidence, strike_evidence
from volunteers.rules import all_needs, missing_requirements, spells, valid_until


@dataclass(frozen=True)
class Step:
    """One requirement on the page: what was shown (the newest first), until when it holds, and the form for more."""

    requirement: Requirement
    shown: list[tuple[Evidence, date | None]]
    holds: bool
    last: date | None
    form: EvidenceForm | None


@role_required(Role.COORDINATOR)
@require_safe
def volunteer(request: HttpRequest, key: str) -> HttpResponse:
    """Everything about one volunteer that decides whether they go."""
    return _page(request, _volunteer(key))


def _volunteer(key: str) -> Volunteer:
    if "\x00" in key:
        raise Http404
    rows = Volunteer.objects.select_related("user", "home__district", "first_visit")
    return get_object_or_404(rows.prefetch_related("evidence__requirement", "evidence__seen_by"), key=key)


def _page(
    request: HttpRequest,
    row: Volunteer,
    *,
    status: int = 200,
    sent: EvidenceForm | None = None,
    suspend: SuspendForm | None = None,
    companion: CompanionForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    fields = ["name", "phone", "email", "district"]
    record_reads([row], fields=fields, why="volunteer", by=request.user, at=now)
    needs, on = all_needs(), local_date(now)
    first: FirstVisit | None = getattr(row, "first_visit", None)
    pair = visit_in_pair(first) if first else None
    along = pair.companion if pair else None
    context: dict[str, Any] = {
        "row": row,
        "steps": _steps(row, on=on, sent=sent),
        "missing": [_(one.name) for one in missing_requirements(row, activity=JOINING, on=on, needs=needs)],
        "card": _card(row),
        "visits": visits_of(row, at=now),
        "first": first,
        "along": along,
        "has_confirmed": pair is not None and pair.companion_confirmed_at is not None,
        "companion": (companion or CompanionForm(initial={"instead_of": along.pk if along else None}))
        if first
        else None,
        "suspend": suspend or SuspendForm(),
        "errors_of": [form for form in (sent, suspend, companion) if form is not None and form.errors],
        "can_suspend": Volunteer.State.SUSPENDED in Volunteer.moves[row.state],
        "can_leave": Volunteer.State.LEFT in Volunteer.moves[row.state],
        "today": on,
    }
    return TemplateResponse(request, "bookings/volunteers/volunteer.html", context, status=status)


def _steps(row: Volunteer, *, on: date, sent: EvidenceForm | None) -> list[Step]:
    """Every requirement, in order; the first visit in pair is ticked off by its report, not by hand."""
    evidence, steps = list(row.evidence.all()), []
    for requirement in Requirement.objects.all():
        mine = sorted((one for one in evidence if one.requirement_id == requirement.pk), key=_newest, reverse=True)
        found = spells(mine, requirement)
        holds = any(first <= on and (last is None or on <= last) for first, last in found)
        is_sent = sent is not None and sent.requirement.pk == requirement.pk
        is_by_hand = requirement.how != Requirement.How.PAIR and row.state != Volunteer.State.LEFT
        form = (sent if is_sent else EvidenceForm(requirement=requirement)) if is_by_hand else None
        shown = [(one, valid_until(one, requirement)) for one in mine]
        steps.append(Step(requirement, shown, holds, found[-1][1] if found else None, form))
    return steps


def _newest(one: Evidence) -> date:
    return one.issued_on


def _card(row: Volunteer) -> Card | None:
    return current_cards([row.user]).first()


@role_required(Role.COORDINATOR)
@require_POST
def show(request: HttpRequest, key: str, requirement: str) -> HttpResponse:
    """A requirement was met, or a paper was seen."""
    row = _volunteer(key)
    kind = get_object_or_404(Requirement.objects.exclude(how=Requirement.How.PAIR), key=requirement.replace("\x00", ""))
    form = EvidenceForm(request.POST, requirement=kind)
    if not form.is_valid():
        return _page(request, row, status=422, sent=form)
    try:
        show_evidence(row, requirement=kind, **form.shown(), by=request.user, at=timezone.now())
    except Refused as no:
        form.add_error("issued_on", no.sentence)
        return _page(request, row, status=409, sent=form)
    messages.success(request, _("Eingetragen: %(name)s.") % {"name": _(kind.name)})
    return redirect("bookings:volunteer", row.key)


@role_required(Role.COORDINATOR)
@require_POST
def strike(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """It was entered by mistake, or no longer counts."""
    row = _volunteer(key)
    evidence = get_object_or_404(row.evidence.select_related("requirement", "volunteer"), pk=pk)
    strike_evidence(evidence, by=request.user, at=timezone.now())
    messages.success(request, _("Gestrichen. Wer es war, steht im Verlauf."))
    return redirect("bookings:volunteer", row.key)


@role_required(Role.COORDINATOR)
@require_POST
def act(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """Activate, lift a suspension, end, end all sessions: `aktivieren`, `entsperren`, `ausscheiden`, `abmelden`."""
    row, now = _volunteer(key), timezone.now()
    acts = {"aktivieren": _activate, "entsperren": _lift, "ausscheiden": _leave, "abmelden": _sign_out}
    if verb not in acts:
        raise Http404
    try:
        messages.success(request, acts[verb](row, request, now))
    except Refused as no:
        messages.error(request, no.sentence)
    return redirect("bookings:volunteer", row.key)


def _activate(row: Volunteer, request: HttpRequest, now: datetime) -> str:
    membership.activate(row, by=request.user, at=now)
    if not row.user.email:
        return _("Aktiv, ohne E-Mail: Wir fragen per SMS oder Anruf. Die Hotline trägt ein, was die Person sagt.")
    return _("Aktiv. Die Person bekommt eine E-Mail und wählt ihr Passwort.")


def _lift(row: Volunteer, request: HttpRequest, now: datetime) -> str:
    membership.lift(row, by=request.user, at=now)
    return _("Entsperrt. Bitte stellen Sie einen neuen Ausweis aus.")


def _leave(row: Volunteer, request: HttpRequest, now: datetime) -> str:
    count = leaving.leave(row, by=request.user, at=now)
    return _("Ausgeschieden. Besuche, die jetzt wieder offen sind: %(count)d.") % {"count": count}


def _sign_out(row: Volunteer, request: HttpRequest, now: datetime) -> str:
    sign_out_everywhere(row.user, by=request.user, at=now)
    return _("Überall abgemeldet. Wer das Handy hat, sieht ab sofort nichts mehr.")


@role_required(Role.COORDINATOR)
@require_POST
def suspend(request: HttpRequest, key: str) -> HttpResponse:
    """At once: pages, offers, promised visits, card."""
    row, form = _volunteer(key), SuspendForm(request.POST)
    if not form.is_valid():
        return _page(request, row, status=422, suspend=form)
    try:
        count = leaving.suspend(row, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as no:
        form.add_error(None, no.sentence)
        return _page(request, _volunteer(key), status=409, suspend=form)
    messages.success(request, _("Gesperrt. Besuche, die jetzt wieder offen sind: %(count)d.") % {"count": count})
    return redirect("bookings:volunteer", row.key)


@role_required(Role.COORDINATOR)
@require_POST
def companion(request: HttpRequest, key: str) -> HttpResponse:
    """Who goes along on the first visit."""
    row, form = _volunteer(key), CompanionForm(request.POST)
    first: FirstVisit | None = getattr(row, "first_visit", None)
    if first is None:
        messages.error(request, _("Gerade ist kein erster Besuch zugesagt."))
        return redirect("bookings:volunteer", row.key)
    if "austragen" in request.POST:
        return _take_out(request, row, first)
    if not form.is_valid():
        return _page(request, row, status=422, companion=form)
    try:
        first_visits.choose_companion(first, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as no:
        form.add_error("companion", no.sentence)
        return _page(request, row, status=409, companion=form)
    messages.success(request, _("Eingetragen. Bitte sagen Sie beiden, wo sie sich treffen."))
    return redirect("bookings:volunteer", row.key)


def _take_out(request: HttpRequest, row: Volunteer, first: FirstVisit) -> HttpResponse:
    """Who was to go along has called: they cannot."""
    visit = get_object_or_404(HomeVisit.objects.select_related("client", "guide"), reference=first.reference)
    try:
        first_visits.leave_pair(visit, because=_("Telefon"), by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, no.sentence)
    else:
        messages.success(request, _("Ausgetragen. Bitte finden Sie jemand anderen; es steht auch bei „Zu tun“."))
    return redirect("bookings:volunteer", row.key)


@role_required(Role.COORDINATOR)
@require_safe
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """The letter with which a volunteer gets the certificate of good conduct without a fee."""
    row, now = _volunteer(key), timezone.now()
    record_reads([row], fields=["name", "address"], why=CERTIFICATE, by=request.user, at=now)
    response = HttpResponse(
        certificate_letter(row, city=settings.CITY_NAME, at=now, fonts_dir=settings.FONTS_DIR),
        content_type="application/pdf",
    )
    response.headers["Content-Disposition"] = 'attachment; filename="fuehrungszeugnis.pdf"'
    return response
