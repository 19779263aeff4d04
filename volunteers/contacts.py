"""How a volunteer is reached: e-mail address, telephone and home, changed by themselves or by the office for them.

Whoever sits at somebody else's sign-in must not take it over quietly. So the ways that held until now hear of every
change, and an address that somebody gives for themselves counts only once a link that was sent there is opened.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lotsen.kept import period_of
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes
from lotsen.kernel.limits import within_limit
from lotsen.kernel.locks import one_at_a_time
from lotsen.messages.numbers import takes_sms
from lotsen.messages.outbox import drop_messages
from lotsen.messages.readdressing import readdress_user
from lotsen.people.models import Role, User
from lotsen.people.sign_outs import sign_out_everywhere
from lotsen.places.addresses import TypedAddress, address_for, forget_address
from lotsen.places.normalise import split_street
from volunteers.applications import EmailTaken, NoAddress, NotReachable
from volunteers.contact_notices import CHANGED, CONFIRM, send_link, tell_new, tell_old, ways_of
from volunteers.models import EmailChange, Volunteer

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")
BYTES = 32
"""256 random bits, RFC 4648 base64url: nobody guesses one."""
TRIES, SPAN = 5, timedelta(days=1)
"""So many links a day for one volunteer: our mail must not be a way to pester somebody."""
KEEPS_EMAIL = gettext_noop("Mit dieser Adresse melden Sie sich an. Soll sie weg? Dann rufen Sie uns bitte an.")
GONE = frozenset({Volunteer.State.SUSPENDED, Volunteer.State.LEFT})
Values = dict[str, Any]


class Overtaken(Refused):
    """Somebody else has changed the same meanwhile. `fields` names what."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(_("Jemand anderes hat inzwischen etwas geändert. Es ist noch nichts gespeichert."))
        self.fields = tuple(fields)


class NumberTaken(Refused):
    """Another volunteer has this mobile number: an SMS from it would be nobody's."""


class AccountOfStaff(Refused):
    """Somebody who also works here changes their own sign-in and number; nobody else does."""


class KeepsEmail(Refused):
    """Without an address they would lock themselves out."""


class TooOften(Refused):
    """More links than anybody needs."""


class LinkOver(Refused):
    """The link was used, is too old, or never was."""


@dataclass(frozen=True)
class Contacts:
    """What is to stand: `email` and `phone` (E.164) may be empty, not both; `home` with street and house number."""

    email: str
    phone: str
    home: TypedAddress


# --- what stands, and whether it still does ---------------------------------------------------------


def values_of(volunteer: Volunteer) -> Values:
    """What stands now, by name; the home as street with number, postal code, city and what else is on the letter."""
    home = volunteer.home
    place = [home.street_line, home.postal_code, home.city, home.extra]
    return {"email": volunteer.user.email, "phone": volunteer.user.phone, "home": place}


def stamps(values: Mapping[str, Any]) -> dict[str, str]:
    """A mark for each value, by which a page can tell later whether it still stands."""
    return {
        name: salted_hmac("volunteers.contacts", f"{name}={json.dumps(value)}").hexdigest()[:12]
        for name, value in values.items()
    }


def is_of_staff(volunteer: Volunteer) -> bool:
    """Whether their account opens more than a volunteer's pages, now or when a suspension is lifted."""
    roles = {*volunteer.user.roles, *volunteer.roles_at_rest}
    return volunteer.user.is_superuser or bool(roles - {Role.VOLUNTEER})


# --- changing ---------------------------------------------------------------------------------------


def set_contacts(
    volunteer: Volunteer, contacts: Contacts, *, seen: Mapping[str, str], by: User, at: datetime
) -> tuple[str, ...]:
    """Write what is different, with a line in the journal; returns the names of what changed: "email", "phone", "home".
    A new address that the volunteer gives themselves is returned as "new_email": it waits for its link. Call it outside
    a transaction: links are counted.

    `seen`: the stamps of what was on screen (`Overtaken`). Refuses an address or a mobile number that is somebody
    else's (`EmailTaken`, `NumberTaken`), neither of them (`NotReachable`), a home without house number (`NoAddress`),
    taking away one's own address (`KeepsEmail`), and the sign-in of staff by others (`AccountOfStaff`).
    """
    is_own = by.pk == volunteer.user_id
    if is_own and not contacts.email and volunteer.user.email:
        raise KeepsEmail(_(KEEPS_EMAIL))
    if is_own and contacts.email.lower() != volunteer.user.email.lower():
        _count_link(volunteer, at=at)
    return _set_contacts(volunteer, contacts, seen=seen, is_own=is_own, by=by, at=at)


