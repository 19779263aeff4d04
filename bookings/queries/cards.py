"""Reads of cards: who could have one, and which one they have."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from lotsen.people.cards import GOES_OUT
from lotsen.people.models import Card, User


def card_people(words: str = "") -> QuerySet[User]:
    """Who goes to people, or still has an unrevoked card; each with `current`, a list of none or one card.

    `words` are parts of the name.
    """
    cards = Card.objects.filter(revoked_at=None).defer("photo")
    people = User.objects.filter(
        Q(is_active=True, roles__overlap=list(GOES_OUT)) | Q(pk__in=cards.order_by().values("user"))
    )
    for word in words.split():
        people = people.filter(name__icontains=word)
    return (
        people.select_related("volunteer")
        .prefetch_related(Prefetch("cards", cards, to_attr="current"))
        .order_by("name", "pk")
    )


def cards_to_print(users: list[int]) -> QuerySet[Card]:
    """The unrevoked cards of these people with their photos, by name."""
    return Card.objects.filter(user__in=users, revoked_at=None).select_related("user").order_by("user__name", "pk")
