"""Growth: connections against followers over any time, what came and went, the rhythm of it, how far the limit is."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from dash import ClientsideFunction, Input, html

from linkstrata.charts import growth, patterns
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.limit import Projection, project
from linkstrata.dashboard.parts import (
    Content,
    card,
    choices,
    day_range,
    days_between,
    figure,
    headline,
    link,
    mark,
    table,
    theme_of,
    title,
)
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import day, number
from linkstrata.report import CONNECTION_LIMIT

SPANS = (("30", "30 days"), ("90", "90 days"), ("180", "180 days"), ("365", "A year"), ("all", "Everything"))
_POSTS = """
    select cast(posted_at as date) as day, coalesce(text, shared_url, post_url, 'a post') as text
    from posts where owner = $owner and cast(posted_at as date) between $first and $last order by day
"""


def layout(view: View, reading: Reading) -> Content:
    """The page; `span`, or `from` and `to`, say which days."""
    daily = reading.frame("select * exclude (owner) from audience_daily where owner = $owner order by day")
    head = title("Growth", "Dotted, dashed, pale or hatched is inferred; the rest is as LinkedIn's files say.")
    if daily.is_empty():
        return [head, card(html.P("No file that was read says how many connections or followers there are."))]
    first, last = _span(view, daily)
    shown = daily.filter(pl.col("day").is_between(first, last))
    theme = theme_of(view)
    first_export = reading.exports[0] if reading.exports else None
    came = int(shown["new_connections"].sum())
    posts = reading.frame(_POSTS, first=first, last=last)
    lines = patterns.mark_days(growth.connections_and_followers(shown, first_export, theme), posts, theme)
    return [
        html.Div([head, _spans(view, first, last)], className="head"),
        _headlines(shown, first, last),
        card(
            figure("growth-lines", f"Connections and followers from {day(first)} to {day(last)}", lines),
            _implied_losses(daily),
            heading="Connections and followers",
            says=growth.BREAK_IN_WORDS if growth.has_break(shown) else None,
        ),
        card(
            figure(
                "growth-months",
                "New and lost connections by month",
                growth.connections_by_month(shown, first_export, theme),
            )
            if came or int(shown["lost_connections"].sum())
            else html.P("Nobody came or left in these days.", className="quiet"),
            heading="Gained and lost",
            says="LinkedIn never says who leaves: they count in the month of the first export without them.",
        ),
        html.Div(
            [
                card(
                    figure("growth-rate", "New people a week", growth.pace(shown, first_export, theme))
                    if shown.height > 60
                    else html.P("Choose at least 90 days.", className="quiet"),
                    heading="Pace",
                    says="People a week, averaged over the four weeks up to each day.",
                ),
                card(
                    figure("growth-weekdays", "New connections by weekday", patterns.weekdays(shown, theme))
                    if came
                    else html.P("Nobody came in these days.", className="quiet"),
                    heading="Weekdays",
                    says="New connections on an average Monday, Tuesday and so on.",
                ),
            ],
            className="columns",
        ),
        _limit(view, project(daily)) if reading.exports else None,
    ]


def _span(view: View, daily: pl.DataFrame) -> tuple[date, date]:
    newest, oldest = daily["day"][-1], daily["day"][0]
    asked = days_between(view)
    if any(asked):
        # Whichever days an address or the calendar names, what is shown lies within those that are known.
        first, last = (min(max(day or end, oldest), newest) for day, end in zip(asked, (oldest, newest), strict=True))
        return min(first, last), max(first, last)
    span = view.get("span", "365")
    everything = (newest - oldest).days
    return newest - timedelta(days=min(int(span[:9]), everything) if span.isdecimal() else everything), newest


def _spans(view: View, first: date, last: date) -> Content:
    chosen = "" if view.get("from") or view.get("to") else view.get("span", "365")
    without_range = View(view.path, {k: v for k, v in view.parameters.items() if k not in ("from", "to")}, view.theme)
    return html.Div(
        [choices(without_range, "span", chosen, SPANS, "Time shown"), day_range("growth", first, last)],
        className="spans",
    )


def _headlines(shown: pl.DataFrame, first: date, last: date) -> Content:
    covered = shown.filter(pl.col("followers").is_not_null())
    gained, lost = int(shown["new_connections"].sum()), int(shown["lost_connections"].sum())
    weeks = max((last - first).days, 1) / 7
    begun = shown["connections"][0]
    rate = (shown["connections"][-1] - begun) / begun if begun else None
    followers = covered["followers"][-1] - covered["followers"][0] if covered.height > 1 else None
    return html.Section(
        [
            headline("New connections", number(gained), f"{gained / weeks:.1f} a week"),
            headline("Gone", number(lost), "by the day of the export that shows it"),
            headline(
                "Change of connections",
                "–" if rate is None else f"{rate:+.1%}".replace("-", "−") if rate else "0%",
                f"from {begun:,} to {shown['connections'][-1]:,}",
            ),
            headline(
                "Change of followers",
                "–" if followers is None else f"{followers:+,}".replace("-", "−") if followers else "0",
                "between the days that reports cover",
                inferred="derived" if followers is not None else None,
            ),
        ],
        className="headlines",
    )


def _implied_losses(daily: pl.DataFrame) -> Content:
    """Between two totals, gains above their difference are people who stopped following."""
    totals = daily.filter(pl.col("followers_basis") == "reported")
    rows = []
    for at in range(1, totals.height):
        (first, last), (before, after) = totals["day"][at - 1 : at + 1], totals["followers"][at - 1 : at + 1]
        gains = daily.filter(pl.col("day").is_between(first, last, closed="right"))["new_followers"]
        stopped = int(gains.sum()) - (after - before)
        if not gains.null_count() and stopped > 0:
            rows.append(
                (f"{day(first)} to {day(last)}", number(int(gains.sum())), number(after - before), f"≥ {stopped:,}")
            )
    if not rows:
        return html.P(
            "With two totals and the gains of each day between, this says how many stopped following.",
            className="fine",
        )
    return html.Div(
        [
            html.P(["Who stopped following ", mark("implied by the totals")], className="fine"),
            table(("Between the totals of", "Began", "More followers", "Stopped"), rows, "Followers lost"),
        ]
    )


def _limit(view: View, projection: Projection) -> Content:
    said: Content = f"Room for {projection.room:,} more; LinkedIn allows {CONNECTION_LIMIT:,}."
    if projection.likely is None:
        when = html.P("At the present pace the limit is not reached within 20 years.", className="quiet")
    else:
        latest = day(projection.latest) if projection.latest else "never"
        when = html.P(
            [
                f"At the pace of the last year about {projection.likely:%B %Y}; between ",
                html.B(f"{projection.earliest:%B %Y}"),
                " and ",
                html.B(f"{projection.latest:%B %Y}" if projection.latest else latest),
                " if the months vary as they did ",
                mark("projected"),
            ]
        )
    return card(when, html.P(link("Plan for the limit", view.link("/limit"))), heading="The limit", says=said)


def register(context: Context) -> None:
    """The fields for any range of days."""
    context.app.clientside_callback(
        ClientsideFunction("linkstrata", "days"), Input("growth-days", "value"), prevent_initial_call=True
    )
