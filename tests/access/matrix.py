"""Who gets what behind every address of the house. An address without a row here fails the tests.

A row says who may pass the door, whose the object behind it is, and what the door answers them to GET and POST.
Everybody else is asked to sign in (nobody is signed in) or reads that the page does not exist: what is not yours is not
there.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

NOBODY = "anonymous"
STAFF_OF_DATA = frozenset({"data_protection", "administrator"})
PERSONS = (
    NOBODY,
    "hotline",
    "coordinator",
    "coordinator_other",
    "advisor",
    "advisor_other",
    "volunteer",
    "volunteer_other",
    "facility",
    "facility_other",
    "data_protection",
    "administrator",
)
EVERYBODY = frozenset(PERSONS)
SIGNED_IN = EVERYBODY - {NOBODY}
COORDINATORS = frozenset({"coordinator", "coordinator_other"})
DESK = COORDINATORS | {"hotline"}
TEAMS = COORDINATORS | {"advisor", "advisor_other"}
VOLUNTEERS = frozenset({"volunteer", "volunteer_other"})
GUIDES = VOLUNTEERS | {"advisor", "advisor_other"}
FACILITIES = frozenset({"facility", "facility_other"})

MISSING_UUID = UUID(int=0)
MISSING_NUMBER = 9_999_999
MISSING_REFERENCE = "0000001"
MISSING_TOKEN = "x" * 43

# What a door may answer, by its name.
ANSWERS = {
    "ok": {200},
    "away": {301, 302},  # elsewhere, never to sign-in
    "acts": {200, 201, 204, 302, 400, 409, 422},  # did it, or says in a sentence why not
    "login": {302},
    "signs_out": {302},  # and leads to sign-in
    "missing": {404},
    "method": {405},
    "unsigned": {403},  # only the telephone network comes in
    "unauthorised": {401, 403},  # the machine door: no session
    "forbidden": {403},
}


@dataclass(frozen=True)
class Row:
    """`own`: those of `door` who own the object that `args` names in the world; `missing` names one that is not."""

    door: frozenset[str] = EVERYBODY
    own: frozenset[str] | None = None
    args: tuple[object, ...] = ()
    missing: tuple[object, ...] = ()
    get: str = "ok"
    post: str = "method"
    shows: tuple[str, ...] = ()
    outside: str = ""
    """What those read who do not pass; empty: sign-in for nobody, 404 for the others."""
    other_methods: str = "method"
    options: str = "method"
    csrf_free: bool = False

    @property
    def owners(self) -> frozenset[str]:
        return self.door if self.own is None else self.own

    def expected(self, person: str, method: str, *, is_there: bool = True) -> str:
        """The name of the answer."""
        if person not in self.door:
            return self.outside or ("login" if person == NOBODY else "missing")
        answer = {"GET": self.get, "HEAD": self.get, "POST": self.post, "OPTIONS": self.options}.get(
            method, self.other_methods
        )
        if answer in ("method", "unsigned"):
            return answer
        if method == "OPTIONS":
            return answer
        if not is_there or person not in self.owners:
            return "missing"
        return answer


def page(*args: object, missing: tuple[object, ...] = (), **fields: object) -> Row:
    """A page for everybody."""
    return Row(args=args, missing=missing, **fields)  # type: ignore[arg-type]


def desk(*args: object, **fields: object) -> Row:
    return Row(door=DESK, args=args, **fields)  # type: ignore[arg-type]


def planner(*args: object, **fields: object) -> Row:
    return Row(door=COORDINATORS, args=args, **fields)  # type: ignore[arg-type]


def on_the_road(key: str, **fields: object) -> Row:
    """What a team may do with its own tours, and coordinators with all."""
    own = COORDINATORS | {"advisor"}
    return Row(door=TEAMS, own=own, args=(key,), missing=(MISSING_NUMBER,), **fields)  # type: ignore[arg-type]


def guide(*args: object, **fields: object) -> Row:
    return Row(door=GUIDES, args=args, **fields)  # type: ignore[arg-type]


def of_volunteer(key: str, **fields: object) -> Row:
    missing = (MISSING_TOKEN if key.startswith("offer") else MISSING_REFERENCE,)
    return Row(door=GUIDES, own=frozenset({"volunteer"}), args=(key,), missing=missing, **fields)  # type: ignore[arg-type]


def of_facility(key: str, **fields: object) -> Row:
    own = frozenset({"facility"})
    return Row(door=FACILITIES, own=own, args=(key,), missing=(MISSING_REFERENCE,), **fields)  # type: ignore[arg-type]


def webhook(*args: object) -> Row:
    return Row(args=args, get="unsigned", post="unsigned", other_methods="unsigned", options="unsigned", csrf_free=True)


def machine(*args: object, **fields: object) -> Row:
    """The machine door answers 403 to whoever may not."""
    return Row(**{"args": args, "options": "ok", "outside": "unauthorised", **fields})  # type: ignore[arg-type]


MATRIX = {
    # --- everybody ---------------------------------------------------------------------------------
    "start": page(),
    "pages:safety": page(),
    "pages:join": page(),
    "pages:accessibility": page(),
    "pages:privacy": page(),
    "pages:imprint": page(),
    "pages:plain": page(),
    "pages:signs": page(),
    "pages:gallery": page(get="gallery"),
    "pages:language": page(get="method", post="away", csrf_free=True),
    "places:areas": page(),
    "touring:timetable": page(post="ok", csrf_free=True),  # an address typed is no part of an address of a page
    "touring:timetable-print": page(),
    "touring:stops-json": page(),
    "touring:stop": page("stop", missing=("XX",)),
    "touring:stop-calendar": page("stop", missing=("XX",)),
    "touring:stop-photo": page("stop", missing=("XX",)),
    "touring:poster": page(),
    "touring:area": page("area", missing=("XX",)),
    "touring:area-calendar": page("area", missing=("XX",)),
    "touring:area-poster": page("area", missing=("XX",)),
    "touring:area-leaflet": page("area", missing=("XX",)),
    "touring:team-calendar": page("team", missing=("XX",)),
    "bookings:web-start": page(post="acts"),
    "bookings:web-near": page("web", missing=(MISSING_TOKEN,), shows=("web.begun.*",)),
    "bookings:web-check": page("web", missing=(MISSING_TOKEN,), get="away", post="away", shows=("web.begun.*",)),
    "bookings:web-done": page("web_sent", missing=(MISSING_TOKEN,), shows=("web.sent.*",)),
    "bookings:web-question": page(
        "web", "=adresse", missing=(MISSING_TOKEN, "=adresse"), post="acts", shows=("web.begun.*",)
    ),
    "bookings:referral-start": page(post="acts"),
    "bookings:referral-list": page("referral", missing=(MISSING_TOKEN,), post="acts", shows=("web.begun.*",)),
    "bookings:referral-done": page("referral_sent", missing=(MISSING_TOKEN,), shows=("web.sent.*",)),
    "bookings:status": page(post="acts"),
    "bookings:status-resume": page(get="away", post="away"),
    "bookings:status-change": page(get="away", post="acts"),
    "bookings:status-call-off": page(get="away", post="away"),
    "bookings:status-off": page(),
    "bookings:card-check": page(post="acts"),
    "bookings:card-code": page("card_token"),  # what is not there is answered like what is void
    "volunteers:apply": page(post="acts"),
    "volunteers:applied": page(),
    "volunteers:new-email": page("new_email", missing=(MISSING_TOKEN,), post="away"),
    "volunteers:email-confirmed": page(),
    "volunteers:certificate-check": page(post="acts"),
    # Whoever holds the paper reads what stands on it; what is not there is answered like what is void.
    "volunteers:certificate-code": page("certificate_token", shows=("volunteer.own.name",)),
    "bookings:survey": page(post="acts"),
    "bookings:survey-thanks": page(),
    # --- signed in ----------------------------------------------------------------------------------
    "desk": Row(door=SIGNED_IN, get="away", outside="login"),
    "pages:account": Row(door=SIGNED_IN, outside="login"),
    "pages:sign-out": Row(door=SIGNED_IN, outside="login", post="signs_out"),
    # --- hotline and coordination ---------------------------------------------------------------------
    "bookings:intake": desk(post="acts"),
    "bookings:suggestions": desk(get="method", post="acts"),
    "bookings:on-the-line": desk(get="acts"),
    "bookings:draft": desk(get="method", post="acts"),
    "bookings:draft-drop": desk(get="method", post="away"),
    "bookings:search": desk(post="acts"),
    "bookings:requests": desk(),
    "bookings:phone-share": planner(get="method", post="away"),
    "bookings:calls": desk(),
    "bookings:call-act": desk("call", "=nehmen", missing=(MISSING_UUID, "=nehmen"), get="method", post="away"),
    "bookings:call-count": desk(),
    "bookings:take-asked": desk("visit.waiting", missing=(MISSING_REFERENCE,), get="method", post="away"),
    "bookings:line": desk("=pause", missing=("=unfug",), get="method", post="away"),
    "bookings:voicemail": desk("voicemail", missing=(MISSING_UUID,)),
    "bookings:voicemail-heard": desk("voicemail", missing=(MISSING_UUID,), get="method", post="away"),
    "bookings:deputies": desk(post="acts"),
    "bookings:deputy-end": Row(
        door=DESK,
        own=COORDINATORS,
        args=("absence",),
        missing=(MISSING_NUMBER,),
        get="method",
        post="away",
    ),
    "bookings:alarm": desk("visit.assigned", missing=(MISSING_REFERENCE,)),
    "bookings:alarm-take": desk("visit.assigned", missing=(MISSING_REFERENCE,), get="method", post="acts"),
    "bookings:alarm-tick": desk("visit.assigned", 1, missing=(MISSING_REFERENCE, 1), get="method", post="away"),
    "bookings:visit": desk("visit.assigned", missing=(MISSING_REFERENCE,)),
    "bookings:ask": desk("visit.offered", missing=(MISSING_REFERENCE,), get="method", post="away"),
    "bookings:offer-by-phone": desk("visit.offered", missing=(MISSING_REFERENCE,), get="method", post="away"),
    "bookings:block-pair": planner("visit.offered", missing=(MISSING_REFERENCE,), get="method", post="away"),
    "bookings:visit-act": desk(
        "visit.waiting", "=confirm", missing=(MISSING_REFERENCE, "=confirm"), get="method", post="away"
    ),
    "bookings:referral": desk("referral_number", missing=(MISSING_REFERENCE,), shows=("web.sent.*",)),
    "bookings:referral-act": desk(
        "referral_number", "=bestaetigen", missing=(MISSING_REFERENCE, "=bestaetigen"), get="method", post="away"
    ),
    "bookings:visit-edit": desk("visit.assigned", missing=(MISSING_REFERENCE,), post="acts"),
    "bookings:visit-coming": desk("visit.assigned", missing=(MISSING_REFERENCE,), post="acts"),
    "bookings:visit-file": desk("visit.assigned", missing=(MISSING_REFERENCE,)),
    "bookings:survey-desk": desk(post="acts"),
    "volunteers:people": planner(),
    "volunteers:office-apply": desk(post="acts"),
    "volunteers:applications": planner(),
    "volunteers:application": planner("application", missing=(MISSING_TOKEN,), post="acts", shows=("application.*",)),
    "volunteers:application-settle": planner(
        "application", "=freigeben", missing=(MISSING_TOKEN, "=freigeben"), get="method", post="away"
    ),
    "bookings:volunteer": planner("volunteer_key.own", missing=("nobody",), shows=("volunteer.own.email",)),
    "bookings:volunteer-show": planner(
        "volunteer_key.own", "=training", missing=("nobody", "=training"), get="method", post="acts"
    ),
    "bookings:volunteer-strike": planner(
        "volunteer_key.own", "evidence", missing=("nobody", MISSING_NUMBER), get="method", post="away"
    ),
    "bookings:volunteer-suspend": planner("volunteer_key.own", missing=("nobody",), get="method", post="acts"),
    "bookings:volunteer-companion": planner("volunteer_key.own", missing=("nobody",), get="method", post="acts"),
    "bookings:volunteer-letter": planner("volunteer_key.own", missing=("nobody",)),
    "bookings:volunteer-act": planner(
        "volunteer_key.own", "=entsperren", missing=("nobody", "=entsperren"), get="method", post="away"
    ),
    "volunteers:courses": planner(post="acts"),
    "volunteers:course": planner("course", missing=(MISSING_NUMBER,)),
    "volunteers:course-act": planner(
        "course", "=anwesend", missing=(MISSING_NUMBER, "=anwesend"), get="method", post="away"
    ),
    "volunteers:expenses": planner(),
    "volunteers:expenses-pay": planner(get="method", post="away"),
    "volunteers:payment-list": planner("payment_run", missing=(MISSING_NUMBER,)),
    "volunteers:expense-act": planner(
        "expense", "=anerkennen", missing=(MISSING_NUMBER, "=anerkennen"), get="method", post="away"
    ),
    "volunteers:allowances": planner(post="acts"),
    "volunteers:allowance": planner("volunteer_key.own", missing=("nobody",), post="acts"),
    "volunteers:allowance-strike": planner(
        "volunteer_key.own", "allowance", missing=("nobody", MISSING_NUMBER), get="method", post="away"
    ),
    "people:exports": desk(),
    "people:export-ask": desk("=letters", "=0", missing=("=letters", "=1"), get="missing", post="missing"),
    "people:export-act": desk(
        "export", "=ablehnen", missing=(MISSING_NUMBER, "=ablehnen"), get="method", post="acts", own=COORDINATORS
    ),
    "bookings:hours": planner(),
    "bookings:hours-export": planner(get="method", post="acts"),
    "bookings:hours-act": planner(
        "other_work", "=bestaetigen", missing=(MISSING_NUMBER, "=bestaetigen"), get="method", post="away"
    ),
    "bookings:hours-person": planner("volunteer_key.own", missing=("nobody",), post="away"),
    "bookings:certificate": planner("volunteer_key.own", "certificate", missing=("nobody", "=000000000")),
    "bookings:certificate-revoke": planner(
        "volunteer_key.own", "certificate", missing=("nobody", "=000000000"), get="method", post="away"
    ),
    "bookings:cards": planner(),
    "bookings:card": planner("card_user", missing=(MISSING_NUMBER,), post="acts"),
    "bookings:card-revoke": planner("card_user", missing=(MISSING_NUMBER,), get="method", post="away"),
    "bookings:cards-print": planner(get="method", post="away"),
    "bookings:board": planner(),
    # --- the weekly round -------------------------------------------------------------------------------
    "bookings:rounds": planner(),
    "bookings:round-new": planner(get="method", post="acts"),
    "bookings:round-weights": planner(post="acts"),
    "bookings:round-wish": planner(get="method", post="missing"),
    "bookings:round-wish-drop": planner("round_wish", missing=(MISSING_NUMBER,), get="method", post="away"),
    "bookings:round": planner("round", missing=(MISSING_NUMBER,)),
    "bookings:round-state": planner("round", missing=(MISSING_NUMBER,)),
    "bookings:round-stop": planner("round", missing=(MISSING_NUMBER,), get="method", post="away"),
    "bookings:round-take": planner("round", missing=(MISSING_NUMBER,), get="method", post="away"),
    "outbox:messages": Row(door=COORDINATORS | {"administrator"}),
    "outbox:texts": planner(),
    "outbox:text": planner("=sms", "=de", "=senior_booked", missing=("=sms", "=de", "=gibt_es_nicht"), post="acts"),
    "outbox:text-restore": planner(
        "=sms", "=de", "=senior_booked", missing=("=sms", "=de", "=gibt_es_nicht"), get="method", post="acts"
    ),
    "bookings:import": planner(post="acts"),
    "bookings:import-preview": planner("upload", own=frozenset({"coordinator"}), missing=(MISSING_TOKEN,), post="acts"),
    "bookings:import-take": planner("upload", get="method", post="away"),
    "bookings:import-drop": planner("upload", get="method", post="away"),
    # --- the post ---------------------------------------------------------------------------------------
    "bookings:post": desk(),
    "bookings:print-run-new": desk(get="method", post="away"),
    "bookings:print-run": desk("print_run", missing=(MISSING_NUMBER,)),
    "bookings:print-run-state": desk("print_run", missing=(MISSING_NUMBER,)),
    "bookings:print-run-file": desk("print_run", missing=(MISSING_NUMBER,)),
    "bookings:print-run-act": desk(
        "print_run", "=gedruckt", missing=(MISSING_NUMBER, "=gedruckt"), get="method", post="away"
    ),
    "bookings:letter": desk("letter", missing=(MISSING_UUID,)),
    "bookings:letter-act": desk("letter", "=zurueck", missing=(MISSING_UUID, "=zurueck"), get="method", post="away"),
    "bookings:incoming": desk(post="acts"),
    "bookings:post-in": desk("visit.offered", "=karte", missing=(MISSING_REFERENCE, "=karte"), post="acts"),
    "bookings:propose": desk("visit.offered", missing=(MISSING_REFERENCE,), post="acts"),
    "bookings:proposal-answer": desk("visit.offered", missing=(MISSING_REFERENCE,), get="method", post="away"),
    # --- planning -------------------------------------------------------------------------------------
    "touring:plans": planner(),
    "touring:run-new": planner(get="method", post="acts"),
    "touring:run": planner("run", missing=(MISSING_NUMBER,)),
    "touring:run-state": planner("run", missing=(MISSING_NUMBER,)),
    "touring:run-stop": planner("run", missing=(MISSING_NUMBER,), get="method", post="away"),
    "touring:plan": planner("draft", missing=(MISSING_NUMBER,)),
    "touring:publish": planner("draft", missing=(MISSING_NUMBER,), get="method", post="away"),
    "touring:discard": planner("draft", missing=(MISSING_NUMBER,), get="method", post="away"),
    "touring:draft-from": planner("plan", missing=(MISSING_NUMBER,), get="method", post="away"),
    "touring:undo": planner("draft", missing=(MISSING_NUMBER,), get="method", post="acts"),
    "touring:redo": planner("draft", missing=(MISSING_NUMBER,), get="method", post="acts"),
    "touring:move": planner("draft", "stop", missing=(MISSING_NUMBER, "XX"), get="method", post="acts"),
    "touring:leave-out": planner("draft", "stop", missing=(MISSING_NUMBER, "XX"), get="method", post="acts"),
    "touring:pin": planner("draft", "stop", missing=(MISSING_NUMBER, "XX"), get="method", post="acts"),
    "touring:places": planner("draft", "stop", missing=(MISSING_NUMBER, "XX")),
    "touring:called": planner("draft", "stop", missing=(MISSING_NUMBER, "XX"), get="method", post="away"),
    "touring:stops": planner(),
    "touring:stop-add": planner(post="acts"),
    "touring:stop-edit": planner("stop", missing=("XX",), post="acts", shows=("stop.own.*",)),
    "touring:stop-pass": Row(door=TEAMS, args=("stop",), missing=("XX",), shows=("stop.own.*",)),
    "touring:stop-photo-edit": planner("stop", missing=("XX",), get="method", post="acts", shows=("stop.own.*",)),
    "touring:closed-days": planner(),
    "touring:holiday-add": planner(get="method", post="acts"),
    "touring:holiday-remove": planner("holiday", missing=(MISSING_NUMBER,), get="method", post="away"),
    "touring:closing-add": planner(get="method", post="acts"),
    "touring:closing-remove": planner("closing", missing=(MISSING_NUMBER,), get="method", post="away"),
    "touring:teams": planner(),
    "touring:team-edit": planner("team", missing=("XX",), post="acts"),
    # --- the team on the road ---------------------------------------------------------------------------
    "touring:my_tours": Row(door=TEAMS),
    "touring:announce": Row(
        door=TEAMS,
        own=COORDINATORS | {"advisor"},
        args=("halt",),
        missing=(MISSING_NUMBER,),
        get="method",
        post="away",
    ),
    "touring:change-halt": on_the_road("halt", post="acts"),
    "touring:change-day": on_the_road("tour", post="acts"),
    "touring:revoke-day": on_the_road("tour", get="method", post="away"),
    "touring:route-sheet": on_the_road("tour"),
    "touring:replace": planner("halt", missing=(MISSING_NUMBER,), post="acts"),
    "bookings:team-day": Row(door=TEAMS),
    "bookings:team-log": Row(
        door=TEAMS,
        own=COORDINATORS | {"advisor"},
        args=("training.own",),
        missing=(MISSING_REFERENCE,),
        post="acts",
    ),
    # --- guides -------------------------------------------------------------------------------------------
    "bookings:guide-today": guide(),
    "bookings:guide-offers": guide(),
    "bookings:guide-reports": guide(),
    "bookings:guide-me": guide(),
    "bookings:guide-push-on": guide(get="method", post="acts"),
    "bookings:guide-push-off": guide(get="method", post="acts"),
    "bookings:guide-calendar": guide(post="ok"),
    "bookings:guide-calendar-revoke": guide(get="method", post="away"),
    "bookings:guide-feed": page("calendar", missing=(MISSING_TOKEN,)),
    "bookings:guide-manifest": page(),
    "bookings:guide-offline": page(),
    "bookings:guide-worker": page(),
    "bookings:guide-times": Row(door=VOLUNTEERS, post="acts"),
    "bookings:guide-profile": Row(door=VOLUNTEERS, post="acts"),
    "bookings:guide-contacts": Row(door=VOLUNTEERS, post="acts"),
    "bookings:guide-hours": Row(door=VOLUNTEERS, post="acts"),
    "bookings:guide-certify": Row(door=VOLUNTEERS, get="method", post="away"),
    "bookings:guide-certificate": Row(
        door=VOLUNTEERS, own=frozenset({"volunteer"}), args=("certificate",), missing=("=000000000",)
    ),
    "volunteers:own-courses": Row(door=VOLUNTEERS),
    "volunteers:own-course-act": Row(
        door=VOLUNTEERS, args=("course", "=anmelden"), missing=(MISSING_NUMBER, "=anmelden"), get="method", post="away"
    ),
    "volunteers:own-expenses": Row(door=VOLUNTEERS, post="acts"),
    "volunteers:own-allowances": Row(door=VOLUNTEERS, post="acts"),
    "volunteers:own-allowance-strike": Row(
        door=VOLUNTEERS,
        own=frozenset({"volunteer"}),
        args=("allowance",),
        missing=(MISSING_NUMBER,),
        get="method",
        post="away",
    ),
    "bookings:guide-not-again": Row(
        door=VOLUNTEERS,
        own=frozenset({"volunteer"}),
        args=("visit.done",),
        missing=(MISSING_REFERENCE,),
        get="method",
        post="away",
    ),
    "bookings:volunteer-search": desk(post="ok"),
    "bookings:volunteer-call": desk("volunteer_key.own", missing=("nobody",), post="acts"),
    "bookings:volunteer-report": desk(
        "volunteer_key.own", "visit.soon", missing=("nobody", MISSING_REFERENCE), post="acts"
    ),
    "bookings:volunteer-answer": desk(
        "volunteer_key.own", "=ja", missing=("nobody", "=ja"), get="method", post="missing"
    ),
    # Nobody is proven to speak here, and help needs no proof: the alarm of their visit.
    "bookings:volunteer-on-visit": desk(
        *("volunteer_key.own", "visit.soon", "=hilfe"),
        missing=("nobody", MISSING_REFERENCE, "=hilfe"),
        get="method",
        post="away",
    ),
    "bookings:their-times": desk("volunteer_key.own", missing=("nobody",), post="acts"),
    "bookings:their-profile": desk("volunteer_key.own", missing=("nobody",), post="acts"),
    # Coordinators see it at once, agents once it is proven who speaks: not here.
    "bookings:their-contacts": desk(
        "volunteer_key.own", missing=("nobody",), post="acts", shows=("volunteer.own.extra",)
    ),
    "bookings:week": planner(),
    "bookings:guide-offer": of_volunteer("offer.own"),
    "bookings:guide-accept": of_volunteer("offer.own", get="method", post="away"),
    "bookings:guide-decline": of_volunteer("offer.own", post="acts"),
    "bookings:guide-visit": of_volunteer("visit.soon"),
    "bookings:guide-arrive": of_volunteer("visit.soon", get="method", post="away"),
    "bookings:guide-leave": of_volunteer("visit.soon", get="method", post="acts"),
    "bookings:guide-longer": of_volunteer("visit.soon", get="method", post="away"),
    "bookings:guide-help": of_volunteer("visit.soon", get="method", post="away"),
    "bookings:guide-report-change": of_volunteer("visit.done", post="acts"),
    "bookings:guide-report-draft": of_volunteer("visit.soon", get="method", post="acts"),
    "bookings:guide-return": of_volunteer("visit.soon", post="acts"),
    # Their visit, but they are its guide: only who goes along says so.
    "bookings:guide-along": of_volunteer("visit.soon", get="method", post="missing"),
    "bookings:guide-report": of_volunteer("visit.soon", post="acts"),
    "bookings:guide-not-met": of_volunteer("visit.soon", post="acts"),
    # --- facilities -----------------------------------------------------------------------------------------
    "bookings:facility": Row(door=FACILITIES),
    "bookings:facility-book": Row(door=FACILITIES),
    "bookings:facility-time": Row(door=FACILITIES, get="acts", post="acts"),
    "bookings:facility-training": of_facility("training.own"),
    "bookings:facility-cancel": of_facility("training.own", post="acts"),
    "bookings:facility-calendar": of_facility("training.own"),
    "bookings:facility-record": of_facility("training_done.own"),
    # --- machines -------------------------------------------------------------------------------------------
    "api:schema": machine(),
    "api:stops": machine(),
    "api:stop": machine("stop", missing=("XX",)),
    "api:offers": machine(door=VOLUNTEERS),
    "api:offer": machine("offer_pk.own", door=VOLUNTEERS, own=frozenset({"volunteer"}), missing=(MISSING_NUMBER,)),
    "api:offer-accept": machine(
        "offer_pk.own",
        door=VOLUNTEERS,
        own=frozenset({"volunteer"}),
        missing=(MISSING_NUMBER,),
        get="method",
        post="acts",
    ),
    "api:offer-decline": machine(
        "offer_pk.own",
        door=VOLUNTEERS,
        own=frozenset({"volunteer"}),
        missing=(MISSING_NUMBER,),
        get="method",
        post="acts",
    ),
    "api:sms": webhook(),
    "api:status": webhook("message"),
    "api:voice": webhook(),
    "api:voice-key": webhook(),
    "api:voice-after": webhook(),
    "api:voice-callback": webhook(),
    "api:voice-callback-key": webhook(),
    "api:voice-callback-number": webhook(),
    "api:voice-callback-check": webhook(),
    "api:voice-place": webhook(),
    "api:voice-code": webhook(),
    "api:voice-code-again": webhook(),
    "api:voice-more": webhook(),
    "api:voice-ended": webhook(),
    "api:voice-wait": webhook(),
    "api:voice-wait-key": webhook(),
    "api:voice-waited": webhook(),
    "api:voice-card": webhook(),
    "api:voice-card-check": webhook(),
    "api:voice-card-more": webhook(),
    "api:voice-mail": webhook(),
    "api:voice-mail-key": webhook(),
    "api:voice-mail-done": webhook(),
    "api:voice-recording": webhook(),
    "api:agent": webhook("message"),
    "api:agent-key": webhook("message"),
    "api:agent-connected": webhook("message"),
    "api:agent-after": webhook("message"),
    "api:agent-ended": webhook("message"),
    "api:announce": webhook("message"),
    "api:announce-key": webhook("message"),
}

# Addresses of other hands: they have no object of ours behind them. What is checked of them is that they answer without
# a crash, with all headers, show nobody's data and that reading them changes nothing.
NOT_OURS = {
    "account_": "allauth: sign-in and password; each guards itself",
    "mfa_": "allauth: one-time codes and passkeys of the one who is signed in",
    "socialaccount_": "allauth: sign-in of the city",
    "openid_connect_": "allauth: sign-in of the city",
    "simulator:": "the telephone network in a box: exists in a demonstration only, shows made-up phones to everybody",
}
UNNAMED = {"social": "allauth: former addresses that lead to the present ones, without a name"}

# Whose marks may be seen by whom. Everything else that turns up is a leak.
MAY_SEE = {
    "hotline": ("client.*", "web.sent.*", "volunteer.*.name", "volunteer.*.phone", "user.*.name"),
    "coordinator": (
        "client.*",
        "web.sent.*",
        "volunteer.*.name",
        "volunteer.*.phone",
        "user.*.name",
        "volunteer.*.email",
        "volunteer.*.street",
        "application.*",
        "facility.*",
        "card.*",
    ),
    "advisor": ("facility.own.*",),
    "advisor_other": ("facility.other.*",),
    "volunteer": (
        "volunteer.own.*",
        "client.assigned.street",
        "client.assigned.goal",
        *(f"client.soon.{name}" for name in ("name", "street", "extra", "goal", "code_word")),
        "client.offered.token",
    ),
    "volunteer_other": (
        "volunteer.other.*",
        "volunteer.new.email",  # their own, not confirmed yet
        "client.foreign.street",
        "client.foreign.goal",
        "client.offered_other.token",
    ),
    "facility": ("facility.own.*", "user.advisor.name"),  # who wrote the record
    "facility_other": ("facility.other.*",),
}
MAY_SEE["coordinator_other"] = MAY_SEE["coordinator"]
