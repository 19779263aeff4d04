"""The tours of a day, as the teams and the coordinator see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import F, Prefetch, QuerySet

from lotsen.people.models import Role, User
from touring.models import Deviation, Tour, TourPlan, TourStop


def tours_on(day: date) -> QuerySet[Tour]:
    """Published tours of a day with team, halts, addresses and what is announced (`halt.active`); four queries."""
    return _published_tours().filter(date=day)


def visible_tours(user: User) -> QuerySet[Tour]:
    """Published tours: all for coordinators, those of their own teams for advisors, none for anybody else."""
    if user.has_role(Role.COORDINATOR):
        return _published_tours()
    own = _published_tours().filter(team__in=user.teams.all())
    return own if user.has_role(Role.ADVISOR) else own.none()


def _published_tours() -> QuerySet[Tour]:
    return (
        Tour.objects.filter(
            plan__state=TourPlan.State.PUBLISHED, plan__starts_on__lte=F("date"), plan__ends_on__gte=F("date")
        )
        .select_related("team__base", "plan")
        .order_by("team__order", "team__key")
        .prefetch_related(Prefetch("halts", halts_on()))
    )


def halts_on(pks: Sequence[int] | None = None) -> QuerySet[TourStop]:
    """Halts in order of time, each with `active`: what is announced for it."""
    halts = TourStop.objects.select_related("stop__address", "request_stop__address", "tour__team", "tour__plan")
    if pks is not None:
        halts = halts.filter(pk__in=pks)
    active = Deviation.objects.filter(revoked_at=None)
    return halts.order_by("starts_at").prefetch_related(Prefetch("deviations", active, to_attr="active"))


def visible_halts(user: User) -> QuerySet[TourStop]:
    """All halts for coordinators, those of their own teams for advisors, none for anybody else."""
    if user.has_role(Role.COORDINATOR):
        return halts_on()
    return halts_on().filter(tour__team__in=user.teams.all()) if user.has_role(Role.ADVISOR) else halts_on().none()
