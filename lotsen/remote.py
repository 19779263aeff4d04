"""From which address a request comes."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def remote_address(request: HttpRequest) -> str:
    """The visitor's address. Behind our own proxies (`TRUSTED_PROXIES`) it is the one that the outermost of them saw.

    What a visitor writes into `X-Forwarded-For` stands further left and is never read.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    trusted = settings.TRUSTED_PROXIES
    if not trusted:
        return direct
    hops = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return hops[-trusted] if len(hops) >= trusted else direct
