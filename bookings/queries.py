"""Reads of the room. `visible_*` decide what exists for whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.models import Client, Facility, HomeVisit, Offer, Training, VisitReport, WebRequest
from bookings.rules import can_desk
from lotsen.kernel import references
from lotsen.kernel.calendar import spoken_clock
from lotsen.kernel.models import Transition
from lotsen.kernel.sentences import NotUnderstood
from lotsen.messages.models import CallTask, InboundSms, Message
from lotsen.messages.states import OPEN_CALLS
from lotsen.messages.wording.filling import call_sentence
from lotsen.people.models import Role, User
from lotsen.places.normalise import fold, postal_code_key, sound_key, street_key
from touring.models import Tour
from touring.queries import tours_on

FEW, HITS, SIMILAR = 5, 200, "0.45"
ADDRESS_COLUMNS = tuple(f"address__{column}" for column in ("street", "house_number", "postal_code", "city"))
LONGEST_HOUSE_NUMBER = 4
ENDS_OF_STREETS = ("str", "weg", "platz", "allee", "ring", "gasse", "ufer", "markt", "hof", "steig", "damm")


def visible_visits(user: User) -> QuerySet[HomeVisit]:
    """All visits for hotline and coordination, their own for guides, none for anybody else."""
    visits = HomeVisit.objects.select_related("client__address__district", "guide")
    if can_desk(user):
        return visits
    return visits.filter(guide=user)


def visible_offers(user: User) -> QuerySet[Offer]:
    """A volunteer's own offers."""
    return Offer.objects.filter(volunteer__user=user).select_related(
        "visit__client__address__district", "visit__guide", "volunteer__user", "volunteer__home"
    )


def open_offers(user: User, *, at: datetime) -> QuerySet[Offer]:
    """What waits for the volunteer's answer, the soonest deadline first."""
    offers = visible_offers(user).filter(state=Offer.State.OPEN, answer_by__gte=at)
    return offers.prefetch_related("visit__topics").order_by("answer_by", "pk")


def coming_visits(user: User, *, at: datetime) -> QuerySet[HomeVisit]:
    """The guide's assigned visits, the next one first."""
    return (
        visible_visits(user)
        .filter(guide=user, state=HomeVisit.State.ASSIGNED)
        .prefetch_related("topics")
        .order_by("slot_starts_at")
    )


def guided_visits(user: User) -> QuerySet[HomeVisit]:
    """Every visit on which the user is or was the guide."""
    return visible_visits(user).filter(guide=user).prefetch_related("topics")


def unreported_visits(user: User, *, at: datetime) -> QuerySet[HomeVisit]:
    """The guide's visits that are over and have no report yet, the oldest first."""
    over = guided_visits(user).filter(state=HomeVisit.State.ASSIGNED, slot_ends_at__lt=at)
    return over.order_by("slot_starts_at")


def reported_visits(user: User) -> QuerySet[HomeVisit]:
    """What the guide has reported, the newest first."""
    reported = guided_visits(user).filter(reports__by=user).distinct()
    return reported.prefetch_related("reports__topics").order_by("-slot_starts_at")


def visits_before(visit: HomeVisit, user: User) -> int:
    """How often the user has been at this person's before."""
    return HomeVisit.objects.filter(client=visit.client_id, guide=user, state=HomeVisit.State.DONE).count()


def people_helped(user: User, *, since: datetime) -> int:
    """How many people the guide has helped since then."""
    helped = VisitReport.objects.filter(by=user, outcome=VisitReport.Outcome.HELPED, at__gte=since)
    return helped.aggregate(count=Count("visit__client", distinct=True))["count"]


def taken_offers(user: User, *, since: datetime) -> QuerySet[Offer]:
    """What somebody else took before this volunteer answered, the newest first."""
    lost = visible_offers(user).filter(state=Offer.State.WITHDRAWN, visit__state=HomeVisit.State.ASSIGNED)
    return lost.filter(visit__slot_starts_at__gte=since).order_by("-visit__slot_starts_at")


