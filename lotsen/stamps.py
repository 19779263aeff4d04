"""A stamp on a page with a form: when it was made, and a number used once. It is signed, holds no data and never
becomes too old: people may take as long as they like."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.utils.crypto import salted_hmac

SALT = "lotsen.stamps"
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a stamp says: the number, and when the page was made (whole seconds since 1970)."""

    number: str
    second: int

    @property
    def token(self) -> str:
        """The token of what this page begins: sent twice, it begins one thing. Only who saw the page can know it."""
        digest = salted_hmac(SALT, self.number, algorithm="sha256").digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def new_stamp(at: datetime) -> str:
    """A stamp for a page made now."""
    return signing.Signer(salt=SALT).sign(f"{secrets.token_urlsafe(12)}.{int(at.timestamp()):x}")


def read_stamp(text: str) -> Stamp | None:
    """The stamp, or None where there is none or it is not ours: then nobody has opened the page."""
    try:
        number, _dot, second = signing.Signer(salt=SALT).unsign(text[:LONGEST]).partition(".")
    except signing.BadSignature:
        return None
    return Stamp(number, int(second, 16))
