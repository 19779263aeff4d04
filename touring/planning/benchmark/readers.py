"""Readers of published files; each names its source.

Cordeau, Gendreau and Laporte 1997 (PVRP); Cordeau, Laporte and Mercier 2001 (PVRPTW); Solomon 1987 and
Gehring and Homberger 1999 (VRPTW); Groër, Golden and Wasil 2009, Kovacs et al. 2014 (ConVRP).
"""

from __future__ import annotations

from pathlib import Path

from touring.planning.benchmark.files import (
    DIMACS_UNITS,
    BadFile,
    Customer,
    Fleet,
    Instance,
    Sheet,
    content_lines,
    instance_of,
    numbers,
    whole,
)

NO_LIMIT = 9_999_999
Table = dict[str, list[float]]


def read(path: Path) -> Instance:
    """Any of the files, told apart by what is in it; raises `BadFile`."""
    try:
        text = path.read_text("utf-8", "replace")
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({error.strerror}).") from None
    return read_text(text, path.name.removesuffix(".txt").removesuffix(".vrp"))


def read_text(text: str, name: str) -> Instance:
    """The same from its text."""
    lines = content_lines(text)
    if not lines:
        raise BadFile(f"{name}: the file is empty.")
    if any(line.split(":")[0].strip() == "NUM_DAYS" for line in lines):
        return instance_of(_consistent(lines, name))
    if any(line.strip().upper() == "VEHICLE" for line in lines):
        return instance_of(_solomon(lines, name))
    return instance_of(_cordeau(lines, name))


def _cordeau(lines: list[str], name: str) -> Sheet:
    """First line: type, vehicles, customers, days. Then a limit of time and of load per day, then the customers."""
    head = [whole(value, f"{name}, first line") for value in numbers(lines[0], f"{name}, first line", 4)[:4]]
    _, vehicles, count, days = head
    where = f"{name}, limits of the days"
    limits = [numbers(line, where, 2) for line in lines[1 : days + 1]]
    if len(limits) < days:
        raise BadFile(f"{where}: {days} are needed, {len(limits)} are there.")
    fleets = tuple(Fleet(vehicles, whole(load, where) or None, time or None) for time, load, *_ in limits)
    rows = [numbers(line, f"{name}, line {n}", 7) for n, line in enumerate(lines[days + 1 :], days + 2)]
    if len(rows) not in (count, count + 1):
        raise BadFile(f"{name}: {count} customers and a depot are announced, {len(rows)} lines are there.")
    has_windows = any(len(row) >= 9 + int(row[6]) for row in rows[1:])
    depot = _cordeau_customer(rows[0], days, has_windows, f"{name}, depot")
    customers = tuple(_cordeau_customer(row, days, has_windows, f"{name}, customer {row[0]:g}") for row in rows[1:])
    return Sheet(name, "PVRPTW" if has_windows else "PVRP", depot, customers, fleets)


def _cordeau_customer(row: list[float], days: int, has_windows: bool, where: str) -> Customer:
    """Number, x, y, service, load, frequency, number of combinations, the combinations, window."""
    key, x, y, service, load, frequency, count = row[:7]
    end = 7 + whole(count, where)
    if len(row) < end + 2 * has_windows:
        raise BadFile(f"{where}: the line is too short.")
    codes = [whole(value, where) for value in row[7:end]]
    choices = tuple(_days_of(code, days, where) for code in codes)
    if any(len(chosen) != frequency for chosen in choices):
        raise BadFile(f"{where}: a combination of days has not {frequency:g} days.")
    ready, due = row[end : end + 2] if has_windows else (0.0, None)
    return Customer(f"{key:g}", x, y, service, whole(load, where), choices, ready, due)


def _days_of(code: int, days: int, where: str) -> tuple[int, ...]:
    """The bits of a combination; the first day is the highest bit."""
    if not 0 < code < 1 << days:
        raise BadFile(f"{where}: there is no combination {code} of {days} days.")
    return tuple(day for day in range(days) if code >> (days - 1 - day) & 1)


