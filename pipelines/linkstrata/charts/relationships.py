"""Who writes to whom: messages both ways against one way, and how they came over time."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from linkstrata.charts.bars import Part, Row, lying_bars
from linkstrata.charts.theme import LIGHT, Theme, figure, time_axis


def reciprocity(contacts: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """How many people wrote and were written to. `contacts` has messages_sent, messages_received."""
    sent, received = pl.col("messages_sent") > 0, pl.col("messages_received") > 0
    kinds = (
        ("Both ways", sent & received, theme.connections),
        ("You wrote, no answer", sent & ~received, theme.muted),
        ("They wrote, you did not", ~sent & received, theme.received),
        ("Never a message", ~sent & ~received, theme.neutral),
    )
    rows = []
    for label, which, colour in kinds:
        people = contacts.filter(which).height
        rows.append(Row(label, [Part("people", people, colour)], f"{people:,}"))
    return lying_bars(rows, theme)


def messages_by_month(messages: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """Messages sent upward and received downward by month. `messages` has day, direction, messages."""
    monthly = messages.group_by(month=pl.col("day").dt.truncate("1mo"), direction=pl.col("direction")).agg(
        count=pl.col("messages").sum()
    )
    chart = figure(theme, 280)
    if messages.is_empty():
        return chart
    for direction, name, colour, sign in (
        ("sent", "Sent", theme.sent, 1),
        ("received", "Received", theme.received, -1),
    ):
        months = monthly.filter(pl.col("direction") == direction).sort("month")
        chart.add_bar(
            x=months["month"].to_list(),
            y=(months["count"].cast(pl.Int64) * sign).to_list(),
            name=name,
            xperiod="M1",
            xperiodalignment="middle",
            xhoverformat="%B %Y",
            marker={"color": colour, "line": {"width": 0}},
            customdata=months["count"].to_list(),
            hovertemplate="%{customdata:,d} " + name.lower() + "<extra></extra>",
        )
    chart.update_layout(barmode="relative", bargap=0.18)
    time_axis(chart, "%B %Y")
    highest = max(monthly["count"], default=1)
    step = _round_step(highest)
    ticks = range(-(highest // step) * step, highest + 1, step)
    chart.update_yaxes(title_text="messages", tickvals=list(ticks), ticktext=[f"{abs(tick):,}" for tick in ticks])
    chart.update_yaxes(zeroline=True, zerolinecolor=theme.quiet, zerolinewidth=1)
    return chart


def _round_step(highest: int) -> int:
    """A step of 1, 2 or 5 times a power of ten that goes at most three times into a number."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if highest <= 3 * step:
                return step
        power *= 10


STRENGTH_PARTS = (
    ("messages exchanged", "volume_points", "connections"),
    ("recent", "recency_points", "received"),
    ("both ways", "reciprocity_points", "muted"),
    ("endorsed, recommended, liked", "acknowledgement_points", "followers"),
    ("years connected", "tenure_points", "neutral"),
)
"""What the strength of a tie is the sum of: its name, its column in `relationships`, and its colour in a theme."""


def strength(people: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """One bar a person, as long as the tie is strong, its stretches the parts that it is made of.

    `people` has full_name and the columns of `relationships` that make up strength, in the order to be shown.
    """
    rows = []
    for row in people.iter_rows(named=True):
        parts = [
            Part(f"points: {name}", row[column], getattr(theme, colour))
            for name, column, colour in STRENGTH_PARTS
            if row[column]
        ]
        rows.append(Row(row["full_name"] or "(no name)", parts, f"{sum(part.people for part in parts)}"))
    chart = lying_bars(rows, theme)
    if not rows:
        return chart
    for name, _, colour in STRENGTH_PARTS:
        chart.add_scatter(
            x=[None],
            y=[None],
            name=name.capitalize(),
            mode="markers",
            marker={"color": getattr(theme, colour), "size": 10, "symbol": "square"},
        )
    chart.update_layout(showlegend=True, margin={"t": 34}, height=chart.layout.height + 34)
    return chart
