"""Takes the pictures of the guides: `python -m tests.pictures` or `make pictures`.

The demonstration city on a cluster that is thrown away, the demo's web server, one Chromium; each picture is a PNG of
few colours in `docs/pictures/`. `python -m tests.pictures --language en --to /tmp/en` shows the same pages in English.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django
from django.core.management import call_command
from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.server import ROOT, database, free_port, wait_until_ready
from tests.chromium import ARGUMENTS, DESK, PHONE, chromium_path

FOLDER = ROOT / "docs" / "pictures"
TALLEST = {DESK["width"]: 1500, PHONE["width"]: 1500}
COLOURS = 96
MOST_BYTES = 150_000
LOGIN = "/konto/login/"
ALTERNATIVES_SECONDS = 20
PAPER_WIDTH = 900


@dataclass(frozen=True)
class Picture:
    """One picture: who sees it (an e-mail address of the demo, or nobody), where, how wide, what is done first."""

    name: str
    path: str | Callable[[], str]
    by: str = ""
    sizes: tuple[dict[str, int], ...] = (DESK,)
    first: Callable[[Page], None] = lambda page: None


# --- what is done before a picture ---------------------------------------------------------------


def up_to_the_topics(page: Page) -> None:
    """Three question pages of the home visit."""
    page.locator("[name=street]").fill("Gartenweg 16")
    page.locator("[name=postal_code]").fill("01169")
    go_on(page)
    page.locator("main a[href*='/fuer-wen/']").first.click()
    page.locator("[name=for_whom], [name=caller]").first.check()
    go_on(page)
    page.locator("[name=topics]").nth(3).check()


def up_to_the_thanks(page: Page) -> None:
    """The whole home visit, as somebody at home would ask for it."""
    up_to_the_topics(page)
    while not page.url.endswith(("/pruefen/", "/danke/")):
        answer(page)
        go_on(page)
    from bookings.models import WebRequest
    from bookings.web_requests import FASTEST

    for asked in WebRequest.objects.all():
        WebRequest.objects.filter(pk=asked.pk).update(started_at=asked.started_at - FASTEST)
    go_on(page)
    page.wait_for_url("**/danke/")


TYPED = {"name": "Ursula Krause", "phone": "030 231 25 116", "goal": "Ich möchte meine Enkel am Bildschirm sehen."}


def answer(page: Page) -> None:
    """Answers whatever a question page asks: the first choice, or what is typed."""
    for name, text in TYPED.items():
        if (box := page.locator(f"main input[name={name}], main textarea[name={name}]")).count():
            box.first.fill(text)
    if (mrs := page.locator("main input[name=salutation][value=mrs]")).count():
        mrs.check()
    for name in dict.fromkeys(
        page.locator("main input:is([type=radio], [type=checkbox])").evaluate_all("all => all.map(one => one.name)")
    ):
        one = page.locator(f"main input[name={name}]")
        if not one.evaluate_all("all => all.some(one => one.checked)"):
            one.first.check()


def go_on(page: Page) -> None:
    """Sends the page's form."""
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")


def fill_the_intake(page: Page) -> None:
    """A call as the hotline types it, up to the suggestions."""
    typed = {"name": "Gertrud Vogel", "phone": "030 231 25 117", "street": "Gartenweg 16", "postal_code": "01169"}
    for name, text in typed.items():
        page.locator(f"main input[name={name}]").fill(text)
    page.locator("main input[name=topics][value=fotos]").check()
    page.locator("main input[name=reach_by]").first.check()
    page.locator("main input[name=consent]").check()
    page.locator("[data-key='Alt+T']").click()
    page.wait_for_load_state("networkidle")


def choose_the_training(page: Page) -> None:
    """The first step of a facility's booking."""
    page.locator("main input[name=themen]").nth(3).check()
    page.locator("main input[name=menschen]").fill("12")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")


def try_a_stop_elsewhere(page: Page) -> None:
    """A draft from the published plan, and its first call half an hour later."""
    page.locator("main form[action$='/entwurf/'] button").click()
    page.wait_for_url("**/planung/fassung/*/")
    page.locator("a.l-call-b").nth(1).click()
    page.locator("[name=nach-time]").fill("09:30")
    page.locator("#urteil .l-delta").wait_for()


def take_a_best_place(page: Page) -> None:
    """A stop goes to its second best place; then the list before publishing."""
    try_a_stop_elsewhere(page)
    page.locator("#urteil a[href*='/plaetze/']").click()
    page.locator("main form[action*='/verschieben/'] button").first.click()
    page.wait_for_url("**/planung/fassung/*/?*")
    page.locator("#veroeffentlichen").scroll_into_view_if_needed()


def ask_whether_somebody_comes(page: Page) -> None:
    """The caller proves who they are with the last four digits of the number that we have."""
    digits = page.locator("main a[href^='tel:']").first.get_attribute("href") or ""
    page.locator("main [name=proof]").fill(digits[-4:])
    page.locator("main form[action$='/auskunft/'] button").first.click()
    page.wait_for_url("**/auskunft/")


