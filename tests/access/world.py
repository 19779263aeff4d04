"""A small world in which every personal field holds a mark of its own, so that a leak can be named.

Two of each: what is one's own and what is another's. Everything is made by the verbs that the product uses.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from PIL import Image

from bookings import calendar_links, offers, records, referrals, reports, rounds, trainings, visits, web_requests
from bookings.imports.uploads import keep_lists
from bookings.models import HomeVisit, MatchingRound, Referral, SafeReturn, WebRequest
from bookings.training_places import free_days
from lotsen.kernel.calendar import Period
from lotsen.messages.models import CallTask, Letter, Message, PrintRun, Voicemail
from lotsen.messages.simulator.models import NetworkCall, Phone
from lotsen.people import cards
from lotsen.people.models import Deputy, MassExport, Role, User
from tests.people import (
    NOW,
    make_address,
    make_client,
    make_facility,
    make_scheduled,
    make_topic,
    make_user,
    make_visit,
    make_volunteer,
)
from tests.touring.city import QUARTER, make_city, make_draft, make_published
from tests.volunteers.new_emails import token_for
from touring import photos, runs
from touring.models import ClosingDay, SchoolHoliday, Stop, Team, TourStop
from volunteers import allowances, applications, certificates, courses, expenses, other_work
from volunteers.models import Allowance, Volunteer

SOON = timedelta(hours=1)
THIS_QUARTER = Period(date(2026, 11, 23), date(2027, 1, 3))
SELDOM = 481_516
"""A number that stands nowhere else on a page."""

STOPS_CSV = b"Schluessel;Name\nS1;Nur zum Ansehen\n"


@dataclass
class World:
    """`people` by person, `keys` what addresses name, `marks` the canaries: ("client", "assigned", "phone") to text."""

    people: dict[str, User] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    numbers: int = 0

    def mark(self, thing: str, of: str, name: str) -> str:
        """A word that occurs nowhere else; `thing.of.name` is what the leak is called."""
        text = f"Zq{thing}{of}{name}".replace("_", "").lower().capitalize()
        self.marks[f"{thing}.{of}.{name}"] = text
        return text

    def email(self, thing: str, of: str) -> str:
        text = self.marks[f"{thing}.{of}.email"] = f"zq{thing}{of}email@example.org".replace("_", "")
        return text

    def phone(self, thing: str, of: str, name: str = "phone") -> str:
        """One of the numbers that are kept free for films."""
        self.numbers += 1
        number = f"+4930231259{self.numbers:02d}"
        self.marks[f"{thing}.{of}.{name}"] = number
        return number


def make_world() -> World:
    """All of it, as of `NOW`."""
    world = World()
    make_topic()
    _staff(world)
    _city(world)
    for of in ("own", "other"):
        _volunteer(world, of)
    _visits(world)
    for of in ("own", "other"):
        _facility(world, of)
    _papers(world)
    _queue(world)
    _round(world)
    _application(world)
    world.keys["calendar"] = calendar_links.make_link(by=world.people["volunteer"], at=NOW)
    _new_email(world)
    _thanks(world)
    return world


def _new_email(world: World) -> None:
    """The other volunteer waits for the link to a new address."""
    row = world.people["volunteer_other"].volunteer
    world.keys["new_email"] = token_for(row, world.email("volunteer", "new"))


def _thanks(world: World) -> None:
    """A course, and hours, an expense, an allowance and a certificate of one volunteer."""
    volunteer, dora = world.people["volunteer"].volunteer, world.people["coordinator"]
    on, by = NOW.date(), {"by": dora, "at": NOW}
    course = courses.add_course(title="Handykurs", on=on, minutes=60, held_by="VHS", places=9, **by)
    work = other_work.enter_work(volunteer, on=on, minutes=60, what="Flyer", **by)
    paid, expense = (expenses.submit_expense(volunteer, on=on, kind="ticket", cents=320, **by) for _ in range(2))
    expenses.accept_expense(paid, **by)
    run = expenses.pay_accepted(**by)
    allowance = allowances.enter_allowance(
        volunteer, kind="honorary", on=on, cents=5000, what="Aufwand", is_declared=True, **by
    )
    Allowance.objects.filter(pk=allowance.pk).update(id=SELDOM)
    certificate = certificates.issue_certificate(
        volunteer, first_on=on, last_on=on, years=[(2026, 60)], courses=[], **by
    )
    world.keys |= {"course": course.pk, "other_work": work.pk, "expense": expense.pk, "payment_run": run.pk}
    export = MassExport.objects.create(
        pk=SELDOM, kind="hours", about="2026-csv-keys-grant", persons=21, purpose="Antrag", asked_by=dora, asked_at=NOW
    )
    world.keys["export"] = export.pk
    world.keys |= {"allowance": SELDOM, "certificate": certificate.number}
    world.keys["certificate_token"] = certificate.token


def _application(world: World) -> None:
    """Somebody who has applied, and a paper that a volunteer has shown."""
    row = applications.apply(
        token="",
        entrance="phone",
        topics=[],
        name=f"Emil {world.mark('application', 'own', 'name')}",
        phone=world.phone("application", "own"),
        email=world.email("application", "own"),
        street=f"{world.mark('application', 'own', 'street')} 4",
        postal_code="01169",
        note=world.mark("application", "own", "note"),
        by=world.people["hotline"],
        at=NOW,
    )
    evidence = world.people["volunteer"].volunteer.evidence.get(requirement__key="training")
    world.keys |= {"application": row.key, "evidence": evidence.pk}


def _staff(world: World) -> None:
    for role in (Role.HOTLINE, Role.COORDINATOR, Role.ADVISOR, Role.DATA_PROTECTION, Role.ADMINISTRATOR):
        _user(world, role.value, role)
    _user(world, "advisor_other", Role.ADVISOR)
    _user(world, "coordinator_other", Role.COORDINATOR)


def _user(world: World, person: str, role: str) -> User:
    name = f"Uta {world.mark('user', person, 'name')}"
    user = make_user(role, name=name, email=world.email("user", person), phone=world.phone("user", person))
    world.people[person] = user
    return user


def _city(world: World) -> None:
    with connection.cursor() as cursor:  # small numbers occur by chance in any page; these do not
        cursor.execute("ALTER SEQUENCE touring_tour_id_seq RESTART 870001")
        cursor.execute("ALTER SEQUENCE touring_tourstop_id_seq RESTART 880001")
    make_city()
    Team.objects.get(key="nord").members.add(world.people["advisor"])
    Team.objects.get(key="sued").members.add(world.people["advisor_other"])
    published = make_published(period=THIS_QUARTER, at=NOW)
    draft = make_draft(period=QUARTER, by=world.people["coordinator"])
    run = runs.request_plan_run(period=QUARTER, seconds=5, by=world.people["coordinator"], at=NOW, is_queued=False)
    halt = TourStop.objects.filter(tour__plan=published, starts_at__gte=NOW).order_by("starts_at", "pk").first()
    world.keys |= {"stop": "S1", "team": "nord", "plan": published.version, "draft": draft.version}
    world.keys |= {"run": run.pk, "halt": halt.pk, "tour": halt.tour_id, "area": "01169"}
    _passport(world)


def _passport(world: World) -> None:
    """The stop of the addresses has everything: somebody to call, a key, a picture; and days are closed."""
    stop = Stop.objects.get(key="S1")
    stop.contact_name = world.mark("stop", "own", "contact")
    stop.key_note = world.mark("stop", "own", "key")
    stop.contact_email = world.email("stop", "own")
    stop.contact_phone = world.phone("stop", "own")
    stop.save()
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(drawn, "JPEG")
    photos.take_photo(stop, data=drawn.getvalue(), description="Der Eingang", by=None, at=NOW)
    closing = ClosingDay.objects.create(date=date(2027, 1, 12), stop=stop, reason="Umbau")
    holiday = SchoolHoliday.objects.create(name="Ferien", starts_on=date(2028, 2, 14), ends_on=date(2028, 2, 26))
    world.keys |= {"closing": closing.pk, "holiday": holiday.pk}


def _volunteer(world: World, of: str) -> None:
    home = make_address(world.mark("volunteer", of, "street"), "1", "01169", extra=world.mark("volunteer", of, "extra"))
    name = f"Bernd {world.mark('volunteer', of, 'name')}"
    volunteer = make_volunteer(name, home=home)
    volunteer.user.email = world.email("volunteer", of)
    volunteer.user.phone = world.phone("volunteer", of)
    volunteer.user.save()
    world.people["volunteer" if of == "own" else "volunteer_other"] = volunteer.user
    world.keys[f"volunteer_key.{of}"] = volunteer.key


def _client(world: World, of: str) -> Any:
    """A person whose every field is marked."""
    address = make_address(
        world.mark("client", of, "street"),
        f"{world.numbers}7",
        "01169",
        extra=world.mark("client", of, "extra"),
    )
    return make_client(
        f"Ursula {world.mark('client', of, 'name')}",
        address=address,
        phone=world.phone("client", of),
        email=world.email("client", of),
    )


def _asked(world: World, of: str) -> dict[str, Any]:
    """What was said on the telephone."""
    return {
        "client": _client(world, of),
        "caller": "family",
        "caller_name": f"Petra {world.mark('client', of, 'caller')}",
        "caller_phone": world.phone("client", of, "caller_phone"),
        "goal": world.mark("client", of, "goal"),
        "note": world.mark("client", of, "note"),
        "by": world.people["hotline"],
        "at": NOW - timedelta(days=9),
    }


def _visits(world: World) -> None:
    """A case at each stage of disclosure, for one volunteer and for the other."""
    assigned = _case(world, "assigned", "own", NOW + timedelta(days=3))
    ended = {"began_at": NOW, "said_at": NOW, "ends_at": NOW, "ended_at": NOW, "step": SafeReturn.Step.OVER}
    SafeReturn.objects.create(visit=assigned, guide=assigned.guide, code="4711", help_at=NOW, **ended)
    _case(world, "soon", "own", NOW + SOON)
    done = _case(world, "done", "own", NOW - timedelta(days=5))
    _report(done)
    _case(world, "foreign", "other", NOW + timedelta(days=3, hours=3))
    world.keys["offer.own"] = _offer(world, "offered", "own")
    world.keys["offer.other"] = _offer(world, "offered_other", "other")
    waiting = make_visit(**_asked(world, "waiting"), is_agreed=False)
    world.keys["visit.waiting"] = waiting.reference
    world.keys["call"] = CallTask.objects.filter(about_id=str(waiting.pk)).latest("created_at", "pk").pk


def _case(world: World, of: str, whose: str, starts_at: Any) -> Any:
    asked = _asked(world, of)
    visit = visits.fix_slot(make_visit(**asked), starts_at=starts_at, by=asked["by"], at=asked["at"])
    volunteer = world.people["volunteer" if whose == "own" else "volunteer_other"].volunteer
    (offer,) = offers.send_offers(visit, volunteers=[volunteer], answer_by=starts_at, by=asked["by"], at=asked["at"])
    visit = offers.accept_offer(offer, by=volunteer.user, at=asked["at"])
    world.marks[f"client.{of}.code_word"] = f"zq{of}kennwort"
    type(visit).objects.filter(pk=visit.pk).update(code_word=f"zq{of}kennwort")
    visit.refresh_from_db()
    world.keys[f"visit.{of}"] = visit.reference
    return visit


def _report(visit: Any) -> None:
    ends = visit.slot_ends_at
    reports.file_report(
        visit, outcome="helped", topics=[make_topic()], minutes=50, by=visit.guide, at=ends, goal="alone"
    )


def _offer(world: World, of: str, whose: str) -> str:
    asked = _asked(world, of)
    visit = make_scheduled(**{name: asked[name] for name in asked if name != "at"})
    volunteer = world.people["volunteer" if whose == "own" else "volunteer_other"].volunteer
    later = NOW + timedelta(days=2)
    (offer,) = offers.send_offers(visit, volunteers=[volunteer], answer_by=later, by=asked["by"], at=NOW)
    world.keys[f"visit.{of}"] = visit.reference
    world.keys[f"offer_pk.{whose}"] = offer.pk
    world.marks[f"client.{of}.token"] = offer.token
    return offer.token


def _facility(world: World, of: str) -> None:
    person = "facility" if of == "own" else "facility_other"
    contact = _user(world, person, Role.FACILITY)
    facility = make_facility(
        f"Heim {world.mark('facility', of, 'name')}",
        contact,
        contact_name=world.mark("facility", of, "contact"),
        phone=world.phone("facility", of),
        email=world.email("facility", of),
        address=make_address(world.mark("facility", of, "street"), "3", "01159", latitude=51.046, longitude=13.71),
    )
    team = "nord" if of == "own" else "sued"
    coming, past = (_training(world, facility, of, contact, team, name) for name in ("coming", "past"))
    world.keys[f"facility.{of}"] = facility.key
    world.keys |= {f"training.{of}": coming.reference, f"training_done.{of}": past.reference}
    _record(past)


def _training(world: World, facility: Any, of: str, contact: User, team: str, name: str) -> Any:
    place = next(
        place
        for day in free_days(facility, minutes=90, at=NOW, limit=60)
        for place in day.places
        if place.team.key == team
    )
    return trainings.request_training(
        facility,
        topics=[make_topic()],
        people=8,
        level="beginners",
        place=place,
        room=world.mark("facility", of, f"room{name}"),
        note=world.mark("facility", of, f"note{name}"),
        by=contact,
        at=NOW,
    )


def _record(training: Any) -> None:
    """Taken down by the team's advisor, as if the date had been."""
    stop = training.request_stop
    by = stop.team.members.get()
    records.log_training(
        training,
        head_count=7,
        level="mixed",
        topics=[make_topic()],
        devices=["Tablet"],
        minutes=80,
        by=by,
        at=stop.starts_at + timedelta(hours=2),
    )


