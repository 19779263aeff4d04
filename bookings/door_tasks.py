"""The worker's side of the door and of what comes after: words are forgotten, the urn is emptied."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from bookings import forgetting, given_words, surveys

QUEUE = "bookings"


@app.periodic(cron="17 * * * *")
@app.task(name="erase_code_words", queue=QUEUE, queueing_lock="erase_code_words")
def erase_code_words(timestamp: int) -> None:
    """Delete code words a day after the visit, and the memory of them after two years."""
    close_old_connections()
    now = timezone.now()
    given_words.erase_words(at=now)
    given_words.forget_old_words(at=now)


@app.periodic(cron="23 3 * * *")
@app.task(name="empty_survey_urn", queue=QUEUE, queueing_lock="empty_survey_urn")
def empty_survey_urn(timestamp: int) -> None:
    """Count the answers at night, five or more at once, and forget cards that never came back."""
    close_old_connections()
    surveys.empty_urn()
    surveys.forget_tokens(at=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="warn_of_untold_words", queue=QUEUE, queueing_lock="warn_of_untold_words")
def warn_of_untold_words(timestamp: int) -> None:
    """A human hears of every visit of the coming day whose person does not know the word yet."""
    close_old_connections()
    given_words.warn_of_untold(at=timezone.now())


@app.periodic(cron="20 2 * * *")
@app.task(name="forget_traces", queue=QUEUE, queueing_lock="forget_traces")
def forget_traces(timestamp: int) -> None:
    """Every night: addresses shown, dates in calendars, and what somebody began to write."""
    close_old_connections()
    forgetting.forget_traces(at=timezone.now())


@app.periodic(cron="25 2 * * *")
@app.task(name="forget_facilities", queue=QUEUE, queueing_lock="forget_facilities")
def forget_facilities(timestamp: int) -> None:
    """Every night: who booked trainings of two years ago, and contacts of facilities that come no more."""
    close_old_connections()
    now = timezone.now()
    forgetting.forget_bookings(at=now)
    forgetting.forget_facilities(at=now)
