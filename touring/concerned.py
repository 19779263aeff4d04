"""Who must learn that a plan changes what they know, and how; published, exactly this list is told.

A stop's contact learns of other times, a team of another plan for its days, the public by timetable and feeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotsen.kernel.calendar import Period
from lotsen.people.models import User
from touring import translate
from touring.editions import lock_draft
from touring.models import PlannedStop, Rhythm, Stop, Team, ToldByPhone, TourPlan
from touring.words import rhythm_sentence

CALL, EMAIL, LETTER, PUBLIC = "call", "email", "letter", "public"
WEEKS = {Rhythm.EVERY_2_WEEKS: 2, Rhythm.EVERY_4_WEEKS: 4}
"""Rhythms with which the week matters; all others are every week."""

When = tuple[tuple[int, int, int, int], ...]
"""Weekday, week (0 where it does not matter), begin and end in minutes; in the order of weekdays."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """One line of "who must learn it". `what_before` "": they knew nothing; `what_after` "": nothing is left.

    `channel`: "call", "email", "letter" or "public"; `number`: so many people. `stop` and `team` are None where it is
    about neither. `is_told`: a coordinator has called already.
    """

    stop: Stop | None
    who: str
    what_before: str
    what_after: str
    channel: str
    number: int
    is_told: bool = False
    team: Team | None = None


def concerned_by(plan: TourPlan) -> list[Concerned]:
    """Everybody for whom publishing this plan changes something, as it stands now; at most ten queries."""
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
    return [*(line for line in lines if line.channel != PUBLIC), *teams, *_of_public(stops)]


def concerned_by_move(plan: TourPlan, stop: Stop, rows: Sequence[PlannedStop]) -> list[Concerned]:
    """Who would learn of this one stop if it stood as `rows` say (in the order of weekdays); at most five queries."""
    known = translate.plan_before(Period(plan.starts_on, plan.ends_on))
    rows_known = known.pattern.filter(stop=stop).select_related("stop", "team", "plan") if known else None
    before = list(rows_known.order_by("weekday")) if rows_known is not None and known.pk != plan.pk else []
    if _when(before) == _when(rows) and {row.team_id for row in before} == {row.team_id for row in rows}:
        return []
    line = _of_stop(stop, before, rows, set())
    own = [line] if line.channel != PUBLIC and _when(before) != _when(rows) else []
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
    return tuple((row.weekday, _week(row), *_minutes(row)) for row in rows)


def _week(row: PlannedStop) -> int:
    weeks = WEEKS.get(Rhythm(row.stop.rhythm), 1)
    return (row.phase + (row.plan.cycle_anchor - date.min).days // 7) % weeks


def _minutes(row: PlannedStop) -> tuple[int, int]:
    begin, end = row.starts_at, row.ends_at
    return begin.hour * 60 + begin.minute, end.hour * 60 + end.minute


def times_words(rows: Sequence[PlannedStop]) -> str:
    """Writes "Jeden zweiten Dienstag, 10 bis 11:30 Uhr"; "" where there is nothing."""
    return rhythm_sentence(rows[0].stop.rhythm, [(row.weekday, *_minutes(row)) for row in rows]) if rows else ""


def _of_stop(stop: Stop, before: Sequence[PlannedStop], after: Sequence[PlannedStop], told: set[int]) -> Concerned:
    old, new = times_words(before), times_words(after)
    if old == new:
        new = _("%(times)s, in der anderen Woche") % {"times": new}
    who = ", ".join(part for part in (stop.name, stop.contact_name) if part)
    channel = channel_of(stop)
    return Concerned(stop, who, old, new, channel, 1, is_told=channel == CALL and stop.pk in told)


def channel_of(stop: Stop) -> str:
    """E-mail where there is an address, else a call, else a letter to whoever is named; nobody named: the timetable."""
    if stop.contact_email:
        return EMAIL
    if stop.contact_phone:
        return CALL
    return LETTER if stop.contact_name else PUBLIC


def _of_public(stops: Sequence[Stop]) -> Iterable[Concerned]:
    if stops:
        words = ngettext("%(n)d Haltestelle anders", "%(n)d Haltestellen anders", len(stops)) % {"n": len(stops)}
        yield Concerned(None, _("Alle, die kommen"), _("im Fahrplan und in den Kalendern"), words, PUBLIC, len(stops))


# --- teams ------------------------------------------------------------------------------------------


def _of_teams(before: Sequence[PlannedStop], after: Sequence[PlannedStop]) -> Iterable[Concerned]:
    """Teams whose halts are others, or at other times, and that have somebody to tell."""
    old, new = _by_team(before), _by_team(after)
    changed = [pk for pk in {*old, *new} if old.get(pk, {}) != new.get(pk, {})]
    for team in Team.objects.filter(pk__in=changed).prefetch_related("members").order_by("order", "key"):
        number = sum(person.is_active for person in team.members.all())
        if number:
            words = _halts(old.get(team.pk, {})), different_words(old.get(team.pk, {}), new.get(team.pk, {}))
            yield Concerned(None, _("Team %(team)s") % {"team": team.name}, *words, EMAIL, number, team=team)


def _by_team(rows: Iterable[PlannedStop]) -> dict[int, dict[str, list[tuple[int, ...]]]]:
    found: dict[int, dict[str, list[tuple[int, ...]]]] = {}
    for row in rows:
        halts = found.setdefault(row.team_id, {}).setdefault(row.stop.short_name, [])
        halts.append((row.weekday, _week(row), *_minutes(row)))
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