# --- which pages ---------------------------------------------------------------------------------


def a_stop() -> str:
    from touring.models import Stop

    return f"/fahrplan/{Stop.objects.order_by('key').first().key}/"


def a_case() -> str:
    from bookings.models import HomeVisit

    return f"/hotline/vorgang/{HomeVisit.objects.filter(state='assigned').order_by('pk').first().reference}/"


def _visit_of(email: str) -> str:
    from bookings.models import HomeVisit

    return HomeVisit.objects.filter(guide__email=email, state="assigned").order_by("slot_starts_at").first().reference


def a_visit() -> str:
    return f"/lotse/besuch/{_visit_of(BERND)}/"


def a_report() -> str:
    return f"/lotse/besuch/{_visit_of(BERND)}/bericht/"


def a_run() -> str:
    from touring.models import PlanRun

    return f"/planung/lauf/{PlanRun.objects.latest('pk').pk}/"


def alternatives() -> str:
    """A run of the next quarter that ends with several drafts; the first of them, with the others beside it."""
    from django.conf import settings
    from django.utils import timezone

    from lotsen.kernel.calendar import local_date, next_quarter
    from touring import runs

    now = timezone.now
    period = next_quarter(local_date(now()))
    run = runs.request_plan_run(
        period=period, seconds=ALTERNATIVES_SECONDS, by=None, at=now(), with_alternatives=True, is_queued=False
    )
    runs.work_on_run(run, now=now, workers=settings.PLANNING_WORKERS)
    return f"/planung/lauf/{run.pk}/"


def a_day_of_the_team() -> str:
    from touring.models import Tour

    return f"/team/?tag={Tour.objects.filter(team__members__email=EMIL, halts__isnull=False).earliest('date').date}"


def a_route_sheet() -> str:
    from touring.models import Tour

    return f"/team/touren/tour/{Tour.objects.filter(halts__isnull=False).earliest('date', 'pk').pk}/blatt.pdf"


def a_record() -> str:
    from bookings.models import Training

    return f"/einrichtung/schulung/{Training.objects.filter(state='done').first().reference}/"


BERND, DORA, ANNA = "bernd.kluge@example.org", "koordination@example.org", "hotline@example.org"
EMIL, ANNEGRET, TILDA = "team.neustadt@example.org", "annegret.huebner@example.org", "technik@example.org"
PICTURES = (
    Picture("start", "/", sizes=(DESK, PHONE)),
    Picture("fahrplan", "/fahrplan/?ort=01169"),
    Picture("haltestelle", a_stop, sizes=(PHONE,)),
    Picture("frage", "/hausbesuch/", sizes=(PHONE,), first=up_to_the_topics),
    Picture("bestaetigung", "/hausbesuch/", sizes=(PHONE,), first=up_to_the_thanks),
    Picture("anmeldung", LOGIN),
    Picture("aufnahme", "/hotline/", by=ANNA, first=fill_the_intake),
    Picture("vorgang", a_case, by=ANNA),
    Picture("auskunft", a_case, by=ANNA, first=ask_whether_somebody_comes),
    Picture("rueckrufe", "/hotline/rueckrufe/", by=ANNA),
    Picture("uebersicht", "/koordination/", by=DORA),
    Picture("plan", "/planung/fassung/1/", by=DORA),
    Picture("tafel", "/planung/fassung/1/", by=DORA, first=try_a_stop_elsewhere),
    Picture("veroeffentlichen", "/planung/fassung/1/", by=DORA, first=take_a_best_place),
    Picture("planungslauf", a_run, by=DORA),
    Picture("einlesen", "/import/", by=DORA),
    Picture("angebote", "/lotse/angebote/", by=BERND, sizes=(PHONE,)),
    Picture("besuch", a_visit, by=BERND, sizes=(PHONE,)),
    Picture("bericht", a_report, by=BERND, sizes=(PHONE,)),
    Picture("buchung", "/einrichtung/schulung/neu/", by=ANNEGRET, first=choose_the_training),
    Picture("schulung", a_record, by=ANNEGRET),
    Picture("team", a_day_of_the_team, by=EMIL, sizes=(PHONE,)),
    Picture("runde", "/runde/gewichte/", by=DORA),
    Picture("lotsen", "/koordination/lotsen/", by=DORA),
    Picture("woche", "/koordination/woche/", by=DORA),
    Picture("bewerben", "/mitmachen/bewerben/", sizes=(PHONE,)),
    Picture("zeiten", "/lotse/ich/zeiten/", by=BERND, sizes=(PHONE,)),
    Picture("stunden", "/lotse/ich/stunden/", by=BERND, sizes=(PHONE,)),
    Picture("telefonnetz", "/telefonnetz/", by=DORA),
    Picture("alternativen", alternatives, by=DORA),
)
PAPERS = (
    Picture("aushang", "/fahrplan/aushang.pdf"),
    Picture("tourenblatt", a_route_sheet, by=DORA),
)
"""PDF files, of which the first page is a picture."""


