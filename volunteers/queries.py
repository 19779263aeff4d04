"""Reads of the room."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from volunteers.models import Topic, Volunteer


def active_volunteers() -> QuerySet[Volunteer]:
    """Everybody who could be asked, with what matching needs to know; a constant number of queries."""
    volunteers = Volunteer.objects.filter(state=Volunteer.State.ACTIVE)
    return volunteers.select_related("user", "home__district").prefetch_related("skills__topic", "absences")


def volunteers_by_id(ids: Collection[int]) -> dict[int, Volunteer]:
    """Active volunteers by primary key; who is no longer active is left out."""
    return {volunteer.pk: volunteer for volunteer in active_volunteers().filter(pk__in=ids)}


def public_topics() -> QuerySet[Topic]:
    """What the public may choose from, in order."""
    return Topic.objects.filter(is_public=True)
