"""Ten agents save the same case at once, all from the same screen: one is saved, nine are told. The control has no
marks of what was on screen."""

from functools import partial

import pytest

from bookings import cases
from bookings.models import Client, HomeVisit
from lotsen.kernel.models import FieldChange
from tests.people import NOW, make_user, make_visit
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
AGENTS = 10


def save(visit, anna, values, number, *, seen):
    visit = HomeVisit.objects.get(pk=visit.pk)
    typed = {**values, "name": f"Ursula Schulze {number}"}
    return cases.change_case(visit, values=typed, hours="", seen=seen, has_consent=False, by=anna, at=NOW)


def test_of_ten_at_once_one_is_saved_and_nine_are_told():
    anna = make_user("hotline")
    for _round in range(3):
        visit = make_visit()
        values = cases.values_of(visit)
        seen = cases.stamps(values)

        results = at_once([partial(save, visit, anna, values, number, seen=seen) for number in range(AGENTS)])

        saved = [number for number, one in enumerate(results) if one == ("name",)]
        assert len(saved) == 1
        assert [type(one) for one in results].count(cases.Overtaken) == AGENTS - 1
        assert Client.objects.get(pk=visit.client_id).name == f"Ursula Schulze {saved[0]}"
        assert FieldChange.objects.filter(subject_id=str(visit.client_id), fields=["name"]).count() == 1


def test_control_without_marks_several_overwrite_each_other(monkeypatch):
    anna, visit = make_user("hotline"), make_visit()
    values = cases.values_of(visit)
    monkeypatch.setattr(cases, "stamps", lambda values: {})

    results = at_once([partial(save, visit, anna, values, number, seen={}) for number in range(AGENTS)])

    assert results.count(("name",)) > 1
