"""Telephones that show our notices: switched on by a tap, off by signing out, gone with the right to be here."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.errors import Refused
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import PushSubscription, User

LONGEST_ENDPOINT = 600
MOST_EACH = 5
"""Telephones of one person; the oldest makes room."""
KEY_BYTES, AUTH_BYTES = 65, 16
TO = "user:"
UNCOMPRESSED = 4
"""First byte of a point on P-256 as RFC 8291 sends it."""


class BadSubscription(Refused):
    """What was sent is no subscription of a push service that we know."""

    sentence = _("Dieses Gerät können wir nicht anschließen. Hinweise kommen weiter per SMS.")


def is_known_service(endpoint: str, *, hosts: Iterable[str]) -> bool:
    """Whether we would ever send to this address: https, no port, no user, and a host of the list; ".example.org"
    there stands for every host under it. Nobody makes us call addresses of our own network this way.
    """
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if parts.scheme != "https" or port is not None or parts.username is not None or not parts.path.strip("/"):
        return False
    return any(host == one or (one.startswith(".") and host.endswith(one)) for one in hosts)


@transaction.atomic
def subscribe(
    *, endpoint: str, p256dh: str, auth: str, session_key: str, hosts: Iterable[str], by: User, at: datetime
) -> PushSubscription:
    """Send notices for `by` to this browser from now on; whoever had it before has it no more.

    Refuses addresses that are not of a known push service, and keys that are none (`BadSubscription`).
    """
    is_sound = len(endpoint) <= LONGEST_ENDPOINT and endpoint.isascii() and endpoint.isprintable()
    if not is_sound or " " in endpoint or not is_known_service(endpoint, hosts=hosts):
        raise BadSubscription
    key, secret = _bytes(p256dh), _bytes(auth)
    if len(key) != KEY_BYTES or key[0] != UNCOMPRESSED or len(secret) != AUTH_BYTES:
        raise BadSubscription
    fields = {"user": by, "p256dh": p256dh, "auth": auth, "session": _hash(session_key), "made_at": at}
    row, _is_new = PushSubscription.objects.update_or_create(endpoint=endpoint, defaults=fields)
    kept = PushSubscription.objects.filter(user=by).order_by("-made_at", "-pk").values_list("pk", flat=True)[:MOST_EACH]
    PushSubscription.objects.filter(user=by).exclude(pk__in=list(kept)).delete()
    return row


def unsubscribe(*, endpoint: str, by: User, at: datetime) -> None:
    """No more notices to this browser; twice is harmless."""
    PushSubscription.objects.filter(user=by, endpoint=endpoint).delete()


def forget_session(session_key: str) -> None:
    """Somebody signs out: the browser in which they did hears nothing more."""
    PushSubscription.objects.filter(session=_hash(session_key)).delete()


def forget_user(user: User, *, at: datetime) -> None:
    """Somebody is suspended, has other roles or signs out everywhere: none of their browsers hears anything more."""
    PushSubscription.objects.filter(user=user).delete()


def push_points(user: User) -> list[ContactPoint]:
    """The way by notice: there where somebody has switched it on, and only for who may come in."""
    return [ContactPoint("push", f"{TO}{user.pk}")] if _living(user.pk).exists() else []


def subscriptions_of(to: str) -> list[PushSubscription]:
    """The browsers behind a contact point of `push_points`, the newest first."""
    number = to.removeprefix(TO)
    return list(_living(int(number)).order_by("-made_at", "-pk")) if number.isdigit() else []


def _living(user_id: int) -> QuerySet[PushSubscription]:
    return PushSubscription.objects.filter(user_id=user_id, user__is_active=True).exclude(user__roles=[])


def _hash(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


def _bytes(text: str) -> bytes:
    """What base64url holds; nothing where it is none."""
    if not text.isascii() or len(text) > 100:
        return b""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
