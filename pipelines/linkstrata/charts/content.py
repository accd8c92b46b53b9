"""What posts reach and bring: views and reactions, follower gains day by day, and around the days of posts."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from linkstrata.charts.theme import LIGHT, Theme, count_axis, figure, time_axis


def reach(days: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """Impressions by day, and engagements on a scale of their own below: each day pale, a week's average strong.

    `days` has day, impressions, engagements, by day.
    """
    chart = figure(theme, 380)
    for column, axis, colour in (("impressions", "y", theme.connections), ("engagements", "y2", theme.followers)):
        chart.add_scatter(
            x=days["day"].to_list(),
            y=days[column].to_list(),
            mode="lines",
            yaxis=axis,
            line={"color": theme.pale(colour, 0.35), "width": 1},
            hovertemplate="%{y:,d} " + column + "<extra></extra>",
            showlegend=False,
        )
        week = days.select("day", average=pl.col(column).rolling_mean_by("day", "7d"))
        chart.add_scatter(
            x=week["day"].to_list(),
            y=week["average"].to_list(),
            mode="lines",
            yaxis=axis,
            line={"color": colour, "width": 2.5},
            hovertemplate="%{y:,.0f} a day over the week<extra></extra>",
            showlegend=False,
        )
    time_axis(chart, "%A, %-d %b %Y")
    count_axis(chart, "impressions", days["impressions"])
    chart.update_layout(
        yaxis={"domain": [0.46, 1], "rangemode": "tozero"},
        yaxis2={**chart.layout.template.layout.yaxis.to_plotly_json(), "domain": [0, 0.36], "rangemode": "tozero"},
        xaxis={"anchor": "y2"},
    )
    chart.update_layout(yaxis2={"title": {"text": "engagements"}, "nticks": 4, "tickformat": ",d"})
    return chart


def gains_and_posts(daily: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """New followers by day as bars, those of days with a post in colour.

    `daily` has day, new_followers, posts of the days that reports cover.
    """
    chart = figure(theme, 320)
    for name, which, colour in (
        ("New followers", pl.col("posts") == 0, theme.pale(theme.neutral, 0.45)),
        ("New followers on a day with a post", pl.col("posts") > 0, theme.followers),
    ):
        days = daily.filter(which)
        if days.height:
            chart.add_bar(
                x=days["day"].to_list(),
                y=days["new_followers"].to_list(),
                name=name,
                marker={"color": colour, "line": {"width": 0}},
                hovertemplate="%{y:,d} new followers<extra></extra>",
            )
    chart.update_layout(barmode="overlay", bargap=0.1, showlegend=True)
    time_axis(chart, "%A, %-d %b %Y")
    count_axis(chart, "new followers a day", daily["new_followers"])
    return chart


def around_posts(effect: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """New followers above what the weekday brings, by days from a post, each with its interval.

    `effect` has days_from_post, excess, lower, upper, posts; the line at zero is a day like any other.
    """
    chart = figure(theme, 340)
    if effect.is_empty():
        return chart
    chart.add_hline(y=0, line={"color": theme.quiet, "width": 1})
    chart.add_vrect(x0=-0.5, x1=0.5, fillcolor=theme.pale(theme.followers, 0.1), line={"width": 0}, layer="below")
    chart.add_scatter(
        x=effect["days_from_post"].to_list(),
        y=effect["excess"].to_list(),
        mode="markers",
        marker={"size": 9, "color": theme.followers},
        error_y={
            "type": "data",
            "array": (effect["upper"] - effect["excess"]).to_list(),
            "arrayminus": (effect["excess"] - effect["lower"]).to_list(),
            "color": theme.pale(theme.followers, 0.6),
            "thickness": 2,
            "width": 4,
        },
        customdata=effect.select("lower", "upper", "posts").rows(),
        hovertemplate="%{x:+d} days: <b>%{y:+.2f}</b> a day, %{customdata[0]:+.2f} to %{customdata[1]:+.2f}"
        "<br>%{customdata[2]:,d} posts<extra></extra>",
        showlegend=False,
    )
    chart.update_xaxes(title_text="days from the post", dtick=1, showgrid=False, tickformat="+d")
    chart.update_yaxes(title_text="new followers above the usual", tickformat="+.1f")
    return chart
