import io
import json

import pytest
from django.core.management import CommandError, call_command

from lotsen.places.addresses import TypedAddress, addresses_for
from lotsen.places.geodata_files import (
    HouseRow,
    UnreadableGeodata,
    read_houses,
    read_street_names,
    short_district_name,
    streets_in,
)
from lotsen.places.models import GSM7, Address, Crossing, District, PostalCode, StreetPoint
from tests.lotsen.places.test_queries import square

db = pytest.mark.django_db


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(latitude, longitude):
    return {"type": "Point", "coordinates": [longitude, latitude]}


def collection(path, *features, **extra):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **extra}), encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    collection(
        tmp_path / "stadtteile_x.geojson",
        feature(
            square(51.04, 13.72, 51.07, 13.74), nr="01", name="Innere Altstadt", ufer="links", stadtbezirk="Altstadt"
        ),
        feature(
            square(51.04, 13.74, 51.07, 13.76), nr="13", name="Innere Neustadt", ufer="rechts", stadtbezirk="Neustadt"
        ),
        attribution="Stadt, dl-de/by-2-0",
    )
    (tmp_path / "plz_x.csv").write_text(
        "plz,lat,lon,stadtteil_nr_am_schwerpunkt\n1067,51.05,13.73,01\n01097,51.05,13.75,99\n"
    )
    (tmp_path / "elbquerungen_x.csv").write_text(
        "name,lat,lon,auto,rad,fuss,bahn_bus,quelle\n"
        "Brücke,51.055,13.74,0,1,1,1,Karte\nFähre X,51.06,13.76,0,0,1,0,Karte\n"
    )
    (tmp_path / "adressen_x.csv").write_text(
        "\ufeffPLZ;Straßenname;Hausnr;Zusatz;Breite;Länge\n01067;Altmarkt;1;a;51,0493;13,7381\n01067;;;;51,05;13,73\n",
        encoding="utf-8",
    )
    collection(
        tmp_path / "spielplaetze_x.geojson",
        feature(point(51.05, 13.75), name="Elsternstraße/Finkenstr. - Spielplatz"),
        feature(point(51.05, 13.73), name="Dorfstraße - Spielplatz"),
        feature(point(51.12, 13.80), name="Dorfstraße - Bolzplatz"),
    )
    return tmp_path


def load(folder):
    out = io.StringIO()
    call_command("load_geodata", str(folder), stdout=out)
    return out.getvalue().splitlines()


@db
def test_everything_is_loaded_and_said(folder):
    assert load(folder) == [
        "stadtteile_x.geojson: 2 neu, 0 geändert, 0 entfernt, 0 gleich. Daten: Stadt, dl-de/by-2-0",
        "elbquerungen_x.csv: 2 neu, 0 geändert, 0 entfernt, 0 gleich. Daten: elbquerungen_x.csv",
        "plz_x.csv: 2 neu, 0 geändert, 0 entfernt, 0 gleich. Daten: plz_x.csv",
        "adressen_x.csv: 1 neu, 0 geändert, 0 entfernt, 0 gleich. Daten: adressen_x.csv",
        "spielplaetze_x.geojson: 2 neu, 0 geändert, 0 entfernt, 0 gleich. Daten: spielplaetze_x.geojson",
    ]
    assert list(District.objects.values_list("key", "name", "bank", "borough", "source")) == [
        ("01", "Innere Altstadt", "links", "Altstadt", "Stadt, dl-de/by-2-0"),
        ("13", "Innere Neustadt", "rechts", "Neustadt", "Stadt, dl-de/by-2-0"),
    ]
    assert list(PostalCode.objects.values_list("code", "name", "district__key")) == [
        ("01067", "Altstadt, Friedrichstadt", "01"),
        ("01097", "Innere Neustadt", None),
    ]
    assert list(Crossing.objects.values_list("name", "is_open_for_car", "is_open_for_foot", "is_ferry")) == [
        ("Brücke", False, True, False),
        ("Fähre X", False, True, True),
    ]
    names = ("street", "house_number", "postal_code", "latitude", "longitude", "accuracy", "source")
    assert list(StreetPoint.objects.order_by("pk").values_list(*names)) == [
        ("Altmarkt", "1a", "01067", 51.0493, 13.7381, "address", "adressen_x"),
        ("Elsternstraße", "", "", 51.05, 13.75, "street", "spielplaetze_x"),
        ("Finkenstraße", "", "", 51.05, 13.75, "street", "spielplaetze_x"),
    ]


@db
def test_addresses_that_are_there_get_better_points(folder):
    Address.objects.bulk_create(addresses_for([TypedAddress("Altmarkt 1a", "01067"), TypedAddress("Mond 1", "01067")]))
    assert load(folder)[-1] == "Adressen, die jetzt genauer sind: 2"
    assert list(Address.objects.order_by("pk").values_list("accuracy", "latitude", "district__key")) == [
        ("address", 51.0493, "01"),
        ("postcode", 51.05, None),
    ]
    assert [line for line in load(folder) if "Adressen" in line] == []


@db
def test_the_same_files_twice_change_nothing(folder):
    load(folder)
    state = [list(model.objects.order_by("pk").values()) for model in (District, PostalCode, Crossing, StreetPoint)]
    assert {line.partition(": ")[2].partition(" gleich")[0][:-2] for line in load(folder)} == {
        "0 neu, 0 geändert, 0 entfernt,"
    }
    assert state == [
        list(model.objects.order_by("pk").values()) for model in (District, PostalCode, Crossing, StreetPoint)
    ]