# --- taking them -----------------------------------------------------------------------------------


def main(arguments: list[str]) -> None:
    """Takes all pictures, or those that are named."""
    options = _options(arguments)
    path = chromium_path()
    if path is None:
        sys.exit("Chromium is not installed (apt install chromium).")
    options.to.mkdir(parents=True, exist_ok=True)
    wanted = [one for one in PICTURES if not options.names or one.name in options.names]
    with demo_city() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for picture in wanted:
            for size in picture.sizes:
                take(browser, address, picture, size, options)
        for paper in PAPERS:
            if not options.names or paper.name in options.names:
                take_paper(browser, address, paper, options)
        browser.close()


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these pictures")
    parser.add_argument("--language", default="de", choices=("de", "en"))
    parser.add_argument("--to", type=Path, default=FOLDER)
    return parser.parse_args(arguments)


@contextlib.contextmanager
def demo_city() -> Iterator[str]:
    """The demonstration city on a throw-away cluster and its web server; yields the server's address."""
    port = free_port()
    address = f"http://localhost:{port}"
    os.environ |= {"DJANGO_SETTINGS_MODULE": "lotsen.settings", "LOTSEN_PUBLIC_BASE_URL": address}
    os.environ |= {"LOTSEN_SIMULATOR": "1", "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
    with database(None) as url:
        os.environ["DATABASE_URL"] = url
        django.setup()
        prepare()
        serve = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws"]
        command = [sys.executable, "-m", "granian", *serve, "--log-level", "warning", "lotsen.wsgi:application"]
        server = subprocess.Popen(command, env=os.environ, cwd=ROOT)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", server)
            call_command("procrastinate", "worker", "--one-shot")  # the messages of the demo go out
            yield address
        finally:
            server.terminate()
            server.wait(20)


def prepare() -> None:
    """What `make demo` does before it starts its servers."""
    from lotsen.demo import preparation

    preparation.migrate()
    preparation.make_texts()
    preparation.make_static_files()
    call_command("load_demo")
    call_command("plan_quarter", publish=True, quiet=True)


def take(browser: Browser, address: str, picture: Picture, size: dict[str, int], options: argparse.Namespace) -> None:
    """One picture: a fresh browser, signed in where somebody must be, the page as tall as it is (up to a limit)."""
    page = signed_in(browser, address, picture, size, options)
    answered = page.goto(path_of(picture))
    picture.first(page)
    page.wait_for_load_state("networkidle")
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST[size["width"]])
    page.set_viewport_size({"width": size["width"], "height": height})
    target = options.to / f"{picture.name}-{size['width']}.png"
    page.screenshot(path=target)
    page.context.close()
    made_small(target)
    say(target, answered.status if answered else "?")


def take_paper(browser: Browser, address: str, paper: Picture, options: argparse.Namespace) -> None:
    """The first page of a PDF file, drawn by pdftoppm (poppler-utils)."""
    page = signed_in(browser, address, paper, DESK, options)
    answered = page.context.request.get(path_of(paper))
    target = options.to / f"{paper.name}.png"
    command = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", str(PAPER_WIDTH), "-scale-to-y", "-1", "-"]
    subprocess.run([*command, str(target.with_suffix(""))], input=answered.body(), check=True)
    page.context.close()
    made_small(target)
    say(target, answered.status)


def path_of(picture: Picture) -> str:
    """Where it is taken."""
    return picture.path if isinstance(picture.path, str) else picture.path()


def signed_in(
    browser: Browser, address: str, picture: Picture, size: dict[str, int], options: argparse.Namespace
) -> Page:
    """A page in a fresh browser of its own."""
    from bookings.demo.people import PASSWORD

    context = browser.new_context(
        base_url=address,
        viewport=size,
        locale=options.language,
        timezone_id="Europe/Berlin",
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if picture.by:
        page.goto(LOGIN)
        page.locator("input[type=email]").fill(picture.by)
        page.locator("input[type=password]").fill(PASSWORD)
        page.locator("main form[method=post] button[type=submit]").first.click()
        page.wait_for_url(lambda url: LOGIN not in url)
    return page


def say(target: Path, status: int | str) -> None:
    """A line about what was taken."""
    print(f"{target.name:28} {target.stat().st_size // 1000:4} kB  {status}")


def made_small(target: Path) -> None:
    """Few colours instead of millions; a picture that stays too heavy is an error."""
    with contextlib.suppress(ImportError):  # Pillow comes with other tools; without it the pictures stay large
        from PIL import Image

        with Image.open(target) as image:
            few = image.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(target, optimize=True)
        if target.stat().st_size > MOST_BYTES:
            sys.exit(f"{target} is heavier than {MOST_BYTES // 1000} kB.")


if __name__ == "__main__":
    main(sys.argv[1:])
