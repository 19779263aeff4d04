"""The public timetable: every stop with its rhythm and its next dates, kept in memory until a plan changes.

Whatever changes what the public sees (publishing, a deviation, an edited stop) sets `TourPlan.changed_at`: the stamp.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import Period, at_minute, holiday_name, local, local_date, spoken_clock
from lotsen.places.postal_codes import area_name
from touring.models import ClosingDay, Deviation, PlannedStop, StopPhoto, Team, TourPlan, TourStop
from touring.rules import WEEKS_BETWEEN
from touring.words import Slot, date_words, other_times_words, rhythm_sentence, steps_sentence, time_words

Stamp = tuple[tuple[int, datetime], ...]
NO_AREA = "ohne"
"""In addresses of pages, for stops without a district and without a postal code."""


@dataclass(frozen=True, slots=True)
class StopDate:
    """One date of a stop. `is_off`: it drops out, for the holiday or closing day in `reason`, else it is cancelled.

    `moved_from`: its usual time, where it was moved within the day; `replaces`: the cancelled date that it stands for;
    `replaced_by`: what stands for it.
    """

    starts_at: datetime
    ends_at: datetime
    is_off: bool = False
    reason: str = ""
    late_minutes: int = 0
    halt_id: int | None = None
    moved_from: datetime | None = None
    replaces: date | None = None
    replaced_by: datetime | None = None
    team: str = ""

    @property
    def date(self) -> date:
        """The day in Dresden."""
        return local_date(self.starts_at)

    @property
    def hours(self) -> str:
        """Writes "10 bis 11:30 Uhr"."""
        return time_words(_minute(self.starts_at), _minute(self.ends_at))

    @property
    def note(self) -> str:
        """What is different, as a tag."""
        if self.late_minutes:
            return _("%(minutes)d Minuten später") % {"minutes": self.late_minutes}
        if self.moved_from:
            return _("statt um %(time)s Uhr") % {"time": spoken_clock(self.moved_from)}
        return _("Ersatztermin") if self.replaces else ""

    @property
    def instead(self) -> str:
        """Writes "Ersatztermin: Dienstag, 12. Januar, 10 Uhr." for a cancelled date that has one."""
        if self.replaced_by is None:
            return ""
        words = {"date": date_words(local_date(self.replaced_by)), "time": spoken_clock(self.replaced_by)}
        return _("Ersatztermin: %(date)s, %(time)s Uhr.") % words


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of a stop: what it shows, and a number that changes with it."""

    description: str
    version: int


@dataclass(frozen=True, slots=True)
class StopEntry:
    """A stop as the public sees it. `dates` go from today to the end of what is published; some drop out."""

    key: str
    name: str
    short_name: str
    street_line: str
    city_line: str
    postal_code: str
    point: tuple[float, float] | None
    district: str
    area_key: str
    step_free: bool | None
    steps: int | None
    has_bench: bool | None
    has_toilet: bool | None
    rhythm_key: str
    starts_on: date
    slots: tuple[Slot, ...]
    dates: tuple[StopDate, ...] = ()
    number: int = 0
    today: date = field(default=date.min)
    photo: Photo | None = None
    other_starts: tuple[int, ...] = ()

    @property
    def rhythm(self) -> str:
        """Writes "Jeden zweiten Dienstag, 10 bis 11:30 Uhr", with the first day where it only begins later."""
        other = other_times_words(self.other_starts)
        sentence = rhythm_sentence(self.rhythm_key, self.slots) + (f", {other}" if other else "")
        if self.starts_on <= self.today:
            return sentence
        return _("Ab %(date)s: %(rhythm)s") % {"date": date_words(self.starts_on), "rhythm": sentence}

    @property
    def steps_words(self) -> str:
        """How the entrance is."""
        return steps_sentence(self.step_free, self.steps)

    @property
    def place(self) -> str:
        """Street and city in one line."""
        return ", ".join(part for part in (self.street_line, self.city_line) if part)

    @property
    def area(self) -> str:
        """Names the district; without one the postal code, with what people call that area."""
        code = self.postal_code
        named = area_name(code)
        return self.district or (code if named == code else f"{code} {named}")

    @property
    def next_dates(self) -> tuple[StopDate, ...]:
        """The next three dates, with those between that drop out."""
        return tuple(_until_three(self.dates))

    @property
    def next_date(self) -> StopDate | None:
        """The next date on which somebody comes."""
        return self.date_after(self.today, inclusive=True)

    def date_after(self, day: date, *, inclusive: bool = False) -> StopDate | None:
        """The first date after a day on which somebody comes."""
        return next(
            (one for one in self.dates if not one.is_off and (one.date > day or (inclusive and one.date == day))), None
        )


@dataclass(frozen=True, slots=True)
class Area:
    """A district, or the area of a postal code, with its stops."""

    key: str
    name: str
    entries: tuple[StopEntry, ...]


