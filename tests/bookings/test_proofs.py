"""Who names a request proves it with something that only they know; a guess and an unknown number read the same."""

import pytest

from bookings.models import Caller, WebRequest
from bookings.proofs import Proof, draft_by_proof, is_proven, proof_of, visit_by_proof
from tests.people import NOW, make_address, make_client, make_visit

pytestmark = pytest.mark.django_db


def phoneless(**fields):
    return make_visit(client=make_client(phone="", address=make_address("Gartenweg", "16 a")), **fields)


@pytest.mark.parametrize(
    ("said", "proves"),
    [
        ("5216", True),
        (" 52-16 ", True),
        ("030 / 231 25 216", True),
        ("+49 30 23125216", True),
        ("５２１６", True),
        ("5217", False),
        ("216", False),
        ("", False),
        ("01169 16", False),
        ("\x00", False),
        ("\ud800", False),
        ("9" * 100_000, False),
    ],
)
def test_last_four_digits_of_the_persons_number(said, proves):
    assert is_proven(make_visit(), said) is proves


@pytest.mark.parametrize(
    ("said", "proves"),
    [
        ("01169 16a", True),
        ("1169, 16 A", True),
        ("01169 Dresden, Gartenweg 16 a", True),
        ("01169 16", False),
        ("01169", False),
        ("16a 01169", False),
        ("01067 16a", False),
    ],
)
def test_postal_code_and_house_number_where_no_number_is_stored(said, proves):
    assert is_proven(phoneless(), said) is proves


def test_the_address_of_somebody_with_a_number_proves_nothing():
    assert not is_proven(make_visit(client=make_client(address=make_address("Gartenweg", "16"))), "01169 16")


def test_a_relatives_number_proves_and_a_care_services_does_not():
    asked = {"caller_name": "Jana", "caller_phone": "+493023125117"}
    assert is_proven(make_visit(caller=Caller.FAMILY, **asked), "5117")
    assert is_proven(make_visit(caller=Caller.FAMILY, **asked), "5216")
    assert not is_proven(make_visit(caller=Caller.CARE, **asked), "5117")
    assert is_proven(phoneless(caller=Caller.CARE, **asked), "01169 16a")


def test_what_somebody_must_have_at_hand():
    nowhere = make_client(phone="", address=None, email="u@example.org")
    nowhere.address = None
    nowhere.save()
    visits = [make_visit(), phoneless(), make_visit(client=nowhere)]
    assert [proof_of(visit) for visit in visits] == [Proof.PHONE, Proof.ADDRESS, Proof.NONE]
    assert not any(is_proven(visits[2], said) for said in ("", "0000", "01169 16"))


def test_an_unknown_number_costs_one_query_as_a_known_one_does(django_assert_num_queries):
    visit = make_visit()
    with django_assert_num_queries(1):
        assert visit_by_proof(reference="4826156", said="5216") is None
    with django_assert_num_queries(1):
        assert visit_by_proof(reference=visit.reference, said="5217") is None
    with django_assert_num_queries(1):
        assert visit_by_proof(reference=visit.reference, said="5216") == visit


def draft(answers):
    fields = {"reference": "4826156", "token": "t", "started_at": NOW, "changed_at": NOW}
    return WebRequest.objects.create(answers=answers, **fields)


def test_a_draft_is_proven_by_what_was_typed_so_far():
    row = draft({"address": {"street": "Gartenweg 16", "postal_code": "01169"}})
    assert draft_by_proof(reference="4826156", said="01169 16")
    assert not draft_by_proof(reference="4826156", said="01169 17")
    row.answers["phone"] = {"phone": "+493023125216"}
    row.save()
    assert draft_by_proof(reference="4826156", said="5216")
    assert not draft_by_proof(reference="4826156", said="01169 16")
    assert not draft_by_proof(reference="4826157", said="5216")
