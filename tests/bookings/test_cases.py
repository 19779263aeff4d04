"""What the desk writes into a case."""

from datetime import timedelta

import pytest

from bookings import cases, offers, visits
from bookings.clients import record_consents
from bookings.disclosure import offer_card, visit_card
from bookings.models import CaseNote, Client, HomeVisit, Offer
from lotsen.kernel.journal import record_reads
from lotsen.kernel.models import FieldChange
from lotsen.messages.models import CallTask, Message
from lotsen.places.models import Address
from tests.people import (
    NOW,
    make_address,
    make_client,
    make_scheduled,
    make_topic,
    make_user,
    make_visit,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
START = NOW + timedelta(days=6)


@pytest.fixture
def anna():
    return make_user("hotline")


def assigned(anna, volunteer=None, **fields):
    volunteer = volunteer or make_volunteer()
    visit = make_scheduled(by=anna, starts_at=START, **fields)
    (offer,) = offers.send_offers(visit, volunteers=[volunteer], answer_by=NOW + timedelta(hours=8), by=anna, at=NOW)
    return offers.accept_offer(offer, by=volunteer.user, at=NOW)


def change(visit, anna, *, seen=None, has_consent=False, hours="", at=NOW, **changes):
    visit = HomeVisit.objects.get(pk=visit.pk)
    values = cases.values_of(visit)
    seen = cases.stamps(values) if seen is None else seen
    return cases.change_case(
        visit, values=values | changes, hours=hours, seen=seen, has_consent=has_consent, by=anna, at=at
    )


def changes_of(*rows):
    keys = {(row._meta.label_lower, str(row.pk)) for row in rows}
    lines = FieldChange.objects.order_by("pk").values_list("subject_type", "subject_id", "fields", "by__name")
    return [(kind.rpartition(".")[2], fields, by) for kind, key, fields, by in lines if (kind, key) in keys]


# --- notes ------------------------------------------------------------------------------------------


def test_a_call_is_written_down_in_one_line(anna):
    visit = make_visit()

    cases.note_call(visit, kind="call_in", text="  Fragt, ob der Enkel dabei sein darf. ", by=anna, at=NOW)

    assert list(CaseNote.objects.values_list("visit", "kind", "text", "by", "at")) == [
        (visit.pk, "call_in", "Fragt, ob der Enkel dabei sein darf.", anna.pk, NOW)
    ]


def test_nothing_said_is_not_written_down(anna):
    with pytest.raises(cases.NothingSaid):
        cases.note_call(make_visit(), kind="note", text="  ", by=anna, at=NOW)


# --- changing ---------------------------------------------------------------------------------------


def test_each_change_leaves_a_line_without_values(anna):
    visit = make_visit()

    changed = change(visit, anna, phone="+493023125999", goal="Mit dem Enkel telefonieren")

    client = Client.objects.get()
    visit.refresh_from_db()
    assert set(changed) == {"phone", "goal"}
    assert (client.phone, visit.goal) == ("+493023125999", "Mit dem Enkel telefonieren")
    lines = changes_of(client, visit)
    assert [(kind, by) for kind, _fields, by in lines] == [("client", "Anna Lehmann"), ("homevisit", "Anna Lehmann")]
    assert ("phone" in lines[0][1], lines[1][1]) == (True, ["goal"])
    assert "+493023125999" not in str(list(FieldChange.objects.values()))


def test_nothing_changed_writes_nothing(anna):
    visit = make_visit()

    assert change(visit, anna) == ()
    assert changes_of(visit, visit.client) == []


def test_a_new_number_is_unconfirmed(anna):
    visit = make_visit(client=make_client(phone="+491713920080", phone_confirmed_at=NOW))

    change(visit, anna, phone="+491713920081")

    assert Client.objects.get().phone_confirmed_at is None


def test_a_changed_name_leaves_the_number_confirmed(anna):
    visit = make_visit(client=make_client(phone="+491713920080", phone_confirmed_at=NOW))

    change(visit, anna, name="Ursula Schulz")

    client = Client.objects.get()
    assert (client.name, client.phone_confirmed_at) == ("Ursula Schulz", NOW)


def test_where_somebody_lived_is_kept_no_longer(anna):
    visit = make_visit()

    change(visit, anna, address=["Merianplatz 4", "01169", "3. OG"])

    (address,) = Address.objects.all()
    assert (address.street, address.house_number, address.postal_code, address.extra) == (
        "Merianplatz",
        "4",
        "01169",
        "3. OG",
    )


def test_where_somebody_else_still_lives_the_address_stays(anna):
    shared = make_address("Gartenweg", "16")
    visit = make_visit(client=make_client(address=shared))
    make_client("Otto Schulze", address=shared)

    change(visit, anna, address=["Merianplatz 4", "01169", ""])

    assert sorted(Address.objects.values_list("street", flat=True)) == ["Gartenweg", "Merianplatz"]


def test_a_moved_address_is_told_to_the_guide_by_a_human(anna):
    bernd = make_volunteer()
    visit = assigned(anna, bernd)

    change(visit, anna, address=["Merianplatz 4", "01169", ""])

    task = CallTask.objects.get(kind="v_address_changed")
    assert (task.phone, task.about_reference, task.state) == (bernd.user.phone, visit.reference, "open")
    assert task.deadline_at <= START
    assert "Merianplatz" not in str(task.variables)


def test_a_moved_address_the_day_before_is_urgent(anna):
    visit, late = assigned(anna), START - timedelta(hours=3)

    change(visit, anna, address=["Merianplatz 4", "01169", ""], at=late)

    assert CallTask.objects.get(kind="v_address_changed").deadline_at == late + timedelta(minutes=15)


def test_without_a_guide_nobody_is_called_about_a_moved_address(anna):
    change(make_visit(), anna, address=["Merianplatz 4", "01169", ""])

    assert not CallTask.objects.filter(kind="v_address_changed").exists()


def test_the_length_follows_the_topics_until_there_is_a_date(anna):
    long = make_topic("tablet", "Tablet")
    type(long).objects.filter(pk=long.pk).update(minutes=90)
    open_one, fixed = make_visit(), make_scheduled(by=anna)

    for visit in (open_one, fixed):
        change(visit, anna, topics=["tablet"])
        visit.refresh_from_db()

    assert (open_one.minutes, fixed.minutes) == (90, 60)
    assert [topic.key for topic in fixed.topics.all()] == ["tablet"]


def test_of_a_closed_visit_only_the_person_changes(anna):
    visit = make_visit()
    visits.cancel_visit(visit, because="", own_wish=True, by=anna, at=NOW)

    change(visit, anna, name="Ursula Schulz", goal="Etwas anderes")

    visit.refresh_from_db()
    assert (Client.objects.get().name, visit.goal) == ("Ursula Schulz", "")


def test_the_second_of_two_agents_sees_what_changed_and_overwrites_nothing(anna):
    visit, dora = make_visit(), make_user("coordinator", name="Dora Weiß")
    seen = cases.stamps(cases.values_of(visit))
    change(visit, anna, phone="+493023125998", seen=seen)

    with pytest.raises(cases.Overtaken) as no:
        change(visit, dora, phone="+493023125999", note="Bitte zweimal klingeln", seen=seen)

    visit.refresh_from_db()
    assert (no.value.fields, Client.objects.get().phone, visit.note) == (("phone",), "+493023125998", "")


def test_control_without_what_was_seen_the_second_would_overwrite(anna):
    visit, dora = make_visit(), make_user("coordinator", name="Dora Weiß")
    change(visit, anna, phone="+493023125998")

    change(visit, dora, phone="+493023125999")

    assert Client.objects.get().phone == "+493023125999"


# --- consents ---------------------------------------------------------------------------------------


def test_needs_are_written_down_only_with_consent(anna):
    visit = make_visit()

    with pytest.raises(cases.ConsentMissing):
        change(visit, anna, needs=["hearing"])
    change(visit, anna, needs=["hearing"], has_consent=True)

    client = Client.objects.get()
    assert client.needs == ["hearing"]
    assert list(client.consents.values_list("purpose", "given", "by")) == [("needs", True, anna.pk)]


def test_needs_taken_back_are_gone_from_offers_and_guides_pages_at_once(anna):
    bernd, clara = make_volunteer("Bernd Kluge"), make_volunteer("Clara Vogel")
    person = make_client(needs=["stairs", "hearing"])
    record_consents(person, answers={"needs": True}, channel="phone", by=anna, at=NOW)
    coming = assigned(anna, bernd, client=person)
    offered = make_scheduled(by=anna, starts_at=START + timedelta(days=1), client=person)
    (offer,) = offers.send_offers(offered, volunteers=[clara], answer_by=START, by=anna, at=NOW)
    assert offer_card(offer).needs == "viele Stufen, kein Aufzug, hört schwer"

    cases.withdraw_consent(coming, purpose="needs", by=anna, at=NOW)

    offer, coming = Offer.objects.get(pk=offer.pk), HomeVisit.objects.get(pk=coming.pk)
    assert (offer_card(offer).needs, visit_card(coming, bernd.user, at=START).needs) == ("", "")
    assert (Client.objects.get().needs, cases.is_given(person, "needs"), coming.state) == ([], False, "assigned")
    assert "needs" in dict(changes_of(person) and [(line[1][0], 1) for line in changes_of(person)])


def test_another_consent_taken_back_leaves_the_needs(anna):
    person = make_client(needs=["stairs"])
    visit = make_visit(client=person)

    cases.withdraw_consent(visit, purpose="survey", by=anna, at=NOW)

    assert (Client.objects.get().needs, cases.is_given(person, "survey")) == (["stairs"], False)


def test_a_contact_taken_back_is_forgotten_in_what_is_open(anna):
    person, caller = make_client(), {"caller": "family", "caller_name": "Petra", "caller_phone": "+491713920080"}
    over = make_visit(client=person, **caller)
    visits.cancel_visit(over, because="", own_wish=True, by=anna, at=NOW)
    visit = make_visit(client=person, is_agreed=False, **caller)

    cases.withdraw_consent(visit, purpose="contact", by=anna, at=NOW)

    visit.refresh_from_db()
    assert (visit.caller_name, visit.caller_phone, visit.caller) == ("", "", "family")
    assert changes_of(visit) == [("homevisit", ["caller_name", "caller_phone"], "Anna Lehmann")]
    assert not CallTask.objects.filter(phone="+491713920080", finished_at=None).exists()


# --- who looked -------------------------------------------------------------------------------------


def test_who_looked_is_written_to_the_person_with_roles_and_without_names(anna):
    visit = make_visit()
    record_reads([visit.client], fields=["name"], why="search", by=anna, at=NOW - timedelta(days=1))
    record_reads([visit.client], fields=["name", "phone"], why="case", by=anna, at=NOW)
    record_reads([visit.client], fields=["name", "phone"], why="case", by=anna, at=NOW)

    message = cases.ask_who_looked(visit, by=anna, at=NOW)
    again = cases.ask_who_looked(visit, by=anna, at=NOW)

    assert (message, message.kind, message.channel) == (again, "who_looked", "letter")
    assert message.variables["looked"].splitlines() == [
        "Hotline: Vorgang angesehen, 2-mal, Mi 25.11.",
        "Hotline: Suche am Telefon, 1-mal, Di 24.11.",
    ]
    assert "Lehmann" not in str(message.variables)


def test_where_nobody_looked_the_letter_says_so(anna):
    message = cases.ask_who_looked(make_visit(), by=anna, at=NOW)

    assert message.variables["looked"] == "Bisher hat niemand Ihre Daten angesehen."


def test_without_a_postal_address_a_human_reads_it_out(anna):
    person = make_client()
    Client.objects.filter(pk=person.pk).update(address=None)

    task = cases.ask_who_looked(make_visit(client=Client.objects.get()), by=anna, at=NOW)

    assert (type(task), task.kind, Message.objects.count()) == (CallTask, "who_looked", 0)
