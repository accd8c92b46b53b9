"""How far LinkedIn's limit of connections is: room, and when it would be reached, with the uncertainty of the pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from linkstrata.report import CONNECTION_LIMIT

LONGEST = timedelta(days=20 * 365)
"""Whatever lies further ahead is not said."""

SPREAD = 1.28
"""Standard errors either way: four in five."""


@dataclass(frozen=True)
class Projection:
    """Room until the limit, and the day on which it is reached: likely, at the earliest, at the latest."""

    room: int
    likely: date | None
    earliest: date | None
    latest: date | None


def project(daily: pl.DataFrame) -> Projection:
    """Goes on as the last twelve months did. `daily` has day, new_connections, lost_connections, connections, by day.

    The uncertainty is that of the monthly mean: months that vary much leave much open. None is beyond 20 years.
    """
    newest: date = daily["day"][-1]
    room = max(CONNECTION_LIMIT - int(daily["connections"][-1]), 0)
    year = daily.filter(pl.col("day") > newest - timedelta(days=360)).with_columns(
        month=(pl.lit(newest) - pl.col("day")).dt.total_days() // 30,
        net=pl.col("new_connections") - pl.col("lost_connections"),
    )
    months = year.group_by("month").agg(pl.col("net").sum())["net"]
    mean = float(months.cast(pl.Float64).mean() or 0)  # type: ignore[arg-type]
    deviation = float(months.cast(pl.Float64).std() or 0) if months.len() > 1 else 0.0  # type: ignore[arg-type]
    error = SPREAD * deviation / max(months.len(), 1) ** 0.5
    return Projection(
        room, _reached(newest, room, mean), _reached(newest, room, mean + error), _reached(newest, room, mean - error)
    )


def _reached(newest: date, room: int, a_month: float) -> date | None:
    if a_month <= 0:
        return None
    days = room / a_month * 30
    return newest + timedelta(days=round(days)) if days < LONGEST.days else None
