"""How a level may go on, with its interval, and how well the same would have told what is known by now."""

from __future__ import annotations

import warnings
from datetime import date

import polars as pl

LEAST_MONTHS = 18
"""Fewer months than this give no forecast: a trend and its damping cannot be told apart."""

PACE_MONTHS = 12
"""The plain forecast to beat goes on at the mean pace of so many months."""

_SCHEMA = {"month": pl.Date, "expected": pl.Float64, "lower": pl.Float64, "upper": pl.Float64}


def forecast(levels: pl.DataFrame, months: int, confidence: float = 0.8) -> pl.DataFrame:
    """The level at the end of each of the next `months`, by exponential smoothing with a damped trend.

    `levels` has month (its first day) and level, each month once and in order. Gives month, expected, lower, upper: the
    level lies between the two with probability `confidence`, if it goes on as it went. Empty below LEAST_MONTHS.
    """
    if levels.height < LEAST_MONTHS:
        return pl.DataFrame(schema=_SCHEMA)
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    known = levels["level"].cast(pl.Float64).to_pandas()
    with warnings.catch_warnings():
        # A level that hardly bends leaves the damping undetermined; the interval shows it.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = ETSModel(known, error="add", trend="add", damped_trend=True).fit(disp=False)
        told = fitted.get_prediction(start=len(known), end=len(known) + months - 1)
        frame = told.summary_frame(alpha=1 - confidence)
    last: date = levels["month"][-1]
    return pl.DataFrame(
        {
            "month": _next(last, months),
            "expected": frame["mean"].to_numpy(),
            "lower": frame["pi_lower"].to_numpy(),
            "upper": frame["pi_upper"].to_numpy(),
        },
        schema=_SCHEMA,
    )


def same_pace(levels: pl.DataFrame, months: int) -> pl.DataFrame:
    """The plain forecast: the level goes on at the mean pace of the last PACE_MONTHS. Gives month, expected."""
    recent = levels.tail(PACE_MONTHS + 1)["level"]
    pace = (recent[-1] - recent[0]) / (len(recent) - 1)
    return pl.DataFrame(
        {
            "month": _next(levels["month"][-1], months),
            "expected": [recent[-1] + pace * ahead for ahead in range(1, months + 1)],
        },
        schema={"month": pl.Date, "expected": pl.Float64},
    )


def backtest(levels: pl.DataFrame, months: int, origins: int, confidence: float = 0.8) -> pl.DataFrame:
    """What both forecasts would have said `origins` times, one month further on each time, of months known by now.

    Gives origin (the last month that was told), month, ahead (in months), expected, lower, upper, same_pace, actual.
    """
    found = []
    for held_back in range(origins + months - 1, months - 1, -1):
        told = levels.head(levels.height - held_back)
        if told.height >= LEAST_MONTHS:
            plain = same_pace(told, months).rename({"expected": "same_pace"})
            found.append(
                forecast(told, months, confidence)
                .join(plain, on="month")
                .join(levels.select("month", actual=pl.col("level").cast(pl.Float64)), on="month")
                .with_columns(origin=pl.lit(told["month"][-1]), ahead=pl.int_range(1, pl.len() + 1))
            )
    order = ["origin", "month", "ahead", "expected", "lower", "upper", "same_pace", "actual"]
    if not found:
        types = {"origin": pl.Date, "month": pl.Date, "ahead": pl.Int64}
        return pl.DataFrame(schema={name: types.get(name, pl.Float64) for name in order})
    return pl.concat(found).select(order)


def _next(last: date, months: int) -> list[date]:
    """The first days of the months that follow."""
    number = last.year * 12 + last.month
    return [date(at // 12, at % 12 + 1, 1) for at in range(number, number + months)]
