"""Saved segments on the pages: all of them with how many came and went, one looked at closely, and forgetting it.

Who is in a segment since when is found at publication, by linkstrata.warehouse.saved_segments.
"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, html, no_update

from linkstrata.charts.segments import members_over_time
from linkstrata.curation.file import CurationError
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.editing import remove_segment
from linkstrata.dashboard.parts import (
    Content,
    action,
    card,
    figure,
    link,
    person,
    table,
    theme_of,
    toast,
)
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import counted, day, number

LONGEST_LIST = 12

_SEGMENTS = """
    with previous as (
        select max(exported_on) as day from export_order
        where owner = $owner and exported_on < (select max(exported_on) from export_order where owner = $owner)
    )
    select
        s.*,
        count(h.person_id) filter (where h.valid_to = date '9999-12-31') as people,
        count(h.person_id) filter (where h.valid_from > s.asked_from and h.valid_from > previous.day) as came,
        count(h.person_id) filter (where h.valid_to < date '9999-12-31' and h.valid_to > previous.day) as went,
        previous.day as previous
    from saved_segments as s
    cross join previous
    left join saved_segment_history as h on h.segment = s.segment and h.owner = $owner
    group by all order by s.segment
"""
_OVER_TIME = """
    with days as (
        select valid_from as day from saved_segment_history where segment = $segment and owner = $owner
        union
        select valid_to from saved_segment_history
        where segment = $segment and owner = $owner and valid_to < date '9999-12-31'
        union
        select asked_on from saved_segments where segment = $segment
    )
    select day, count(h.person_id) as people
    from days
    left join saved_segment_history as h
        on h.segment = $segment and h.owner = $owner and h.valid_from <= day and h.valid_to > day
    group by day order by day
"""
_MOVES = """
    select h.person_id, c.full_name, c.company, h.valid_from as came, h.valid_to as went
    from saved_segment_history as h join contacts as c using (owner, person_id)
    where h.segment = $segment and h.owner = $owner
        and case when $went then h.valid_to < date '9999-12-31' else h.valid_from > $asked_from end
    order by case when $went then h.valid_to else h.valid_from end desc, c.full_name limit $longest
"""


def layout(view: View, reading: Reading) -> Content:
    """All saved segments, and the one that `saved` names."""
    rows = reading.rows(_SEGMENTS)
    chosen = next((row for row in rows if row["segment"] == view.get("saved")), None)
    return card(
        table(
            ("Segment", "Asks for", "People", "Came", "Went"),
            [
                (
                    link(row["segment"], view.link(saved=row["segment"])),
                    html.Span(row["problem"], className="problem") if row["problem"] else _question(row),
                    link(number(row["people"]), _address(view, row)),
                    number(row["came"]),
                    number(row["went"]),
                )
                for row in rows
            ],
            "Saved segments",
        )
        if rows
        else html.P(["None yet. ", link("Filter people", view.link("/people")), " and give the filter a name."]),
        _one(view, reading, chosen) if chosen else None,
        heading="Saved segments",
        says=f"Came and went since the export of {day(rows[0]['previous'])}."
        if rows and rows[0]["previous"]
        else "Questions with a name: who is in them, who came and who went.",
    )


def _question(row: dict[str, Any]) -> str:
    return str(row["description"] or " ".join(str(row["question"]).split()))


def _address(view: View, row: dict[str, Any]) -> str:
    """Where the people of a segment are: on the grid where it is a filter, else on the page for SQL."""
    if row["filter"]:
        return view.link("/people", filter=row["filter"])
    return view.link(
        "/sql", query=f"select owner, person_id, full_name, company from contacts\nwhere {row['predicate']}"
    )


def _one(view: View, reading: Reading, row: dict[str, Any]) -> Content:
    over_time = reading.frame(_OVER_TIME, segment=row["segment"])
    return html.Div(
        [
            html.H3(row["segment"]),
            html.P(
                f"{counted(row['people'], 'person', 'people')} on {day(row['asked_on'])}; asked of every day that can "
                f"tell since {day(row['asked_from'])}.",
                className="quiet",
            ),
            figure(
                "saved-members", f"People in {row['segment']} over time", members_over_time(over_time, theme_of(view))
            )
            if over_time.height > 1
            else None,
            html.Div([_moves(view, reading, row, went) for went in (False, True)], className="columns"),
            action("Forget this segment", "saved-forget", quiet=True),
        ],
        className="one-segment",
    )


def _moves(view: View, reading: Reading, row: dict[str, Any], went: bool) -> Content:
    rows = reading.rows(_MOVES, segment=row["segment"], went=went, asked_from=row["asked_from"], longest=LONGEST_LIST)
    return html.Div(
        [
            html.H3("Went last" if went else "Came last"),
            html.Ul(
                [
                    html.Li(
                        [
                            person(view, reading.owner, each["person_id"], each["full_name"]),
                            html.Time(day(each["went" if went else "came"])),
                            html.Span(each["company"] or ""),
                        ]
                    )
                    for each in rows
                ],
                className="people",
            )
            if rows
            else html.P(f"Nobody since {day(row['asked_from'])}.", className="quiet"),
        ]
    )


def register(context: Context) -> None:
    """Forgetting the segment that is looked at."""

    @context.app.callback(
        Output("said", "children", allow_duplicate=True),
        Output("edited", "data", allow_duplicate=True),
        Output("address", "search", allow_duplicate=True),
        Input("saved-forget", "n_clicks"),
        State("address", "search"),
        State("edited", "data"),
        prevent_initial_call=True,
    )
    def forget(clicks: int | None, search: str, edited: int) -> Any:
        if not clicks:
            return no_update, no_update, no_update
        view = View.parse("/segments", search)
        try:
            said = remove_segment(context.settings, view.get("saved"))
        except CurationError as error:
            return toast(str(error), edited, clicks), no_update, no_update
        return toast(said, edited), edited + 1, view.search(saved=None)
