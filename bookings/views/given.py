"""Hours: what volunteers see of their own, what coordinators see and take out, and the certificate of engagement."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import exports
from bookings.certificate_paper import certificate_pdf
from bookings.exports import PEOPLE, hours_of_year
from bookings.forms.given import ExportForm
from bookings.given_hours import hours_given
from bookings.views.guide import page as guide_page
from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.people.exports import ask_export, needs_two
from lotsen.people.models import Role, User
from lotsen.people.views import asked, handed_out
from volunteers import certificates, other_work
from volunteers.forms.hours import BecauseForm, WorkForm
from volunteers.models import Certificate, Course, OtherWork, Volunteer
from volunteers.queries import members
from volunteers.views.allowances import chosen_year

PAGE, MOST_WAITING = 25, 50
EARLIEST = date(2015, 1, 1)


def _years(today: date) -> list[int]:
    return list(range(today.year, today.year - 6, -1))


# --- one's own ----------------------------------------------------------------------------------------


def _own(request: HttpRequest) -> Volunteer:
    return get_object_or_404(Volunteer.objects.select_related(*PEOPLE), user=request.user)


@role_required(Role.VOLUNTEER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_hours(request: HttpRequest) -> HttpResponse:
    """My hours of a year by kind; POST enters hours beside visits and courses."""
    row, now = _own(request), timezone.now()
    form = WorkForm(request.POST if request.method == "POST" else None, initial={"on": local_date(now)})
    if request.method != "POST" or not form.is_valid():
        return _own_page(request, row, form, at=now, status=422 if form.is_bound else 200)
    try:
        other_work.enter_work(row, **form.cleaned_data, by=request.user, at=now)
    except Refused as no:
        form.add_error("on", no.sentence)
        return _own_page(request, row, form, at=now, status=409)
    messages.success(request, _("Eingetragen. Es zählt, sobald die Koordination es bestätigt hat."))
    return redirect("bookings:guide-hours")


def _own_page(request: HttpRequest, row: Volunteer, form: WorkForm, *, at: datetime, status: int) -> HttpResponse:
    today = local_date(at)
    year = chosen_year(request, today)
    given = hours_of_year([row], year)[row.pk]
    months = today.month if year == today.year else 12
    context = {
        "given": given,
        "form": form,
        "year": year,
        "years": _years(today),
        "average": given.minutes // months,
        "entries": row.other_work.filter(on__year=year)[:MOST_WAITING],
        "certificates": row.certificates.filter(revoked_at=None)[:5],
    }
    return guide_page(request, "hours", context, at=at, status=status)


@role_required(Role.VOLUNTEER)
@require_POST
def own_certificate(request: HttpRequest) -> HttpResponse:
    """Certify what I gave until today."""
    try:
        made = _certify(_own(request), by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, no.sentence)
        return redirect("bookings:guide-hours")
    return redirect("bookings:guide-certificate", made.number)


@role_required(Role.VOLUNTEER)
@require_safe
def own_certificate_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """My certificate as paper."""
    return _pdf(get_object_or_404(_certificates(number), volunteer__user=request.user))


def _certify(row: Volunteer, *, by: User, at: datetime) -> Certificate:
    today = local_date(at)
    given = hours_given([row], first=EARLIEST, last=today)[row.pk]
    attended = Course.objects.filter(held_places__volunteer=row, held_places__attended=True).order_by("on", "pk")
    return certificates.issue_certificate(
        row,
        first_on=min(given.first_on or today, local_date(row.joined_at)),
        last_on=today,
        years=given.by_year,
        courses=[f"{course.title}, {course.on:%d.%m.%Y}" for course in attended],
        by=by,
        at=at,
    )


def _certificates(number: str) -> QuerySet[Certificate]:
    if not (number.isascii() and number.isdigit()):
        raise Http404
    return Certificate.objects.filter(number=number, revoked_at=None)


def _pdf(row: Certificate) -> HttpResponse:
    made = certificate_pdf(
        row,
        base_url=settings.PUBLIC_BASE_URL,
        city=settings.CITY_NAME,
        fonts_dir=settings.FONTS_DIR,
        at=row.issued_at,
    )
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="bescheinigung-{row.number}.pdf"'
    return response


# --- the desk -----------------------------------------------------------------------------------------


@role_required(Role.COORDINATOR)
@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    """Everybody's hours of a year, what waits to be confirmed, and the way to take them out."""
    return _hours_page(request)


