"""The reading engine for an office's tables."""

import itertools
import time
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotsen.kernel import tables
from lotsen.kernel.cells import day, decimal_number, postal_code, whole_number, yes_no
from lotsen.kernel.phones import parse_phone
from lotsen.kernel.tables import Column, Problem, Row, Table, folded, read_table, refuse_duplicates
from lotsen.kernel.windows import OpeningHours

CITY = Path(__file__).parents[4] / "shared" / "city"
COLUMNS = (
    Column("name", ("Haltestelle", "Name"), expected="der Name der Haltestelle"),
    Column("postal_code", ("PLZ", "Postleitzahl"), postal_code, expected="fünf Ziffern"),
    Column("minutes", ("Dauer (min)", "Aufenthalt"), whole_number(15, 480)),
    Column("phone", ("Telefon", "Tel."), parse_phone, required=False, phone=True),
)
HEADINGS = ["Haltestelle", "PLZ", "Dauer (min)", "Telefon"]
LINES = [["Weißer Hirsch", "1324", "60", "+49 351 1234567"], ["Löbtau", "01159", "90", ""]]
ROWS = (
    Row(2, {"name": "Weißer Hirsch", "postal_code": "01324", "minutes": 60, "phone": "+493511234567"}),
    Row(3, {"name": "Löbtau", "postal_code": "01159", "minutes": 90, "phone": None}),
)


def text(lines, sign=";"):
    return "\r\n".join(sign.join(line) for line in lines) + "\r\n"


def read(content: str | bytes, columns=COLUMNS) -> Table:
    return read_table(content.encode() if isinstance(content, str) else content, columns, "stopps.csv")


