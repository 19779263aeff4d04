"""Fills a database for the benchmark: the demonstration city with its plan, then very many people and visits by COPY.

Rows are made as the verbs would make them (references with check digit, search keys by the very function), but without
history and messages: what is measured reads neither.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection, models
from django.utils import timezone

from bookings.clients import search_key
from bookings.models import Client, HomeVisit
from lotsen.kernel.calendar import at_minute, local_date, monday_of
from lotsen.kernel.references import check_digit
from lotsen.people.models import User
from lotsen.places.models import Address
from tests.bench.people import Person, made_up_people
from volunteers.models import Evidence, Requirement, Skill, Topic, Volunteer

Row = Mapping[str, Any]
DAYS_BACK = 1400
MINUTES = (9 * 60, 10 * 60 + 30, 13 * 60, 14 * 60 + 30, 16 * 60)
HOURS = ("Mo-Fr 8:00-20:00", "Mo-Fr 13:00-18:00", "Di,Do 9:00-17:00", "Mo,Mi,Fr 9:00-12:00; Sa 10:00-14:00")
MODES = ("transit", "bike", "foot", "car")
STATES = HomeVisit.State


def load_city(*, is_planned: bool = True) -> None:
    """The demonstration city and, where wanted, its plan of the next quarter, published."""
    call_command("load_demo", verbosity=0, stdout=io.StringIO())
    if is_planned:
        call_command("plan_quarter", "--publish", "--quiet", "--seconds", "4")


def fill(*, clients: int, visits: int, volunteers: int) -> None:
    """So many more clients, visits and volunteers, and statistics about them."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    guides = add_volunteers(volunteers)
    add_clients(clients)
    add_visits(visits, clients=clients, guides=guides)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    connection.close()


def copy(model: type[models.Model], rows: Iterable[Row]) -> None:
    """Write rows by COPY; columns that a row does not name get the model's default."""
    fields = list(model._meta.concrete_fields)
    usual = {field.column: field.get_db_prep_save(field.get_default(), connection) for field in fields}
    columns = ", ".join(f'"{column}"' for column in usual)
    with connection.cursor() as cursor:
        with cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as out:
            for row in rows:
                out.write_row([*{**usual, **row}.values()])
        sequence = f"pg_get_serial_sequence('\"{model._meta.db_table}\"', 'id')"
        cursor.execute(f'SELECT setval({sequence}, (SELECT max(id) FROM "{model._meta.db_table}"))')


