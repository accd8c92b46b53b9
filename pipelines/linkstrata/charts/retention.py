"""How long connections last, with the interval that the numbers leave open."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
import polars as pl

from linkstrata.charts.theme import LIGHT, Theme, figure

YEAR = 365.25


def lasting(curves: Mapping[str, pl.DataFrame], theme: Theme = LIGHT) -> go.Figure:
    """One stepped line a curve with its interval as a band: the share of connections left after so many years.

    Each curve has days, share, lower, upper, as `estimates.survival` gives it. The first is solid, others dashed.
    """
    chart = figure(theme, 380)
    colours = (theme.connections, theme.followers, theme.muted)
    for number, (name, curve) in enumerate(curves.items()):
        if curve.is_empty():
            continue
        colour = colours[number % len(colours)]
        years = (curve["days"] / YEAR).to_list()
        for column, fill in (("upper", None), ("lower", "tonexty")):
            chart.add_scatter(
                x=years,
                y=curve[column].to_list(),
                mode="lines",
                line={"width": 0, "shape": "hv", "color": colour},
                fill=fill,
                fillcolor=f"rgba({int(colour[1:3], 16)},{int(colour[3:5], 16)},{int(colour[5:7], 16)},0.16)",
                showlegend=False,
                hoverinfo="skip",
            )
        chart.add_scatter(
            x=years,
            y=curve["share"].to_list(),
            name=name,
            mode="lines",
            line={"width": 2.5, "shape": "hv", "color": colour, "dash": "dash" if number else "solid"},
            customdata=curve.select("lower", "upper").rows(),
            hovertemplate="%{y:.1%} left, %{customdata[0]:.1%} to %{customdata[1]:.1%}<extra>" + name + "</extra>",
        )
    chart.update_layout(showlegend=True, hovermode="x unified")
    chart.update_xaxes(title_text="years since connecting", showgrid=False, hoverformat=".1f", rangemode="tozero")
    chart.update_yaxes(title_text="still connected", tickformat=".0%")
    return chart


def cohorts(shares: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """A dot a cohort with its interval as a whisker. `shares` has cohort, share, lower, upper, at_risk, in order."""
    chart = figure(theme, 320)
    if shares.is_empty():
        return chart
    chart.add_scatter(
        x=shares["cohort"].to_list(),
        y=shares["share"].to_list(),
        mode="markers",
        marker={"size": 10, "color": theme.connections},
        error_y={
            "type": "data",
            "array": (shares["upper"] - shares["share"]).to_list(),
            "arrayminus": (shares["share"] - shares["lower"]).to_list(),
            "color": theme.pale(theme.connections, 0.6),
            "thickness": 2,
            "width": 5,
        },
        customdata=shares.select("lower", "upper", "at_risk").rows(),
        hovertemplate="%{x}: <b>%{y:.1%}</b> left, %{customdata[0]:.1%} to %{customdata[1]:.1%}"
        "<br>%{customdata[2]:,d} watched<extra></extra>",
        showlegend=False,
    )
    chart.update_xaxes(title_text="connected in", type="category", showgrid=False)
    chart.update_yaxes(title_text="still connected", tickformat=".0%")
    return chart
