"""The guide's dates in their own calendar: a secret link, and the feed behind it."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.defaults import page_not_found

from bookings import calendar_links
from bookings.calendars import guide_calendar
from bookings.models import CalendarLink
from bookings.views.guide import GUIDES, page
from lotsen.kernel.limits import within_limit
from lotsen.people.access import role_required
from lotsen.remote import remote_address
from touring.feeds import CONTENT_TYPE

GUESSES, SPAN = 60, timedelta(hours=1)


@role_required(*GUIDES)
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """What the link is; a new one is shown once, right after it was made."""
    now = timezone.now()
    context: dict[str, object] = {"link": CalendarLink.objects.filter(user=request.user).first()}
    if request.method == "POST":
        token = calendar_links.make_link(by=request.user, at=now)
        context["link"] = CalendarLink.objects.get(user=request.user)
        context["url"] = settings.PUBLIC_BASE_URL + reverse("bookings:guide-feed", args=[token])
        context["webcal"] = "webcal:" + str(context["url"]).partition(":")[2]
    return page(request, "calendar", context, at=now)


@role_required(*GUIDES)
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """The link shows nothing any more."""
    calendar_links.revoke_link(by=request.user, at=timezone.now())
    return redirect("bookings:guide-calendar")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The dates for a calendar program, which cannot sign in. Every link that does not hold looks the same."""
    now = timezone.now()
    user = calendar_links.user_of(token)
    if user is None:
        return _no_such_link(request)
    with override(user.language):
        body = guide_calendar(calendar_links.fetch_entries(user, at=now))
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    response = get_conditional_response(request, etag=etag) or HttpResponse(body, content_type=CONTENT_TYPE)
    response.headers["ETag"] = etag
    return _private(response)


def _no_such_link(request: HttpRequest) -> HttpResponse:
    """404, without a line in the log that would hold the link; slower guesses after the first sixty an hour."""
    within = within_limit("calendar.guess", remote_address(request), cap=GUESSES, span=SPAN, at=timezone.now())
    response = page_not_found(request, Http404())
    if not within:
        response = HttpResponse(status=429, headers={"Retry-After": str(int(SPAN.total_seconds()))})
    response._has_been_logged = True  # type: ignore[attr-defined]
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
