"""Random steps of four actors at the same instant on a few visits, and what must be true after each instant."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Barrier

from django.db import connections

from bookings import offers, reports, visits, waves
from bookings.models import HomeVisit, Offer, Wave
from bookings.notices import KINDS_ABOUT_THE_DATE, OFFERS
from lotsen.kernel.calendar import spoken_clock
from lotsen.kernel.errors import Refused
from lotsen.kernel.models import Transition
from lotsen.messages.models import Message
from tests.people import NOW, make_client, make_topic, make_user, make_visit, make_volunteer

ACTORS = 4
VISITS = 4
State = HomeVisit.State
COMING = frozenset(KINDS_ABOUT_THE_DATE) - {*OFFERS, "senior_confirm", "senior_visitor_changed", "senior_moved"}


class Town:
    """Two volunteers, one at the desk, one clock; `keys` are the visits that are not closed yet."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.at = NOW
        self.topic = make_topic()
        self.anna = make_user()
        self.people = [make_volunteer(name, topics=[self.topic]) for name in ("Bernd Kluge", "Clara Vogel")]
        self.client = make_client()
        self.keys: list[int] = []
        self.seen = 0
        self.done: dict[str, int] = {}
        self.refused = 0
        self.pool = ThreadPoolExecutor(ACTORS)

    def instant(self) -> list[str]:
        """Each actor takes one random step, all at once; returns what is wrong afterwards."""
        self._renew()
        roles = [("volunteer", 0), ("volunteer", 1), ("desk", 0), ("worker", 0)]
        steps = [(self._pick(role), who, self.random.random()) for role, who in roles]
        for one in [self.pool.submit(self._step, *step) for step in steps]:
            one.result()
        self.at += timedelta(minutes=self.random.choice([1, 5, 30, 240, 1440]))
        return list(self.wrong())

    def close(self) -> None:
        """Let the threads and their connections go."""
        together = Barrier(ACTORS, timeout=60)
        for one in [self.pool.submit(_close, together) for _ in range(ACTORS)]:
            one.result()
        self.pool.shutdown()

    def _renew(self) -> None:
        open_ = HomeVisit.objects.filter(pk__in=self.keys).exclude(state__in=[State.DONE, State.CANCELLED])
        self.keys = list(open_.order_by("pk").values_list("pk", flat=True))
        while len(self.keys) < VISITS:
            self.keys.append(make_visit(by=self.anna, client=self.client, topics=[self.topic], at=self.at).pk)

    def _pick(self, role: str) -> str:
        return self.random.choice(VERBS[role])

    def _step(self, verb: str, who: int, chance: float) -> None:
        try:
            getattr(self, f"_{verb}")(who, chance)
        except Refused:
            self.refused += 1
        else:
            self.done[verb] = self.done.get(verb, 0) + 1

    def _visit(self, chance: float) -> HomeVisit:
        key = self.keys[int(chance * len(self.keys))]
        return HomeVisit.objects.select_related("client__address", "guide").get(pk=key)

    def _offer(self, who: int, chance: float, state: str) -> Offer:
        own = Offer.objects.filter(volunteer=self.people[who], state=state, visit__in=self.keys).order_by("pk")
        found = list(own.select_related("visit__client__address", "volunteer__user", "volunteer__home"))
        if not found:
            raise Refused("nothing there")
        return found[int(chance * len(found))]

    # --- volunteers ---

    def _accept(self, who: int, chance: float) -> None:
        offers.accept_offer(self._offer(who, chance, "open"), by=self.people[who].user, at=self.at)

    def _decline(self, who: int, chance: float) -> None:
        offers.decline_offer(self._offer(who, chance, "open"), because="Weg", by=self.people[who].user, at=self.at)

    def _give_back(self, who: int, chance: float) -> None:
        offers.return_offer(self._offer(who, chance, "accepted"), because="krank", by=self.people[who].user, at=self.at)

    def _arrive(self, who: int, chance: float) -> None:
        visits.check_in(self._visit(chance), by=self.people[who].user, at=self.at)

    def _leave(self, who: int, chance: float) -> None:
        visits.check_out(self._visit(chance), by=self.people[who].user, at=self.at)

    def _report(self, who: int, chance: float) -> None:
        met = chance < 0.02 or int(chance * 100) % 2
        what = (
            {"outcome": "helped", "topics": [self.topic], "minutes": 60}
            if met
            else {"outcome": "not_met", "topics": [], "minutes": 0}
        )
        reports.file_report(self._visit(chance), by=self.people[who].user, at=self.at, **what)

    # --- the desk ---

    def _date(self, who: int, chance: float) -> None:
        starts_at = self.at + timedelta(days=1 + int(chance * 97) % 6)
        visits.fix_slot(self._visit(chance), starts_at=starts_at, by=self.anna, at=self.at)

    def _ask(self, who: int, chance: float) -> None:
        waves.ask_first(self._visit(chance), volunteers=self.people, by=self.anna, at=self.at)

    def _no_date(self, who: int, chance: float) -> None:
        visits.free_slot(self._visit(chance), by=self.anna, at=self.at)

    def _assign(self, who: int, chance: float) -> None:
        visits.assign_guide(self._visit(chance), guide=self.people[int(chance * 50) % 2].user, by=self.anna, at=self.at)

    def _reassign(self, who: int, chance: float) -> None:
        visits.release_guide(self._visit(chance), because="anders", by=self.anna, at=self.at)

    def _cancel(self, who: int, chance: float) -> None:
        visits.cancel_visit(self._visit(chance), because="", own_wish=chance < 0.5, by=self.anna, at=self.at)

    def _again(self, who: int, chance: float) -> None:
        visits.seek_again(self._visit(chance), by=self.anna, at=self.at)

    # --- the worker ---

    def _expire(self, who: int, chance: float) -> None:
        offers.expire_offers(at=self.at)

    def _next_wave(self, who: int, chance: float) -> None:
        waves.go_on(at=self.at)

    # --- what must be true ---

    def wrong(self) -> Iterator[str]:
        """Everything that is not as it must be, in a word each."""
        for visit in HomeVisit.objects.filter(pk__in=self.keys).prefetch_related("offers__volunteer"):
            yield from _wrong_visit(visit)
            yield from _wrong_messages(visit)
        yield from self._wrong_history()
        if (
            Wave.objects.filter(ended_at=None).values("visit").distinct().count()
            != Wave.objects.filter(ended_at=None).count()
        ):
            yield "two waves of one visit"

    def _wrong_history(self) -> Iterator[str]:
        tables = {"bookings.homevisit": HomeVisit.moves, "bookings.offer": Offer.moves}
        new = Transition.objects.filter(pk__gt=self.seen, subject_type__in=tables).order_by("pk")
        for line in new:
            self.seen = line.pk
            if line.source and line.target not in tables[line.subject_type][line.source]:
                yield f"{line.subject_type}: {line.source} > {line.target}"


