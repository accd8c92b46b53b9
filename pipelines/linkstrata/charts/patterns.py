"""Rhythm: on which weekdays people come, which days had a post, of which years connections remained."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from linkstrata.charts.theme import LIGHT, Theme, figure, wrapped


def weekdays(daily: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """New connections by day of the week, on average. `daily` has day, new_connections."""
    chart = figure(theme, 260)
    if daily.is_empty():
        return chart
    means = daily.group_by(weekday=pl.col("day").dt.weekday()).agg(pl.col("new_connections").mean()).sort("weekday")
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    chart.add_bar(
        x=[names[weekday - 1] for weekday in means["weekday"]],
        y=means["new_connections"].to_list(),
        marker={"color": theme.connections, "line": {"width": 0}},
        hovertemplate="%{y:.1f} new connections on a %{x}<extra></extra>",
    )
    chart.update_layout(bargap=0.3)
    chart.update_yaxes(title_text="new a day", rangemode="tozero")
    return chart


def mark_days(chart: go.Figure, posts: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """Ticks at the foot of a figure over days: posts. `posts` has day, text; what stands there shows at the pointer."""
    if posts.height:
        chart.add_scatter(
            x=posts["day"].to_list(),
            y=[0.0] * posts.height,
            yaxis="y2",
            name="Post",
            mode="markers",
            marker={"symbol": "triangle-up", "size": 9, "color": theme.received},
            customdata=["<br>".join(wrapped(text, width=36)) for text in posts["text"]],
            hovertemplate="post: %{customdata}<extra></extra>",
            cliponaxis=False,
        )
        chart.update_layout(yaxis2={"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True})
    return chart


def remained(years: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """Of those connected in a year, the share still connected. `years` has year, connected, remained."""
    chart = figure(theme, 260)
    chart.add_bar(
        x=[str(year) for year in years["year"]],
        y=(years["remained"] / years["connected"]).to_list(),
        marker={"color": theme.connections, "line": {"width": 0}},
        customdata=list(zip(years["remained"], years["connected"], strict=True)),
        hovertemplate="%{x}: %{customdata[0]:,d} of %{customdata[1]:,d} still connected<extra></extra>",
    )
    chart.update_layout(bargap=0.3)
    chart.update_xaxes(type="category")
    chart.update_yaxes(tickformat=".0%", range=[0, 1.02])
    return chart
