"""A real browser for the tests that want one: Debian's Chromium through playwright, one for the run.

The folders `browser` and `journeys` take their fixtures from here. Where Chromium is absent, their tests skip.
"""

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
NARROW = {"width": 320, "height": 640}
_running = []


def chromium_path():
    """Where Chromium lies; None where there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def mark_all(items, folder):
    """Tests of a folder need the browser, and a live server's threads see only what is committed."""
    for item in items:
        if Path(folder) in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


def start():
    """The one Chromium of this process: playwright cannot be started twice in one."""
    if not _running:
        playwright = sync_playwright().start()
        _running.extend([playwright, playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)])
    return _running[1]


def stop():
    if _running:
        playwright, chromium = _running
        _running.clear()
        chromium.close()
        playwright.stop()


def listen(page, own):
    """What the page complains of from now on: console, failed requests, and whoever is asked besides `own`."""
    said = []
    page.on("console", lambda line: said.append(line.text) if is_complaint(line) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.extend(failures(request)))
    page.on("request", lambda request: None if request.url.startswith((own, "data:")) else said.append(request.url))
    return said


UNUSED_FONTS = """() => {
  const bare = (name) => name.replaceAll('"', '')
  const used = new Set()
  for (const sheet of document.styleSheets) for (const rule of sheet.cssRules) {
    if (!(rule instanceof CSSFontFaceRule)) continue
    const [, file] = /url\\("?([^")]+)"?\\)/.exec(rule.style.getPropertyValue('src')) || []
    const weight = rule.style.getPropertyValue('font-weight').replace('normal', '400') || '400'
    const family = bare(rule.style.getPropertyValue('font-family'))
    const isUsed = [...document.fonts].some((one) => bare(one.family) === family && one.status === 'loaded' &&
      one.weight.replace('normal', '400') === weight)
    if (file && isUsed) used.add(new URL(file, sheet.href).href)
  }
  const asked = [...document.querySelectorAll('link[rel=preload][as=font]')].map((one) => one.href)
  return asked.filter((one) => !used.has(one))
}"""
"""Preloaded fonts that the page does not use."""


def is_complaint(line):
    """An error or a warning; not that a preloaded font came late to its use, which the machine's load decides. Whether
    it is used at all, `UNUSED_FONTS` tells whatever the load."""
    return line.type in ("error", "warning") and "was preloaded using link preload but not used" not in line.text


def failures(request):
    """Why a request failed, if it did: one that the next page cut off has not."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"failed: {request.url}"]


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the run."""
    if chromium_path() is None:
        pytest.skip("no Chromium")
    yield start()
    stop()


@pytest.fixture
def open_context(browser, live_server):
    """Opens a browser context of its own (its own cookies); all close with the test.

    `open_context(viewport=DESK, java_script_enabled=False)`; pages open paths: `page.goto("/fahrplan/")`.
    """
    opened = []

    def opening(**options):
        settings = {"locale": "de-DE", "timezone_id": "Europe/Berlin", "viewport": PHONE, "reduced_motion": "reduce"}
        context = browser.new_context(base_url=live_server.url, **{**settings, **options})
        context.set_default_timeout(15_000)
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
        violations = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        return "; ".join(f"{one['id']} at {', '.join(_where(one))}" for one in violations)

    return find


def _where(violation):
    """The first few places, as selectors."""
    return [str(node["target"][0]) for node in violation["nodes"][:5]]
