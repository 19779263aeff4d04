from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from bookings import rounds, visits
from bookings.models import HomeVisit, MatchingRound, Offer, RoundWish
from bookings.proposals import suggest
from bookings.queries.rounds import visits_for_round
from bookings.translate import need_for, needs_for, round_days
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_visit, make_volunteer
from tests.races.racing import at_once

LATER = NOW + timedelta(minutes=5)


def small_city(*, people=2, requests=3, **fields):
    """A coordinator, volunteers who all fit, and open requests."""
    dora = make_user("coordinator", name="Dora Winkler")
    photos = make_topic()
    guides = [make_volunteer(f"Lotse {n}", topics=[photos], **fields) for n in range(people)]
    asked = [make_visit(by=dora, client=make_client(f"Person {n}")) for n in range(requests)]
    return dora, guides, asked


def worked(by=None, *, seconds=10, at=NOW):
    row = rounds.request_round(seconds=seconds, by=by, at=at)
    row.seconds = 1
    rounds.work_on_round(row, now=lambda: NOW)
    row.refresh_from_db()
    return row


def test_the_days_are_the_coming_two_weeks_without_sundays_and_holidays():
    assert round_days(at=NOW)[0] == date(2026, 11, 30)
    assert (round_days(at=NOW)[-1], len(round_days(at=NOW))) == (date(2026, 12, 12), 12)
    before_christmas = NOW + timedelta(days=21)
    assert date(2026, 12, 25) not in round_days(at=before_christmas)
    assert date(2026, 12, 26) not in round_days(at=before_christmas)
    sunday = NOW + timedelta(days=4)
    assert round_days(at=sunday)[0] == date(2026, 12, 1)


@pytest.mark.django_db
def test_planned_are_agreed_requests_without_a_date():
    dora = make_user("coordinator")
    waits = make_visit(by=dora)
    make_visit(by=dora, is_agreed=False)
    make_scheduled(by=dora)
    visits.cancel_visit(make_visit(by=dora), because="no_wish", own_wish=True, by=dora, at=NOW)
    assert list(visits_for_round(at=NOW)) == [waits]


@pytest.mark.django_db
def test_many_requests_are_read_as_one_and_in_as_many_queries():
    dora, (bernd, clara), asked = small_city()
    RoundWish.objects.create(visit=asked[0], volunteer=bernd, is_excluded=True, by=dora, at=NOW)
    RoundWish.objects.create(visit=asked[1], volunteer=clara, is_excluded=False, by=dora, at=NOW)
    assert needs_for(list(visits_for_round(at=NOW))) == [need_for(HomeVisit.objects.get(pk=one.pk)) for one in asked]
    counts = []
    for limit in (1, 3):
        found = list(visits_for_round(at=NOW)[:limit])
        with CaptureQueriesContext(connection) as seen:
            needs_for(found)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_a_round_is_asked_for_with_its_job_and_only_once():
    dora, _guides, _asked = small_city()
    row = rounds.request_round(seconds=30, by=dora, at=NOW)
    job = ProcrastinateJob.objects.get(task_name="run_round")
    assert (row.state, row.seconds, job.queue_name, job.args) == ("queued", 30, "planning", {"round_id": row.pk})
    with pytest.raises(rounds.RoundUnderWay) as no:
        rounds.request_round(seconds=10, by=dora, at=LATER)
    assert no.value.sentence == "Eine Runde läuft schon, seit 10:00 Uhr. Zusehen oder abbrechen?"
    assert no.value.round == row


@pytest.mark.django_db
def test_a_round_of_nothing_is_refused():
    with pytest.raises(rounds.NothingToPlan) as no:
        rounds.request_round(seconds=10, by=None, at=NOW)
    assert no.value.sentence == "Es ist keine Anfrage offen, für die jemand gesucht wird."


@pytest.mark.django_db(transaction=True)
def test_of_many_who_start_at_once_one_gets_the_round():
    small_city()
    results = at_once([lambda: rounds.request_round(seconds=10, by=None, at=NOW)] * 4)
    assert sorted(type(one).__name__ for one in results) == ["MatchingRound"] + ["RoundUnderWay"] * 3