def _hours_page(
    request: HttpRequest,
    *,
    export: ExportForm | None = None,
    because: tuple[int, BecauseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    year, words = chosen_year(request, local_date(now)), request.GET.get("q", "")[:60]
    page = Paginator(members(words=words).select_related(*PEOPLE), PAGE).get_page(request.GET.get("seite"))
    waiting = OtherWork.objects.filter(state=OtherWork.State.ENTERED).select_related("volunteer__user")
    waiting = list(waiting.order_by("entered_at", "pk")[:MOST_WAITING])
    people = {row.pk: row for row in [*page, *(one.volunteer for one in waiting)]}
    record_reads(people.values(), fields=["name"], why="hours", by=request.user, at=now)
    given = hours_of_year(list(page), year)
    sent_pk, sent_form = because or (None, None)
    context = {
        "page": page,
        "rows": [(row, given[row.pk]) for row in page],
        "waiting": [(one, sent_form if one.pk == sent_pk else _because(one.pk)) for one in waiting],
        "year": year,
        "years": _years(local_date(now)),
        "words": words,
        "export": export or ExportForm(years=_years(local_date(now)), initial={"year": year, "kind": "xlsx"}),
        "errors_of": [form for form in (export, sent_form) if form is not None],
    }
    return TemplateResponse(request, "bookings/given/hours.html", context, status=status)


def _because(pk: int, sent: QueryDict | None = None) -> BecauseForm:
    return BecauseForm(sent, auto_id=f"id_%s_{pk}")


@role_required(Role.COORDINATOR)
@require_POST
def work_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Decide on entered hours: `bestaetigen`, `ablehnen`."""
    row, now = get_object_or_404(OtherWork.objects.select_related("volunteer"), pk=pk), timezone.now()
    form = _because(pk, request.POST)
    if verb not in ("bestaetigen", "ablehnen"):
        raise Http404
    if verb == "ablehnen" and not form.is_valid():
        return _hours_page(request, because=(row.pk, form), status=422)
    try:
        if verb == "bestaetigen":
            other_work.confirm_work(row, by=request.user, at=now)
        else:
            other_work.refuse_work(row, because=form.cleaned_data["because"], by=request.user, at=now)
    except Refused as no:
        messages.error(request, no.sentence)
    else:
        messages.success(request, _("Gespeichert."))
    return redirect("bookings:hours")


@role_required(Role.COORDINATOR)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Hours of a year by person and month. With more than twenty people in it a second person approves first."""
    form = ExportForm(request.POST, years=_years(local_date(timezone.now())))
    if not form.is_valid():
        return _hours_page(request, export=form, status=422)
    about, now = exports.hours_about(**form.cleaned_data), timezone.now()
    if needs_two(exports.people_with_hours(about)):
        ask_export(kind=exports.HOURS, about=about, purpose=form.purpose_words, by=request.user, at=now)
        return asked(request)
    return handed_out(exports.hours_file(about, request.user, now))


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, key: str) -> HttpResponse:
    """One person's hours and certificates; POST certifies what they gave until today."""
    row, now = _person(key), timezone.now()
    record_reads([row], fields=["name"], why="hours", by=request.user, at=now)
    if request.method == "POST":
        try:
            made = _certify(row, by=request.user, at=now)
        except Refused as no:
            messages.error(request, no.sentence)
        else:
            messages.success(request, _("Ausgestellt: Nummer %(number)s.") % {"number": made.grouped_number})
        return redirect("bookings:hours-person", row.key)
    year = chosen_year(request, local_date(now))
    context = {"row": row, "given": hours_of_year([row], year)[row.pk], "year": year, "years": _years(local_date(now))}
    context["certificates"] = row.certificates.select_related("issued_by")[:20]
    return TemplateResponse(request, "bookings/given/person.html", context)


def _person(key: str) -> Volunteer:
    return get_object_or_404(Volunteer.objects.select_related(*PEOPLE), key=key.replace("\x00", ""))


@role_required(Role.COORDINATOR)
@require_safe
def certificate(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """Somebody's certificate as paper."""
    row = get_object_or_404(_certificates(number), volunteer=_person(key))
    record_reads([row.volunteer], fields=["name"], why="certificate", by=request.user, at=timezone.now())
    return _pdf(row)


@role_required(Role.COORDINATOR)
@require_POST
def revoke(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """The certificate is void."""
    row = get_object_or_404(_certificates(number), volunteer=_person(key))
    certificates.revoke_certificate(row, by=request.user, at=timezone.now())
    messages.success(request, _("Widerrufen. Wer sie prüft, liest jetzt: nicht gültig."))
    return redirect("bookings:hours-person", key)
