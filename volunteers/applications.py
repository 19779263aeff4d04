"""Somebody wants to join: on the web, by telephone or on paper; then a talk, and a coordinator takes them on."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lotsen.kept import period_of
from lotsen.kernel.calendar import add_working_hours
from lotsen.kernel.errors import Refused
from lotsen.kernel.models import Transition
from lotsen.kernel.moves import begin, move
from lotsen.messages.call_tasks import drop_call_tasks, open_call_task
from lotsen.people.models import User
from lotsen.places.addresses import TypedAddress, address_for
from lotsen.places.models import Address
from lotsen.places.normalise import split_street
from lotsen.suspicion import why_held
from volunteers.models import Application, Skill, Topic, TravelMode, Volunteer

CALL_WITHIN_HOURS = 16
"""Working hours: two days."""
TAKEN_ON_KEPT = timedelta(days=30)
"""So long the application of somebody who was taken on stays: then the volunteer's own rows say it all."""
TASK, HELD_TASK = "k_application", "k_application_held"
HOURS = {"morning": "8:00-12:00", "afternoon": "12:00-17:00", "evening": "17:00-20:00"}
"""What "vormittags" means to matching, Monday to Friday; Saturdays from 9 to 17."""


class EmailTaken(Refused):
    """Somebody signs in with this address already and is a volunteer."""


class NotReachable(Refused):
    """Neither an e-mail address nor a telephone number."""


class NoAddress(Refused):
    """A volunteer has a home: ways begin there."""


@transaction.atomic
def apply(
    *,
    token: str,
    entrance: str,
    topics: Iterable[Topic],
    by: User | None,
    at: datetime,
    started_at: datetime | None = None,
    signs: Collection[str] = (),
    **fields: Any,
) -> Application:
    """Take an application down and ask a coordinator to call within two working days. The same `token` again returns
    the first one.

    On the web (`by` None), `signs` and `started_at` say whether it looks like a machine's: then it is held, never
    dropped, and a human looks at it before anybody is called.
    """
    token = token or secrets.token_urlsafe(32)
    if (known := Application.objects.filter(key=token).first()) is not None:
        return known
    held = "" if by is not None else _why_held(signs, started_at or at, at, fields)
    row = Application(key=token, entrance=entrance, entered_by=by, received_at=at, held_because=held[:120], **fields)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return Application.objects.get(key=token)
    row.topics.set(topics)
    begin(row, by=by, at=at)
    _ask_for_call(row, by=by, at=at)
    return row


def _why_held(signs: Collection[str], started_at: datetime, at: datetime, fields: dict[str, Any]) -> str:
    names = f"{fields.get('name', '')} {fields.get('street', '')}"
    text = f"{fields.get('note', '')} {fields.get('heard_from', '')}"
    return why_held(signs=signs, started_at=started_at, at=at, names=names, text=text)


def _ask_for_call(row: Application, *, by: User | None, at: datetime) -> None:
    open_call_task(
        kind=HELD_TASK if row.held_because else TASK,
        phone="" if row.held_because else row.phone,
        variables={"visitor_name": row.name},
        about=row,
        deadline_at=add_working_hours(at, CALL_WITHIN_HOURS),
        key=f"application:{row.pk}:{'held' if row.held_because else 'call'}",
        by=by,
        at=at,
    )


@transaction.atomic
def release_application(row: Application, *, by: User, at: datetime) -> Application:
    """A human has looked at a held application and found it real. Twice is harmless."""
    if Application.objects.filter(pk=row.pk).exclude(held_because="").update(held_because=""):
        row.held_because = ""
        drop_call_tasks(about=row, by=by, at=at)
        _ask_for_call(row, by=by, at=at)
    return row


@transaction.atomic
def decline_application(row: Application, *, by: User, at: datetime) -> Application:
    """It does not go on: they thought better of it, or it was nonsense. Nobody is written to."""
    move(row, Application.State.DECLINED, by=by, at=at)
    drop_call_tasks(about=row, by=by, at=at)
    return row


@transaction.atomic
def take_on(row: Application, *, email: str, street: str, postal_code: str, by: User, at: datetime) -> Volunteer:
    """After the first call: make the applicant a volunteer who has applied. From here on requirements are ticked off.

    They get no role and hear of nothing before they are activated. Somebody of staff keeps their account. `email` may
    be empty: then they never sign in, answer by SMS or telephone, and the hotline enters the rest. Refuses an address
    that another volunteer signs in with (`EmailTaken`), a street without house number (`NoAddress`), and who has
    neither address nor telephone (`NotReachable`).
    """
    if not split_street(street).house_number:
        raise NoAddress(_("Bitte schreiben Sie Straße und Hausnummer."))
    move(row, Application.State.ACCEPTED, by=by, at=at)
    drop_call_tasks(about=row, by=by, at=at)
    volunteer = Volunteer(
        user=_user_of(row, email),
        key=_free_key(),
        home=_home(street, postal_code),
        hours=hours_of(row.times),
        languages=row.languages or ["Deutsch"],
        travel_mode=row.travel_mode or TravelMode.TRANSIT,
        joined_at=at,
    )
    volunteer.save(force_insert=True)
    begin(volunteer, by=by, at=at)
    Skill.objects.bulk_create(Skill(volunteer=volunteer, topic=topic) for topic in row.topics.all())
    Application.objects.filter(pk=row.pk).update(volunteer=volunteer)
    row.volunteer = volunteer
    return volunteer


@transaction.atomic
def forget_settled(*, at: datetime) -> int:
    """Delete applications: of who was taken on after `TAKEN_ON_KEPT`; of who was not half a year later, since so long
    somebody may ask why (AGG section 15, ArbGG section 61b, with time for the post). Returns how many."""
    count = 0
    for state, kept in (
        (Application.State.ACCEPTED, TAKEN_ON_KEPT),
        (Application.State.DECLINED, period_of(Application)),
    ):
        settled = Transition.objects.filter(subject_type=Application._meta.label_lower, target=state, at__lt=at - kept)
        numbers = [int(key) for key in settled.values_list("subject_id", flat=True)]
        count += sum(row.delete()[0] > 0 for row in Application.objects.filter(pk__in=numbers, state=state))
    return count


def _user_of(row: Application, email: str) -> User:
    if not email and not row.phone:
        raise NotReachable(_("Ohne E-Mail-Adresse brauchen wir eine Telefonnummer. In der Bewerbung steht keine."))
    known = User.objects.filter(email__iexact=email).first() if email else None
    if known is None:
        user = User(email=email.lower(), name=row.name, phone=row.phone, roles=[])
        user.set_unusable_password()
        user.save(force_insert=True)
        return user
    if Volunteer.objects.filter(user=known).exists() or not known.roles:
        raise EmailTaken(_("Mit dieser E-Mail-Adresse meldet sich schon jemand an."))
    return known


def _free_key() -> str:
    """The next number of a volunteer who came by an application: B0001."""
    used = Volunteer.objects.filter(key__regex="^B[0-9]{4,8}$").values_list("key", flat=True)
    return f"B{max((int(key[1:]) for key in used), default=0) + 1:04d}"


def _home(street: str, postal_code: str) -> Address:
    address = address_for(TypedAddress(street, postal_code))
    address.save()
    return address


def hours_of(times: Iterable[str]) -> str:
    """ "vormittags" and the like as opening hours; nothing said: never, until they say when."""
    days = ",".join(HOURS[one] for one in HOURS if one in set(times))
    parts = [f"Mo-Fr {days}"] if days else []
    if "saturday" in times:
        parts.append("Sa 9:00-17:00")
    return "; ".join(parts)
