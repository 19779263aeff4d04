"""What a volunteer may know of a request, at each stage. Pages, machine door and messages show nothing beyond.

Offer: district, day, minutes, topics, needs, distance to the middle of the district in half kilometres. Accepted: first
letter, street without number. From 24 hours before: name, number, bell. From two hours before until check-out: the
code word. Afterwards: date, district, minutes, topics. `shown` names what a card holds, for the journal of reads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bookings.models import Client, HomeVisit, Offer
from bookings.notices import district_words, half_kilometres
from bookings.rules import (
    CODE_WORD_FROM,
    HOUSE_NUMBER_FROM,
    sees_code_word,
    sees_house_number,
    sees_street,
)
from bookings.translate import EstimatedWays, area_metres, area_point, point_of
from lotsen.people.models import User
from lotsen.places.models import Address
from volunteers.matching.case import Place
from volunteers.models import Volunteer


@dataclass(frozen=True, slots=True)
class OfferCard:
    """An offer before it is accepted. `travel_minutes` is 0 where nobody can know it; `kilometres` then is ""."""

    offer: Offer
    district: str
    kilometres: str
    travel_mode: str
    travel_minutes: int
    topics: tuple[str, ...]
    needs: str
    wish: str

    @property
    def visit(self) -> HomeVisit:
        """The visit that is offered; pages read its times only."""
        return self.offer.visit


def offer_card(offer: Offer) -> OfferCard:
    """What an offer tells. Expects client, address, district, topics and the volunteer's home to be fetched."""
    client = offer.visit.client
    metres = area_metres(offer.volunteer, client)
    return OfferCard(
        offer=offer,
        district=district_words(offer.visit),
        kilometres=half_kilometres(metres) if metres is not None else "",
        travel_mode=offer.volunteer.travel_mode,
        travel_minutes=_minutes(offer.volunteer, area_point(client.address)),
        topics=tuple(topic.name for topic in offer.visit.topics.all()),
        needs=client.need_words,
        wish=str(client.get_wish_display()) if client.wish else "",
    )


def _minutes(volunteer: Volunteer, to: Place) -> int:
    start = point_of(volunteer.sets_out_from)
    return EstimatedWays().minutes(volunteer.way, start, to) if start and to else 0


def way_minutes(volunteer: Volunteer, start: Address | None, end: Address | None) -> int:
    """Door to door between two visits of one day, an estimate; 0 where a place is unknown."""
    first, second = point_of(start), point_of(end)
    return EstimatedWays().minutes(volunteer.way, first, second) if first and second else 0


@dataclass(frozen=True, slots=True)
class VisitCard:
    """A visit at its present stage: what may not be seen yet, or any more, is empty.

    `number_at` and `word_at` are when the next stages begin, None once they have. `is_withheld`: the guide has seen so
    many addresses that this one is said by telephone only.
    """

    visit: HomeVisit
    person: str
    district: str
    street: str = ""
    city: str = ""
    bell: str = ""
    point: tuple[float, float] | None = None
    code_word: str = ""
    needs: str = ""
    goal: str = ""
    number_at: datetime | None = None
    word_at: datetime | None = None
    shown: tuple[str, ...] = ()
    is_withheld: bool = False

    @property
    def title(self) -> str:
        """Who, as far as it may be known; else where."""
        return self.person or self.district


def visit_card(visit: HomeVisit, user: User, *, at: datetime, is_withheld: bool = False) -> VisitCard:
    """The stage of this visit for this user at this moment; with `is_withheld` no further than the street.

    The code word stays: whoever says the address on the telephone must not say the word.
    """
    district = district_words(visit)
    if not sees_street(visit, user, at=at) or visit.slot_starts_at is None:
        return VisitCard(visit, "", district)
    if is_withheld and sees_house_number(visit, user, at=at):
        return _withheld(visit, user, at=at)
    if sees_house_number(visit, user, at=at):
        return _at_the_door(visit, user, at=at)
    if at >= visit.slot_starts_at - HOUSE_NUMBER_FROM:
        return VisitCard(visit, "", district)
    return _from_acceptance(visit)


def _from_acceptance(visit: HomeVisit) -> VisitCard:
    client, address = visit.client, visit.client.address
    assert visit.slot_starts_at is not None
    return VisitCard(
        visit=visit,
        person=initial(client),
        district=district_words(visit),
        street=address.street if address else "",
        city=address.city_line if address else "",
        needs=client.need_words,
        goal=visit.goal,
        number_at=visit.slot_starts_at - HOUSE_NUMBER_FROM,
        word_at=visit.slot_starts_at - CODE_WORD_FROM,
        shown=_held(initial=True, street=address and address.street, needs=client.needs, goal=visit.goal),
    )


def _withheld(visit: HomeVisit, user: User, *, at: datetime) -> VisitCard:
    card, word = _from_acceptance(visit), visit.code_word if sees_code_word(visit, user, at=at) else ""
    is_early = card.word_at is not None and at < card.word_at
    shown = (*card.shown, "code_word") if word else card.shown
    word_at = card.word_at if is_early else None
    return replace(card, code_word=word, word_at=word_at, number_at=None, shown=shown, is_withheld=True)


def _at_the_door(visit: HomeVisit, user: User, *, at: datetime) -> VisitCard:
    client, address = visit.client, visit.client.address
    assert visit.slot_starts_at is not None
    word = visit.code_word if sees_code_word(visit, user, at=at) else ""
    is_early = at < visit.slot_starts_at - CODE_WORD_FROM
    return VisitCard(
        visit=visit,
        person=client.salutation_name,
        district=district_words(visit),
        street=address.street_line if address else "",
        city=address.city_line if address else "",
        bell=", ".join(part for part in (client.name, address.extra if address else "") if part),
        point=address.point if address else None,
        code_word=word,
        needs=client.need_words,
        goal=visit.goal,
        word_at=visit.slot_starts_at - CODE_WORD_FROM if is_early else None,
        shown=_held(
            name=True,
            street=address and address.street,
            house_number=address and address.house_number,
            bell=True,
            needs=client.needs,
            goal=visit.goal,
            code_word=word,
        ),
    )


def _held(**fields: object) -> tuple[str, ...]:
    return tuple(name for name, value in fields.items() if value)


def initial(client: Client) -> str:
    """Writes "Frau K.", or "U. K." where no salutation is known."""
    given, _space, surname = client.name.rpartition(" ")
    first = client.get_salutation_display() if client.salutation else f"{given[:1]}." if given else ""
    return f"{first} {surname[:1]}.".strip()
