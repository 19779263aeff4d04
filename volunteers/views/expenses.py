"""Expenses: entered on the telephone in the hand, decided at the desk, handed to the treasury as a list."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.people.exports import needs_two
from lotsen.people.models import Role
from lotsen.people.views import handed_out
from volunteers import expenses as verbs
from volunteers.exports import PAYMENT, payment_file, people_paid
from volunteers.forms.hours import BecauseForm, ExpenseForm
from volunteers.models import Expense, PaymentRun, Rate, Volunteer
from volunteers.rates import rate_on

PAGE = 25


@role_required(Role.VOLUNTEER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_expenses(request: HttpRequest) -> HttpResponse:
    """What I laid out, and a form for more."""
    volunteer, now = get_object_or_404(Volunteer, user=request.user), timezone.now()
    form = ExpenseForm(request.POST if request.method == "POST" else None, initial={"on": local_date(now)})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                verbs.submit_expense(volunteer, **form.cleaned_data, by=request.user, at=now)
            except Refused as no:
                form.add_error("on" if not isinstance(no, verbs.NoAmount) else "cents", no.sentence)
                status = 409
            else:
                messages.success(request, _("Eingereicht. Die Koordination sieht es an."))
                return redirect("volunteers:own-expenses")
    page = Paginator(Expense.objects.filter(volunteer=volunteer), PAGE).get_page(request.GET.get("seite"))
    rate = rate_on(Rate.Key.KILOMETRE, local_date(now))
    return TemplateResponse(
        request, "volunteers/hours/own_expenses.html", {"form": form, "page": page, "rate": rate}, status=status
    )


@role_required(Role.COORDINATOR)
@require_safe
def expenses(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the longest waiting first; with `stand`, the others."""
    return _list(request)


def _list(request: HttpRequest, *, sent: tuple[int, BecauseForm] | None = None, status: int = 200) -> HttpResponse:
    state = request.GET.get("stand", "")
    state = state if state in Expense.State.values else Expense.State.SUBMITTED
    rows = Expense.objects.filter(state=state).select_related("volunteer__user", "run")
    is_open = state in (Expense.State.SUBMITTED, Expense.State.ACCEPTED)
    rows = rows.order_by("submitted_at", "pk") if is_open else rows.order_by("-submitted_at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("seite"))
    people = {row.volunteer_id: row.volunteer for row in page}.values()
    record_reads(people, fields=["name"], why="expenses", by=request.user, at=timezone.now())
    twice = verbs.same_receipts(page)
    waiting = Expense.objects.filter(state=Expense.State.ACCEPTED).aggregate(n=Count("pk"), cents=Sum("amount_cents"))
    sent_pk, sent_form = sent or (None, None)
    context = {
        "page": page,
        "rows": [(row, row.pk in twice, sent_form if row.pk == sent_pk else _because(row.pk)) for row in page],
        "state": state,
        "states": Expense.State.choices,
        "waiting": waiting,
        "runs": PaymentRun.objects.select_related("created_by").order_by("-pk")[:10],
        "errors_of": sent_form,
    }
    return TemplateResponse(request, "volunteers/hours/expenses.html", context, status=status)


def _because(pk: int, sent: QueryDict | None = None) -> BecauseForm:
    """One of many on the page, each with ids of its own."""
    return BecauseForm(sent, auto_id=f"id_%s_{pk}")


@role_required(Role.COORDINATOR)
@require_POST
def expense_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Decide: `anerkennen`, `ablehnen`."""
    row, now = get_object_or_404(Expense.objects.select_related("volunteer"), pk=pk), timezone.now()
    form = _because(pk, request.POST)
    if verb not in ("anerkennen", "ablehnen"):
        raise Http404
    if verb == "ablehnen" and not form.is_valid():
        return _list(request, sent=(row.pk, form), status=422)
    try:
        if verb == "anerkennen":
            verbs.accept_expense(row, by=request.user, at=now)
        else:
            verbs.refuse_expense(row, because=form.cleaned_data["because"], by=request.user, at=now)
    except Refused as no:
        messages.error(request, no.sentence)
    else:
        messages.success(request, _("Anerkannt.") if verb == "anerkennen" else _("Abgelehnt, mit Ihrem Grund."))
    return redirect("volunteers:expenses")


@role_required(Role.COORDINATOR)
@require_POST
def pay(request: HttpRequest) -> HttpResponse:
    """Everything accepted into one list."""
    try:
        run = verbs.pay_accepted(by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, no.sentence)
    else:
        messages.success(request, _("Liste %(name)s ist fertig. Geben Sie sie der Kasse.") % {"name": run.name})
    return redirect("volunteers:expenses")


@role_required(Role.COORDINATOR)
@require_safe
def payment_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list for the treasury. With more than twenty people in it a second person approves first."""
    get_object_or_404(PaymentRun, pk=pk)
    if needs_two(people_paid(str(pk))):
        return redirect("people:export-ask", PAYMENT, pk)
    return handed_out(payment_file(str(pk), request.user, timezone.now()))