def open_requests(user: User) -> QuerySet[HomeVisit]:
    """Requests without a guide, the oldest promise first."""
    waiting = Q(state__in=[HomeVisit.State.REQUESTED, HomeVisit.State.SCHEDULED, HomeVisit.State.MISSED])
    return visible_visits(user).filter(waiting).prefetch_related("topics").order_by("answer_by", "pk")


def find_clients(text: str, *, limit: int = 20) -> list[Client]:
    """People whose name, number, street, postal code or reference looks like `text`; at most `limit`.

    Each word must occur (index over three-letter groups); fewer than three letters find nobody. Where only `FEW` have
    them so, those follow whose name sounds alike ("Maier" for "Meyer"); where nobody has, those with similar words.
    """
    if (reference := _reference_in(text)) is not None:
        return list(Client.objects.select_related("address").filter(visits__reference=reference))
    words = search_words(text)
    found = _matching([Q(search_key__contains=word) for word in words], limit)
    if len(found) < FEW and (alike := _alike(words)):
        found += [one for one in _matching(alike, limit) if one not in found][: limit - len(found)]
    return found or (_similar(words, limit) if words else [])


def _matching(conditions: Sequence[Q], limit: int) -> list[Client]:
    """People for whom all of it is true. The inner query takes some more than are wanted, in no order: asked for a few
    in the order of their numbers the database would rather read all people than the index."""
    if not conditions:
        return []
    hits = Client.objects.filter(*conditions).values("pk")[:HITS]
    shown = Client.objects.select_related("address").only("name", "phone", *ADDRESS_COLUMNS)
    return list(shown.filter(pk__in=hits).order_by("pk")[:limit])


def _similar(words: Sequence[str], limit: int) -> list[Client]:
    """People in whose key each word stands with most of its three-letter groups: "Muller" for "Müller"."""
    with connection.cursor() as cursor:  # holds for the connection; nothing else asks for similar words
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, false)", [SIMILAR])
    return _matching([Q(search_key__trigram_word_similar=word) for word in words], limit)


def _alike(words: Sequence[str]) -> list[Q]:
    """Each word as it stands or as it sounds; empty where all sound as they stand."""
    if all(sound_key(word) == word for word in words):
        return []
    return [Q(search_key__contains=word) | Q(search_key__contains=sound_key(word)) for word in words]


def search_words(text: str) -> list[str]:
    """What must occur in a search key: "Lindenstraße 14, Schulze" becomes "lindenstr14" and "schulze", a telephone
    number one word. Words of fewer than three letters are left out."""
    if not any(letter.isalpha() for letter in text):
        digits = "".join(letter for letter in re.sub(r"^\s*(\+|00)\s*49", "0", text) if letter.isdigit())
        words = [postal_code_key(text) or digits]
    else:
        words = []
        for word in filter(None, (street_key(part) for part in re.split(r"[\s,;/-]+", text))):
            if words and word[0].isdigit() and len(word) <= LONGEST_HOUSE_NUMBER:
                words[-1] += word if words[-1].endswith(ENDS_OF_STREETS) else ""
            else:
                words.append(postal_code_key(word) or word)
    return [word for word in words if len(word) >= 3]


def _reference_in(text: str) -> str | None:
    try:
        return references.parse(text)
    except NotUnderstood:
        return None


@dataclass(frozen=True, slots=True)
class LatestVisit:
    """What a list of people tells of a visit."""

    reference: str
    state: str

    @property
    def state_label(self) -> str:
        """The state in the language of the page."""
        return str(HomeVisit.State(self.state).label)


def attach_latest_visits(clients: Sequence[Client], *, each: int = 3) -> None:
    """Give each person `latest_visits`, the newest first, in one query for all. A window over the visits of each would
    cost more than the few rows that are dropped here."""
    if not clients:
        return
    visits = HomeVisit.objects.filter(client__in=[client.pk for client in clients]).order_by("-requested_at")
    by_client: dict[int, list[LatestVisit]] = {client.pk: [] for client in clients}
    for client, reference, state in visits.values_list("client_id", "reference", "state"):
        if len(by_client[client]) < each:
            by_client[client].append(LatestVisit(reference, state))
    for one in clients:
        one.latest_visits = by_client[one.pk]  # type: ignore[attr-defined]