def _solomon(lines: list[str], name: str) -> Sheet:
    """One day. A fleet of the announced size, of which any number may drive; the distance counts."""
    where = f"{name}, vehicles"
    at = next(n for n, line in enumerate(lines) if line.strip().upper() == "VEHICLE")
    start = next((n for n, line in enumerate(lines) if line.strip().upper().startswith("CUST NO")), None)
    if start is None or len(lines) <= at + 2:
        raise BadFile(f"{name}: the table of customers is missing.")
    vehicles, load = (whole(value, where) for value in numbers(lines[at + 2], where, 2)[:2])
    rows = [numbers(line, f"{name}, customers", 7) for line in lines[start + 1 :]]
    if not rows:
        raise BadFile(f"{name}: the table of customers is empty.")
    found = [
        Customer(f"{row[0]:g}", row[1], row[2], row[6], whole(row[3], where), ((0,),), row[4], row[5]) for row in rows
    ]
    notes = ("Free fleet, least distance (DIMACS).",)
    return Sheet(
        name,
        "VRPTW",
        found[0],
        tuple(found[1:]),
        (Fleet(vehicles, load, None),),
        DIMACS_UNITS,
        is_cut=True,
        notes=notes,
    )


def _consistent(lines: list[str], name: str) -> Sheet:
    """Sections as in TSPLIB; a demand of -1 is a day without a visit."""
    head, sections = _sections(lines)
    days = whole(_named(head, "NUM_DAYS", name), name)
    tables = [
        _table(sections, title, 1 + width, name)
        for title, width in (("NODE_COORD_SECTION", 2), ("DEMAND_SECTION", days), ("SVC_TIME_SECTION", days))
    ]
    if not tables[0].keys() == tables[1].keys() == tables[2].keys():
        raise BadFile(f"{name}: places, demands and service times are not of the same customers.")
    customers = [_consistent_customer(key, tables[0][key], tables[1][key], tables[2][key], name) for key in tables[0]]
    served = tuple(customer for customer in customers if customer.choices[0])
    longest, load = _named(head, "DISTANCE", name), whole(_named(head, "CAPACITY", name), name)
    vehicles = _enough_vehicles(served, days, load)
    fleet = Fleet(vehicles, load, None if longest >= NO_LIMIT else longest)
    tolerance = _named(head, "L", name) if "L" in head else None
    notes = ("One driver per customer.", "Of loads and service times that differ by day the largest counts.")
    depot = Customer("0", *_depot(sections, name), 0, 0, ())
    return Sheet(
        name, "ConVRP", depot, served, (fleet,) * days,
        days_are_weeks=True, tolerance=tolerance, same_team=True, notes=notes,
    )  # fmt: skip


def _sections(lines: list[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Named values, and the lines below each title."""
    head: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    title = ""
    for line in lines:
        words = line.strip()
        if words == "EOF":
            break
        if words.upper().endswith("_SECTION"):
            title = words.upper()
            sections[title] = []
        elif ":" in words and not title:
            key, value = words.split(":", 1)
            head[key.strip().upper()] = value.strip()
        elif title:
            sections[title].append(words)
    return head, sections


def _named(head: dict[str, str], key: str, name: str) -> float:
    if key not in head:
        raise BadFile(f"{name}: {key} is missing.")
    return numbers(head[key], f"{name}, {key}", 1)[0]


def _table(sections: dict[str, list[str]], title: str, width: int, name: str) -> Table:
    if title not in sections:
        raise BadFile(f"{name}: {title} is missing.")
    rows = [numbers(line, f"{name}, {title}", width) for line in sections[title]]
    return {f"{row[0]:g}": row[1:width] for row in rows}


def _depot(sections: dict[str, list[str]], name: str) -> tuple[float, float]:
    lines = sections.get("DEPOT_SECTION", [])
    if not lines:
        raise BadFile(f"{name}: DEPOT_SECTION is missing.")
    x, y = numbers(lines[0], f"{name}, DEPOT_SECTION", 2)[:2]
    return x, y


def _consistent_customer(
    key: str, place: list[float], demand: list[float], service: list[float], name: str
) -> Customer:
    days = tuple(day for day, value in enumerate(demand) if value >= 0)
    load = max((whole(demand[day], f"{name}, customer {key}") for day in days), default=0)
    return Customer(key, place[0], place[1], max((service[day] for day in days), default=0), load, (days,))


def _enough_vehicles(customers: tuple[Customer, ...], days: int, load: int) -> int:
    """The files set no limit; so many that every day has one to spare for each five that its loads need."""
    if load < 1:
        raise BadFile("CAPACITY must be at least 1.")
    heaviest = max(sum(c.load for c in customers if day in c.choices[0]) for day in range(days))
    return -(-heaviest * 6 // (5 * load)) + 1
