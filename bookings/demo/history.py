"""What has happened in the demonstration city so far, through the same verbs as in real life.

Days count from the day of loading. Whatever was to be told about things that are over is dropped, so that the worker
does not send weeks of messages at once; what is asked today goes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from bookings import notices
from bookings.demo.people import STAFF, demo_facility, demo_volunteers
from bookings.models import HomeVisit, Offer, Training, TrainingRecord, VisitReport
from bookings.offers import accept_offer, decline_offer, send_offers
from bookings.reports import file_report
from bookings.visits import CHANCE, cancel_visit, check_in, check_out, fix_slot
from lotsen.kernel import references
from lotsen.kernel.calendar import at_minute, is_working_day, local_date
from lotsen.kernel.moves import begin, move
from lotsen.messages.call_tasks import drop_call_tasks
from lotsen.messages.outbox import drop_messages
from lotsen.people.models import User
from touring.models import RequestStop, Team
from volunteers.models import Topic, Volunteer

DONE, COMING, ASKED, TO_CONFIRM = 14, 10, 5, 4
GOALS = (VisitReport.Goal.ALONE, VisitReport.Goal.WITH_HELP, VisitReport.Goal.WITH_HELP, VisitReport.Goal.NOT_YET)
MORNING, NOON, AFTERNOON, EVENING = 9 * 60 + 30, 11 * 60 + 30, 14 * 60, 16 * 60


def let_things_happen(users: dict[str, User], *, at: datetime) -> None:
    """Visits that are over, that come, that are asked for; people to call; a training that took place."""
    desk = users[STAFF[0].email]
    story = Story(desk, demo_volunteers(users), at)
    visits = list(
        HomeVisit.objects.filter(agreed_at__isnull=False, agreed_at__lt=at)
        .select_related("client__address__district")
        .prefetch_related("topics")
        .order_by("requested_at", "pk")
    )
    over, coming, asked = visits[:DONE], visits[DONE : DONE + COMING], visits[DONE + COMING :][:ASKED]
    for number, visit in enumerate(over):
        story.let_pass(visit, number)
    for number, visit in enumerate(coming):
        story.promise(visit, number)
    for number, visit in enumerate(asked):
        story.ask(visit, number)
    story.ask_to_confirm()
    hold_training(users, at=at)


class Story:
    """Who does what: the desk arranges, the volunteers who can sign in get the most."""

    def __init__(self, desk: User, known: Sequence[Volunteer], at: datetime) -> None:
        self.desk, self.at, self.today = desk, at, local_date(at)
        others = (
            Volunteer.objects.exclude(pk__in=[one.pk for one in known]).select_related("user", "home").order_by("key")
        )
        self.volunteers = [*known, *others[:6]]
        self.random = Random(1)  # noqa: S311 - the same story every time
        self.slots = self._slots()

    def _slots(self) -> Iterator[tuple[int, int]]:
        """Working days from today on, with a minute: two today, three tomorrow, then the days after."""
        days = list(_working_days(self.today, 6))
        yield from (
            ((0, MORNING), (0, AFTERNOON)) if is_working_day(self.today) else ((days[0], MORNING), (days[0], AFTERNOON))
        )
        later = [day for day in days if day > 0]
        yield from ((later[0], MORNING), (later[0], NOON), (later[0], AFTERNOON))
        while True:
            yield from ((day, minute) for day in later[1:] for minute in (MORNING, AFTERNOON))

    def let_pass(self, visit: HomeVisit, number: int) -> None:
        """A visit that is over: most were done, one person was not met, one called it off."""
        day = _working_day_before(local_date(visit.requested_at) + timedelta(days=6))
        starts_at = at_minute(day, (MORNING, NOON, AFTERNOON, EVENING)[number % 4])
        volunteer = self._asked_and_given(visit, starts_at, number, at=visit.requested_at + timedelta(hours=4))
        if number == 5:
            cancel_visit(visit, because="andere Pläne", own_wish=True, by=self.desk, at=starts_at - timedelta(days=1))
        else:
            self._go(visit, volunteer.user, starts_at, is_met=number != 8, number=number)
        self._forget(visit, at=starts_at + timedelta(hours=3))

    def promise(self, visit: HomeVisit, number: int) -> None:
        """A visit that comes: settled yesterday or before."""
        day, minute = next(self.slots)
        starts_at = at_minute(self.today + timedelta(days=day), minute)
        at = min(visit.requested_at + timedelta(hours=5), self.at - timedelta(hours=30))
        self._asked_and_given(visit, starts_at, number, at=at)
        self._forget(visit, at=self.at)

    def ask(self, visit: HomeVisit, number: int) -> None:
        """A visit with a date that three volunteers are being asked about right now."""
        day, minute = next(self.slots)
        starts_at = at_minute(self.today + timedelta(days=day), minute)
        fix_slot(visit, starts_at=starts_at, by=self.desk, at=self.at - timedelta(minutes=40))
        asked = [self.volunteers[(number + step) % len(self.volunteers)] for step in (0, 1, 3)]
        offers = send_offers(
            visit,
            volunteers=asked,
            answer_by=min(starts_at - timedelta(hours=12), self.at + timedelta(days=2)),
            by=self.desk,
            at=self.at - timedelta(minutes=30),
            distances={one.pk: 1500 + 500 * step for step, one in enumerate(asked)},
        )
        if number == 2:
            decline_offer(offers[-1], because="verreist", by=asked[-1].user, at=self.at - timedelta(minutes=5))

    def ask_to_confirm(self) -> None:
        """Requests by web and letter: a human calls the person before anything is offered."""
        waiting = (
            HomeVisit.objects.filter(agreed_at__isnull=True).exclude(client__phone="").select_related("client__address")
        )
        for visit in waiting.order_by("-requested_at", "pk")[:TO_CONFIRM]:
            until = notices.until_words(visit.answer_by, visit.client.language)
            notices.tell_client(visit, "senior_confirm", by=None, at=self.at, channels=("call",), **until)

    def _asked_and_given(self, visit: HomeVisit, starts_at: datetime, number: int, *, at: datetime) -> Volunteer:
        """Date, offers, and the first one who is free accepts."""
        fix_slot(visit, starts_at=starts_at, by=self.desk, at=at)
        volunteer = self._free(starts_at, visit, number)
        other = self.volunteers[(self.volunteers.index(volunteer) + 4) % len(self.volunteers)]
        send_offers(
            visit,
            volunteers=[volunteer, other],
            answer_by=at + timedelta(days=1),
            by=self.desk,
            at=at + timedelta(minutes=5),
        )
        offer = Offer.objects.select_related("visit__client__address__district", "volunteer__user").get(
            visit=visit, volunteer=volunteer
        )
        accept_offer(offer, by=volunteer.user, at=at + timedelta(hours=2))
        visit.refresh_from_db()
        return volunteer

    def _free(self, starts_at: datetime, visit: HomeVisit, number: int) -> Volunteer:
        busy = set(
            HomeVisit.objects.filter(
                state=HomeVisit.State.ASSIGNED,
                slot_starts_at__lt=starts_at + timedelta(minutes=visit.minutes),
                slot_ends_at__gt=starts_at,
            ).values_list("guide_id", flat=True)
        )
        turn = self.volunteers[number % len(self.volunteers) :] + self.volunteers
        return next(one for one in turn if one.user_id not in busy)

    def _go(self, visit: HomeVisit, guide: User, starts_at: datetime, *, is_met: bool, number: int) -> None:
        check_in(visit, by=guide, at=starts_at + timedelta(minutes=self.random.randint(-3, 6)))
        minutes = self.random.randrange(40, 80, 5)
        check_out(visit, by=guide, at=starts_at + timedelta(minutes=minutes if is_met else 15))
        file_report(
            visit,
            outcome=VisitReport.Outcome.HELPED if is_met else VisitReport.Outcome.NOT_MET,
            topics=visit.topics.all() if is_met else (),
            minutes=minutes,
            goal=GOALS[number % len(GOALS)] if is_met else "",
            follow_up=number % 5 == 2,
            by=guide,
            at=starts_at + timedelta(minutes=minutes + 20),
        )

    def _forget(self, visit: HomeVisit, *, at: datetime) -> None:
        """What was to be told about this visit has been told long since."""
        drop_messages(about=visit, by=None, at=at)
        drop_call_tasks(about=visit, by=None, at=at)


def hold_training(users: dict[str, User], *, at: datetime) -> None:
    """A training three weeks ago, with its record."""
    facility, advisor = demo_facility(users), users[next(one.email for one in STAFF if one.team)]
    booked_by, team = facility.contacts.get(), Team.objects.get(members=advisor)
    day = _working_day_before(local_date(at) - timedelta(days=21))
    asked_at, starts_at = at_minute(day - timedelta(days=30), MORNING), at_minute(day, AFTERNOON)
    stop = RequestStop(
        title=facility.name,
        address=facility.address,
        minutes=90,
        earliest_on=day,
        latest_on=day,
        hours="Mo-Fr 9:00-17:00",
        created_at=asked_at,
    )
    stop.save(force_insert=True)
    begin(stop, by=booked_by, at=asked_at)
    move(
        stop,
        RequestStop.State.PLANNED,
        by=booked_by,
        at=asked_at,
        team=team,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
    )
    training = Training(
        reference=references.new_reference(CHANCE),
        facility=facility,
        people=12,
        room="Speisesaal",
        booked_by=booked_by,
        requested_at=asked_at,
    )
    training.save(force_insert=True)
    topics = list(Topic.objects.filter(key__in=["fotos", "videoanruf"]))
    training.topics.set(topics)
    begin(training, by=booked_by, at=asked_at)
    move(training, Training.State.BOOKED, by=booked_by, at=asked_at, request_stop=stop)
    _write_record(training, stop, topics, by=advisor, at=starts_at + timedelta(hours=2))


def _write_record(training: Training, stop: RequestStop, topics: Sequence[Topic], *, by: User, at: datetime) -> None:
    move(stop, RequestStop.State.SERVED, by=by, at=at)
    move(training, Training.State.DONE, by=by, at=at)
    record = TrainingRecord(
        training=training,
        head_count=11,
        level=TrainingRecord.Level.MIXED,
        devices=["Tablet", "Smartphone"],
        minutes=85,
        by=by,
        at=at,
    )
    record.save(force_insert=True)
    record.topics.set(topics)


def _working_day_before(day: date) -> date:
    """The day itself, or the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _working_days(today: date, count: int) -> Iterator[int]:
    """How many days from today the next working days are, today among them."""
    found, ahead = 0, 0
    while found < count:
        if is_working_day(today + timedelta(days=ahead)):
            found += 1
            yield ahead
        ahead += 1
