"""The link to a new e-mail address: opened it asks, pressed it counts. Used, too old and made up read the same."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lotsen.kernel.errors import Refused
from volunteers import contacts


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing: programs that check mail open every link. Names nobody."""
    now = timezone.now()
    if contacts.change_of(token, at=now) is None:
        return _page(request, token, is_over=True, status=404)
    if request.method != "POST":
        return _page(request, token)
    try:
        contacts.confirm_email(token, at=now)
    except contacts.LinkOver:
        return _page(request, token, is_over=True, status=404)
    except Refused as no:
        return _page(request, token, refusal=no.sentence, status=409)
    return redirect("volunteers:email-confirmed")


@require_safe
def confirmed(request: HttpRequest) -> HttpResponse:
    """Thanks; the same for everybody."""
    return TemplateResponse(request, "volunteers/joining/email_confirmed.html", {})


def _page(
    request: HttpRequest, token: str, *, is_over: bool = False, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {"token": token, "is_over": is_over, "refusal": refusal}
    response = TemplateResponse(request, "volunteers/joining/new_email.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
