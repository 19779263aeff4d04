"""Silent volunteers: asked once, called once, left alone on a pause; and the week that coordinators get."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from bookings import digest, pairs, visits
from bookings.digest import week_of
from bookings.models import BlockedPair, HomeVisit, Offer
from bookings.queries.silent import silent_volunteers
from bookings.queries.stuck import stuck_requests
from bookings.silence import look_after_silent
from lotsen.kernel.calendar import local_date
from lotsen.kernel.models import Transition
from lotsen.messages.models import CallTask, Message
from lotsen.messages.wording import catalogue as wording
from lotsen.people.deputies import DeputyNeeded, appoint_deputy
from lotsen.people.models import Deputy, Role
from tests.people import NOW, make_client, make_scheduled, make_user, make_visit, make_volunteer
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def quiet(days, name="Bernd Kluge", **fields):
    """Somebody who became active so long ago and said nothing since."""
    return make_volunteer(name, joined_at=NOW - days * DAY, **fields)


def kinds():
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def test_after_fourteen_days_one_kind_question(clock):
    quiet(14), quiet(13, "Clara Winter")
    assert look_after_silent(at=NOW) == (1, 0)
    assert look_after_silent(at=NOW) == (0, 0)
    assert look_after_silent(at=NOW + DAY) == (1, 0)
    assert kinds() == ["v_quiet", "v_quiet"]
    message = Message.objects.first()
    assert "Geht es Ihnen gut?" in wording.sms_template("v_quiet", "de")
    assert message.variables == {}


def test_after_thirty_days_a_coordinator_calls_once():
    bernd = quiet(29)
    assert look_after_silent(at=NOW) == (1, 0)
    assert look_after_silent(at=NOW + DAY) == (0, 1)
    assert look_after_silent(at=NOW + 5 * DAY) == (0, 0)
    task = CallTask.objects.get(kind="k_quiet")
    assert (task.phone, task.variables["visitor_name"], task.variables["n"]) == (bernd.user.phone, "Bernd Kluge", "0")


def test_nobody_is_called_on_the_day_they_are_written_to():
    quiet(200)
    assert look_after_silent(at=NOW) == (1, 0)
    assert look_after_silent(at=NOW + DAY) == (0, 1)


def test_at_night_nobody_is_asked():
    quiet(20)
    assert look_after_silent(at=NOW.replace(hour=22)) == (0, 0)


def test_who_is_heard_of_again_needs_no_call_and_a_new_silence_counts_anew():
    bernd = quiet(40)
    look_after_silent(at=NOW), look_after_silent(at=NOW + DAY)
    assert CallTask.objects.get(kind="k_quiet").state == "open"
    type(bernd.user).objects.filter(pk=bernd.user_id).update(last_login=NOW + 2 * DAY)
    assert look_after_silent(at=NOW + 3 * DAY) == (0, 0)
    assert CallTask.objects.get(kind="k_quiet").state == "dropped"
    assert look_after_silent(at=NOW + 17 * DAY) == (1, 0)


def test_not_all_at_once(monkeypatch):
    monkeypatch.setattr("bookings.silence.MOST_A_DAY", 2)
    for number in range(3):
        quiet(20 + number, f"Lotse {number}")
    assert look_after_silent(at=NOW) == (2, 0)
    assert look_after_silent(at=NOW + DAY) == (1, 0)


def heard_by(bernd, sign):
    anna = make_user()
    if sign == "login":
        type(bernd.user).objects.filter(pk=bernd.user_id).update(last_login=NOW - DAY)
    elif sign == "active":
        Transition.objects.create(
            subject_type="volunteers.volunteer", subject_id=str(bernd.pk), target="active", at=NOW - DAY
        )
    elif sign in ("declined", "expired", "open"):
        visit = make_scheduled(by=anna, starts_at=NOW + 3 * DAY)
        Offer.objects.create(
            visit=visit, volunteer=bernd, state=sign, code="1234", token=sign, created_at=NOW - 9 * DAY,
            answer_by=NOW - DAY, answered_at=NOW - 2 * DAY if sign == "declined" else None,
        )  # fmt: skip
    elif sign in ("done", "promised"):
        visit = make_scheduled(by=anna, starts_at=NOW + DAY)
        visits.assign_guide(visit, guide=bernd.user, by=anna, at=NOW)
        if sign == "done":
            times = {"slot_starts_at": NOW - DAY, "slot_ends_at": NOW - DAY + timedelta(hours=1)}
            HomeVisit.objects.filter(pk=visit.pk).update(state="done", way_starts_at=None, way_ends_at=None, **times)
    else:
        at_rest(bernd, sign)


def at_rest(bernd, sign):
    mine, today = Volunteer.objects.filter(pk=bernd.pk), NOW.date()
    ends = {"pause": today, "pause over": today - DAY, "pause long over": today - 20 * DAY}
    if sign in ends:
        mine.update(paused_until=ends[sign])
    if sign == "away":
        bernd.absences.create(first_on=today, last_on=today)
    if sign == "none":
        mine.update(offers_by="none")


@pytest.mark.parametrize(
    ("sign", "is_silent"),
    [
        *[(sign, False) for sign in ("login", "active", "declined", "done", "promised", "pause", "pause over")],
        *[(sign, False) for sign in ("away", "none")],
        *[(sign, True) for sign in ("nothing", "expired", "open", "pause long over")],
    ],
)
def test_signs_of_somebody(sign, is_silent):
    bernd = quiet(60)
    heard_by(bernd, sign)
    found = list(silent_volunteers(at=NOW))
    assert [one.pk for one in found] == [bernd.pk] * is_silent
    assert [one.unanswered for one in found] == [int(sign == "expired")] * is_silent


def test_who_changes_their_own_page_is_heard_of(client):
    bernd = quiet(60)
    client.force_login(bernd.user)
    type(bernd.user).objects.filter(pk=bernd.user_id).update(last_login=None)
    assert silent_volunteers(at=NOW).count() == 1
    client.post("/lotse/ich/zeiten/", {"what": "week", "parts0": ["8-12"]})
    assert silent_volunteers(at=NOW).count() == 0


# --- requests that do not move ------------------------------------------------------------------------


def stuck(**fields):
    return [visit.reference for visit in stuck_requests(**{"at": NOW + 11 * DAY} | fields)]


def test_a_request_of_which_nothing_was_heard_stands_still():
    visit = make_visit(by=make_user())
    assert stuck(at=NOW + 9 * DAY) == []
    assert stuck() == [visit.reference]


def test_a_note_or_an_open_offer_is_movement():
    anna, bernd = make_user(), make_volunteer()
    noted, asked = make_visit(by=anna), make_scheduled(by=anna, client=make_client("Karl"), starts_at=NOW + 20 * DAY)
    noted.case_notes.create(kind="note", text="x", by=anna, at=NOW + 10 * DAY)
    fields = {"visit": asked, "volunteer": bernd, "code": "1234", "token": "x", "created_at": NOW}
    offer = Offer.objects.create(answer_by=NOW + DAY, **fields)
    assert stuck() == []
    Offer.objects.filter(pk=offer.pk).update(state="expired")
    assert stuck() == [asked.reference]


# --- the Monday e-mail ------------------------------------------------------------------------------

SUMMER, WINTER = datetime(2027, 3, 29, 5, 0, tzinfo=UTC), datetime(2026, 10, 26, 6, 0, tzinfo=UTC)
"""The Mondays after the clocks change: seven o'clock is 5:00 UTC, and 6:00 UTC."""


