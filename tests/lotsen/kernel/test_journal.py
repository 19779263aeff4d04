import pytest
from django.db import DatabaseError, transaction

from lotsen.kernel.journal import record_changes
from lotsen.kernel.models import FieldChange
from tests.people import NOW, make_address, make_user

pytestmark = pytest.mark.django_db


def lines():
    return list(FieldChange.objects.values_list("subject_type", "subject_id", "fields", "by__name", "at"))


def test_a_change_leaves_a_line_of_its_fields():
    anna, address = make_user(), make_address()

    record_changes(address, fields=["street", "city"], by=anna, at=NOW)

    assert lines() == [("places.address", str(address.pk), ["street", "city"], "Anna Lehmann", NOW)]


def test_nothing_changed_leaves_no_line():
    record_changes(make_address(), fields=[], by=make_user(), at=NOW)

    assert lines() == []


@pytest.mark.parametrize("act", [lambda rows: rows.update(fields=["name"]), lambda rows: rows.delete()])
def test_the_database_refuses_to_change_a_line(act):
    record_changes(make_address(), fields=["street"], by=None, at=NOW)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act(FieldChange.objects.all())

    assert [line[2] for line in lines()] == [["street"]]
