"""The code word of a visit: given, told to the person, renewed, forgotten.

Nobody gets a word twice within two years, also not one of an assignment that was given back, and also when two visits
of theirs are settled at once: `GivenWord` remembers, and the database decides. The person learns the word from the
letter, or from a call of ours to the number that we have; no agent sees or hears it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import SystemRandom

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bookings import notices
from bookings.models import GivenWord, HomeVisit
from bookings.words import draw_word, word_hash, word_mark
from lotsen.kernel import references
from lotsen.kernel.calendar import at_minute, local, local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes
from lotsen.messages.call_answers import CallAnswer
from lotsen.messages.call_tasks import open_call_task
from lotsen.messages.erasing import blank_secret
from lotsen.messages.models import CallTask, Message
from lotsen.messages.numbers import may_be_dialled
from lotsen.messages.outbox import drop_messages
from lotsen.messages.rungs import WAKING
from lotsen.messages.states import MessageState
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import User

CALL = "senior_code_word"
REST = timedelta(days=731)
"""Two years, a leap day among them: so long a person does not hear the same word again."""

KEPT = timedelta(hours=24)
"""So long after the end of the visit the word is still there."""

SOON = timedelta(hours=24)
HUMAN_BEFORE = timedelta(hours=3)
"""So long before the visit a human must have seen to it that the person knows the word."""

UNDER_WAY = (MessageState.SENDING, MessageState.SENT, MessageState.UNCERTAIN)
CHANCE = SystemRandom()
REMEMBER = """
    WITH fresh AS (
        INSERT INTO bookings_givenword (client_id, word_hash, given_at) VALUES (%(client)s, %(hash)s, %(at)s)
        ON CONFLICT (client_id, word_hash) DO NOTHING
        RETURNING id
    ), again AS (
        UPDATE bookings_givenword SET given_at = %(at)s
        WHERE client_id = %(client)s AND word_hash = %(hash)s AND given_at < %(rested)s
        RETURNING id
    )
    SELECT id FROM fresh UNION ALL SELECT id FROM again
