"""Who is a connection, a follower, both or neither, and how sure that is.

The states are the contract's `segment` and `follows_me`; nothing is decided here.
"""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from linkstrata.charts.bars import Part, Row, lying_bars
from linkstrata.charts.theme import LIGHT, SEGMENTS, Theme, count_axis, figure, time_axis


def segment_composition(contacts: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """How many contacts each segment has; the stretch that rests on an assumption is hatched.

    `contacts` has segment, follows_me of one owner's `contacts`. Only `connection_and_follower` can be assumed:
    LinkedIn makes both sides follow on connecting, and no file has proved or refuted it for that person.
    """
    counts = contacts.group_by("segment").agg(people=pl.len(), assumed=(pl.col("follows_me") == "assumed").sum())
    rows = []
    for segment, people, assumed in counts.iter_rows():
        colour = theme.segments[segment]
        proved = people - assumed
        rows.append(
            (
                list(SEGMENTS).index(segment),
                Row(
                    label=SEGMENTS[segment],
                    parts=[Part("known", proved, colour), Part("assumed", assumed, colour, inferred=True)],
                    value=f"{people:,}",
                ),
            )
        )
    return lying_bars([row for _, row in sorted(rows, key=lambda pair: pair[0])], theme)


def evidence(states: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """What is known of people's following and how: one bar a state, its stretches by reason, assumptions hatched.

    `states` has label, reason, people, inferred, in the order to be shown.
    """
    rows = []
    shades = (1.0, 0.72, 0.5, 0.36)
    for label in states["label"].unique(maintain_order=True):
        reasons = states.filter(pl.col("label") == label)
        parts = [
            Part(row["reason"], row["people"], theme.pale(theme.connections, shade), inferred=row["inferred"])
            for row, shade in zip(reasons.iter_rows(named=True), shades, strict=False)
        ]
        rows.append(Row(label, parts, f"{reasons['people'].sum():,}"))
    return lying_bars(rows, theme)


def segments_over_time(people: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """How many people each segment had, as areas one upon the other. `people` has day, segment, people."""
    chart = figure(theme, 360)
    for segment, name in SEGMENTS.items():
        days = people.filter(pl.col("segment") == segment).sort("day")
        if days.height:
            chart.add_scatter(
                x=days["day"].to_list(),
                y=days["people"].to_list(),
                name=name,
                mode="lines",
                stackgroup="all",
                line={"width": 0.5, "color": theme.paper, "shape": "hv"},
                fillcolor=theme.segments[segment],
                hovertemplate="%{y:,d} " + name.lower() + "<extra></extra>",
            )
    chart.update_layout(showlegend=True)
    time_axis(chart, "%-d %b %Y")
    count_axis(chart, "people", people["people"])
    return chart


def members_over_time(people: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """How many people a saved segment had, from each day on which it was asked. `people` has day, people, by day."""
    chart = figure(theme, 220)
    chart.add_scatter(
        x=people["day"].to_list(),
        y=people["people"].to_list(),
        mode="lines+markers",
        line={"color": theme.connections, "width": 2, "shape": "hv"},
        hovertemplate="%{y:,d} people<extra></extra>",
    )
    time_axis(chart, "%-d %b %Y")
    count_axis(chart, "people", people["people"])
    chart.update_yaxes(rangemode="tozero")
    return chart
