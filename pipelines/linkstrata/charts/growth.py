"""How the audience grows: connections and followers by day, what came and went by month.

What a day's figures mean is the contract of `audience_daily`; nothing is estimated here. What is a bound or derived is
dashed, pale or hatched.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import plotly.graph_objects as go
import polars as pl

from linkstrata.charts.theme import LIGHT, Theme, count_axis, figure, hatching, time_axis


def connections_and_followers(daily: pl.DataFrame, first_export_on: date | None, theme: Theme = LIGHT) -> go.Figure:
    """Connections and followers as two lines, the gap between them shaded.

    `daily` has day, connections, followers, followers_basis, new_followers of one owner's `audience_daily`, by day.
    Before `first_export_on`, the first export that lists connections, their number is a lower bound and dotted; without
    one it is not known at all and left out. Followers derived from daily gains are dashed; where the counts from two
    totals meet, the line breaks, for the step between them is no event of that day. Followers above connections are
    people who follow without being connected, at least so many; connections above followers are connections who do not
    follow, at least so many.
    """
    chart = figure(theme, 420)
    if daily.is_empty():
        return chart
    covered = daily.filter(pl.col("followers").is_not_null())
    runs = _unbroken_runs(covered)
    if first_export_on:
        _add_gap(chart, runs, "followers", "connections", "Follower-only, at least", theme.pale(theme.followers))
        _add_gap(
            chart, runs, "connections", "followers", "Connections not following, at least", theme.pale(theme.muted)
        )
        _add_connections(chart, daily, first_export_on, theme)
    _add_followers(chart, runs, covered, theme)
    _label_ends(chart, daily if first_export_on else daily.clear(), covered, theme)
    chart.update_layout(margin={"r": 64}, showlegend=True)
    time_axis(chart, "%-d %b %Y")
    if daily.height > 1:
        chart.update_xaxes(range=[daily["day"][0], daily["day"][-1]])  # the numbers at the ends stand in the margin
    count_axis(chart, "people", [*daily["connections"], *covered["followers"]], from_zero=False)
    return chart


def _unbroken_runs(covered: pl.DataFrame) -> list[pl.DataFrame]:
    """The covered days in stretches within which each day follows from the one before by that day's gain."""
    reported = pl.col("followers_basis") == "reported"
    follows = (pl.col("day").diff() == timedelta(days=1)) & (
        (pl.col("followers").diff() == pl.col("new_followers")) | (reported & reported.shift())
    )
    return covered.with_columns(run=(~follows.fill_null(False)).cum_sum()).partition_by("run", maintain_order=True)


BREAK_IN_WORDS = (
    "Where the dashed line breaks, counts from two totals meet: the step is people who stopped following, on days that "
    "no file tells."
)


def has_break(daily: pl.DataFrame) -> bool:
    """Whether the line of followers breaks between one day and the next, which BREAK_IN_WORDS explains."""
    runs = _unbroken_runs(daily.filter(pl.col("followers").is_not_null()))
    return any(before["day"][-1] + timedelta(days=1) == after["day"][0] for before, after in pairwise(runs))


def _add_gap(chart: go.Figure, runs: list[pl.DataFrame], upper: str, lower: str, name: str, colour: str) -> None:
    """Shades between two columns wherever the upper one is above, one closed shape for each run."""
    if not any((run[upper] > run[lower]).any() for run in runs):
        return
    across: list[date | None] = []
    height: list[int | None] = []
    for run in runs:
        days = run["day"].to_list()
        top = run.select(pl.max_horizontal(upper, lower)).to_series().to_list()
        across += [*days, *reversed(days), days[0], None]
        height += [*top, *run[lower].reverse(), top[0], None]
    chart.add_scatter(
        x=across,
        y=height,
        name=name,
        mode="lines",
        fill="toself",
        fillcolor=colour,
        line={"color": colour, "width": 1},
        hoverinfo="skip",
        legendrank=1001,
    )


