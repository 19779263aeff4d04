"""Who is away, and who does their tasks meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.people.models import Deputy, Role, User


class NotOneself(Refused):
    """Nobody stands in for themselves."""

    sentence = _("Niemand vertritt sich selbst. Bitte wählen Sie jemand anderes.")


class DaysBackwards(Refused):
    """The last day lies before the first, or is over."""

    sentence = _("Der letzte Tag muss heute oder später sein und darf nicht vor dem ersten liegen.")


class DeputyNeeded(Refused):
    """A coordinator's decisions wait for nobody."""

    sentence = _("Wer koordiniert, braucht eine Vertretung. Bitte wählen Sie, wer übernimmt.")


class NotForCoordinators(Refused):
    """Who stands in for a coordinator decides what a coordinator decides."""

    sentence = _("Wer koordiniert, wird von jemandem aus der Koordination vertreten. Bitte wählen Sie jemand anderes.")


class AwayAlready(Refused):
    """These days are entered already."""

    sentence = _("In dieser Zeit ist schon eine Vertretung eingetragen. Bitte beenden Sie sie zuerst.")


def appoint_deputy(user: User, *, deputy: User | None, first_on: date, last_on: date, by: User, at: datetime) -> Deputy:
    """Enter that `user` is away on these days and who does their tasks.

    Without a deputy everybody at the desk does, but for a coordinator, who is refused (`DeputyNeeded`); another
    coordinator stands in for a coordinator, as long as there is one (`NotForCoordinators`). The same days once more
    name a deputy where none is, or one who cannot any more.
    """
    if deputy == user:
        raise NotOneself
    if user.has_role(Role.COORDINATOR):
        _check_for_coordinator(user, deputy)
    if last_on < first_on or last_on < local_date(at):
        raise DaysBackwards
    same = Deputy.objects.filter(user=user, first_on=first_on, last_on=last_on).select_related("deputy").first()
    if same is not None and deputy is not None and not _can_stand_in(same.deputy):
        same.deputy = deputy
        same.save(update_fields=["deputy"])
        return same
    try:
        with transaction.atomic():
            return Deputy.objects.create(user=user, deputy=deputy, first_on=first_on, last_on=last_on)
    except IntegrityError as error:
        if "one_deputy_a_day" not in str(error):
            raise
        raise AwayAlready from error


def _check_for_coordinator(user: User, deputy: User | None) -> None:
    if deputy is None:
        raise DeputyNeeded
    others = User.objects.filter(is_active=True, roles__contains=[Role.COORDINATOR]).exclude(pk=user.pk)
    if not deputy.has_role(Role.COORDINATOR) and others.exists():
        raise NotForCoordinators


def _can_stand_in(deputy: User | None) -> bool:
    """Somebody at the desk, still."""
    return deputy is not None and deputy.has_role(Role.HOTLINE, Role.COORDINATOR)


def end_absence(row: Deputy, *, by: User, at: datetime) -> None:
    """They are back today; an absence that has not begun is struck out."""
    today = local_date(at)
    if row.first_on >= today:
        row.delete()
    elif row.last_on >= today:
        Deputy.objects.filter(pk=row.pk).update(last_on=today - timedelta(days=1))


def visible_absences(user: User, *, on: date) -> QuerySet[Deputy]:
    """Absences that last until this day or longer, the next first: all for coordinators, for others their own and
    those for which they stand in."""
    rows = Deputy.objects.filter(last_on__gte=on).select_related("user", "deputy").order_by("first_on", "user__name")
    if user.has_role(Role.COORDINATOR):
        return rows
    return rows.filter(Q(user=user) | Q(deputy=user))


def changeable_absences(user: User, *, on: date) -> QuerySet[Deputy]:
    """Those that this person may end: all for coordinators, for others their own."""
    rows = visible_absences(user, on=on)
    return rows if user.has_role(Role.COORDINATOR) else rows.filter(user=user)


def away_alone(*, at: datetime) -> list[Deputy]:
    """Who is away today and has nobody to stand in; a warning for coordinators."""
    today = local_date(at)
    alone = [user for user, deputy in stand_ins(on=today).items() if deputy is None]
    rows = Deputy.objects.filter(user__in=alone, first_on__lte=today, last_on__gte=today)
    return list(rows.select_related("user").order_by("user__name"))


SOON = timedelta(days=7)


def coordinators_alone(*, at: datetime) -> list[Deputy]:
    """Absences of coordinators, of today and of the next seven days, for which nobody stands in: none is named, who is
    named is away too or at the desk no more. The next first."""
    today = local_date(at)
    rows = Deputy.objects.filter(last_on__gte=today, first_on__lte=today + SOON)
    rows = rows.filter(user__is_active=True, user__roles__contains=[Role.COORDINATOR]).select_related("user")
    rows = list(rows.order_by("first_on", "user__name"))
    nobody = {day: stand_ins(on=day) for day in {max(row.first_on, today) for row in rows}}
    return [row for row in rows if nobody[max(row.first_on, today)].get(row.user_id) is None]


def on_duty(role: str, *, on: date) -> list[User]:
    """Those with this role who are there on this day, and in the place of each other whoever stands in; everybody with
    the role where nobody is left. Whom a digest or an alarm goes to."""
    everybody = list(User.objects.filter(is_active=True, roles__contains=[role]).order_by("pk"))
    away = stand_ins(on=on)
    there = {user.pk for user in everybody if user.pk not in away}
    there |= {away[user.pk] for user in everybody if user.pk in away and away[user.pk] is not None}
    return list(User.objects.filter(pk__in=there).order_by("pk")) or everybody


def stand_ins(*, on: date) -> Mapping[int, int | None]:
    """User to deputy for everybody who is away on this day; None where nobody stands in. One query.

    A deputy who is away is followed to their own deputy; a circle ends at nobody, and so does one who is at the desk no
    more.
    """
    rows = Deputy.objects.filter(first_on__lte=on, last_on__gte=on).select_related("deputy")
    away = {row.user_id: row.deputy_id if _can_stand_in(row.deputy) else None for row in rows}
    return {user: _last_of(user, away) for user in away}


def _last_of(user: int, away: Mapping[int, int | None]) -> int | None:
    seen, here = {user}, away[user]
    while here in away:
        if here in seen:
            return None
        seen.add(here)
        here = away[here]
    return here


def stood_for(user: User, *, on: date) -> frozenset[int]:
    """Those whose tasks this user does on this day."""
    return frozenset(away for away, deputy in stand_ins(on=on).items() if deputy == user.pk)
