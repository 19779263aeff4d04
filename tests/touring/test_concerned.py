from datetime import UTC, date, datetime, timedelta

import pytest

from lotsen.messages.models import CallTask, Message
from lotsen.people.models import PushSubscription
from tests.people import make_user
from tests.touring.city import LATER, NOW, PLACEMENTS, hand_made_plan, make_city, make_draft, make_published
from tests.touring.test_request_stops import places, plan_against, take
from touring import concerned, drafts, editions, tours
from touring.models import Stop, Team, ToldByPhone
from touring.planning.plan import Plan
from touring.planning.problem import Placement, clock

pytestmark = pytest.mark.django_db

ELSEWHERE = Placement("sued", (2,), 0, clock(9, 30))
SOON = LATER + timedelta(hours=1)


def started(key="S1", placed=ELSEWHERE, **contact):
    """A published city, and a draft in which one stop stands elsewhere (None: nowhere)."""
    make_city()
    Stop.objects.filter(key=key).update(**contact)
    make_published(plan=hand_made_plan(), at=NOW + timedelta(minutes=1))
    Message.objects.all().delete()
    CallTask.objects.all().delete()
    placements = {other: there for other, there in PLACEMENTS.items() if other != key}
    if placed is not None:
        placements[key] = placed
    draft = make_draft(plan=Plan(placements), at=LATER)
    return draft, Stop.objects.get(key=key)


def lines(draft):
    return [
        (one.who, one.what_before, one.what_after, one.channel, one.number, one.is_told)
        for one in concerned.concerned_by(draft)
    ]


BEFORE, AFTER = "Jeden zweiten Dienstag, 10 bis 11:30 Uhr", "Jeden zweiten Mittwoch, 9:30 bis 11 Uhr"
PUBLIC = ("Alle, die kommen", "im Fahrplan und in den Kalendern", "1 Haltestelle anders", "public", 1, False)


def test_a_draft_that_changes_nothing_concerns_nobody():
    draft, _stop = started(placed=PLACEMENTS["S1"], contact_phone="+493512345678")
    assert lines(draft) == []


def test_a_stop_elsewhere_concerns_its_contact_both_teams_and_the_public():
    draft, _stop = started(contact_name="Frau Horn", contact_phone="+493512345678")
    nord, sued = Team.objects.order_by("order")
    nord.members.add(make_user("advisor", name="Emil"))
    sued.members.add(make_user("advisor", name="Ada"), make_user("advisor", name="Kim"))
    sued.members.add(make_user("advisor", name="Ex", is_active=False))
    assert lines(draft) == [
        ("Bibliothek Gorbitz, Frau Horn", BEFORE, AFTER, "call", 1, False),
        ("Team Nord", "3 Haltestellen", "nicht mehr: Gorbitz", "email", 1, False),
        ("Team Süd", "2 Haltestellen", "neu: Gorbitz", "email", 2, False),
        PUBLIC,
    ]


@pytest.mark.parametrize(
    ("contact", "channel"),
    [
        ({"contact_email": "a@example.org", "contact_phone": "+493512345678", "contact_name": "Frau Horn"}, "email"),
        ({"contact_phone": "+493512345678", "contact_name": "Frau Horn"}, "call"),
        ({"contact_name": "Frau Horn"}, "letter"),
        ({}, "letter"),
    ],
)
def test_the_way_to_a_contact(contact, channel):
    draft, _stop = started(**contact)
    assert [line[3] for line in lines(draft)] == [channel, "public"]


@pytest.mark.parametrize(("contact", "is_unknown"), [({}, True), ({"contact_name": "Frau Horn"}, False)])
def test_a_stop_at_which_nobody_is_known_says_so_and_gets_a_letter_to_its_place(client, contact, is_unknown):
    draft, stop = started(**contact)
    assert concerned.concerned_by(draft)[0].is_unknown is is_unknown
    client.force_login(make_user("coordinator"))
    page = client.get(f"/planung/fassung/{draft.version}/").content.decode()
    assert ("kein Kontakt hinterlegt" in page) is is_unknown
    assert (f'href="/planung/haltestellen/{stop.key}/"' in page) is is_unknown
    tours.publish_plan(draft, by=None, at=SOON)
    letter = Message.objects.get(channel="letter")
    assert letter.to.splitlines()[0] == "Bibliothek Gorbitz"
    assert letter.to.splitlines()[-2:] == ["Merianplatz 1", "01169 Dresden"]


