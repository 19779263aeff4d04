"""Allowances against the tax-free limits of the year: for coordinators of everybody, for volunteers their own."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.people.models import Role
from volunteers import allowances as verbs
from volunteers.forms.hours import DeclareForm, RateForm
from volunteers.models import Allowance, Rate, Volunteer
from volunteers.queries import members
from volunteers.rates import set_rate

PAGE = 25


def chosen_year(request: HttpRequest, today: date) -> int:
    """The year that the page is asked for, else this one."""
    text = request.GET.get("jahr", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else today.year
    return year if verbs.FIRST_YEAR <= year <= today.year else today.year


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def allowances(request: HttpRequest) -> HttpResponse:
    """Everybody's sums of a year, and the figures that hold; POST sets a figure."""
    now = timezone.now()
    form, year = RateForm(request.POST if request.method == "POST" else None), chosen_year(request, local_date(now))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                set_rate(**form.cleaned_data, by=request.user, at=now)
            except Refused as no:
                form.add_error("valid_from", no.sentence)
                status = 409
            else:
                messages.success(request, _("Der Satz ist eingetragen."))
                return redirect("volunteers:allowances")
    page = Paginator(members(words=request.GET.get("q", "")[:60]), PAGE).get_page(request.GET.get("seite"))
    record_reads(list(page), fields=["name"], why="allowances", by=request.user, at=now)
    lines = verbs.ledgers([row.pk for row in page], year)
    context = {"page": page, "rows": [(row, lines[row.pk]) for row in page], "form": form, "year": year}
    context |= {"years": _years(now.year), "rates": Rate.objects.all()[:60], "words": request.GET.get("q", "")[:60]}
    return TemplateResponse(request, "volunteers/hours/allowances.html", context, status=status)


def _years(this_year: int) -> list[int]:
    return list(range(this_year, max(verbs.FIRST_YEAR, this_year - 5) - 1, -1))


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def allowance(request: HttpRequest, key: str) -> HttpResponse:
    """One person's sums; POST enters one that we paid."""
    row = get_object_or_404(Volunteer.objects.select_related("user"), key=key.replace("\x00", ""))
    record_reads([row], fields=["name"], why="allowances", by=request.user, at=timezone.now())
    return _person(request, row, is_declared=False)


@role_required(Role.VOLUNTEER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_allowances(request: HttpRequest) -> HttpResponse:
    """My own sums; POST declares one that somebody else paid."""
    row = get_object_or_404(Volunteer.objects.select_related("user"), user=request.user)
    return _person(request, row, is_declared=True)


def _person(request: HttpRequest, row: Volunteer, *, is_declared: bool) -> HttpResponse:
    now = timezone.now()
    form, year = DeclareForm(request.POST if request.method == "POST" else None), chosen_year(request, local_date(now))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                verbs.enter_allowance(row, **form.cleaned_data, is_declared=is_declared, by=request.user, at=now)
            except Refused as no:
                form.add_error("on", no.sentence)
                status = 409
            else:
                messages.success(request, _("Eingetragen."))
                return redirect(_address(row, is_declared=is_declared))
    entries = row.allowances.filter(on__year=year)
    context = {"row": row, "lines": verbs.ledger(row, year), "form": form, "year": year, "years": _years(now.year)}
    context["page"] = Paginator(entries, PAGE).get_page(request.GET.get("seite"))
    name = "own_allowances" if is_declared else "allowance"
    return TemplateResponse(request, f"volunteers/hours/{name}.html", context, status=status)


def _address(row: Volunteer, *, is_declared: bool) -> str:
    return reverse("volunteers:own-allowances") if is_declared else reverse("volunteers:allowance", args=[row.key])


@role_required(Role.COORDINATOR)
@require_POST
def strike(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Entered by mistake."""
    row = get_object_or_404(Volunteer, key=key.replace("\x00", ""))
    return _strike(request, row, pk, is_declared=False)


@role_required(Role.VOLUNTEER)
@require_POST
def own_strike(request: HttpRequest, pk: int) -> HttpResponse:
    """I declared it by mistake."""
    return _strike(request, get_object_or_404(Volunteer, user=request.user), pk, is_declared=True)


def _strike(request: HttpRequest, row: Volunteer, pk: int, *, is_declared: bool) -> HttpResponse:
    entry = get_object_or_404(Allowance.objects.select_related("volunteer"), pk=pk, volunteer=row)
    try:
        verbs.strike_allowance(entry, by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, no.sentence)
    else:
        messages.success(request, _("Gestrichen."))
    return redirect(_address(row, is_declared=is_declared))
