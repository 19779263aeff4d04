"""Somebody gives a new e-mail address for themselves, and the link that was sent there."""

from __future__ import annotations

from datetime import datetime

from lotsen.messages.models import Message
from lotsen.places.addresses import TypedAddress
from tests.people import NOW
from volunteers import contacts
from volunteers.contact_notices import CONFIRM
from volunteers.models import Volunteer


def as_it_stands(volunteer: Volunteer, **other: str) -> contacts.Contacts:
    """What stands now, with other words for some of it."""
    user, home = volunteer.user, volunteer.home
    values = {"email": user.email, "phone": user.phone, "street": home.street_line, "postal_code": home.postal_code}
    values |= {"city": home.city, "extra": home.extra} | other
    return contacts.Contacts(values.pop("email"), values.pop("phone"), TypedAddress(**values))


def change(volunteer: Volunteer, *, by=None, at: datetime = NOW, seen=None, **other: str) -> tuple[str, ...]:
    """As the page does it; by themselves where nobody else is named."""
    row = Volunteer.objects.select_related("user", "home").get(pk=volunteer.pk)
    seen = contacts.stamps(contacts.values_of(row)) if seen is None else seen
    return contacts.set_contacts(row, as_it_stands(row, **other), seen=seen, by=by or row.user, at=at)


def token_for(volunteer: Volunteer, email: str, *, at: datetime = NOW) -> str:
    """The secret of the link in the latest e-mail to this address."""
    change(volunteer, email=email, at=at)
    message = Message.objects.filter(kind=CONFIRM, to=email, state="queued").get()
    return message.variables["confirm_link"].rstrip("/").rpartition("/")[2]
