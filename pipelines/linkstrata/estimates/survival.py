"""How long something lasts, where many of its kind still go on and none was watched from its beginning."""

from __future__ import annotations

import math
from statistics import NormalDist

import polars as pl

_SCHEMA = {"days": pl.Int64, "share": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "at_risk": pl.Int64}


def survival(spells: pl.DataFrame, least_at_risk: int = 10, confidence: float = 0.95) -> pl.DataFrame:
    """The share that lasts at least so many days (Kaplan and Meier), with pointwise intervals on the log-log scale.

    `spells` has days (from its beginning to its end, or to the last look at it), watched_from (its age in days when it
    was first seen: whoever left before is in no file, so it counts from then on alone) and ended. The curve begins at
    the first age, and ends at the last, at which `least_at_risk` are watched, for fewer make it jump; it is the share
    of those who reached its beginning. Gives days, share, lower, upper, at_risk, one row a step; none for too few.
    """
    watched = spells.select(pl.col("days", "watched_from").cast(pl.Int64), "ended").filter(
        pl.col("days") > pl.col("watched_from")
    )
    begin = _first_age(watched, least_at_risk)
    if begin is None:
        return pl.DataFrame(schema=_SCHEMA)
    watched = watched.filter(pl.col("days") > begin).with_columns(pl.col("watched_from").clip(begin))
    steps = [(begin, 1.0, 1.0, 1.0, int((watched["watched_from"] == begin).sum()))]
    if watched["ended"].any():
        steps += _steps(watched, least_at_risk, NormalDist().inv_cdf((1 + confidence) / 2))
    last = int(watched["days"].top_k(least_at_risk).min())  # type: ignore[arg-type]
    steps.append((max(last, steps[-1][0]), *steps[-1][1:4], least_at_risk))
    return pl.DataFrame(steps, schema=_SCHEMA, orient="row")


def share_after(curve: pl.DataFrame, days: int) -> dict[str, float] | None:
    """What a curve says of an age: share, lower, upper, at_risk. None where it does not reach that far."""
    if curve.is_empty() or curve["days"][-1] < days:
        return None
    said: dict[str, float] = (
        curve.filter(pl.col("days") <= days).select("share", "lower", "upper", "at_risk").row(-1, named=True)
    )
    return said


def _first_age(watched: pl.DataFrame, least: int) -> int | None:
    """The first age at which so many are watched: each is from watched_from until days."""
    ages = pl.concat(
        [
            watched.select(age=pl.col("watched_from"), change=pl.lit(1)),
            watched.select(age=pl.col("days"), change=pl.lit(-1)),
        ]
    )
    running = ages.group_by("age").agg(pl.col("change").sum()).sort("age").with_columns(pl.col("change").cum_sum())
    enough = running.filter(pl.col("change") >= least)
    return int(enough["age"][0]) if enough.height else None


def _steps(watched: pl.DataFrame, least: int, deviations: float) -> list[tuple[int, float, float, float, int]]:
    from statsmodels.duration.survfunc import SurvfuncRight

    curve = SurvfuncRight(
        watched["days"].to_numpy(), watched["ended"].cast(pl.Int8).to_numpy(), entry=watched["watched_from"].to_numpy()
    )
    steps = []
    for days, share, error, at_risk in zip(
        curve.surv_times, curve.surv_prob, curve.surv_prob_se, curve.n_risk, strict=True
    ):
        if at_risk < least:
            break
        lower, upper = _interval(float(share), float(error), deviations)
        steps.append((int(days), float(share), lower, upper, int(at_risk)))
    return steps


def _interval(share: float, error: float, deviations: float) -> tuple[float, float]:
    """On the scale of log(-log(share)), so that it stays between 0 and 1."""
    if not 0 < share < 1:
        return share, share
    spread = math.exp(deviations * error / (share * abs(math.log(share))))
    return share**spread, share ** (1 / spread)
