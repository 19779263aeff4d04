"""Who can sign in to the demonstration city. Their password is no secret, hence never in production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.models import Facility, HomeVisit
from lotsen.kernel.errors import Refused
from lotsen.people.models import Role, User
from touring.models import Team
from volunteers.models import Volunteer

PASSWORD = "elbe-lotse-demo"  # noqa: S105 - printed for everybody, and refused in production


class NotInProduction(Refused):
    """Demo accounts have a password that everybody knows."""

    sentence = _("Beispiel-Zugänge gibt es nicht im echten Betrieb.")


class NotEmpty(Refused):
    """The story is told about everybody who is there, so nobody else may be."""

    sentence = _("Hier stehen schon andere Menschen. Die Beispielstadt braucht eine leere Datenbank.")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can sign in, and the page where to start. `is_imported`: they stand on the city's lists."""

    role: str
    name: str
    email: str
    phone: str
    path: str
    job: str | Promise
    is_imported: bool = False
    team: str = ""


STAFF = (
    DemoPerson(
        Role.COORDINATOR,
        "Dora Sommer",
        "koordination@example.org",
        "+493023125110",
        "/koordination/",
        _("Koordination"),
    ),
    DemoPerson(Role.HOTLINE, "Anna Lehmann", "hotline@example.org", "+493023125111", "/hotline/", _("Hotline")),
    DemoPerson(
        Role.ADVISOR,
        "Emil Hartig",
        "team.neustadt@example.org",
        "+493023125112",
        "/team/",
        _("Beratungsteam Neustadt"),
        team="Neustadt",
    ),
    DemoPerson(
        Role.ADVISOR,
        "Frieda Kuhnt",
        "team.altstadt@example.org",
        "+493023125113",
        "/team/",
        _("Beratungsteam Altstadt"),
        team="Altstadt",
    ),
    DemoPerson(
        Role.DATA_PROTECTION, "Konrad Seifert", "datenschutz@example.org", "+493023125114", "/", _("Datenschutz")
    ),
    DemoPerson(Role.ADMINISTRATOR, "Tilda Reuter", "technik@example.org", "+493023125115", "/", _("Technik")),
)
LISTED = (
    DemoPerson(Role.VOLUNTEER, "Bernd Kluge", "bernd.kluge@example.org", "", "/lotse/", _("Lotse"), is_imported=True),
    DemoPerson(
        Role.VOLUNTEER, "Clara Winkler", "clara.winkler@example.org", "", "/lotse/", _("Lotsin"), is_imported=True
    ),
    DemoPerson(
        Role.VOLUNTEER, "Nguyễn Thị Hoa", "nguyen.thi.hoa@example.org", "", "/lotse/", _("Lotsin"), is_imported=True
    ),
    DemoPerson(
        Role.FACILITY,
        "Annegret Hübner",
        "annegret.huebner@example.org",
        "",
        "/einrichtung/",
        _("Seniorenhaus Elbbogen"),
        is_imported=True,
    ),
)
PEOPLE = (*STAFF, *LISTED)


def is_loaded() -> bool:
    """Whether the demonstration city is there."""
    return User.objects.filter(email=STAFF[0].email).exists()


def refuse_others() -> None:
    """Refuse a database in which people ask for help or give it already (`NotEmpty`)."""
    if HomeVisit.objects.exists() or Volunteer.objects.exists():
        raise NotEmpty


def make_people(*, at: datetime) -> dict[str, User]:
    """Staff are made, people of the lists get the password; users by e-mail address."""
    password = make_password(PASSWORD)
    staff = User.objects.bulk_create(
        User(email=one.email, name=one.name, phone=one.phone, roles=[one.role], password=password) for one in STAFF
    )
    User.objects.filter(email__in=[one.email for one in LISTED]).update(password=password)
    users = {user.email: user for user in [*staff, *User.objects.filter(email__in=[one.email for one in LISTED])]}
    for team in Team.objects.all():
        team.members.set([users[one.email] for one in STAFF if one.team == team.key])
    return users


def demo_volunteers(users: dict[str, User]) -> list[Volunteer]:
    """The volunteers who can sign in, in the order of the list."""
    found = {
        one.user_id: one for one in Volunteer.objects.filter(user__in=users.values()).select_related("user", "home")
    }
    return [found[users[one.email].pk] for one in LISTED if one.role == Role.VOLUNTEER]


def demo_facility(users: dict[str, User]) -> Facility:
    """The facility whose contact can sign in."""
    contact = next(one for one in LISTED if one.role == Role.FACILITY)
    return Facility.objects.get(contacts=users[contact.email])
