"""Nobody goes whose requirement does not hold on the day: 10,000 random cases against another way of counting."""

from __future__ import annotations

import calendar
import random
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from bookings import going
from bookings.going import MayNotGo, check_volunteer
from lotsen.kernel.models import FieldChange
from lotsen.people.models import Role
from tests.people import NOW, make_scheduled, make_user, make_volunteer
from volunteers import requirements, rules
from volunteers.matching.case import Evidence as Paper
from volunteers.models import Activity, Evidence, Requirement, Volunteer
from volunteers.needed import FACILITY_TRAINING, JOINING, PAIR, VISIT_ALONE, VISIT_IN_PAIR
from volunteers.requirements import NotYet, ShownBefore, TooOld, show_evidence, strike_evidence
from volunteers.rules import Needs, missing_requirements, months_later, required_papers

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
CASES = 10_000


class _Rows:
    """Rows that were fetched already."""

    def __init__(self, rows):
        self.rows = rows

    def all(self):
        return self.rows


class _Person:
    """A volunteer without a database."""

    def __init__(self, evidence):
        self.evidence = _Rows(evidence)


def _oracle(requirement, evidence, day):
    """Written another way: walks day by day from each paper's date, month by month of the calendar."""
    for one in evidence:
        if one.requirement_id != requirement.pk or one.issued_on > day:
            continue
        if requirement.valid_months is None:
            return True
        month = one.issued_on.month - 1 + requirement.valid_months
        year, month = one.issued_on.year + month // 12, month % 12 + 1
        end = None
        for number in range(one.issued_on.day, 0, -1):
            if number <= calendar.monthrange(year, month)[1]:
                end = date(year, month, number)
                break
        if day <= end:
            return True
    return False


def _random_case(rng, kinds):
    for kind in kinds:
        kind.valid_months = rng.choice([None, 1, 6, 11, 12, 24, 36, 60])
    needs = tuple(rng.sample(kinds, rng.randint(0, len(kinds))))
    evidence = [
        Evidence(requirement=rng.choice(kinds), issued_on=date(2020, 1, 1) + timedelta(days=rng.randrange(2900)))
        for _paper in range(rng.randint(0, 7))
    ]
    near = [months_later(one.issued_on, one.requirement.valid_months or 12) for one in evidence]
    day = rng.choice(near) + timedelta(days=rng.randint(-2, 2)) if near and rng.random() < 0.6 else None
    return needs, evidence, day or date(2020, 1, 1) + timedelta(days=rng.randrange(3300))


def test_ten_thousand_random_people_days_and_activities():
    rng, met = random.Random(3), 0
    kinds = list(Requirement.objects.all())
    for _case in range(CASES):
        needed, evidence, day = _random_case(rng, kinds)
        needs = Needs({"x": needed})
        expected = [one.key for one in needed if not _oracle(one, evidence, day)]
        found = missing_requirements(_Person(evidence), activity="x", on=day, needs=needs)
        assert [one.key for one in found] == expected, (needed, evidence, day)
        met += not expected
        _agrees_with_matching(evidence, needed, needs, day, expected)
    assert 1000 < met < 9000


def _agrees_with_matching(evidence, needed, needs, day, expected):
    """Matching knows one spell of each, the one that ends last; from its first day on it says the same."""
    papers = [Paper(*one) for one in required_papers(_Person(evidence), activity="x", needs=needs)]
    for requirement, paper in zip(needed, papers, strict=True):
        if paper.first is None or day >= paper.first:
            holds = paper.first is not None and (paper.last is None or day <= paper.last)
            assert holds == (requirement.key not in expected)


def test_the_ten_thousand_notice_a_wrong_rule(monkeypatch):
    """Control: with the last day left out the same test fails."""
    wrong = rules.valid_until
    monkeypatch.setattr(
        rules, "valid_until", lambda one, kind: wrong(one, kind) and wrong(one, kind) - timedelta(days=1)
    )
    with pytest.raises(AssertionError):
        test_ten_thousand_random_people_days_and_activities()


def test_what_each_activity_needs():
    told = {one.key: [need.key for need in one.needs.all()] for one in Activity.objects.all()}
    assert told == {
        JOINING: ["talk", "training", "secrecy", "certificate"],
        VISIT_ALONE: ["training", "secrecy", "certificate", "pair"],
        VISIT_IN_PAIR: ["training", "secrecy", "certificate"],
        FACILITY_TRAINING: ["training", "secrecy"],
    }


def test_an_activity_that_is_not_there_lets_nobody_go():
    bernd = make_volunteer()
    Activity.objects.all().delete()
    with pytest.raises(KeyError):
        missing_requirements(bernd, activity=VISIT_ALONE, on=TODAY)


