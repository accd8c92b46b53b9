"""Where the people of a network work and what they do."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from linkstrata.charts.bars import Part, Row, lying_bars
from linkstrata.charts.theme import LIGHT, Theme


def ranking(counts: pl.DataFrame, theme: Theme = LIGHT) -> go.Figure:
    """A bar for each row, in the order given. `counts` has name, people."""
    rows = [
        Row(label=name, parts=[Part("people", people, theme.connections)], value=f"{people:,}")
        for name, people in counts.select("name", "people").iter_rows()
    ]
    return lying_bars(rows, theme)
