"""What is asked of the benchmark's city: its database, the pages and who asks for them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable
from importlib import import_module
from itertools import islice

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils import timezone

from bookings.models import Client, HomeVisit
from bookings.proposals import suggest
from lotsen.demo import preparation
from lotsen.people.models import Role, User
from tests.bench import filling
from tests.bench.load import get, post
from tests.bench.people import Person, made_up_people, typed_searches
from touring.models import Stop, TourPlan
from touring.queries import timetable
from volunteers.models import Volunteer

TIMES = 9
FEW_VOLUNTEERS = 150


def prepare(*, clients: int, visits: int, volunteers: int, is_planned: bool = True) -> None:
    """The city with so many more people and visits; a kept database that is full already stays as it is."""
    preparation.make_texts()
    preparation.make_static_files()
    preparation.migrate()
    if Client.objects.count() > clients:
        return
    filling.load_city(is_planned=is_planned)
    filling.fill(clients=clients, visits=visits, volunteers=volunteers)


def pages(clients: int) -> dict[str, list[bytes]]:
    """What is asked for, by name: the same requests over and over, for the search two hundred in turn."""
    plan = TourPlan.objects.get(state=TourPlan.State.PUBLISHED)
    key = timetable(plan.starts_on).entries[0].key
    assert Stop.objects.filter(key=key).exists()
    return {
        "bare view": [get("/hallo/")],
        "timetable": [get("/fahrplan/")],
        "stop": [get(f"/fahrplan/{key}/")],
        "hotline search": searches(usual_searches(clients)),
    }


def people(clients: int) -> list[Person]:
    """The first twenty thousand of the so many people with whom the city was filled."""
    return list(islice(made_up_people(clients), 20_000))


def usual_searches(clients: int) -> list[str]:
    """Two hundred things that agents type."""
    return typed_searches(people(clients))


def searches(words: Iterable[str]) -> list[bytes]:
    """Requests of the search as a signed-in agent, as they go over the wire."""
    cookie = f"{settings.SESSION_COOKIE_NAME}={session_of(hotline_user())}"
    return [post("/hotline/suche/", {"q": one}, cookie=cookie) for one in words]


def hotline_user() -> User:
    """An agent of the demonstration city."""
    return User.objects.filter(roles__contains=[Role.HOTLINE]).earliest("pk")


def session_of(user: User) -> str:
    """The key of a session in which the user is signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


def measured_suggestions() -> str:
    """Milliseconds of one suggestion with few and with all volunteers, in this process and with its queries."""
    visit = HomeVisit.objects.filter(state=HomeVisit.State.REQUESTED, topics__isnull=False).latest("pk")
    others = Volunteer.objects.filter(state=Volunteer.State.ACTIVE).order_by("pk").values_list("pk", flat=True)
    away = list(others[FEW_VOLUNTEERS:])
    all_of_them = f"{len(others)} volunteers {_median_of_suggestions(visit)}"
    Volunteer.objects.filter(pk__in=away).update(state=Volunteer.State.PAUSED)
    few = f"{FEW_VOLUNTEERS} volunteers {_median_of_suggestions(visit)}"
    Volunteer.objects.filter(pk__in=away).update(state=Volunteer.State.ACTIVE)
    connection.close()
    return f"{few}; {all_of_them}"


def _median_of_suggestions(visit: HomeVisit) -> str:
    took = []
    for _time in range(TIMES):
        begun = time.perf_counter()
        suggest(visit, at=timezone.now())
        took.append((time.perf_counter() - begun) * 1000)
    return f"{statistics.median(took):.0f} ms"