def test_a_requirement_that_the_city_adds_counts_from_then_on():
    anna, bernd = make_user(), make_volunteer()
    visit = make_scheduled(by=anna)
    check_volunteer(bernd, visit)
    first_aid = Requirement.objects.create(key="first-aid", name="Erste Hilfe", how="attended", valid_months=24)
    Activity.objects.get(key=VISIT_ALONE).needs.add(first_aid)
    with pytest.raises(MayNotGo, match="Erste Hilfe"):
        check_volunteer(bernd, visit)
    show_evidence(bernd, requirement=first_aid, issued_on=TODAY, seen_on=TODAY, by=anna, at=NOW)
    check_volunteer(Volunteer.objects.get(pk=bernd.pk), visit)


def test_without_the_rule_somebody_without_papers_would_go(monkeypatch):
    """Control of all of it."""
    bernd = make_volunteer(certificate=None)
    visit = make_scheduled(by=make_user())
    with pytest.raises(MayNotGo):
        check_volunteer(bernd, visit)
    monkeypatch.setattr(going, "missing_requirements", lambda *args, **kwargs: [])
    check_volunteer(bernd, visit)


@pytest.mark.parametrize(
    ("issued", "seen", "refused"),
    [
        (date(2026, 8, 25), date(2026, 11, 25), None),
        (date(2026, 8, 24), date(2026, 11, 25), TooOld),
        (date(2026, 11, 26), date(2026, 11, 26), NotYet),
        (date(2026, 11, 20), date(2026, 11, 19), NotYet),
        (date(2026, 11, 20), date(2026, 11, 26), NotYet),
    ],
)
def test_a_certificate_is_seen_when_it_is_fresh_and_never_tomorrow(issued, seen, refused):
    dora, bernd = make_user(Role.COORDINATOR), make_volunteer(certificate=None)
    kind = Requirement.objects.get(key="certificate")
    if refused is None:
        one = show_evidence(bernd, requirement=kind, issued_on=issued, seen_on=seen, by=dora, at=NOW)
        assert (one.seen_by, one.to_be_seen_by) == (dora, date(2026, 11, 25))
        return
    with pytest.raises(refused):
        show_evidence(bernd, requirement=kind, issued_on=issued, seen_on=seen, by=dora, at=NOW)
    assert not Evidence.objects.filter(volunteer=bernd, requirement=kind).exists()


def test_the_database_refuses_seen_too_late_or_too_early():
    bernd, kind = make_volunteer(certificate=None), Requirement.objects.get(key="certificate")
    fields = {"volunteer": bernd, "requirement": kind, "issued_on": date(2026, 1, 1)}
    for wrong in ({"seen_on": date(2025, 12, 31)}, {"seen_on": date(2026, 5, 1), "to_be_seen_by": date(2026, 4, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Evidence.objects.create(**fields, **wrong)


def test_the_same_twice_is_refused_and_a_mistake_is_struck_with_a_trace():
    dora, bernd = make_user(Role.COORDINATOR), make_volunteer(training=None)
    kind = Requirement.objects.get(key="training")
    shown = {"requirement": kind, "issued_on": TODAY, "seen_on": TODAY, "by": dora, "at": NOW}
    one = show_evidence(bernd, **shown)
    with pytest.raises(ShownBefore):
        show_evidence(bernd, **shown)
    strike_evidence(one, by=dora, at=NOW)
    assert not bernd.evidence.filter(requirement=kind).exists()
    changes = FieldChange.objects.filter(subject_type="volunteers.volunteer", subject_id=str(bernd.pk))
    assert [(change.fields, change.by) for change in changes] == [(["training"], dora)] * 2


def test_who_has_never_gone_in_pair_goes_in_pair_once_at_a_time():
    bernd = make_volunteer(pair=None)
    assert rules.activity_of(bernd) == VISIT_IN_PAIR
    bernd = Volunteer.objects.get(pk=bernd.pk)
    requirements.note_first_visit_done(bernd, on=TODAY, seen_by=make_user(), at=NOW)
    requirements.note_first_visit_done(bernd, on=TODAY, seen_by=make_user(), at=NOW)
    assert bernd.evidence.filter(requirement__key=PAIR).count() == 1
    assert rules.activity_of(Volunteer.objects.get(pk=bernd.pk)) == VISIT_ALONE


def test_the_list_replaces_its_own_days_and_never_what_somebody_has_seen():
    dora, bernd = make_user(Role.COORDINATOR), make_volunteer()
    kind = Requirement.objects.get(key="training")
    show_evidence(bernd, requirement=kind, issued_on=TODAY, seen_on=TODAY, by=dora, at=NOW)
    changed = requirements.keep_list({bernd.pk: {"training": date(2026, 3, 3)}}, new=(), on=TODAY)
    days = sorted(bernd.evidence.filter(requirement=kind).values_list("issued_on", flat=True))
    assert (changed, days) == ({bernd.pk}, [date(2026, 3, 3), TODAY])
    assert requirements.keep_list({bernd.pk: {"training": date(2026, 3, 3)}}, new=(), on=TODAY) == set()


def test_29_february_ends_on_the_28th():
    assert months_later(date(2024, 2, 29), 36) == date(2027, 2, 28)