"""


class NoVisitAhead(Refused):
    """Only a visit that is settled and has not begun has a word to tell."""


def give_word(visit: HomeVisit, *, at: datetime) -> None:
    """Give the visit a fresh word; whatever it had before is dead, and nobody has been told the new one."""
    word = draw_word(CHANCE, is_free=lambda one: remember(visit.client_id, one, at=at))
    HomeVisit.objects.filter(pk=visit.pk).update(code_word=word, word_told_at=None)
    visit.code_word, visit.word_told_at = word, None


def remember(client_id: int, word: str, *, at: datetime) -> bool:
    """Note that this person gets this word; false where they have had it within two years.

    One statement decides. Of two that note the same word at once the second waits for the first, and gets false. Who
    gets false holds no lock on the word: two who go through the list in different orders never wait for each other.
    (`ON CONFLICT DO UPDATE` would lock the row also where its WHERE says no.)
    """
    mark = word_hash(word, of=f"client {client_id}")
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, {"client": client_id, "hash": mark, "at": at, "rested": at - REST})
        return cursor.fetchone() is not None


def tell_unless_posted(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """Where no letter with this word is on its way, our system calls the person and says it."""
    if not _letters(visit).exists():
        _call(visit, by=by, at=at)


@transaction.atomic
def renew_word(visit: HomeVisit, *, by: User, at: datetime) -> HomeVisit:
    """The word is lost, or the letter comes too late: a new one, told by a call of ours to the number that we have.

    Letters with the old word that have not gone out are dropped. Without a telephone number a new letter goes out; what
    can be neither called nor posted in time becomes a human's task. Refuses a visit that is not ahead (`NoVisitAhead`).
    """
    row = HomeVisit.objects.select_for_update().get(pk=visit.pk)
    if row.state != HomeVisit.State.ASSIGNED or row.checked_in_at or row.slot_ends_at is None or row.slot_ends_at <= at:
        raise NoVisitAhead(_("Ein neues Kennwort gibt es nur für einen Besuch, der noch kommt."))
    drop_messages(about=visit, kinds=["senior_booked", CALL], by=by, at=at)
    give_word(visit, at=at)
    record_changes(visit, fields=["code_word"], by=by, at=at)
    _call(visit, by=by, at=at)
    return visit


@transaction.atomic
def note_told(visit: HomeVisit, *, by: User, at: datetime) -> None:
    """A human brought the letter in person, or was there when the person heard the word: they know it now."""
    told = HomeVisit.objects.filter(pk=visit.pk, code_word=visit.code_word, state=HomeVisit.State.ASSIGNED)
    if not visit.code_word or told.update(word_told_at=at) != 1:
        raise NoVisitAhead(_("Zu diesem Besuch gibt es kein Kennwort mehr."))
    visit.word_told_at = at
    record_changes(visit, fields=["word_told_at"], by=by, at=at)


def _call(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    phone, mark = visit.client.phone, word_mark(visit.code_word, reference=visit.reference)
    if not may_be_dialled(phone) and notices.can_be_posted(visit, at):
        notices.tell_client(visit, "senior_booked", by=by, at=at, channels=("letter",), occasion=mark)
        return
    points = [ContactPoint("voice", phone)] if may_be_dialled(phone) else []
    notices.tell_client(
        visit,
        CALL,
        by=by,
        at=at,
        occasion=mark,
        points=points or [ContactPoint("call", phone)],
        not_before_at=_decent(at),
    )


def _decent(at: datetime) -> datetime | None:
    """When a machine may make a telephone ring; None is now."""
    first, last = WAKING
    hour, day = local(at).hour, local_date(at)
    if first <= hour < last:
        return None
    return at_minute(day if hour < first else day + timedelta(days=1), (first + 1) * 60)


# --- is it known? -------------------------------------------------------------------------------------


def is_told(visit: HomeVisit) -> bool:
    """Whether the person knows the word that is valid now: they said so, or the letter with it is in the post."""
    if not visit.code_word:
        return False
    return visit.word_told_at is not None or _letters(visit).filter(state=MessageState.DELIVERED).exists()


def is_ready(visit: HomeVisit) -> bool:
    """Whether somebody may set out: the visit is settled, and the person knows the word of who comes."""
    return visit.state == HomeVisit.State.ASSIGNED and is_told(visit)


def _letters(visit: HomeVisit) -> QuerySet[Message]:
    """The letters about this visit that carry the present word and have not come to nothing.

    Their key says which word it is: what they say themselves is forgotten a week after they were posted.
    """
    about = Message.objects.filter(about_type=visit._meta.label_lower, about_id=str(visit.pk), channel="letter")
    mark = word_mark(visit.code_word, reference=visit.reference)
    return about.filter(key__contains=mark).exclude(state__in=[MessageState.DROPPED, MessageState.FAILED])


def warn_of_untold(*, at: datetime) -> int:
    """A human's task for each visit of the coming day whose person does not know the word; returns how many are open.

    Where our own call about this word still runs, its ladder ends with a human anyway: nothing is opened twice.
    """
    soon = HomeVisit.objects.filter(state=HomeVisit.State.ASSIGNED, slot_starts_at__range=(at, at + SOON))
    count = 0
    for visit in soon.filter(word_told_at=None).exclude(code_word="").select_related("client"):
        if is_told(visit) or _calls(visit).filter(state__in=[MessageState.QUEUED, *UNDER_WAY]).exists():
            continue
        _ask_a_human(visit, at=at)
        count += 1
    return count


def _calls(visit: HomeVisit) -> QuerySet[Message]:
    mark = word_mark(visit.code_word, reference=visit.reference)
    return Message.objects.filter(
        about_type=visit._meta.label_lower, about_id=str(visit.pk), kind=CALL, key__contains=f":{mark}"
    )


def _ask_a_human(visit: HomeVisit, *, at: datetime) -> None:
    """One task for each word, however often it is looked for; the ladder's own task about it counts too."""
    mark = word_mark(visit.code_word, reference=visit.reference)
    if CallTask.objects.filter(about_id=str(visit.pk), kind=CALL, message__key__contains=f":{mark}").exists():
        return
    assert visit.slot_starts_at is not None
    open_call_task(
        kind=CALL,
        phone=visit.client.phone,
        variables={"reference": references.grouped(visit.reference)},
        about=visit,
        deadline_at=max(at, visit.slot_starts_at - HUMAN_BEFORE),
        key=f"visit:{visit.reference}:{CALL}:untold:{mark}",
        by=None,
        at=at,
        language=visit.client.language,
    )


# --- what the telephone asks ----------------------------------------------------------------------------


def word_of_call(message: Message) -> str:
    """The word that a call says, read at this moment; "" where it is no longer valid."""
    visit = _visit_of(message)
    return visit.code_word if visit is not None else ""


def is_call_wanted(message: Message) -> bool:
    """Whether the call still has a word to say that is valid."""
    return _visit_of(message) is not None


def note_answer(message: Message, answer: CallAnswer, at: datetime) -> None:
    """The person has heard the word and pressed the key that says so."""
    visit = _visit_of(message)
    if visit is not None and answer == CallAnswer.CONFIRMED:
        HomeVisit.objects.filter(pk=visit.pk, code_word=visit.code_word).update(word_told_at=at)


def _visit_of(message: Message) -> HomeVisit | None:
    """The settled visit whose present word this call is about."""
    visit = HomeVisit.objects.filter(pk=message.about_id, state=HomeVisit.State.ASSIGNED, checked_out_at=None).first()
    if visit is None or not visit.code_word:
        return None
    mark = word_mark(visit.code_word, reference=visit.reference)
    return visit if message.key.partition(">")[0].endswith(f":{mark}") else None


# --- forgotten ------------------------------------------------------------------------------------------


def erase_words(*, at: datetime) -> int:
    """Delete the words of visits that ended more than a day ago, also from letters and pages; returns how many."""
    over = HomeVisit.objects.filter(slot_ends_at__lt=at - KEPT).exclude(code_word="")
    count = 0
    for visit in over.only("pk", "code_word").iterator():
        with transaction.atomic():
            blank_secret(about=visit, name="code_word")
            count += HomeVisit.objects.filter(pk=visit.pk, code_word=visit.code_word).update(code_word="")
    return count


def forget_old_words(*, at: datetime) -> int:
    """Delete the memory of words given more than two years ago; returns how many."""
    deleted, _by_model = GivenWord.objects.filter(given_at__lt=at - REST).delete()
    return deleted
