"""E-mail address, telephone and home of a volunteer: who may change them, who is told, and what follows."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.account.utils import filter_users_by_email
from django.db import IntegrityError
from django.test import Client as Browser

from bookings import offers
from bookings.answers.answering import who_writes
from lotsen.kernel.models import FieldChange
from lotsen.messages.models import CallTask, Message
from lotsen.messages.outbox import queue_message
from lotsen.people import sign_outs
from lotsen.people.models import Role, User
from lotsen.places.models import Address, District
from tests.people import NOW, make_address, make_scheduled, make_user, make_volunteer
from tests.volunteers.new_emails import change, token_for
from volunteers import contacts, membership
from volunteers.contact_notices import CHANGED, CONFIRM, NEW_ADDRESS
from volunteers.models import EmailChange, Volunteer

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOBILE, OTHER_MOBILE, LAND_LINE = "+4917139200991", "+4917139200992", "+493023125777"


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


@pytest.fixture
def bernd():
    volunteer = make_volunteer()
    User.objects.filter(pk=volunteer.user_id).update(phone=MOBILE, email="alt@example.org")
    return stands(volunteer)


def stands(volunteer):
    return Volunteer.objects.select_related("user", "home").get(pk=volunteer.pk)


def told(kind=CHANGED):
    return sorted(Message.objects.filter(kind=kind).values_list("channel", "to"))


# --- by the office ----------------------------------------------------------------------------------


def test_the_office_changes_all_and_old_and_new_are_told(bernd, dora):
    other = {"email": "Neu@Example.org", "phone": OTHER_MOBILE, "street": "Gartenweg 16", "postal_code": "01169"}
    assert change(bernd, by=dora, **other) == ("email", "phone", "home")
    now = stands(bernd)
    assert (now.user.email, now.user.phone, now.home.street_line) == ("neu@example.org", OTHER_MOBILE, "Gartenweg 16")
    assert told() == [("email", "alt@example.org"), ("sms", MOBILE)]
    assert told(NEW_ADDRESS) == [("email", "neu@example.org")]
    lines = FieldChange.objects.filter(subject_type="volunteers.volunteer", subject_id=str(bernd.pk))
    assert list(lines.values_list("fields", "by")) == [(["email", "phone", "home"], dora.pk)]
    what = Message.objects.get(kind=CHANGED, channel="email").variables["what"]
    assert what == "E-Mail-Adresse, Telefonnummer und Anschrift"


def test_nothing_different_is_nothing(bernd, dora):
    home = bernd.home_id
    assert change(bernd, by=dora, email="ALT@example.org") == ()
    assert (stands(bernd).home_id, Message.objects.count(), FieldChange.objects.count()) == (home, 0, 0)


def test_without_an_old_address_the_mobile_is_told_and_without_both_a_letter(bernd, dora):
    User.objects.filter(pk=bernd.user_id).update(email="")
    change(bernd, by=dora, email="neu@example.org")
    assert told() == [("sms", MOBILE)]
    Message.objects.all().delete()
    User.objects.filter(pk=bernd.user_id).update(email="", phone=LAND_LINE)
    change(bernd, by=dora, email="noch@example.org", at=NOW + HOUR)
    assert told() == [("letter", "Bernd Kluge\nHöhenpromenade 1\n01169 Dresden")]


def test_a_new_address_by_somebody_else_ends_all_sessions(bernd, dora):
    browser = Browser()
    browser.force_login(bernd.user)
    change(bernd, by=dora, phone=OTHER_MOBILE)
    assert browser.get("/lotse/ich/").status_code == 200
    change(bernd, by=dora, email="neu@example.org", at=NOW + HOUR)
    assert browser.get("/lotse/ich/").status_code == 302


def test_control_without_signing_out_the_session_stays(bernd, dora, monkeypatch):
    monkeypatch.setattr(contacts, "sign_out_everywhere", lambda *args, **who: None)
    browser = Browser()
    browser.force_login(bernd.user)
    change(bernd, by=dora, email="neu@example.org")
    assert browser.get("/lotse/ich/").status_code == 200


def test_the_sign_in_forgets_the_old_address(bernd, dora):
    EmailAddress.objects.create(user=bernd.user, email="alt@example.org", verified=True, primary=True)
    change(bernd, by=dora, email="neu@example.org")
    assert filter_users_by_email("alt@example.org") == []
    assert filter_users_by_email("neu@example.org") == [bernd.user]


@pytest.mark.parametrize("roles", [["volunteer", "coordinator"], ["volunteer", "facility"]])
@pytest.mark.parametrize("other", [{"email": "neu@example.org"}, {"phone": OTHER_MOBILE}])
def test_nobody_takes_over_the_account_of_staff(bernd, dora, roles, other):
    User.objects.filter(pk=bernd.user_id).update(roles=roles)
    with pytest.raises(contacts.AccountOfStaff):
        change(bernd, by=dora, **other)
    assert change(bernd, by=dora, street="Gartenweg 16") == ("home",)


def test_also_not_while_their_roles_rest(bernd, dora):
    User.objects.filter(pk=bernd.user_id).update(roles=["volunteer", "hotline"])
    membership.suspend(stands(bernd), because="Prüfung", by=dora, at=NOW)
    with pytest.raises(contacts.AccountOfStaff):
        change(bernd, by=dora, email="neu@example.org")


def test_control_a_plain_volunteers_account_is_changed(bernd, dora):
    assert change(bernd, by=dora, email="neu@example.org") == ("email",)


# --- refused ----------------------------------------------------------------------------------------


def test_an_address_of_somebody_else_is_refused(bernd, dora):
    make_user(Role.HOTLINE, email="Besetzt@example.org")
    for by in (dora, bernd.user):
        with pytest.raises(contacts.EmailTaken):
            change(bernd, by=by, email="besetzt@example.org")
    assert stands(bernd).user.email == "alt@example.org"


def test_where_somebody_was_faster_the_database_says_it(bernd, dora, monkeypatch):
    make_user(Role.HOTLINE, email="besetzt@example.org")
    monkeypatch.setattr(contacts, "_refuse_email", lambda row, email: None)
    with pytest.raises(contacts.EmailTaken):
        change(bernd, by=dora, email="besetzt@example.org")


def test_a_mobile_number_is_one_persons_and_a_land_line_may_be_that_of_two(bernd, dora):
    clara = make_volunteer("Clara Weiß")
    with pytest.raises(contacts.NumberTaken):
        change(clara, by=dora, phone=MOBILE)
    assert change(bernd, by=dora, phone=LAND_LINE) == ("phone",)
    assert change(clara, by=dora, phone=LAND_LINE) == ("phone",)


def test_an_sms_is_known_by_the_new_number(bernd):
    assert change(bernd, phone=OTHER_MOBILE) == ("phone",)
    assert (who_writes(OTHER_MOBILE).volunteer, who_writes(MOBILE).volunteer) == (bernd, None)


@pytest.mark.parametrize(
    ("other", "refused"),
    [
        ({"email": "", "phone": ""}, contacts.NotReachable),
        ({"street": "Gartenweg"}, contacts.NoAddress),
    ],
)
def test_what_reaches_nobody_is_refused(bernd, dora, other, refused):
    with pytest.raises(refused):
        change(bernd, by=dora, **other)


def test_one_does_not_lock_oneself_out_and_the_office_may_take_the_address_away(bernd, dora):
    with pytest.raises(contacts.KeepsEmail):
        change(bernd, email="")
    assert change(bernd, by=dora, email="") == ("email",)
    assert stands(bernd).user.email == ""


def test_who_was_slower_reads_what_has_changed(bernd, dora):
    seen = contacts.stamps(contacts.values_of(bernd))
    change(bernd, by=dora, phone=OTHER_MOBILE)
    with pytest.raises(contacts.Overtaken) as no:
        change(bernd, by=dora, seen=seen, street="Gartenweg 16")
    assert no.value.fields == ("phone",)
    assert stands(bernd).home.street_line == "Höhenpromenade 1"


# --- what follows -----------------------------------------------------------------------------------


def test_who_moves_has_another_place_and_district_and_the_visit_stays(bernd, dora):
    visit = make_scheduled(by=dora)
    (offer,) = offers.send_offers(visit, volunteers=[bernd], answer_by=NOW + DAY, by=dora, at=NOW)
    offers.accept_offer(offer, by=bernd.user, at=NOW)
    work, old = make_address("Wiesenweg", "3"), bernd.home_id
    district = District.objects.create(key="x", name="Plauen", short_name="Plauen")
    Address.objects.filter(pk=old).update(district=district)
    Volunteer.objects.filter(pk=bernd.pk).update(start=work)
    change(bernd, by=dora, street="Unbekannte Gasse 7", postal_code="01067", city="Dresden", extra="Hinterhaus")
    now, home = stands(bernd), stands(bernd).home
    assert (home.street, home.house_number, home.extra, home.postal_code) == (
        "Unbekannte Gasse",
        "7",
        "Hinterhaus",
        "01067",
    )
    assert (home.pk != old, home.district, now.sets_out_from) == (True, None, work)
    assert not Address.objects.filter(pk=old).exists()
    visit.refresh_from_db()
    assert (visit.state, visit.guide) == ("assigned", bernd.user)


def queued(user, channel, to, kind="v_quiet", **fields):
    return queue_message(
        kind=kind,
        channel=channel,
        to=to,
        language="de",
        variables={},
        about=None,
        key=f"{channel}{to}{kind}",
        by=None,
        at=NOW,
        recipient_user=user,
        phone=to if to.startswith("+") else "",
        **fields,
    )


def test_what_waits_follows_to_the_new_number_and_the_notice_does_not(bernd, dora):
    waiting = queued(bernd.user, "sms", MOBILE)
    change(bernd, by=dora, phone=OTHER_MOBILE)
    waiting.refresh_from_db()
    assert (waiting.to, waiting.phone, waiting.state) == (OTHER_MOBILE, OTHER_MOBILE, "queued")
    assert told() == [("sms", MOBILE)]
    change(bernd, by=dora, phone="+4917139200993", at=NOW + HOUR)
    waiting.refresh_from_db()
    assert waiting.to == "+4917139200993"
    assert told() == [("sms", MOBILE), ("sms", OTHER_MOBILE)]


def test_where_no_sms_goes_any_more_a_human_calls_the_new_number(bernd, dora):
    waiting = queued(bernd.user, "sms", MOBILE)
    change(bernd, by=dora, phone=LAND_LINE)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.failure) == ("failed", "contact_gone")
    assert CallTask.objects.get(message=waiting).phone == LAND_LINE


def test_messages_to_others_stay(bernd, dora):
    other = queued(make_user(Role.FACILITY), "sms", MOBILE)
    change(bernd, by=dora, phone=OTHER_MOBILE)
    other.refresh_from_db()
    assert other.to == MOBILE


# --- one's own new address --------------------------------------------------------------------------


def test_ones_own_new_address_waits_for_its_link_and_the_rest_counts_at_once(bernd):
    assert change(bernd, email="neu@example.org", phone=OTHER_MOBILE) == ("phone", "new_email")
    now = stands(bernd)
    assert (now.user.email, now.user.phone) == ("alt@example.org", OTHER_MOBILE)
    message = Message.objects.get(kind=CONFIRM)
    assert (message.channel, message.to) == ("email", "neu@example.org")
    link = message.variables["confirm_link"]
    assert re.fullmatch(r"https?://[^/]+/neue-adresse/[A-Za-z0-9_-]{43}/", link)  # a secret and nothing else
    assert link.rstrip("/").rpartition("/")[2] not in EmailChange.objects.get().digest


def test_the_link_makes_it_count_once_and_the_old_one_is_told(bernd):
    token = token_for(bernd, "neu@example.org")
    assert told() == []
    contacts.confirm_email(token, at=NOW + HOUR)
    assert stands(bernd).user.email == "neu@example.org"
    assert told() == [("email", "alt@example.org")]
    assert FieldChange.objects.values_list("fields", "by").get() == (["email"], bernd.user_id)
    with pytest.raises(contacts.LinkOver):
        contacts.confirm_email(token, at=NOW + HOUR)


def test_ones_own_session_stays(bernd):
    browser = Browser()
    browser.force_login(bernd.user)
    contacts.confirm_email(token_for(bernd, "neu@example.org"), at=NOW)
    assert browser.get("/lotse/ich/").status_code == 200


@pytest.mark.parametrize(("after", "is_over"), [(DAY - HOUR, False), (DAY, True)])
def test_the_link_lasts_a_day(bernd, after, is_over):
    token = token_for(bernd, "neu@example.org")
    assert (contacts.change_of(token, at=NOW + after) is None) is is_over
    contacts.forget_unconfirmed(at=NOW + after + HOUR)
    assert EmailChange.objects.exists() is (after + HOUR <= DAY)


@pytest.mark.parametrize("token", ["", "x" * 43, "ä" * 43, "x" * 300])
def test_what_is_no_link_opens_nothing(bernd, token):
    token_for(bernd, "neu@example.org")
    with pytest.raises(contacts.LinkOver):
        contacts.confirm_email(token, at=NOW)


def test_a_newer_link_ends_the_older_and_its_mail(bernd):
    first = token_for(bernd, "neu@example.org")
    second = token_for(bernd, "neuer@example.org", at=NOW + HOUR)
    with pytest.raises(contacts.LinkOver):
        contacts.confirm_email(first, at=NOW + HOUR)
    assert Message.objects.get(to="neu@example.org").state == "dropped"
    contacts.confirm_email(second, at=NOW + HOUR)
    assert stands(bernd).user.email == "neuer@example.org"


def test_thinking_better_of_it_signing_out_and_the_office_end_the_link(bernd, dora):
    acts = (
        lambda: contacts.drop_change(bernd, by=bernd.user, at=NOW),
        lambda: sign_outs.sign_out_everywhere(bernd.user, by=bernd.user, at=NOW),
        lambda: change(bernd, by=dora, email="amt@example.org"),
    )
    for number, act in enumerate(acts):
        token = token_for(bernd, f"neu{number}@example.org")
        act()
        with pytest.raises(contacts.LinkOver):
            contacts.confirm_email(token, at=NOW)


def test_who_has_left_confirms_nothing(bernd):
    token = token_for(bernd, "neu@example.org")
    Volunteer.objects.filter(pk=bernd.pk).update(state="left")
    with pytest.raises(contacts.LinkOver):
        contacts.confirm_email(token, at=NOW)


def test_an_address_that_was_taken_meanwhile_is_refused_and_the_link_stays(bernd):
    token = token_for(bernd, "neu@example.org")
    make_user(Role.HOTLINE, email="neu@example.org")
    with pytest.raises(contacts.EmailTaken):
        contacts.confirm_email(token, at=NOW)
    assert (stands(bernd).user.email, EmailChange.objects.count()) == ("alt@example.org", 1)


def test_our_mail_pesters_nobody(bernd):
    for number in range(contacts.TRIES):
        change(bernd, email=f"neu{number}@example.org")
    with pytest.raises(contacts.TooOften):
        change(bernd, email="nochmal@example.org")
    assert change(bernd, phone=OTHER_MOBILE) == ("phone",)
    assert change(bernd, email="nochmal@example.org", at=NOW + DAY) == ("new_email",)


def test_an_address_that_waits_is_not_empty(bernd):
    with pytest.raises(IntegrityError, match="email_change_names_one"):
        EmailChange.objects.create(volunteer=bernd, email="", digest="x", asked_at=NOW)