def refusals(table: Table) -> list[str]:
    assert table.problems
    return [str(problem) for problem in table.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_encodings_and_separators(encoding, sign):
    assert read(text([HEADINGS, *LINES], sign).encode(encoding)) == Table("stopps.csv", ROWS, ())


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_columns_in_any_order(order):
    lines = [[line[place] for place in order] for line in [HEADINGS, *LINES]]
    assert read(text(lines)).rows == ROWS


@pytest.mark.parametrize(
    "headings",
    [
        "NAME;postleitzahl;Dauer;Tel",
        " Name ; PLZ* ; dauer [Minuten] ; TEL. ",
        "Halte-Stelle;P L Z;Aufenthalt;telefon:",
        "name;plz;Dauer(min);Telefon;Bemerkung",
    ],
)
def test_headings_in_any_spelling(headings):
    assert read(f"{headings}\n{text(LINES)}").rows == ROWS


def test_umlauts_of_headings_in_any_spelling():
    assert {folded(word) for word in ["Größe (m)", "GROESSE", "größe", "Gro\u0308ße", "GRÖSSE"]} == {"groesse"}


def test_rows_are_those_of_the_spreadsheet():
    content = '\ufeffName;PLZ;Dauer\n"Haus\nam ""Markt""";01067;x\n\n;;\nzwei;1;60\n'
    assert refusals(read(content)) == [
        (
            "stopps.csv, Zeile 2, Spalte „Dauer (min)“: „x“ ist hier nicht möglich. "
            "Möglich ist eine ganze Zahl von 15 bis 480."
        ),
        "stopps.csv, Zeile 5, Spalte „PLZ“: Eine Postleitzahl hat 5 Ziffern, zum Beispiel 01169.",
    ]


def test_a_cell_with_line_breaks_is_one_value():
    assert read('Name;PLZ;Dauer\n"Haus\nam ""Markt""";01067;30\n').rows[0]["name"] == 'Haus am "Markt"'


def test_all_problems_are_collected_and_good_rows_kept():
    table = read("Name;PLZ;Dauer;Telefon\nA;01067;30;\n;99;500;4,93512E+11\n=1+1;01067;30;\nB;01067;60;110\n")
    assert table.rows == (Row(2, {"name": "A", "postal_code": "01067", "minutes": 30, "phone": None}),)
    assert refusals(table) == [
        "stopps.csv, Zeile 3, Spalte „Haltestelle“: Hier fehlt etwas. Nötig ist: der Name der Haltestelle.",
        "stopps.csv, Zeile 3, Spalte „PLZ“: Eine Postleitzahl hat 5 Ziffern, zum Beispiel 01169.",
        (
            "stopps.csv, Zeile 3, Spalte „Dauer (min)“: „500“ ist hier nicht möglich. "
            "Möglich ist eine ganze Zahl von 15 bis 480."
        ),
        (
            "stopps.csv, Zeile 3, Spalte „Telefon“: Die Tabelle hat die Telefonnummer verändert. "
            "Bitte die Spalte als Text speichern, zum Beispiel 0351 123 45 67."
        ),
        "stopps.csv, Zeile 4, Spalte „Haltestelle“: Die Zelle beginnt mit „=“. Das ist hier nicht erlaubt.",
        (
            "stopps.csv, Zeile 5, Spalte „Telefon“: Diese Nummer können wir nicht anrufen. "
            "Bitte nehmen Sie Festnetz oder Handy."
        ),
    ]


@pytest.mark.parametrize("cell", ["=1", "+cmd", "-1+1", "@SUM(A1)", "\t=1", " =1", "＝1", '"\n=1"', "+49 351 1"])
def test_formulas_are_refused(cell):
    assert len(read(f"Name;PLZ;Dauer\n{cell};01067;30\n").problems) == 1


@pytest.mark.parametrize("cell", ["-3", "+3,5", "1-2", "a=b"])
def test_numbers_with_a_sign_are_no_formulas(cell):
    assert read(f"Name;PLZ;Dauer\n{cell};01067;30\n").problems == ()


WHOLE = {
    "missing": (
        "Name;PLZ\nA;01067\n",
        ", Zeile 1, Spalte „Dauer (min)“: Die Spalte „Dauer (min)“ fehlt. Gefunden haben wir: Name, PLZ.",
    ),
    "twice": (
        "Name;PLZ;Dauer;Postleitzahl\nA;01067;30;01067\n",
        ", Zeile 1, Spalte „PLZ“: Die Spalte „PLZ“ gibt es zweimal. Bitte eine löschen.",
    ),
    "separator": (
        "Name PLZ Dauer\nA 01067 30\n",
        ", Zeile 1: Die Spalten sind nicht getrennt. Bitte mit Semikolon speichern.",
    ),
    "quote": (
        'Name;PLZ;Dauer\nA;01067;30\n"B;01067;30\nC;01067;30\n',
        ", Zeile 3: Ein Anführungszeichen ist offen, ab Zeile 3.",
    ),
    "shifted": (
        "Name;PLZ;Dauer\nA; B;01067;30\n",
        ", Zeile 2: Diese Zeile hat 4 Zellen, die Überschrift hat 3. Steht in einer Zelle ein Trennzeichen?",
    ),
    "empty": ("", ": Die Datei ist leer."),
    "blank": ("\n ;\n", ": Die Datei ist leer."),
    "nul": (
        "Name;PLZ;Dauer\nA\x00;01067;30\n",
        ": Die Datei ist beschädigt. Bitte neu speichern und noch einmal schicken.",
    ),
    "xlsx": (b"PK\x03\x04xx", ": Das ist keine CSV-Tabelle. Bitte als „CSV UTF-8“ speichern."),
    "wide": (";".join(["x"] * 10_000), ", Zeile 1: Das ist keine CSV-Tabelle. Bitte als „CSV UTF-8“ speichern."),
    "mixed": (
        "Löbtau;".encode() + "Löbtau".encode("cp1252"),
        ": Die Umlaute sind nicht lesbar. Bitte als „CSV UTF-8“ speichern.",
    ),
    "twice encoded": (
        "Löbtau".encode().decode("cp1252"),
        ": Die Umlaute sind nicht lesbar. Bitte als „CSV UTF-8“ speichern.",
    ),
    "half utf-16": (b"\xff\xfea", ": Die Umlaute sind nicht lesbar. Bitte als „CSV UTF-8“ speichern."),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_file_that_cannot_be_read(case):
    content, sentence = WHOLE[case]
    table = read(content)
    assert sentence in [refusal.removeprefix("stopps.csv") for refusal in refusals(table)]


def test_a_line_that_names_the_separator_is_not_a_row():
    assert read("sep=,\nName,PLZ,Dauer\nA,01067,x\n").problems[0].row == 2


def test_the_separator_is_the_one_that_shows_our_columns():
    assert read('"Name";"PLZ";"Dauer";"a, b, c, d, e, f"\nA;01067;30;\n').rows[0]["minutes"] == 30
    assert read("Name;PLZ;Dauer;a, b, c, d, e, f\nA;01067;30;\n").rows[0]["minutes"] == 30


def test_limits(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    three = text([HEADINGS, *LINES, LINES[0]])
    assert refusals(read(three)) == ["stopps.csv: Die Datei hat 4 Zeilen. Möglich sind 2. Bitte teilen."]
    assert read(text([HEADINGS, *LINES])).problems == ()
    monkeypatch.setattr(tables, "MOST_BYTES", 10)
    assert refusals(read("x" * 11)) == ["stopps.csv: Die Datei ist zu groß. Möglich sind 0 MB."]


def test_a_cell_has_a_limit(monkeypatch):
    monkeypatch.setattr(tables, "LONGEST_CELL", 5)
    assert refusals(read("Name;PLZ;Dauer\nAAAAAA;01067;30\nAAAAA;01067;30\n")) == [
        "stopps.csv, Zeile 2, Spalte „Haltestelle“: Das ist zu lang. Möglich sind 5 Zeichen."
    ]


def test_duplicates_name_the_first_row():
    table = read(text([HEADINGS, *LINES, LINES[1]]))
    assert refuse_duplicates(table, "name", "Haltestelle") == (
        Problem("stopps.csv", 4, "Haltestelle", "Wie Zeile 3. Bitte eine Zeile löschen."),
    )
    assert refuse_duplicates(read(text([HEADINGS, *LINES])), "name", "Haltestelle") == ()


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_file_raises(data):
    table = read_table(b"Name;PLZ;Dauer\n" + data, COLUMNS, "f")
    assert isinstance(table, Table)
    assert isinstance(read_table(data, COLUMNS, "f"), Table)


@given(
    st.lists(st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters='=+-@＝＋－＠–"ÃÂ'), min_size=1))
)
def test_what_was_written_is_read(names):
    quoted = "\n".join(f'"{name}";01067;30' for name in names)
    table = read(f"Name;PLZ;Dauer\n{quoted}")
    assert [row["name"] for row in table.rows] == [unicodedata.normalize("NFC", name) for name in names]


def test_ten_thousand_rows_in_three_seconds():
    lines = [[f"Haltestelle {number}", "1324", "60", "0351/1234567"] for number in range(10_000)]
    started = time.process_time()
    assert len(read(text([HEADINGS, *lines])).rows) == 10_000
    assert time.process_time() - started < 3


def test_a_city_reads_without_a_problem():
    if not CITY.is_dir():
        pytest.skip("no folder with a city's own lists beside the project")
    place = (Column("postal_code", ("PLZ",), postal_code), Column("latitude", ("Breite",), decimal_number(47, 55)))
    hours = Column("hours", ("Öffnungszeiten",), OpeningHours.parse)
    stops = (*place, hours, Column("step_free", ("stufenfrei",), yes_no, required=False))
    guides = (*place, Column("trained", ("Schulung am",), day), Column("phone", ("Mobil",), parse_phone, phone=True))
    found = [
        read_table((CITY / "haltestellen.csv").read_bytes(), stops, "haltestellen.csv"),
        read_table((CITY / "lotsen.csv").read_bytes(), guides, "lotsen.csv"),
    ]
    assert [(len(table.rows), table.problems) for table in found] == [(48, ()), (150, ())]
    assert found[1].rows[0]["trained"] == date(2026, 10, 1)
