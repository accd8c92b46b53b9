"""Relationships: how strong ties are and why, who fades, what waits for an answer, and reasons to write.

It writes to nobody: a reason to write is a line here, which a person ticks off, and a day in a calendar file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, ctx, html, no_update
from flask import Response, request

from linkstrata.charts.relationships import STRENGTH_PARTS, messages_by_month, reciprocity, strength
from linkstrata.curation.file import CurationError
from linkstrata.curation.occasions import KINDS
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.editing import decide_on
from linkstrata.dashboard.parts import (
    Content,
    card,
    choices,
    figure,
    link,
    mark,
    named,
    outward,
    people_who,
    person,
    theme_of,
    title,
    toast,
)
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import age, counted, day
from linkstrata.sharing.calendar_files import calendar_of
from linkstrata.warehouse.connection import NotPublished

LONGEST = 10
"""How many people a list shows."""

SHOWN = 12
"""How many reasons to write are shown at first."""

_STRENGTH = f"""
    select full_name, {", ".join(column for _, column, _ in STRENGTH_PARTS)}
    from relationships join contacts using (owner, person_id)
    where owner = $owner and strength > 0
    order by strength desc, full_name, person_id limit $longest
"""
_FADING = """
    select person_id, full_name, company, r.last_message_at
    from relationships as r join contacts using (owner, person_id)
    where owner = $owner and is_connection and r.messages_sent > 0 and r.messages_received > 0
        and days_since_message > 180
    order by strength desc, r.last_message_at limit $longest
"""
_WAITING = """
    select person_id, full_name, company, r.last_message_at
    from relationships as r join contacts using (owner, person_id)
    where owner = $owner and last_message_by = $who
    order by r.last_message_at desc limit $longest
"""
_INVITATIONS = """
    select person_id, full_name, sent_at, i.message
    from invitations as i join contacts as c using (owner, person_id)
    where i.owner = $owner and direction = $direction and not is_connection and segment <> 'former_connection'
    order by sent_at limit $longest
"""
_MESSAGES = """
    select cast(sent_at as date) as day, direction, count(*) as messages from messages where owner = $owner group by all
"""
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
_SILENT = """
    select
        count(*) filter (is_connection and first_message_at is null) as neither,
        count(*) filter (messages_received > 0 and messages_sent = 0) as they,
        count(*) filter (messages_sent > 0 and messages_received = 0) as you
    from contacts where owner = $owner