def first_free(model: type[models.Model]) -> int:
    """The lowest primary key above all that are there."""
    return (model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1


def add_clients(count: int) -> None:
    """Clients, each with an address."""
    now, first, home = timezone.now(), first_free(Client), first_free(Address)
    people = list(made_up_people(count))
    copy(Address, (_address(home + number, one) for number, one in enumerate(people)))
    copy(Client, (_client(first + number, home + number, one, now) for number, one in enumerate(people)))


def _address(pk: int, one: Person) -> Row:
    return {
        "id": pk,
        "street": one.street,
        "house_number": one.house_number,
        "postal_code": one.postal_code,
        "latitude": one.latitude,
        "longitude": one.longitude,
        "accuracy": "address",
    }


def _client(pk: int, home: int, one: Person, now: datetime) -> Row:
    address = Address(street=one.street, house_number=one.house_number, postal_code=one.postal_code)
    return {
        "id": pk,
        "salutation": "mrs" if one.is_woman else "mr",
        "name": one.name,
        "phone": one.phone,
        "address_id": home,
        "reach_by": ["letter", "call"],
        "search_key": search_key(Client(name=one.name, phone=one.phone, address=address)),
        "created_at": now - timedelta(days=pk % DAYS_BACK),
    }


def add_volunteers(count: int) -> list[int]:
    """Active volunteers; returns the keys of their users."""
    now, first, home = timezone.now(), first_free(User), first_free(Address)
    first_volunteer = first_free(Volunteer)
    people = list(made_up_people(count, seed=99))
    copy(Address, (_address(home + number, one) for number, one in enumerate(people)))
    copy(User, (_user(first + number, one, now) for number, one in enumerate(people)))
    copy(Volunteer, (_volunteer(first_volunteer + n, first + n, home + n, one, now) for n, one in enumerate(people)))
    recent, paper, papers = local_date(now) - timedelta(days=200), first_free(Evidence), list(Requirement.objects.all())
    copy(
        Evidence,
        (
            {
                "id": paper + n,
                "volunteer_id": first_volunteer + n // len(papers),
                "requirement_id": papers[n % len(papers)].pk,
                "issued_on": recent,
                "seen_on": recent,
            }
            for n in range(count * len(papers))
        ),
    )
    topics, skill = list(Topic.objects.values_list("pk", flat=True)), first_free(Skill)
    skills = ((volunteer, topic) for volunteer in range(count) for topic in range(4))
    copy(
        Skill,
        (
            {
                "id": skill + n,
                "volunteer_id": first_volunteer + v,
                "topic_id": topics[(v + t) % len(topics)],
                "level": 1 + n % 3,
            }
            for n, (v, t) in enumerate(skills)
        ),
    )
    return list(range(first, first + count))


def _user(pk: int, one: Person, now: datetime) -> Row:
    return {
        "id": pk,
        "password": "!",
        "email": f"lotse{pk}@example.org",
        "name": one.name,
        "roles": ["volunteer"],
        "date_joined": now,
    }


def _volunteer(pk: int, user: int, home: int, one: Person, now: datetime) -> Row:
    return {
        "id": pk,
        "user_id": user,
        "key": f"bench-{pk}",
        "state": Volunteer.State.ACTIVE,
        "home_id": home,
        "hours": HOURS[pk % len(HOURS)],
        "travel_mode": MODES[pk % len(MODES)],
        "radius_metres": 2000 + pk % 4 * 1000,
        "visits_a_week": 1 + pk % 4,
        "languages": ["Deutsch"],
        "gender": "woman" if one.is_woman else "man",
        "joined_at": now - timedelta(days=300),
    }


def add_visits(count: int, *, clients: int, guides: list[int]) -> None:
    """Visits of all clients in turn: most are done, a few are open, some are promised for this and the next weeks."""
    first, first_client = first_free(HomeVisit), first_free(Client) - clients
    taken = set(HomeVisit.objects.values_list("reference", flat=True))
    references = _references(taken)
    now = timezone.now()
    copy(
        HomeVisit,
        (
            _visit(number, now, guides)
            | {"id": first + number, "reference": next(references), "client_id": first_client + number % clients}
            for number in range(count)
        ),
    )


def _references(taken: set[str]) -> Iterator[str]:
    """Every valid reference but those taken, then (there are only 900,000) made-up old ones that begin with 0."""
    for body in range(100_000, 1_000_000):
        reference = str(body) + check_digit(str(body))
        if reference not in taken:
            yield reference
    for old in range(1_000_000):
        yield f"{old:07d}"


def _visit(number: int, now: datetime, guides: list[int]) -> Row:
    requested_at = now - timedelta(minutes=number * 97 % (DAYS_BACK * 1440))
    row = {
        "entrance": ("phone", "phone", "web", "letter")[number % 4],
        "goal": "Fotos vom Enkel ansehen",
        "requested_at": requested_at,
        "answer_by": requested_at + timedelta(days=2),
        "agreed_at": requested_at,
    }
    if number % 500 == 0:
        return row | {"state": STATES.REQUESTED}
    if number % 1000 == 1:
        return row | _promised(number // 1000, now, guides)
    if number % 20 == 2:
        return row | {"state": STATES.CANCELLED, "cancelled_because": "andere Pläne"}
    starts_at = requested_at + timedelta(days=5)
    over = min(starts_at, now - timedelta(hours=3))
    done = {"slot_starts_at": over, "slot_ends_at": over + timedelta(hours=1), "guide_id": guides[number % len(guides)]}
    return row | done | {"state": STATES.DONE, "code_word": "Ahornblatt"}


def _promised(number: int, now: datetime, guides: list[int]) -> Row:
    """The guides in turn, each on another day or hour."""
    turn, guide = divmod(number, len(guides))
    day = monday_of(local_date(now)) + timedelta(days=(guide + turn) % 19)
    starts_at = at_minute(day, MINUTES[turn % len(MINUTES)])
    slot = {"slot_starts_at": starts_at, "slot_ends_at": starts_at + timedelta(hours=1)}
    return slot | {"state": STATES.ASSIGNED, "guide_id": guides[guide], "code_word": "Ahornblatt"}
