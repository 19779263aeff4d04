"""The guide's pages as an app on the telephone: manifest, service worker, the page without network, notices."""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.views.guide import GUIDES
from lotsen.kernel.errors import Refused
from lotsen.people import push
from lotsen.people.access import role_required

LOOK = (
    "kern/kern.min.css",
    "lotsen/lotsen.css",
    "lotsen/fonts/FiraSans-Regular.woff2",
    "lotsen/fonts/FiraSans-SemiBold.woff2",
    "lotsen/fonts/FiraSans-Bold.woff2",
    "lotsen/brand.svg",
    "lotsen/app.js",
    "lotsen/lotsen.js",
    "lotsen/visit.js",
    "django_htmx/htmx-2.min.js",
)
"""What every page needs, kept on the telephone."""
NIGHT, SAND = "#0a4c5c", "#ffffff"


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a telephone needs to put the pages on its home screen (W3C Web Application Manifest)."""
    words = {
        "id": "/lotse/",
        "name": _("Lotsen: meine Besuche"),
        "short_name": "Lotsen",
        "description": _("Besuche, Angebote und Berichte für Lotsinnen und Lotsen."),
        "lang": "de",
        "start_url": reverse("bookings:guide-today"),
        "scope": "/lotse/",
        "display": "standalone",
        "orientation": "portrait",
        "theme_color": NIGHT,
        "background_color": SAND,
        "icons": [
            _icon("app-192.png", "192x192"),
            _icon("app-512.png", "512x512"),
            _icon("app-maskable-512.png", "512x512", purpose="maskable"),
        ],
    }
    return HttpResponse(json.dumps(words, ensure_ascii=False), content_type="application/manifest+json")


def _icon(name: str, sizes: str, purpose: str = "any") -> dict[str, str]:
    return {"src": static(f"lotsen/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: the file as it lies in `static`, behind the addresses that only the server knows."""
    text = (settings.BASE_DIR / "static" / "lotsen" / "worker.js").read_text(encoding="utf-8")
    shell = json.dumps([static(name) for name in LOOK])
    version = hashlib.sha256((shell + text).encode()).hexdigest()[:12]
    head = (
        f"const VERSION = '{version}'\nconst SHELL = {shell}\nconst OFFLINE = '{reverse('bookings:guide-offline')}'\n"
    )
    response = HttpResponse(head + text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/lotse/"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What stands there where the network is silent and nothing is kept; the same for everybody."""
    return TemplateResponse(request, "bookings/guide/offline.html")


@role_required(*GUIDES)
@require_POST
def push_on(request: HttpRequest) -> HttpResponse:
    """Notices to this browser, from the tap on the switch."""
    words = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    try:
        push.subscribe(
            **words,
            session_key=request.session.session_key or "",
            hosts=settings.PUSH_HOSTS,
            by=request.user,
            at=timezone.now(),
        )
    except Refused as no:
        return JsonResponse({"sentence": no.sentence}, status=422)
    return HttpResponse(status=204)


@role_required(*GUIDES)
@require_POST
def push_off(request: HttpRequest) -> HttpResponse:
    """No more notices to this browser."""
    push.unsubscribe(endpoint=request.POST.get("endpoint", ""), by=request.user, at=timezone.now())
    return HttpResponse(status=204)
