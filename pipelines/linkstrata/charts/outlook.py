"""Where a level may go, and where forecasts of the past would have put it."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from linkstrata.charts.theme import LIGHT, Theme, count_axis, figure, time_axis


def outlook(levels: pl.DataFrame, expected: pl.DataFrame, of: str, colour: str, theme: Theme = LIGHT) -> go.Figure:
    """What is known as a line, what is expected dashed behind it, its interval as a band.

    `levels` has month, level; `expected` has month, expected, lower, upper; `of` names what is counted.
    """
    chart = figure(theme, 400)
    if levels.is_empty() or expected.is_empty():
        return chart
    chart.add_scatter(
        x=levels["month"].to_list(),
        y=levels["level"].to_list(),
        name=f"{of.capitalize()}, as exported",
        mode="lines",
        line={"color": colour, "width": 2.5},
        hovertemplate="%{y:,.0f} " + of + "<extra></extra>",
    )
    # The band starts where knowledge ends.
    last = levels.tail(1).select("month", *(pl.col("level").cast(pl.Float64).alias(name) for name in _BAND))
    joined = pl.concat([last, expected.select("month", *_BAND)])
    _add_band(chart, joined, theme.pale(colour))
    chart.add_scatter(
        x=joined["month"].to_list(),
        y=joined["expected"].to_list(),
        name="Expected, with its interval",
        mode="lines",
        line={"color": colour, "width": 2.5, "dash": "dash"},
        customdata=joined.select("lower", "upper").rows(),
        hovertemplate="%{y:,.0f} expected, %{customdata[0]:,.0f} to %{customdata[1]:,.0f}<extra></extra>",
    )
    end = joined.row(-1, named=True)
    for value, text, size in (
        (end["expected"], f"<b>{end['expected']:,.0f}</b>", 14),
        (end["upper"], f"{end['upper']:,.0f}", 12),
        (end["lower"], f"{end['lower']:,.0f}", 12),
    ):
        chart.add_annotation(
            x=end["month"],
            y=value,
            text=text,
            showarrow=False,
            xanchor="left",
            xshift=6,
            font={"color": colour, "size": size},
        )
    chart.update_layout(showlegend=True, margin={"r": 64})
    time_axis(chart, "%B %Y")
    chart.update_xaxes(range=[levels["month"][0], end["month"]])  # the numbers at the end stand in the margin
    count_axis(chart, of, [*levels["level"], *expected["lower"], *expected["upper"]], from_zero=False)
    return chart


_BAND = ("expected", "lower", "upper")


def held_back(levels: pl.DataFrame, tested: pl.DataFrame, of: str, colour: str, theme: Theme = LIGHT) -> go.Figure:
    """What forecasts made in the past said, each a thin line with its band, over what came true.

    `levels` has month, level; `tested` has origin, month, expected, lower, upper, as `estimates.backtest` gives it.
    Where forecasts overlap only every third is drawn.
    """
    chart = figure(theme, 360)
    if tested.is_empty():
        return chart
    for number, origin in enumerate(tested["origin"].unique().sort().gather_every(3)):
        told = tested.filter(pl.col("origin") == origin)
        _add_band(chart, told, theme.pale(theme.followers, 0.25))
        chart.add_scatter(
            x=told["month"].to_list(),
            y=told["expected"].to_list(),
            name="Said beforehand, with its interval",
            legendgroup="said",
            showlegend=number == 0,
            mode="lines",
            line={"color": theme.followers, "width": 1.5, "dash": "dash"},
            hovertemplate="%{y:,.0f} said after " + f"{origin:%B %Y}" + "<extra></extra>",
        )
    known = levels.filter(pl.col("month") >= tested["origin"].min())
    chart.add_scatter(
        x=known["month"].to_list(),
        y=known["level"].to_list(),
        name="What came",
        mode="lines+markers",
        marker={"size": 6},
        line={"color": colour, "width": 2},
        hovertemplate="%{y:,.0f} came<extra></extra>",
    )
    chart.update_layout(showlegend=True)
    time_axis(chart, "%B %Y")
    count_axis(chart, of, levels["level"], from_zero=False)
    return chart


def _add_band(chart: go.Figure, expected: pl.DataFrame, colour: str) -> None:
    months = expected["month"].to_list()
    chart.add_scatter(
        x=[*months, *reversed(months)],
        y=[*expected["upper"], *expected["lower"].reverse()],
        mode="lines",
        fill="toself",
        fillcolor=colour,
        line={"width": 0, "color": colour},
        showlegend=False,
        hoverinfo="skip",
    )