@pytest.mark.django_db(transaction=True)
def test_control_without_the_constraint_several_get_one():
    small_city()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_round_at_a_time")
    try:
        results = at_once([lambda: rounds.request_round(seconds=10, by=None, at=NOW)] * 4)
        assert sum(isinstance(one, MatchingRound) for one in results) > 1
    finally:
        MatchingRound.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX one_round_at_a_time ON bookings_matchinground ((1)) "
                "WHERE state IN ('queued', 'running')"
            )


@pytest.mark.django_db
def test_a_worker_plans_everybody_and_asks_nobody():
    dora, guides, asked = small_city()
    row = worked(dora)
    result = row.result
    told = (row.state, result["asked"], result["served"], result["first_come"], result["unserved"])
    assert told == ("solved", 3, 3, 3, [])
    assert {one["visit"] for one in result["visits"]} == {one.pk for one in asked}
    assert {one["volunteer"] for one in result["visits"]} <= {one.pk for one in guides}
    assert result["value"] <= result["bound"]
    assert Offer.objects.count() == 0
    assert set(HomeVisit.objects.values_list("state", flat=True)) == {"requested"}


@pytest.mark.django_db
def test_who_is_left_out_reads_why_and_what_would_do():
    dora, (bernd,), _asked = small_city(people=1, requests=3, visits_a_week=1)
    row = worked(dora)
    ((_visit, reason, change, person),) = row.result["unserved"]
    assert (row.result["served"], person) == (2, bernd.pk)
    assert reason
    assert change
    assert any(served == 1 for _sentence, served, _people in row.result["help"])


@pytest.mark.django_db
def test_a_round_that_no_worker_has_begun_stops_at_once():
    dora, _guides, _asked = small_city()
    row = rounds.ask_to_stop(rounds.request_round(seconds=10, by=dora, at=NOW), by=dora, at=LATER)
    assert row.state == "stopped"
    rounds.work_on_round(row, now=lambda: NOW)
    assert MatchingRound.objects.get().result == {}
    with pytest.raises(rounds.RoundIsOver):
        rounds.ask_to_stop(row, by=dora, at=LATER)


@pytest.mark.django_db
def test_a_running_round_stops_and_keeps_the_best():
    dora, _guides, _asked = small_city()
    row = rounds.request_round(seconds=120, by=dora, at=NOW)
    MatchingRound.objects.filter(pk=row.pk).update(stop_asked_at=NOW)
    rounds.work_on_round(row, now=lambda: NOW)
    row.refresh_from_db()
    assert (row.state, row.result["served"]) == ("stopped", 3)


@pytest.mark.django_db
def test_after_a_dead_worker_another_begins_once_and_then_it_ends():
    dora, _guides, _asked = small_city()
    row = rounds.request_round(seconds=10, by=dora, at=NOW)
    MatchingRound.objects.filter(pk=row.pk).update(state="running", heartbeat_at=NOW, attempts=1)
    ProcrastinateJob.objects.filter(task_name="run_round").update(status="doing")
    assert rounds.sweep_rounds(at=NOW + timedelta(seconds=80)) == 0
    assert rounds.sweep_rounds(at=LATER) == 1
    assert ProcrastinateJob.objects.filter(task_name="run_round", status="todo").count() == 1
    assert rounds.sweep_rounds(at=LATER + timedelta(minutes=5)) == 1
    row.refresh_from_db()
    assert (row.state, row.problem_sentence) == ("failed", "Die Runde wurde unterbrochen. Bitte starten Sie neu.")


@pytest.mark.django_db
def test_a_dead_worker_that_left_a_result_behind_is_no_failure():
    dora, _guides, _asked = small_city()
    row = rounds.request_round(seconds=10, by=dora, at=NOW)
    MatchingRound.objects.filter(pk=row.pk).update(state="running", heartbeat_at=NOW, result={"visits": []})
    assert rounds.sweep_rounds(at=LATER) == 1
    assert MatchingRound.objects.get().state == "solved"


# --- taken over ---------------------------------------------------------------------------------------


