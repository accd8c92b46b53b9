"""The notebooks' door to the published database: `sql` asks it, `show` draws a figure.

What a notebook needs and nothing more. Every question opens the file anew, so that it is answered from the newest
publication even while the notebook stays open; nothing can be written.
"""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import polars as pl
from IPython.display import display

from linkstrata.charts.theme import CONFIG
from linkstrata.settings import settings_from_environment
from linkstrata.warehouse.connection import read_published


def sql(query: str, **values: Any) -> pl.DataFrame:
    """The answer to a query on the published tables; `$name` in it takes the value given as `name=`.

    The data home is the one that LINKSTRATA_DATA names, else data/ in the checkout.
    Raises linkstrata.warehouse.connection.NotPublished, and duckdb.Error with the engine's message.
    """
    with read_published(settings_from_environment().published_database) as connection:
        answer: pl.DataFrame = connection.sql(query, params=values).pl()
    return answer


def show(figure: go.Figure) -> None:
    """Draws a figure under the cell, with nothing on it that would send it away."""
    drawn = json.loads(figure.to_json())
    display({"application/vnd.plotly.v1+json": drawn | {"config": dict(CONFIG)}}, raw=True)  # type: ignore[no-untyped-call]
