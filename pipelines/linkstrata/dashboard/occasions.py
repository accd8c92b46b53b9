"""The queue of reasons to write: what is due, with what can be decided on it, on the page of relationships and in the
person panel; and the calendar file.

Which occasions there are is the matter of `main.occasions`, what a decision does that of curation/occasions.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from dash import ALL, Input, Output, State, ctx, html, no_update
from flask import Response, request

from linkstrata.curation.file import CurationError
from linkstrata.curation.occasions import KINDS
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.editing import decide_on
from linkstrata.dashboard.parts import Content, card, choices, link, mark, named, outward, person, toast
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import day
from linkstrata.sharing.calendar_files import calendar_of
from linkstrata.warehouse.connection import NotPublished

SHOWN = 12
"""How many reasons to write are shown at first."""

_DUE = """
    from occasions as o
    where o.owner = $owner and o.due_on between $first and $last and list_contains($states, o.state)
"""
_KINDS = f"select kind, count(*) as occasions {_DUE} group by kind"
_OCCASIONS = f"""
    select o.person_id, full_name, company, profile_url, o.kind, o.occasion, o.due_on, o.reason, o.state
    from (select * {_DUE} and list_contains($kinds, o.kind)) as o
    join contacts as c using (owner, person_id)
    join relationships as r using (owner, person_id)
    order by
        case when $forward then date_diff('day', $first, due_on) else date_diff('day', due_on, $last) end,
        strength desc, full_name, o.person_id, occasion
    limit $most
"""
KINDS_IN_WORDS = {
    "birthday": "Birthdays",
    "anniversary": "Anniversaries",
    "new_job": "New jobs",
    "season": "Seasons",
    "follow_up": "Follow-ups",
    "answer": "Answers due",
}
"""The kinds of occasions, as they are chosen. An answer is due every day until it is given, so it stands apart."""

PUT_OFF = ((7, "In a week"), (30, "In a month"), (90, "In three months"))
"""How far a reason to write can be put off here: days, and their words."""


def register(context: Context) -> None:
    """What is decided on a reason to write, and the calendar file."""

    @context.app.callback(
        Output("said", "children", allow_duplicate=True),
        Output("edited", "data", allow_duplicate=True),
        Input({"part": "occasion", "place": ALL, "do": ALL, "person": ALL, "occasion": ALL}, "n_clicks"),
        State("edited", "data"),
        prevent_initial_call=True,
    )
    def decided(_clicks: list[int], edited: int) -> Any:
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update, no_update
        asked = ctx.triggered_id
        owner, _, person_id = asked["person"].partition("/")
        try:
            said = decide_on(context.settings, (owner, person_id), asked["occasion"], asked["do"])
        except CurationError as error:
            return toast(str(error), edited, ctx.triggered[0]["value"]), no_update
        return toast(said, edited, undo=True), edited + 1

    @context.server.route("/occasions.ics")
    def calendar() -> Response:
        view = View("/relationships", request.args.to_dict())
        kind = view.get("kind")
        try:
            with context.reading(view) as reading:
                kinds = (kind,) if kind in KINDS else [each for each in KINDS if each != "answer"]
                calendar = calendar_of(reading.cursor, reading.owner, kinds, _days(view, reading))
        except NotPublished as error:
            return Response(f"{error}\n", 404, mimetype="text/plain")
        return Response(calendar.to_ical(), mimetype="text/calendar")


def queue(view: View, reading: Reading) -> Content:
    """What is due in the days that a view says, as a card."""
    span, state, kind = view.get("span", "next"), view.get("state", "open"), view.get("kind")
    first, last = _days(view, reading)
    days = {"first": first, "last": last, "states": ["done", "never"] if state == "decided" else ["open", "later"]}
    counts = {row["kind"]: row["occasions"] for row in reading.rows(_KINDS, **days)}
    kinds = [kind] if kind in KINDS else [each for each in KINDS if each != "answer"]
    most = int(view.get("shown")[:5]) if view.get("shown").isdecimal() else SHOWN
    rows = reading.rows(_OCCASIONS, **days, kinds=kinds, forward=span != "last", most=most)
    there = sum(counts.get(each, 0) for each in kinds)
    whole = sum(count for each, count in counts.items() if each != "answer")
    kind_choices = [
        ("", f"Occasions {whole:,}"),
        *((each, f"{words} {counts[each]:,}") for each, words in KINDS_IN_WORDS.items() if each in counts),
    ]
    if kind in KINDS and kind not in counts:
        kind_choices.append((kind, f"{KINDS_IN_WORDS[kind]} 0"))
    return card(
        html.Div(
            [
                choices(view, "span", span, (("next", "Next 30 days"), ("last", "Last 30 days")), "Which days"),
                choices(view, "state", state, (("open", "To do"), ("decided", "Done or never")), "To do or decided"),
                choices(view, "kind", kind if kind in KINDS else "", kind_choices, "Which kind"),
            ],
            className="bar",
        ),
        html.Ul(
            [_occasion(reading, row, person(view, reading.owner, row["person_id"], row["full_name"])) for row in rows],
            className="people queue",
        )
        if rows
        else html.P("Nothing in these days.", className="quiet"),
        html.P(
            [
                link(f"Show more of {there:,}", view.link(None, shown=str(most + 4 * SHOWN)), className="choice")
                if there > len(rows)
                else None,
                html.A(
                    f"Calendar file: {KINDS_IN_WORDS[kind].lower()}" if kind in KINDS else "Calendar file",
                    href=View("/occasions.ics", {**view.parameters, "shown": ""}).link(),
                    download=f"{kind if kind in KINDS else 'occasions'}.ics",
                ),
            ],
            className="bar more",
        ),
        heading="Reasons to write",
        says="Write on LinkedIn and tick it off here. Nothing is sent, and what you decide stays with you.",
    )


def _days(view: View, reading: Reading) -> tuple[date, date]:
    """The first and last day of what is looked at: the last 30 days, or today and the next 30."""
    month = timedelta(days=30)
    if view.get("span") == "last":
        return reading.today - month, reading.today - timedelta(days=1)
    return reading.today, reading.today + month


_OF_ONE = """
    select o.person_id, full_name, company, profile_url, o.kind, o.occasion, o.due_on, o.reason, o.state
    from occasions as o join contacts as c using (owner, person_id)
    where owner = $of and o.person_id = $person and due_on between $first and $last
    order by due_on, occasion
