from datetime import date, timedelta

import pytest

from tests.people import make_user
from tests.touring.city import LATER, NOW, PLACEMENTS, hand_made_plan, make_city, make_draft, make_published
from touring import drafts, problems, tours, translate
from touring.models import DraftStep, Stop, TourPlan
from touring.planning.plan import Plan
from touring.planning.problem import Placement, clock

pytestmark = pytest.mark.django_db

ELSEWHERE = Placement("sued", (2,), 0, clock(9, 30))


def started():
    make_city()
    return make_draft(), Stop.objects.get(key="S1"), make_user("coordinator", name="Dora Krüger")


def move(draft, stop, placed=ELSEWHERE, **fields):
    return drafts.move_stop(
        draft, stop, **{"placed": placed, "edition": draft.edition, "by": None, "at": LATER} | fields
    )


def pattern(draft):
    return dict(translate.plan_of(draft).placements)


def test_a_stop_is_moved_with_figures_and_a_sentence():
    draft, stop, dora = started()
    before = draft.driving_seconds
    step = move(draft, stop, by=dora)
    draft.refresh_from_db()
    assert pattern(draft) == PLACEMENTS | {"S1": ELSEWHERE}
    assert (step.sentence, step.by, step.at, step.number, step.edition) == (
        "Bibliothek Gorbitz: Di 10:00, Team Nord → Mi 9:30, Team Süd",
        dora,
        LATER,
        1,
        1,
    )
    assert (draft.edition, draft.changed_at, draft.violations) == (1, LATER, 0)
    assert draft.driving_seconds != before
    assert list(draft.pattern.filter(stop=stop).values_list("why", "ends_at__hour", "ends_at__minute")) == [
        ("Von Hand hierher gelegt.", 11, 0)
    ]


def test_a_stop_is_left_out_and_comes_back():
    draft, stop, _dora = started()
    step = move(draft, stop, None)
    assert step.sentence == "Bibliothek Gorbitz: Di 10:00, Team Nord → nicht im Plan"
    assert dict(draft.unplanned.values_list("stop__key", "reason"))["S1"] == (
        "Bibliothek Gorbitz wurde von Hand herausgenommen."
    )
    back = move(draft, stop, PLACEMENTS["S1"])
    assert back.sentence == "Bibliothek Gorbitz: nicht im Plan → Di 10:00, Team Nord"
    assert pattern(draft) == PLACEMENTS
    assert list(draft.unplanned.values_list("stop__key", flat=True)) == ["S6"]


def test_only_another_week_is_said():
    draft, _stop, _dora = started()
    cotta = Stop.objects.get(key="S4")
    step = move(draft, cotta, Placement("sued", (2,), 0, clock(14)))
    assert step.sentence == "Treff Cotta: Mi 14:00, ab Woche 3, Team Süd → Mi 14:00, ab Woche 1, Team Süd"


def test_what_breaks_a_rule_is_refused_and_nothing_is_written():
    draft, stop, _dora = started()
    with pytest.raises(drafts.BreaksRules) as refused:
        move(draft, stop, Placement("nord", (1,), 0, clock(17)))
    assert "Zu spät: Bibliothek Gorbitz schließt um 18:00 Uhr." in refused.value.sentences
    draft.refresh_from_db()
    assert (pattern(draft), draft.edition, DraftStep.objects.count()) == (PLACEMENTS, 0, 0)


def test_by_force_it_is_written_and_counted():
    draft, stop, _dora = started()
    move(draft, stop, Placement("nord", (1,), 0, clock(17)), force=True)
    draft.refresh_from_db()
    assert draft.violations > 0
    assert pattern(draft)["S1"].start == clock(17)


@pytest.mark.parametrize(
    "placed",
    [
        Placement("gibtsnicht", (1,), 0, clock(10)),
        Placement("nord", (), 0, clock(10)),
        Placement("nord", (9,), 0, clock(10)),
        Placement("nord", (1, 1), 0, clock(10)),
        Placement("nord", (1,), 0, clock(23, 30)),
    ],
)
def test_what_no_row_can_hold_is_refused_even_by_force(placed):
    draft, stop, _dora = started()
    with pytest.raises(drafts.BreaksRules):
        move(draft, stop, placed, force=True)
    assert pattern(draft) == PLACEMENTS


def test_a_draft_that_is_broken_already_may_be_mended():
    make_city()
    draft = make_draft(plan=Plan(PLACEMENTS | {"S2": PLACEMENTS["S1"]}))
    assert draft.violations > 0
    move(draft, Stop.objects.get(key="S2"), PLACEMENTS["S2"])
    assert draft.violations == 0


def test_the_place_where_it_stands_is_no_change():
    draft, stop, _dora = started()
    with pytest.raises(drafts.NothingChanges) as refused:
        move(draft, stop, PLACEMENTS["S1"])
    assert refused.value.sentence == "Bibliothek Gorbitz steht schon so im Plan."


