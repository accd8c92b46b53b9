"""Overview: how the audience stands, what changed since the export before, by name, and how fresh all of it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from dash import html

from linkstrata.charts import growth
from linkstrata.dashboard.pages.welcome import ARCHIVE_STEPS, WORKBOOK_STEPS
from linkstrata.dashboard.parts import Content, card, figure, headline, link, named, people_who, person, theme_of, title
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import between, change, counted, day, number
from linkstrata.freshness import STALE_AFTER_DAYS
from linkstrata.report import CONNECTION_LIMIT

LONGEST_LIST = 8
FROM_LISTS = "known by name from your follower lists"

NEWS = (
    ("New", "event_connected", ("connected", "reconnected")),
    ("Gone", "event_disconnected", ("disconnected",)),
    ("Changed company", "event_company_changed", ("company_changed",)),
)
_CHANGES = """
    with changed as (
        select
            person_id, event, happened_after, happened_by, old_value, new_value,
            row_number() over (partition by person_id order by happened_by desc, event) as place
        from contact_events
        where owner = $owner and list_contains($events, event) and happened_by > $previous
    )
    select changed.*, full_name, position, company, count(*) over () as people
    from changed join contacts on contacts.owner = $owner and contacts.person_id = changed.person_id
    where place = 1
    order by happened_by desc, full_name limit $longest
"""


def layout(view: View, reading: Reading) -> Content:
    """The page."""
    daily = reading.frame("select * exclude (owner) from audience_daily where owner = $owner order by day")
    return [
        title("Overview", _freshness_in_short(reading)),
        _headlines(reading, daily),
        _growth(reading, daily, view) if daily.height else None,
        _news(view, reading),
        _freshness(reading),
    ]


def _freshness_in_short(reading: Reading) -> Content:
    if not reading.exports:
        return "No file that lists your connections has been read yet."
    days = (reading.today - reading.exports[-1]).days
    said = f"As of {day(reading.exports[-1])}, your newest list of connections, {counted(days, 'day')} old."
    return [said, html.B(" Get the next one.")] if days > STALE_AFTER_DAYS else said


def _growth(reading: Reading, daily: pl.DataFrame, view: View) -> Content:
    first_export = reading.exports[0] if reading.exports else None
    recent = daily.filter(pl.col("day") > daily["day"][-1] - timedelta(days=730))
    chart = growth.connections_and_followers(recent, first_export, theme_of(view))
    return card(
        figure("overview-growth", "Connections and followers day by day", chart),
        html.P(link("More on growth", view.link("/growth")), className="more"),
        heading="Connections and followers",
        says=growth.BREAK_IN_WORDS if growth.has_break(recent) else None,
    )


def _headlines(reading: Reading, daily: pl.DataFrame) -> Content:
    return html.Section(
        [*_connection_headlines(reading, daily), *_follower_headlines(reading, daily)],
        className="headlines",
        **named("Headline numbers"),
    )


def _connection_headlines(reading: Reading, daily: pl.DataFrame) -> list[Content]:
    if not reading.exports or not daily.height:
        return [headline("Connections", "–", "No file that lists them yet")]
    newest = daily["day"][-1]
    previous = reading.exports[-2] if len(reading.exports) > 1 else None
    connections = _on(daily, newest, "connections")
    since = f"since {day(previous)}" if previous else ""
    month = _total(daily, "new_connections", newest - timedelta(days=30), newest)
    before = _total(daily, "new_connections", newest - timedelta(days=60), newest - timedelta(days=30))
    lost = _total(daily, "lost_connections", previous, newest) if previous else None
    return [
        headline(
            "Connections",
            number(connections),
            f"{connections / CONNECTION_LIMIT:.1%} of LinkedIn's {CONNECTION_LIMIT:,}",
            change=f"{change(connections - _on(daily, previous, 'connections'))} {since}" if previous else None,
        ),
        headline(
            "New in 30 days", number(month), f"up to {day(newest)}", change=f"{change(month - before)} on the 30 before"
        ),
        headline("Gone", number(lost), f"missing {since}" if previous else "Shows with a second export"),
    ]


_BY_NAME = """
    select
        count(*) filter (not is_connection and follows_me = 'yes') as follower_only_at_least,
        count(*) filter (is_connection and follows_me = 'no') as muted_connections_at_least
    from contacts where owner = $owner
