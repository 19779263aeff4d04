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
    "bookings:status": page(post="acts"),
    "bookings:status-call-off": page(get="method", post="away"),
    "bookings:status-off": page(),
    # --- signed in ----------------------------------------------------------------------------------
    "desk": Row(door=SIGNED_IN, get="away", outside="login"),
    "pages:account": Row(door=SIGNED_IN, outside="login"),
    # --- hotline and coordination ---------------------------------------------------------------------
    "bookings:intake": desk(post="acts"),
    "bookings:suggestions": desk(get="method", post="acts"),
    "bookings:draft": desk(get="method", post="acts"),
    "bookings:draft-drop": desk(get="method", post="away"),
    "bookings:search": desk(post="acts"),
    "bookings:requests": desk(),
    "bookings:calls": desk(),
    "bookings:call-act": desk("call", "=nehmen", missing=(MISSING_UUID, "=nehmen"), get="method", post="away"),
    "bookings:visit": desk("visit.assigned", missing=(MISSING_REFERENCE,)),
    "bookings:ask": desk("visit.offered", missing=(MISSING_REFERENCE,), get="method", post="away"),
    "bookings:visit-act": desk(
        "visit.waiting", "=confirm", missing=(MISSING_REFERENCE, "=confirm"), get="method", post="away"
    ),
    "bookings:board": planner(),
    "bookings:import": planner(post="acts"),
    "bookings:import-preview": planner("upload", own=frozenset({"coordinator"}), missing=(MISSING_TOKEN,), post="acts"),
    "bookings:import-take": planner("upload", get="method", post="away"),
    "bookings:import-drop": planner("upload", get="method", post="away"),
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
    "bookings:guide-offer": of_volunteer("offer.own"),
    "bookings:guide-accept": of_volunteer("offer.own", get="method", post="away"),
    "bookings:guide-decline": of_volunteer("offer.own", post="acts"),
    "bookings:guide-visit": of_volunteer("visit.soon"),
    "bookings:guide-arrive": of_volunteer("visit.soon", get="method", post="away"),
    "bookings:guide-leave": of_volunteer("visit.soon", get="method", post="acts"),
    "bookings:guide-return": of_volunteer("visit.soon", post="acts"),
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
    "coordinator": ("client.*", "web.sent.*", "volunteer.*.name", "volunteer.*.phone", "user.*.name", "facility.*"),
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
        "client.foreign.street",
        "client.foreign.goal",
        "client.offered_other.token",
    ),
    "facility": ("facility.own.*", "user.advisor.name"),  # who wrote the record
    "facility_other": ("facility.other.*",),
}
MAY_SEE["coordinator_other"] = MAY_SEE["coordinator"]