def test_undo_and_redo_go_through_moves_pins_and_leaving_out():
    draft, stop, dora = started()
    states = [pattern(draft)]
    move(draft, stop)
    states.append(pattern(draft))
    drafts.set_pins(draft, stop, team=True, weekday=False, time=True, edition=1, by=dora, at=LATER)
    move(draft, Stop.objects.get(key="S5"), None)
    states.append(pattern(draft))
    assert draft.edition == 3

    back = [drafts.undo(draft, edition=draft.edition, by=dora, at=LATER) for _ in range(3)]
    assert [step.number for step in back] == [3, 2, 1]
    assert pattern(draft) == states[0]
    assert not draft.pattern.filter(is_team_pinned=True).exists()
    assert list(draft.unplanned.values_list("stop__key", flat=True)) == ["S6"]
    with pytest.raises(drafts.NothingToUndo):
        drafts.undo(draft, edition=draft.edition, by=dora, at=LATER)

    again = [drafts.redo(draft, edition=draft.edition, by=dora, at=LATER) for _ in range(3)]
    assert [step.number for step in again] == [1, 2, 3]
    assert pattern(draft) == states[2]
    assert list(draft.pattern.filter(is_time_pinned=True).values_list("stop__key", flat=True)) == ["S1"]
    with pytest.raises(drafts.NothingToRedo):
        drafts.redo(draft, edition=draft.edition, by=dora, at=LATER)
    assert draft.edition == 9


def test_a_new_step_stands_in_the_place_of_what_was_undone():
    draft, stop, dora = started()
    move(draft, stop)
    drafts.undo(draft, edition=1, by=dora, at=LATER)
    move(draft, stop, None)
    with pytest.raises(drafts.NothingToRedo):
        drafts.redo(draft, edition=draft.edition, by=dora, at=LATER)
    drafts.undo(draft, edition=draft.edition, by=dora, at=LATER)
    step = drafts.redo(draft, edition=draft.edition, by=dora, at=LATER)
    assert step.sentence == "Bibliothek Gorbitz: Di 10:00, Team Nord → nicht im Plan"
    assert list(DraftStep.objects.order_by("number").values_list("number", "is_overtaken")) == [(1, True), (3, False)]


def test_undo_brings_figures_back():
    draft, stop, dora = started()
    before = (draft.driving_seconds, draft.idle_seconds, draft.cost_seconds, draft.unfairness)
    move(draft, stop)
    drafts.undo(draft, edition=1, by=dora, at=LATER)
    draft.refresh_from_db()
    assert (draft.driving_seconds, draft.idle_seconds, draft.cost_seconds, draft.unfairness) == before


def test_a_bound_goes_when_other_stops_are_served():
    draft, stop, _dora = started()
    TourPlan.objects.filter(pk=draft.pk).update(bound_seconds=100)
    move(draft, stop)
    draft.refresh_from_db()
    assert draft.bound_seconds == 100
    move(draft, stop, None)
    draft.refresh_from_db()
    assert draft.bound_seconds is None


def test_a_pinned_stop_stays_until_it_is_let_go():
    draft, stop, dora = started()
    step = drafts.set_pins(draft, stop, team=True, weekday=True, time=True, edition=0, by=dora, at=LATER)
    assert step.sentence == "Bibliothek Gorbitz: Team, Wochentag, Uhrzeit angeheftet"
    for placed in (ELSEWHERE, None):
        with pytest.raises(drafts.BreaksRules) as refused:
            move(draft, stop, placed)
        assert any("angeheftet" in sentence for sentence in refused.value.sentences)
    step = drafts.set_pins(draft, stop, team=False, weekday=False, time=False, edition=1, by=dora, at=LATER)
    assert step.sentence == "Bibliothek Gorbitz: nicht mehr angeheftet"
    move(draft, stop)


def test_a_pinned_team_lets_the_time_move():
    draft, stop, dora = started()
    drafts.set_pins(draft, stop, team=True, weekday=False, time=False, edition=0, by=dora, at=LATER)
    move(draft, stop, Placement("nord", (2,), 0, clock(9, 30)))
    with pytest.raises(drafts.BreaksRules):
        move(draft, stop, ELSEWHERE)
    assert draft.pattern.get(stop=stop).is_team_pinned


def test_pins_need_a_place_and_a_difference():
    draft, stop, dora = started()
    with pytest.raises(drafts.NothingChanges):
        drafts.set_pins(draft, stop, team=False, weekday=False, time=False, edition=0, by=dora, at=LATER)
    with pytest.raises(drafts.StopWithoutPlace):
        drafts.set_pins(
            draft, Stop.objects.get(key="S6"), team=True, weekday=True, time=True, edition=0, by=dora, at=NOW
        )


