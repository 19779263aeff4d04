"""What a message must not keep longer than it is needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Func, JSONField, Value

from lotsen.kept import period_of
from lotsen.messages.models import CallTask, InboundSms, Letter, Message, PrintRun
from lotsen.messages.outbox import about_fields

WORDS_KEPT = timedelta(days=7)


def blank_secret(*, about: models.Model, name: str) -> int:
    """Take the word `name` out of all messages and call tasks about this thing; returns how many held it.

    Of a message all words go with it, of a letter the page, of its print run the file: a page cannot lose one word.
    """
    fields = about_fields(about)
    same: dict[str, Any] = {"about_type": fields["about_type"], "about_id": fields["about_id"]}
    holders = list(Message.objects.filter(**same, variables__has_key=name).values_list("pk", flat=True))
    PrintRun.objects.filter(letters__in=holders).update(pdf=None)
    Letter.objects.filter(pk__in=holders).update(sheet={})
    Message.objects.filter(pk__in=holders).update(variables={}, text="")
    tasks = CallTask.objects.filter(**same, variables__has_key=name).update(variables=_without(name))
    return len(holders) + tasks


def forget_inbound(*, at: datetime) -> None:
    """Take the words out of SMS that came in a week ago, and the number after ninety days. The row stays: the
    provider's number in it keeps a replay from having an effect, however late."""
    InboundSms.objects.filter(received_at__lt=at - WORDS_KEPT).exclude(body="").update(body="")
    InboundSms.objects.filter(received_at__lt=at - period_of(InboundSms)).exclude(from_number="").update(from_number="")


def _without(name: str) -> Func:
    return Func(F("variables"), Value(name), template="%(expressions)s", arg_joiner=" - ", output_field=JSONField())
