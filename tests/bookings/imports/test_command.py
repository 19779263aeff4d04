from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.bookings.imports.lists import EXAMPLES, STOP, table
from touring.models import Stop

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    for kind, row in EXAMPLES.items():
        (tmp_path / f"{kind}.csv").write_bytes(table([row]))
    return tmp_path


def run(*arguments):
    out = StringIO()
    call_command("import_city", *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def test_it_says_what_it_did(folder):
    lists = ["teams", "haltestellen", "einrichtungen", "lotsen", "anfragen"]
    assert run(folder) == [
        *(f"{kind}.csv: 1 neu, 0 geändert, 0 gleich" for kind in lists),
        "5 neu, 0 geändert, 0 gleich.",
    ]
    again = [
        *(f"{kind}.csv: 0 neu, 0 geändert, 1 gleich" for kind in lists),
        "Diese Datei ist schon übernommen. Nichts ist neu.",
    ]
    assert run(folder) == again


def test_a_dry_run_writes_nothing(folder):
    (folder / "lotsen.csv").rename(folder / "LOTSEN.CSV")
    assert run(folder, "--dry-run")[3:] == [
        "LOTSEN.CSV: 1 neu, 0 geändert, 0 gleich",
        "anfragen.csv: 1 neu, 0 geändert, 0 gleich",
        "5 neu, 0 geändert, 0 gleich.",
        "Probelauf: Es wurde nichts geschrieben.",
    ]
    assert not Stop.objects.exists()


def test_it_names_file_row_and_column(folder):
    (folder / "haltestellen.csv").write_bytes(table([STOP, STOP | {"Kennung": "S02", "Rhythmus": "nie"}]))
    out = StringIO()
    with pytest.raises(CommandError, match=r"Nichts wurde übernommen\. Eine Zeile ist noch falsch\."):
        call_command("import_city", str(folder), stdout=out)
    assert out.getvalue().splitlines() == [
        (
            "haltestellen.csv, Zeile 3, Spalte „Rhythmus“: „nie“ ist kein Rhythmus. "
            "Möglich: wöchentlich, 14-täglich, alle 4 Wochen."
        )
    ]


def test_one_list_is_enough_none_is_not(tmp_path):
    with pytest.raises(CommandError, match="liegt keine Liste"):
        run(tmp_path)
    with pytest.raises(CommandError, match="gibt es nicht"):
        run(tmp_path / "nirgends")
    (tmp_path / "haltestellen.csv").write_bytes(table([STOP]))
    assert run(tmp_path) == ["haltestellen.csv: 1 neu, 0 geändert, 0 gleich", "1 neu, 0 geändert, 0 gleich."]
