"""People who asked for help: taken down, changed, found again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from bookings.call_guide import CONSENT_VERSION
from bookings.models import Client, Consent
from bookings.search_words import index_words
from lotsen.kernel.journal import record_changes
from lotsen.people.models import User
from lotsen.places.models import Address


def search_key(client: Client) -> str:
    """The words by which a search finds the person: name, number, e-mail address and home."""
    address = client.address
    home = (
        {}
        if address is None
        else {"street": address.street, "number": address.house_number, "postal": address.postal_code}
    )
    return index_words(name=client.name, phone=client.phone, email=client.email, **home)


@transaction.atomic
def register_client(
    *, name: str, by: User | None, at: datetime, address: Address | None = None, **fields: Any
) -> Client:
    """Take a person down. `fields` are columns of `Client`; at least one of phone, e-mail and address must be there
    (the database refuses the row otherwise)."""
    client = Client(name=name, address=address, created_at=at, **fields)
    client.search_key = search_key(client)
    client.save(force_insert=True)
    return client


@transaction.atomic
def change_client(client: Client, *, by: User | None, at: datetime, **fields: Any) -> Client:
    """Change columns of a person; the search key follows, and it is written down which columns changed. A new number is
    not confirmed: it gets no SMS."""
    changed = sorted(column for column, value in fields.items() if getattr(client, column) != value)
    if fields.get("phone", client.phone) != client.phone:
        fields.setdefault("phone_confirmed_at", None)
    for column, value in fields.items():
        setattr(client, column, value)
    client.search_key = search_key(client)
    client.save(update_fields=[*fields, "search_key"])
    record_changes(client, fields=changed, by=by, at=at)
    return client


def record_consents(
    client: Client,
    *,
    answers: dict[str, bool],
    channel: str,
    by: User | None,
    at: datetime,
    version: int = CONSENT_VERSION,
) -> Sequence[Consent]:
    """Write down the answer to each consent question: purpose, version of the text, answer, channel, who and when."""
    return Consent.objects.bulk_create(
        Consent(client=client, purpose=purpose, version=version, given=given, channel=channel, by=by, at=at)
        for purpose, given in answers.items()
    )


@transaction.atomic
def confirm_phone(client: Client, *, by: User, at: datetime) -> None:
    """A human spoke with the person on this number: from now on it may get SMS."""
    if not client.phone or client.phone_confirmed_at is not None:
        return
    client.phone_confirmed_at = at
    client.save(update_fields=["phone_confirmed_at"])