def _count_link(volunteer: Volunteer, *, at: datetime) -> None:
    if not within_limit("email change", str(volunteer.pk), cap=TRIES, span=SPAN, at=at):
        raise TooOften(
            _("Heute haben wir schon fünf Links verschickt. Bitte versuchen Sie es morgen, oder rufen Sie an.")
        )


@transaction.atomic
def _set_contacts(
    volunteer: Volunteer, contacts: Contacts, *, seen: Mapping[str, str], is_own: bool, by: User, at: datetime
) -> tuple[str, ...]:
    one_at_a_time(f"volunteer phone {contacts.phone}")
    row = _locked(volunteer.pk)
    before = values_of(row)
    if overtaken := [name for name, stamp in stamps(before).items() if seen.get(name) != stamp]:
        raise Overtaken(overtaken)
    wanted = _wanted(contacts, before)
    changed = [name for name, value in wanted.items() if before[name] != value]
    _check(row, wanted, changed, is_own=is_own)
    told = ways_of(row)
    is_asked = is_own and "email" in changed
    if is_asked:
        changed.remove("email")
        _ask(row, wanted["email"], by=by, at=at)
    if changed:
        _write(row, wanted, changed, by=by, at=at, home=contacts.home)
        tell_old(row, told, changed, by=by, at=at)
    if "email" in changed:  # somebody else has changed by what they sign in
        sign_out_everywhere(row.user, by=by, at=at)
        tell_new(row, by=by, at=at)
    return (*changed, "new_email") if is_asked else tuple(changed)


def _locked(pk: int) -> Volunteer:
    row = Volunteer.objects.select_for_update(of=("self",), no_key=True).select_related("home").get(pk=pk)
    row.user = User.objects.select_for_update(no_key=True).get(pk=row.user_id)
    return row


def _wanted(contacts: Contacts, before: Values) -> Values:
    """In the words of `values_of`; capitals make no other address."""
    home, email = contacts.home, contacts.email.lower()
    place = [" ".join(home.street.split()), home.postal_code, home.city, home.extra]
    email = before["email"] if before["email"].lower() == email else email
    return {"email": email, "phone": contacts.phone, "home": place}


def _check(row: Volunteer, wanted: Values, changed: Sequence[str], *, is_own: bool) -> None:
    if not is_own and is_of_staff(row) and {"email", "phone"} & set(changed):
        raise AccountOfStaff(_("Die Person arbeitet auch bei uns. Ihr Konto und ihre Nummer ändert nur sie selbst."))
    if not wanted["email"] and not wanted["phone"]:
        raise NotReachable(_("Ohne E-Mail-Adresse und ohne Telefon erreichen wir niemanden. Eines genügt."))
    has_street = bool(wanted["home"][0] or row.home.street)  # of some a list says the postal code alone
    if "home" in changed and has_street and not split_street(wanted["home"][0]).house_number:
        raise NoAddress(_("Bitte schreiben Sie Straße und Hausnummer."))
    if "phone" in changed:
        _refuse_number(row, wanted["phone"])
    if "email" in changed:
        _refuse_email(row, wanted["email"])


def _refuse_number(row: Volunteer, phone: str) -> None:
    """A land line may be that of two; of a mobile number we must know whose "JA 4711" it is."""
    others = Volunteer.objects.filter(user__phone=phone, user__is_active=True).exclude(pk=row.pk)
    if takes_sms(phone) and others.exists():
        raise NumberTaken(_("Diese Handynummer hat schon jemand anderes. Daran erkennen wir, wer per SMS antwortet."))


def _refuse_email(row: Volunteer, email: str) -> None:
    if email and User.objects.filter(email__iexact=email).exclude(pk=row.user_id).exists():
        raise EmailTaken(_("Mit dieser E-Mail-Adresse meldet sich schon jemand anderes an."))


def _write(
    row: Volunteer, wanted: Values, changed: Sequence[str], *, by: User, at: datetime, home: TypedAddress | None = None
) -> None:
    """The columns, the journal, and what waits in the outbox. A running offer or visit stays as it is."""
    columns = {name: wanted[name] for name in ("email", "phone") if name in changed}
    moved = {old: new for name, new in columns.items() if (old := getattr(row.user, name))}
    _write_user(row, columns)
    if home is not None and "home" in changed:
        _move_house(row, home)
    record_changes(row, fields=list(changed), by=by, at=at)
    readdress_user(row.user, moved=moved, besides=(CHANGED, CONFIRM), about=[row], at=at)


