"""Cards that visitors show at the door, and the answer to "is this card valid?".

A card is valid while it is not revoked, its last day is not over, and its owner still serves: known as a volunteer or
advisor, not locked out, and, as the rooms above register, neither paused nor gone. All of that is asked at the moment
of the check, so that nobody's leaving can be forgotten on the way to the card.

`number`: eight digits and a check digit after Damm (`lotsen.kernel.references`), typed on a telephone. `token`: 26
letters and digits (130 bits) behind the printed code. Neither can be guessed at five tries an hour.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from random import Random, SystemRandom

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from PIL import ImageOps

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import AlreadyMoved, Refused
from lotsen.kernel.pictures import jpeg, plain_picture
from lotsen.kernel.references import check_digit
from lotsen.people.models import Card, Role, User

GOES_OUT = (Role.VOLUNTEER, Role.ADVISOR)
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs: without 0, 1, I and O, which are taken for one another."""

TOKEN_LENGTH, DIGITS = 26, 9
PHOTO_SIZE = (240, 320)
LONGEST = timedelta(days=3 * 366)
QUALITY = 74
CHANCE = SystemRandom()

Serves = Callable[[User], bool]
_serves: list[Serves] = []


class NotServing(Refused):
    """Only who goes to people has a card."""


class CardTooLong(Refused):
    """A card holds from today on for three years at most."""


class PhotoNotAgreed(Refused):
    """A photo only by consent."""


def register_serves(check: Serves) -> None:
    """Let a room above say who still serves; asked at each check. Register in `AppConfig.ready`."""
    if check not in _serves:
        _serves.append(check)


def serves(user: User) -> bool:
    """Whether this person goes to people today."""
    return user.has_role(*GOES_OUT) and all(check(user) for check in _serves)


# --- the check ----------------------------------------------------------------------------------------


def is_valid_card(digits: str, *, at: datetime) -> bool:
    """Whether these nine digits, as typed on a telephone or a page, are those of a card that is valid now."""
    return card_by_number(digits, at=at) is not None


def card_by_number(digits: str, *, at: datetime) -> Card | None:
    """The valid card with this number, spaces and hyphens left out; None for anything else, without a reason."""
    plain = "".join(sign for sign in digits if sign in "0123456789")
    is_number = len(plain) == DIGITS and check_digit(plain) == "0"
    return _valid(Q(number=plain if is_number else ""), at=at)


def card_by_token(token: str, *, at: datetime) -> Card | None:
    """The valid card behind this printed code; None for anything else, without a reason."""
    return _valid(Q(token=token.strip().upper()[:TOKEN_LENGTH] if len(token) <= 2 * TOKEN_LENGTH else ""), at=at)


def _valid(which: Q, *, at: datetime) -> Card | None:
    card = Card.objects.filter(which).select_related("user").first()
    if card is None or card.revoked_at is not None or card.valid_until < local_date(at):
        return None
    return card if serves(card.user) else None


def current_cards(users: Iterable[User]) -> QuerySet[Card]:
    """The unrevoked cards of these people, without their photos; which of them are over is the date's to say."""
    return Card.objects.filter(user__in=users, revoked_at=None).defer("photo")


# --- issued and revoked -------------------------------------------------------------------------------


def new_number(random: Random) -> str:
    """Eight digits, the first not 0, and their check digit."""
    body = str(random.randrange(10_000_000, 100_000_000))
    return body + check_digit(body)


@transaction.atomic
def issue_card(
    user: User,
    *,
    valid_until: date,
    by: User | None,
    at: datetime,
    photo: bytes = b"",
    has_agreed: bool = False,
) -> Card:
    """Give somebody a card. `photo` as it was sent, only with `has_agreed`: the person agreed to photo and check page.

    Refuses who does not go to people (`NotServing`), a last day in the past or beyond three years (`CardTooLong`), a
    photo without consent (`PhotoNotAgreed`), what is no photo, and a second card (`AlreadyMoved`): replace it.
    """
    if not serves(user):
        raise NotServing(_("Einen Ausweis bekommt nur, wer gerade zu Menschen geht."))
    today = local_date(at)
    if not today <= valid_until <= today + LONGEST:
        raise CardTooLong(_("Ein Ausweis gilt höchstens drei Jahre und nicht für die Vergangenheit."))
    if photo and not has_agreed:
        raise PhotoNotAgreed(_("Ein Foto nur, wenn die Person einverstanden ist."))
    card = Card(
        user=user,
        number=new_number(CHANCE),
        token="".join(secrets.choice(ALPHABET) for _sign in range(TOKEN_LENGTH)),
        first_name=user.given_name,
        photo=portrait(photo) if photo else None,
        photo_agreed_at=at if photo else None,
        valid_until=valid_until,
        issued_by=by,
        issued_at=at,
    )
    try:
        with transaction.atomic():
            card.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyMoved(_("Es gibt schon einen Ausweis. Bitte laden Sie die Seite neu.")) from error
    return card


def portrait(data: bytes) -> bytes:
    """A photo as it is kept: 240 by 320 pixels, the middle of the picture, JPEG, without place or camera."""
    return jpeg(ImageOps.fit(plain_picture(data), PHOTO_SIZE, centering=(0.5, 0.35)), quality=QUALITY)


@transaction.atomic
def revoke_card(card: Card, *, because: str, by: User | None, at: datetime) -> None:
    """The card is void from this moment. Twice is harmless: the first time counts. The photo is deleted with it."""
    revoked = Card.objects.filter(pk=card.pk, revoked_at=None)
    revoked.update(revoked_at=at, revoked_by=by, revoked_because=because[:20], photo=None, photo_agreed_at=None)
    card.refresh_from_db()


@transaction.atomic
def replace_card(
    card: Card,
    *,
    because: str,
    valid_until: date,
    by: User | None,
    at: datetime,
    photo: bytes = b"",
    has_agreed: bool = False,
) -> Card:
    """A new card with new numbers; the old one is void at once. Without a new `photo` the old one stays with consent.

    Refuses what `issue_card` refuses; the old card then stays valid.
    """
    kept = bytes(card.photo) if card.photo and has_agreed and not photo else photo
    revoke_card(card, because=because, by=by, at=at)
    return issue_card(card.user, valid_until=valid_until, by=by, at=at, photo=kept, has_agreed=has_agreed)


@transaction.atomic
def revoke_cards_of(user: User, *, because: str, by: User | None, at: datetime) -> int:
    """Whoever leaves or is suspended keeps no card: call it in the transaction of that change. Returns how many."""
    cards = list(Card.objects.filter(user=user, revoked_at=None))
    for card in cards:
        revoke_card(card, because=because, by=by, at=at)
    return len(cards)