def test_a_stop_without_contact_and_street_becomes_a_call_task():
    draft, stop = started()
    stop.address.street = ""
    stop.address.save()
    assert [line[3] for line in lines(draft)] == ["call", "public"]
    tours.publish_plan(draft, by=None, at=SOON)
    assert CallTask.objects.get().phone == ""


def test_members_with_notices_switched_on_get_one_the_others_an_e_mail():
    draft, _stop = started(contact_email="gorbitz@example.org")
    nord = Team.objects.get(key="nord")
    emil, ada = make_user("advisor", name="Emil"), make_user("advisor", name="Ada")
    nord.members.add(emil, ada)
    PushSubscription.objects.create(
        user=emil, endpoint="https://push.example.org/1", p256dh="k", auth="a", session="s", made_at=NOW
    )
    there = [(one.who, one.channel, one.number) for one in concerned.concerned_by(draft) if one.team]
    assert sorted(there) == [("Team Nord", "email", 1), ("Team Nord", "push", 1)]
    tours.publish_plan(draft, by=None, at=SOON)
    found = Message.objects.filter(kind="k_team_plan_changed").values_list("recipient_user", "channel")
    assert dict(found) == {emil.pk: "push", ada.pk: "email"}


# --- halts that somebody asked for ---------------------------------------------------------------------


def with_a_promise(plan_after):
    """A training is promised; the draft then has another plan for that day."""
    make_city()
    Stop.objects.filter(key="S4").update(rhythm="every_2_weeks")
    before = Plan({key: there for key, there in PLACEMENTS.items() if key != "S4"})
    make_published(at=NOW + timedelta(minutes=1), plan=before)
    heim = make_user("facility", name="Frau Wolf", email="heim@example.org")
    taken = take(places()[1], told=[heim], at=NOW + timedelta(minutes=2))
    return make_draft(plan=plan_after(taken), at=LATER), taken


def test_people_on_a_halt_that_loses_its_time_are_on_the_list_and_told():
    draft, taken = with_a_promise(plan_against)
    (line,) = [one for one in concerned.concerned_by(draft) if one.people]
    assert (line.who, line.what_before, line.what_after, line.channel, line.number) == (
        "Schulung Pflegeheim Lindenhof: Frau Wolf",
        "Dienstag, 5. Januar, 12 Uhr",
        "eine andere Zeit an diesem Tag",
        "email",
        1,
    )
    tours.publish_plan(draft, by=None, at=SOON)
    taken.refresh_from_db()
    assert [message.to for message in Message.objects.filter(kind="halt_moved")] == ["heim@example.org"]


def test_people_with_a_phone_are_told_by_sms():
    draft, taken = with_a_promise(plan_against)
    taken.told.all().update(phone="+491701234567")
    assert [one.channel for one in concerned.concerned_by(draft) if one.people] == ["sms"]


def test_a_halt_that_keeps_its_time_concerns_nobody():
    cotta = Placement("sued", (2,), 0, clock(14))
    draft, _taken = with_a_promise(lambda taken: Plan(PLACEMENTS | {"S4": cotta}))
    assert [one for one in concerned.concerned_by(draft) if one.people] == []
    tours.publish_plan(draft, by=None, at=SOON)
    assert Message.objects.filter(kind="halt_moved").count() == 0


def test_only_another_team_concerns_the_teams_and_not_the_contact():
    draft, _stop = started("S5", Placement("nord", (4,), 0, clock(9, 30)), contact_phone="+493512345678")
    Team.objects.get(key="nord").members.add(make_user("advisor", name="Emil"))
    assert lines(draft) == [("Team Nord", "3 Haltestellen", "neu: Treff Pieschen", "email", 1, False)]