"""


def occasions_of(reading: Reading, key: Mapping[str, str]) -> Content:
    """What is due with one person, from a month back to a month ahead; None where nothing is."""
    month = timedelta(days=30)
    rows = reading.rows(_OF_ONE, **key, first=reading.today - month, last=reading.today + month)
    if not rows:
        return None
    return html.Ul([_occasion(reading, row, None, key["of"]) for row in rows], className="people queue")


def _occasion(reading: Reading, row: Mapping[str, Any], who: Content, owner: str | None = None) -> Content:
    """One line; without `who` it is for a place where that is said already."""
    name = row["full_name"] or "somebody without a name"
    key = {
        "part": "occasion",
        "place": "page" if who else "panel",
        "person": f"{owner or reading.owner}/{row['person_id']}",
        "occasion": row["occasion"],
    }

    def button(words: str, decision: str, says: str) -> Content:
        return html.Button(
            words,
            id={**key, "do": decision},
            n_clicks=0,
            className="plain",
            **named(f"{says}: {name}, {row['reason']}"),
        )

    decided = row["state"] in ("done", "never")
    said = [row["reason"], *([row["company"]] if who and row["company"] and row["kind"] != "new_job" else [])]
    later = html.Details(
        [
            html.Summary("Later", **named(f"Later: {name}, {row['reason']}")),
            html.Div([button(words, f"later {days}", words) for days, words in PUT_OFF]),
        ]
    )
    return html.Li(
        [
            html.Time(["Today" if row["due_on"] == reading.today else day(row["due_on"])]),
            html.Div(
                [
                    who,
                    html.Span([" · ".join(said), mark("put off") if row["state"] == "later" else None]),
                ]
            ),
            html.Div(
                [
                    outward("Profile", row["profile_url"]) if who and row["profile_url"] else None,
                    *(
                        (
                            html.Span({"done": "done", "never": "never again"}[row["state"]], className="quiet"),
                            button("Take back", "open", "Take back"),
                        )
                        if decided
                        else (button("Done", "done", "Done"), later, button("Never", "never", "Never again"))
                    ),
                ],
                className="decide",
            ),
        ]
    )
