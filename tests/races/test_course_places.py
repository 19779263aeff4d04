"""Three times as many volunteers as places press at once: each is given once; without the counter more are."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from django.db import connection

from lotsen.people.models import Role, User
from tests.people import NOW, make_user, make_volunteer
from tests.races.racing import at_once
from volunteers import courses
from volunteers.models import Course, CoursePlace, Volunteer

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, PLACES, BATCH = 120, 40, 30


def many_volunteers(count: int) -> list[Volunteer]:
    home = make_volunteer().home
    users = [User(email=f"kurs{n}@example.org", name=f"Person {n}", roles=[Role.VOLUNTEER]) for n in range(count)]
    rows = [
        Volunteer(user=user, key=f"K{n}", state="active", home=home, joined_at=NOW)
        for n, user in enumerate(User.objects.bulk_create(users))
    ]
    return Volunteer.objects.bulk_create(rows)


def announced(places: int) -> Course:
    dora = make_user(Role.COORDINATOR)
    fields = {"title": "Handy", "on": date(2026, 12, 1), "minutes": 60, "held_by": "VHS"}
    return courses.add_course(places=places, by=dora, at=NOW, **fields)


def press(course: int, volunteer: Volunteer) -> CoursePlace:
    return courses.sign_up(Course.objects.get(pk=course), volunteer, by=volunteer.user, at=NOW)


def test_each_place_is_given_once():
    course, people, results = announced(PLACES), many_volunteers(PEOPLE), []
    for start in range(0, PEOPLE, BATCH):
        results += at_once([partial(press, course.pk, one) for one in people[start : start + BATCH]])
    assert sum(isinstance(one, CoursePlace) for one in results) == PLACES
    assert sum(isinstance(one, courses.CourseFull) for one in results) == PEOPLE - PLACES
    course.refresh_from_db()
    assert (course.taken, course.held_places.count()) == (PLACES, PLACES)


def test_the_same_person_at_once_takes_one_place():
    course, (one,) = announced(5), many_volunteers(1)
    at_once([partial(press, course.pk, one) for _ in range(20)])
    course.refresh_from_db()
    assert (course.taken, course.held_places.count()) == (1, 1)


def count_first(course: Course) -> None:
    """What the verb must not do: look, then write."""
    if Course.objects.get(pk=course.pk).taken >= course.places:
        raise courses.CourseFull
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.05)")


def test_control_looking_first_sells_more_than_there_is(monkeypatch):
    monkeypatch.setattr(courses, "_count_one_more", count_first)
    course, people = announced(2), many_volunteers(20)
    at_once([partial(press, course.pk, one) for one in people])
    assert course.held_places.count() > 2
