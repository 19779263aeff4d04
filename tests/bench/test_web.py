"""The parts of the benchmark around the server: its table, its words and its people."""

from __future__ import annotations

from bookings.search_words import search_words
from tests.bench import load, web
from tests.bench.people import made_up_people, typed_searches


def test_a_line_compares_with_the_bare_view():
    outcome = load.Outcome(2.0, (10.0, 20.0, 30.0, 40.04), {500: 1})
    assert web.line("stop", outcome, connections=16, bare=4.0) == web.Line(
        "stop", 16, 4, 2.0, 20.0, 40.0, 40.0, 0.5, refused=1
    )


def test_the_table_has_a_row_for_each_line():
    lines = [web.Line("bare view", 4, 900, 300.0, 3.0, 9.0, 12.0, 1.0), web.Line("stop", 4, 10, 3.3, 1, 2, 3, None, 2)]
    assert web.table(lines).splitlines() == [
        "                             conn.  answers  per second   p50 ms   p95 ms   p99 ms  of bare",
        "bare view                        4      900       300.0      3.0      9.0     12.0     1.00",
        "stop                             4       10         3.3      1.0      2.0      3.0   2 refused",
    ]


def test_the_issue_s_sizes_are_what_is_measured_unless_told_otherwise():
    asked = web.arguments([])
    assert (asked.clients, asked.visits, asked.connections, asked.agents) == (100_000, 1_000_000, 16, 4)


def test_a_step_says_how_long_it_took():
    said = []
    with web.timed("database", said.append):
        pass
    assert said == ["database: 0.0 s"]


def test_people_are_the_same_every_time_and_numbers_are_never_real():
    people = list(made_up_people(500))
    assert people == list(made_up_people(500))
    assert len({one.phone for one in people}) == 500
    assert all(one.phone.startswith("+493023125") for one in people)


def test_every_typed_search_has_something_to_look_for():
    searches = typed_searches(list(made_up_people(500)))
    assert len(searches) == 200
    assert searches == typed_searches(list(made_up_people(500)))
    assert all(search_words(text) for text in searches)