def _queue(world: World) -> None:
    """Something spoken, and a coordinator who is away: the hotline sees it where it stands in, and cannot end it."""
    spoken = Voicemail.objects.create(
        sid="CA" + "1" * 32, recording_sid="RE" + "1" * 32, seconds=9, audio=b"ID3", received_at=NOW
    )
    away = Deputy.objects.create(  # a number that no page holds by chance
        pk=890_001,
        user=world.people["coordinator"],
        deputy=world.people["hotline"],
        first_on=NOW.date(),
        last_on=NOW.date(),
    )
    world.keys |= {"voicemail": spoken.pk, "absence": away.pk}


def _papers(world: World) -> None:
    """What is on its way: lists of a coordinator, web requests, a letter, a phone of the made-up network."""
    upload = keep_lists([("haltestellen.csv", STOPS_CSV)], by=world.people["coordinator"], at=NOW)
    world.keys["upload"] = upload.token
    address = {"street": world.mark("web", "begun", "street") + " 4", "postal_code": "01169", "city": "Dresden"}
    begun = web_requests.start(question="address", values=address, by=None, at=NOW - timedelta(minutes=5))
    world.keys["web"] = begun.token
    world.keys["web_sent"] = _sent(world).token
    _card(world)
    world.keys["referral"] = _list_of(world, "begun").token
    sent = _list_of(world, "sent")
    referrals.send(sent, by=None, at=NOW)
    world.keys |= {"referral_sent": sent.token, "referral_number": sent.reference}
    letter = Message.objects.filter(channel="letter").first()
    Letter.objects.create(message=letter, created_at=NOW)
    world.keys["print_run"] = PrintRun.objects.create(
        pk=890001, requested_by=world.people["hotline"], requested_at=NOW, pdf=b"%PDF-1.7\n%%EOF"
    ).pk
    phone = Phone.objects.create(number=world.marks["volunteer.own.phone"])
    call = NetworkCall.objects.create(
        sid="CA" + "0" * 32, phone=phone, is_ours=False, status="ringing", url="", created_at=NOW
    )
    world.keys |= {"letter": letter.pk, "phone": phone.pk, "network_call": call.pk, "message": letter.pk}


