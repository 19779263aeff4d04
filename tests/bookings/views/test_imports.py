from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bookings.imports.uploads import keep_lists
from bookings.models import CityUpload, UploadedList
from lotsen.people.models import Role
from tests.bookings.imports.lists import REQUEST, STOP, TEAM, table
from tests.people import make_user
from touring.models import Stop, Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client):
    user = make_user(Role.COORDINATOR)
    client.force_login(user)
    return user


def sent(name, rows):
    return SimpleUploadedFile(name, table(rows), content_type="text/csv")


def send(client, *files, url="/import/"):
    return client.post(url, {"files": list(files)})


def preview_of(client, *files):
    return send(client, *files).headers["Location"]


def test_look_then_take_over(client, coordinator):
    url = preview_of(client, sent("haltestellen.csv", [STOP]), sent("Mappe1.csv", [TEAM]))
    page = client.get(url).content.decode()
    assert (Stop.objects.count(), UploadedList.objects.count()) == (0, 2)
    assert ("Das geht" in page, "2 neu, 0 geändert, 0 gleich." in page, "Übernehmen" in page) == (True, True, True)
    answer = client.post(f"{url}uebernehmen/", follow=True)
    assert "2 neu, 0 geändert, 0 gleich." in answer.content.decode()
    assert (Stop.objects.count(), Team.objects.count(), CityUpload.objects.count()) == (1, 1, 0)


def test_problems_are_named_and_a_corrected_file_takes_the_place_of_the_bad_one(client, coordinator):
    url = preview_of(client, sent("teams.csv", [TEAM]), sent("haltestellen.csv", [STOP | {"Rhythmus": "nie"}]))
    page = client.get(url).content.decode()
    assert "„nie“ ist kein Rhythmus. Möglich: wöchentlich, 14-täglich, alle 4 Wochen." in page
    assert ("Das geht noch nicht" in page, "Übernehmen</span>" in page) == (True, False)
    assert client.post(f"{url}uebernehmen/").headers["Location"] == url
    assert (Stop.objects.count(), Team.objects.count()) == (0, 0)
    assert send(client, sent("haltestellen.csv", [STOP]), url=url).headers["Location"] == url
    client.post(f"{url}uebernehmen/")
    assert (Stop.objects.count(), Team.objects.count(), UploadedList.objects.count()) == (1, 1, 0)


def test_twice_is_harmless(client, coordinator):
    url = preview_of(client, sent("teams.csv", [TEAM]))
    client.post(f"{url}uebernehmen/")
    again = client.post(f"{url}uebernehmen/", follow=True)
    assert "schon übernommen oder verworfen" in again.content.decode()
    assert Team.objects.count() == 1


def test_dropped_files_are_gone(client, coordinator):
    url = preview_of(client, sent("teams.csv", [TEAM]))
    assert client.post(f"{url}verwerfen/").headers["Location"] == "/import/"
    assert (UploadedList.objects.count(), client.get(url).status_code) == (0, 404)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "Bitte wählen Sie eine Datei."),
        ([SimpleUploadedFile("leer.csv", b"")], "Die Datei ist leer."),
        ([SimpleUploadedFile("foto.csv", b"a;b\n1;2\n")], "Welche Liste ist „foto.csv“?"),
    ],
)
def test_what_is_no_list_is_refused_in_words(client, coordinator, files, sentence):
    page = send(client, *files)
    assert (page.status_code, sentence in page.content.decode(), CityUpload.objects.count()) == (200, True, 0)


def test_a_file_that_is_too_big_is_refused_before_it_is_read(client, coordinator, monkeypatch):
    monkeypatch.setattr("bookings.forms.imports.MOST_BYTES", 10)
    assert "Die Datei ist zu groß." in send(client, sent("teams.csv", [TEAM])).content.decode()


def test_nobody_elses_files(client, coordinator):
    url = preview_of(client, sent("teams.csv", [TEAM]))
    client.force_login(make_user(Role.COORDINATOR))
    missing = client.get("/import/gibt-es-nicht/")
    assert (client.get(url).status_code, missing.status_code) == (404, 404)
    client.post(f"{url}uebernehmen/")
    client.post(f"{url}verwerfen/")
    assert (Team.objects.count(), CityUpload.objects.count()) == (0, 1)


def test_old_files_go(coordinator):
    at = timezone.now()
    keep_lists([("teams.csv", table([TEAM]))], by=coordinator, at=at - timedelta(days=1, minutes=1))
    fresh = keep_lists([("teams.csv", table([TEAM]))], by=coordinator, at=at)
    assert list(CityUpload.objects.all()) == [fresh]


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.COORDINATOR])
def test_the_page_exists_for_coordinators_only(client, role):
    client.force_login(make_user(role))
    assert [client.get("/import/").status_code, client.post("/import/x/uebernehmen/").status_code] == [404, 404]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries(client, coordinator, django_assert_num_queries, count):
    files = [sent("teams.csv", [TEAM]), sent("haltestellen.csv", [STOP]), sent("anfragen.csv", [REQUEST])][:count]
    url = preview_of(client, *files)
    with django_assert_num_queries(4):
        client.get(url)
