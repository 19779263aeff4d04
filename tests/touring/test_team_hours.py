"""Hours that the law does not allow, and pins that no plan can keep, are said where they are typed."""

from datetime import date

import pytest

from tests.people import make_user
from tests.touring.city import NOW, make_city, make_draft
from touring import drafts
from touring.forms import TeamForm
from touring.models import ClosingDay, Stop, Team
from touring.queries.closed import dates_that_drop

TEAM = {"name": "Nord", "hours": "Mo-Do 8-16:30", "break_minutes": "30", "break_parts": "1"} | {
    "break_window": "11:30-13:30",
    "reserve_percent": "0",
    "is_active": "on",
}


STRETCH = "Am Montag geht die Pause dann nicht: Mehr als 6 Stunden am Stück darf niemand arbeiten. "
STRETCH += "Möglich ist sie von 10:00 bis 14:30 Uhr."


def errors(**fields):
    return {name: list(said) for name, said in TeamForm(TEAM | fields).errors.items()}


def test_usual_hours_are_taken():
    assert errors() == {}
    assert errors(hours="Mo-Do 8-16:30; Fr 8-12") == {}
    assert errors(hours="Mo 8-12, 13-18") == {}
    assert errors(hours="Mo-Fr 7-17:45", break_minutes="45") == {}


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        (
            {"hours": "Mo-Do 8-12, 12:10-16:30"},
            "hours",
            "Am Montag liegen dazwischen nur 10 Minuten. Als Pause müssen es mindestens 30 sein.",
        ),
        (
            {"hours": "Di 8-11, 11:10-13"},
            "hours",
            "Am Dienstag liegen dazwischen nur 10 Minuten. Als Pause müssen es mindestens 15 sein.",
        ),
        (
            {"hours": "Mi 7-14, 15-16"},
            "hours",
            "Am Mittwoch wären es mehr als 6 Stunden am Stück. Bitte die Lücke anders legen.",
        ),
        (
            {"hours": "Mo-Fr 8-19"},
            "hours",
            "Am Montag wären es 10:15 Stunden Arbeit ohne Pausen. Erlaubt sind 10 Stunden.",
        ),
        (
            {"hours": "Mo 6-11, 16-20"},
            "hours",
            "Am Montag wäre der Tag länger als 13 Stunden. Bis zum nächsten Dienst liegen 11 Stunden Ruhe.",
        ),
        (
            {"break_window": "12:00-12:20"},
            "break_window",
            "Zwischen 12:00 und 12:20 Uhr passen keine 30 Minuten Pause.",
        ),
        (
            {"break_window": "15:00-16:00"},
            "break_window",
            STRETCH,
        ),
    ],
)
def test_what_cannot_be_worked_is_said_at_the_field(fields, field, sentence):
    assert errors(**fields) == {field: [sentence]}


def test_each_sentence_once_however_many_days():
    assert len(errors(hours="Mo-Fr 8-12, 12:10-16:30")["hours"]) == 1


@pytest.mark.django_db
def test_the_page_of_the_team_says_it_and_keeps_what_was_typed(client):
    make_city()
    client.force_login(make_user("coordinator"))
    answer = client.post("/planung/teams/nord/", TEAM | {"hours": "Mo-Fr 8-19"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Erlaubt sind 10 Stunden." in page
    assert 'value="Mo-Fr 8-19"' in page
    assert Team.objects.get(key="nord").hours != "Mo-Fr 8:00-19:00"


# --- pins ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_place_on_which_the_stop_is_closed_now_cannot_be_pinned():
    make_city()
    draft, stop = make_draft(), Stop.objects.get(key="S5")
    Stop.objects.filter(pk=stop.pk).update(hours="Mo-Do 9:00-18:00")
    stop.refresh_from_db()
    with pytest.raises(drafts.BreaksRules) as refused:
        drafts.set_pins(draft, stop, team=False, weekday=True, time=False, edition=0, by=None, at=NOW)
    assert refused.value.sentences[0] == "So lässt es sich nicht anheften."
    assert "Treff Pieschen" in refused.value.sentence
    assert not draft.pattern.filter(is_weekday_pinned=True).exists()


@pytest.mark.django_db
def test_a_team_without_duty_on_that_day_cannot_be_pinned():
    make_city()
    draft, stop = make_draft(), Stop.objects.get(key="S5")
    Team.objects.filter(key="sued").update(hours="Mo-Do 8:00-16:30")
    with pytest.raises(drafts.BreaksRules):
        drafts.set_pins(draft, stop, team=True, weekday=True, time=True, edition=0, by=None, at=NOW)


@pytest.mark.django_db
def test_letting_go_is_always_possible():
    make_city()
    draft, stop = make_draft(), Stop.objects.get(key="S5")
    drafts.set_pins(draft, stop, team=False, weekday=True, time=False, edition=0, by=None, at=NOW)
    Stop.objects.filter(pk=stop.pk).update(hours="Mo-Do 9:00-18:00")
    drafts.set_pins(draft, stop, team=False, weekday=False, time=False, edition=1, by=None, at=NOW)
    assert not draft.pattern.filter(is_weekday_pinned=True).exists()


@pytest.mark.django_db
def test_a_pinned_weekday_says_which_dates_drop_out(client):
    make_city()
    draft, stop = make_draft(), Stop.objects.get(key="S5")
    nord, sued = Team.objects.order_by("key")
    ClosingDay.objects.create(date=date(2027, 1, 8), stop=stop, reason="Umbau")
    ClosingDay.objects.create(date=date(2027, 1, 15), team=sued)
    ClosingDay.objects.create(date=date(2027, 1, 22), team=nord)
    assert dates_that_drop(draft, stop, date(2027, 1, 1)) == [
        (date(2027, 1, 8), "Umbau"),
        (date(2027, 1, 15), ""),
        (date(2027, 3, 26), "Karfreitag"),
    ]
    client.force_login(make_user("coordinator"))
    pinned = {"stand": "0", "fest-weekday": "on"}
    page = client.post(f"/planung/fassung/{draft.version}/halt/S5/anheften/", pinned, follow=True).content.decode()
    assert (
        "An diesem Wochentag fällt der Halt aus am: Freitag, 8. Januar (Umbau); Freitag, 15. Januar;"
        " Freitag, 26. März (Karfreitag)." in page
    )