"""
_BALANCE = "select messages_sent, messages_received from contacts where owner = $owner and is_connection"
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


def layout(view: View, reading: Reading) -> Content:
    """The page. Of the reasons to write, `span` says the days (the last or the next 30), `kind` which of them, `state`
    whether those to do or those decided, and `shown` how many."""
    theme = theme_of(view)
    ties = reading.frame(_STRENGTH, longest=LONGEST)
    messages = reading.frame(_MESSAGES)
    silent = reading.row(_SILENT) or {}
    return [
        title("Relationships", "Who you are close to, who fades, and whom there is a reason to write to."),
        _queue(view, reading),
        card(
            figure("relationships-strength", "The strongest ties and what they are made of", strength(ties, theme)),
            heading="Strongest ties",
            says="Points for messages exchanged (up to 30), recent (25), both ways (20), endorsed, recommended or "
            "liked (15) and years connected (10). A rule of thumb: LinkedIn is one channel of many.",
        )
        if ties.height
        else None,
        html.Div(
            [
                _list(view, reading, "Fading", "Wrote both ways, and silent for half a year; the strongest first.",
                      _FADING, _when),
                _list(view, reading, "Waiting for you", "Their message was the last.", _WAITING, _when,
                      who="contact"),
                _list(view, reading, "Waiting for them", "Your message was the last.", _WAITING, _when,
                      who="owner"),
                _list(view, reading, "Your invitations, pending", "The oldest first.", _INVITATIONS, _when,
                      direction="outgoing"),
                _list(view, reading, "Invitations to you, pending", "The oldest first.", _INVITATIONS, _when,
                      direction="incoming"),
                card(
                    figure("relationships-balance", "Messages both ways and one way",
                           reciprocity(reading.frame(_BALANCE), theme)),
                    html.Ul(
                        [
                            html.Li(link(f"{words}: {counted(silent[who], 'person', 'people')}",
                                         people_who(view, *conditions)))
                            for words, who, conditions in (
                                ("Never a message either way", "neither",
                                 (("is_connection", "any_of", ["yes"]), ("first_message_at", "unknown", None))),
                                ("They wrote, you never did", "they",
                                 (("messages_received", "at_least", 1), ("messages_sent", "is", 0))),
                                ("You wrote, they never did", "you",
                                 (("messages_sent", "at_least", 1), ("messages_received", "is", 0))),
                            )
                        ]
                    ),
                    heading="Both ways or one way",
                    says="The bars are of your connections, the lists below of everybody.",
                ),
            ],
            className="columns",
        ),
        card(
            figure("relationships-months", "Messages by month", messages_by_month(messages, theme)),
            heading="Messages by month",
        )
        if messages.height
        else None,
    ]  # fmt: skip


def register(context: Context) -> None:
    """What is decided on a reason to write, and the calendar file."""

    @context.app.callback(
        Output("said", "children", allow_duplicate=True),
        Output("edited", "data", allow_duplicate=True),
        Input({"part": "occasion", "do": ALL, "person": ALL, "occasion": ALL}, "n_clicks"),
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
                written = calendar_of(reading.cursor, reading.owner, (kind,) if kind in KINDS else KINDS).to_ical()
        except NotPublished as error:
            return Response(f"{error}\n", 404, mimetype="text/plain")
        return Response(written, mimetype="text/calendar")


def _queue(view: View, reading: Reading) -> Content:
    today = reading.today
    span, state, kind = view.get("span", "next"), view.get("state", "open"), view.get("kind")
    days = {
        "first": today - timedelta(days=30) if span == "last" else today,
        "last": today - timedelta(days=1) if span == "last" else today + timedelta(days=30),
        "states": ["done", "never"] if state == "decided" else ["open", "later"],
    }
    counts = {row["kind"]: row["occasions"] for row in reading.rows(_KINDS, **days)}
    kinds = [kind] if kind in KINDS else [each for each in KINDS if each != "answer"]
    most = int(view.get("shown")) if view.get("shown").isdigit() else SHOWN
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
        html.Ul([_occasion(view, reading, row) for row in rows], className="people queue")
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


def _occasion(view: View, reading: Reading, row: Mapping[str, Any]) -> Content:
    name = row["full_name"] or "somebody without a name"
    key = {"part": "occasion", "person": f"{reading.owner}/{row['person_id']}", "occasion": row["occasion"]}

    def button(words: str, decision: str, says: str) -> Content:
        return html.Button(
            words,
            id={**key, "do": decision},
            n_clicks=0,
            className="plain",
            **named(f"{says}: {name}, {row['reason']}"),
        )

    decided = row["state"] in ("done", "never")
    said = [row["reason"], *([row["company"]] if row["company"] and row["kind"] != "new_job" else [])]
    later = dmc.Menu(
        [
            dmc.MenuTarget(html.Button("Later", className="plain", **named(f"Later: {name}, {row['reason']}"))),
            dmc.MenuDropdown(
                [dmc.MenuItem(words, id={**key, "do": f"later {days}"}, n_clicks=0) for days, words in PUT_OFF]
            ),
        ],
        position="bottom-end",
    )
    return html.Li(
        [
            html.Time(["Today" if row["due_on"] == reading.today else day(row["due_on"])]),
            html.Div(
                [
                    person(view, reading.owner, row["person_id"], row["full_name"]),
                    html.Span([" · ".join(said), mark("put off") if row["state"] == "later" else None]),
                ]
            ),
            html.Div(
                [
                    outward("Profile", row["profile_url"]) if row["profile_url"] else None,
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


def _list(view: View, reading: Reading, heading: str, says: str, query: str, when: Any, **values: object) -> Content:
    rows = reading.rows(query, longest=LONGEST, **values)
    return card(
        html.Ul(
            [
                html.Li(
                    [
                        person(view, reading.owner, row["person_id"], row["full_name"]),
                        html.Time(when(row, reading.today)),
                        html.Span(row.get("company") or row.get("message") or ""),
                    ]
                )
                for row in rows
            ],
            className="people",
        )
        if rows
        else html.P("Nobody.", className="quiet"),
        heading=heading,
        says=says,
    )


def _when(row: Mapping[str, Any], today: date) -> str:
    moment = row.get("last_message_at") or row["sent_at"]
    return age(moment.date(), today)