"""


def _follower_headlines(reading: Reading, daily: pl.DataFrame) -> list[Content]:
    """Followers, and how far they and connections are apart at least: by the totals, or by name where that is more."""
    covered = daily.filter(pl.col("followers").is_not_null())
    by_name = reading.row(_BY_NAME) or {}
    if not covered.height:
        missing = "No total yet: add the analytics workbook"
        named = by_name["follower_only_at_least"]
        return [
            headline("Followers", "–", missing),
            headline("Follow, not connected", f"≥ {number(named)}", FROM_LISTS, inferred="at least")
            if named
            else headline("Follow, not connected", "–", missing),
        ]
    now = covered.row(-1, named=True)
    reported = covered.filter((pl.col("followers_basis") == "reported") & (pl.col("day") < now["day"]))
    before = reported.row(-1, named=True) if reported.height else None
    derived = now["followers_basis"] == "derived"

    def compared(column: str) -> str | None:
        return f"{change(now[column] - before[column])} since {day(before['day'])}" if before else None

    column, label, formula = (
        ("follower_only_at_least", "Follow, not connected", "followers less connections")
        if now["followers"] >= now["connections"]
        else ("muted_connections_at_least", "Connected, not following", "connections less followers")
    )
    return [
        headline(
            "Followers",
            number(now["followers"]),
            f"{'derived from daily gains' if derived else 'reported by LinkedIn'}, {day(now['day'])}",
            inferred="derived" if derived else None,
            change=compared("followers"),
        ),
        headline(
            label,
            f"≥ {number(by_name[column])}",
            FROM_LISTS,
            f"the totals of {day(now['day'])} alone say {number(now[column])}",
            inferred="at least",
        )
        if by_name[column] > now[column]
        else headline(
            label,
            f"≥ {number(now[column])}",
            f"{formula}, {day(now['day'])}",
            inferred="at least",
            change=compared(column),
        ),
    ]


def _on(daily: pl.DataFrame, when: date, column: str) -> int:
    return int(daily.filter(pl.col("day") == when)[column][0])


def _total(daily: pl.DataFrame, column: str, after: date, until: date) -> int:
    return int(daily.filter((pl.col("day") > after) & (pl.col("day") <= until))[column].sum())


def _news(view: View, reading: Reading) -> Content:
    if len(reading.exports) < 2:
        return card(
            html.P("With the next archive you see here who came, who left and who changed jobs, by name."),
            heading="What is new",
        )
    previous, newest = reading.exports[-2:]
    return card(
        html.Div([_group(view, reading, previous, *news) for news in NEWS], className="columns three"),
        heading=f"Since the export of {day(previous)}",
        says=f"Where no day is given, it happened between the two exports, {day(previous)} and {day(newest)}. "
        "An account that was closed or hidden is gone by name, though LinkedIn still counts it.",
    )


def _group(view: View, reading: Reading, previous: date, name: str, field: str, events: tuple[str, ...]) -> Content:
    rows = reading.rows(_CHANGES, events=list(events), previous=previous, longest=LONGEST_LIST)
    people = rows[0]["people"] if rows else 0
    return html.Div(
        [
            html.H3([name, html.Span(f" {people:,}", className="count")]),
            html.Ul([html.Li(_change(view, reading, previous, row)) for row in rows], className="people")
            if rows
            else html.P("Nobody.", className="quiet"),
            html.P(link(f"All {people:,} as a list", people_who(view, (field, "since_export", None))), className="more")
            if people > LONGEST_LIST
            else None,
        ]
    )


def _change(view: View, reading: Reading, previous: date, row: dict[str, Any]) -> list[Content]:
    moved = row["event"] == "company_changed"
    works = " at ".join(filter(None, (row["position"], row["company"])))
    said = f"{row['old_value'] or 'nothing stated'} → {row['new_value'] or 'nothing stated'}" if moved else works
    around = (row["happened_after"], row["happened_by"])
    return [
        person(view, reading.owner, row["person_id"], row["full_name"]),
        html.Time("" if around == (previous, reading.exports[-1]) else between(*around)),
        html.Span(said),
    ]


def _freshness(reading: Reading) -> Content:
    newest = {
        row["source"]: row["newest"]
        for row in reading.rows(
            "select source, max(exported_on) as newest from archives where owner = $owner and status <> 'quarantined' "
            "group by source"
        )
    }
    kinds = (
        ("Connections", reading.exports[-1] if reading.exports else None, ARCHIVE_STEPS),
        ("Follower totals", newest.get("creator_analytics"), WORKBOOK_STEPS),
        (
            "Follower list",
            newest.get("follower_list"),
            ("LinkedIn exports none. A list from any tool, with addresses or names, is read: drop it on Data.",),
        ),
    )
    return card(
        html.Div([_source(reading.today, *kind) for kind in kinds], className="columns three"),
        heading="How fresh this is",
    )


def _source(today: date, name: str, newest: date | None, steps: tuple[str, ...]) -> Content:
    days = (today - newest).days if newest else None
    stale = days is None or days > STALE_AFTER_DAYS
    return html.Div(
        [
            html.H3(name),
            html.P("none yet" if days is None else f"{counted(days, 'day')} old", className="age"),
            html.P(f"Newest: {day(newest)}.", className="quiet") if newest else None,
            html.Details(
                [html.Summary("Get the next one"), html.Ol([html.Li(step) for step in steps])], open=days is None
            )
            if stale
            else None,
        ],
        className=f"source {'missing' if days is None else 'old' if stale else 'fresh'}",
    )
