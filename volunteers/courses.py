"""Courses for volunteers: held, signed up for, attended. A course is never oversold, however many press at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.people.models import User
from volunteers.models import Course, CoursePlace, Requirement, Volunteer
from volunteers.needed import TRAINING
from volunteers.requirements import ShownBefore, show_evidence

NOT_ASKED = (Volunteer.State.SUSPENDED, Volunteer.State.LEFT)


class CourseFull(Refused):
    """The last place is gone."""


class CourseOver(Refused):
    """The course has begun its day already, or lies in the future where its list is to be ticked."""


class NotInvited(Refused):
    """Who is suspended or has left takes no place."""


def add_course(*, by: User, at: datetime, **fields: Any) -> Course:
    """Announce a course: `minutes` long, on a day, with so many `places`."""
    return Course.objects.create(created_by=by, created_at=at, **fields)


@transaction.atomic
def sign_up(course: Course, volunteer: Volunteer, *, by: User, at: datetime) -> CoursePlace:
    """Take one of the places; the same volunteer twice has one.

    Refuses a course of a day gone by (`CourseOver`), who may not come (`NotInvited`), and a full one (`CourseFull`):
    one conditional UPDATE counts the places, the database refuses more.
    """
    if course.on < local_date(at):
        raise CourseOver(_("Dieser Kurs ist schon vorbei."))
    if volunteer.state in NOT_ASKED:
        raise NotInvited(_("Das geht gerade nicht. Bitte rufen Sie uns an."))
    try:
        with transaction.atomic():
            place = CoursePlace.objects.create(course=course, volunteer=volunteer, signed_at=at)
            _count_one_more(course)
    except IntegrityError:
        return CoursePlace.objects.get(course=course, volunteer=volunteer)
    course.refresh_from_db(fields=["taken"])
    return place


def _count_one_more(course: Course) -> None:
    free = Course.objects.filter(pk=course.pk, taken__lt=F("places"))
    if free.update(taken=F("taken") + 1) != 1:
        raise CourseFull(_("Der letzte Platz ist gerade vergeben worden. Es tut uns leid."))


@transaction.atomic
def give_back_place(course: Course, volunteer: Volunteer, *, by: User, at: datetime) -> bool:
    """Somebody cannot come; their place is free again. False where they had none. Refused once the list is ticked."""
    if course.on < local_date(at):
        raise CourseOver(_("Dieser Kurs ist schon vorbei."))
    gone, _each = CoursePlace.objects.filter(course=course, volunteer=volunteer, attended=None).delete()
    if gone:
        Course.objects.filter(pk=course.pk).update(taken=F("taken") - 1)
        course.refresh_from_db(fields=["taken"])
    return bool(gone)


@transaction.atomic
def tick_attendance(course: Course, *, attended: Collection[int], gives_training: bool, by: User, at: datetime) -> int:
    """Who was there, as primary keys of volunteers; everybody else who had a place was not. Returns how many were.

    With `gives_training` a basic course is their training from that day on. Refuses a course that is still to come.
    """
    if course.on > local_date(at):
        raise CourseOver(_("Der Kurs ist erst noch. Bitte haken Sie die Liste danach ab."))
    places = CoursePlace.objects.filter(course=course)
    there = places.filter(volunteer__in=list(attended))
    count = there.update(attended=True)
    places.exclude(volunteer__in=list(attended)).update(attended=False)
    if gives_training and course.is_basic:
        for place in there.select_related("volunteer"):
            _give_training(place.volunteer, on=course.on, by=by, at=at)
    return count


def _give_training(volunteer: Volunteer, *, on: date, by: User, at: datetime) -> None:
    requirement = Requirement.objects.get(key=TRAINING)
    try:
        show_evidence(volunteer, requirement=requirement, issued_on=on, seen_on=on, by=by, at=at)
    except ShownBefore:
        return