@pytest.mark.parametrize(
    ("at", "count"),
    [
        (SUMMER, 1),
        (SUMMER + timedelta(hours=1), 0),
        (SUMMER - timedelta(hours=1), 0),
        (WINTER, 1),
        (WINTER - timedelta(hours=1), 0),
        (WINTER + DAY, 0),
    ],
)
def test_on_monday_at_seven_also_when_the_clocks_change(at, count):
    make_user(Role.COORDINATOR)
    assert digest.send_digests(at=at) == count
    assert Message.objects.filter(kind="k_digest").count() == count


def test_two_workers_one_digest_without_a_name():
    dora, anna = make_user(Role.COORDINATOR, name="Dora Stein"), make_user()
    visit = make_visit(by=anna, at=SUMMER - 20 * DAY)
    quiet(300)
    digest.send_digests(at=SUMMER), digest.send_digests(at=SUMMER + timedelta(minutes=50))
    message = Message.objects.get(kind="k_digest")
    assert (message.channel, message.to) == ("email", dora.email)
    assert wording.email_template("k_digest", "de")[1].endswith("{login_link}koordination/woche/")
    for secret in (visit.client.name, visit.reference, "Kluge", visit.client.phone):
        assert secret not in str(message.variables)
    assert digest.send_digests(at=SUMMER + 7 * DAY) == 1
    assert Message.objects.filter(kind="k_digest").count() == 2


