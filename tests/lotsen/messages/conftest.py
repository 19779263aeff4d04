"""Fixtures of the outbox. Rooms are imported inside them: this file is read before Django is set up."""

from datetime import timedelta

import pytest


@pytest.fixture
def notebook():
    from tests.lotsen.messages.shared import Notebook

    return Notebook()


@pytest.fixture
def office(notebook):
    from lotsen.messages.sending import PostOffice
    from tests.lotsen.messages.shared import house

    return PostOffice(channels={"sms": notebook}, house=house)


@pytest.fixture
def queue(db):
    from lotsen.messages.outbox import queue_message
    from tests.lotsen.messages.shared import AT, MOBILE, WORDS

    def queue(key="visit-1", **changes):
        fields = {
            "kind": "senior_booked",
            "channel": "sms",
            "to": MOBILE,
            "language": "de",
            "variables": WORDS,
            "about": None,
            "key": key,
            "by": None,
            "at": AT,
            "deadline_at": AT + timedelta(hours=2),
        }
        return queue_message(**{**fields, **changes})

    return queue
