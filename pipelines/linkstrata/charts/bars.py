"""Lying bars with their names written over them: nothing is cut off on a narrow screen, however long a name is.

What belongs here is the drawing, shared by every ranking. What is ranked does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import plotly.graph_objects as go

from linkstrata.charts.theme import Theme, figure, hatching, wrapped

_LINE = 18
_BAR = 12
_PITCH = 14
_FOOT = 4


@dataclass(frozen=True)
class Part:
    """A stretch of a bar: so many people, or per cent of them. What is inferred is hatched."""

    name: str
    people: float
    colour: str
    inferred: bool = False


@dataclass(frozen=True)
class Row:
    """One bar: the name over it, its parts from the left, and the words at its end."""

    label: str
    parts: Sequence[Part]
    value: str


def lying_bars(rows: Sequence[Row], theme: Theme) -> go.Figure:
    """The rows from top to bottom. The upright axis counts pixels, so that text and bars keep their distance.

    Without rows, an empty figure.
    """
    if not rows:
        return figure(theme, _LINE)
    labels = [wrapped(row.label) for row in rows]
    tops = [0, *accumulate(len(lines) * _LINE + _BAR + _PITCH for lines in labels)]
    height = tops[-1] - _PITCH + _FOOT
    chart = figure(theme, height)
    for row, lines, top in zip(rows, labels, tops, strict=False):
        name = "<br>".join(lines)
        middle = top + len(lines) * _LINE + _BAR / 2
        end = 0.0
        for part in row.parts:
            chart.add_bar(
                y=[middle],
                x=[part.people],
                base=[end],
                width=_BAR,
                orientation="h",
                marker={"color": part.colour, "line": {"width": 0}, "pattern": hatching(theme, part.inferred)},
                hovertext=f"{name}<br><b>{part.people:,}</b> {part.name}",
                hoverinfo="text",
                showlegend=False,  # a chart that explains its colours adds what the legend shows
            )
            end += part.people
        place = {"showarrow": False, "xanchor": "left", "borderwidth": 0, "borderpad": 0}
        chart.add_annotation(x=0, y=top, text=name, yanchor="top", align="left", **place)
        chart.add_annotation(x=end, y=middle, text=f"<b>{row.value}</b>", yanchor="middle", xshift=6, **place)
    longest = max((sum(part.people for part in row.parts) for row in rows), default=0) or 1
    room_for_values = 1.02 + 0.035 * max((len(row.value) for row in rows), default=0)
    chart.update_layout(barmode="overlay", showlegend=False, margin={"t": 0})
    chart.update_xaxes(visible=False, fixedrange=True, range=[0, longest * room_for_values])
    chart.update_yaxes(visible=False, fixedrange=True, range=[height, 0])
    return chart
