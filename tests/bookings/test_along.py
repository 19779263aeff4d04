"""Whoever is to go along on a first visit answers by SMS, on the page and by telephone: one verb, the same rules."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
import time_machine
from django.db import IntegrityError, transaction

from bookings import first_visits, offers, visits
from bookings.answers import answer_sms
from bookings.first_visits import NotAlong
from bookings.models import HomeVisit, SafeReturn
from lotsen.kernel.models import FieldChange
from lotsen.messages.models import CallTask, Message
from lotsen.messages.wording.catalogue import sms_template
from lotsen.people.models import Role
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_volunteer
from volunteers.models import FirstVisit

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
_sids = count(1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


@pytest.fixture
def emil():
    return make_volunteer("Emil Sander", pair=None, topics=[make_topic()])


@pytest.fixture
def bernd():
    return make_volunteer("Bernd Kluge", topics=[make_topic()])


@pytest.fixture
def visit(dora, emil, bernd):
    return in_pair(dora, emil, bernd)


def in_pair(dora, newcomer, companion, days=6):
    """A first visit of the newcomer to which the other one goes along."""
    row = make_scheduled(by=dora, client=make_client(name="Frau Neu", phone=""), starts_at=NOW + days * DAY)
    (offer,) = offers.send_offers(row, volunteers=[newcomer], answer_by=NOW + DAY, by=dora, at=NOW)
    offers.accept_offer(offer, by=newcomer.user, at=NOW)
    first = FirstVisit.objects.get(newcomer=newcomer)
    first_visits.choose_companion(first, companion=companion, by=dora, at=NOW)
    return HomeVisit.objects.get(pk=row.pk)


def asked(dora, volunteer, days=8, at=NOW):
    row = make_scheduled(by=dora, client=make_client(name="Herr Zwei", phone=""), starts_at=NOW + days * DAY)
    return offers.send_offers(row, volunteers=[volunteer], answer_by=NOW + 2 * DAY, by=dora, at=at)[0]


def write(volunteer, body, at=NOW):
    sid = f"SM{next(_sids):032x}"
    return answer_sms(sid=sid, from_number=volunteer.user.phone, body=body, is_open=True, at=at)


def answers(volunteer):
    rows = Message.objects.filter(to=volunteer.user.phone, key__startswith="sms-")
    return sorted(rows.values_list("kind", flat=True))


def along(visit):
    row = HomeVisit.objects.get(pk=visit.pk)
    return row.companion_id, row.companion_confirmed_at


def told(volunteer):
    rows = Message.objects.filter(recipient_user=volunteer.user, state="queued")
    return set(rows.values_list("kind", flat=True))


# --- what is asked ----------------------------------------------------------------------------------------


def test_the_message_asks_with_a_code_of_its_own(dora, emil, bernd):
    offer = asked(dora, bernd)
    visit = in_pair(dora, emil, bernd)
    message = Message.objects.get(kind="v_along")
    assert (message.channel, message.variables["code"]) == ("sms", visit.companion_code)
    assert visit.companion_code not in ("", offer.code, emil.offers.get().code)
    assert "JA {code} oder NEIN {code}" in sms_template("v_along", "de")


def test_no_code_stands_for_two_things(visit, dora, bernd, monkeypatch):
    """The next offer draws another code, even where chance would give the same."""
    drawn = iter([visit.companion_code, visit.companion_code, "8888"])
    monkeypatch.setattr("bookings.asking.new_offer_code", lambda chance: next(drawn))
    assert asked(dora, bernd).code == "8888"


# --- by SMS -----------------------------------------------------------------------------------------------


def test_ja_with_the_code_is_a_yes_and_twice_is_once(visit, bernd):
    assert write(bernd, f"Ja gern {visit.companion_code}") == "along"
    assert write(bernd, f"JA {visit.companion_code}", at=NOW + MINUTE) == "along"
    assert along(visit) == (bernd.user_id, NOW)
    assert answers(bernd) == ["v_along_yes", "v_along_yes"]
    assert FieldChange.objects.filter(subject_id=str(visit.pk), fields=["companion_confirmed_at"]).count() == 1


def test_the_same_sms_twice_is_taken_in_once(visit, bernd):
    sid = f"SM{next(_sids):032x}"
    sms = {"sid": sid, "from_number": bernd.user.phone, "body": f"NEIN {visit.companion_code}", "is_open": True}
    assert [answer_sms(**sms, at=NOW), answer_sms(**sms, at=NOW)] == ["not_along", "replay"]
    assert Message.objects.filter(kind="v_withdrawn").count() == 1


def test_nein_with_the_code_takes_them_out_and_asks_again(visit, emil, bernd):
    assert write(bernd, f"NEIN {visit.companion_code}") == "not_along"
    assert along(visit) == (None, None)
    assert ("v_withdrawn" in told(bernd), "v_pair_off" in told(emil)) == (True, True)
    assert CallTask.objects.filter(kind="k_first_visit", state="open").count() == 1
    assert write(bernd, f"JA {visit.companion_code}") == "wrong_code"
    assert along(visit) == (None, None)


@pytest.mark.parametrize(("word", "outcome"), [("ja", "along"), ("Nein", "not_along")])
def test_a_bare_word_means_the_only_open_question(visit, bernd, word, outcome):
    assert write(bernd, word) == outcome


@pytest.mark.parametrize("word", ["JA", "NEIN"])
def test_a_bare_word_between_an_offer_and_going_along_is_asked_back(visit, dora, bernd, word):
    offer = asked(dora, bernd)
    assert write(bernd, word) == "two_open"
    message = Message.objects.get(kind="v_two_open")
    assert set(message.variables.values()) == {offer.code, visit.companion_code}
    assert (along(visit), bernd.offers.get().state) == ((bernd.user_id, None), "open")
    assert write(bernd, f"{word} {offer.code}") in ("accepted", "declined")
    assert along(visit) == (bernd.user_id, None)


def test_two_first_visits_and_a_bare_ja_are_asked_back(visit, dora, bernd):
    other = in_pair(dora, make_volunteer("Frieda Neu", pair=None), bernd, days=9)
    assert write(bernd, "JA") == "two_open"
    assert set(Message.objects.get(kind="v_two_open").variables.values()) == {
        visit.companion_code,
        other.companion_code,
    }
    assert write(bernd, f"JA {other.companion_code}") == "along"
    assert (along(visit)[1], along(other)[1]) == (None, NOW)


def test_a_bare_nein_after_the_yes_takes_it_back(visit, bernd):
    write(bernd, "JA")
    assert write(bernd, "NEIN", at=NOW + MINUTE) == "not_along"


def test_a_bare_nein_to_an_offer_that_is_gone_leaves_the_promise(visit, dora, bernd):
    write(bernd, "JA")
    offer = asked(dora, bernd, at=NOW + MINUTE)
    offers.decline_offer(offer, because="", by=dora, at=NOW + MINUTE)
    assert write(bernd, "NEIN", at=NOW + 2 * MINUTE) == "nothing_open"
    assert along(visit) == (bernd.user_id, NOW)


def test_a_bare_nein_between_two_promises_is_asked_back(visit, dora, bernd):
    offers.accept_offer(asked(dora, bernd), by=bernd.user, at=NOW)
    write(bernd, f"JA {visit.companion_code}")
    assert write(bernd, "NEIN", at=NOW + MINUTE) == "two_open"
    assert (along(visit)[0], bernd.offers.get().state) == (bernd.user_id, "accepted")


def test_somebody_elses_code_is_unknown(visit, emil):
    clara = make_volunteer("Clara Vogel")
    for who in (clara, emil):
        assert write(who, f"JA {visit.companion_code}") == "wrong_code"
        assert write(who, f"NEIN {visit.companion_code}") == "wrong_code"
    assert along(visit)[1] is None


def test_once_it_has_begun_a_human_reads_it(visit, bernd):
    assert write(bernd, f"NEIN {visit.companion_code}", at=visit.slot_starts_at) == "unclear"
    assert along(visit)[0] == bernd.user_id
    assert CallTask.objects.filter(kind="senior_unclear", state="open").count() == 1


def test_hilfe_with_the_code_is_the_alarm_of_that_visit(visit, bernd):
    assert write(bernd, f"HILFE {visit.companion_code}", at=visit.slot_starts_at) == "help"
    assert SafeReturn.objects.get(visit=visit).guide == bernd.user
    assert CallTask.objects.filter(kind="k_help", about_id=str(visit.pk)).count() == 1


def test_who_was_entered_before_there_were_codes_answers_on_the_page_only(visit, dora, bernd):
    HomeVisit.objects.filter(pk=visit.pk).update(companion_code="")
    offer = asked(dora, bernd)
    assert write(bernd, "JA") == "accepted"
    assert (bernd.offers.get().pk, along(visit)) == (offer.pk, (bernd.user_id, None))


# --- on their page, and what the desk sees -------------------------------------------------------------------


def test_the_page_asks_until_they_have_said_yes(client, visit, emil, bernd, dora):
    url = f"/lotse/besuch/{visit.reference}/"
    client.force_login(bernd.user)
    page = client.get(url).content.decode()
    assert ("Ja, ich gehe mit" in page, f"body=HILFE%20{visit.companion_code}" in page) == (True, True)
    assert client.post(f"{url}mitgehen/").status_code == 302
    assert client.post(f"{url}mitgehen/").status_code == 302
    page = client.get(url).content.decode()
    assert ("Sie haben Ja gesagt" in page, "Ja, ich gehe mit" in page) == (True, False)
    assert "Ich kann doch nicht mitgehen" in page
    client.force_login(dora)
    assert "hat Ja gesagt" in client.get(f"/koordination/lotsen/{emil.key}/").content.decode()


def test_only_who_goes_along_has_that_page(client, visit, emil):
    for who in (emil, make_volunteer("Clara Vogel")):
        client.force_login(who.user)
        assert client.post(f"/lotse/besuch/{visit.reference}/mitgehen/").status_code == 404
    assert along(visit)[1] is None


# --- refused ------------------------------------------------------------------------------------------------


def test_a_yes_is_theirs_alone_and_ends_when_it_begins(visit, dora, emil, bernd):
    clara = make_volunteer("Clara Vogel")
    for by, whose, at in (
        (emil.user, None, NOW),
        (clara.user, None, NOW),
        (dora, clara.user, NOW),
        (bernd.user, None, visit.slot_starts_at),
    ):
        with pytest.raises(NotAlong):
            first_visits.confirm_along(visit, by=by, whose=whose, at=at)
    with pytest.raises(NotAlong):
        first_visits.leave_pair(visit, because="x", by=dora, whose=clara.user, at=NOW)
    assert along(visit) == (bernd.user_id, None)


def test_whoever_comes_next_has_not_answered_yet(visit, dora, emil, bernd):
    write(bernd, "JA")
    clara = make_volunteer("Clara Vogel")
    first_visits.choose_companion(
        FirstVisit.objects.get(), companion=clara, by=dora, at=NOW + MINUTE, instead_of=bernd.user_id
    )
    assert along(visit) == (clara.user_id, None)
    assert write(bernd, f"NEIN {visit.companion_code}") == "wrong_code"
    assert along(visit)[0] == clara.user_id


def test_given_back_nobody_has_answered(visit, emil, bernd):
    write(bernd, "JA")
    visits.release_guide(visit, because="krank", by=emil.user, at=NOW)
    row = HomeVisit.objects.get(pk=visit.pk)
    assert (row.companion, row.companion_code, row.companion_confirmed_at) == (None, "", None)


@pytest.mark.parametrize("changes", [{"companion_confirmed_at": NOW}, {"companion_code": "4711"}])
def test_nobody_answers_where_nobody_goes_along(dora, changes):
    row = make_scheduled(by=dora)
    with pytest.raises(IntegrityError, match="only_a_companion_answers"), transaction.atomic():
        HomeVisit.objects.filter(pk=row.pk).update(**changes)
