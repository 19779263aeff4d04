"""Lists of a small city, as bytes; a test changes the cells that it is about."""

import csv
import io
from datetime import UTC, datetime

from bookings.imports import CityFile

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
STOP = {
    "Kennung": "S01",
    "Haltestelle": "Treff Gorbitz",
    "Straße und Hausnummer": "Merianplatz 4",
    "PLZ": "01169",
    "Ort": "Dresden",
    "Breite": "51.04508",
    "Länge": "13.66901",
    "Rhythmus": "14-täglich",
    "Dauer (min)": "60",
    "Öffnungszeiten": "Di,Do 9:00-12:30; Di,Do 13:30-18:00",
    "stufenfrei": "ja",
    "Sondernutzung bis": "31.03.2027",
    "Wunschtag": "Donnerstag",
}
TEAM = {
    "Team": "Nord",
    "Stützpunkt": "Königsbrücker Straße 1",
    "PLZ": "01099",
    "Breite": "51.065",
    "Länge": "13.746",
    "Arbeitszeit": "Mo-Do 8:00-16:30; Fr 8:00-14:30",
    "Pause": "30 min zwischen 11:30 und 13:30",
    "Fahrzeug": "Kleinbus",
}
FACILITY = {
    "Kennung": "E01",
    "Einrichtung": "Haus Beispiel",
    "Straße und Hausnummer": "Dorfstraße 13",
    "PLZ": "01109",
    "Breite": "51.1141",
    "Länge": "13.78665",
    "Ansprechperson": "Lothar Vogel",
    "Telefon": "030 23125000",
    "E-Mail": "haus@example.org",
    "Plätze": "60",
    "Internet": "Gäste-WLAN 6 Mbit/s",
    "Technik": "Beamer",
}
VOLUNTEER = {
    "Kennung": "L001",
    "Name": "Gülşen Şahin",
    "PLZ": "01326",
    "Breite": "51.03232",
    "Länge": "13.84885",
    "Mobil": "0171 3920000",
    "E-Mail": "Guelsen@Example.org",
    "Themen": "Fotos, iPhone",
    "Sprachen": "Deutsch, Türkisch",
    "unterwegs": "Bus und Bahn",
    "Umkreis (km)": "2,5",
    "verfügbar": "Di,Do 14:00-18:00",
    "Besuche je Woche": "2",
    "Schulung am": "2026-10-01",
    "Führungszeugnis vom": "27.1.2026",
}
REQUEST = {
    "Eingang": "2026-11-02",
    "Weg": "Telefon",
    "Name": "Nguyễn Văn Sơn",
    "Straße und Hausnummer": "Birkenhain 90",
    "PLZ": "01159",
    "Breite": "51.05292",
    "Länge": "13.68848",
    "Telefon": "0176 04069100",
    "Thema": "Fotos",
    "Zeitwunsch": "vormittags",
    "zu beachten": "",
    "Wunsch": "",
}
EXAMPLES = {"haltestellen": STOP, "teams": TEAM, "einrichtungen": FACILITY, "lotsen": VOLUNTEER, "anfragen": REQUEST}


def table(rows, *, separator=";", encoding="utf-8-sig"):
    """Rows (dicts with the same keys) as the bytes of a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def city_file(kind, *changes, **how):
    """One list; each of `changes` is a row: the example with these cells changed."""
    rows = [EXAMPLES[kind] | change for change in changes or ({},)]
    return CityFile(kind, f"{kind}.csv", table(rows, **how))


def sentences(outcome):
    return [(problem.file, problem.row, problem.column, str(problem.sentence)) for problem in outcome.problems]
