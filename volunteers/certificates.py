"""Certificates of engagement: what we certify is kept as it stood, may be checked by anyone, and may be revoked.

The number is eight digits and a check digit after Damm, the code behind the QR 26 letters and digits (130 bits).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from random import SystemRandom

from django.db import transaction
from django.utils.translation import gettext as _

from lotsen.kernel.errors import Refused
from lotsen.kernel.references import check_digit
from lotsen.people.cards import ALPHABET, DIGITS, TOKEN_LENGTH, new_number
from lotsen.people.models import User
from volunteers.models import Certificate, Volunteer

CHANCE = SystemRandom()


class NothingToCertify(Refused):
    """No hours yet."""


@transaction.atomic
def issue_certificate(
    volunteer: Volunteer,
    *,
    first_on: date,
    last_on: date,
    years: Sequence[tuple[int, int]],
    courses: Sequence[str],
    by: User,
    at: datetime,
) -> Certificate:
    """Certify these figures: `years` as (year, minutes). The same figures again give the certificate that is there.

    Refuses where there is nothing to certify (`NothingToCertify`).
    """
    kept = [[year, minutes] for year, minutes in years if minutes > 0]
    if not kept:
        raise NothingToCertify(_("Es gibt noch keine Stunden, die wir bescheinigen können."))
    last = volunteer.certificates.filter(revoked_at=None).first()
    if last is not None and (last.years, last.courses, last.name) == (kept, list(courses), volunteer.user.name):
        return last
    return Certificate.objects.create(
        volunteer=volunteer,
        number=new_number(CHANCE),
        token="".join(secrets.choice(ALPHABET) for _sign in range(TOKEN_LENGTH)),
        name=volunteer.user.name,
        first_on=min(first_on, last_on),
        last_on=last_on,
        minutes=sum(minutes for _year, minutes in kept),
        years=kept,
        courses=list(courses),
        issued_at=at,
        issued_by=by,
    )


def revoke_certificate(row: Certificate, *, by: User, at: datetime) -> None:
    """From this moment the check says: not valid. Twice is harmless, the first time counts."""
    Certificate.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=at, revoked_by=by)
    row.refresh_from_db()


def certificate_by_number(digits: str) -> Certificate | None:
    """The valid one with this number, spaces and hyphens left out; None for anything else, without a reason."""
    plain = "".join(sign for sign in digits if sign in "0123456789")
    if len(plain) != DIGITS or check_digit(plain) != "0":
        return None
    return Certificate.objects.filter(number=plain, revoked_at=None).first()


def certificate_by_token(token: str) -> Certificate | None:
    """The valid one behind this printed code; None for anything else, without a reason."""
    plain = token.strip().upper()
    if len(plain) != TOKEN_LENGTH or not set(plain) <= set(ALPHABET):
        return None
    return Certificate.objects.filter(token=plain, revoked_at=None).first()
