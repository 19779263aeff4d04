from datetime import date, timedelta

import pytest

from lotsen.kernel.calendar import Period
from lotsen.kernel.models import Transition
from tests.people import make_user
from tests.touring.city import LATER, NOW, PLACEMENTS, QUARTER, hand_made_plan, make_city, make_draft, make_published
from touring import deviations, drafts, tours
from touring.models import ClosingDay, Deviation, Stop, Team, Tour, TourPlan, TourStop
from touring.planning.plan import Plan

pytestmark = pytest.mark.django_db


def test_a_draft_has_pattern_reasons_figures_and_history():
    make_city()
    dora = make_user("coordinator", name="Dora Krüger")
    draft = make_draft(by=dora)
    draft.refresh_from_db()
    assert (draft.state, draft.version, draft.starts_on, draft.ends_on, draft.cycle_anchor) == (
        "draft",
        1,
        QUARTER.start,
        QUARTER.end,
        date(2027, 1, 4),
    )
    assert draft.violations == 0
    assert draft.driving_seconds > 0
    assert sorted(draft.pattern.values_list("stop__key", "team__key", "weekday", "phase")) == [
        ("S1", "nord", 1, 0),
        ("S2", "nord", 1, 1),
        ("S3", "nord", 0, 0),
        ("S3", "nord", 3, 0),
        ("S4", "sued", 2, 2),
        ("S5", "sued", 4, 0),
    ]
    left_out = draft.unplanned.get()
    assert left_out.stop.key == "S6"
    assert left_out.reason.startswith("Treff am Abend passt in keinen Tag: ")
    line = Transition.objects.get(subject_type="touring.tourplan", subject_id=str(draft.pk))
    assert (line.source, line.target, line.by, line.at) == ("", "draft", dora, NOW)


def test_publishing_a_first_plan():
    make_city()
    dora = make_user("coordinator")
    plan = tours.publish_plan(make_draft(), by=dora, at=LATER)
    plan.refresh_from_db()
    assert (plan.state, plan.published_at, plan.changed_at) == ("published", LATER, LATER)


def test_a_new_plan_supersedes_the_old_one_of_the_same_days():
    make_city()
    old = make_published(at=NOW + timedelta(minutes=1))
    new = make_published(at=LATER)
    draft = make_draft(at=LATER + timedelta(hours=1))
    newest = tours.publish_plan(draft, by=None, at=LATER + timedelta(hours=2))
    for plan in (old, new, newest):
        plan.refresh_from_db()
    assert [plan.state for plan in (old, new, newest)] == ["superseded", "superseded", "published"]
    assert newest.based_on == new
    assert old.tours.count() == newest.tours.count() > 0


def test_an_old_plan_that_began_earlier_ends_the_day_before():
    make_city()
    old = make_published(at=NOW + timedelta(minutes=1))
    new = make_published(period=Period(date(2027, 2, 1), QUARTER.end), at=LATER)
    old.refresh_from_db()
    assert (old.state, old.ends_on, new.starts_on) == ("published", date(2027, 1, 31), date(2027, 2, 1))


def test_a_plan_takes_over_tomorrow_not_in_the_past():
    make_city()
    old = make_published(at=NOW + timedelta(minutes=1))
    middle = LATER.replace(year=2027, month=2, day=10)
    new = tours.publish_plan(make_draft(at=middle), by=None, at=middle + timedelta(minutes=1))
    old.refresh_from_db()
    assert (old.ends_on, new.starts_on) == (date(2027, 2, 10), date(2027, 2, 11))
    assert new.tours.order_by("date").first().date >= date(2027, 2, 11)


def test_a_plan_in_the_middle_of_another_is_refused():
    make_city()
    make_published(at=NOW + timedelta(minutes=1))
    draft = make_draft(period=Period(date(2027, 2, 1), date(2027, 2, 28)), at=LATER)
    with pytest.raises(tours.PlanInTheMiddle) as refused:
        tours.publish_plan(draft, by=None, at=LATER)
    assert refused.value.sentence == (
        "Fassung 1 gilt davor und danach. Bitte planen Sie bis zu ihrem Ende: Sonntag, 4. April."
    )


def test_a_draft_on_an_outdated_version_is_refused():
    make_city()
    dora = make_user("coordinator", name="Dora Krüger")
    first, second = make_draft(by=dora), make_draft()
    tours.publish_plan(first, by=dora, at=LATER)
    with pytest.raises(tours.DraftIsOutdated) as refused:
        tours.publish_plan(second, by=None, at=LATER)
    assert refused.value.sentence == (
        "Ihr Entwurf beruht auf keiner Fassung. Dora Krüger hat Fassung 1 veröffentlicht. Bitte planen Sie neu."
    )
    second.refresh_from_db()
    assert second.state == "draft"


