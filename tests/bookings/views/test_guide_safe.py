"""A volunteer's telephone during a visit: longer, help, the emergency contact, the report that is being written."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.urls import reverse

from bookings import offers, report_drafts, reports, visits
from bookings.models import HomeVisit, PlanStep, ReportDraft, SafeReturn
from lotsen.kernel.models import ContactRead
from lotsen.messages.models import CallTask, Message
from lotsen.people.models import Role
from tests.people import NOW, make_client, make_scheduled, make_user, make_volunteer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
START = NOW + timedelta(days=6)
CONTACT = {"contact_name": "Petra Schulze", "contact_relation": "Tochter", "contact_phone": "+493023125999"}


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


@pytest.fixture
def visit(dora):
    bernd = make_volunteer()
    row = make_scheduled(by=dora, starts_at=START, client=make_client(**CONTACT))
    (offer,) = offers.send_offers(row, volunteers=[bernd], answer_by=NOW + timedelta(days=2), by=dora, at=NOW)
    offers.accept_offer(offer, by=bernd.user, at=NOW)
    return HomeVisit.objects.select_related("guide", "client").get(pk=row.pk)


def there(visit):
    visits.check_in(visit, by=visit.guide, at=START)


def go(client, user, name, *args, at=START + MINUTE, **data):
    with time_machine.travel(at, tick=False):
        client.force_login(user)
        url = reverse(f"bookings:{name}", args=args)
        return client.post(url, data.get("data", {})) if "data" in data else client.get(url)


def test_longer(client, visit):
    there(visit)
    assert go(client, visit.guide, "guide-longer", visit.reference, data={}).status_code == 302
    assert SafeReturn.objects.get().ends_at == START + 90 * MINUTE


def test_help(client, visit):
    there(visit)
    page = go(client, visit.guide, "guide-visit", visit.reference).content.decode()
    assert f"body=HILFE%20{SafeReturn.objects.get().code}" in page
    assert go(client, visit.guide, "guide-help", visit.reference, data={}).status_code == 302
    assert (
        "Wir rufen Sie jetzt an. Bei Gefahr: 112"
        in go(client, visit.guide, "guide-visit", visit.reference).content.decode()
    )
    assert CallTask.objects.filter(kind="k_help").count() == 1


@pytest.mark.parametrize(
    ("arrived", "left_at", "at", "is_shown"),
    [
        (False, None, START + MINUTE, False),
        (True, None, START + MINUTE, True),
        (True, START + 60 * MINUTE, START + 170 * MINUTE, True),
        (True, START + 60 * MINUTE, START + 181 * MINUTE, False),
    ],
)
def test_the_emergency_contact_is_there_during_the_visit_only(client, visit, arrived, left_at, at, is_shown):
    if arrived:
        there(visit)
    if left_at:
        visits.check_out(visit, by=visit.guide, at=left_at)
    page = unquote(go(client, visit.guide, "guide-visit", visit.reference, at=at).content.decode())
    assert ("Petra Schulze (Tochter)" in page, "+493023125999" in page) == (is_shown, False)


def said(**more):
    return {"topics": ["fotos"], "minutes": "60", "note": "", **more}


def keep(visit, *, base, copy, count, **more):
    return report_drafts.keep_draft(
        visit, said=said(**more), base=base, copy=copy, count=count, by=visit.guide, at=START
    )


def test_an_older_copy_never_overwrites_a_newer_one(visit):
    assert keep(visit, base=0, copy="a", count=1, note="eins").version == 1
    assert keep(visit, base=1, copy="b", count=1, note="zwei").version == 2
    with pytest.raises(report_drafts.DraftOvertaken):
        keep(visit, base=1, copy="a", count=9, note="alt")
    assert ReportDraft.objects.get().said["note"] == "zwei"


def test_a_page_whose_answer_was_lost_writes_on(visit):
    keep(visit, base=0, copy="a", count=1, note="eins")
    assert keep(visit, base=0, copy="a", count=2, note="zwei").said["note"] == "zwei"
    with pytest.raises(report_drafts.DraftOvertaken):
        keep(visit, base=0, copy="a", count=1, note="eins")


def test_a_draft_keeps_no_secret(client, visit):
    there(visit)
    data = said(note="Die PIN ist 4711", base="0", count="1", copy="a")
    answer = go(client, visit.guide, "guide-report-draft", visit.reference, data=data)
    assert answer.json() == {"version": 1, "saved": "Das sieht nach einer PIN aus. Bitte löschen Sie es."}
    assert ReportDraft.objects.get().said["note"] == ""


def test_a_report_goes_on_where_it_was(client, visit):
    there(visit)
    keep(visit, base=0, copy="a", count=1, note="Große Schrift", minutes="45")
    page = go(client, visit.guide, "guide-report", visit.reference).content.decode()
    assert ("Große Schrift" in page, 'value="45"' in page) == (True, True)


@pytest.mark.parametrize(
    ("note", "right", "is_filed"),
    [("PIN 4711", "on", False), ("hat Demenz", "", False), ("hat Demenz", "on", True), ("hört schwer", "", True)],
)
def test_secrets_are_refused_an_illness_is_asked_about(client, visit, note, right, is_filed):
    there(visit)
    data = said(note=note, follow_up="nein") | ({"is_right": right} if right else {})
    answer = go(client, visit.guide, "guide-report", visit.reference, data=data)
    assert answer.status_code == (302 if is_filed else 422)


def test_the_next_date_is_agreed_on_the_spot(client, visit):
    there(visit)
    day = (START + timedelta(days=7)).date()
    data = said(follow_up="nein", next_day=str(day), next_time="10:00")
    assert go(client, visit.guide, "guide-report", visit.reference, data=data).status_code == 302
    again = HomeVisit.objects.exclude(pk=visit.pk).get()
    assert (again.state, again.guide, again.client_id) == ("assigned", visit.guide, visit.client_id)


def test_an_overlap_is_refused_and_nothing_is_filed(visit, dora):
    there(visit)
    other = make_scheduled(by=dora, starts_at=START + timedelta(days=7))
    visits.assign_guide(other, guide=visit.guide, by=dora, at=NOW)
    with pytest.raises(visits.GuideBusy):
        reports.file_report(
            visit,
            outcome="helped",
            topics=[],
            minutes=60,
            by=visit.guide,
            at=START + MINUTE,
            next_at=START + timedelta(days=7),
        )
    visit.refresh_from_db()
    assert visit.state == "assigned"


def test_a_worry_is_a_task_within_a_quarter_of_an_hour(client, visit):
    there(visit)
    answer = go(client, visit.guide, "guide-not-met", visit.reference, data={"is_worried": "ja", "note": ""})
    assert answer.status_code == 302
    task = CallTask.objects.get(kind="not_met_worry")
    assert task.deadline_at == START + 16 * MINUTE


def test_the_plan_is_ticked_by_name(client, visit, dora):
    there(visit)
    page = go(client, dora, "alarm", visit.reference).content.decode()
    assert ("Tochter" in page, "Notfallplan" in page) == (True, True)
    assert "contact" in ContactRead.objects.filter(why="emergency plan").latest("pk").fields
    go(client, dora, "alarm-tick", visit.reference, 2, data={})
    go(client, dora, "alarm-take", visit.reference, data={})
    assert list(PlanStep.objects.values_list("number", "by")) == [(2, dora.pk)]
    assert SafeReturn.objects.get().taken_by == dora


def test_goals_by_topic_and_the_sheet(client, visit):
    there(visit)
    data = said(follow_up="nein", ziel_fotos="with_help", post_sheet="on")
    assert go(client, visit.guide, "guide-report", visit.reference, data=data).status_code == 302
    report = visit.reports.get()
    assert [(one.topic.key, one.goal) for one in report.topic_goals.all()] == [("fotos", "with_help")]
    sheet = Message.objects.get(kind="senior_takehome")
    assert (sheet.channel, sheet.variables["steps_list"], sheet.variables["practice_list"]) == (
        "letter",
        "Fotos",
        "Fotos",
    )


@pytest.mark.parametrize(("after", "status", "minutes"), [(48 * 60, 302, 45), (48 * 60 + 1, 422, 60)])
def test_a_report_is_put_right_for_48_hours(client, visit, after, status, minutes):
    there(visit)
    go(client, visit.guide, "guide-report", visit.reference, data=said(follow_up="nein"))
    at = START + MINUTE + after * MINUTE
    data = said(minutes="45", follow_up="nein")
    assert go(client, visit.guide, "guide-report-change", visit.reference, at=at, data=data).status_code == status
    assert visit.reports.get().minutes == minutes
