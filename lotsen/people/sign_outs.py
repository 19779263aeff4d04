"""Signing out everywhere: all sessions of somebody, their notices, and what the rooms above register as a key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from lotsen.kernel.journal import record_changes
from lotsen.people.models import User
from lotsen.people.push import forget_user

TakeBack = Callable[[User], object]
_keys: list[TakeBack] = []


def register_key(take_back: TakeBack) -> None:
    """Let a room above take back what opens something without a sign-in, such as the link to a calendar. Register in
    `AppConfig.ready`."""
    if take_back not in _keys:
        _keys.append(take_back)


@transaction.atomic
def sign_out_everywhere(user: User, *, by: User, at: datetime) -> None:
    """From the next request on no session of this person counts, whoever has the telephone; they sign in again.

    Twice is harmless. Their rights stay: who must not come in again is suspended.
    """
    User.objects.filter(pk=user.pk).update(sign_outs=F("sign_outs") + 1)
    user.refresh_from_db(fields=["sign_outs"])
    forget_user(user, at=at)
    for take_back in _keys:
        take_back(user)
    record_changes(user, fields=["sessions"], by=by, at=at)
