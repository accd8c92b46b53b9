"""What the growth figures draw: lengths of lines, areas of gaps and heights of bars against the days they come from."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import polars as pl
import pytest

from linkstrata.charts.growth import connections_and_followers, connections_by_month, has_break

FIRST = date(2026, 1, 1)
EXPORT = date(2026, 1, 4)


def audience(
    connections: list[int],
    followers: list[int | None],
    gains: list[int | None] | None = None,
    basis: list[str | None] | None = None,
) -> pl.DataFrame:
    days = [FIRST + timedelta(days=number) for number in range(len(connections))]
    return pl.DataFrame(
        {
            "day": days,
            "connections": connections,
            "followers": followers,
            "followers_basis": basis or [None if value is None else "derived" for value in followers],
            "new_followers": gains or [None] * len(days),
        },
        schema_overrides={"followers": pl.Int64, "followers_basis": pl.String, "new_followers": pl.Int64},
    )


def traces(figure: go.Figure) -> dict[str, Any]:
    return {trace.name: trace for trace in figure.data}


def shapes(trace: Any) -> list[list[tuple[date, int]]]:
    """The closed shapes of a shaded gap, or the unbroken stretches of a line, as points."""
    found: list[list[tuple[date, int]]] = [[]]
    for day, level in zip(trace.x, trace.y, strict=True):
        if day is None:
            found.append([])
        else:
            found[-1].append((day, level))
    return [shape for shape in found if shape]


def area(shape: list[tuple[date, int]]) -> float:
    """By the shoelace formula, in people times days."""
    points = [((day - FIRST).days, level) for day, level in shape]
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(points))) / 2


def test_the_gap_is_as_large_as_followers_above_connections() -> None:
    daily = audience([10, 11, 12, 13, 14], [14, 16, 18, None, 20], [None, 2, 2, None, None])
    gap = traces(connections_and_followers(daily, FIRST))["Follower-only, at least"]
    run, lone = shapes(gap)
    assert area(run) == (4 + 5) / 2 + (5 + 6) / 2
    assert {day for day, _ in lone} == {FIRST + timedelta(days=4)}
    assert "Connections not following, at least" not in traces(connections_and_followers(daily, FIRST))


def test_connections_above_followers_are_shaded_as_not_following() -> None:
    daily = audience([10, 10, 10], [8, 10, 12], [None, 2, 2])
    drawn = traces(connections_and_followers(daily, FIRST))
    assert sum(map(area, shapes(drawn["Connections not following, at least"]))) == 1
    assert sum(map(area, shapes(drawn["Follower-only, at least"]))) == 1


def test_connections_before_the_first_export_are_dotted() -> None:
    daily = audience([1, 2, 3, 4, 3, 3], [None] * 6)
    drawn = traces(connections_and_followers(daily, EXPORT))
    assert drawn["Connections, at least"].line.dash == "dot"
    assert drawn["Connections, at least"].x[-1] == EXPORT == drawn["Connections"].x[0]
    assert list(drawn["Connections"].y) == [4, 3, 3]
    assert set(drawn) == {"Connections, at least", "Connections"}


def test_without_an_export_that_lists_them_connections_are_not_drawn() -> None:
    daily = audience([0, 0], [5, 6], [None, 1])
    assert set(traces(connections_and_followers(daily, None))) == {"Followers, derived from daily gains"}


def test_the_line_breaks_where_counts_from_two_totals_meet() -> None:
    daily = audience(
        [1] * 6,
        [10, 12, 14, 11, 13, 15],
        [None, 2, 2, 2, 2, 2],
        ["reported", "derived", "derived", "derived", "derived", "reported"],
    )
    drawn = traces(connections_and_followers(daily, FIRST))
    line = drawn["Followers, derived from daily gains"]
    assert [[level for _, level in stretch] for stretch in shapes(line)] == [[10, 12, 14], [11, 13, 15]]
    assert line.line.dash == "dash"
    assert list(drawn["Followers, reported"].y) == [10, 15]
    assert has_break(daily)
    assert not has_break(daily.filter(pl.col("day") != FIRST + timedelta(days=2)))  # a gap between days is none
    assert not has_break(daily.head(3))
    assert not has_break(daily.clear())


@pytest.mark.parametrize(
    ("connections", "followers", "labels"),
    [
        ([10, 11], [14, 40], {"<b>40</b>": "bottom", "≥ 29": "middle", "<b>11</b>": "top"}),
        ([10, 11], [2, 1], {"<b>11</b>": "bottom", "≥ 10": "middle", "<b>1</b>": "top"}),
        ([100, 1000], [None, 1010], {"<b>1,010</b>": "bottom", "<b>1,000</b>": "top"}),
        ([100, 1000], [None, None], {"<b>1,000</b>": "middle"}),
    ],
    ids=["above", "below", "too near", "no followers"],
)
def test_the_ends_of_the_lines_carry_their_numbers(
    connections: list[int], followers: list[int | None], labels: dict[str, str]
) -> None:
    figure = connections_and_followers(audience(connections, followers), FIRST)
    assert {note.text: note.yanchor for note in figure.layout.annotations} == labels


def test_months_add_up_and_say_what_they_are() -> None:
    days = pl.date_range(date(2025, 11, 1), date(2026, 2, 10), eager=True)
    daily = pl.DataFrame({"day": days, "new_connections": 1}).with_columns(
        lost_connections=pl.when(pl.col("day") == date(2026, 1, 20)).then(5).otherwise(0)
    )
    drawn = traces(connections_by_month(daily, date(2025, 12, 24)))
    heights = {name: dict(zip(trace.x, trace.y, strict=True)) for name, trace in drawn.items()}
    assert heights == {
        "New, at least": {date(2025, 11, 1): 30},
        "New": {date(2025, 12, 1): 31, date(2026, 1, 1): 31},
        "New, month not over": {date(2026, 2, 1): 10},
        "Gone, noticed by an export": {date(2026, 1, 1): -5},
    }
    assert drawn["New, month not over"].marker.pattern.shape == "/"
    assert not drawn["New"].marker.pattern.shape


def test_a_month_that_ended_with_the_export_is_over() -> None:
    days = pl.date_range(date(2026, 1, 1), date(2026, 1, 31), eager=True)
    daily = pl.DataFrame({"day": days, "new_connections": 1, "lost_connections": 0})
    assert set(traces(connections_by_month(daily, FIRST))) == {"New"}


def test_no_days_give_empty_figures() -> None:
    assert not connections_and_followers(audience([1], [None]), None).data
    daily = audience([], [])
    assert not connections_and_followers(daily, None).data
    assert not connections_by_month(daily.with_columns(new_connections=0, lost_connections=0), None).data


def test_a_level_that_hardly_moves_is_told_in_whole_people_up_to_its_last_day() -> None:
    chart = connections_and_followers(audience([49, 49, 50, 50], [None] * 4), None)
    assert chart.layout.yaxis.dtick == 1
    assert chart.layout.xaxis.range == (FIRST, FIRST + timedelta(days=3))  # the numbers at the ends stand beside it
