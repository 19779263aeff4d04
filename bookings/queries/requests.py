"""Reads of the room. `visible_*` decide what exists for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from bookings.models import Facility, HomeVisit, Offer, Training, VisitReport
from bookings.queries.offers import was_given_back
from bookings.rules import can_desk
from lotsen.kernel.calendar import spoken_clock
from lotsen.messages.models import Message
from lotsen.people.models import Role, User
from touring.models import Tour
from touring.queries import tours_on

FEW, HITS, SIMILAR = 5, 200, "0.45"


def visible_visits(user: User) -> QuerySet[HomeVisit]:
    """All visits for hotline and coordination, for guides those where they go themselves or along, none for anybody
    else."""
    visits = HomeVisit.objects.select_related("client__address__district", "guide", "companion")
    if can_desk(user):
        return visits
    return visits.filter(Q(guide=user) | Q(companion=user))


def visible_offers(user: User) -> QuerySet[Offer]:
    """A volunteer's own offers."""
    return Offer.objects.filter(volunteer__user=user).select_related(
        "visit__client__address__district", "visit__guide", "volunteer__user", "volunteer__home", "volunteer__start"
    )


def open_offers(user: User, *, at: datetime) -> QuerySet[Offer]:
    """What waits for the volunteer's answer, the soonest deadline first."""
    offers = visible_offers(user).filter(state=Offer.State.OPEN, answer_by__gte=at)
    return offers.prefetch_related("visit__topics").order_by("answer_by", "pk")


def coming_visits(user: User, *, at: datetime) -> QuerySet[HomeVisit]:
    """Assigned visits to which the user goes, as guide or along, the next one first."""
    return own_visits(user).filter(state=HomeVisit.State.ASSIGNED).order_by("slot_starts_at")


def visits_along(user: User, *, at: datetime) -> QuerySet[HomeVisit]:
    """Assigned visits ahead or of today to which the user goes along, the next one first."""
    ahead = own_visits(user).filter(companion=user, state=HomeVisit.State.ASSIGNED, slot_ends_at__gte=at)
    return ahead.order_by("slot_starts_at", "pk")


def own_visits(user: User) -> QuerySet[HomeVisit]:
    """Every visit to which the user goes or went, as guide or along."""
    return visible_visits(user).filter(Q(guide=user) | Q(companion=user)).prefetch_related("topics")


def guided_visits(user: User) -> QuerySet[HomeVisit]:
    """Every visit on which the user is or was the guide."""
    return visible_visits(user).filter(guide=user).prefetch_related("topics")


def unreported_visits(user: User, *, at: datetime) -> QuerySet[HomeVisit]:
    """The guide's visits that are over and have no report yet, the oldest first."""
    over = guided_visits(user).filter(state=HomeVisit.State.ASSIGNED, slot_ends_at__lt=at)
    return over.order_by("slot_starts_at")


def reported_visits(user: User) -> QuerySet[HomeVisit]:
    """What the guide has reported, or has told the desk to write down, the newest first."""
    over = Q(reports__by=user) | Q(state__in=[HomeVisit.State.DONE, HomeVisit.State.MISSED])
    reported = guided_visits(user).filter(over, reports__isnull=False).distinct()
    return reported.prefetch_related("reports__topics").order_by("-slot_starts_at")


def visits_before(visit: HomeVisit, user: User) -> int:
    """How often the user has been at this person's before."""
    return HomeVisit.objects.filter(client=visit.client_id, guide=user, state=HomeVisit.State.DONE).count()


def people_helped(user: User, *, since: datetime) -> int:
    """How many people the guide has helped since then."""
    helped = VisitReport.objects.filter(visit__guide=user, outcome=VisitReport.Outcome.HELPED, at__gte=since)
    return helped.aggregate(count=Count("visit__client", distinct=True))["count"]


def taken_offers(user: User, *, since: datetime) -> QuerySet[Offer]:
    """What somebody else took before this volunteer answered, the newest first."""
    lost = visible_offers(user).filter(state=Offer.State.WITHDRAWN, visit__state=HomeVisit.State.ASSIGNED)
    return lost.filter(visit__slot_starts_at__gte=since).order_by("-visit__slot_starts_at")


def open_requests(user: User) -> QuerySet[HomeVisit]:
    """Requests without a guide: what a volunteer gave back first, then the oldest promise."""
    waiting = Q(state__in=[HomeVisit.State.REQUESTED, HomeVisit.State.SCHEDULED, HomeVisit.State.MISSED])
    found = visible_visits(user).filter(waiting).alias(was_given_back=was_given_back())
    return found.prefetch_related("topics").order_by("-was_given_back", "answer_by", "pk")


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


def team_visits_on(tours: Sequence[Tour]) -> dict[int, HomeVisit]:
    """Home visits for which these tours halt, by the request stop."""
    found = HomeVisit.objects.filter(request_stop__halt__tour__in=tours, state=HomeVisit.State.ASSIGNED)
    return {visit.request_stop_id: visit for visit in found.select_related("client")}


KINDS_OF_A_COMING_VISIT = ("senior_booked",)
KINDS_OF_AN_OPEN_OFFER = ("v_offer", "v_offer_urgent")


def is_still_to_come(message: Message) -> bool:
    """Whether the visit of a message still stands as the message says; a cancelled one gets no reminder."""
    if message.about_type != HomeVisit._meta.label_lower:
        return True
    visit = HomeVisit.objects.select_for_update().filter(pk=message.about_id, state=HomeVisit.State.ASSIGNED).first()
    if visit is None or visit.slot_starts_at is None:
        return False
    return message.variables.get("time") in (None, spoken_clock(visit.slot_starts_at))


def is_still_offered(message: Message) -> bool:
    """Whether the offer of a message is still open; who is too late to be asked is not asked."""
    if message.about_type != HomeVisit._meta.label_lower:
        return True
    offer = Offer.objects.filter(visit=message.about_id, volunteer__user=message.recipient_user_id)
    return offer.filter(state=Offer.State.OPEN).exists()
