"""Reads of the room."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise

from lotsen.people.models import User
from lotsen.places.models import District, DistrictKind
from volunteers.models import Application, Topic, Volunteer


def active_volunteers() -> QuerySet[Volunteer]:
    """Everybody who could be asked, with what matching needs to know; a constant number of queries."""
    volunteers = Volunteer.objects.filter(state=Volunteer.State.ACTIVE)
    volunteers = volunteers.select_related("user", "home__district", "start", "onward", "first_visit")
    return volunteers.prefetch_related("skills__topic", "absences", "other_hours", "evidence__requirement", "districts")


def volunteers_by_id(ids: Collection[int]) -> dict[int, Volunteer]:
    """Active volunteers by primary key; who is no longer active is left out."""
    return {volunteer.pk: volunteer for volunteer in active_volunteers().filter(pk__in=ids)}


def public_topics() -> QuerySet[Topic]:
    """What the public may choose from, in order."""
    return Topic.objects.filter(is_public=True)


def members(*, state: str = "", words: str = "") -> QuerySet[Volunteer]:
    """Everybody in the list, or those of one state, by name; without a state not those who have left. `words` is a
    part of the name, or the key."""
    rows = Volunteer.objects.select_related("user", "home__district").order_by("user__name", "pk")
    rows = rows.filter(state=state) if state else rows.exclude(state=Volunteer.State.LEFT)
    words = words.replace("\x00", "").strip()
    return rows.filter(Q(user__name__icontains=words) | Q(key__iexact=words)) if words else rows


def states_with_counts() -> list[tuple[str, Promise | str, int]]:
    """Each state with its word and how many are in it."""
    counts = dict(Volunteer.objects.order_by().values_list("state").annotate(Count("pk")))
    return [(value, label, counts.get(value, 0)) for value, label in Volunteer.State.choices]


def applications_in(state: str) -> QuerySet[Application]:
    """Applications of one state, the longest waiting first; settled ones the newest first."""
    rows = Application.objects.filter(state=state).prefetch_related("topics").select_related("volunteer")
    is_waiting = state == Application.State.RECEIVED
    return rows.order_by("received_at", "pk") if is_waiting else rows.order_by("-received_at", "-pk")


def is_serving(user: User) -> bool:
    """Whether somebody who is a volunteer is an active one; for all others it is not ours to say."""
    states = Volunteer.objects.filter(user=user).values_list("state", flat=True)
    return all(state == Volunteer.State.ACTIVE for state in states)


def quarters() -> QuerySet[District]:
    """The districts that an address can lie in, by name; none where none are loaded."""
    return District.objects.filter(kind=DistrictKind.QUARTER).order_by("name", "pk")
