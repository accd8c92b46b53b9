"""Segments: the difference between connections and followers, how it came about, and who moved between two exports.

Saved segments stand in saved_segments.py.
"""

from __future__ import annotations

from datetime import date

from dash import html

from linkstrata.charts import changes, patterns
from linkstrata.charts import segments as charts
from linkstrata.charts.theme import SEGMENTS
from linkstrata.dashboard import saved_segments
from linkstrata.dashboard.parts import (
    Content,
    card,
    choices,
    figure,
    link,
    mark,
    people_who,
    segment,
    theme_of,
    title,
)
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import counted, day, number
from linkstrata.report import SEGMENT_MEANINGS

STATES = (
    ("yes", "Follows you", "Named in a follower list, which no later complete list contradicts."),
    ("assumed", "Assumed to follow", "A connection for whom no list proves it: LinkedIn makes both sides follow."),
    ("no", "Does not follow", "Absent from the newest complete follower list and from every list after it."),
    ("unknown", "Not known", "No file says anything about it."),
)
_SQUARE = """
    select is_connection, follows_me, count(*) as people from contacts where owner = $owner group by all
"""
_COUNTS = "select segment, count(*) as people from contacts where owner = $owner group by all"
_OVER_TIME = """
    with days as (
        select exported_on as day from export_order where owner = $owner and table_name = 'any'
        union
        select today from build_info
    )
    select day, segment, count(*) as people
    from days join segment_history on owner = $owner and valid_from <= day and valid_to > day
    group by all order by day
"""
_FLOWS = """
    with was as (
        select person_id, segment from segment_history
        where owner = $owner and valid_from <= $first and valid_to > $first
    ),
    now as (
        select person_id, segment from segment_history
        where owner = $owner and valid_from <= $last and valid_to > $last
    )
    select
        coalesce(was.segment, 'not_known') as before, coalesce(now.segment, 'not_known') as after, count(*) as people
    from was full join now using (person_id)
    group by all order by people desc
"""
_RETENTION = """
    select
        year(connected_on) as year,
        count(*) as connected,
        count(*) filter (where is_connection) as remained
    from contacts
    where owner = $owner and connected_on is not null
    group by all order by year
"""


def layout(view: View, reading: Reading) -> Content:
    """The page; `from` and `to` name the exports between which people moved, `saved` the saved segment looked at."""
    theme = theme_of(view)
    over_time = reading.frame(_OVER_TIME)
    years = reading.frame(_RETENTION)
    return [
        title("Segments", "What is the difference between my connections and my followers?"),
        card(
            _square(view, reading),
            html.Dl(
                [each for _, name, meaning in STATES for each in (html.Dt(name), html.Dd(meaning))],
                className="facts explained",
            ),
            heading="Connected or not, following or not",
            says="Everybody whom your files know, by what is proved and what is assumed.",
        ),
        card(_explained(view, reading), heading="The six segments"),
        saved_segments.layout(view, reading),
        _flows(view, reading),
        card(
            figure("segments-time", "People by segment at each export", charts.segments_over_time(over_time, theme)),
            heading="Over time",
            says="As it stood at each export, and today.",
        )
        if over_time["day"].n_unique() > 2
        else None,
        card(
            figure(
                "segments-retention", "Connections that remained, by year connected", patterns.remained(years, theme)
            ),
            heading="Who stays",
            says="Of those who connected in a year, the share still connected. Who had left before your first export "
            "is in no file, so the early years look better than they were.",
        )
        if years.height
        else None,
    ]


def _square(view: View, reading: Reading) -> Content:
    counts = {(row["is_connection"], row["follows_me"]): row["people"] for row in reading.rows(_SQUARE)}

    def cell(connected: bool, state: str) -> Content:
        people = counts.get((connected, state), 0)
        shown = (
            link(number(people), people_who(
                view, ("is_connection", "any_of", ["yes" if connected else "no"]), ("follows_me", "any_of", [state])
            ))
            if people
            else "0"
        )  # fmt: skip
        return html.Td([shown, " ", mark("assumed") if people and state == "assumed" else None], className=state)

    return html.Table(
        [
            html.Thead(html.Tr([html.Td(), *(html.Th(name, scope="col") for _, name, _ in STATES)])),
            html.Tbody(
                [
                    html.Tr([html.Th(words, scope="row"), *(cell(connected, state) for state, _, _ in STATES)])
                    for connected, words in ((True, "Connected"), (False, "Not connected"))
                ]
            ),
        ],
        className="square",
    )


def _explained(view: View, reading: Reading) -> Content:
    counts = {row["segment"]: row["people"] for row in reading.rows(_COUNTS)}
    return html.Ul(
        [
            html.Li(
                [
                    html.B(segment(name)),
                    link(
                        counted(counts.get(name, 0), "person", "people"),
                        people_who(view, ("segment", "any_of", [name])),
                    ),
                    html.Span(SEGMENT_MEANINGS[name]),
                ]
            )
            for name in SEGMENTS
        ],
        className="explained segments",
    )


def _flows(view: View, reading: Reading) -> Content:
    days = [
        row["exported_on"]
        for row in reading.rows(
            "select distinct exported_on from export_order where owner = $owner and table_name = 'any' order by 1"
        )
    ]
    if len(days) < 2:
        return card(html.P("With the next export you see here who moved from where to where."), heading="Who moved")
    known = {each.isoformat(): each for each in days}
    first = known.get(view.get("from"), days[-2])
    last = known.get(view.get("to"), days[-1])
    theme = theme_of(view)
    moves = reading.frame(_FLOWS, first=first, last=last)
    people = int(moves.filter(moves["before"] != moves["after"])["people"].sum())
    return card(
        _days("from", view, first, days[:-1]),
        _days("to", view, last, days[1:]),
        figure(
            "segments-flows",
            f"Who moved between {day(first)} and {day(last)}",
            changes.segment_flows(moves, theme),
        )
        if people
        else html.P("Nobody moved.", className="quiet"),
        heading="Who moved",
        says=f"{counted(people, 'person', 'people')} changed segment between {day(first)} and {day(last)}.",
    )


def _days(parameter: str, view: View, chosen: date, days: list[date]) -> Content:
    words = "From" if parameter == "from" else "To"
    options = [(each.isoformat(), day(each)) for each in days[-8:]]
    return html.Div(
        [
            html.Span(words, className="quiet"),
            choices(view, parameter, chosen.isoformat(), options, f"{words} which export"),
        ],
        className="bar",
    )
