"""STOPP and START: whether a number gets SMS. Appointments stay as they are."""

from datetime import datetime

from lotsen.messages.models import SilencedNumber


def silence_number(number: str, *, at: datetime) -> bool:
    """No more SMS to `number` (E.164); True if that is new."""
    _row, created = SilencedNumber.objects.get_or_create(number=number, defaults={"silenced_at": at})
    return created


def unsilence_number(number: str) -> bool:
    """SMS again; True if the number was silent."""
    deleted, _rows = SilencedNumber.objects.filter(number=number).delete()
    return deleted == 1