@dataclass(frozen=True, slots=True)
class Timetable:
    """All stops that published plans serve from today on, in the order of their districts and names."""

    stamp: Stamp
    today: date
    entries: tuple[StopEntry, ...]

    def entry(self, key: str) -> StopEntry | None:
        """The stop with this key."""
        return next((entry for entry in self.entries if entry.key == key), None)

    @property
    def by_district(self) -> list[tuple[str, list[StopEntry]]]:
        """Districts in order, each with its stops, or areas of postal codes."""
        return [(area.name, list(area.entries)) for area in self.areas]

    @property
    def areas(self) -> list[Area]:
        """Districts, or areas of postal codes, in the order of their names."""
        groups: dict[str, list[StopEntry]] = {}
        for entry in self.entries:
            groups.setdefault(entry.area_key, []).append(entry)
        found = [Area(key, entries[0].area or _("Ohne Stadtteil"), tuple(entries)) for key, entries in groups.items()]
        return sorted(found, key=lambda area: area.name)

    def area(self, key: str) -> Area | None:
        """The district with this key."""
        return next((area for area in self.areas if area.key == key), None)


def timetable_stamp(today: date) -> Stamp:
    """Changes whenever the public timetable does; one query."""
    rows = TourPlan.objects.filter(state=TourPlan.State.PUBLISHED, ends_on__gte=today).order_by("pk")
    return tuple(rows.values_list("pk", "changed_at"))


def timetable(today: date, stamp: Stamp | None = None) -> Timetable:
    """The timetable as of this day; one query when nothing has changed, seven when something has."""
    return _read(timetable_stamp(today) if stamp is None else stamp, today)


@lru_cache(maxsize=4)
def _read(stamp: Stamp, today: date) -> Timetable:
    plans = [pk for pk, _changed in stamp]
    pattern = _pattern(plans)
    halts = _dates(plans, today)
    closing = {(day.date, day.stop_id): day.reason for day in ClosingDay.objects.filter(date__gte=today, team=None)}
    photos = _photos(pattern)
    entries = [
        _entry(rows, halts.get(stop_id, []), closing, today, photos.get(stop_id)) for stop_id, rows in pattern.items()
    ]
    entries.sort(key=lambda entry: (entry.area, entry.name))
    numbered = tuple(_numbered(entry, number) for number, entry in enumerate(entries, 1))
    return Timetable(stamp, today, numbered)


def _numbered(entry: StopEntry, number: int) -> StopEntry:
    object.__setattr__(entry, "number", number)
    return entry


def _pattern(plans: Sequence[int]) -> dict[int, list[PlannedStop]]:
    rows = PlannedStop.objects.filter(plan__in=plans, stop__is_active=True)
    found: dict[int, list[PlannedStop]] = {}
    for row in rows.select_related("plan", "stop__address__district").order_by("plan__starts_on", "weekday"):
        found.setdefault(row.stop_id, []).append(row)
    return found


def _photos(stops: Iterable[int]) -> dict[int, Photo]:
    """What is known of the pictures, without their bytes."""
    rows = StopPhoto.objects.filter(stop__in=list(stops)).values_list("stop_id", "description", "changed_at")
    return {stop: Photo(words, int(changed_at.timestamp())) for stop, words, changed_at in rows}


def published_halts(plans: Sequence[int]) -> QuerySet[TourStop]:
    """Halts of these plans in the days in which they count."""
    return TourStop.objects.filter(
        tour__plan__in=plans, tour__date__gte=F("tour__plan__starts_on"), tour__date__lte=F("tour__plan__ends_on")
    )


def _dates(plans: Sequence[int], today: date) -> dict[int, list[StopDate]]:
    """Dates by stop; one query for halts and one for what is announced."""
    rows = published_halts(plans).filter(starts_at__gte=at_minute(today, 0), stop__isnull=False).order_by("starts_at")
    announced = {row.halt_id: row for row in Deviation.objects.filter(halt__tour__plan__in=plans, revoked_at=None)}
    halts = list(rows.select_related("tour__team"))
    instead = {halt.replaces_id: halt.starts_at for halt in halts if not _is_off(announced.get(halt.pk))}
    found: dict[int, list[StopDate]] = {}
    for halt in halts:
        assert halt.stop_id is not None
        found.setdefault(halt.stop_id, []).append(_stop_date(halt, announced.get(halt.pk), instead.get(halt.pk)))
    return found


def _stop_date(halt: TourStop, deviation: Deviation | None, replaced_by: datetime | None) -> StopDate:
    starts_at, ends_at = local(halt.starts_at), local(halt.ends_at)
    moved = local(deviation.moved_to) if deviation is not None and deviation.moved_to is not None else None
    is_off = _is_off(deviation)
    return StopDate(
        starts_at=moved or starts_at,
        ends_at=moved + (ends_at - starts_at) if moved else ends_at,
        is_off=is_off,
        late_minutes=deviation.minutes if deviation else 0,
        halt_id=halt.pk,
        moved_from=starts_at if moved else None,
        replaces=halt.replaces_date,
        replaced_by=replaced_by if is_off else None,
        team=halt.tour.team.key,
    )