def _add_connections(chart: go.Figure, daily: pl.DataFrame, first_export_on: date, theme: Theme) -> None:
    for name, days, dash in (
        ("Connections, at least", daily.filter(pl.col("day") <= first_export_on), "dot"),
        ("Connections", daily.filter(pl.col("day") >= first_export_on), "solid"),
    ):
        if days.height > 1:
            chart.add_scatter(
                x=days["day"].to_list(),
                y=days["connections"].to_list(),
                name=name,
                mode="lines",
                line={"color": theme.connections, "width": 2.5, "dash": dash},
                hovertemplate="%{y:,d} " + name.lower() + "<extra></extra>",
            )


def _add_followers(chart: go.Figure, runs: list[pl.DataFrame], covered: pl.DataFrame, theme: Theme) -> None:
    """A dashed line along each run, and a dot on each day with a total of its own."""
    derived = bool((covered["followers_basis"] == "derived").any())
    if derived:
        chart.add_scatter(
            x=[day for run in runs for day in [*run["day"], None]],
            y=[followers for run in runs for followers in [*run["followers"], None]],
            name="Followers, derived from daily gains",
            mode="lines",
            line={"color": theme.followers, "width": 2.5, "dash": "dash"},
            customdata=[basis for run in runs for basis in [*run["followers_basis"], None]],
            hovertemplate="%{y:,d} followers, %{customdata}<extra></extra>",
        )
    reported = covered.filter(pl.col("followers_basis") == "reported")
    if reported.height:
        chart.add_scatter(
            x=reported["day"].to_list(),
            y=reported["followers"].to_list(),
            name="Followers, reported",
            mode="markers",
            cliponaxis=False,
            marker={"color": theme.followers, "size": 9, "line": {"color": theme.paper, "width": 2}},
            hovertemplate="%{y:,d} followers, reported<extra></extra>",
            hoverinfo="skip" if derived else None,
        )


def _label_ends(chart: go.Figure, daily: pl.DataFrame, covered: pl.DataFrame, theme: Theme) -> None:
    """Writes the last numbers at the ends of the lines, the higher above and the lower below, so that they never meet.

    Where there is room between them stands the gap, which is a lower bound.
    """
    ends = [
        (frame["day"][-1], int(frame[column][-1]), colour)
        for frame, column, colour in (
            (daily, "connections", theme.connections),
            (covered, "followers", theme.followers),
        )
        if frame.height
    ]
    anchors = ["middle"] * len(ends)
    if len(ends) == 2:
        anchors = ["top", "bottom"] if ends[1][1] >= ends[0][1] else ["bottom", "top"]
        last = covered.row(-1, named=True)
        gap = abs(last["followers"] - last["connections"])
        levels = [*daily["connections"], *covered["followers"]]
        if gap > 0.2 * (max(levels) - min(levels)):
            middle = (last["followers"] + last["connections"]) / 2
            _label(chart, last["day"], middle, f"≥ {gap:,}", theme.quiet, "middle")
    for (day, value, colour), anchor in zip(ends, anchors, strict=True):
        _label(chart, day, value, f"<b>{value:,}</b>", colour, anchor)


def _label(chart: go.Figure, day: date, level: float, text: str, colour: str, anchor: str) -> None:
    chart.add_annotation(
        x=day,
        y=level,
        text=text,
        showarrow=False,
        xanchor="left",
        xshift=6,
        yanchor=anchor,
        font={"color": colour, "size": 14},
    )


