"""Doors by role. A page that is not yours does not exist (404); who is not signed in is asked to sign in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

View = Callable[..., HttpResponseBase]


def _way_back(request: HttpRequest) -> str:
    """Where to go on after signing in: the page without its query; home for what only a form may ask for."""
    return request.path if request.method in ("GET", "HEAD") else resolve_url(settings.LOGIN_REDIRECT_URL)


def role_required(*roles: str) -> Callable[[View], View]:
    """Let a view be seen only by signed-in users that have one of `roles`; the view carries them as `.roles`."""

    def door(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(_way_back(request))
            if not request.user.has_role(*roles):
                raise Http404
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        guarded.roles = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return door