def test_another_week_is_another_time():
    draft, _stop = started(placed=Placement("nord", (2,), 1, clock(10)), contact_phone="+493512345678")
    assert lines(draft)[0][1:3] == (BEFORE, "Jeden zweiten Mittwoch, 10 bis 11:30 Uhr")
    other_week = {key: there for key, there in PLACEMENTS.items() if key != "S2"}
    other_week["S1"] = Placement("nord", (1,), 1, clock(10))
    draft = make_draft(plan=Plan(other_week), at=LATER)
    assert lines(draft)[0][1:3] == (BEFORE, f"{BEFORE}, in der anderen Woche")


def test_a_stop_that_is_left_out_learns_that_nothing_is_left():
    draft, _stop = started(placed=None, contact_phone="+493512345678")
    assert lines(draft)[0] == ("Bibliothek Gorbitz", BEFORE, "", "call", 1, False)
    assert lines(make_draft(at=LATER)) == []


def test_with_the_first_plan_every_contact_learns():
    make_city()
    Stop.objects.filter(key="S5").update(contact_email="pieschen@example.org")
    draft = make_draft()
    assert [line[3] for line in lines(draft)] == ["letter"] * 4 + ["email", "public"]
    assert lines(draft)[4:] == [
        ("Treff Pieschen", "", "Jeden Freitag, 9:30 bis 11:30 Uhr", "email", 1, False),
        (*PUBLIC[:2], "5 Haltestellen anders", "public", 5, False),
    ]


def test_a_published_plan_concerns_nobody_any_more():
    make_city()
    assert lines(make_published()) == []


def test_a_tick_is_kept_taken_back_and_refused_on_what_counts():
    draft, stop = started(contact_phone="+493512345678")
    dora = make_user("coordinator")
    for _twice in range(2):
        concerned.tick_called(draft, stop, is_told=True, by=dora, at=SOON)
    assert ToldByPhone.objects.get().by == dora
    assert [line[5] for line in lines(draft) if line[3] == "call"] == [True]
    for _twice in range(2):
        concerned.tick_called(draft, stop, is_told=False, by=dora, at=SOON)
    assert [line[5] for line in lines(draft) if line[3] == "call"] == [False]
    tours.publish_plan(draft, by=dora, at=SOON)
    with pytest.raises(editions.NotADraft):
        concerned.tick_called(draft, stop, is_told=True, by=dora, at=SOON)


def test_who_was_told_of_another_time_is_not_told():
    draft, stop = started(contact_phone="+493512345678")
    concerned.tick_called(draft, stop, is_told=True, by=None, at=SOON)
    drafts.set_pins(draft, stop, team=True, weekday=False, time=False, edition=0, by=None, at=SOON)
    assert ToldByPhone.objects.count() == 1
    drafts.move_stop(draft, stop, placed=Placement("sued", (2,), 0, clock(11)), edition=1, by=None, at=SOON)
    assert ToldByPhone.objects.count() == 0


def test_the_list_costs_the_same_queries_however_many_stops(django_assert_max_num_queries):
    draft, _stop = started(contact_phone="+493512345678")
    with django_assert_max_num_queries(8):
        concerned.concerned_by(draft)
    moved = {key: Placement("sued", there.weekdays, there.phase, there.start) for key, there in PLACEMENTS.items()}
    draft = make_draft(plan=Plan(moved), at=LATER)
    with django_assert_max_num_queries(8):
        concerned.concerned_by(draft)


# --- what publishing says ----------------------------------------------------------------------------


def told():
    return sorted(Message.objects.values_list("kind", "channel", "to", "state"))


def called():
    return list(CallTask.objects.values_list("kind", "phone", "about_id", "variables"))


def test_publishing_writes_an_email_where_there_is_an_address():
    draft, _stop = started(contact_email="gorbitz@example.org", contact_phone="+493512345678")
    tours.publish_plan(draft, by=None, at=SOON)
    message = Message.objects.get()
    assert told() == [("f_stop_times_changed", "email", "gorbitz@example.org", "queued")]
    assert message.phone == "+493512345678"
    assert message.variables == {
        "halt": "Bibliothek Gorbitz",
        "before": BEFORE,
        "after": AFTER,
        "date_long": "Montag, 4. Januar 2027",
    }
    assert called() == []


