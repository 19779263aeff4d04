"""Who hears of changed contact details: the ways that held until now, a new address, and the link that confirms one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from lotsen.kernel.calendar import local_date, long_date, spoken_clock
from lotsen.kernel.sentences import listed
from lotsen.messages.numbers import takes_sms
from lotsen.messages.telling import tell
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import User
from volunteers.models import EmailChange, Volunteer

CHANGED, NEW_ADDRESS, CONFIRM = "v_contact_changed", "v_email_new", "v_email_confirm"
"""To the ways that held until now; to an address that the office has entered; the link to one's own new address."""


def ways_of(row: Volunteer) -> dict[str, ContactPoint]:
    """The ways that hold now, by name: "email", "phone" where it takes SMS, "home" for a letter."""
    user, home = row.user, row.home
    ways = {"email": ContactPoint("email", user.email)} if user.email else {}
    if takes_sms(user.phone):
        ways["phone"] = ContactPoint("sms", user.phone)
    if home.street:
        block = "\n".join(line for line in (user.name, home.street_line, home.city_line) if line)
        ways["home"] = ContactPoint("letter", block)
    return ways


def tell_old(
    row: Volunteer, ways: Mapping[str, ContactPoint], changed: Sequence[str], *, by: User, at: datetime
) -> None:
    """Each of the former `ways` that has changed is told by itself first, else by another that held; the same way once.
    A home alone is told by e-mail or SMS first: who has moved does not read the letter."""
    orders = {
        "email": ("email", "phone", "home"),
        "phone": ("phone", "email", "home"),
        "home": ("email", "phone", "home"),
    }
    ladders = [[ways[name] for name in orders[one] if name in ways] for one in changed]
    first = {tuple(ladder[:1]): ladder for ladder in reversed(ladders)}
    for number, ladder in enumerate(first.values()):
        tell(
            points=[*ladder, *_call(row.user)],
            kind=CHANGED,
            language=row.user.language,
            variables=_words(row, changed),
            about=row,
            key=f"volunteer:{row.pk}:contacts:{at:%Y%m%d%H%M%S%f}:{number}",
            by=by,
            at=at,
            recipient_user=row.user,
        )


def _call(user: User) -> list[ContactPoint]:
    return [ContactPoint("call", user.phone)] if user.phone else []


def _words(row: Volunteer, changed: Sequence[str]) -> dict[str, str]:
    with override(row.user.language):
        names = {"email": _("E-Mail-Adresse"), "phone": _("Telefonnummer"), "home": _("Anschrift")}
        what = listed(tuple(names[one] for one in names if one in changed), _(" und "))
        return {"what": what, "salutation": _("Guten Tag, %(name)s,") % {"name": row.user.name}}


def tell_new(row: Volunteer, *, by: User, at: datetime) -> None:
    """The address that the office has entered hears that it counts now; where there is none, nobody does."""
    user = row.user
    if user.email:
        tell(
            points=[ContactPoint("email", user.email), *_call(user)],
            kind=NEW_ADDRESS,
            language=user.language,
            variables={},
            about=row,
            key=f"volunteer:{row.pk}:email:{at:%Y%m%d%H%M%S%f}",
            by=by,
            at=at,
            recipient_user=user,
        )


def send_link(row: Volunteer, asked: EmailChange, *, link: str, until: datetime, by: User, at: datetime) -> None:
    """The link goes to the new address and nowhere else; where no e-mail arrives, a human calls."""
    user = row.user
    tell(
        points=[ContactPoint("email", asked.email), *_call(user)],
        kind=CONFIRM,
        language=user.language,
        variables={
            "confirm_link": link,
            "date_long": long_date(local_date(until), language=user.language),
            "time": spoken_clock(until),
        },
        about=row,
        key=f"volunteer:{row.pk}:new-email:{asked.pk}",
        by=by,
        at=at,
        deadline_at=until,
        recipient_user=user,
    )
