"""Whether somebody who names a request is who they say: its number, and something that only they know.

That is the last four digits of the person's stored number, or postal code and house number where none is stored. The
number of a relative who asked counts too; the number of a care service stands in every directory and does not.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from bookings.models import Caller, HomeVisit, WebRequest
from lotsen.places.normalise import first_house_number, postal_code_key, split_street

LAST = 4
LONGEST = 100
SALT = "bookings.proofs"
PUBLIC_CALLERS = frozenset({Caller.CARE, Caller.PRACTICE})
NOBODY = ("", "", "")
_CODE_AND_NUMBER = re.compile(r"\s*([0-9]{4,5})(?![0-9])[^0-9]*([0-9].*)", re.DOTALL)


class Proof(TextChoices):
    """What somebody must have at hand beside the number; the label stands in letters and on pages."""

    PHONE = "phone", _("die letzten vier Ziffern Ihrer Telefonnummer")
    ADDRESS = "address", _("Ihre Postleitzahl und Hausnummer")
    NONE = "", _("ein Gespräch mit uns")


def proof_of(visit: HomeVisit) -> Proof:
    """What the person visited must have at hand; reads `client` and its `address`."""
    phone, _caller, address = _known(visit)
    return Proof.PHONE if phone else Proof.ADDRESS if address else Proof.NONE


def is_proven(visit: HomeVisit | None, said: str) -> bool:
    """Whether `said` proves it, in any spelling ("… 5216", "030 / 231 25 216", "01169, Nr. 16 a").

    Takes equally long for a right word, a wrong word and no visit; `client` and its `address` should be loaded.
    """
    return _fits(_known(visit) if visit is not None else NOBODY, said)


def visit_by_proof(*, reference: str, said: str) -> HomeVisit | None:
    """The visit with this number, where `said` proves it; one query either way."""
    visit = HomeVisit.objects.select_related("client__address").filter(reference=reference).first()
    return visit if is_proven(visit, said) else None


def draft_by_proof(*, reference: str, said: str) -> WebRequest | None:
    """The web request with this number that was begun and never sent, where `said` proves it; one query either way."""
    draft = WebRequest.objects.filter(reference=reference, visit=None).first()
    return draft if _fits(_typed(draft.answers) if draft is not None else NOBODY, said) else None


def _known(visit: HomeVisit) -> tuple[str, str, str]:
    """The person's number, the caller's where it is theirs alone, and the address where the person has no number."""
    client, caller = visit.client, "" if visit.caller in PUBLIC_CALLERS else visit.caller_phone
    address = client.address
    line = f"{address.postal_code} {address.house_number}" if address and not client.phone else ""
    return _last_digits(client.phone), _last_digits(caller), _address(line)


def _typed(answers: Mapping[str, Any]) -> tuple[str, str, str]:
    phone = answers.get("phone", {}).get("phone", "")
    address = answers.get("address", {})
    number = split_street(address.get("street", "")).house_number
    line = f"{address.get('postal_code', '')} {number}" if number and not phone else ""
    return _last_digits(phone), _last_digits(answers.get("caller", {}).get("caller_phone", "")), _address(line)


def _fits(known: tuple[str, str, str], said: str) -> bool:
    """Compares all three, always: what is not known is compared with chance."""
    digits, address = _last_digits(said), _address(said)
    one, two, three = (_same(*pair) for pair in zip(known, (digits, digits, address), strict=True))
    return one | two | three


def _same(known: str, said: str) -> bool:
    expected = known or secrets.token_hex(8)
    return hmac.compare_digest(*(salted_hmac(SALT, text).digest() for text in (expected, said))) & bool(known)


def _last_digits(text: str) -> str:
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text[:LONGEST]))
    return digits[-LAST:] if len(digits) >= LAST else ""


def _address(text: str) -> str:
    """ "01169 Dresden, Nr. 16 A" as "01169 16a"; "" where there is no postal code with a number behind it."""
    found = _CODE_AND_NUMBER.match(unicodedata.normalize("NFKC", text[:LONGEST]))
    return f"{postal_code_key(found[1])} {first_house_number(found[2])}" if found else ""
