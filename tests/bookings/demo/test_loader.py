"""The demonstration city goes in on any day, and tells its story with visits of every state."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from bookings.demo.loader import FOLDER, demo_files, load_demo
from bookings.demo.people import PASSWORD, PEOPLE
from bookings.imports import KINDS, CityFile, import_city
from bookings.models import Client, Facility, HomeVisit, Offer, TrainingRecord
from lotsen.kernel.calendar import local_date
from lotsen.kernel.imports import Counts
from lotsen.kernel.phones import is_for_films
from lotsen.messages.models import CallTask, Message
from lotsen.people.models import Role, User
from tests.bookings.imports.lists import city_file
from tests.people import make_visit
from touring.models import Stop

pytestmark = pytest.mark.django_db

SIZES = {"teams": 2, "haltestellen": 32, "einrichtungen": 12, "lotsen": 40, "anfragen": 60}
MOMENTS = [
    datetime(2026, 11, 25, 12, tzinfo=UTC),
    datetime(2026, 11, 28, 2, tzinfo=UTC),  # a Saturday night
    datetime(2026, 12, 25, 17, tzinfo=UTC),  # Christmas
    datetime(2027, 3, 29, 0, 30, tzinfo=UTC),  # the night after the clocks changed
]


@pytest.mark.parametrize("at", MOMENTS)
def test_visits_of_every_state(at):
    counts = load_demo(at=at)
    assert counts == {kind: Counts(new=size) for kind, size in SIZES.items()}
    states = Counter(HomeVisit.objects.values_list("state", flat=True))
    assert states == {"requested": 34, "scheduled": 5, "assigned": 10, "done": 12, "missed": 1, "cancelled": 1}
    assert Counter(Offer.objects.values_list("state", flat=True)) == {
        "open": 14,
        "declined": 1,
        "accepted": 24,
        "withdrawn": 24,
    }
    assert (CallTask.objects.filter(state="open").count(), TrainingRecord.objects.count()) == (6, 1)
    assert Counter(Message.objects.filter(state="queued").values_list("kind", flat=True)) == {"v_offer": 14}
    coming = HomeVisit.objects.filter(state__in=["scheduled", "assigned"])
    assert min(local_date(visit.slot_starts_at) for visit in coming) >= local_date(at)
    assert all(visit.slot_starts_at > at for visit in coming.filter(state="scheduled"))
    over = HomeVisit.objects.filter(state__in=["done", "missed"])
    assert max(visit.slot_ends_at for visit in over) < at


def test_some_visits_are_today_and_tomorrow():
    at = MOMENTS[0]
    load_demo(at=at)
    days = Counter(
        local_date(visit.slot_starts_at) - local_date(at) for visit in HomeVisit.objects.filter(state="assigned")
    )
    assert (days[timedelta(0)], days[timedelta(1)]) == (2, 3)


def test_the_same_story_every_time():
    def story():
        with transaction.atomic():
            load_demo(at=MOMENTS[0])
            visits = HomeVisit.objects.order_by("client__key", "pk")
            told = list(
                visits.values_list("client__name", "state", "slot_starts_at", "guide__name", "reports__minutes")
            )
            transaction.set_rollback(True)
        return told

    first = story()
    assert (len(first), first) == (63, story())


def test_everybody_named_can_sign_in_and_sees_their_role(client):
    load_demo(at=MOMENTS[0])
    for one in PEOPLE:
        user = User.objects.get(email=one.email)
        assert (user.name, user.roles, user.check_password(PASSWORD)) == (one.name, [one.role], True)
    assert {one.role for one in PEOPLE} == set(Role.values)
    assert Facility.objects.filter(contacts__email="annegret.huebner@example.org").count() == 1
    assert User.objects.filter(roles=[Role.ADVISOR], teams__isnull=False).count() == 2


def test_every_number_belongs_to_nobody_and_every_address_to_example_org():
    load_demo(at=MOMENTS[0])
    phones = [
        *User.objects.exclude(phone="").values_list("phone", flat=True),
        *Client.objects.exclude(phone="").values_list("phone", flat=True),
        *Facility.objects.exclude(phone="").values_list("phone", flat=True),
        *HomeVisit.objects.exclude(caller_phone="").values_list("caller_phone", flat=True),
    ]
    assert [phone for phone in phones if not is_for_films(phone)] == []
    assert User.objects.exclude(email__endswith="@example.org").count() == 0
    assert Stop.objects.filter(address__accuracy="address").count() == 32


def test_the_folder_can_be_imported_as_it_is():
    files = [CityFile(kind.name, kind.file_name, (FOLDER / kind.file_name).read_bytes()) for kind in KINDS]
    assert import_city(files, by=None, at=MOMENTS[0]).problems == ()
    assert [one.kind for one in demo_files(local_date(MOMENTS[0]))] == [kind.name for kind in KINDS]


def test_other_people_are_left_alone():
    make_visit()
    with pytest.raises(CommandError, match="braucht eine leere Datenbank"):
        run("load_demo")
    assert (HomeVisit.objects.count(), User.objects.count(), Stop.objects.count()) == (1, 0, 0)


def test_other_teams_do_not_matter():
    import_city([city_file("teams"), city_file("haltestellen")], by=None, at=MOMENTS[0])
    load_demo(at=MOMENTS[0])
    assert TrainingRecord.objects.get().training.request_stop.team.key == "Neustadt"


def run(command):
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue().splitlines()


def test_the_commands():
    with pytest.raises(CommandError, match="noch nicht geladen"):
        run("demo_accounts")
    assert run("load_demo")[0] == "Teams: 2 neu, 0 geändert, 0 gleich"
    before = HomeVisit.objects.count()
    assert (run("load_demo"), HomeVisit.objects.count()) == (["Die Beispielstadt ist schon da."], before)
    lines = run("demo_accounts")
    assert len(lines) == len(PEOPLE)
    assert lines[0].split() == [
        "Koordination",
        "Dora",
        "Sommer",
        "koordination@example.org",
        PASSWORD,
        "http://localhost:8000/koordination/",
    ]


@pytest.mark.parametrize("command", ["load_demo", "demo_accounts"])
def test_never_in_production(settings, command):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match=r"Beispiel-Zugänge gibt es nicht im echten Betrieb\."):
        run(command)
    assert not User.objects.exists()
