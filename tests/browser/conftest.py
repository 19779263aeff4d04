"""A real browser: Debian's Chromium through playwright. Where it is absent, these tests skip; the summary says so."""

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


def chromium_path():
    """Where Chromium lies; None where there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # A live server's threads see only what is committed.
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the run."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_context(browser, assets, live_server):
    """Opens a browser context of its own (its own cookies); all close with the test.

    `open_context(viewport=DESK, java_script_enabled=False)`; pages open paths: `page.goto("/fahrplan/")`.
    """
    opened = []

    def opening(**options):
        settings = {"locale": "de-DE", "timezone_id": "Europe/Berlin", "viewport": PHONE, "reduced_motion": "reduce"}
        context = browser.new_context(base_url=live_server.url, **{**settings, **options})
        context.set_default_timeout(10_000)
        opened.append(context)
        return context

    yield opening
    for context in opened:
        context.close()


@pytest.fixture
def page(open_context):
    """A phone of 390 by 844."""
    return open_context().new_page()


@pytest.fixture
def desk_page(open_context):
    """A screen of 1280 by 900."""
    return open_context(viewport=DESK).new_page()


@pytest.fixture(scope="session")
def axe():
    """`axe(page)`: what the accessibility rules find on the page, as text; empty when nothing."""

    def find(page):
        result = Axe().run(page, options={"runOnly": RULES})
        return result.generate_report() if result.violations_count else ""

    return find
