"""One request all the way: telephone, suggestion, offer, yes, letter, door, report, and one more on the board."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from bookings.models import HomeVisit, Offer
from lotsen.kernel import references
from lotsen.messages import sending
from lotsen.messages.house import letter_printer, post_office
from lotsen.messages.models import Letter, Message
from lotsen.people.models import Role
from tests.chromium import DESK, PHONE
from tests.people import make_topic, make_user, make_volunteer
from volunteers.models import Absence


def tab_to(page, element_id, *, most=80):
    """Press Tab until this element has the focus."""
    for _ in range(most):
        if page.evaluate("document.activeElement.id") == element_id:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{element_id} is not reached by Tab")


def type_into(page, name, text):
    tab_to(page, f"id_{name}")
    page.keyboard.type(text)


def choose(page, name, value):
    """A chip by keyboard: to the group with Tab, to the choice with the arrows, or Space where several may be."""
    wanted = page.locator(f'input[name="{name}"][value="{value}"]')
    group = page.locator(f'input[name="{name}"]')
    for _ in range(80):
        if page.evaluate("document.activeElement.name") == name:
            break
        page.keyboard.press("Tab")
    is_radio = wanted.get_attribute("type") == "radio"
    for _ in range(group.count()):
        if page.evaluate("document.activeElement.value") == value:
            break
        page.keyboard.press("ArrowRight" if is_radio else "Tab")
    if not wanted.is_checked():
        page.keyboard.press("Space")
    assert wanted.is_checked(), (name, value)


def post_the_letters(at):
    """What the worker does with the outbox."""
    for message in Message.objects.filter(state="queued"):
        sending.send_message(message.pk, office=post_office(), at=at)


def words_of_letter(letter):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(letter_printer().page(letter))).pages)


def test_a_request_travels_from_the_telephone_to_the_board(as_user, clock):
    anna, dora = make_user(Role.HOTLINE), make_user(Role.COORDINATOR, name="Dora Klein")
    bernd = make_volunteer("Bernd Kluge", topics=[make_topic()])
    this_week = timezone.now().date()  # away until a letter arrives in time
    Absence.objects.create(volunteer=bernd, first_on=this_week, last_on=this_week + timedelta(days=6))

    # The hotline takes it down, keyboard only.
    desk = as_user(anna, viewport=DESK)
    desk.goto("/hotline/")
    choose(desk, "salutation", "mrs")
    type_into(desk, "name", "Ursula Schulze")
    type_into(desk, "phone", "030 23125216")
    type_into(desk, "street", "Merianplatz 4")
    type_into(desk, "postal_code", "1169")
    choose(desk, "topics", "fotos")
    type_into(desk, "goal", "Fotos vom Enkel ansehen")
    choose(desk, "reach_by", "letter")
    tab_to(desk, "id_consent")
    desk.keyboard.press("Space")

    # Dates stand beside the form while she types; the first one is taken by its key.
    desk.locator("[data-key='Alt+1']").wait_for()
    assert "Bernd Kluge" in desk.locator("#daneben").inner_text()
    desk.keyboard.press("Alt+1")
    desk.wait_for_url(re.compile(r"/hotline/vorgang/\d{7}/"))
    visit = HomeVisit.objects.get()
    assert references.grouped(visit.reference).replace(" ", "") in re.sub(r"\s", "", desk.inner_text("main"))
    assert (visit.state, Offer.objects.get().volunteer) == ("scheduled", bernd)

    # The volunteer sees it on the phone and says yes with one tap.
    phone = as_user(bernd.user, viewport=PHONE)
    phone.goto(reverse("bookings:guide-offer", args=[Offer.objects.get().token]))
    assert "Merianplatz" not in phone.inner_text("main")
    assert "Schulze" not in phone.inner_text("main")
    phone.get_by_role("button", name="Ja, ich komme").click()
    phone.wait_for_url(f"**/lotse/besuch/{visit.reference}/")
    assert "Merianplatz" in phone.inner_text("main")
    visit.refresh_from_db()
    assert (visit.state, visit.guide) == ("assigned", bernd.user)

    # The senior is told by letter: who, when, and the code word.
    post_the_letters(timezone.now())
    letter = words_of_letter(Letter.objects.get(message__kind="senior_booked"))
    assert "Kluge" in letter
    assert visit.code_word in letter

    # The day has come: code word, door, and out again.
    clock.move_to(visit.slot_starts_at - timedelta(minutes=5))
    phone = as_user(bernd.user, viewport=PHONE)
    phone.goto(f"/lotse/besuch/{visit.reference}/")
    assert visit.code_word in phone.inner_text("main")
    phone.get_by_role("button", name="Ich bin da").click()
    phone.get_by_text("Sie sind da seit").wait_for()
    clock.move_to(visit.slot_ends_at - timedelta(minutes=1))
    phone = as_user(bernd.user, viewport=PHONE)
    phone.goto(f"/lotse/besuch/{visit.reference}/")
    phone.get_by_role("button", name="Ich bin wieder weg").click()

    # The report, prefilled, in a few taps.
    phone.wait_for_url("**/bericht/")
    phone.get_by_text("kann ich allein").first.click()
    phone.get_by_role("button", name="Bericht fertig").click()
    phone.wait_for_url("**/lotse/berichte/")
    visit.refresh_from_db()
    assert (visit.state, visit.report.outcome, visit.report.goal) == ("done", "helped", "alone")

    # One more on the coordinator's board.
    board = as_user(dora, viewport=DESK)
    board.goto("/koordination/")
    assert re.search(r"\b1\b\s*\n?.*(Hausbesuch|Besuch)", board.inner_text("main"))
    assert "Schulze" not in board.inner_text("main")