def _list_of(world: World, name: str) -> Referral:
    """An organisation's list with one person."""
    organisation = {"organisation": "Pflegedienst Elbaue", "contact": "Jana Beier", "phone": "+493023125002"}
    before = NOW - timedelta(minutes=5)
    referral = referrals.start(organisation={**organisation, "caller": "care"}, by=None, at=before)
    person = {
        "name": f"Ilse {world.mark('web', name, 'named')}",
        "salutation": "mrs",
        "street": f"{world.mark('web', name, 'home')} 4",
        "postal_code": "01169",
        "phone": "",
        "topics": ["fotos"],
        "times": ["egal"],
        "known": "yes",
    }
    return referrals.put_person(referral, key="0" * 12, person=person, by=None, at=before)


def _card(world: World) -> None:
    """The card of the volunteer; the public check shows the first name only."""
    user = world.people["volunteer"]
    card = cards.issue_card(user, valid_until=date(2027, 6, 30), by=world.people["coordinator"], at=NOW)
    world.marks["card.own.number"], world.marks["card.own.token"] = card.grouped_number, card.token.lower()
    world.keys |= {"card_token": card.token, "card_user": user.pk}


def _sent(world: World) -> WebRequest:
    """A web request that is with us; its answers are read back for a short while by whoever holds the link."""
    values = {
        "street": f"{world.mark('web', 'sent', 'street')} 4",
        "postal_code": "01169",
        "city": "Dresden",
    }
    row = web_requests.start(question="address", values=values, by=None, at=NOW - timedelta(minutes=5))
    answers = {
        "for": {"caller": "self"},
        "topics": {"topics": ["fotos"]},
        "goal": {"goal": world.mark("web", "sent", "goal")},
        "times": {"times": ["egal"], "words": ""},
        "wish": {"wish": "", "speaks": ""},
        "name": {"name": f"Ilse {world.mark('web', 'sent', 'name')}", "salutation": "mrs"},
        "phone": {"phone": world.phone("web", "sent")},
        "reach": {"reach_by": ["call"]},
        "needs": {"needs": []},
    }
    for question, given in answers.items():
        row = web_requests.answer(row, question=question, values=given, by=None, at=NOW)
    web_requests.send(row, by=None, at=NOW)
    return WebRequest.objects.get(pk=row.pk)


def _round(world: World) -> None:
    """A round that waits, with a wish of a coordinator."""
    dora, visit = world.people["coordinator"], HomeVisit.objects.get(reference=world.keys["visit.waiting"])
    volunteer = Volunteer.objects.get(user=world.people["volunteer"])
    row = rounds.wish(visit, volunteer=volunteer, is_excluded=True, by=dora, at=NOW)
    asked = MatchingRound.objects.create(
        starts_on=date(2026, 11, 30), ends_on=date(2026, 12, 12), requested_by=dora, requested_at=NOW
    )
    world.keys |= {"round": asked.pk, "round_wish": row.pk}
