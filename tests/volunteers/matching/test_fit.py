"""One fit and one misfit for each check."""

from datetime import date

import pytest

from lotsen.kernel.calendar import Period
from lotsen.kernel.windows import OpeningHours, Window, parse_wish
from tests.volunteers.matching.city import TUESDAY, Line, busy, candidate, need, slot
from volunteers.matching.case import Evidence, Shortfall
from volunteers.matching.fit import CHECKS, DAY_CHECKS, PAIR_CHECKS, fits, shortfalls

PAPER = "Das Führungszeugnis"
DAY = TUESDAY
WOMAN = {"gender": "woman", "gender_words": "eine Frau"}

# code: (need, candidate that fits, candidate that does not, sentence, smallest change)
CASES = {
    "sperre": ({"blocked": frozenset({7})}, {}, {"key": 7}, "Die beiden werden nicht zusammengeführt.", None),
    "abgelehnt": ({"declined": frozenset({7})}, {}, {"key": 7}, "Hat für diesen Besuch schon abgesagt.", None),
    "thema": (
        {"topics": ("Fotos", "Tablet")},
        {"levels": {"Fotos": 1, "Tablet": 1}},
        {"levels": {"Fotos": 3}},
        "Thema Tablet fehlt.",
        "Schulung Tablet",
    ),
    "stufe": (
        {"level": 2},
        {"levels": {"Fotos": 2}},
        {"levels": {"Fotos": 1}},
        "Kann Fotos erst auf Stufe 1.",
        None,
    ),
    "sprache": (
        {"language": "Russisch"},
        {"languages": frozenset({"Deutsch", "Russisch"})},
        {},
        "Spricht kein Russisch.",
        None,
    ),
    "geschlecht": (WOMAN, {"gender": "woman"}, {"gender": "man"}, "Gewünscht ist eine Frau.", None),
    "hund": ({"dog": True}, {"dogs": True}, {"dogs": False}, "Möchte keine Hunde.", None),
    "hoeren": (
        {"hearing": True},
        {"speaks_clearly": True},
        {"speaks_clearly": False},
        "Übung mit Schwerhörigkeit fehlt.",
        None,
    ),
    "zweit": ({}, {"is_first": False}, {"is_first": True}, "Der erste Besuch braucht eine Begleitung.", None),
    "ausgeschlossen": (
        {"excluded": frozenset({7})},
        {},
        {"key": 7},
        "Von der Koordination ausgeschlossen.",
        None,
    ),
    "absagen": (
        {},
        {"gave_back_often": False},
        {"gave_back_often": True},
        "Hat in 7 Tagen dreimal abgesagt. Bitte erst sprechen.",
        None,
    ),
    "angebote": ({}, {}, {"wants_offers": False}, "Möchte gerade keine Angebote.", None),
    "adressen": (
        {},
        {"sees_again_on": DAY},
        {"sees_again_on": date(2026, 12, 2)},
        "Hat in 30 Tagen schon 15 Adressen gesehen.",
        "warten bis Mittwoch, 2. Dezember",
    ),
    "treppe": ({"floor": 3}, {"stairs": True}, {"stairs": False}, "Kann keine Treppen.", None),
    "umkreis": (
        {},
        {"place": 2000, "radius_metres": 2000},
        {"place": 3900, "radius_metres": 2000},
        "Wohnt 3,9 km entfernt, Umkreis 2 km.",
        "1,9 km weiter",
    ),
    "wunschzeit": (
        {"wish": parse_wish("nachmittags"), "wish_words": "vormittags"},
        {},
        None,
        "Zeitwunsch ist vormittags.",
        None,
    ),
    "zeit": (
        {},
        {"hours": OpeningHours.parse("Di 14-15")},
        {"hours": OpeningHours.parse("Sa 10-16")},
        "Hat nur samstags Zeit.",
        "auch dienstags",
    ),
    "pause": (
        {},
        {"paused_until": date(2026, 11, 30)},
        {"paused_until": DAY},
        "Macht Pause bis Dienstag, 1. Dezember.",
        None,
    ),
    "nachweis": (
        {},
        {"evidence": (Evidence(PAPER, date(2023, 12, 1), DAY),)},
        {"evidence": (Evidence(PAPER, date(2023, 12, 1), date(2026, 11, 30)),)},
        "Das Führungszeugnis gilt am Dienstag, 1. Dezember nicht mehr.",
        "erneuern bis Dienstag, 1. Dezember",
    ),
    "woche": (
        {},
        {"visits_a_week": 2, "busy": (busy("9:00", date(2026, 11, 30)), busy("9:00", date(2026, 12, 7)))},
        {"visits_a_week": 2, "busy": (busy("9:00", date(2026, 11, 30)), busy("9:00", date(2026, 12, 6)))},
        "Wochenzahl 2 ist erreicht.",
        "ein Besuch mehr",
    ),
    "belegt": (
        {},
        {"busy": (busy("15:00"),)},
        {"busy": (busy("14:30"),)},
        "Hat um 14:30 Uhr einen anderen Besuch.",
        None,
    ),
    "weg": (
        {},
        {"busy": (busy("12:30", place=3000),)},
        {"busy": (busy("12:30", place=3100),)},
        "Schafft den Weg nicht: 31 Minuten, frei sind 30.",
        None,
    ),
}