def test_what_breaks_a_rule_now_is_refused_whatever_the_draft_said():
    make_city()
    draft = make_draft()
    Stop.objects.filter(key="S1").update(hours="Mo-Fr 9:00-11:00", duration_minutes=90)
    Stop.objects.filter(key="S4").update(hours="Mo 9:00-18:00")
    with pytest.raises(tours.PlanBreaksRules) as refused:
        tours.publish_plan(draft, by=None, at=LATER)
    assert refused.value.sentences == (
        "Zu spät: Bibliothek Gorbitz schließt um 11:00 Uhr.",
        "Treff Cotta hat am Mittwoch zu. Offen ist Montag.",
    )
    assert TourPlan.objects.get().state == "draft"


def test_a_closing_day_that_came_after_the_draft_counts():
    make_city()
    draft = make_draft()
    ClosingDay.objects.create(date=date(2027, 1, 8), reason="Betriebsausflug")
    tours.publish_plan(draft, by=None, at=LATER)
    days = set(Tour.objects.filter(plan=draft, team__key="sued").values_list("date", flat=True))
    assert {date(2027, 1, 8), date(2027, 1, 15)} & days == {date(2027, 1, 15)}


def test_a_plan_whose_days_are_over_is_refused():
    make_city()
    draft = make_draft()
    with pytest.raises(tours.PeriodIsPast) as refused:
        tours.publish_plan(draft, by=None, at=LATER.replace(year=2028))
    assert refused.value.sentence == "Der Zeitraum liegt in der Vergangenheit."


def test_a_published_plan_is_neither_published_again_nor_thrown_away():
    make_city()
    plan = make_published()
    for verb in (tours.publish_plan, tours.discard_draft):
        with pytest.raises(tours.NotADraft):
            verb(plan, by=None, at=LATER)
    draft = make_draft(at=LATER + timedelta(hours=1))
    pk, dora = draft.pk, make_user("coordinator")
    tours.discard_draft(draft, by=dora, at=LATER)
    assert list(TourPlan.objects.values_list("version", flat=True)) == [1]
    line = Transition.objects.filter(subject_type="touring.tourplan", subject_id=str(pk)).order_by("pk").last()
    assert (line.source, line.target, line.by, line.at) == ("draft", "discarded", dora, LATER)


def test_a_draft_that_somebody_changed_is_not_published_unseen():
    make_city()
    draft = make_draft()
    drafts.move_stop(draft, Stop.objects.get(key="S1"), placed=None, edition=0, by=None, at=LATER)
    with pytest.raises(tours.DraftHasMoved):
        tours.publish_plan(draft, by=None, at=LATER, edition=0)
    assert tours.publish_plan(draft, by=None, at=LATER, edition=1).state == "published"


def test_a_draft_has_a_pattern_with_reasons_but_no_tours():
    make_city()
    placements = dict(PLACEMENTS) | {"S2": PLACEMENTS["S1"]}
    draft = make_draft(plan=Plan(placements))
    assert all(draft.pattern.values_list("why", flat=True))
    assert (draft.violations > 0, draft.tours.count(), draft.pattern.count()) == (True, 0, 6)


def test_what_was_announced_stays_announced_in_the_new_plan():
    make_city()
    make_published(at=NOW + timedelta(minutes=1))
    halt = TourStop.objects.filter(stop__key="S5").order_by("starts_at")[2]
    deviations.announce_cancelled(halt, by=None, at=NOW + timedelta(minutes=2))
    new = tours.publish_plan(make_draft(at=LATER), by=None, at=LATER + timedelta(minutes=1))
    carried = Deviation.objects.get(halt__tour__plan=new)
    assert (carried.kind, carried.halt.starts_at, carried.halt.stop.key) == ("cancelled", halt.starts_at, "S5")


def test_teams_that_are_gone_break_the_plan():
    make_city()
    draft = make_draft()
    Team.objects.filter(key="sued").update(is_active=False)
    with pytest.raises(tours.PlanBreaksRules) as refused:
        tours.publish_plan(draft, by=None, at=LATER)
    assert refused.value.sentences[0] == "Das Team sued gibt es nicht."
    assert hand_made_plan()
