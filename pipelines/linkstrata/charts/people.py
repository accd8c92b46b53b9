"""Where the people of a network work and what they do."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from linkstrata.charts.bars import Part, Row, lying_bars
from linkstrata.charts.theme import LIGHT, Theme, figure, wrapped
from linkstrata.titles import NOT_TOLD, SENIORITIES, function_name


def seniorities(counts: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """A bar for each level, the highest first. `counts` has seniority, as `roles` has it, and people."""
    people = dict(counts.select("seniority", "people").iter_rows())
    shown = [(name, people[level]) for level, name in (*SENIORITIES.items(), (None, NOT_TOLD)) if people.get(level)]
    return ranking(pl.DataFrame(shown, schema=["name", "people"], orient="row"), theme)


def functions(counts: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """A bar for each line of work, the largest first. `counts` has function, as `roles` has it, and people."""
    named = counts.sort(pl.col("function").is_null(), -pl.col("people").cast(pl.Int64), "function").select(
        "people", name=pl.col("function").map_elements(function_name, return_dtype=pl.String).fill_null(NOT_TOLD)
    )
    return ranking(named, theme)


def ranking(counts: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """A bar for each row, in the order given. `counts` has name, people."""
    rows = [
        Row(label=name, parts=[Part("people", people, theme.connections)], value=f"{people:,}")
        for name, people in counts.select("name", "people").iter_rows()
    ]
    return lying_bars(rows, theme)


def treemap(counts: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """An area for each row, as large as its people are many. `counts` has name, people."""
    chart = figure(theme, 400)
    if counts.is_empty():
        return chart
    chart.add_treemap(
        labels=["<br>".join(wrapped(name, width=13, lines=3)) for name in counts["name"]],
        ids=[str(place) for place in range(counts.height)],  # names cut short may be alike
        parents=[""] * counts.height,
        values=counts["people"].to_list(),
        customdata=["<br>".join(wrapped(name)) for name in counts["name"]],
        marker={
            "colors": [theme.pale(theme.connections, 0.28)] * counts.height,
            "line": {"width": 1, "color": theme.paper},
        },
        textfont={"color": theme.ink},
        texttemplate="%{label}<br><b>%{value:,d}</b>",
        hovertemplate="%{customdata}: <b>%{value:,d}</b><extra></extra>",
        tiling={"pad": 2},
        pathbar={"visible": False},
    )
    chart.update_layout(uniformtext={"minsize": 10, "mode": "hide"}, margin={"l": 0, "r": 0})
    return chart


def concentration(counts: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """Which share of the people the largest groups hold together. `counts` has name, people.

    The dotted line is how it would be if all groups were of one size: the higher the curve above it, the more the
    network hangs on a few.
    """
    chart = figure(theme, 340)
    if counts.is_empty():
        return chart
    ranked = counts.sort("people", descending=True)
    shares = (ranked["people"].cum_sum() / ranked["people"].sum()).to_list()
    places = list(range(len(shares) + 1))
    chart.add_scatter(
        x=[0, len(shares)],
        y=[0, 1],
        name="All of one size",
        mode="lines",
        line={"color": theme.neutral, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
    )
    chart.add_scatter(
        x=places,
        y=[0, *shares],
        name="Largest first",
        mode="lines",
        line={"color": theme.connections, "width": 2.5},
        customdata=["", *("<br>".join(wrapped(name)) for name in ranked["name"])],
        hovertemplate="the %{x:,d} largest: <b>%{y:.0%}</b> of the people<br>last: %{customdata}<extra></extra>",
    )
    chart.update_layout(showlegend=True)
    chart.update_xaxes(title_text="companies, the largest first", tickformat=",d", showgrid=False)
    chart.update_yaxes(title_text="share of the people", tickformat=".0%", range=[0, 1.02])
    return chart


def movement(moves: pl.DataFrame, left: str = "Left", right: str = "Arrived", theme: Theme = LIGHT) -> go.Figure:
    """Two counts of each name as one bar, to the left and to the right. `moves` has name, arrived, left."""
    chart = figure(theme, 60 + 34 * moves.height)
    if moves.is_empty():
        return chart
    names = [" ".join(wrapped(name, width=30, lines=1)) for name in moves["name"]]
    for title, column, colour, sign in (
        (left, "left", theme.neutral, -1),
        (right, "arrived", theme.connections, 1),
    ):
        chart.add_bar(
            y=names,
            x=(moves[column].cast(pl.Int64) * sign).to_list(),
            name=title,
            orientation="h",
            marker={"color": colour, "line": {"width": 0}},
            customdata=moves[column].to_list(),
            hovertemplate="%{y}: <b>%{customdata:,d}</b> " + title.lower() + "<extra></extra>",
        )
    most = int(moves.select(pl.max_horizontal("arrived", "left").max()).item())
    step = max(1, -(-most // 4))
    ticks = range(-(-(-most // step) * step), -(-most // step) * step + 1, step)
    chart.update_layout(barmode="relative", bargap=0.35, showlegend=True)
    chart.update_xaxes(tickvals=list(ticks), ticktext=[f"{abs(tick):,}" for tick in ticks], title_text="people")
    chart.update_xaxes(zeroline=True, zerolinecolor=theme.quiet, zerolinewidth=1)
    chart.update_yaxes(autorange="reversed", showgrid=False, ticklabelstandoff=8, dtick=1)  # every name, however many
    return chart
