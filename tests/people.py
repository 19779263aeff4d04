"""People and things that tests need. Anna answers the phone, Bernd and Clara volunteer, Dora coordinates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

from bookings import clients, visits
from bookings.models import Facility, HomeVisit
from lotsen.people.models import Role, User
from lotsen.places.models import Address
from volunteers.models import Evidence, Requirement, Skill, Topic, Volunteer

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PASSWORD = "ein-langes-passwort"
_numbers = count(1)


def make_user(role: str = Role.HOTLINE, *, name: str = "Anna Lehmann", **fields) -> User:
    """A user with one role and `PASSWORD`."""
    number = next(_numbers)
    fields.setdefault("email", f"person{number}@example.org")
    return User.objects.create_user(password=PASSWORD, name=name, roles=[role] if role else [], **fields)


def make_address(street: str = "Merianplatz", house_number: str = "4", postal_code: str = "01169", **fields) -> Address:
    fields = {"latitude": 51.0451, "longitude": 13.6690, "accuracy": "address", "city": "Dresden"} | fields
    return Address.objects.create(street=street, house_number=house_number, postal_code=postal_code, **fields)


def make_topic(key: str = "fotos", name: str = "Fotos") -> Topic:
    """A topic that the public may choose, also where the catalogue keeps it for matching alone."""
    return Topic.objects.update_or_create(key=key, defaults={"name": name, "is_public": True})[0]


PAPERS = {
    "training": date(2026, 1, 10),
    "certificate": date(2026, 1, 5),
    "secrecy": date(2026, 1, 10),
    "pair": date(2026, 2, 1),
}


def make_volunteer(name: str = "Bernd Kluge", *, state: str = "active", topics=(), **fields) -> Volunteer:
    """Somebody with all papers; a key of `PAPERS` names another day for one of them, or None for not shown."""
    number = next(_numbers)
    role = Role.VOLUNTEER if state in ("active", "paused") else ""
    user = make_user(role, name=name, phone=f"+4917139200{number % 100:02d}")
    fields = {
        "hours": "Mo-Fr 8:00-20:00",
        "languages": ["Deutsch"],
        "radius_metres": 5000,
        "visits_a_week": 5,
        "joined_at": NOW - timedelta(days=300),
    } | fields
    papers = {key: fields.pop(key, day) for key, day in PAPERS.items()}
    home = fields.pop("home", None) or make_address("Höhenpromenade", "1")
    volunteer = Volunteer.objects.create(user=user, key=f"V{number}", state=state, home=home, **fields)
    Skill.objects.bulk_create(Skill(volunteer=volunteer, topic=topic, level=2) for topic in topics)
    numbers = dict(Requirement.objects.values_list("key", "pk"))
    Evidence.objects.bulk_create(
        Evidence(volunteer=volunteer, requirement_id=numbers[key], issued_on=day, seen_on=day)
        for key, day in papers.items()
        if day is not None
    )
    return volunteer


def show_paper(volunteer: Volunteer, key: str, day: date | None) -> None:
    """The only evidence of this requirement is of that day; None: there is none."""
    Evidence.objects.filter(volunteer=volunteer, requirement__key=key).delete()
    if day is not None:
        requirement = Requirement.objects.get(key=key)
        Evidence.objects.create(volunteer=volunteer, requirement=requirement, issued_on=day, seen_on=day)


def make_client(name: str = "Ursula Schulze", **fields):
    fields = {"phone": "+493023125216", "salutation": "mrs", "reach_by": ["letter", "call"]} | fields
    address = fields.pop("address", None) or make_address("Gartenweg", "16")
    return clients.register_client(name=name, address=address, by=None, at=NOW, **fields)


def make_visit(*, by: User | None = None, client=None, topics=None, at: datetime = NOW, **fields) -> HomeVisit:
    """A request by phone, agreed."""
    fields = {"entrance": "phone", "is_agreed": True} | fields
    topics = [make_topic()] if topics is None else topics
    return visits.request_visit(client or make_client(), topics=topics, by=by, at=at, **fields)


def make_scheduled(*, by: User, starts_at: datetime = NOW + timedelta(days=6), **fields) -> HomeVisit:
    return visits.fix_slot(make_visit(by=by, **fields), starts_at=starts_at, by=by, at=NOW)


def make_facility(name: str = "Pflegeheim Lindenhof", *contacts: User, **fields) -> Facility:
    fields = {"seats": 40, "internet": "Gäste-WLAN", "equipment": "Beamer", "phone": "+493023125001"} | fields
    address = fields.pop("address", None) or make_address("Wiesenweg", "3")
    facility = Facility.objects.create(key=f"E{next(_numbers)}", name=name, address=address, **fields)
    facility.contacts.set(contacts)
    return facility
