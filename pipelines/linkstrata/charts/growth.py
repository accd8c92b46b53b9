"""How the audience grows: connections and followers by day, what came and went by month.

What a day's figures mean is the contract of `audience_daily`; nothing is estimated here. What is a bound or derived is
dashed, pale or hatched.
"""

from __future__ import annotations

from datetime import date

import plotly.graph_objects as go
import polars as pl

from linkstrata.charts.theme import LIGHT, Theme, figure

DAY = "%-d %b %Y"


def connections_and_followers(daily: pl.DataFrame, first_export_on: date | None, theme: Theme = LIGHT) -> go.Figure:
    """Connections and followers as two lines, the gap between them shaded.

    `daily` has day, connections, followers, followers_basis of one owner's `audience_daily`, by day. Before
    `first_export_on`, the first export that lists connections, their number is a lower bound and is dashed; so are
    followers derived from daily gains. Followers above connections are people who follow without being connected, at
    least so many; connections above followers are connections who do not follow, at least so many.
    """
    chart = figure(theme, 420)
    known_from = first_export_on or date.max
    for name, days, dash in (
        ("Connections, at least", daily.filter(pl.col("day") <= known_from), "dot"),
        ("Connections", daily.filter(pl.col("day") >= known_from), "solid"),
    ):
        if days.height > (dash == "dot"):
            chart.add_scatter(
                x=days["day"].to_list(),
                y=days["connections"].to_list(),
                name=name,
                mode="lines",
                line={"color": theme.connections, "width": 2.5, "dash": dash},
                hovertemplate="%{y:,d} connections" + (" at least" if dash == "dot" else "") + "<extra></extra>",
            )
    _add_gap(chart, daily, "followers", "connections", "Follower-only, at least", theme.pale(theme.followers))
    _add_gap(
        chart, daily, "connections", "followers", "Connections who do not follow, at least", theme.pale(theme.muted)
    )
    covered = daily.filter(pl.col("followers").is_not_null())
    if (covered["followers_basis"] == "derived").any():
        chart.add_scatter(
            x=daily["day"].to_list(),
            y=daily["followers"].to_list(),
            name="Followers, derived from daily gains",
            mode="lines",
            line={"color": theme.followers, "width": 2.5, "dash": "dash"},
            customdata=daily["followers_basis"].to_list(),
            hovertemplate="%{y:,d} followers (%{customdata})<extra></extra>",
        )
    reported = covered.filter(pl.col("followers_basis") == "reported")
    if reported.height:
        chart.add_scatter(
            x=reported["day"].to_list(),
            y=reported["followers"].to_list(),
            name="Followers, reported",
            mode="markers",
            marker={"color": theme.followers, "size": 9, "line": {"color": theme.paper, "width": 2}},
            hovertemplate="%{y:,d} followers reported<extra></extra>",
        )
    _label_ends(chart, daily, covered, theme)
    chart.update_layout(hovermode="x unified", margin={"r": 56})
    chart.update_xaxes(hoverformat=DAY, showgrid=False)
    chart.update_yaxes(tickformat=",d", rangemode="normal")
    return chart


def _add_gap(chart: go.Figure, daily: pl.DataFrame, upper: str, lower: str, name: str, colour: str) -> None:
    """Shades between two columns wherever the upper one is above, one closed shape for each unbroken run of days."""
    gap = (
        daily.with_row_index("row")
        .filter(pl.col("followers").is_not_null())
        .with_columns(top=pl.max_horizontal(upper, lower), run=pl.col("row") - pl.int_range(pl.len()))
    )
    if not (gap[upper] > gap[lower]).any():
        return
    across: list[date | None] = []
    height: list[int | None] = []
    for run in gap.partition_by("run", maintain_order=True):
        days = run["day"].to_list()
        across += [*days, *reversed(days), days[0], None]
        height += [*run["top"], *run[lower].reverse(), run["top"][0], None]
    chart.add_scatter(
        x=across,
        y=height,
        name=name,
        mode="lines",
        fill="toself",
        fillcolor=colour,
        line={"color": colour, "width": 1},
        hoverinfo="skip",
    )


def _label_ends(chart: go.Figure, daily: pl.DataFrame, covered: pl.DataFrame, theme: Theme) -> None:
    """Writes the last number at the end of each line, the higher above and the lower below, so that they never meet."""
    ends = [
        (frame["day"][-1], frame[column][-1], colour)
        for frame, column, colour in (
            (daily, "connections", theme.connections),
            (covered, "followers", theme.followers),
        )
        if frame.height
    ]
    highest = max((value for _, value, _ in ends), default=0)
    for day, value, colour in ends:
        chart.add_annotation(
            x=day,
            y=value,
            text=f"<b>{value:,}</b>",
            showarrow=False,
            xanchor="left",
            xshift=8,
            yanchor="middle" if len(ends) == 1 else "bottom" if value == highest else "top",
            font={"color": colour, "size": 14},
        )


def connections_by_month(daily: pl.DataFrame, first_export_on: date | None, theme: Theme = LIGHT) -> go.Figure:
    """New connections by month upward; lost ones downward, in the month of the export that noticed.

    `daily` has day, new_connections, lost_connections of one owner's `audience_daily`. Up to the month of
    `first_export_on` who had already left by then is unknown: those bars are a lower bound and pale. The month of the
    last day may not be over and is hatched.
    """
    monthly = (
        daily.group_by(month=pl.col("day").dt.truncate("1mo"))
        .agg(pl.col("new_connections").sum(), pl.col("lost_connections").sum())
        .sort("month")
    )
    known_from = (first_export_on or date.max).replace(day=1)
    last_month = monthly["month"].max()
    kinds = (
        ("New, at least", theme.pale(theme.connections, 0.5), "", pl.col("month") < known_from),
        ("New", theme.connections, "", (pl.col("month") >= known_from) & (pl.col("month") < last_month)),
        (
            "New, month not over",
            theme.connections,
            "/",
            (pl.col("month") >= known_from) & (pl.col("month") == last_month),
        ),
    )
    chart = figure(theme, 320)
    for name, colour, pattern, which in kinds:
        months = monthly.filter(which)
        if months.height:
            _add_months(chart, months["month"], months["new_connections"], name, colour, pattern, theme)
    lost = monthly.filter(pl.col("lost_connections") > 0)
    if lost.height:
        _add_months(
            chart, lost["month"], -lost["lost_connections"], "Gone, noticed by an export", theme.neutral, "", theme
        )
    chart.update_layout(barmode="relative", bargap=0.18, hovermode="x unified")
    chart.update_xaxes(hoverformat="%B %Y", showgrid=False)
    chart.update_yaxes(tickformat=",d", zeroline=True, zerolinecolor=theme.quiet, zerolinewidth=1)
    return chart


def _add_months(
    chart: go.Figure, months: pl.Series, people: pl.Series, name: str, colour: str, pattern: str, theme: Theme
) -> None:
    chart.add_bar(
        x=months.to_list(),
        y=people.to_list(),
        name=name,
        xperiod="M1",
        xperiodalignment="middle",
        xhoverformat="%B %Y",
        marker={
            "color": colour,
            "line": {"width": 0},
            "pattern": {"shape": pattern, "fgcolor": theme.paper, "size": 5, "solidity": 0.35},
        },
        customdata=people.abs().to_list(),
        hovertemplate="%{customdata:,d} " + name.split(",")[0].lower() + "<extra></extra>",
    )
