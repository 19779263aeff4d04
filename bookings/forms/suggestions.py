"""Suggestions as they travel through a form: the server works them out again, the browser only names one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bookings.intake import Chosen
from bookings.models import HomeVisit
from bookings.proposals import suggest, suggest_for
from bookings.translate import need_from_words, point_of
from lotsen.kernel.calendar import spoken_clock
from lotsen.kernel.errors import Refused
from lotsen.places.addresses import address_for
from lotsen.spoken import said
from volunteers.matching.case import Suggestion, Suggestions


@dataclass(frozen=True)
class Offered:
    """One suggestion for the page; `value` names its date."""

    value: str
    title: str
    who: str
    reasons: tuple[str, ...]
    key: str


class SuggestionGone(Refused):
    """The date that was read out is no longer there: nothing is taken down without it."""

    def __init__(self) -> None:
        super().__init__(_("Diesen Vorschlag gibt es nicht mehr. Bitte wählen Sie neu."))


def offered(found: Suggestions) -> list[Offered]:
    """Suggestions as the page shows them."""
    return [_offered(one, number) for number, one in enumerate(found.best, start=1)]


def _offered(one: Suggestion, number: int) -> Offered:
    names = [fit.candidate.name for fit in one.fits]
    who = (
        names[0]
        if len(names) == 1
        else _("%(first)s, sonst %(others)s")
        % {
            "first": names[0],
            "others": _(" oder ").join(names[1:]),
        }
    )
    return Offered(
        value=one.slot.start.isoformat(),
        title=_("%(date)s, %(time)s Uhr") % {"date": said(one.slot.day), "time": spoken_clock(one.slot.start)},
        who=who,
        reasons=tuple(said(reason) for reason in one.best.reasons),
        key=f"Alt+{number}",
    )


def chosen_from(value: str, form: Any, *, at: datetime, visit: HomeVisit | None = None) -> Chosen | None:
    """The suggestion that `value` names, worked out afresh for the form or the visit; None when there is none."""
    if not value:
        return None
    found = suggest(visit, at=at) if visit is not None else _suggest_for_form(form, at)
    named = (one for one in (found.best if found else ()) if one.slot.start.isoformat() == value)
    return next((_chosen(one) for one in named), None)


def _suggest_for_form(form: Any, at: datetime) -> Suggestions | None:
    data, typed = form.cleaned_data, form.typed_address()
    point = point_of(address_for(typed)) if typed else None
    if point is None:
        return None
    minutes = max(topic.minutes for topic in data["topics"])
    return suggest_for(need_from_words(data, point=point, at=at), minutes=minutes, at=at)


def _chosen(one: Suggestion) -> Chosen:
    return Chosen(
        starts_at=one.slot.start,
        volunteers=tuple(fit.candidate.key for fit in one.fits),
        reasons={fit.candidate.key: [str(reason) for reason in fit.reasons] for fit in one.fits},
    )
