"""Lying bars with their names written over them: nothing is cut off on a narrow screen, however long a name is.

What belongs here is the drawing, shared by every ranking. What is ranked does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from linkstrata.charts.theme import Theme, figure, wrapped

_LINE = 18
_BAR = 12
_PITCH = 14


@dataclass(frozen=True)
class Part:
    """A stretch of a bar. What is inferred is hatched."""

    name: str
    people: int
    colour: str
    inferred: bool = False


@dataclass(frozen=True)
class Row:
    """One bar: the name over it, its parts from the left, and the words at its end."""

    label: str
    parts: Sequence[Part]
    value: str


def lying_bars(rows: Sequence[Row], theme: Theme) -> go.Figure:
    """The rows from top to bottom. The upright axis counts pixels, so that text and bars keep their distance."""
    tops: list[int] = []
    labels = [wrapped(row.label) for row in rows]
    height = 0
    for lines in labels:
        tops.append(height)
        height += len(lines) * _LINE + _BAR + _PITCH
    chart = figure(theme, max(height, 1))
    middles = [top + len(lines) * _LINE + _BAR / 2 for top, lines in zip(tops, labels, strict=True)]
    left = [0] * len(rows)
    for index in range(max((len(row.parts) for row in rows), default=0)):
        parts = [row.parts[index] if index < len(row.parts) else Part("", 0, theme.paper) for row in rows]
        chart.add_bar(
            y=middles,
            x=[part.people for part in parts],
            base=list(left),
            width=_BAR,
            orientation="h",
            marker={
                "color": [part.colour for part in parts],
                "line": {"width": 0},
                "pattern": {
                    "shape": ["/" if part.inferred else "" for part in parts],
                    "fgcolor": theme.paper,
                    "size": 5,
                    "solidity": 0.4,
                },
            },
            hovertext=[
                f"{'<br>'.join(lines)}<br><b>{part.people:,}</b> {part.name}"
                for lines, part in zip(labels, parts, strict=True)
            ],
            hoverinfo="text",
        )
        left = [start + part.people for start, part in zip(left, parts, strict=True)]
    for row, lines, top, middle, end in zip(rows, labels, tops, middles, left, strict=True):
        chart.add_annotation(
            x=0,
            y=top,
            text="<br>".join(lines),
            showarrow=False,
            xanchor="left",
            yanchor="top",
            align="left",
            borderpad=0,
        )
        chart.add_annotation(
            x=end, y=middle, text=f"<b>{row.value}</b>", showarrow=False, xanchor="left", yanchor="middle", xshift=4
        )
    longest = max((len(row.value) for row in rows), default=1)
    room = 1 + min(0.6, 0.028 * longest)
    chart.update_layout(barmode="overlay", showlegend=False, margin={"t": 0, "pad": 0})
    chart.update_xaxes(visible=False, fixedrange=True, range=[0, max(max(left, default=1), 1) * room])
    chart.update_yaxes(visible=False, fixedrange=True, range=[max(height, 1), 0])
    return chart