def test_publishing_opens_a_call_with_its_sentence_and_number():
    draft, stop = started(contact_phone="+493512345678")
    tours.publish_plan(draft, by=None, at=SOON)
    words = {"halt": stop.name, "before": BEFORE, "after": AFTER, "date_long": "Montag, 4. Januar 2027"}
    assert (called(), told()) == ([("f_stop_times_changed", "+493512345678", str(stop.pk), words)], [])
    assert SOON < CallTask.objects.get().deadline_at <= datetime(2027, 1, 4, 7, tzinfo=UTC)


def test_who_was_called_already_is_not_called_again():
    draft, stop = started(contact_phone="+493512345678")
    concerned.tick_called(draft, stop, is_told=True, by=None, at=SOON)
    tours.publish_plan(draft, by=None, at=SOON)
    assert (called(), told()) == ([], [])


def test_publishing_writes_a_letter_to_whoever_is_named():
    draft, stop = started(contact_name="Frau Horn")
    tours.publish_plan(draft, by=None, at=SOON)
    block = "Bibliothek Gorbitz\nFrau Horn\nMerianplatz 1\n01169 Dresden"
    assert told() == [("f_stop_times_changed", "letter", block, "queued")]
    assert stop.contact_email == ""


@pytest.mark.parametrize(("placed", "kind"), [(None, "f_stop_times_ended"), (ELSEWHERE, "f_stop_times_changed")])
def test_a_stop_that_ends_has_words_of_its_own(placed, kind):
    draft, _stop = started(placed=placed, contact_email="gorbitz@example.org")
    tours.publish_plan(draft, by=None, at=SOON)
    assert [row[0] for row in told()] == [kind]


def test_publishing_tells_members_in_their_language_and_nobody_else():
    draft, _stop = started("S5", Placement("nord", (4,), 0, clock(9, 30)))
    nord, sued = Team.objects.order_by("order")
    nord.members.add(make_user("advisor", name="Emil", email="emil@example.org"))
    sued.members.add(make_user("advisor", name="Kim", email="kim@example.org", language="en"))
    make_user("advisor", name="Other", email="other@example.org")
    tours.publish_plan(draft, by=None, at=SOON)
    assert told() == [
        ("k_team_plan_changed", "email", "emil@example.org", "queued"),
        ("k_team_plan_changed", "email", "kim@example.org", "queued"),
    ]
    dates = dict(Message.objects.values_list("to", "variables__date_long"))
    assert dates == {"emil@example.org": "Montag, 4. Januar 2027", "kim@example.org": "Monday, 4 January 2027"}


def test_what_does_not_change_is_not_told():
    draft, _stop = started(placed=PLACEMENTS["S1"], contact_email="gorbitz@example.org")
    Team.objects.get(key="nord").members.add(make_user("advisor"))
    tours.publish_plan(draft, by=None, at=SOON)
    assert (told(), called()) == ([], [])


def test_nothing_is_told_of_a_plan_that_is_refused():
    draft, stop = started(contact_email="gorbitz@example.org", placed=None)
    Stop.objects.filter(key="S4").update(hours="Mo 9:00-18:00")
    with pytest.raises(tours.PlanBreaksRules):
        tours.publish_plan(draft, by=None, at=SOON)
    assert (told(), called(), stop.contact_email) == ([], [], "gorbitz@example.org")


def test_what_is_told_is_taken_back_with_the_publication(monkeypatch):
    draft, _stop = started(contact_email="gorbitz@example.org")
    real = tours.plan_notices.tell_of_plan

    def tell_and_die(*args, **fields):
        real(*args, **fields)
        assert Message.objects.count() == 1
        raise KeyboardInterrupt

    monkeypatch.setattr(tours.plan_notices, "tell_of_plan", tell_and_die)
    with pytest.raises(KeyboardInterrupt):
        tours.publish_plan(draft, by=None, at=SOON)
    draft.refresh_from_db()
    assert (draft.state, draft.starts_on, told()) == ("draft", date(2027, 1, 4), [])