def _close(together: Barrier) -> None:
    together.wait()
    connections.close_all()


def _wrong_visit(visit: HomeVisit) -> Iterator[str]:
    accepted = [offer for offer in visit.offers.all() if offer.state == Offer.State.ACCEPTED]
    is_open = any(offer.state == Offer.State.OPEN for offer in visit.offers.all())
    has_guide = visit.state in (State.ASSIGNED, State.DONE, State.MISSED)
    if len(accepted) > 1:
        yield "two accepted offers"
    if visit.state != State.CANCELLED and has_guide != (visit.guide_id is not None):
        yield f"{visit.state} with guide {visit.guide_id}"
    if accepted and visit.state in (State.REQUESTED, State.SCHEDULED):
        yield f"accepted offer of a visit that is {visit.state}"
    if accepted and visit.guide_id and accepted[0].volunteer.user_id != visit.guide_id:
        yield "another guide than the one who accepted"
    if is_open and visit.state != State.SCHEDULED:
        yield f"open offer of a visit that is {visit.state}"
    if (visit.slot_starts_at is None) != (visit.state == State.REQUESTED) and visit.state != State.CANCELLED:
        yield f"{visit.state} with date {visit.slot_starts_at}"
    if visit.state == State.ASSIGNED and (visit.way_ends_at is None or not visit.code_word):
        yield "assigned without way or word"


def _wrong_messages(visit: HomeVisit) -> Iterator[str]:
    open_offers = {f"offer:{offer.pk}:asked" for offer in visit.offers.all() if offer.state == Offer.State.OPEN}
    for message in Message.objects.filter(about_id=str(visit.pk), about_type="bookings.homevisit", state="queued"):
        time = spoken_clock(visit.slot_starts_at) if visit.slot_starts_at else None
        if message.kind in OFFERS and message.key not in open_offers:
            yield f"{message.kind} of an offer that is not open"
        if message.kind in COMING and visit.state != State.ASSIGNED:
            yield f"{message.kind} about a visit that is {visit.state}"
        if message.kind in {*COMING, *OFFERS} and message.variables.get("time", time) != time:
            yield f"{message.kind} about an old date"


VERBS = {
    "volunteer": ["accept"] * 4 + ["decline", "give_back", "arrive", "leave", "report", "report"],
    "desk": ["date"] * 3 + ["ask"] * 4 + ["no_date", "assign", "reassign", "cancel", "again"],
    "worker": ["expire", "next_wave"],
}
