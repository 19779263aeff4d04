"""Reading and changing what we say."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.kernel.errors import Refused
from lotsen.messages import texts
from lotsen.messages.forms import TextForm
from lotsen.messages.models import TextVersion
from lotsen.messages.previews import difference, preview, text_rows
from lotsen.messages.states import Channel
from lotsen.messages.texts import TextFaulty, TextKey
from lotsen.messages.wording import LANGUAGES
from lotsen.messages.wording.catalogue import kind_name
from lotsen.messages.wording.checks import faults
from lotsen.people.access import role_required
from lotsen.people.models import Role

PAGE = 25


@role_required(Role.COORDINATOR)
@require_safe
def text_list(request: HttpRequest) -> HttpResponse:
    """Every text, by way and language; those that the house has changed say so."""
    texts.refresh()
    asked = {
        "weg": request.GET.get("weg", "sms"),
        "sprache": request.GET.get("sprache", "de"),
        "suche": request.GET.get("suche", "")[:60],
        "nur": request.GET.get("nur", ""),
    }
    rows = text_rows(
        channel=asked["weg"] if asked["weg"] in texts.CHANNELS else "sms",
        language=asked["sprache"] if asked["sprache"] in LANGUAGES else "de",
        words=asked["suche"],
        only_changed=asked["nur"] == "geaendert",
        shown_in=get_language() or "de",
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("seite"))
    channels = [(channel, Channel(channel).label) for channel in texts.CHANNELS]
    return TemplateResponse(request, "messages/texts.html", {"page": page, "asked": asked, "channels": channels})


def _key(channel: str, language: str, kind: str) -> TextKey:
    key = TextKey(kind, channel, language)
    if not key.exists():
        raise Http404
    return key


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, channel: str, language: str, kind: str) -> HttpResponse:
    """One text: read, change, look at it with the longest values; save makes a new version."""
    texts.refresh()
    key = _key(channel, language, kind)
    form = TextForm(key, request.POST) if request.method == "POST" else TextForm(key)
    found: list[str] = []
    if request.method == "POST":
        try:
            if "sichern" in request.POST and form.is_valid():
                texts.change_text(key, form.wish(), seen=form.seen(), by=request.user, at=timezone.now())
                messages.success(request, _("Der neue Text gilt ab jetzt."))
                return redirect("outbox:text", channel, language, kind)
        except TextFaulty as refused:
            found = refused.faults
        except Refused as refused:
            found = [refused.sentence]
        found = found or faults(kind, channel, language, form.wish())
    context = _context(request, key, form) | {"faults": found}
    return TemplateResponse(request, "messages/text.html", context, status=409 if found else 200)


def _context(request: HttpRequest, key: TextKey, form: TextForm) -> dict[str, Any]:
    versions = texts.versions_of(key)
    return {
        "key": key,
        "name": kind_name(key.kind, get_language() or "de"),
        "channel": Channel(key.channel).label,
        "form": form,
        "preview": preview(key, form.wish()),
        "versions": versions,
        "compared": _compared(request.GET.get("vergleich", ""), key),
    }


def _compared(word: str, key: TextKey) -> dict[str, Any] | None:
    """An earlier version beside the present text; None where nobody asked, or there is none."""
    if not word.isascii() or not word.isdigit() or len(word) > 4:
        return None
    try:
        old = texts.wish_of(key, int(word))
    except TextVersion.DoesNotExist:
        return None
    return {"version": int(word), "pairs": difference(old, texts.current_wish(key))}


@role_required(Role.COORDINATOR)
@require_POST
def restore(request: HttpRequest, channel: str, language: str, kind: str) -> HttpResponse:
    """An earlier version becomes the newest."""
    key, word, seen = _key(channel, language, kind), request.POST.get("version", ""), request.POST.get("gesehen", "")
    if not (word.isascii() and word.isdigit() and seen.isascii() and seen.isdigit() and len(word + seen) < 10):
        return redirect("outbox:text", channel, language, kind)
    try:
        texts.restore_text(key, int(word), seen=int(seen), by=request.user, at=timezone.now())
        messages.success(request, _("Die frühere Fassung gilt wieder."))
    except TextVersion.DoesNotExist as error:
        raise Http404 from error
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    return redirect("outbox:text", channel, language, kind)
