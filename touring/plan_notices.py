"""What people learn when a plan is published, put into the outbox in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lotsen.kernel.calendar import add_working_hours, at_minute, long_date
from lotsen.messages.call_tasks import CALL_WITHIN
from lotsen.messages.telling import tell
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import User
from lotsen.people.push import push_points
from touring.concerned import EMAIL, LETTER, Concerned
from touring.models import Stop, Team, TourPlan

STOP_NEW, STOP_CHANGED, STOP_ENDED = "f_stop_times_new", "f_stop_times_changed", "f_stop_times_ended"
TEAM_CHANGED = "k_team_plan_changed"
CALL_HOURS = 16
"""Within so many hours of the hotline the contacts of stops are called, before the plan begins at the latest."""

EIGHT = 8 * 60


def tell_of_plan(plan: TourPlan, lines: Iterable[Concerned], *, by: User | None, at: datetime) -> None:
    """Everybody on the list of `concerned_by`, each once; who was called already is not told again.

    People on request stops learn their new time where it is found (`touring.carrying`).
    """
    for line in lines:
        if line.stop is not None and not line.is_told:
            _tell_stop(plan, line, line.stop, by=by, at=at)
        for person in line.people if line.team is not None else ():
            _tell_member(plan, line.team, line.what_after, person, by=by, at=at)


def _tell_stop(plan: TourPlan, line: Concerned, stop: Stop, *, by: User | None, at: datetime) -> None:
    kind = STOP_NEW if not line.what_before else STOP_CHANGED if line.what_after else STOP_ENDED
    tell(
        points=_points(stop, line.channel),
        kind=kind,
        language="de",
        variables={
            "halt": stop.name,
            "before": line.what_before,
            "after": line.what_after,
            "date_long": long_date(plan.starts_on, year=True),
        },
        about=stop,
        key=f"plan:{plan.pk}:stop:{stop.pk}",
        by=by,
        at=at,
        deadline_at=None if line.channel == LETTER else call_by(plan, at),
    )


def _points(stop: Stop, channel: str) -> list[ContactPoint]:
    """The way that the list shows; a phone number stands by in case an e-mail fails."""
    phone = [ContactPoint("call", stop.contact_phone)] if stop.contact_phone else []
    if channel == EMAIL:
        return [ContactPoint("email", stop.contact_email), *phone]
    return [ContactPoint("letter", postal_block(stop))] if channel == LETTER else phone


def postal_block(stop: Stop) -> str:
    """The address field of a letter to the place."""
    address = stop.address
    lines = [
        stop.name,
        stop.contact_name,
        f"{address.street} {address.house_number}".strip(),
        f"{address.postal_code} {address.city}".strip(),
    ]
    return "\n".join(line for line in lines if line)


def call_by(plan: TourPlan, at: datetime) -> datetime:
    """Until when a contact is to be called."""
    before_it_begins = at_minute(plan.starts_on, EIGHT)
    return max(min(add_working_hours(at, CALL_HOURS), before_it_begins), at + CALL_WITHIN)


def _tell_member(plan: TourPlan, team: Team | None, words: str, person: User, *, by: User | None, at: datetime) -> None:
    """By a notice on the telephone where it is switched on, else by e-mail: everybody who signs in has an address.

    Names of stops, none of people.
    """
    assert team is not None
    tell(
        points=[*push_points(person), ContactPoint("email", person.email)],
        kind=TEAM_CHANGED,
        language=person.language,
        variables={
            "team": team.name,
            "change": words or "–",
            "date_long": long_date(plan.starts_on, language=person.language, year=True),
        },
        about=plan,
        key=f"plan:{plan.pk}:team:{team.pk}:{person.pk}",
        by=by,
        at=at,
        recipient_user=person,
    )
