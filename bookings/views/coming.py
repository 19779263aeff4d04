"""The page for "Kommt wirklich jemand?": proof first, then the sentence to read out; and a word that is never shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import coming
from bookings.models import HomeVisit
from bookings.proofs import proof_of
from bookings.queries import visible_visits
from bookings.rules import DESK
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required

SALT = "bookings.coming"
PASS_FOR = timedelta(minutes=15)
"""So long a proof holds within one call, for the agent who heard it."""


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def information(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for the proof; tell what may be told; check the word of whoever stands at the door."""
    row = get_object_or_404(visible_visits(request.user), reference=reference)
    now = timezone.now()
    if request.method != "POST":
        return _page(request, row, at=now)
    if _is_proven(request, row):
        return _proven(request, row, at=now)
    said, has_called = request.POST.get("proof", "")[:100], request.POST.get("called") == "1"
    if not coming.prove(row, said=said, by=request.user, at=now, has_called=has_called):
        return _page(request, row, at=now, status=422, is_refused=True)
    return _page(request, row, at=now, answer=coming.answer_for(row, at=now))


def _proven(request: HttpRequest, row: HomeVisit, *, at: datetime) -> HttpResponse:
    """Whoever is proven may have a word checked; without a word it is the same page once more."""
    word, more = request.POST.get("word", "")[:60], {}
    if word.strip():
        try:
            more["is_right"] = coming.check_word(row, word=word, by=request.user, at=at)
        except Refused as no:
            more["refusal"] = no.sentence
    return _page(request, row, at=at, answer=coming.answer_for(row, at=at), **more)


def _is_proven(request: HttpRequest, row: HomeVisit) -> bool:
    """A signed pass of this agent for this case, a quarter of an hour old at most."""
    try:
        passed = signing.loads(request.POST.get("pass", ""), salt=SALT, max_age=PASS_FOR)
    except signing.BadSignature:
        return False
    return bool(passed == [row.pk, request.user.pk])


def _page(request: HttpRequest, row: HomeVisit, *, at: datetime, status: int = 200, **more: Any) -> HttpResponse:
    fields = ("name", "phone", "visitor") if "answer" in more else ("name", "phone")
    record_reads([row.client], fields=fields, why="information", by=request.user, at=at)
    context = {"visit": row, "client": row.client, "proof": proof_of(row), "at": at, **more}
    if "answer" in more:
        context["pass"] = signing.dumps([row.pk, request.user.pk], salt=SALT)
    return TemplateResponse(request, "bookings/desk/visit_coming.html", context, status=status)
