"""Tiny files of our own in each published format, and their optimum by trying everything."""

from itertools import pairwise, permutations, product

PERIODIC = """\
1 2 5 3
0 12
0 12
0 12
0 0 0 0 0 0 0
1 10 0 0 5 1 3 1 2 4
2 10 8 1 6 1 3 1 2 4
3 -9 4 0 4 2 2 3 5
4 -7 -6 2 5 3 1 7
5 3 -11 0 7 1 2 4 1
"""

PERIODIC_WITH_WINDOWS = """\
6 1 5 3
60 14
60 14
60 14
0 0 0 0 0 0 0 0 100
1 10 0 3 5 1 3 1 2 4 10 30
2 10 8 3 6 1 3 1 2 4 20 60
3 -9 4 3 4 2 2 3 5 0 80
4 -7 -6 3 5 3 1 7 30 70
5 3 -11 3 3 1 2 4 1 15 50
"""

SOLOMON = """\
TINY

VEHICLE
NUMBER     CAPACITY
  3         20

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME

    0      40         50          0          0        120          0
    1      45         68         10          0         90          5
    2      45         70         10         30         60          5
    3      42         66          8         10        100          5
    4      30         50          7         20         40          5
    5      31         41          5          0        100          5
"""

CONSISTENT = """\
NAME: TINY
TYPE: CVRP
DIMENSION: 4
NUM_DAYS: 2
CAPACITY: 10
DISTANCE: 1000
L: 5
EDGE_WEIGHT_TYPE: FUNCTION
NODE_COORD_SECTION
1 3 4
2 -3 4
3 6 8
4 0 -5
DEMAND_SECTION
1 3 4
2 -1 5
3 2 -1
4 -1 -1
SVC_TIME_SECTION
1 1 1
2 0 1
3 1 0
4 0 0
DEPOT_SECTION
0 0
-1
EOF
"""


def least_driving(problem):
    """The optimum of a tiny problem with one depot and vehicles alike, by trying every choice and every order."""
    known = {}
    best = None
    for chosen in product(*(job.pattern.choices for job in problem.jobs)):
        days = sorted({day for days in chosen for day in days})
        sets = [frozenset(j for j, served in enumerate(chosen) if day in served) for day in days]
        costs = [known.setdefault(s, _day(problem, s, len(problem.teams))) for s in sets]
        if None not in costs and (best is None or sum(costs) < best):
            best = sum(costs)
    return best


def _day(problem, jobs, vehicles):
    """Least driving of one day: the first job's route is one of all subsets, the rest is another such day."""
    if not jobs:
        return 0
    if not vehicles:
        return None
    first, *others = sorted(jobs)
    best = None
    for bits in product((False, True), repeat=len(others)):
        route = frozenset([first, *(j for j, taken in zip(others, bits, strict=True) if taken)])
        mine, rest = _route(problem, route), _day(problem, jobs - route, vehicles - 1)
        if mine is not None and rest is not None and (best is None or mine + rest < best):
            best = mine + rest
    return best


def _route(problem, jobs):
    capacity = problem.teams[0].capacity
    if capacity is not None and sum(problem.jobs[j].load for j in jobs) > capacity:
        return None
    costs = [_order(problem, [problem.jobs[j] for j in order]) for order in permutations(sorted(jobs))]
    return min((cost for cost in costs if cost is not None), default=None)


def _order(problem, jobs):
    """Driving of one order, `None` if no departure keeps windows and the longest duration."""
    shift, leg = problem.shifts[0], problem.travel.leg
    lasts = set(range(shift.start, shift.end, max(1, (shift.end - shift.start) // 2000)))
    if shift.longest is None:
        lasts = {shift.start}
    for departure in sorted(lasts):
        now, here = departure, shift.start_place
        for job in jobs:
            window = job.opening[min(job.opening)][0]
            now = max(now + leg[here][job.place], window.start)
            if now + job.duration > window.end:
                break
            now, here = now + job.duration, job.place
        else:
            back = now + leg[here][shift.end_place]
            if back <= shift.end and back - departure <= (shift.longest or shift.end):
                stops = [shift.start_place, *(job.place for job in jobs), shift.end_place]
                return sum(problem.travel.drive[a][b] for a, b in pairwise(stops))
    return None
