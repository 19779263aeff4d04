import io
from dataclasses import replace
from datetime import date, timedelta

import pdfua
import pytest
from django.conf import settings
from django.utils import timezone, translation
from pypdf import PdfReader

from tests.touring.city import LATER, make_city, make_published
from touring import deviations, paper
from touring.models import Stop, Tour, TourStop
from touring.queries import timetable, tours_on
from touring.queries.timetable import Area, Timetable

pytestmark = pytest.mark.django_db
URL = "https://lotsen.example/fahrplan/"
HOUSE = {"city_name": "Dresden", "hotline": "0351 488 48 48", "hotline_hours": "Montag bis Freitag, 9 bis 17 Uhr"}
DAY = date(2027, 1, 4)
LONG = "Begegnungs- und Nachbarschaftszentrum Donaudampfschifffahrtsgesellschaftskapitänshaus an der Weißeritz"


def pages(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def checked(pdf, tmp_path):
    path = tmp_path / "sheet.pdf"
    path.write_bytes(pdf)
    return pdfua.validate(str(path)).findings


def a_table():
    make_city()
    make_published()
    return timetable(DAY)


def poster(table, area=None):
    return paper.poster_pdf(table, area, url=URL, house=HOUSE, fonts_dir=settings.FONTS_DIR)


def many(table, count):
    """A city of so many stops with long names, five to a district."""
    entries = []
    for number in range(count):
        one = replace(table.entries[0], key=f"X{number}", name=f"{LONG} {number}", area_key=f"A{number // 5}")
        object.__setattr__(one, "district", f"Stadtteil {number // 5}")
        entries.append(one)
    return Timetable(table.stamp, table.today, tuple(entries))


def test_a_poster_says_who_comes_when_and_whom_to_call(tmp_path):
    table = a_table()
    pdf = poster(table)
    text = "\n".join(pages(pdf))
    for words in (
        "Hilfe mit Handy und Computer", "Dresden. Kommen Sie einfach vorbei. Es kostet nichts.", "Bibliothek Gorbitz",
        "Merianplatz 1, 01169 Dresden", "3 Stufen am Eingang.", "Jeden zweiten Dienstag, 10 bis 11:30 Uhr",
        "Dienstag, 5. Januar", "lotsen.example/fahrplan", "Telefon 0351 488 48 48", "Stand: Montag, 4. Januar 2027",
    ):  # fmt: skip
        assert " ".join(words.split()) in " ".join(text.split()), words
    assert checked(pdf, tmp_path) == ()
    assert poster(table) == pdf
    sheet = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert (round(float(sheet.width)), round(float(sheet.height))) == (842, 1191)


def test_a_poster_of_48_stops_with_long_names_goes_on_to_more_sheets(tmp_path):
    pdf = poster(many(a_table(), 48))
    found = pages(pdf)
    flat = "".join("".join(page.split()) for page in found).replace("-", "")
    assert [number for number in range(48) if f"Weißeritz{number}Merian" not in flat] == []
    assert 2 <= len(found) <= 5
    assert all("Die nächsten Termine" in page for page in found), "each sheet has the heads of its columns"
    assert found[0].count("Telefon") == 1
    assert f"Seite {len(found)} / {len(found)}" in found[-1]
    assert checked(pdf, tmp_path) == ()


@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (5, 1), (9, 1), (14, 1), (40, 3)])
def test_a_small_poster_is_one_sheet(count, sheets):
    table = a_table()
    entries = tuple(replace(table.entries[0], name=f"Treff {number}") for number in range(count))
    assert len(pages(poster(table, Area("01169", "01169 Gorbitz", entries)))) == sheets


def test_a_leaflet_in_german_and_english(tmp_path):
    table = a_table()
    halt = TourStop.objects.filter(stop__key="S5").order_by("starts_at")[0]
    deviations.announce_cancelled(halt, by=None, at=LATER + timedelta(hours=1))
    table = timetable(DAY)
    area = table.area("01169")
    made = {"url": URL, "house": HOUSE, "fonts_dir": settings.FONTS_DIR}
    german = paper.leaflet_pdf(table, area, **made)
    text = " ".join(" ".join(pages(german)).split())
    assert "Freitag, 8. Januar fällt aus" in text
    assert "Treff Löbtau" in text
    assert checked(german, tmp_path) == ()
    with translation.override("en"):
        english = paper.leaflet_pdf(table, area, **made)
    assert "Friday, 8 January" in " ".join(" ".join(pages(english)).split())
    assert PdfReader(io.BytesIO(english)).trailer["/Root"]["/Lang"] == "en"


def test_a_route_sheet_names_keys_and_numbers_for_the_team(tmp_path):
    a_table()
    Stop.objects.filter(key="S5").update(
        key_note="#panic() *am Empfang*", parking_note="im Hof", contact_name="Frau Reh", setup_minutes=15,
        contact_phone="+493514884880",
    )  # fmt: skip
    tour = Tour.objects.get(date=date(2027, 1, 8), team__key="sued")
    halt = tour.halts.get(stop__key="S5")
    deviations.announce_late(halt, minutes=20, reason="ice", by=None, at=LATER)
    shown = next(one for one in tours_on(tour.date) if one.pk == tour.pk)
    sheet = {"at": timezone.now(), "fonts_dir": settings.FONTS_DIR}
    pdf = paper.route_sheet_pdf(shown, list(shown.halts.all()), **sheet)
    text = " ".join(" ".join(pages(pdf)).split())
    for words in (
        "Team Süd, Freitag, 8. Januar 2027", "Altmarkt 1, 01067 Dresden", "9:30 – 11:30", "Treff Pieschen",
        "Wir kommen 20 Minuten später. Grund: Glatteis oder Schnee.", "Schlüssel: #panic() *am Empfang*",
        "Parken: im Hof", "Aufbau: 15 Minuten", "Kontakt: Frau Reh, 0351 488 48 80", "Nur für das Team.",
    ):  # fmt: skip
        assert words in text, words
    assert checked(pdf, tmp_path) == ()
