"""Neighbourhoods: balanced groups of people who live near each other, drawn anew in each round."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from volunteers.matching.assign.plan import Draft
from volunteers.matching.columns import Ints

MOST_PEOPLE = 95
"""So many people in one neighbourhood: columns are then complete within seconds; twice as many gained less in the
same time than another round with other borders."""

TURN = math.pi * (3 - math.sqrt(5))
"""The golden angle: no two rounds cut alike."""


def neighbourhoods(
    draft: Draft, places: tuple[object, ...], round_number: int, seed: int
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """People and requests of each: requests served in it now, and those left out that have most arcs there.

    By where people live in even rounds; in odd ones round those who are left out, by who could help out for whom:
    somebody with a rare language is asked for all over the city.
    """
    if round_number % 2:
        groups = _round_the_left_out(draft, np.random.default_rng(seed + round_number))
    else:
        groups = _split(_points(places), np.arange(len(places)), TURN * (round_number + seed))
    home = np.full(len(places), -1, np.int64)
    for g, members in enumerate(groups):
        home[members] = g
    requests = _homes_of_requests(draft, home, len(groups))
    return [
        (tuple(sorted(members.tolist())), tuple(np.nonzero(requests == g)[0].tolist()))
        for g, members in enumerate(groups)
    ]


def _round_the_left_out(draft: Draft, random: np.random.Generator) -> list[Ints]:
    """Groups that share nobody, each grown from a request that is left out."""
    arcs, people = draft.arcs, len(draft.arcs.left)
    left_out = [r for r in range(len(arcs.minutes)) if r not in draft.served and arcs.first[r] < arcs.first[r + 1]]
    busy: list[list[int]] = [[] for _ in range(people)]
    for r, arc in draft.served.items():
        busy[arcs.persons[arc]].append(r)
    is_free = np.ones(people, np.bool_)
    groups = []
    for r in random.permutation(left_out).tolist():
        members = np.zeros(people, np.bool_)
        asked, fresh = {r}, [r]
        while fresh and members.sum() < MOST_PEOPLE:
            near = np.concatenate([arcs.person[arcs.first[one] : arcs.first[one + 1]] for one in fresh])
            votes = np.bincount(near, minlength=people) * (is_free & ~members)
            room = MOST_PEOPLE - int(members.sum())
            order = np.argsort(-votes, kind="stable")[:room]
            new = order[votes[order] > 0]
            members[new] = True
            fresh = [one for person in new.tolist() for one in busy[person] if one not in asked]
            asked.update(fresh)
        if members.sum() > 1:
            groups.append(np.nonzero(members)[0])
            is_free &= ~members
    return groups


def _points(places: tuple[object, ...]) -> NDArray[np.float64]:
    """Numbers to cut by; who lives nobody knows where counts as living in the middle."""
    known = [np.atleast_1d(np.asarray(place, np.float64)) for place in places if place is not None]
    middle = np.mean(known, axis=0) if known else np.zeros(2)
    rows = [middle if place is None else np.atleast_1d(np.asarray(place, np.float64)) for place in places]
    table = np.array(rows)
    return np.hstack([table, np.zeros_like(table)]) if table.shape[1] == 1 else table


def _split(points: NDArray[np.float64], members: Ints, angle: float) -> list[Ints]:
    """In halves across a turning axis, until none has too many."""
    if len(members) <= MOST_PEOPLE:
        return [members]
    axis = np.array([math.cos(angle), math.sin(angle)])
    order = members[np.argsort(points[members] @ axis, kind="stable")]
    half = len(order) // 2
    next_angle = angle + math.pi / 2
    return [*_split(points, order[:half], next_angle), *_split(points, order[half:], next_angle)]


def _homes_of_requests(draft: Draft, home: Ints, count: int) -> Ints:
    arcs = draft.arcs
    votes = np.zeros((len(arcs.minutes), count), np.int64)
    inside = home[arcs.person] >= 0
    np.add.at(votes, (arcs.need[inside], home[arcs.person[inside]]), 1)
    found = np.where(votes.any(axis=1), votes.argmax(axis=1), -1)
    for r, arc in draft.served.items():
        found[r] = home[arcs.person[arc]]
    return found
