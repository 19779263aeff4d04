"""Pages that belong to no room: duties of a public body, protection, language, errors, the sample of the look."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import loader
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, requires_csrf_token
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from lotsen import context
from lotsen.people.sign_outs import sign_out_everywhere
from lotsen.purposes import PURPOSES
from lotsen.sample import sample_context

SECRET_FIELDS = ("password", "secret", "code", "credential")


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """How we protect people at the door and on the phone."""
    return TemplateResponse(request, "public/safety.html")


@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """What somebody can expect who wants to become a Lotse."""
    return TemplateResponse(request, "public/join.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement on accessibility that a public body owes."""
    return TemplateResponse(request, "public/accessibility.html", {"site_url": settings.PUBLIC_BASE_URL})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What we store, in three layers: in a minute, on a page, in full."""
    return TemplateResponse(request, "public/privacy.html", {"purposes": PURPOSES})


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """Who is responsible for these pages."""
    return TemplateResponse(request, "public/imprint.html")


@require_safe
def plain(request: HttpRequest) -> HttpResponse:
    """What there is here, in plain language; a draft that nobody of the target group has checked."""
    return TemplateResponse(request, "public/plain.html")


@require_safe
def signs(request: HttpRequest) -> HttpResponse:
    """What deaf people should know: how to reach us without hearing."""
    return TemplateResponse(request, "public/signs.html")


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What somebody can change about their own sign-in."""
    return TemplateResponse(request, "account/overview.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions, on every device; this one too."""
    if request.method == "POST":
        sign_out_everywhere(request.user, by=request.user, at=timezone.now())
        logout(request)
        messages.success(request, _("Sie sind überall abgemeldet. Hier können Sie sich wieder anmelden."))
        return redirect("account_login")
    return TemplateResponse(request, "account/sign_out.html")


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component once; exists for whoever builds pages, not for visitors."""
    if not (settings.DEBUG or settings.SIMULATOR):
        raise Http404
    theme = request.GET.get("theme", "")
    return TemplateResponse(
        request, "public/gallery.html", sample_context() | {"theme": theme if theme in {"light", "dark"} else ""}
    )


@csrf_exempt  # changes nothing but the language of the one who asks, so public pages need no cookie for it
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language and go back to where the reader was."""
    return django_set_language(request)


# --- errors ------------------------------------------------------------------------------------


def is_from_here(request: HttpRequest) -> bool:
    """Say whether a form was sent from one of our own pages."""
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(source).netloc == request.get_host()


def kept_fields(request: HttpRequest, *, with_token: bool = False) -> Iterator[tuple[str, str]]:
    """Yield what was typed, to be sent again with a fresh token, or with the one that it came with; nothing secret is
    written into a page."""
    for name, values in request.POST.lists():
        if with_token or name != "csrfmiddlewaretoken":
            yield from ((name, str(value)) for value in values)


def holds_secrets(request: HttpRequest) -> bool:
    """Say whether a form carries a password or the like, or a file, which cannot be sent again."""
    return bool(request.FILES) or any(part in name.lower() for name in request.POST for part in SECRET_FIELDS)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a page was open for too long, and offer to send the same answers again.

    Only forms from our own pages are offered again: a form that a foreign page sent is dropped.
    """
    can_repeat = is_from_here(request) and not holds_secrets(request)
    kept = list(kept_fields(request)) if can_repeat else []
    return TemplateResponse(request, "403_csrf.html", {"kept": kept, "can_repeat": can_repeat}, status=403).render()


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Apologise without asking the database for anything: it may be what failed."""
    return HttpResponse(loader.render_to_string("500.html", context.city(request)), status=500)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what could not be read at all."""
    return HttpResponse(loader.render_to_string("400.html", context.city(request)), status=400)