def connections_by_month(daily: pl.DataFrame, first_export_on: date | None, theme: Theme = LIGHT) -> go.Figure:
    """New connections by month upward; lost ones downward, in the month of the export that noticed.

    `daily` has day, new_connections, lost_connections of one owner's `audience_daily`. Up to the month of
    `first_export_on` who had already left by then is unknown: those bars are a lower bound and pale. The month of the
    last day may not be over and is hatched.
    """
    chart = figure(theme, 320)
    if daily.is_empty():
        return chart
    last_day: date = daily["day"][-1]
    monthly = (
        daily.group_by(month=pl.col("day").dt.truncate("1mo"))
        .agg(pl.col("new_connections").sum(), pl.col("lost_connections").sum())
        .sort("month")
    )
    known_from = (first_export_on or date.max).replace(day=1)
    unfinished = last_day.replace(day=1) if (last_day + timedelta(days=1)).day > 1 else date.max
    bounded, running = pl.col("month") < known_from, pl.col("month") == unfinished
    kinds = (
        ("New, at least", theme.pale(theme.connections, 0.5), False, bounded),
        ("New", theme.connections, False, ~bounded & ~running),
        ("New, month not over", theme.connections, True, ~bounded & running),
    )
    for name, colour, hatched, which in kinds:
        months = monthly.filter(which)
        if months.height:
            _add_months(chart, months["month"], months["new_connections"], name, colour, hatched, theme)
    lost = monthly.filter(pl.col("lost_connections") > 0)
    if lost.height:
        _add_months(
            chart, lost["month"], -lost["lost_connections"], "Gone, noticed by an export", theme.neutral, False, theme
        )
    chart.update_layout(barmode="relative", bargap=0.18)
    time_axis(chart, "%B %Y")
    count_axis(chart, "people", [*monthly["new_connections"], *-monthly["lost_connections"]])
    chart.update_yaxes(zeroline=True, zerolinecolor=theme.quiet, zerolinewidth=1)
    return chart


def _add_months(
    chart: go.Figure, months: pl.Series, people: pl.Series, name: str, colour: str, hatched: bool, theme: Theme
) -> None:
    chart.add_bar(
        x=months.to_list(),
        y=people.to_list(),
        name=name,
        xperiod="M1",
        xperiodalignment="middle",
        xhoverformat="%B %Y",
        marker={"color": colour, "line": {"width": 0}, "pattern": hatching(theme, hatched)},
        customdata=people.abs().to_list(),
        hovertemplate="%{customdata:,d} " + name.split(",")[0].lower() + "<extra></extra>",
    )


PACE_DAYS = 28
"""Whole weeks, so that weekdays even out."""


def pace(daily: pl.DataFrame, first_export_on: date | None, theme: Theme = LIGHT) -> go.Figure:
    """New connections and new followers a week, each over the 28 days up to the day.

    `daily` has day, new_connections, new_followers of one owner's `audience_daily`, by day. Connections up to
    `first_export_on` are a lower bound and dotted; followers show where each of the 28 days is reported.
    """
    chart = figure(theme, 320)
    weeks = PACE_DAYS / 7
    rolling = daily.select(
        "day",
        connections=pl.col("new_connections").rolling_sum(PACE_DAYS) / weeks,
        followers=pl.col("new_followers").rolling_sum(PACE_DAYS) / weeks,
    )
    known_from = first_export_on or date.max
    for name, column, days, colour, dash in (
        ("New connections, at least", "connections", pl.col("day") <= known_from, theme.connections, "dot"),
        ("New connections", "connections", pl.col("day") >= known_from, theme.connections, "solid"),
        ("New followers", "followers", pl.lit(True), theme.followers, "solid"),
    ):
        shown = rolling.filter(days)
        if shown[column].count() > 1:
            chart.add_scatter(
                x=shown["day"].to_list(),
                y=shown[column].to_list(),
                name=name,
                mode="lines",
                line={"color": colour, "width": 2, "dash": dash},
                hovertemplate="%{y:.1f} " + name.split(",")[0].lower() + " a week<extra></extra>",
            )
    chart.update_layout(showlegend=True)
    time_axis(chart, "28 days up to %-d %b %Y")
    chart.update_yaxes(title_text="people a week", rangemode="tozero")
    return chart
