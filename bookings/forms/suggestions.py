"""Suggestions as they travel through a form: the server works them out again, the browser only names one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.intake import Chosen
from bookings.models import HomeVisit
from bookings.proposals import TeamPlace, guide_of, suggest, suggest_for
from bookings.translate import need_from_words, point_of
from lotsen.kernel.calendar import local_date, spoken_clock
from lotsen.kernel.errors import Refused
from lotsen.places.addresses import address_for
from lotsen.spoken import said
from touring.request_stops import PlaceGone, place_from
from volunteers.matching.case import Suggestion, Suggestions

TEAM = "team|"
"""Begins the value of a place on a tour; what begins otherwise is the time of a volunteer's date."""


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


def offered_places(places: Sequence[TeamPlace], *, first: int) -> list[Offered]:
    """Free places of the mobile team as the page shows them, their keys counted on from `first`."""
    return [_offered_place(one, number) for number, one in enumerate(places, start=first)]


def _offered_place(one: TeamPlace, number: int) -> Offered:
    place = one.place
    near = _("Hält vorher oder nachher in der Nähe: %(stop)s") % {"stop": place.near_stop} if place.near_stop else ""
    minutes = max(1, round(place.extra_driving_seconds / 60))
    words = {"minutes": minutes}
    detour = ngettext("1 Minute mehr Fahrt", "%(minutes)d Minuten mehr Fahrt", minutes) % words
    return Offered(
        value=TEAM + place.value,
        title=_("%(date)s, %(time)s Uhr")
        % {"date": said(local_date(place.starts_at)), "time": spoken_clock(place.starts_at)},
        who=_("%(name)s kommt, Team %(team)s") % {"name": one.guide.name, "team": place.team.name},
        reasons=tuple(reason for reason in (_("Sofort fest: die Tour hat dann Platz"), near, detour) if reason),
        key=f"Alt+{number}",
    )


def chosen_from(value: str, form: Any, *, at: datetime, visit: HomeVisit | None = None) -> Chosen | None:
    """The suggestion that `value` names, worked out afresh for the form or the visit; None when nobody can come then.

    It need not be among the best any more: a word typed after it was shown may have put others before it.
    """
    if not value:
        return None
    if value.startswith(TEAM):
        return _chosen_place(value.removeprefix(TEAM), _minutes(form) if visit is None else visit.minutes)
    found = suggest(visit, at=at, only=value) if visit is not None else _suggest_for_form(form, at, only=value)
    return next((_chosen(one) for one in (found.best if found else ())), None)


def _minutes(form: Any) -> int:
    return max((topic.minutes for topic in form.cleaned_data.get("topics") or ()), default=60)


def _chosen_place(value: str, minutes: int) -> Chosen | None:
    """The place on a tour; whether it is still free is found out where it is taken."""
    try:
        place = place_from(value, minutes=minutes)
    except PlaceGone:
        return None
    guide = guide_of(place)
    return Chosen(starts_at=place.starts_at, place=place, guide=guide) if guide is not None else None


def _suggest_for_form(form: Any, at: datetime, *, only: str = "") -> Suggestions | None:
    data, typed = form.cleaned_data, form.typed_address()
    address = address_for(typed) if typed else None
    point = point_of(address)
    if address is None or point is None:
        return None
    need = need_from_words(data, point=point, at=at, area=address.district_id)
    return suggest_for(need, minutes=_minutes(form), at=at, only=only)


def _chosen(one: Suggestion) -> Chosen:
    return Chosen(
        starts_at=one.slot.start,
        volunteers=tuple(fit.candidate.key for fit in one.fits),
        reasons={fit.candidate.key: fit.reasons for fit in one.fits},
    )
