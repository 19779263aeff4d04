"""Rules about one stop in the plan. Each says what is wrong, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from touring.planning.evaluate.verdict import Violation, minutes, weekday_words
from touring.planning.plan import halts_of
from touring.planning.problem import WEEKDAYS, Job, Placement, Problem, clock_words

StopRule = Callable[[Problem, Job, Placement], Iterator[Violation]]


def rhythm_is_kept(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """As many weekdays as the rhythm has, in a week that exists."""
    pattern, days = job.pattern, placed.weekdays
    if pattern.choices:
        right = placed.phase in range(len(pattern.choices))
        right = right and {day % 7 for day in pattern.choices[placed.phase]} == set(days)
        count = want = 0
    else:
        count, want = len(set(days)), pattern.times_a_week
        right = count == len(days) == want and placed.phase in range(pattern.every_weeks) and set(days) <= set(range(7))
    if not right:
        each = f"Dann käme {job.name} {count}-mal statt {want}-mal in der Woche."
        other = f"Der Rhythmus von {job.name} ist „{pattern.words()}“. Diese Woche gibt es darin nicht."
        sentence = each if count != want else other
        yield Violation("rhythm", True, sentence, job.key, data={"count": count, "want": want, "phase": placed.phase})


def visits_are_those_of_the_rhythm(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """No visit is named on a day that the rhythm does not have, and none twice."""
    if any(rhythm_is_kept(problem, job, placed)):
        return
    named = [halt.day for halt in placed.others]
    wrong = sorted(set(named) - {halt.day for halt in halts_of(problem, job, placed)}) if named else []
    if wrong or len(set(named)) < len(named):
        sentence = f"{job.name}: An einem der genannten Tage ist kein Halt, oder er steht zweimal da."
        yield Violation("other_day", True, sentence, job.key, placed.team)


def days_are_far_enough_apart(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """Two visits in a week keep their distance, over the weekend too."""
    days, want = sorted(set(placed.weekdays)), job.pattern.min_gap_days
    if len(days) > 1 and not job.pattern.choices and not job.pattern.keeps_gap(tuple(days)):
        gap = min(b - a for a, b in zip(days, [*days[1:], days[0] + 7], strict=True))
        sentence = f"{job.name}: Nur {gap} Tage seit dem letzten Halt. Gewünscht sind {want}."
        yield Violation("gap", True, sentence, job.key, data={"days": gap, "want": want})


def same_team_every_time(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """People meet the same faces at every visit."""
    others = sorted({halt.team for halt in placed.others} - {placed.team}) if problem.same_team else []
    if others:
        names = " und ".join(_team_name(problem, key) for key in (placed.team, *others))
        yield Violation("same_team", True, f"{job.name}: Mal käme Team {names}.", job.key, placed.team)


def same_time_every_time(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """People remember one time; how far it may wander is a setting."""
    if problem.time_tolerance is None or not placed.others:
        return
    starts = [halt.start for halt in halts_of(problem, job, placed)] or [placed.start]
    spread = max(starts) - min(starts)
    if spread > problem.time_tolerance:
        sentence = f"{job.name}: Die Zeiten liegen {minutes(spread)} auseinander."
        sentence += f" Erlaubt sind {minutes(problem.time_tolerance)}." if problem.time_tolerance else ""
        yield Violation("same_time", True, sentence, job.key, placed.team, data={"spread": spread})


def team_is_on_duty(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """The team exists and works on that weekday."""
    for weekday, key in sorted({(weekday, team) for weekday, team, _start in _occasions(problem, job, placed)}):
        team = problem.team(key)
        if team is None:
            yield Violation("team", True, f"Das Team {key} gibt es nicht.", job.key, key)
            return
        if problem.shift(key, weekday) is None:
            others = [t.name for t in problem.teams if problem.shift(t.key, weekday)]
            instead = f" Dienst hat Team {others[0]}." if others else ""
            sentence = f"Team {team.name} hat am {WEEKDAYS[weekday]} keinen Dienst.{instead}"
            yield Violation("shift_none", True, sentence, job.key, key, weekday)


def stop_is_open_that_day(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """The stop has opening hours on that weekday."""
    for day in sorted({day for day, _team, _start in _occasions(problem, job, placed)}):
        if not job.opening.get(day):
            open_days = weekday_words([d for d in job.opening if job.opening[d]])
            sentence = f"{job.name} hat am {WEEKDAYS[day]} zu. Offen ist {open_days}."
            yield Violation("opening_day", True, sentence, job.key, placed.team, day)


def starts_after_opening(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """Nobody stands at a locked door."""
    for day, team, start in _occasions(problem, job, placed):
        opens = min((window.start for window in job.opening.get(day, ())), default=None)
        if opens is not None and start < opens:
            sentence = f"Zu früh: {job.name} öffnet um {clock_words(opens)} Uhr."
            yield Violation("opening_start", True, sentence, job.key, team, day, data={"opens": opens})


def finishes_before_closing(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """The whole duration lies in the opening hours that it starts in."""
    for day, team, start in _occasions(problem, job, placed):
        begun = [window for window in job.opening.get(day, ()) if window.start <= start]
        if begun and all(window.end < start + job.duration for window in begun):
            closes = max(window.end for window in begun)
            sentence = f"Zu spät: {job.name} schließt um {clock_words(closes)} Uhr."
            yield Violation("opening_end", True, sentence, job.key, team, day, data={"closes": closes})


def start_is_on_the_grid(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """Times that people can remember."""
    for start in sorted(_starts(placed)):
        if start % problem.step:
            time, step = clock_words(start), minutes(problem.step)
            sentence = f"{job.name}: {time} Uhr liegt nicht im Takt von {step}."
            yield Violation("step", True, sentence, job.key, data={"start": start, "step": problem.step})


def weekday_is_allowed(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """Not on a weekday that the stop has excluded."""
    for day in placed.weekdays:
        if day in job.forbidden_weekdays:
            sentence = f"{WEEKDAYS[day]} ist für {job.name} ausgeschlossen."
            yield Violation("forbidden_day", True, sentence, job.key, placed.team, day)


def team_is_allowed(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """Not with a team that the stop has excluded."""
    for key in _teams(placed):
        if key in job.forbidden_teams:
            sentence = f"Team {_team_name(problem, key)} ist für {job.name} ausgeschlossen."
            yield Violation("forbidden_team", True, sentence, job.key, key)


def team_brings_what_is_needed(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """Ramp, projector, language."""
    for key in _teams(placed):
        team = problem.team(key)
        missing = sorted(job.needs - team.serves) if team else []
        if team and missing:
            needs = ", ".join(missing)
            others = [t.name for t in problem.teams if job.needs <= t.serves]
            instead = f" Das hat Team {others[0]}." if others else ""
            sentence = f"Team {team.name} hat das nicht: {needs}.{instead}"
            yield Violation("need", True, sentence, job.key, team.key, data={"needs": needs})


def pin_is_kept(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """What a coordinator has fixed stays."""
    pin = job.pin
    words = {
        f"Team {_team_name(problem, pin.team or '')}": pin.team is None or set(_teams(placed)) == {pin.team},
        weekday_words(pin.weekdays or ()): pin.weekdays is None or set(pin.weekdays) == set(placed.weekdays),
        f"Woche {(pin.phase or 0) + 1}": pin.phase in (None, placed.phase),
        f"{clock_words(pin.start or 0)} Uhr": pin.start is None or _starts(placed) == {pin.start},
    }
    for word, kept in words.items():
        if not kept:
            sentence = f"{job.name} ist angeheftet auf {word}. Erst lösen, dann schieben."
            yield Violation("pin", True, sentence, job.key, placed.team, data={"pin": word})


def weekday_is_wished(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """Soft: one missed wish per stop, however many of its weekdays are others."""
    if job.wished_weekdays and not set(placed.weekdays) <= job.wished_weekdays:
        wished = weekday_words(job.wished_weekdays)
        sentence = f"{job.name}: Gewünscht war {wished}. Das geht, ist aber nicht schön."
        yield Violation("wish_day", False, sentence, job.key, placed.team, placed.weekdays[0], data={"wished": wished})


def team_is_wished(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """Soft."""
    if job.wished_teams and placed.team not in job.wished_teams:
        wished = ", ".join(_team_name(problem, key) for key in sorted(job.wished_teams))
        sentence = f"{job.name}: Gewünscht war Team {wished}."
        yield Violation("wish_team", False, sentence, job.key, placed.team, data={"wished": wished})


def permit_lasts(problem: Problem, job: Job, placed: Placement) -> Iterator[Violation]:
    """Soft: the days after the permit drop out of the dates."""
    until = job.permit_until
    if until is not None and until < problem.calendar.last:
        sentence = f"{job.name}: Die Genehmigung endet am {until:%d.%m.%Y}. Danach darf dort niemand stehen."
        yield Violation("permit", False, sentence, job.key, placed.team, data={"until": until.isoformat()})


def _occasions(problem: Problem, job: Job, placed: Placement) -> list[tuple[int, str, int]]:
    """Weekday, team and start of every visit, the same ones once; weekdays that do not exist left out."""
    if not placed.others:
        return [(day, placed.team, placed.start) for day in placed.weekdays if day in range(7)]
    return sorted({(halt.day % 7, halt.team, halt.start) for halt in halts_of(problem, job, placed)})


def _teams(placed: Placement) -> list[str]:
    return [placed.team, *sorted({halt.team for halt in placed.others} - {placed.team})]


def _starts(placed: Placement) -> set[int]:
    return {placed.start, *(halt.start for halt in placed.others)}


def _team_name(problem: Problem, key: str) -> str:
    team = problem.team(key)
    return team.name if team else key


STOP_RULES: tuple[StopRule, ...] = (
    rhythm_is_kept,
    visits_are_those_of_the_rhythm,
    days_are_far_enough_apart,
    same_team_every_time,
    same_time_every_time,
    team_is_on_duty,
    stop_is_open_that_day,
    starts_after_opening,
    finishes_before_closing,
    start_is_on_the_grid,
    weekday_is_allowed,
    team_is_allowed,
    team_brings_what_is_needed,
    pin_is_kept,
    weekday_is_wished,
    team_is_wished,
    permit_lasts,
)