def everything_of(row):
    return [one["visit"] for one in row.result["visits"]]


@pytest.mark.django_db
def test_taken_over_rows_are_asked_and_nobody_is_assigned():
    dora, _guides, _asked = small_city()
    row = worked(dora)
    first, *_others = everything_of(row)
    taken = rounds.take_over(row, chosen=[first], by=dora, at=NOW)
    entry = row.result["visits"][0]
    visit, offer = HomeVisit.objects.get(pk=first), Offer.objects.get()
    assert (taken.asked, taken.left_out) == (1, [])
    assert (visit.state, visit.slot_starts_at.isoformat(), visit.guide) == (
        "scheduled",
        rounds.datetime.fromisoformat(entry["at"]).astimezone(visit.slot_starts_at.tzinfo).isoformat(),
        None,
    )
    assert (offer.visit_id, offer.volunteer_id, offer.state, offer.reasons) == (
        first,
        entry["volunteer"],
        "open",
        entry["reasons"],
    )


@pytest.mark.django_db
def test_a_double_click_asks_once():
    dora, _guides, _asked = small_city()
    row = worked(dora)
    rounds.take_over(row, chosen=everything_of(row), by=dora, at=NOW)
    again = rounds.take_over(row, chosen=everything_of(row), by=dora, at=NOW)
    assert (again.asked, again.left_out, Offer.objects.count()) == (3, [], 3)


@pytest.mark.django_db(transaction=True)
def test_taken_over_twice_at_once_asks_once():
    dora, _guides, _asked = small_city()
    row = worked(dora)
    everything = everything_of(row)
    results = at_once([lambda: rounds.take_over(row, chosen=everything, by=dora, at=NOW)] * 4)
    assert [(one.asked, one.left_out) for one in results] == [(3, [])] * 4
    assert Offer.objects.count() == 3


@pytest.mark.django_db
def test_what_has_changed_meanwhile_is_left_out_with_a_sentence():
    dora, (bernd,), asked = small_city(people=1, requests=2)
    row = worked(dora)
    visits.fix_slot(asked[0], starts_at=NOW + timedelta(days=9), by=dora, at=NOW)
    bernd.skills.all().delete()
    taken = rounds.take_over(row, chosen=everything_of(row), by=dora, at=NOW)
    assert taken.asked == 0
    assert len(taken.left_out) == 2
    assert all(sentence for _visit, sentence in taken.left_out)
    assert Offer.objects.count() == 0


@pytest.mark.django_db
def test_nothing_is_taken_from_a_round_without_a_result():
    dora, _guides, asked = small_city()
    row = rounds.request_round(seconds=10, by=dora, at=NOW)
    with pytest.raises(rounds.RoundNotReady):
        rounds.take_over(row, chosen=[asked[0].pk], by=dora, at=NOW)


# --- wishes -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_not_this_person_holds_for_the_round_and_for_suggestions():
    dora, (bernd, clara), (visit,) = small_city(requests=1)
    row = rounds.wish(visit, volunteer=bernd, is_excluded=True, by=dora, at=NOW)
    assert [one["volunteer"] for one in worked(dora).result["visits"]] == [clara.pk]
    assert {fit.candidate.key for one in suggest(visit, at=NOW).best for fit in one.fits} == {clara.pk}
    rounds.drop_wish(row)
    assert {fit.candidate.key for one in suggest(visit, at=NOW).best for fit in one.fits} == {bernd.pk, clara.pk}


@pytest.mark.django_db
def test_only_this_person_replaces_another_only():
    dora, (bernd, clara), (visit,) = small_city(requests=1)
    rounds.wish(visit, volunteer=bernd, is_excluded=False, by=dora, at=NOW)
    rounds.wish(visit, volunteer=clara, is_excluded=False, by=dora, at=NOW)
    rounds.wish(visit, volunteer=clara, is_excluded=False, by=dora, at=NOW)
    assert list(RoundWish.objects.values_list("volunteer", "is_excluded")) == [(clara.pk, False)]
    assert [one["volunteer"] for one in worked(dora).result["visits"]] == [clara.pk]
