"""Reads of people: the hotline's search, and who may be known already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Reverse

from bookings.models import Client, HomeVisit
from bookings.search_words import (
    all_but_one,
    as_heard,
    as_misspelt,
    as_typed,
    is_number,
    likeness,
    plain_words,
    search_words,
    typed_digits,
)
from lotsen.kernel import references
from lotsen.kernel.sentences import NotUnderstood

FEW, HITS, LOOSE_HITS = 5, 200, 300
SHORTEST_END = 4
"""Digits from which on the end of a telephone number is looked for."""
ADDRESS_COLUMNS = tuple(f"address__{column}" for column in ("street", "house_number", "postal_code", "city"))
SOME = """WITH hits AS MATERIALIZED (SELECT id FROM bookings_client WHERE search_key @@ %s::tsquery)
SELECT id FROM hits LIMIT %s"""
"""The whole is planned as if all hits were wanted, which reads the index, and stops after some: asked for a few at
once, the database would rather read all people where it takes a word for common."""


def find_clients(text: str, *, limit: int = 20) -> list[Client]:
    """People whose name, number, street, postal code or reference looks like `text`; at most `limit`.

    Each word must begin one of the person's; fewer than three letters find nobody. Where only `FEW` have them so, those
    follow whose name sounds alike ("Maier" for "Meyer"); where nobody has, those with one letter wrong in each word,
    then those for whom one word is another.
    """
    if (reference := _reference_in(text)) is not None:
        found = list(Client.objects.select_related("address").filter(visits__reference=reference))
        if found:
            return found
    words = search_words(text)
    if not words:
        return []
    if is_number(text) and (found := _with_number(typed_digits(text), limit)):
        return found
    found = _matching(as_typed(words), limit)
    if len(found) < FEW and as_heard(words) != as_typed(words):
        found += [one for one in _matching(as_heard(words), limit) if one not in found][: limit - len(found)]
    if not found and not is_number(text):
        found = _alike(words, as_misspelt(words), limit)
    if not found and len(words) > 1:
        found = _alike(words, all_but_one(words), limit)
    return found


def _shown() -> QuerySet[Client]:
    return Client.objects.select_related("address").only("name", "phone", *ADDRESS_COLUMNS)


def _with_number(digits: str, limit: int) -> list[Client]:
    """Whose telephone number begins with these digits, else whose ends with them; read in the order of an index."""
    begins = _shown().filter(phone__startswith=f"+49{digits[1:]}") if digits[:1] == "0" and len(digits) > 2 else None
    found = list(begins.order_by("phone")[:limit]) if begins is not None else []
    if found or len(digits) < SHORTEST_END:
        return found
    backwards = _shown().alias(backwards=Reverse("phone")).filter(backwards__startswith=digits[::-1])
    return list(backwards[:limit])


def _matching(query: str, limit: int) -> list[Client]:
    """People whom the query fits, in the order of their numbers."""
    return _people(sorted(_hits(query, HITS))[:limit])


def _alike(words: Sequence[str], query: str, limit: int) -> list[Client]:
    """People whom a loose query fits, the most alike first."""
    found = Client.objects.filter(pk__in=_hits(query, LOOSE_HITS)).values_list("pk", "name", "address__street")
    ranked = sorted(found, key=lambda row: (likeness(words, f"{row[1]} {row[2] or ''}"), row[0]))
    return _people([pk for pk, *_words in ranked[:limit]])


def _hits(query: str, most: int) -> list[int]:
    """Numbers of people whom the query fits. Asked by themselves: joined to the rows and their order, the database
    would rather go through all people in order than read the index."""
    with connection.cursor() as cursor:
        cursor.execute(SOME, [query, most])
        return [pk for (pk,) in cursor.fetchall()]


def _people(numbers: Sequence[int]) -> list[Client]:
    people = _shown().in_bulk(numbers) if numbers else {}
    return [people[pk] for pk in numbers if pk in people]


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


SHARED_BY_FEW = 3


def likely_known(
    *, phone: str, name: str, but_not: Client | None = None, others: Sequence[int] = (), limit: int = 3
) -> list[Client]:
    """People who may be the one that is being typed, for a masked warning: the same number; or the very same name,
    where no more than `SHARED_BY_FEW` people bear it. `others` are those of whom the agent knows that they are not."""
    left_out = [*others, *([but_not.pk] if but_not else [])]
    same = Q(pk__in=_namesakes(name))
    if phone:
        same |= Q(phone=phone)
    people = Client.objects.filter(same).exclude(pk__in=left_out).select_related("address")
    return list(people.annotate(last_at=Max("visits__requested_at")).order_by("-last_at", "pk")[:limit])


def _namesakes(name: str) -> list[int]:
    """Who has exactly this name in any spelling; nobody where many do, and nobody for a single word."""
    words = plain_words(name)
    if len(words) < 2:
        return []
    query = " & ".join(f"'{word}'" for word in words)
    hits = Client.objects.filter(pk__in=_hits(query, HITS)).values_list("pk", "name")
    found = [pk for pk, known in hits if plain_words(known) == words]
    return found if len(found) <= SHARED_BY_FEW else []


def open_visits(clients: Sequence[Client]) -> dict[int, HomeVisit]:
    """The newest request of each person that is not settled yet: who is served already needs no second one."""
    state = HomeVisit.State
    waiting = HomeVisit.objects.filter(client__in=clients, state__in=[state.REQUESTED, state.SCHEDULED, state.ASSIGNED])
    return {visit.client_id: visit for visit in waiting.order_by("requested_at", "pk")}
