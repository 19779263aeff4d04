"""Traces of guides go by themselves: not a second too early, and a row beside them stays. The worker's job does it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from bookings import calendar_links, forgetting, leaving
from bookings.models import (
    BlockedPair,
    CalendarEntry,
    CalendarLink,
    CityUpload,
    HotlineDraft,
    Referral,
    ReportDraft,
    RoundWish,
    ShownAddress,
    WebRequest,
)
from lotsen.kept import FATES
from lotsen.messages.erasing import forget_inbound
from lotsen.messages.models import InboundSms
from lotsen.messages.receipts import keep_inbound_sms
from lotsen.people import cards
from lotsen.people.forgetting import forget_people
from lotsen.people.models import Card, Deputy, PushSubscription, Role
from tests.people import NOW, make_address, make_client, make_scheduled, make_user, make_volunteer
from volunteers import forgetting as volunteers_forgetting

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


def make_trace(model, *, at):
    """One row of this table, of that moment."""
    user = make_user(Role.ADVISOR)
    if model is ShownAddress:
        return ShownAddress.objects.create(user=user, address=make_address(), shown_at=at)
    if model is HotlineDraft:
        return HotlineDraft.objects.create(agent=user, data={"name": "Frau Adam"}, changed_at=at)
    if model is CityUpload:
        return CityUpload.objects.create(by=user, token=f"t{user.pk}", preview={}, created_at=at)
    if model is WebRequest:
        return web_requests_at(at)
    visit = make_scheduled(by=user, starts_at=NOW + DAY, client=make_client(name=f"Frau {user.pk}"))
    if model is ReportDraft:
        return ReportDraft.objects.create(visit=visit, by=user, said={"note": "x"}, saved_at=at)
    return CalendarEntry.objects.create(
        user=user,
        visit=visit,
        sequence=0,
        starts_at=at - timedelta(hours=1),
        ends_at=at,
        changed_at=at,
        place="Gorbitz",
    )


def web_requests_at(at):
    number = WebRequest.objects.count()
    return WebRequest.objects.create(
        reference=f"100000{number}", token=f"w{number}", answers={"name": "Frau Adam"}, started_at=at, changed_at=at
    )


def test_a_list_of_people_that_was_never_sent_goes_a_sent_one_stays():
    fields = {"organisation": "Sozialstation", "contact": "Frau Roth", "phone": "+493023125111", "started_at": NOW}
    for number, (state, sent_at) in enumerate((("draft", None), ("sent", NOW))):
        people = [] if sent_at else [{"name": "Frau Adam"}]
        Referral.objects.create(
            reference=f"200000{number}",
            token=f"r{number}",
            state=state,
            sent_at=sent_at,
            changed_at=NOW,
            people=people,
            **fields,
        )
    forgetting.forget_traces(at=NOW + timedelta(days=30))
    assert Referral.objects.count() == 2
    forgetting.forget_traces(at=NOW + timedelta(days=30) + SECOND)
    assert Referral.objects.get().state == "sent"


def test_sms_lose_their_words_and_then_their_number_and_a_replay_stays_known():
    for number, at in enumerate((NOW, NOW + timedelta(days=80))):
        InboundSms.objects.create(sid=f"SM{number}", from_number="+493023125111", body="JA 4711", received_at=at)
    forget_inbound(at=NOW + timedelta(days=7))
    assert InboundSms.objects.filter(body="").count() == 0
    forget_inbound(at=NOW + timedelta(days=7) + SECOND)
    assert InboundSms.objects.get(sid="SM0").body == ""
    forget_inbound(at=NOW + timedelta(days=90))
    assert InboundSms.objects.filter(from_number="").count() == 0
    forget_inbound(at=NOW + timedelta(days=90) + SECOND)
    found = InboundSms.objects.order_by("sid").values_list("from_number", "body")
    assert list(found) == [("", ""), ("+493023125111", "")]
    assert keep_inbound_sms(sid="SM0", from_number="+493023125111", body="JA 4711", at=NOW) is None


@pytest.mark.parametrize("model", forgetting.SINCE)
def test_each_trace_has_its_time(model):
    period = FATES[model._meta.label].period
    over, young = make_trace(model, at=NOW), make_trace(model, at=NOW + 2 * SECOND)
    forgetting.forget_traces(at=NOW + period)
    assert model.objects.filter(pk__in=[over.pk, young.pk]).count() == 2
    forgetting.forget_traces(at=NOW + period + SECOND)
    assert list(model.objects.all()) == [young]


def test_what_is_left_of_who_was_forgotten_goes_and_that_of_others_stays(dora):
    bernd, clara = make_volunteer(), make_volunteer(name="Clara Wolf")
    visit = make_scheduled(by=dora, starts_at=NOW + DAY, client=make_client(name="Frau Adam"))
    for one in (bernd, clara):
        BlockedPair.objects.create(client=visit.client, volunteer=one, by=dora, at=NOW)
        RoundWish.objects.create(visit=visit, volunteer=one, is_excluded=True, by=dora, at=NOW)
        calendar_links.make_link(by=one.user, at=NOW)
    leaving.leave(bernd, by=dora, at=NOW)
    later = NOW + FATES["volunteers.Volunteer"].period + SECOND
    volunteers_forgetting.forget_left(at=later)
    forgetting.forget_traces(at=later)
    assert [one.volunteer for one in BlockedPair.objects.all()] == [clara]
    assert [one.volunteer for one in RoundWish.objects.all()] == [clara]
    assert [one.user for one in CalendarLink.objects.all()] == [clara.user]


def test_a_card_that_ended_loses_name_and_photo_and_its_number_still_says_no(dora):
    last = NOW.date() + timedelta(days=10)
    old = cards.issue_card(make_volunteer().user, valid_until=last, by=dora, at=NOW)
    young = cards.issue_card(make_volunteer(name="Clara Wolf").user, valid_until=last + DAY, by=dora, at=NOW)
    ended = NOW + timedelta(days=10) + FATES["people.Card"].period
    forget_people(at=ended)
    assert Card.objects.filter(first_name="").count() == 0
    forget_people(at=ended + DAY)
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.first_name, old.photo, young.first_name) == ("", None, "Clara")
    assert not cards.is_valid_card(old.number, at=ended + DAY)


def test_a_revoked_card_is_counted_from_then(dora):
    card = cards.issue_card(make_volunteer().user, valid_until=NOW.date() + timedelta(days=700), by=dora, at=NOW)
    cards.revoke_card(card, because="lost", by=dora, at=NOW)
    forget_people(at=NOW + FATES["people.Card"].period)
    assert Card.objects.get().first_name
    forget_people(at=NOW + FATES["people.Card"].period + SECOND)
    assert Card.objects.get().first_name == ""


def test_telephones_and_deputies_have_their_time(dora):
    for number, at in enumerate((NOW, NOW + 2 * SECOND)):
        PushSubscription.objects.create(user=dora, endpoint=f"https://push.example/{number}", made_at=at)
    for number in (0, 1):
        first = NOW.date() + timedelta(days=number)
        Deputy.objects.create(user=dora, first_on=first, last_on=first)
    year, quarter = FATES["people.PushSubscription"].period, FATES["people.Deputy"].period
    forget_people(at=NOW + quarter)
    assert (PushSubscription.objects.count(), Deputy.objects.count()) == (2, 2)
    forget_people(at=NOW + quarter + DAY)
    assert Deputy.objects.get().last_on == NOW.date() + DAY
    forget_people(at=NOW + year)
    assert PushSubscription.objects.count() == 2
    forget_people(at=NOW + year + SECOND)
    assert PushSubscription.objects.get().endpoint.endswith("1")