def test_the_numbers_of_the_week():
    anna = make_user()
    quiet(20)
    visit = make_scheduled(by=anna, starts_at=NOW + DAY)
    visits.assign_guide(visit, guide=make_volunteer("Clara").user, by=anna, at=NOW)
    make_visit(by=anna, at=NOW - 20 * DAY)
    figures = week_of(at=NOW).figures(at=NOW)
    assert {key: figures[key] for key in ("requests", "waiting", "stuck", "silent", "overdue")} == {
        "requests": 1,
        "waiting": 1,
        "stuck": 1,
        "silent": 1,
        "overdue": 0,
    }


def test_the_page_shows_the_names_and_writes_the_journal(client):
    from lotsen.kernel.models import ContactRead

    dora = make_user(Role.COORDINATOR)
    client.force_login(dora)
    quiet(20)
    visit = make_visit(by=dora, at=NOW - 20 * DAY)
    Deputy.objects.create(user=dora, deputy=None, first_on=NOW.date(), last_on=NOW.date())
    page = client.get("/koordination/woche/").content.decode()
    assert "Bernd Kluge" in page
    assert visit.client.salutation_name in page
    assert "ohne Vertretung" in page
    assert ContactRead.objects.filter(why="week", by=dora).count() == 1


def test_more_rows_need_no_more_queries(client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    dora = make_user(Role.COORDINATOR)
    client.force_login(dora)

    def add(number):
        quiet(20, f"Lotse {number}")
        make_visit(by=dora, client=make_client(f"Person {number}"), at=NOW - 20 * DAY)

    add(1)
    client.get("/koordination/woche/")
    with CaptureQueriesContext(connection) as one:
        client.get("/koordination/woche/")
    add(2), add(3)
    with django_assert_num_queries(len(one)):
        client.get("/koordination/woche/")


# --- deputies and pairs -----------------------------------------------------------------------------


def test_a_coordinator_is_not_away_without_a_deputy():
    dora, anna, days = (
        make_user(Role.COORDINATOR),
        make_user(),
        {"first_on": date(2026, 12, 1), "last_on": date(2026, 12, 2)},
    )
    with pytest.raises(DeputyNeeded):
        appoint_deputy(dora, deputy=None, by=dora, at=NOW, **days)
    assert Deputy.objects.count() == 0
    appoint_deputy(dora, deputy=anna, by=dora, at=NOW, **days)
    appoint_deputy(anna, deputy=None, by=anna, at=NOW, **days)


def over(bernd, anna):
    visit = make_scheduled(by=anna, starts_at=NOW + DAY)
    visits.assign_guide(visit, guide=bernd.user, by=anna, at=NOW)
    return visit


def test_not_to_this_person_again(client):
    anna, bernd = make_user(), make_volunteer()
    visit = over(bernd, anna)
    client.force_login(bernd.user)
    address = f"/lotse/besuch/{visit.reference}/nicht-mehr/"
    client.post(address)
    assert CallTask.objects.filter(kind="k_apart").count() == 0  # not over yet
    HomeVisit.objects.filter(pk=visit.pk).update(state="done")
    assert "Bitte nicht mehr zu dieser Person" in client.get(f"/lotse/besuch/{visit.reference}/").content.decode()
    before = Message.objects.count()
    client.post(address), client.post(address)
    task = CallTask.objects.get(kind="k_apart")
    assert (task.phone, task.about_id) == (bernd.user.phone, str(visit.pk))
    assert Message.objects.count() == before  # the person learns nothing
    assert BlockedPair.objects.count() == 0  # a coordinator decides
    clara = make_volunteer("Clara Winter")
    client.force_login(clara.user)
    assert client.post(address).status_code == 404


def test_only_who_was_there_may_say_so():
    anna, bernd = make_user(), make_volunteer()
    visit = over(bernd, anna)
    HomeVisit.objects.filter(pk=visit.pk).update(state="done")
    visit.refresh_from_db()
    with pytest.raises(pairs.NotOverYet):
        pairs.wish_apart(visit, by=make_volunteer("Clara").user, at=NOW)


def test_the_digest_of_who_is_away_goes_to_whoever_stands_in():
    dora, emil = (make_user(Role.COORDINATOR, name=name, email=f"{name}@example.org") for name in ("dora", "emil"))
    monday = local_date(SUMMER)
    Deputy.objects.create(user=dora, deputy=emil, first_on=monday, last_on=monday)
    assert digest.send_digests(at=SUMMER) == 1
    assert Message.objects.get(kind="k_digest").to == "emil@example.org"
    assert digest.send_digests(at=SUMMER + 7 * DAY) == 2
