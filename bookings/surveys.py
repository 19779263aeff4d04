"""Two questions after a visit, asked so that nobody can tell who answered what.

How the link is cut, step by step:

1. A token is drawn by chance when a visit is reported and the person has agreed to be asked. It goes onto the card
   that is posted to them. We keep a keyed hash of it with the month and, where at least five visits were made there
   in that month, the district. No visit, no person, no time.
2. The answer consumes the token: its row is deleted in the same transaction, and the answer carries nothing of it. Who
   typed it in is not kept either.
3. The answer waits in an urn (`SurveyAnswer`) under a key by chance and without a time. Once five or more lie there
   the urn is emptied, all at once: what they said is added to the counts of its month (`SurveyTally`), remarks are
   laid apart (`SurveyRemark`), and the rows are deleted. No row is left whose order, key or transaction could say
   whose it was; remarks are written anew in an order by chance, the old ones among them.
4. Figures read the counts only, and show nothing that fewer than five people said.

What is left: while an answer lies in the urn, whoever reads the database itself and knows the minute at which a person
answered could tell it. That is why nothing shows the urn.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from random import SystemRandom

from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings import notices
from bookings.call_guide import SURVEY
from bookings.emergency import looks_like_secret
from bookings.models import Consent, HomeVisit, SurveyAnswer, SurveyRemark, SurveyTally, SurveyToken, VisitReport
from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.locks import one_at_a_time
from lotsen.messages.outbox import queue_message
from lotsen.people.models import User

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10
FEW = 5
"""Fewer than this are never shown and never counted by themselves."""

KEPT_MONTHS = 4
CHANCE = SystemRandom()
COUNT = """
    INSERT INTO bookings_surveytally (month, district, satisfied, ability, count) VALUES (%s, %s, %s, %s, 1)
    ON CONFLICT (month, district, satisfied, ability) DO UPDATE SET count = bookings_surveytally.count + 1
