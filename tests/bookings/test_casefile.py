"""The case as one file for the electronic record."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from pypdf import PdfReader

from bookings import cases, visits
from bookings.casefile import case_file, retention
from bookings.clients import record_consents
from bookings.models import HomeVisit
from bookings.queries.timeline import history_of
from tests.bookings.test_cases import assigned
from tests.people import NOW, make_user, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_user("hotline")


def read(visit, anna):
    row = HomeVisit.objects.select_related("client__address", "guide").get(pk=visit.pk)
    pdf = case_file(row, office="Dresden", fonts_dir=settings.FONTS_DIR, by=anna, at=NOW)
    return pdf, PdfReader(io.BytesIO(pdf))


def words(reader):
    return " ".join("".join(page.extract_text() for page in reader.pages).split())


def test_it_is_pdf_a_3a_and_pdf_ua_and_tagged(anna):
    pdf, reader = read(make_visit(), anna)

    xmp = pdf[pdf.index(b"<x:xmpmeta") : pdf.index(b"</x:xmpmeta>")].decode()
    assert re.findall(r"<(pdf(?:a|ua)id:(?:part|conformance))>(.*?)<", xmp) == [
        ("pdfaid:part", "3"),
        ("pdfaid:conformance", "A"),
        ("pdfuaid:part", "1"),
    ]
    assert bool(reader.trailer["/Root"]["/MarkInfo"]["/Marked"])
    assert reader.trailer["/Root"]["/Lang"].startswith("de")


def test_its_metadata_names_reference_office_and_retention(anna):
    visit = make_visit(by=anna)
    _pdf, reader = read(visit, anna)

    meta = json.loads(reader.attachments["vorgang.json"][0])
    number = f"{visit.reference[:3]} {visit.reference[3:6]} {visit.reference[6]}"
    assert reader.metadata.title == f"Vorgang {number}"
    assert f"Vorgang {number}" in reader.metadata["/Keywords"]
    assert (meta["schema"], meta["reference"], meta["office"], meta["state"], meta["is_closed"]) == (
        "lotsen-vorgang-1",
        visit.reference,
        "Dresden",
        "requested",
        False,
    )
    assert meta["retention"] == {"class": "visit", "last_contact": "2026-11-25", "delete_from": "2027-11-25"}
    assert [line["what"] for line in meta["timeline"]][-1:] == ["Anfrage aufgenommen"]


def test_it_holds_the_timeline_and_the_consents_and_not_the_word(anna):
    visit = assigned(anna)
    HomeVisit.objects.filter(pk=visit.pk).update(code_word="Zqkennwort")
    cases.note_call(visit, kind="call_in", text="Fragt nach der Uhrzeit.", by=anna, at=NOW)
    record_consents(visit.client, answers={"needs": True}, channel="phone", by=anna, at=NOW)

    pdf, reader = read(visit, anna)

    text, attachment = words(reader), reader.attachments["vorgang.json"][0].decode()
    for part in ("Ursula Schulze", "Fragt nach der Uhrzeit.", "Bitte beachten", "Kennwort vergeben", "Bernd Kluge"):
        assert part in text
    assert [place for place in (text.lower(), attachment.lower(), str(pdf).lower()) if "zqkennwort" in place] == []


def test_a_request_that_came_to_nothing_is_kept_for_a_month(anna):
    visit = make_visit()
    visits.cancel_visit(visit, because="", own_wish=True, by=anna, at=NOW + timedelta(days=1))

    kept = retention(visit, history_of(visit, group="change"), at=NOW + timedelta(days=2))

    assert kept == {"class": "never_came_about", "last_contact": "2026-11-25", "delete_from": "2026-12-25"}
