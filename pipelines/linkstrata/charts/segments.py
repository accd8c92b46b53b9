"""Who is a connection, a follower, both or neither, and how sure that is.

The states are the contract's `segment` and `follows_me`; nothing is decided here.
"""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from linkstrata.charts.bars import Part, Row, lying_bars
from linkstrata.charts.theme import LIGHT, SEGMENTS, Theme


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