CONFIDENTIAL = ("sperre", "abgelehnt", "ausgeschlossen", "absagen", "adressen")


def test_every_check_has_a_case_and_a_code_of_its_own():
    assert sorted(check.code for check in CHECKS) == sorted(CASES)


@pytest.mark.parametrize("code", CASES)
def test_a_fit(code):
    asked, fitting, _, _, _ = CASES[code]
    assert shortfalls(need(**asked), candidate(**fitting), slot(), Line()) == ()


@pytest.mark.parametrize("code", CASES)
def test_a_misfit(code):
    asked, _, misfitting, sentence, change = CASES[code]
    if code == "wunschzeit":
        asked, misfitting = {"wish": parse_wish("vormittags"), "wish_words": "vormittags"}, {}
    found = shortfalls(need(**asked), candidate(**misfitting), slot(), Line())
    assert found == (Shortfall(code, sentence, change, code in CONFIDENTIAL),)
    assert not fits(need(**asked), candidate(**misfitting), slot(), Line())


OTHER_WAYS = [
    ({"pinned": 8}, {"key": 7}, ["Die Koordination hat jemand anderes festgelegt."]),
    ({"pinned": 7}, {"key": 7}, []),
    # gender is never guessed: who said nothing does not fit a wish
    (WOMAN, {"gender": ""}, ["Gewünscht ist eine Frau."]),
    ({}, {"evidence": (Evidence(PAPER, None),)}, ["Das Führungszeugnis fehlt."]),
    (
        {},
        {"evidence": (Evidence("Die Schulung", date(2026, 12, 2)),)},
        ["Die Schulung gilt erst ab Mittwoch, 2. Dezember."],
    ),
    ({}, {"evidence": (Evidence("Die Schulung", date(2026, 12, 1)),)}, []),
    ({}, {"absences": (Period(date(2026, 11, 23), date(2026, 12, 4)),)}, ["Macht Pause bis Freitag, 4. Dezember."]),
    # in a pause nobody is asked, also not about days after it
    ({}, {"paused_until": date(2026, 11, 28), "pauses_now": True}, ["Macht Pause bis Samstag, 28. November."]),
    ({}, {"paused_until": date(2026, 11, 28)}, []),
    ({}, {"absences": (Period(date(2026, 12, 2), date(2026, 12, 4)),)}, []),
    (
        {},
        {"hours": OpeningHours.parse("Di 9-12; Sa 10-16")},
        ["Hat nur dienstags 9 bis 12 Uhr, samstags 10 bis 16 Uhr Zeit."],
    ),
    ({}, {"hours": OpeningHours()}, ["Hat noch keine Zeiten eingetragen."]),
    # on a single day other hours count instead of the week's
    ({}, {"hours": OpeningHours(), "other_hours": {DAY: (Window(840, 900),)}}, []),
    ({}, {"other_hours": {date(2026, 12, 2): (Window(480, 540),)}}, []),
    (
        {},
        {"other_hours": {DAY: (Window(480, 540), Window(600, 885))}},
        ["Hat am Dienstag, 1. Dezember nur 8 bis 9 Uhr und 10 bis 14:45 Uhr Zeit."],
    ),
    # every second week: 1 December 2026 lies in week 49
    ({}, {"hours": OpeningHours(), "odd_hours": OpeningHours.parse("Di 9-18")}, []),
    (
        {},
        {"odd_hours": OpeningHours.parse("Di 9-12")},
        ["Hat in ungeraden Wochen nur dienstags 9 bis 12 Uhr Zeit."],
    ),
    ({}, {"odd_hours": OpeningHours()}, ["Hat in ungeraden Wochen keine Zeit."]),
    # a district besides the radius
    ({"area": 5}, {"place": 9000, "radius_metres": 2000, "areas": frozenset({5})}, []),
    (
        {"area": 6},
        {"place": 9000, "radius_metres": 2000, "areas": frozenset({5})},
        ["Wohnt 9 km entfernt, Umkreis 2 km."],
    ),
    ({}, {"place": 9000, "radius_metres": 2000, "areas": frozenset({5})}, ["Wohnt 9 km entfernt, Umkreis 2 km."]),
    # the radius counts around both places
    ({}, {"place": 3900, "radius_metres": 2000, "onward": 2000}, []),
    ({}, {"place": 3900, "radius_metres": 2000, "onward": 2010}, ["Wohnt 2,1 km entfernt, Umkreis 2 km."]),
    ({}, {"busy": (busy("15:30", place=3100),)}, ["Schafft den Weg nicht: 31 Minuten, frei sind 30."]),
    ({}, {"busy": (busy("15:30", place=3000),)}, []),
    ({"wish": parse_wish("Sa")}, {}, ["Zeitwunsch ist samstags 8 bis 18 Uhr."]),
    ({}, {"place": 2010, "radius_metres": 2000}, ["Wohnt 2,1 km entfernt, Umkreis 2 km."]),
    (
        {"dog": True, "floor": 2},
        {"dogs": False, "stairs": False, "hours": OpeningHours.parse("Mi 9-12")},
        ["Möchte keine Hunde.", "Kann keine Treppen.", "Hat nur mittwochs Zeit."],
    ),
]


@pytest.mark.parametrize(("asked", "given", "sentences"), OTHER_WAYS)
def test_other_ways_to_fit_or_not(asked, given, sentences):
    found = shortfalls(need(**asked), candidate(**given), slot(), Line())
    assert [shortfall.sentence for shortfall in found] == sentences


@pytest.mark.parametrize(("code", "read"), [("sperre", "Passt dieses Mal nicht."), ("hund", "Möchte keine Hunde.")])
def test_others_do_not_read_what_is_confidential(code, read):
    asked, _, misfitting, _, _ = CASES[code]
    (found,) = shortfalls(need(**asked), candidate(**misfitting), slot(), Line())
    assert found.for_others == read


def test_checks_of_the_pair_never_look_at_the_slot():
    for check in PAIR_CHECKS:
        asked, _, misfitting, _, _ = CASES[check.code]
        assert check.why(need(**asked), candidate(**misfitting), None, Line()) is not None


def test_checks_of_the_day_never_look_at_the_hour():
    class DayOnly:
        day, weekday, week = slot().day, slot().weekday, slot().week

    for check in DAY_CHECKS:
        asked, _, misfitting, _, _ = CASES[check.code]
        assert check.why(need(**asked), candidate(**misfitting), DayOnly, Line()) is not None