def _write_user(row: Volunteer, columns: dict[str, str]) -> None:
    """`EmailTaken` where somebody else was faster. What the sign-in knows of former addresses goes: no link to a new
    password may be asked for with them."""
    if not columns:
        return
    try:
        with transaction.atomic():
            User.objects.filter(pk=row.user_id).update(**columns)
    except IntegrityError as error:
        if "user_email_unique" not in str(error):
            raise
        raise EmailTaken(_("Mit dieser E-Mail-Adresse meldet sich schon jemand anderes an.")) from error
    if "email" in columns:
        EmailAddress.objects.filter(user=row.user_id).delete()
    for name, value in columns.items():
        setattr(row.user, name, value)


def _move_house(row: Volunteer, typed: TypedAddress) -> None:
    """A row of its own with point and district; whoever sets out elsewhere still does. Where nobody lives any more
    is forgotten."""
    old, home = row.home, address_for(typed)
    home.save()
    Volunteer.objects.filter(pk=row.pk).update(home=home)
    row.home = home
    forget_address(old)


# --- one's own new address --------------------------------------------------------------------------


def _ask(row: Volunteer, email: str, *, by: User, at: datetime) -> None:
    """Keep the new address and send the link there; an older link is dead."""
    _drop(row, by=by, at=at)
    token = secrets.token_urlsafe(BYTES)
    asked = EmailChange.objects.create(volunteer=row, email=email, digest=_digest(token), asked_at=at)
    link = f"{settings.PUBLIC_BASE_URL}{reverse('volunteers:new-email', args=[token])}"
    send_link(row, asked, link=link, until=ends_at(asked), by=by, at=at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def ends_at(asked: EmailChange) -> datetime:
    """Until when the link holds."""
    return asked.asked_at + period_of(EmailChange)


def pending_change(volunteer: Volunteer, *, at: datetime) -> EmailChange | None:
    """The new address that waits for its link, if one does."""
    found = EmailChange.objects.filter(volunteer=volunteer).first()
    return found if found is not None and at < ends_at(found) else None


def change_of(token: str, *, at: datetime) -> EmailChange | None:
    """What this link would confirm; None for one that was used, is too old, or never was."""
    if not TOKEN.match(token):
        return None
    found = EmailChange.objects.select_related("volunteer").filter(digest=_digest(token)).first()
    is_open = found is not None and at < ends_at(found) and found.volunteer.state not in GONE
    return found if is_open else None


@transaction.atomic
def confirm_email(token: str, *, at: datetime) -> Volunteer:
    """Whoever has the link can read the new address: from now on it counts, and the old one is told. Works once.

    Refuses a link that is over (`LinkOver`), and an address that somebody else has taken meanwhile (`EmailTaken`).
    """
    asked = change_of(token, at=at)
    row = _locked(asked.volunteer_id) if asked else None
    if asked is None or row is None or row.state in GONE or not EmailChange.objects.filter(pk=asked.pk).delete()[0]:
        raise LinkOver(_("Dieser Link gilt nicht mehr."))
    told, wanted = ways_of(row), values_of(row) | {"email": asked.email}
    _refuse_email(row, asked.email)
    _write(row, wanted, ["email"], by=row.user, at=at)
    tell_old(row, told, ["email"], by=row.user, at=at)
    return row


@transaction.atomic
def drop_change(volunteer: Volunteer, *, by: User, at: datetime) -> None:
    """They thought better of it: the link is dead, the old address stays. Twice is harmless."""
    _drop(volunteer, by=by, at=at)


def _drop(row: Volunteer, *, by: User, at: datetime) -> None:
    EmailChange.objects.filter(volunteer=row).delete()
    drop_messages(about=row, kinds=[CONFIRM], by=by, at=at)


def drop_changes_of(user: User) -> None:
    """Somebody signs out everywhere: a link that a stranger has asked for is dead as well."""
    EmailChange.objects.filter(volunteer__user=user).delete()


def forget_unconfirmed(*, at: datetime) -> int:
    """Delete new addresses whose link is over; returns how many."""
    return EmailChange.objects.filter(asked_at__lt=at - period_of(EmailChange)).delete()[0]