def likely_known(*, phone: str, name: str, but_not: Client | None, limit: int = 3) -> list[Client]:
    """People who may be the one that is being typed: the same number, or the very same name. For a masked warning."""
    same = Q(pk__in=[])
    if phone:
        same |= Q(phone=phone)
    if len(key := fold(name)) >= 6:
        same |= Q(search_key__startswith=f"{key} ")
    people = Client.objects.filter(same).select_related("address").annotate(last_at=Max("visits__requested_at"))
    if but_not is not None:
        people = people.exclude(pk=but_not.pk)
    return list(people.order_by("-last_at", "pk")[:limit])


@dataclass(frozen=True)
class Happening:
    """One line of a case's timeline."""

    at: datetime
    what: str
    who: str = ""
    state: str = ""


def history_of(visit: HomeVisit) -> list[Happening]:
    """Everything of one case on one timeline, the newest first: moves, messages with their true state, calls."""
    about = {"about_type": visit._meta.label_lower, "about_id": str(visit.pk)}
    moves = Transition.objects.filter(subject_type=visit._meta.label_lower, subject_id=str(visit.pk))
    lines = [
        Happening(move.at, str(HomeVisit.State(move.target).label), move.by.name if move.by else "")
        for move in moves.select_related("by")
    ]
    lines += [
        Happening(
            message.sent_at or message.created_at,
            str(message.get_channel_display()),
            state=str(message.get_state_display()),
        )
        for message in Message.objects.filter(**about)
    ]
    lines += [
        Happening(
            call.finished_at or call.created_at,
            str(_("Rückruf")),
            call.owner.name if call.owner else "",
            str(call.get_state_display()),
        )
        for call in CallTask.objects.filter(**about).select_related("owner")
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def open_calls() -> QuerySet[CallTask]:
    """Everything that a human must do by phone, the oldest promise first."""
    return CallTask.objects.filter(state__in=OPEN_CALLS).select_related("owner").order_by("deadline_at", "pk")


WRITTEN_LATELY = timedelta(days=2)


@dataclass(frozen=True)
class CallRow:
    """A call task with whom to call, and what to say in one sentence."""

    task: CallTask
    sentence: str
    is_late: bool
    visit: HomeVisit | None
    written: str = ""

    @property
    def client(self) -> Client | None:
        return self.visit.client if self.visit else None


def call_rows(tasks: Sequence[CallTask], *, now: datetime) -> list[CallRow]:
    """Call tasks with their cases, and what the person last wrote by SMS, in three queries for any number of rows."""
    phones = {task.phone for task in tasks if task.phone}
    recent = InboundSms.objects.filter(from_number__in=phones, received_at__gte=now - WRITTEN_LATELY)
    written = dict(recent.order_by("received_at").values_list("from_number", "body"))
    ids = [task.about_id for task in tasks if task.about_type == HomeVisit._meta.label_lower]
    cases = HomeVisit.objects.filter(pk__in=ids).select_related("client").in_bulk()
    return [
        CallRow(
            task,
            call_sentence(task.kind, get_language() or "de", task.variables),
            task.deadline_at < now,
            cases.get(int(task.about_id)) if task.about_id.isdigit() and task.about_id in ids else None,
            written.get(task.phone, ""),
        )
        for task in tasks
    ]


def board_counts(*, now: datetime) -> dict[str, int]:
    """What waits, in one query each for visits, offers and calls."""
    state = HomeVisit.State
    open_states = [state.REQUESTED, state.SCHEDULED, state.MISSED]
    visits = HomeVisit.objects.filter(state__in=[*open_states, state.ASSIGNED]).aggregate(
        open=Count("pk", filter=Q(state__in=open_states)),
        late=Count("pk", filter=Q(state__in=open_states, answer_by__lt=now)),
        held=Count("pk", filter=Q(state=state.REQUESTED) & ~Q(held_because="")),
        to_confirm=Count("pk", filter=Q(state=state.REQUESTED, agreed_at__isnull=True, held_because="")),
        assigned=Count("pk", filter=Q(state=state.ASSIGNED)),
        unreported=Count("pk", filter=Q(state=state.ASSIGNED, slot_ends_at__lt=now)),
    )
    offers = Offer.objects.filter(state=Offer.State.OPEN).count()
    calls = CallTask.objects.filter(state__in=OPEN_CALLS).aggregate(
        calls=Count("pk"), late_calls=Count("pk", filter=Q(deadline_at__lt=now))
    )
    return {**visits, "offers": offers, **calls}


# --- for whoever has no account -------------------------------------------------------------------


def visit_by_proof(*, reference: str, postal_code: str) -> HomeVisit | None:
    """The visit with this number, if the person visited lives under this postal code; one query either way."""
    visits = HomeVisit.objects.select_related("client__address")
    return visits.filter(reference=reference, client__address__postal_code=postal_code).first()


def draft_by_proof(*, reference: str, postal_code: str) -> bool:
    """Whether a web request with this number was begun for this postal code and never sent."""
    drafts = WebRequest.objects.filter(reference=reference, visit=None)
    return drafts.filter(answers__address__postal_code=postal_code).exists()


# --- facilities and teams -------------------------------------------------------------------------


def visible_facilities(user: User) -> QuerySet[Facility]:
    """The active facilities for which the user may book."""
    facilities = Facility.objects.filter(is_active=True).select_related("address").order_by("name")
    return facilities.filter(contacts=user) if user.has_role(Role.FACILITY) else facilities.none()


def visible_trainings(user: User) -> QuerySet[Training]:
    """All trainings for coordinators, those of their facility for its contacts, those of their team for advisors."""
    trainings = Training.objects.select_related("facility__address", "request_stop__team", "record__by")
    trainings = trainings.prefetch_related("topics")
    if user.has_role(Role.COORDINATOR):
        return trainings
    mine = Q(pk__in=[])
    if user.has_role(Role.FACILITY):
        mine |= Q(facility__in=Facility.objects.filter(contacts=user, is_active=True))
    if user.has_role(Role.ADVISOR):
        mine |= Q(request_stop__team__in=user.teams.all())
    return trainings.filter(mine)


def own_trainings(user: User) -> QuerySet[Training]:
    """The trainings of the user's facilities, the next ones first; nothing else, whatever other roles they have."""
    return (
        visible_trainings(user)
        .filter(facility__in=visible_facilities(user))
        .order_by("-request_stop__starts_at", "-pk")
    )


def visible_tours(user: User, day: date) -> QuerySet[Tour]:
    """The published tours of a day: those of their teams for advisors, all for coordinators."""
    tours = tours_on(day)
    if user.has_role(Role.COORDINATOR):
        return tours
    return tours.filter(team__in=user.teams.all()) if user.has_role(Role.ADVISOR) else tours.none()


def trainings_on(tours: Sequence[Tour]) -> dict[int, Training]:
    """Trainings of these tours by the request stop that they halt for; two queries."""
    found = Training.objects.filter(request_stop__halt__tour__in=tours)
    found = found.select_related("facility", "request_stop", "record").prefetch_related("topics")
    return {training.request_stop_id: training for training in found}


KINDS_OF_A_COMING_VISIT = ("senior_booked", "senior_reminder_7d", "senior_reminder_1d", "senior_reminder_today")
KINDS_OF_AN_OPEN_OFFER = ("v_offer", "v_offer_urgent")


def is_still_to_come(message: Message) -> bool:
    """Whether the visit of a message still stands as the message says; a cancelled one gets no reminder."""
    visit = HomeVisit.objects.filter(pk=message.about_id, state=HomeVisit.State.ASSIGNED).first()
    if visit is None or visit.slot_starts_at is None:
        return False
    return message.variables.get("time") in (None, spoken_clock(visit.slot_starts_at))


def is_still_offered(message: Message) -> bool:
    """Whether the offer of a message is still open; who is too late to be asked is not asked."""
    offer = Offer.objects.filter(visit=message.about_id, volunteer__user=message.recipient_user_id)
    return offer.filter(state=Offer.State.OPEN).exists()
