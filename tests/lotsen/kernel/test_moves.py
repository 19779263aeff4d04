import pytest
from django.db import DatabaseError, connection, transaction

from bookings import visits
from bookings.models import HomeVisit
from lotsen.kernel.errors import AlreadyMoved, MoveNotAllowed
from lotsen.kernel.journal import record_reads
from lotsen.kernel.models import ContactRead, Transition
from lotsen.kernel.moves import move, moves
from tests.people import NOW, make_client, make_user, make_visit

pytestmark = pytest.mark.django_db


def test_a_table_is_made_from_words():
    assert moves(open="accepted declined", accepted="", declined="") == {
        "open": frozenset({"accepted", "declined"}),
        "accepted": frozenset(),
        "declined": frozenset(),
    }


def test_only_the_first_of_two_that_saw_the_same_state_moves():
    anna = make_user()
    visit = make_visit()
    stale = HomeVisit.objects.get(pk=visit.pk)
    move(visit, "cancelled", by=anna, at=NOW)

    with pytest.raises(AlreadyMoved):
        move(stale, "cancelled", by=anna, at=NOW)

    lines = Transition.objects.filter(subject_type="bookings.homevisit", subject_id=str(visit.pk))
    assert [line.target for line in lines.order_by("pk")] == ["requested", "cancelled"]


def test_a_move_that_the_table_lacks_is_refused():
    visit = make_visit()

    with pytest.raises(MoveNotAllowed):
        move(visit, "done", by=make_user(), at=NOW)

    visit.refresh_from_db()
    assert visit.state == "requested"


def test_changes_and_state_go_together_or_not_at_all():
    visit = make_visit()

    with pytest.raises(DatabaseError), transaction.atomic():
        move(visit, "scheduled", by=make_user(), at=NOW)  # a scheduled visit without a slot

    stored = HomeVisit.objects.get(pk=visit.pk)
    assert (stored.state, Transition.objects.filter(target="scheduled").count()) == ("requested", 0)


@pytest.mark.parametrize("act", ["update", "delete"])
@pytest.mark.parametrize("model", [Transition, ContactRead])
def test_history_and_journal_cannot_be_changed(model, act):
    record_reads([make_client()], fields=["phone"], why="test", by=make_user(), at=NOW)
    make_visit()
    rows = model.objects.all()
    assert rows.count() > 0

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.delete() if act == "delete" else rows.update(at=NOW)


@pytest.mark.parametrize("table", ["kernel_transition", "kernel_contactread"])
def test_history_and_journal_cannot_be_emptied(table):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")  # the tests switch it off
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table}")


def test_a_cancelled_visit_is_not_cancelled_again():
    anna = make_user()
    visit = visits.cancel_visit(make_visit(), because="x", own_wish=True, by=anna, at=NOW)

    with pytest.raises(MoveNotAllowed):
        visits.cancel_visit(visit, because="x", own_wish=True, by=anna, at=NOW)
