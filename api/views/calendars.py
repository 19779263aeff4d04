"""Calendar feeds (RFC 5545)."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from touring import feeds
from touring.models import Stop

MAX_AGE_SECONDS = 3600


@require_safe
def stop(request: HttpRequest, key: str) -> HttpResponse:
    """The dates of one stop; unchanged bytes keep their ETag."""
    row = get_object_or_404(Stop.objects.select_related("address"), key=key, is_active=True)
    url = settings.PUBLIC_BASE_URL + reverse("touring:stop", args=[key])
    body = feeds.stop_calendar(row, url=url, at=timezone.now())
    etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    response = HttpResponse(body, content_type=feeds.CONTENT_TYPE, headers={"ETag": etag})
    response["Content-Disposition"] = 'inline; filename="haltestelle.ics"'
    patch_cache_control(response, public=True, max_age=MAX_AGE_SECONDS)
    return get_conditional_response(request, etag=etag, response=response) or response