def _is_off(deviation: Deviation | None) -> bool:
    return deviation is not None and deviation.kind == Deviation.Kind.CANCELLED


def _entry(
    rows: list[PlannedStop],
    dates: list[StopDate],
    closing: dict[tuple[date, int | None], str],
    today: date,
    photo: Photo | None,
) -> StopEntry:
    stop, plan = rows[0].stop, next((row.plan for row in rows if row.plan.ends_on >= today), rows[0].plan)
    address = stop.address
    known = {one.date for one in dates}
    dropped = [one for one in _dropped(rows, closing, today) if one.date not in known]
    return StopEntry(
        key=stop.key,
        name=stop.name,
        short_name=stop.short_name,
        street_line=address.street_line,
        city_line=address.city_line,
        postal_code=address.postal_code,
        point=address.point,
        district=address.district.name if address.district else "",
        area_key=(address.district.key if address.district else address.postal_code) or NO_AREA,
        step_free=stop.step_free,
        steps=stop.steps,
        has_bench=stop.has_bench,
        has_toilet=stop.has_toilet,
        photo=photo,
        rhythm_key=stop.rhythm,
        starts_on=plan.starts_on,
        slots=tuple(_slot(row) for row in rows if row.plan_id == plan.pk),
        dates=tuple(sorted([*dates, *dropped], key=lambda one: one.starts_at)),
        today=today,
        other_starts=tuple(
            sorted({minutes for row in rows if row.plan_id == plan.pk for _week, minutes in row.other_starts})
        ),
    )


def _slot(row: PlannedStop) -> Slot:
    starts_at, ends_at = row.starts_at, row.ends_at
    return row.weekday, starts_at.hour * 60 + starts_at.minute, ends_at.hour * 60 + ends_at.minute


def _dropped(rows: list[PlannedStop], closing: dict[tuple[date, int | None], str], today: date) -> Iterator[StopDate]:
    """Dates of the pattern on which nobody comes, because of a holiday or a closing day."""
    for row in rows:
        _weekday, usual, end = _slot(row)
        others, length = dict(row.other_starts), end - usual
        for day in days_of(row, today):
            begin = others.get(_cycle_week(row.plan, day), usual)
            reason = holiday_name(day) or closing.get((day, row.stop_id)) or closing.get((day, None)) or ""
            if row.stop.permit_until is None or day <= row.stop.permit_until:
                yield StopDate(at_minute(day, begin), at_minute(day, begin + length), is_off=True, reason=reason)


def days_of(row: PlannedStop, today: date) -> Iterator[date]:
    """Dates of one row of a pattern from today on, whether anybody comes or not."""
    plan, first = row.plan, max(row.plan.starts_on, today)
    weeks = range(row.phase, plan.cycle_weeks, WEEKS_BETWEEN[row.stop.rhythm])
    for day in Period(first, max(first, plan.ends_on)).days():
        if day.weekday() == row.weekday and _cycle_week(plan, day) in weeks:
            yield day


def _cycle_week(plan: TourPlan, day: date) -> int:
    return (day - plan.cycle_anchor).days // 7 % plan.cycle_weeks


def _until_three(dates: Sequence[StopDate]) -> Iterator[StopDate]:
    count = 0
    for one in dates:
        if count == 3:
            return
        yield one
        count += not one.is_off


def _minute(at: datetime) -> int:
    here = local(at)
    return here.hour * 60 + here.minute


def teams_on_tour(table: Timetable) -> list[Team]:
    """Teams that come to a stop of this timetable; one query."""
    keys = {one.team for entry in table.entries for one in entry.dates}
    return list(Team.objects.filter(key__in=keys, is_active=True).order_by("order", "key"))


def public_stop_count() -> int:
    """How many stops published plans serve; 0 where none is published."""
    counted = PlannedStop.objects.filter(plan__state=TourPlan.State.PUBLISHED, stop__is_active=True)
    return counted.aggregate(count=Count("stop", distinct=True))["count"]


def changes_of_halts(halts: QuerySet[TourStop]) -> dict[int, tuple[int, datetime | None]]:
    """By halt: how often something was announced or taken back, and when last; for the calendar feeds."""
    rows = (
        Deviation.objects.filter(halt__in=halts.order_by())
        .values("halt")
        .annotate(
            announced=Count("pk"),
            revoked=Count("pk", filter=Q(revoked_at__isnull=False)),
            last_announced=Max("created_at"),
            last_revoked=Max("revoked_at"),
        )
    )
    return {
        row["halt"]: (
            row["announced"] + row["revoked"],
            max(filter(None, (row["last_announced"], row["last_revoked"])), default=None),
        )
        for row in rows
    }
