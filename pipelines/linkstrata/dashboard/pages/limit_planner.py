"""Limit planner: whom one could remove when LinkedIn's limit of connections is near, why, and what that would cost.

It removes nobody. Who carries the tag `protected` is never proposed.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from dash import ALL, Input, Output, State, ctx, html, no_update
from flask import Response, request

from linkstrata.curation.file import CurationError
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.editing import tag_people
from linkstrata.dashboard.limit import project
from linkstrata.dashboard.parts import Content, card, headline, link, named, people_who, person, table, title, toast
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import day, number
from linkstrata.report import CONNECTION_LIMIT
from linkstrata.spreadsheets import neutralised
from linkstrata.warehouse.connection import NotPublished

PROTECTED = "protected"
MOST = 100
_CANDIDATES = """
    with judged as (
        select
            person_id, full_name, profile_url, company, position, connected_on, follows_me, last_message_at,
            list_filter(
                [
                    case when messages_sent + messages_received = 0 then 'never a message' end,
                    case when messages_sent > 0 and messages_received = 0 then 'never answered' end,
                    case when last_message_at < $silent then 'silent for two years' end,
                    case when follows_me = 'no' then 'does not follow you' end,
                    case when company is null and position is null then 'states no work' end
                ],
                lambda reason: reason is not null
            ) as reasons
        from contacts
        where owner = $owner and is_connection and not list_contains(tags, $protected)
    )
    select *, count(*) over () as candidates
    from judged where len(reasons) > 0
    order by len(reasons) desc, coalesce(last_message_at, timestamp '1970-01-01'), connected_on, full_name, person_id
    limit $most
"""
EXPORTED = ("full_name", "profile_url", "company", "position", "connected_on", "last_message_at", "follows_me")


def layout(view: View, reading: Reading) -> Content:
    """The page."""
    head = title("Limit planner", "Whom you could remove to make room, and what it would cost. It removes nobody.")
    daily = reading.frame("select * exclude (owner) from audience_daily where owner = $owner order by day")
    if daily.is_empty() or not reading.exports:
        return [head, card(html.P("This needs an archive that lists your connections."))]
    projection = project(daily)
    rows = _candidates(reading, MOST)
    kept = reading.value(
        "select count(*) from contacts where owner = $owner and list_contains(tags, $protected)", protected=PROTECTED
    )
    candidates = rows[0]["candidates"] if rows else 0
    near = projection.room < CONNECTION_LIMIT * 0.1
    return [
        head,
        html.Section(
            [
                headline("Room", number(projection.room), f"of {CONNECTION_LIMIT:,}"),
                headline(
                    "Full",
                    f"{projection.likely:%b %Y}" if projection.likely else "–",
                    f"between {day(projection.earliest)} and {day(projection.latest) if projection.latest else 'never'}"
                    if projection.likely
                    else "not within 20 years at this pace",
                    inferred="projected" if projection.likely else None,
                ),
                headline("Candidates", number(candidates), "connections with a reason against them"),
                headline(
                    "Protected",
                    number(kept),
                    link("Who", people_who(view, ("tags", "any_of", [PROTECTED]))) if kept else None,
                ),
            ],
            className="headlines",
        ),
        None if near else card(html.P("No need yet: more than a tenth of the room is left.", className="quiet")),
        card(
            *_ranked(view, reading, rows),
            heading="Candidates",
            says="Most reasons first; within them who was silent longest.",
        )
        if rows
        else card(html.P("Nobody: there is a reason to keep every connection."), heading="Candidates"),
    ]


def _candidates(reading: Reading, most: int | None) -> list[dict[str, Any]]:
    """The connections with a reason against them, those with most first; all of them where `most` is None."""
    today = reading.today
    silent = date(today.year - 2, today.month, 1)
    return reading.rows(_CANDIDATES, silent=silent, protected=PROTECTED, most=most)


def _ranked(view: View, reading: Reading, rows: list[dict[str, Any]]) -> list[Content]:
    following = sum(row["follows_me"] in ("yes", "assumed") for row in rows)
    return [
        html.P(
            f"Of the {len(rows):,} below, {following:,} follow you or are assumed to. Removing a connection on "
            "LinkedIn ends both sides' following, so your reach would fall by as many."
        ),
        html.P(
            [
                "Whom you protect carries the tag ",
                html.B(PROTECTED),
                " and is proposed no more. ",
                html.A(
                    f"All {rows[0]['candidates']:,} as CSV",
                    href=View("/limit.csv", view.parameters).link(person=None),
                    download="candidates.csv",
                    id="limit-csv",
                ),
            ],
            className="fine",
        ),
        table(
            ("Person", "Works as", "Connected", "Last message", "Why", "Keep"),
            [
                (
                    person(view, reading.owner, row["person_id"], row["full_name"]),
                    " at ".join(filter(None, (row["position"], row["company"]))),
                    day(row["connected_on"]),
                    day(row["last_message_at"]),
                    ", ".join(row["reasons"]),
                    html.Button(
                        "Protect",
                        id={"part": "limit-protect", "person": f"{reading.owner}/{row['person_id']}"},
                        className="plain",
                        **named(f"Protect {row['full_name'] or 'this person'}"),
                    ),
                )
                for row in rows
            ],
            "Candidates",
        ),
    ]


def register(context: Context) -> None:
    """Protecting somebody, and the list of all candidates as a file."""

    @context.app.callback(
        Output("said", "children", allow_duplicate=True),
        Output("edited", "data", allow_duplicate=True),
        Input({"part": "limit-protect", "person": ALL}, "n_clicks"),
        State("edited", "data"),
        prevent_initial_call=True,
    )
    def protect(_clicks: list[int | None], edited: int) -> Any:
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update, no_update
        owner, _, person_id = ctx.triggered_id["person"].partition("/")
        try:
            return toast(tag_people(context.settings, PROTECTED, [(owner, person_id)]), edited), edited + 1
        except CurationError as error:
            return toast(str(error), edited, ctx.triggered[0]["value"]), no_update

    @context.server.route("/limit.csv")
    def candidates() -> Response:
        try:
            with context.reading(View("/limit", request.args.to_dict())) as reading:
                text = _csv(_candidates(reading, None))
        except NotPublished as error:
            return Response(f"{error}\n", 404, mimetype="text/plain")
        return Response(
            text, mimetype="text/csv", headers={"Content-Disposition": "attachment; filename=candidates.csv"}
        )


def _csv(rows: list[dict[str, Any]]) -> str:
    """The candidates in their order, with their reasons, and no cell that a spreadsheet would run."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*EXPORTED, "reasons"])
    for row in rows:
        writer.writerow([*(neutralised(row[name]) for name in EXPORTED), ", ".join(row["reasons"])])
    return text.getvalue()
