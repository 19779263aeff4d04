"""The secret link under which a guide's calendar fetches their dates: made, shown once, renewed, revoked."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from bookings.models import CalendarEntry, CalendarLink, HomeVisit
from bookings.notices import district_words
from bookings.queries import own_visits
from lotsen.people.models import Role, User
from volunteers.models import Volunteer

BYTES = 32
"""256 random bits, RFC 4648 base64url: nobody guesses one."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")
KEPT = timedelta(days=28)
"""Dates that are over stay so long, so that a cancelled one is seen."""
REST = frozenset({Volunteer.State.APPLIED, Volunteer.State.SUSPENDED, Volunteer.State.LEFT})


@transaction.atomic
def make_link(*, by: User, at: datetime) -> str:
    """Make or renew the link of this guide; returns the secret, which is shown once and kept by nobody. An older
    link is dead from now on."""
    token = secrets.token_urlsafe(BYTES)
    CalendarLink.objects.update_or_create(user=by, defaults={"digest": _digest(token), "made_at": at})
    return token


@transaction.atomic
def revoke_link(*, by: User, at: datetime) -> None:
    """The link is dead; twice is harmless."""
    CalendarLink.objects.filter(user=by).delete()


def drop_link(user: User) -> None:
    """Somebody signs out everywhere: their link is dead as well."""
    CalendarLink.objects.filter(user=user).delete()


def user_of(token: str) -> User | None:
    """Whose dates this link shows; None for a link that never was, is revoked, or whose owner may not come in."""
    if not TOKEN.match(token):
        return None
    link = CalendarLink.objects.select_related("user__volunteer").filter(digest=_digest(token)).first()
    if link is None or not link.user.has_role(Role.VOLUNTEER, Role.ADVISOR):
        return None
    volunteer = getattr(link.user, "volunteer", None)
    return None if volunteer is not None and volunteer.state in REST else link.user


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def fetch_entries(user: User, *, at: datetime) -> list[CalendarEntry]:
    """The guide's dates as their calendar is to show them, written down so that the next fetch knows what changed.

    A date that moved keeps its entry with a higher `sequence`; one that is no longer theirs stays as cancelled.
    """
    CalendarLink.objects.select_for_update().filter(user=user).first()
    since, known = at - KEPT, {one.visit_id: one for one in CalendarEntry.objects.filter(user=user)}
    rows = own_visits(user).filter(state__in=[HomeVisit.State.ASSIGNED, HomeVisit.State.DONE, HomeVisit.State.MISSED])
    rows = rows.filter(slot_ends_at__gte=since)
    current = {row.pk: row for row in rows}
    fresh = [
        _follows(CalendarEntry(user=user, visit=row, sequence=0), row) for pk, row in current.items() if pk not in known
    ]
    changed = [entry for pk, entry in known.items() if _has_changed(entry, current.get(pk), since=since)]
    for entry in changed:
        entry.sequence += 1
    for entry in [*fresh, *changed]:
        entry.changed_at = at
    CalendarEntry.objects.bulk_create(fresh)
    CalendarEntry.objects.bulk_update(changed, ["place", "starts_at", "ends_at", "is_off", "sequence", "changed_at"])
    known |= {entry.visit_id: entry for entry in fresh}
    shown = [entry for entry in known.values() if entry.ends_at >= since]
    return sorted(shown, key=lambda entry: (entry.starts_at, entry.pk))


def _has_changed(entry: CalendarEntry, visit: HomeVisit | None, *, since: datetime) -> bool:
    """Bring one entry up to date, without writing it; says whether anything is different now."""
    if visit is None:
        is_new = not entry.is_off and entry.ends_at >= since
        entry.is_off = entry.is_off or is_new
        return is_new
    before = (entry.place, entry.starts_at, entry.ends_at, entry.is_off)
    _follows(entry, visit)
    return before != (entry.place, entry.starts_at, entry.ends_at, entry.is_off)


def _follows(entry: CalendarEntry, visit: HomeVisit) -> CalendarEntry:
    assert visit.slot_starts_at is not None
    assert visit.slot_ends_at is not None
    entry.place, entry.starts_at, entry.ends_at, entry.is_off = (
        district_words(visit),
        visit.slot_starts_at,
        visit.slot_ends_at,
        False,
    )
    return entry
