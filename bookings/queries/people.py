"""Reads of people: the hotline's search, and who may be known already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Q

from bookings.models import Client, HomeVisit
from lotsen.kernel import references
from lotsen.kernel.sentences import NotUnderstood
from lotsen.places.normalise import fold, postal_code_key, sound_key, street_key

FEW, HITS, SIMILAR = 5, 200, "0.45"

ADDRESS_COLUMNS = tuple(f"address__{column}" for column in ("street", "house_number", "postal_code", "city"))
LONGEST_HOUSE_NUMBER = 4
ENDS_OF_STREETS = ("str", "weg", "platz", "allee", "ring", "gasse", "ufer", "markt", "hof", "steig", "damm")


def find_clients(text: str, *, limit: int = 20) -> list[Client]:
    """People whose name, number, street, postal code or reference looks like `text`; at most `limit`.

    Each word must occur (index over three-letter groups); fewer than three letters find nobody. Where only `FEW` have
    them so, those follow whose name sounds alike ("Maier" for "Meyer"); where nobody has, those with similar words.
    """
    if (reference := _reference_in(text)) is not None:
        return list(Client.objects.select_related("address").filter(visits__reference=reference))
    words = search_words(text)
    found = _matching([Q(search_key__contains=word) for word in words], limit)
    if len(found) < FEW and (alike := _alike(words)):
        found += [one for one in _matching(alike, limit) if one not in found][: limit - len(found)]
    return found or (_similar(words, limit) if words else [])


def _matching(conditions: Sequence[Q], limit: int) -> list[Client]:
    """People for whom all of it is true. The inner query takes some more than are wanted, in no order: asked for a few
    in the order of their numbers the database would rather read all people than the index."""
    if not conditions:
        return []
    hits = Client.objects.filter(*conditions).values("pk")[:HITS]
    shown = Client.objects.select_related("address").only("name", "phone", *ADDRESS_COLUMNS)
    return list(shown.filter(pk__in=hits).order_by("pk")[:limit])


def _similar(words: Sequence[str], limit: int) -> list[Client]:
    """People in whose key each word stands with most of its three-letter groups: "Muller" for "Müller"."""
    with connection.cursor() as cursor:  # holds for the connection; nothing else asks for similar words
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, false)", [SIMILAR])
    return _matching([Q(search_key__trigram_word_similar=word) for word in words], limit)


def _alike(words: Sequence[str]) -> list[Q]:
    """Each word as it stands or as it sounds; empty where all sound as they stand."""
    if all(sound_key(word) == word for word in words):
        return []
    return [Q(search_key__contains=word) | Q(search_key__contains=sound_key(word)) for word in words]


def search_words(text: str) -> list[str]:
    """What must occur in a search key: "Lindenstraße 14, Schulze" becomes "lindenstr14" and "schulze", a telephone
    number one word. Words of fewer than three letters are left out."""
    if not any(letter.isalpha() for letter in text):
        digits = "".join(letter for letter in re.sub(r"^\s*(\+|00)\s*49", "0", text) if letter.isdigit())
        words = [postal_code_key(text) or digits]
    else:
        words = []
        for word in filter(None, (street_key(part) for part in re.split(r"[\s,;/-]+", text))):
            if words and word[0].isdigit() and len(word) <= LONGEST_HOUSE_NUMBER:
                words[-1] += word if words[-1].endswith(ENDS_OF_STREETS) else ""
            else:
                words.append(postal_code_key(word) or word)
    return [word for word in words if len(word) >= 3]


def _reference_in(text: str) -> str | None:
    try:
        return references.parse(text)
    except NotUnderstood:
        return None


@dataclass(frozen=True, slots=True)
class LatestVisit:
    """What a list of people tells of a visit."""

    reference: str
    state: str

    @property
    def state_label(self) -> str:
        """The state in the language of the page."""
        return str(HomeVisit.State(self.state).label)


def attach_latest_visits(clients: Sequence[Client], *, each: int = 3) -> None:
    """Give each person `latest_visits`, the newest first, in one query for all. A window over the visits of each would
    cost more than the few rows that are dropped here."""
    if not clients:
        return
    visits = HomeVisit.objects.filter(client__in=[client.pk for client in clients]).order_by("-requested_at")
    by_client: dict[int, list[LatestVisit]] = {client.pk: [] for client in clients}
    for client, reference, state in visits.values_list("client_id", "reference", "state"):
        if len(by_client[client]) < each:
            by_client[client].append(LatestVisit(reference, state))
    for one in clients:
        one.latest_visits = by_client[one.pk]  # type: ignore[attr-defined]


def likely_known(*, phone: str, name: str, but_not: Client | None, limit: int = 3) -> list[Client]:
    """People who may be the one that is being typed: the same number, or the very same name. For a masked warning."""
    same = Q(pk__in=[])
    if phone:
        same |= Q(phone=phone)
    if len(key := fold(name)) >= 6:
        same |= Q(search_key__startswith=f"{key} ")
    people = Client.objects.filter(same).select_related("address").annotate(last_at=Max("visits__requested_at"))
    if but_not is not None:
        people = people.exclude(pk=but_not.pk)
    return list(people.order_by("-last_at", "pk")[:limit])


# --- for whoever has no account -------------------------------------------------------------------