@db
def test_what_differs_is_changed_and_what_is_gone_is_removed_but_districts_stay(folder):
    load(folder)
    old = District.objects.get(key="01")
    collection(
        folder / "stadtteile_x.geojson",
        feature(square(51.04, 13.72, 51.07, 13.74), nr="01", name="Altstadt", ufer="links"),
        attribution="Stadt 2027",
    )
    (folder / "adressen_x.csv").write_text("strasse,hausnummer,plz,lat,lon\nAltmarkt,2,01067,51.0494,13.7382\n")
    lines = load(folder)
    assert lines[0] == "stadtteile_x.geojson: 0 neu, 1 geändert, 0 entfernt, 0 gleich. Daten: Stadt 2027"
    assert lines[3] == "adressen_x.csv: 1 neu, 0 geändert, 1 entfernt, 0 gleich. Daten: adressen_x.csv"
    new = District.objects.get(key="01")
    assert (new.pk, new.name, new.changed_at > old.changed_at) == (old.pk, "Altstadt", True)
    assert District.objects.count() == 2


@db
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("stadtteile_y.geojson", "{", "stadtteile_y.geojson: kein gültiges GeoJSON."),
        ("stadtteile_y.geojson", "[]", "stadtteile_y.geojson: keine FeatureCollection."),
        ("plz_y.csv", "plz,lat,lon\nabc,51,13\n", "plz_y.csv: „abc“ ist keine Postleitzahl."),
        ("plz_y.csv", "plz,lat,lon\n01067,x,13\n", "plz_y.csv: einer Zeile fehlen Breite und Länge als Zahl."),
        (
            "adressen_y.csv",
            "strasse,hausnummer\nAltmarkt,1\n",
            "adressen_y.csv: einer Zeile fehlen Breite und Länge als Zahl.",
        ),
        ("adressen_y.csv", b"stra\xdfe;lat;lon\n", "adressen_y.csv: bitte als UTF-8 speichern."),
    ],
)
def test_a_broken_file_loads_nothing_at_all(folder, name, content, sentence):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CommandError) as problem:
        load(folder)
    assert str(problem.value) == sentence
    assert (District.objects.count(), Crossing.objects.count(), StreetPoint.objects.count()) == (0, 0, 0)


@db
def test_swapped_coordinates_are_refused_by_the_database(folder):
    (folder / "adressen_y.csv").write_text("strasse,hausnummer,lat,lon\nAltmarkt,1,13.7,51.0\n")
    with pytest.raises(CommandError, match="street_point_in_germany"):
        load(folder)
    assert District.objects.count() == 0


@db
def test_an_empty_folder_is_fine_and_a_missing_one_is_named(tmp_path, settings):
    assert load(tmp_path) == ["Keine bekannte Datei gefunden. Lotsen arbeitet mit Postleitzahlen weiter."]
    with pytest.raises(CommandError, match="gibt es nicht"):
        load(tmp_path / "nirgends")
    with pytest.raises(CommandError, match="LOTSEN_GEODATA_DIR"):
        load("")


def test_an_address_list_may_be_geojson(tmp_path):
    path = tmp_path / "adressen.geojson"
    collection(
        path,
        feature(point(51.0493, 13.7381), Strasse="Altmarkt", Hausnr=1, Zusatz="b", PLZ=1067),
        feature(None, Strasse="Nirgendwo"),
    )
    assert list(read_houses(path)) == [HouseRow("Altmarkt", "1b", "01067", (51.0493, 13.7381))]


def test_a_name_at_two_ends_of_the_city_is_left_out(folder):
    assert [row.street for row in read_street_names(folder / "spielplaetze_x.geojson")] == [
        "Elsternstraße",
        "Finkenstraße",
    ]


@pytest.mark.parametrize(
    ("name", "streets"),
    [
        ("Elsternstraße/Langobardenstraße - Spielplatz", ["Elsternstraße", "Langobardenstraße"]),
        ("Neu-Omsewitz (Harthaer Str./Schlehenstr.)", ["Harthaer Straße", "Schlehenstraße"]),
        ("Cotta (Weidentalstr.-West)", ["Weidentalstraße"]),
        ("Dobritz (Franz-Mehring-Str.)", ["Franz-Mehring-Straße"]),
        ("Wormser Straße 52 - 56", ["Wormser Straße"]),
        ("Käthe-Kollwitz-Ufer - Ballspielplatz", ["Käthe-Kollwitz-Ufer"]),
        ("Albertpark - Waldspielplatz", []),
        ("Gorbitzer Park - Spielplatz Süd", []),
        ("Bergspielplatz", []),
        ("", []),
    ],
)
def test_street_names_in_names_of_places(name, streets):
    assert streets_in(name) == streets


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Plauen", "Plauen"),
        ("Äußere Neustadt (Antonstadt)", "Äußere Neustadt"),
        ("Wilsdruffer Vorstadt/Seevorstadt-West", "Wilsdruffer V."),
        ("Südvorstadt-West", "Südvorst.-West"),
        ("Johannstadt-Nord", "Johannst.-Nord"),
        ("Leubnitz-Neuostra", "Leubnitz-Neuos."),
        ("Žižkov", "Zizkov"),
    ],
)
def test_short_names_fit_an_sms(name, short):
    import re

    assert short_district_name(name) == short
    assert re.fullmatch(GSM7, short)
    assert len(short) <= 15


def test_what_is_no_geojson_is_named(tmp_path):
    path = tmp_path / "adressen.geojson"
    path.write_text("nichts")
    with pytest.raises(UnreadableGeodata, match="kein gültiges GeoJSON"):
        list(read_houses(path))
