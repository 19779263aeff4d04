"""Who must learn that a plan changes what they know, and how; published, exactly this list is told.

A stop's contact learns of other times, a team of another plan for its days, the public by timetable and feeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotsen.kernel.calendar import Period, at_minute, local_date, spoken_clock
from lotsen.people.models import PushSubscription, User
from touring import translate
from touring.editions import lock_draft
from touring.models import PlannedStop, RequestStop, Rhythm, Stop, Team, ToldByPhone, TourPlan
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Impossible, OneOff, Problem
from touring.words import date_words, pattern_sentence

CALL, EMAIL, LETTER, PUBLIC = "call", "email", "letter", "public"
PUSH, SMS = "push", "sms"
WEEKS = {Rhythm.EVERY_2_WEEKS: 2, Rhythm.EVERY_4_WEEKS: 4}
"""Rhythms with which the week matters; all others are every week."""

When = tuple[tuple[object, ...], ...]
"""Weekday, week (0 where it does not matter), begin and end in minutes, and on which real weeks it begins at another
time; in the order of weekdays."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """One line of "who must learn it". `what_before` "": they knew nothing; `what_after` "": nothing is left.

    `channel`: one of the words above; `number`: so many people. `stop` and `team` are None where it is about neither.
    `is_told`: a coordinator has called already. `is_unknown`: nobody is named as the contact of the stop. `people`: who
    of a team or of a request stop is reached this way.
    """

    stop: Stop | None
    who: str
    what_before: str
    what_after: str
    channel: str
    number: int
    is_told: bool = False
    team: Team | None = None
    is_unknown: bool = False
    people: tuple[User, ...] = ()


def concerned_by(plan: TourPlan) -> list[Concerned]:
    """Everybody for whom publishing this plan changes something, as it stands now; at most ten queries, and as
    many again where request stops may lose their time."""
    known = translate.plan_before(Period(plan.starts_on, plan.ends_on))
    if known is not None and known.pk == plan.pk:
        return []
    before, after = _rows(known) if known else {}, _rows(plan)
    changed = [pk for pk in {*before, *after} if _when(before.get(pk, ())) != _when(after.get(pk, ()))]
    stops = list(Stop.objects.filter(pk__in=changed).select_related("address").order_by("key"))
    told = set(ToldByPhone.objects.filter(plan=plan).values_list("stop_id", flat=True))
    lines = [_of_stop(stop, before.get(stop.pk, ()), after.get(stop.pk, ()), told) for stop in stops]
    teams = _of_teams(
        [row for rows in before.values() for row in rows], [row for rows in after.values() for row in rows]
    )
    return [*lines, *of_request_stops(plan), *teams, *_of_public(stops)]


def concerned_by_move(plan: TourPlan, stop: Stop, rows: Sequence[PlannedStop]) -> list[Concerned]:
    """Who would learn of this one stop if it stood as `rows` say (in the order of weekdays); at most five queries."""
    known = translate.plan_before(Period(plan.starts_on, plan.ends_on))
    rows_known = known.pattern.filter(stop=stop).select_related("stop", "team", "plan") if known else None
    before = list(rows_known.order_by("weekday")) if rows_known is not None and known.pk != plan.pk else []
    if _when(before) == _when(rows) and {row.team_id for row in before} == {row.team_id for row in rows}:
        return []
    own = [_of_stop(stop, before, rows, set())] if _when(before) != _when(rows) else []
    return [*own, *_of_teams(before, rows)]


@transaction.atomic
def tick_called(plan: TourPlan, stop: Stop, *, is_told: bool, by: User | None, at: datetime) -> None:
    """A coordinator has called this stop about the draft, or has not after all; twice is once. Refuses what is no
    draft (`NotADraft`)."""
    lock_draft(plan, None)
    if is_told:
        ToldByPhone.objects.get_or_create(plan=plan, stop=stop, defaults={"by": by, "at": at})
    else:
        ToldByPhone.objects.filter(plan=plan, stop=stop).delete()


# --- stops ------------------------------------------------------------------------------------------


def _rows(plan: TourPlan) -> dict[int, list[PlannedStop]]:
    """The pattern by stop, in the order of weekdays; one query."""
    found: dict[int, list[PlannedStop]] = {}
    for row in plan.pattern.select_related("stop", "team", "plan").order_by("weekday"):
        found.setdefault(row.stop_id, []).append(row)
    return found


def _when(rows: Sequence[PlannedStop]) -> When:
    """When people may come, whatever week the plan begins to count with."""
    return tuple((row.weekday, _week(row), *_minutes(row), *_other_starts(row)) for row in rows)


def _other_starts(row: PlannedStop) -> list[tuple[int, int]]:
    """Counted from the same week, whatever week the plan begins to count with."""
    anchor = (row.plan.cycle_anchor - date.min).days // 7 if row.other_starts else 0
    return sorted(((week + anchor) % row.plan.cycle_weeks, minutes) for week, minutes in row.other_starts)


def _week(row: PlannedStop) -> int:
    weeks = WEEKS.get(Rhythm(row.stop.rhythm), 1)
    return (row.phase + (row.plan.cycle_anchor - date.min).days // 7) % weeks


def _minutes(row: PlannedStop) -> tuple[int, int]:
    begin, end = row.starts_at, row.ends_at
    return begin.hour * 60 + begin.minute, end.hour * 60 + end.minute


def times_words(rows: Sequence[PlannedStop]) -> str:
    """Writes "Jeden zweiten Dienstag, 10 bis 11:30 Uhr"; "" where there is nothing."""
    return pattern_sentence(rows)


def _of_stop(stop: Stop, before: Sequence[PlannedStop], after: Sequence[PlannedStop], told: set[int]) -> Concerned:
    old, new = times_words(before), times_words(after)
    if old == new:
        new = _("%(times)s, in der anderen Woche") % {"times": new}
    who = ", ".join(part for part in (stop.name, stop.contact_name) if part)
    channel = channel_of(stop)
    is_told = channel == CALL and stop.pk in told
    return Concerned(stop, who, old, new, channel, 1, is_told=is_told, is_unknown=not has_contact(stop))


def has_contact(stop: Stop) -> bool:
    """Is anybody known there?"""
    return bool(stop.contact_email or stop.contact_phone or stop.contact_name)


def channel_of(stop: Stop) -> str:
    """E-mail where there is an address, else a call, else a letter to the place; a call without a street."""
    if stop.contact_email:
        return EMAIL
    return LETTER if stop.address.street and not stop.contact_phone else CALL


def _of_public(stops: Sequence[Stop]) -> Iterable[Concerned]:
    if stops:
        words = ngettext("%(n)d Haltestelle anders", "%(n)d Haltestellen anders", len(stops)) % {"n": len(stops)}
        yield Concerned(None, _("Alle, die kommen"), _("im Fahrplan und in den Kalendern"), words, PUBLIC, len(stops))


# --- request stops ----------------------------------------------------------------------------------


def of_request_stops(plan: TourPlan) -> list[Concerned]:
    """People on halts that somebody asked for and that cannot keep their time in this plan; publishing finds another
    time on the same day and tells them. One query where nothing was promised in its days."""
    first, after = at_minute(plan.starts_on, 0), at_minute(plan.ends_on + timedelta(days=1), 0)
    rows = RequestStop.objects.filter(state=RequestStop.State.PLANNED, starts_at__gte=first, starts_at__lt=after)
    promised = list(rows.filter(starts_at__gte=plan.created_at).order_by("starts_at").prefetch_related("told"))
    if not promised:
        return []
    moved = _without_their_time(plan)
    return [line for row in promised if f"request:{row.pk}" in moved for line in _of_request_stop(row)]


def _without_their_time(plan: TourPlan) -> set[str]:
    """Keys of promised halts that no team can keep at the promised time beside the stops of this plan."""
    period = Period(plan.starts_on, plan.ends_on)
    try:
        problem = translate.problem_for(
            period, anchor=plan.cycle_anchor, tolerance_minutes=plan.tolerance_minutes, with_request_stops=True
        )
    except Impossible:
        return set()
    known = {job.key for job in problem.jobs}
    placed = {key: there for key, there in translate.plan_of(plan).placements.items() if key in known}
    kept = Plan(placed)
    moved = set()
    for one in problem.one_offs:
        assert one.promised is not None
        with_it = _kept_by_any(problem, kept, one)
        if with_it is None:
            moved.add(one.key)
        else:
            kept = with_it
    return moved


def _kept_by_any(problem: Problem, plan: Plan, one: OneOff) -> Plan | None:
    """The plan with this halt at its promised time, by the promised team if it can, else by another one."""
    promised, hard = one.promised, len(evaluate(problem, plan).hard)
    assert promised is not None
    for team in sorted((team.key for team in problem.teams), key=lambda key: key != promised.team):
        trial = Plan(plan.placements, {**plan.dated, one.key: replace(promised, team=team)})
        if len(evaluate(problem, trial).hard) <= hard:
            return trial
    return None


def _of_request_stop(row: RequestStop) -> Iterable[Concerned]:
    """One line for each way that reaches the people named on it."""
    assert row.starts_at is not None
    before = _("%(date)s, %(time)s Uhr") % {
        "date": date_words(local_date(row.starts_at)),
        "time": spoken_clock(row.starts_at),
    }
    by_phone = [person for person in row.told.all() if person.phone]
    by_mail = [person for person in row.told.all() if not person.phone]
    for channel, people in ((SMS, by_phone), (EMAIL, by_mail)):
        if people:
            who = f"{row.title}: {', '.join(sorted(person.name for person in people))}"
            after = _("eine andere Zeit an diesem Tag")
            yield Concerned(None, who, before, after, channel, len(people), people=tuple(people))


# --- teams ------------------------------------------------------------------------------------------


def _of_teams(before: Sequence[PlannedStop], after: Sequence[PlannedStop]) -> Iterable[Concerned]:
    """Teams whose halts are others, or at other times, and that have somebody to tell."""
    old, new = _by_team(before), _by_team(after)
    changed = [pk for pk in {*old, *new} if old.get(pk, {}) != new.get(pk, {})]
    for team in Team.objects.filter(pk__in=changed).prefetch_related("members").order_by("order", "key"):
        words = _halts(old.get(team.pk, {})), different_words(old.get(team.pk, {}), new.get(team.pk, {}))
        who = _("Team %(team)s") % {"team": team.name}
        for channel, people in _by_channel([one for one in team.members.all() if one.is_active]).items():
            yield Concerned(None, who, *words, channel, len(people), team=team, people=tuple(people))


def _by_channel(people: Sequence[User]) -> dict[str, list[User]]:
    """A notice where somebody has switched it on, else an e-mail; at most one query."""
    noticed = (
        set(PushSubscription.objects.filter(user__in=people).values_list("user_id", flat=True)) if people else set()
    )
    found: dict[str, list[User]] = {}
    for person in people:
        found.setdefault(PUSH if person.pk in noticed and person.roles else EMAIL, []).append(person)
    return found


def _by_team(rows: Iterable[PlannedStop]) -> dict[int, dict[str, list[tuple[object, ...]]]]:
    found: dict[int, dict[str, list[tuple[object, ...]]]] = {}
    for row in rows:
        halts = found.setdefault(row.team_id, {}).setdefault(row.stop.short_name, [])
        halts.append((row.weekday, _week(row), *_minutes(row), *_other_starts(row)))
    return found


def _halts(halts: Mapping[str, object]) -> str:
    return ngettext("%(n)d Haltestelle", "%(n)d Haltestellen", len(halts)) % {"n": len(halts)} if halts else ""


NAMED = 6
"""So many stops are named; the tours show the rest."""


def different_words(old: Mapping[str, object], new: Mapping[str, object]) -> str:
    """Writes "neu: Gorbitz; nicht mehr: Cotta; andere Zeit: Plauen"; "" where the team has no halt any more."""
    if not new:
        return ""
    parts = (
        (_("neu"), [name for name in new if name not in old]),
        (_("nicht mehr"), [name for name in old if name not in new]),
        (_("andere Zeit"), [name for name in new if name in old and old[name] != new[name]]),
    )
    return "; ".join(f"{word}: {_named(names)}" for word, names in parts if names)


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(sorted(names)[:NAMED])
    rest = len(names) - NAMED
    return _("%(names)s und %(n)d weitere") % {"names": shown, "n": rest} if rest > 0 else shown
