"""Two groups of people that share some: one bar, and a bracket over and under it that shows how far each reaches."""

from __future__ import annotations

import plotly.graph_objects as go

from linkstrata.charts.theme import LIGHT, Theme, figure, plain

_BAR = (58, 90)
_TICK = 7


def overlap(
    upper: tuple[str, str],
    lower: tuple[str, str],
    parts: tuple[int, int, int],
    bounds: bool = False,
    theme: Theme = LIGHT,
) -> go.Figure:
    """The people of the upper group alone, of both, and of the lower group alone, as one bar.

    `upper` and `lower` are each a group's name and what its people outside the other are called. With `bounds`, the
    outer parts are at least so many people, and both at most.
    """
    chart = figure(theme, 176)
    alone, both, other = parts
    total = sum(parts)
    if not total:
        return chart
    colours = (theme.muted, theme.connections, theme.followers)
    names = (upper[1], "Both", lower[1])
    start = 0
    for name, people, colour, mark in zip(
        names, parts, colours, ("≥ ", "≤ ", "≥ ") if bounds else ("", "", ""), strict=True
    ):
        chart.add_scatter(
            x=[start, start + people, start + people, start, start],
            y=[_BAR[0], _BAR[0], _BAR[1], _BAR[1], _BAR[0]],
            name=f"{plain(name)}: {mark}{people:,}",
            mode="lines",
            fill="toself",
            fillcolor=colour,
            line={"width": 0, "color": colour},
            hoveron="fills",
            text=f"{plain(name)}: {mark}{people:,}",
            hoverinfo="text",
        )
        start += people
    _bracket(chart, theme, 0, alone + both, over=True, text=f"{plain(upper[0])}: <b>{alone + both:,}</b>")
    _bracket(chart, theme, alone, total, over=False, text=f"{plain(lower[0])}: <b>{both + other:,}</b>")
    chart.update_layout(showlegend=True, margin={"t": 34})
    chart.update_xaxes(visible=False, fixedrange=True, range=[0, total])
    chart.update_yaxes(visible=False, fixedrange=True, range=[148, 0])
    return chart


def _bracket(chart: go.Figure, theme: Theme, start: int, end: int, *, over: bool, text: str) -> None:
    edge, away = (_BAR[0], -1) if over else (_BAR[1], 1)
    near, far = edge + 4 * away, edge + (4 + _TICK) * away
    for line in ((start, near, start, far), (end, near, end, far), (start, far, end, far)):
        x0, y0, x1, y1 = line
        chart.add_shape(type="line", x0=x0, y0=y0, x1=x1, y1=y1, line={"color": theme.quiet, "width": 1.5})
    chart.add_annotation(
        x=start if over else end,
        y=far + 3 * away,
        text=text,
        showarrow=False,
        xanchor="left" if over else "right",
        yanchor="bottom" if over else "top",
        font={"size": 14},
    )