"""


class CardUnknown(Refused):
    """There is no such card, or it has been used: both read the same."""


class NothingAnswered(Refused):
    """An answer must say something."""


class RemarkWithSecret(Refused):
    """A PIN, a password or an account number."""


@transaction.atomic
def make_token(visit: HomeVisit, *, by: User | None, at: datetime) -> str:
    """The right to answer once about this visit, in plain for the card; "" where the person has not agreed to it."""
    if not _has_agreed(visit):
        return ""
    token = "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH))
    month = local_date(visit.slot_starts_at or at).replace(day=1)
    SurveyToken.objects.create(token_hash=_hash(token), month=month, district=_coarse(visit, month))
    return token


@transaction.atomic
def send_card(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """Post the card with the two questions to the person; nothing where they have not agreed or have no address.

    The message is about nothing: it stands in no case, and its number is the card's own.
    """
    postal = notices.postal_block(visit.client)
    token = make_token(visit, by=by, at=at) if postal else ""
    if not token:
        return
    client = visit.client
    with override(client.language):
        words = {"salutation": notices.greeting(client), "token": grouped(token)}
    queue_message(
        kind="satisfaction_card",
        channel="letter",
        to=postal,
        language=client.language,
        variables=words | {"_large": "1" if client.large_print else ""},
        about=None,
        key=f"survey:{_hash(token)[:20]}",
        by=None,
        at=at,
    )


def _has_agreed(visit: HomeVisit) -> bool:
    answers = Consent.objects.filter(client=visit.client_id, purpose=SURVEY).order_by("at", "pk")
    latest = answers.last()
    return latest is not None and latest.given


def _coarse(visit: HomeVisit, month: date) -> str:
    """The district, where at least five visits were reported in it in that month."""
    address = visit.client.address
    if address is None or address.district is None:
        return ""
    same = VisitReport.objects.filter(
        outcome=VisitReport.Outcome.HELPED,
        visit__client__address__district=address.district,
        visit__slot_starts_at__year=month.year,
        visit__slot_starts_at__month=month.month,
    )
    return address.district.short_name if same.count() >= FEW else ""


def _hash(token: str) -> str:
    return salted_hmac("bookings.surveys", plain(token), algorithm="sha256").hexdigest()


def plain(token: str) -> str:
    """The token as it was drawn, however somebody writes it."""
    return "".join(sign for sign in token.upper() if sign in ALPHABET)


def grouped(token: str) -> str:
    """In two groups of five, to be read out."""
    return f"{token[: LENGTH // 2]} {token[LENGTH // 2 :]}"


@transaction.atomic
def answer(token: str, *, satisfied: str, ability: str, remark: str = "") -> None:
    """Lay an answer into the urn and consume the token.

    Who types it in is deliberately no argument. Refuses an unknown or used card (`CardUnknown`), nothing said
    (`NothingAnswered`), and a remark with a PIN, password or account number (`RemarkWithSecret`).
    """
    remark = " ".join(remark.split())[:300]
    if not (satisfied or ability or remark):
        raise NothingAnswered(_("Bitte beantworten Sie mindestens eine Frage."))
    if looks_like_secret(remark):
        raise RemarkWithSecret(_("Das sieht nach einer PIN oder einem Passwort aus. Bitte löschen Sie es."))
    held = SurveyToken.objects.select_for_update().filter(token_hash=_hash(token)).first()
    if held is None:
        raise CardUnknown(_("Diese Karten-Nummer kennen wir nicht, oder sie ist schon benutzt."))
    held.delete()
    SurveyAnswer.objects.create(
        month=held.month, district=held.district, satisfied=satisfied, ability=ability, remark=remark
    )


@transaction.atomic
def empty_urn() -> int:
    """Count what lies in the urn, if at least five do; returns how many were counted."""
    one_at_a_time("survey urn")
    answers = list(SurveyAnswer.objects.select_for_update())
    if len(answers) < FEW:
        return 0
    CHANCE.shuffle(answers)
    with connection.cursor() as cursor:
        for one in sorted(answers, key=lambda one: (one.month, one.district, one.satisfied, one.ability)):
            if one.satisfied or one.ability:
                cursor.execute(COUNT, [one.month, one.district, one.satisfied, one.ability])
    _lay_apart([SurveyRemark(month=one.month, text=one.remark) for one in answers if one.remark])
    SurveyAnswer.objects.filter(pk__in=[one.pk for one in answers]).delete()
    return len(answers)


def _lay_apart(new: list[SurveyRemark]) -> None:
    """Write all remarks anew in an order by chance: none can be told from the others by when it was written."""
    if not new:
        return
    every = [*(SurveyRemark(month=one.month, text=one.text) for one in SurveyRemark.objects.all()), *new]
    SurveyRemark.objects.all().delete()
    CHANCE.shuffle(every)
    SurveyRemark.objects.bulk_create(every)


def forget_tokens(*, at: datetime) -> int:
    """Delete tokens of cards that nobody sent back for four months; returns how many."""
    today = local_date(at)
    months = today.year * 12 + today.month - 1 - KEPT_MONTHS
    deleted, _by_model = SurveyToken.objects.filter(month__lt=date(months // 12, months % 12 + 1, 1)).delete()
    return deleted


def shares(first: date, last: date) -> dict[str, int | None]:
    """Whole percent of those who were satisfied, and of those who can do it alone, about visits of these months, both
    within; None where fewer than five answered or fewer than five make up the share or its rest."""
    rows = SurveyTally.objects.filter(month__gte=first, month__lte=last).values_list("satisfied", "ability", "count")
    found = list(rows)
    return {"satisfied": _share(found, 0, "yes"), "alone": _share(found, 1, "alone")}


def _share(rows: list[tuple[str, str, int]], column: int, value: str) -> int | None:
    total = sum(row[2] for row in rows if row[column])
    part = sum(row[2] for row in rows if row[column] == value)
    if total < FEW or 0 < part < FEW or 0 < total - part < FEW:
        return None
    return round(100 * part / total)
