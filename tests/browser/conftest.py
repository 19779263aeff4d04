"""A real browser: Debian's Chromium through playwright. Where it is absent, these tests skip; the summary says so."""

from pathlib import Path

from tests.chromium import DESK, PHONE, axe, browser, desk_page, mark_all, open_context, page

__all__ = ["DESK", "PHONE", "axe", "browser", "desk_page", "open_context", "page"]


def pytest_collection_modifyitems(items):
    mark_all(items, Path(__file__).parent)
