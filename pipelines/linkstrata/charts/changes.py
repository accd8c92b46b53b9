"""What became of people between two days: from which segment into which."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from linkstrata.charts.theme import LIGHT, SEGMENTS, Theme, figure

NOT_KNOWN = "not_known"
"""The segment of someone whom no file had named by that day."""


def segment_flows(flows: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """People as bands from the segment of one day, on the left, to that of another, on the right.

    `flows` has before, after, people; a segment is one of the contract's or NOT_KNOWN. Who stayed is drawn as well,
    pale, so that what moved can be seen against it.
    """
    chart = figure(theme, 420)
    if flows.is_empty():
        return chart
    names = {**SEGMENTS, NOT_KNOWN: "Not known yet"}
    colours = {**theme.segments, NOT_KNOWN: theme.line}
    left = [name for name in names if name in flows["before"]]
    right = [name for name in names if name in flows["after"]]
    rows = flows.sort("people", descending=True).rows(named=True)
    nodes = [("before", name) for name in left] + [("after", name) for name in right]
    people = [f"{flows.filter(pl.col(side) == name)['people'].sum():,}" for side, name in nodes]
    told = [f"{names[name]}: {count}" for (_, name), count in zip(nodes, people, strict=True)]
    # A narrow screen has room for the names once: they stand on the left, and on the right where they begin there.
    labels = [
        count if side == "after" and name in left else words
        for (side, name), count, words in zip(nodes, people, told, strict=True)
    ]
    chart.add_sankey(
        arrangement="fixed",
        node={
            "label": labels,
            "color": [colours[name] for name in (*left, *right)],
            "pad": 22,
            "thickness": 14,
            "line": {"width": 0},
            "customdata": told,
            "hovertemplate": "%{customdata}<extra></extra>",
        },
        link={
            "source": [left.index(row["before"]) for row in rows],
            "target": [len(left) + right.index(row["after"]) for row in rows],
            "value": [row["people"] for row in rows],
            "color": [
                theme.pale(colours[row["after"]], 0.16 if row["before"] == row["after"] else 0.5) for row in rows
            ],
            "label": [f"{names[row['before']]} → {names[row['after']]}" for row in rows],
            "hovertemplate": "%{label}: <b>%{value:,d}</b><extra></extra>",
        },
    )
    chart.update_layout(margin={"t": 12, "b": 12})
    return chart
