"""Journeys in a real browser: what somebody does from the first page to the last, step by step."""

from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from tests.chromium import axe, browser, desk_page, mark_all, open_context, page

__all__ = ["axe", "browser", "desk_page", "open_context", "page"]


def pytest_collection_modifyitems(items):
    mark_all(items, Path(__file__).parent)


@pytest.fixture(autouse=True)
def clock():
    """Wednesday, 25 November 2026, 10 in the morning in Dresden; it runs on, and a journey can go to another day."""
    from tests.people import NOW  # it reads models, which exist only when the settings are read

    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def as_user(open_context, live_server):
    """A page of a browser in which this person is signed in: `as_user(bernd, viewport=PHONE)`."""

    def opening(user, **options):
        client = Client()
        client.force_login(user)
        context = open_context(**options)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return context.new_page()

    return opening
