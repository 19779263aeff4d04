"""Joining: the application on the web, the same at the desk, and the coordinators' lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.kernel.limits import within_limit
from lotsen.people.access import role_required
from lotsen.people.models import Role
from lotsen.remote import remote_address
from lotsen.suspicion import CROWD
from volunteers import applications
from volunteers.due import what_is_due
from volunteers.forms.joining import ApplicationForm, OfficeApplicationForm, TakeOnForm
from volunteers.models import Application, Volunteer
from volunteers.queries import applications_in, members, states_with_counts

PAGE = 25
DESK = (Role.HOTLINE, Role.COORDINATOR)
HOUR = timedelta(hours=1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """The application on the web: one page, no account; sent twice it is one."""
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _form_page(request, form, "apply")
    now, stamp = timezone.now(), form.stamp
    ordinary = within_limit(
        "application", remote_address(request), cap=settings.WEB_REQUESTS_PER_ADDRESS, span=HOUR, at=now
    )
    applications.apply(
        token=stamp.token if stamp else "",
        entrance=Application.Entrance.WEB,
        signs=form.signs if ordinary else [*form.signs, CROWD],
        started_at=datetime.fromtimestamp(stamp.second, tz=UTC) if stamp else now,
        by=None,
        at=now,
        **form.values(),
    )
    return redirect("volunteers:applied")


@require_safe
def applied(request: HttpRequest) -> HttpResponse:
    """What happens next; the same for everybody."""
    return TemplateResponse(request, "volunteers/joining/applied.html", {})


def _form_page(request: HttpRequest, form: ApplicationForm, page: str, status: int = 200) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else status
    return TemplateResponse(request, f"volunteers/joining/{page}.html", {"form": form}, status=status)


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def office_apply(request: HttpRequest) -> HttpResponse:
    """Somebody applies on the telephone or on paper."""
    form = OfficeApplicationForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _form_page(request, form, "office_apply")
    row = applications.apply(
        token=form.stamp.token if form.stamp else "", by=request.user, at=timezone.now(), **form.values()
    )
    messages.success(request, _("Die Bewerbung ist eingetragen. Die Koordination meldet sich in zwei Arbeitstagen."))
    if request.user.has_role(Role.COORDINATOR):
        return redirect("volunteers:application", row.key)
    return redirect("volunteers:office-apply")


@role_required(Role.COORDINATOR)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who helps, by state and name, and what of theirs runs out."""
    state, words, on = request.GET.get("stand", ""), request.GET.get("q", "")[:60], local_date(timezone.now())
    state = state if state in (*Volunteer.State.values, "due") else ""
    rows = members(state="" if state == "due" else state, words=words)
    if state == "due":
        rows = rows.filter(pk__in=[one.volunteer.pk for one in what_is_due(on=on)])
    page = Paginator(rows, PAGE).get_page(request.GET.get("seite"))
    due = {one.volunteer.pk: one for one in reversed(what_is_due(on=on, volunteers=[row.pk for row in page]))}
    context = {
        "page": page,
        "rows": [(row, due.get(row.pk)) for row in page],
        "words": words,
        "state": state,
        "states": states_with_counts(),
        "today": on,
        "waiting": applications_in(Application.State.RECEIVED).count(),
    }
    return TemplateResponse(request, "volunteers/joining/people.html", context)


@role_required(Role.COORDINATOR)
@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """Who has applied and waits for a talk, the longest waiting first; with `stand`, those that are settled."""
    state = request.GET.get("stand", "")
    state = state if state in Application.State.values else Application.State.RECEIVED
    page = Paginator(applications_in(state), PAGE).get_page(request.GET.get("seite"))
    context = {"page": page, "state": state, "states": Application.State.choices}
    return TemplateResponse(request, "volunteers/joining/applications.html", context)


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, key: str) -> HttpResponse:
    """One application; POST takes the person on."""
    row, now = _application(key), timezone.now()
    initial = {"email": row.email, "street": row.street, "postal_code": row.postal_code}
    form = TakeOnForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _application_page(request, row, form, status=422 if form.is_bound else 200)
    try:
        volunteer = applications.take_on(row, **form.cleaned_data, by=request.user, at=now)
    except (applications.EmailTaken, applications.NotReachable) as no:
        form.add_error("email", no.sentence)
        return _application_page(request, _application(key), form, status=409)
    except Refused as no:
        form.add_error(None, no.sentence)
        return _application_page(request, _application(key), form, status=409)
    messages.success(request, _("Aufgenommen. Jetzt fehlen noch die Schritte unten."))
    return redirect("bookings:volunteer", volunteer.key)


def _application(key: str) -> Application:
    rows = Application.objects.select_related("volunteer", "entered_by").prefetch_related("topics")
    if "\x00" in key:
        raise Http404
    return get_object_or_404(rows, key=key[:60])


def _application_page(request: HttpRequest, row: Application, form: TakeOnForm, *, status: int) -> HttpResponse:
    record_reads(
        [row], fields=["name", "phone", "email", "address"], why="application", by=request.user, at=timezone.now()
    )
    context = {"row": row, "form": form, "is_open": row.state == Application.State.RECEIVED}
    context |= {"times": [label for value, label in ApplicationForm.base_fields["times"].choices if value in row.times]}
    return TemplateResponse(request, "volunteers/joining/application.html", context, status=status)


@role_required(Role.COORDINATOR)
@require_POST
def settle(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """Release a held application, or end it: `freigeben`, `beenden`."""
    verbs = {"freigeben": applications.release_application, "beenden": applications.decline_application}
    if verb not in verbs:
        raise Http404
    row = _application(key)
    try:
        verbs[verb](row, by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, no.sentence)
        return redirect("volunteers:application", row.key)
    if verb == "beenden":
        messages.success(request, _("Die Bewerbung ist beendet. Es wurde niemandem geschrieben."))
        return redirect("volunteers:applications")
    messages.success(request, _("Die Bewerbung ist freigegeben."))
    return redirect("volunteers:application", row.key)
