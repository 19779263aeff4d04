"""The states of messages and call tasks, and the table of allowed moves.

A message that nobody needs any more is dropped before it is sent; one whose deadline passes in the
queue fails without a try. Both end in the queue, so the worker never touches them. A receipt that comes too late makes
a failed message a delivered one: what arrived has arrived, in whatever order we hear of it.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.moves import moves


class Channel(TextChoices):
    """How a message travels."""

    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-Mail")
    LETTER = "letter", _("Brief")
    VOICE = "voice", _("Anruf der Ansage")
    PUSH = "push", _("Hinweis auf dem Handy")
    CALL = "call", _("Anruf durch einen Menschen")


class MessageState(TextChoices):
    """Where a message is on its way."""

    QUEUED = "queued", _("wartet")
    SENDING = "sending", _("wird verschickt")
    UNCERTAIN = "uncertain", _("unklar, wird geprüft")
    SENT = "sent", _("verschickt")
    DELIVERED = "delivered", _("angekommen")
    FAILED = "failed", _("nicht angekommen")
    DROPPED = "dropped", _("nicht mehr nötig")


class PrintRunState(TextChoices):
    """Where a print run is."""

    QUEUED = "queued", _("wartet")
    DRAWING = "drawing", _("wird gesetzt")
    READY = "ready", _("fertig zum Drucken")
    PRINTED = "printed", _("gedruckt")
    POSTED = "posted", _("im Briefkasten")
    FAILED = "failed", _("nicht gelungen")


class CallState(TextChoices):
    """Where a call task is."""

    OPEN = "open", _("offen")
    TAKEN = "taken", _("in Arbeit")
    DONE = "done", _("erledigt")
    DROPPED = "dropped", _("nicht mehr nötig")


MESSAGE_MOVES = moves(
    queued="sending failed dropped",
    sending="sent uncertain failed",
    uncertain="sent queued failed",
    sent="delivered failed dropped",
    delivered="failed",
    failed="delivered",
    dropped="",
)

CALL_MOVES = moves(open="taken done dropped", taken="open done dropped", done="", dropped="")

PRINT_RUN_MOVES = moves(
    queued="drawing", drawing="ready failed", ready="printed", printed="posted", posted="", failed="queued"
)

UNFINISHED = frozenset({MessageState.QUEUED, MessageState.SENDING, MessageState.UNCERTAIN})
OPEN_CALLS = frozenset({CallState.OPEN, CallState.TAKEN})
