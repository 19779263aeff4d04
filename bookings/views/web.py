"""The web request: one question a page, no account, no JavaScript. The address carries a random token and no data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bookings import web_requests
from bookings.emergency import emergency_words
from bookings.forms.summary import summary
from bookings.forms.web import FORMS, QuestionForm
from bookings.models import WebRequest
from bookings.nearby import stops_near
from bookings.questions import BY_KEY, BY_SLUG, Question, asked, first_open, is_open_to, neighbours, position
from bookings.web_requests import AlreadySent, NotComplete, is_asked_by_another
from lotsen.kernel.limits import within_limit
from lotsen.places.gazetteer import locate
from lotsen.places.models import Accuracy
from lotsen.remote import remote_address
from lotsen.suspicion import CROWD

READ_BACK_FOR = timedelta(hours=24)
"""So long the link still shows what was sent; after that the number and the postal code lead on."""
FAR = 20_000
IN_A_MINUTE = 12
BACK = "pruefen"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The first question. Its answer begins the request; nothing is kept before."""
    question = BY_KEY["address"]
    if request.method != "POST":
        return _page(request, question, FORMS["address"](answers={}), None)
    form = FORMS["address"](request.POST, answers={})
    if not form.is_valid():
        return _page(request, question, form, None)
    now = timezone.now()
    signs = form.signs if is_ordinary_number(request, now) else [*form.signs, CROWD]
    try:
        web_request = web_requests.start(
            question="address",
            values=form.values(),
            signs=signs,
            token=form.stamp.token if form.stamp else "",
            by=None,
            at=now,
        )
    except AlreadySent:  # the same page, sent from another window this very moment
        return redirect("bookings:web-done", form.stamp.token)
    return redirect("bookings:web-near", web_request.token)


def is_ordinary_number(request: HttpRequest, at: datetime) -> bool:
    """Count a beginning. A care home may ask forty times an hour, a course twelve times a minute; what comes beyond
    waits for a human, and nobody is turned away."""
    who, cap = remote_address(request), settings.WEB_REQUESTS_PER_ADDRESS
    caps = (
        within_limit("web.start", who, cap=cap, span=timedelta(hours=1), at=at),
        within_limit("web.start.minute", who, cap=IN_A_MINUTE, span=timedelta(minutes=1), at=at),
    )
    return all(caps)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, token: str, slug: str) -> HttpResponse:
    """Any question: shown with the answer that is known, kept when answered."""
    web_request = _web_request(token)
    page = BY_SLUG.get(slug)
    if page is None:
        raise Http404
    if web_request.visit_id:
        return redirect("bookings:web-done", token)
    if not is_open_to(page, web_request.answers):
        return go_on(web_request, None)
    if request.method != "POST":
        initial = web_request.answers.get(page.key)
        return _page(request, page, FORMS[page.key](answers=web_request.answers, initial=initial), web_request)
    form = FORMS[page.key](request.POST, answers=web_request.answers)
    if not form.is_valid():
        return _page(request, page, form, web_request)
    return _keep(request, web_request, page, form)


def _keep(request: HttpRequest, web_request: WebRequest, page: Question, form: QuestionForm) -> HttpResponse:
    try:
        changed = web_requests.answer(
            web_request,
            question=page.key,
            values=form.values(),
            signs=form.signs,
            by=None,
            at=timezone.now(),
        )
    except AlreadySent:
        return redirect("bookings:web-done", web_request.token)
    return go_on(changed, page, back=request.GET.get("zu") == BACK)


def go_on(web_request: WebRequest, page: Question | None, *, back: bool = False) -> HttpResponse:
    """On to the page after this one; back to the check page (which asks what is still open) after a change there."""
    if page is not None and page.key == "address" and not back:
        return redirect("bookings:web-near", web_request.token)
    following = neighbours(page, web_request.answers)[1] if page is not None else first_open(web_request.answers)
    if back or following is None:
        return redirect("bookings:web-check", web_request.token)
    return redirect("bookings:web-question", web_request.token, following.slug)


@never_cache
@require_safe
def near(request: HttpRequest, token: str) -> HttpResponse:
    """What there is for this address: the next stops with dates, and the visit at home."""
    web_request = _web_request(token)
    if web_request.visit_id:
        return redirect("bookings:web-done", token)
    address = web_request.answers["address"]
    located = locate(address["street"], address["postal_code"])
    context = {
        "stops": stops_near(located.point, at=timezone.now(), limit=3, within=FAR) if located.point else [],
        "is_rough": located.accuracy in (Accuracy.POSTCODE, Accuracy.DISTRICT),
        "next_url": reverse("bookings:web-question", args=[token, BY_KEY["for"].slug]),
    }
    return TemplateResponse(request, "bookings/web/near.html", _frame(web_request) | context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, token: str) -> HttpResponse:
    """All answers once more, each to be changed; sending from here, once however often it is pressed."""
    web_request = _web_request(token)
    if web_request.visit_id:
        return redirect("bookings:web-done", token)
    still_open = first_open(web_request.answers)
    if still_open is not None:
        address = reverse("bookings:web-question", args=[token, still_open.slug])
        return redirect(f"{address}?zu={BACK}")
    if request.method == "POST":
        return _send(web_request)
    context = {"said": summary(web_request.answers), "last": asked(web_request.answers)[-1]}
    return TemplateResponse(request, "bookings/web/check.html", _frame(web_request) | context)


def _send(web_request: WebRequest) -> HttpResponse:
    try:
        web_requests.send(web_request, by=None, at=timezone.now(), language=(get_language() or "de")[:2])
    except NotComplete:
        return redirect("bookings:web-check", web_request.token)
    return redirect("bookings:web-done", web_request.token)


@never_cache
@require_safe
def done(request: HttpRequest, token: str) -> HttpResponse:
    """What happens next, fit for one printed page. A held request reads exactly the same."""
    web_request = _web_request(token)
    visit = web_request.visit
    if visit is None:
        return redirect("bookings:web-check", token)
    if timezone.now() - visit.requested_at > READ_BACK_FOR:
        return redirect("bookings:status")
    shown = ("topics", "goal", "times", "wish")
    context = {
        "visit": visit,
        "client": visit.client,
        "is_third": is_asked_by_another(visit),
        "said": [one for one in summary(web_request.answers) if one.question.key in shown],
    }
    return TemplateResponse(request, "bookings/web/done.html", _frame(web_request) | context)


def _web_request(token: str) -> WebRequest:
    return get_object_or_404(WebRequest.objects.select_related("visit__client"), token=token)


def _page(request: HttpRequest, page: Question, form: QuestionForm, web_request: WebRequest | None) -> HttpResponse:
    answers = web_request.answers if web_request else {}
    number, total = position(page, answers)
    before, _after = neighbours(page, answers)
    is_change = request.GET.get("zu") == BACK
    context = {"form": form, "step": number, "total": total, "before": before, "is_change": is_change}
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "bookings/web/question.html", _frame(web_request) | context, status=status)


def _frame(web_request: WebRequest | None) -> dict[str, Any]:
    """What every page shows: the number, and 112 where the answers sound like danger."""
    if web_request is None:
        return {"web_request": None, "is_emergency": False}
    goal = web_request.answers.get("goal", {}).get("goal", "")
    return {"web_request": web_request, "is_emergency": bool(emergency_words(goal))}
