"""The sheet with what was done and what to practise: posted after the report, or when somebody asks for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import reports
from bookings.models import Client, HomeVisit
from lotsen.messages.models import Message
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_user("hotline")


@pytest.fixture
def done(anna):
    """A visit of yesterday on which photos were practised."""
    visit = make_scheduled(by=anna, starts_at=NOW + timedelta(days=6), client=make_client(), topics=[make_topic()])
    bernd, began = make_user("volunteer", name="Bernd Kluge"), NOW - timedelta(days=1)
    HomeVisit.objects.filter(pk=visit.pk).update(
        guide=bernd, state="assigned", slot_starts_at=began, slot_ends_at=began + timedelta(hours=1)
    )
    row = HomeVisit.objects.get(pk=visit.pk)
    fields = {"topics": row.topics.all(), "minutes": 60, "goals": {"fotos": "with_help"}, "copy": "a" * 36}
    reports.file_report(row, outcome="helped", by=bernd, at=NOW, **fields)
    return HomeVisit.objects.get(pk=visit.pk)


def sheets():
    return Message.objects.filter(kind="senior_takehome", channel="letter")


def test_the_desk_posts_the_sheet_once_a_day(client, anna, done):
    client.force_login(anna)
    page = client.get(f"/hotline/vorgang/{done.reference}/").content.decode()
    assert "Merkblatt mit der Post schicken" in page

    for _press in range(2):
        client.post(f"/hotline/vorgang/{done.reference}/sheet/")
    (letter,) = sheets()
    assert (letter.variables["steps_list"], letter.variables["practice_list"]) == ("Fotos", "Fotos")
    reports.post_sheet(done, by=anna, at=NOW + timedelta(days=400))
    assert sheets().count() == 2


def test_without_an_address_or_a_report_there_is_none(anna, done):
    Client.objects.filter(pk=done.client_id).update(address=None, email="u@example.org")
    with pytest.raises(reports.NoSheet, match="Anschrift"):
        reports.post_sheet(HomeVisit.objects.get(pk=done.pk), by=anna, at=NOW)
    with pytest.raises(reports.NoSheet, match="nichts geübt"):
        reports.post_sheet(make_scheduled(by=anna), by=anna, at=NOW)
    assert not sheets().exists()


def test_a_report_sent_again_by_the_same_page_is_the_same_report(done):
    bernd = done.report.by
    again = {"topics": done.topics.all(), "minutes": 60, "outcome": "helped"}
    assert reports.file_report(done, by=bernd, at=NOW, copy="a" * 36, **again) == done.report
    with pytest.raises(reports.NotToReport):
        reports.file_report(done, by=bernd, at=NOW, copy="b" * 36, **again)
    with pytest.raises(reports.NotToReport):
        reports.file_report(done, by=bernd, at=NOW, **again)


def further(visit):
    return HomeVisit.objects.filter(client=visit.client).exclude(pk=visit.pk)


@pytest.mark.parametrize(("follow_up", "requests"), [(True, 1), (False, 0)])
def test_who_wants_another_visit_has_a_request_of_its_own(anna, follow_up, requests):
    visit = make_scheduled(by=anna, starts_at=NOW + timedelta(days=6), topics=[make_topic()], goal="Fotos vom Enkel")
    bernd = make_user("volunteer", name="Bernd Kluge")
    began = {"slot_starts_at": NOW - timedelta(hours=2), "slot_ends_at": NOW - timedelta(hours=1)}
    HomeVisit.objects.filter(pk=visit.pk).update(guide=bernd, state="assigned", **began)
    row = HomeVisit.objects.get(pk=visit.pk)
    said = {"topics": row.topics.all(), "minutes": 60, "follow_up": follow_up}
    reports.file_report(row, outcome="helped", by=bernd, at=NOW, **said)

    assert [(one.state, one.goal, one.minutes) for one in further(row)] == [("requested", row.goal, 60)] * requests


def test_an_open_request_is_enough(anna, done):
    reports._ask_for_more(done, by=anna, at=NOW)
    reports._ask_for_more(done, by=anna, at=NOW)
    assert further(done).count() == 1
