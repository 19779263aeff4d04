"""Files with data of many people: asked for, approved by somebody else, fetched once."""

from __future__ import annotations

from datetime import UTC, datetime

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.kernel.errors import Refused
from lotsen.people import exports as verbs
from lotsen.people.access import role_required
from lotsen.people.forms import PurposeForm
from lotsen.people.models import MassExport, Role
from lotsen.people.queries import open_exports

PAGE = 25
DESK = (Role.HOTLINE, Role.COORDINATOR)


@role_required(*DESK)
@require_safe
def export_list(request: HttpRequest) -> HttpResponse:
    """My own, and for coordinators those of others that wait for a second person."""
    now = timezone.now()
    page = Paginator(open_exports(request.user), PAGE).get_page(request.GET.get("seite"))
    rows = [(row, verbs.KINDS[row.kind].title, _ends(row)) for row in page if row.kind in verbs.KINDS]
    return TemplateResponse(request, "people/exports.html", {"page": page, "rows": rows, "now": now})


def _ends(row: MassExport) -> datetime:
    return row.approved_at + verbs.OPEN_FOR if row.approved_at else row.asked_at + verbs.WAITS_FOR


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def export_ask(request: HttpRequest, kind: str, about: str) -> HttpResponse:
    """Say what a file is for and ask for a second person."""
    sort = verbs.KINDS.get(kind)
    if sort is None or not request.user.has_role(*sort.roles) or not verbs.needs_two(persons := sort.people(about)):
        raise Http404
    form = PurposeForm(request.POST if request.method == "POST" else None, initial={"purpose": sort.purpose})
    if request.method == "POST" and form.is_valid():
        purpose = form.cleaned_data["purpose"]
        try:
            verbs.ask_export(kind=kind, about=about, purpose=purpose, by=request.user, at=timezone.now())
        except Refused as no:
            form.add_error("purpose", no.sentence)
        else:
            return asked(request)
    context = {"form": form, "title": sort.title, "persons": persons}
    return TemplateResponse(request, "people/export_ask.html", context, status=422 if form.errors else 200)


def asked(request: HttpRequest) -> HttpResponse:
    """The answer of every page that has just asked for such a file."""
    messages.success(
        request, _("Angefragt. Die Koordination bekommt eine Nachricht. Eine zweite Person gibt die Datei frei.")
    )
    return redirect("people:exports")


@role_required(*DESK)
@require_POST
def export_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """`freigeben`, `ablehnen`, `holen`."""
    row, now = get_object_or_404(MassExport.objects.filter(pk__in=open_exports(request.user)), pk=pk), timezone.now()
    try:
        if verb == "freigeben":
            verbs.approve_export(row, by=request.user, at=now)
            messages.success(request, _("Freigegeben. Die Datei kann jetzt eine Viertelstunde lang geholt werden."))
        elif verb == "ablehnen":
            verbs.refuse_export(row, by=request.user, at=now)
            messages.success(request, _("Nicht freigegeben."))
        elif verb == "holen":
            return handed_out(verbs.fetch_export(row, proven_at=_proven_at(request), by=request.user, at=now))
        else:
            raise Http404
    except verbs.NotProven as no:
        return _prove(request, no)
    except Refused as no:
        messages.error(request, no.sentence)
    return redirect("people:exports")


def handed_out(made: verbs.Made) -> HttpResponse:
    """The file as an answer."""
    response = HttpResponse(made.body, content_type=made.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _proven_at(request: HttpRequest) -> datetime | None:
    """When this session has last shown who it is: by signing in, or by password or passkey since."""
    records = get_authentication_records(request, request.user)
    return datetime.fromtimestamp(records[-1]["at"], tz=UTC) if records else None


def _prove(request: HttpRequest, no: Refused) -> HttpResponse:
    """Ask for the password or passkey, and come back; who signs in elsewhere signs out and in again."""
    if get_reauthentication_flows(request.user):
        messages.info(request, no.sentence)
        back = urlencode({"next": reverse("people:exports")})
        return redirect(f"{reverse('account_reauthenticate')}?{back}")
    messages.error(request, _("Bitte melden Sie sich ab und wieder an. Danach haben Sie fünf Minuten Zeit."))
    return redirect("people:exports")