def test_the_second_of_two_coordinators_reads_what_the_first_did():
    draft, stop, dora = started()
    seen = TourPlan.objects.get(pk=draft.pk)
    move(draft, stop, by=dora)
    with pytest.raises(drafts.DraftHasMoved) as refused:
        move(seen, Stop.objects.get(key="S5"), None, edition=0)
    assert refused.value.sentence == (
        "Der Entwurf hat sich geändert. Dora Krüger, Do 26.11., 10 Uhr: Bibliothek Gorbitz: Di 10:00, Team Nord → "
        "Mi 9:30, Team Süd. Bitte sehen Sie nach und versuchen Sie es noch einmal."
    )
    assert [step.number for step in refused.value.steps] == [1]
    drafts.undo(draft, edition=1, by=dora, at=LATER)
    with pytest.raises(drafts.DraftHasMoved) as refused:
        drafts.set_pins(seen, stop, team=True, weekday=True, time=True, edition=1, by=None, at=LATER)
    assert "Dora Krüger, Do 26.11., 10 Uhr: rückgängig gemacht: Bibliothek Gorbitz" in refused.value.sentence


def test_only_drafts_are_changed():
    make_city()
    plan, stop = make_published(), Stop.objects.get(key="S1")
    with pytest.raises(drafts.NotADraft):
        move(plan, stop)
    draft = make_draft(at=LATER)
    tours.discard_draft(draft, by=None, at=LATER)
    draft.pk = draft.pk or 0
    with pytest.raises(drafts.NotADraft) as refused:
        move(draft, stop)
    assert refused.value.sentence == "Diesen Entwurf gibt es nicht mehr."


def test_a_step_whose_team_is_gone_is_not_undone():
    draft, stop, dora = started()
    move(draft, stop, None)
    DraftStep.objects.update(before={**DraftStep.objects.get().before, "rows": [{"team_id": 0}]})
    with pytest.raises(drafts.StepIsStale):
        drafts.undo(draft, edition=1, by=dora, at=LATER)


def test_a_change_costs_the_same_queries_however_many_stops(django_assert_num_queries):
    draft, stop, _dora = started()
    move(draft, stop)
    with django_assert_num_queries(21):
        move(draft, stop, PLACEMENTS["S1"])
    for plan_stop in ("S2", "S3", "S4"):
        move(draft, Stop.objects.get(key=plan_stop), None)
    with django_assert_num_queries(21):
        move(draft, stop)


# --- from any version --------------------------------------------------------------------------------


def test_a_draft_from_a_superseded_version():
    make_city()
    old = make_published(at=NOW + timedelta(minutes=1))
    changed = Plan(PLACEMENTS | {"S1": ELSEWHERE})
    new = make_published(plan=changed, at=LATER)
    old.refresh_from_db()
    assert old.state == "superseded"
    draft = drafts.draft_from(old, by=None, at=LATER + timedelta(hours=1))
    assert (draft.state, draft.version, draft.based_on, draft.starts_on, draft.ends_on) == (
        "draft",
        3,
        new,
        old.starts_on,
        old.ends_on,
    )
    assert pattern(draft) == PLACEMENTS
    tours.publish_plan(draft, by=None, at=LATER + timedelta(hours=2))


def test_pins_and_reasons_go_along():
    draft, stop, dora = started()
    drafts.set_pins(draft, stop, team=True, weekday=False, time=True, edition=0, by=dora, at=LATER)
    copy = drafts.draft_from(draft, by=dora, at=LATER)
    row = copy.pattern.get(stop=stop)
    assert (row.is_team_pinned, row.is_weekday_pinned, row.is_time_pinned) == (True, False, True)
    assert dict(copy.pattern.values_list("stop__key", "why")) == dict(draft.pattern.values_list("stop__key", "why"))


def test_a_version_that_is_partly_over_starts_tomorrow():
    make_city()
    plan = make_published()
    draft = drafts.draft_from(plan, by=None, at=LATER.replace(year=2027, month=2, day=10))
    assert (draft.starts_on, draft.ends_on) == (date(2027, 2, 11), plan.ends_on)
    assert draft.cycle_anchor == plan.cycle_anchor


def test_a_version_that_is_over_is_refused_unless_a_last_day_is_given():
    make_city()
    plan = make_published()
    over = LATER.replace(year=2027, month=4, day=4)
    with pytest.raises(drafts.PeriodIsPast) as refused:
        drafts.draft_from(plan, by=None, at=over)
    assert refused.value.sentence == ("Die Zeit von Fassung 1 ist vorbei. Bitte wählen Sie einen neuen Zeitraum.")
    draft = drafts.draft_from(plan, by=None, at=over, last=date(2027, 7, 4))
    assert (draft.starts_on, draft.ends_on) == (date(2027, 4, 5), date(2027, 7, 4))


def test_stops_and_teams_that_are_gone_are_left_out():
    make_city()
    plan = make_published()
    Stop.objects.filter(key="S1").update(is_active=False)
    draft = drafts.draft_from(plan, by=None, at=LATER)
    assert set(pattern(draft)) == {"S2", "S3", "S4", "S5"}
    assert problems.pins_of(problems.pattern_of(draft)) == {}
    assert hand_made_plan().placements == PLACEMENTS
