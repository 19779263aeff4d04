"""A report that is being written: kept at every keystroke, and an older copy never overwrites a newer one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from bookings.guard import is_secret
from bookings.models import HomeVisit, ReportDraft
from lotsen.kernel.errors import Refused
from lotsen.people.models import User

WORDS = ("minutes", "goal", "note", "follow_up", "next_day", "next_time")
LISTS = ("topics",)
GOAL = "ziel_"
LONGEST = 500


class DraftOvertaken(Refused):
    """Another telephone or window has written on meanwhile; `draft` is what stands there."""

    def __init__(self, draft: ReportDraft) -> None:
        super().__init__()
        self.draft = draft


@transaction.atomic
def keep_draft(
    visit: HomeVisit, *, said: Mapping[str, Any], base: int, copy: str, count: int, by: User, at: datetime
) -> ReportDraft:
    """Keep what was typed. `base`: the version that the page knew; `copy` names the page; `count` grows with each save.

    Accepted from a page that knows the newest version, or that wrote the newest itself and has written on since (its
    answer may have been lost on the way). Everything else is older: `DraftOvertaken`. A note with a secret in it is not
    kept; the rest is.
    """
    kept = _kept(said)
    row = ReportDraft(visit=visit, by=by, copy=copy[:36], count=count, said=kept, saved_at=at)
    ReportDraft.objects.bulk_create([row], ignore_conflicts=True)
    stored = ReportDraft.objects.select_for_update().get(visit=visit)
    if stored.pk == row.pk or (stored.copy == copy and stored.count == count and stored.said == kept):
        return stored
    is_newer = stored.copy == copy and count > stored.count
    if not is_newer and (stored.copy == copy or base != stored.version):
        raise DraftOvertaken(stored)
    stored.version += 1
    stored.by, stored.copy, stored.count, stored.said, stored.saved_at = by, copy[:36], count, kept, at
    stored.save()
    return stored


def _kept(said: Mapping[str, Any]) -> dict[str, Any]:
    names = [*WORDS, *[name for name in said if name.startswith(GOAL)][:20]]
    words = {name: str(said.get(name, ""))[:LONGEST] for name in names}
    if is_secret(words["note"]):
        words["note"] = ""
    return {**words, **{name: [str(one)[:40] for one in said.get(name, [])][:20] for name in LISTS}}


def draft_of(visit: HomeVisit, *, by: User) -> ReportDraft | None:
    """What this guide has typed so far."""
    return ReportDraft.objects.filter(visit=visit, by=by).first()


def drop_draft(visit: HomeVisit) -> None:
    """The report is there."""
    ReportDraft.objects.filter(visit=visit).delete()
