"""The person panel: everything known of one contact beside whatever page is looked at, and what can be done there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, ctx, html, no_update

from linkstrata.charts.relationships import STRENGTH_PARTS
from linkstrata.curation.file import CurationError
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.editing import merge_people, note_on, tag_people, undo, untag_people
from linkstrata.dashboard.occasions import occasions_of
from linkstrata.dashboard.parts import Content, action, facts, named, outward, segment, tag, toast
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import age, between, day, moment
from linkstrata.filters import EVENTS
from linkstrata.titles import SENIORITIES, function_name
from linkstrata.warehouse.connection import NotPublished

MOST_MESSAGES = 6
MOST_EVENTS = 30

STATES = {
    ("follows_me", "yes"): "Follows you: {source}.",
    ("follows_me", "no"): "Does not follow you: {source}.",
    ("follows_me", "assumed"): "Assumed to follow you: {source}.",
    ("i_follow", "yes"): "You follow them: {source}.",
    ("i_follow", "no"): "You do not follow them: {source}.",
    ("i_follow", "assumed"): "Assumed that you follow them: {source}.",
}
SOURCES = {
    "follower_list": "a follower list names them",
    "member_follows": "your archive's list of members you follow says so",
    "connection_default": "LinkedIn makes both sides follow when they connect, and no file says otherwise",
    "invitation_default": "LinkedIn makes whoever invites follow, and no file says otherwise",
    "complete_list_absence": "a complete follower list does not name them",
}
MATCHES = {"url": "by address", "member_id": "by member id", "name": "by a name that nobody else bears", "rule": ""}


def register(context: Context) -> None:
    """The panel's callbacks."""

    @context.app.callback(
        Output("panel", "children"),
        Output("panel", "hidden"),
        Input("person", "data"),
        Input("edited", "data"),
        Input("show-news", "n_clicks"),
        prevent_initial_call=True,
    )
    def show(person: str | None, _edited: int, _news: int) -> Any:
        if not person:
            return None, True
        try:
            with context.reading(View()) as reading:
                return _panel(reading, *_names(person)), False
        except NotPublished:
            return None, True

    @context.app.callback(
        Output("said", "children", allow_duplicate=True),
        Output("edited", "data", allow_duplicate=True),
        Input("panel-add-tag", "n_clicks"),
        Input({"part": "panel-tag", "tag": ALL}, "n_clicks"),
        Input("panel-add-note", "n_clicks"),
        Input({"part": "panel-merge", "keep": ALL, "other": ALL}, "n_clicks"),
        State("panel-tag", "value"),
        State("panel-note", "value"),
        State("person", "data"),
        State("edited", "data"),
        prevent_initial_call=True,
    )
    def edit(
        _add: int,
        _remove: list[int],
        _note: int,
        _merge: list[int],
        tags: list[str],
        note: str,
        person: str,
        edited: int,
    ) -> Any:
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update, no_update
        chosen = _names(person)
        try:
            if ctx.triggered_id == "panel-add-tag":
                if not tags:
                    raise CurationError("type a tag first")
                said = " ".join(tag_people(context.settings, each, [chosen]) for each in tags)
            elif ctx.triggered_id == "panel-add-note":
                said = note_on(context.settings, chosen, note or "")
            elif ctx.triggered_id["part"] == "panel-merge":
                keep, other = ((chosen[0], ctx.triggered_id[which]) for which in ("keep", "other"))
                said = merge_people(context.settings, keep, other)
            else:
                said = untag_people(context.settings, ctx.triggered_id["tag"], [chosen])
        except CurationError as error:
            return toast(str(error), edited, ctx.triggered[0]["value"]), no_update
        return toast(said, edited, undo=True), edited + 1

    @context.app.callback(
        Output("said", "children", allow_duplicate=True),
        Output("edited", "data", allow_duplicate=True),
        Input("undo", "n_clicks"),
        State("edited", "data"),
        prevent_initial_call=True,
    )
    def take_back(clicks: int, edited: int) -> Any:
        if not clicks:
            return no_update, no_update
        try:
            return toast(undo(context.settings), edited), edited + 1
        except CurationError as error:
            return toast(str(error), edited, clicks), no_update


def _names(person: str) -> tuple[str, str]:
    owner, _, person_id = person.partition("/")
    return owner, person_id


def _panel(reading: Reading, owner: str, person_id: str) -> Content:
    person = reading.row(
        "select * from contacts where owner = $of and person_id = "
        "coalesce((select person_id from person_aliases where alias_id = $person), $person)",
        of=owner,
        person=person_id,
    )
    close = html.Button("Close", className="close", id="panel-close", n_clicks=0)
    if person is None:
        return [close, html.H2("Nobody by this id"), html.P("The newest data has no such person.")]
    key = {"of": owner, "person": person["person_id"]}
    today = reading.today
    return [
        close,
        html.H2(person["full_name"] or "Without a name", id="panel-name"),
        html.P(" at ".join(filter(None, (person["position"], person["company"]))) or None, className="lead"),
        html.P(
            outward("Open the profile on LinkedIn", person["profile_url"])
            if person["profile_url"]
            else "No file gives an address of this person."
        ),
        *((html.H3("Reasons to write"), due) if (due := occasions_of(reading, key)) else ()),
        *_namesakes(reading, key),
        _tags(reading, key),
        html.H3("Why here"),
        html.P(
            [segment(person["segment"]), f" since {day(person['segment_since'])}" if person["segment_since"] else ""]
        ),
        html.Ul([html.Li(reason) for reason in _reasons(reading, key, person)], className="reasons"),
        html.H3("Facts"),
        facts(
            [
                ("E-mail", person["email"]),
                (
                    "Connected" if person["is_connection"] else "Was connected from",
                    f"{day(person['connected_on'])}, {age(person['connected_on'], today)}"
                    if person["connected_on"]
                    else None,
                ),
                *_tie_and_role(reading, key),
                ("In your files", f"{day(person['first_seen_on'])} to {day(person['last_seen_on'])}"),
            ]
        ),
        html.H3("Messages"),
        *_messages(reading, key, person, today),
        html.H3("Notes"),
        *_notes(reading, key),
        html.H3("What happened"),
        _events(reading, key),
    ]


def _tags(reading: Reading, key: dict[str, str]) -> Content:
    carried = reading.rows(
        "select tag, kind, reason, colour, tagged_at from contact_tags left join tags using (tag, kind) "
        "where owner = $of and person_id = $person order by tag, kind",
        **key,
    )
    known = reading.rows("select distinct tag from tags where kind = 'manual' order by tag")
    shown = [
        html.Li(
            [
                tag(row["tag"], row["colour"]),
                html.Button(
                    "Remove",
                    id={"part": "panel-tag", "tag": row["tag"]},
                    n_clicks=0,
                    className="plain",
                    **named(f"Remove the tag {row['tag']}"),
                )
                if row["kind"] == "manual" and not row["reason"]
                else html.Span(
                    f"from a {row['reason']}"
                    if row["kind"] == "manual"
                    else ": ".join(filter(None, ("by rule", row["reason"]))),
                    className="quiet",
                ),
            ]
        )
        for row in carried
    ]
    return html.Div(
        [
            html.H3("Tags"),
            html.Ul(shown, className="tags") if shown else None,
            html.Div(
                [
                    dmc.TagsInput(
                        id="panel-tag",
                        data=[row["tag"] for row in known],
                        placeholder="Add a tag",
                        size="xs",
                        value=[],
                        **named("Tags to add"),
                    ),
                    action("Tag", "panel-add-tag"),
                ],
                className="entry",
            ),
        ]
    )


def _reasons(reading: Reading, key: dict[str, str], person: dict[str, Any]) -> Iterator[str]:
    if person["is_connection"]:
        yield "Connected: in the newest file that lists your connections."
    elif person["connected_on"]:
        yield "Not connected now: in an earlier list of connections, and not in the newest."
    else:
        yield "Never in a list of your connections."
    evidence = reading.rows(
        """
        select direction, state, e.source, match, file_name, exported_on
        from follow_evidence as e left join archives using (archive_id)
        where e.owner = $of and e.person_id = $person order by direction
        """,
        **key,
    )
    for row in evidence:
        said = STATES[row["direction"], row["state"]].format(source=SOURCES.get(row["source"], row["source"]))
        match = MATCHES.get(row["match"], row["match"])
        where = (
            f" ({row['file_name']}, {day(row['exported_on'])}{f', {match}' if match else ''})"
            if row["file_name"]
            else ""
        )
        yield said.rstrip(".") + where + "."
    for direction, words in (("follows_me", "Whether they follow you"), ("i_follow", "Whether you follow them")):
        if person[direction] == "unknown":
            yield f"{words} is not known: no file says it."


def _messages(reading: Reading, key: dict[str, str], person: dict[str, Any], today: Any) -> Iterator[Content]:
    sent, received = person["messages_sent"], person["messages_received"]
    if not sent + received:
        yield html.P("None either way.", className="quiet")
        return
    first, last = day(person["first_message_at"]), day(person["last_message_at"])
    days = f"on {last}" if first == last else f"from {first} to {last}"
    yield html.P(f"{sent:,} sent, {received:,} received, {days} ({age(person['last_message_at'].date(), today)}).")
    rows = reading.rows(
        "select direction, sent_at, content from messages where owner = $of and person_id = $person "
        f"order by sent_at desc limit {MOST_MESSAGES}",
        **key,
    )
    yield html.Ol(
        [
            html.Li(
                [
                    html.Time(f"{'You' if row['direction'] == 'sent' else 'They'}, {moment(row['sent_at'])}"),
                    html.P((row["content"] or "no text")[:280]),
                ],
                className=row["direction"],
            )
            for row in rows
        ],
        className="messages",
    )


def _notes(reading: Reading, key: dict[str, str]) -> Iterator[Content]:
    rows = reading.rows(
        "select note, written_at from notes where owner = $of and person_id = $person order by written_at desc", **key
    )
    yield html.Ul(
        [html.Li([html.Time(moment(row["written_at"])), html.P(row["note"])]) for row in rows], className="notes"
    )
    yield dmc.Textarea(id="panel-note", placeholder="Write a note", autosize=True, minRows=2, value="", **named("Note"))
    yield action("Keep the note", "panel-add-note", quiet=True)


_EVENTS = f"""
    select event, happened_after, happened_by, old_value, new_value, null as post_url
    from contact_events where owner = $of and person_id = $person
    union all
    select
        case when has_commented then 'commented' else 'liked' end, coalesce(cast(observed_at as date), first_seen_on),
        coalesce(cast(observed_at as date), first_seen_on), null, comment, post_url
    from post_engagements where owner = $of and person_id = $person and (has_liked or has_commented)
    order by happened_by desc, event, post_url limit {MOST_EVENTS}
"""
POST_EVENTS = {"liked": "Liked a post of yours", "commented": "Commented on a post of yours"}
"""What a list of those who took part in posts tells; it says when it saw that, not when it was."""


def _events(reading: Reading, key: dict[str, str]) -> Content:
    rows = reading.rows(_EVENTS, **key)
    if not rows:
        return html.P("Your exports show no event.", className="quiet")
    return html.Ol([html.Li(_event(row)) for row in rows], className="events")


def _event(row: dict[str, Any]) -> Content:
    if row["event"] in POST_EVENTS:
        words = POST_EVENTS[row["event"]]
        return [
            html.Time(f"seen {day(row['happened_by'])}"),
            html.P(
                [
                    html.B(outward(words, row["post_url"]) if row["post_url"] else words),
                    f": {row['new_value']}" if row["new_value"] else "",
                ]
            ),
        ]
    return [
        html.Time(between(row["happened_after"], row["happened_by"])),
        html.P(
            [
                html.B(EVENTS.get(row["event"], row["event"])),
                f": {row['old_value'] or 'nothing stated'} → {row['new_value'] or 'nothing stated'}"
                if row["old_value"] or row["new_value"]
                else "",
            ]
        ),
    ]


_NAMESAKES = """
    with keyed as (
        select distinct person_id from person_keys where not starts_with(person_key, 'named:')
    )
    select
        r.person_id as keep, r.other_person_id as other, r.reason,
        c.full_name, c.company, c.position, c.profile_url, c.segment,
        k.person_id is not null and o.person_id is not null as can_be_merged
    from identity_review as r
    join contacts as c
        on c.owner = r.owner
        and c.person_id = case when r.person_id = $person then r.other_person_id else r.person_id end
    left join keyed as k on k.person_id = r.person_id
    left join keyed as o on o.person_id = r.other_person_id
    where r.owner = $of and $person in (r.person_id, r.other_person_id)
    order by r.score desc, c.full_name, c.person_id
"""


def _namesakes(reading: Reading, key: dict[str, str]) -> Iterator[Content]:
    """Who may be the same person, to be merged by whoever knows them."""
    rows = reading.rows(_NAMESAKES, **key)
    if not rows:
        return
    yield html.H3("Perhaps the same person")
    yield html.Ul(
        [
            html.Li(
                [
                    html.Div(
                        [
                            html.B(outward(row["full_name"], row["profile_url"] or "")),
                            html.P(
                                [
                                    segment(row["segment"]),
                                    "".join(f" · {words}" for words in (row["position"], row["company"]) if words),
                                ]
                            ),
                            html.P(f"{row['reason'].capitalize()}.", className="quiet"),
                        ]
                    ),
                    html.Button(
                        "Merge",
                        id={"part": "panel-merge", "keep": row["keep"], "other": row["other"]},
                        n_clicks=0,
                        className="button",
                        **named(f"Merge with {row['full_name']}, {row['company'] or 'no company'}"),
                    )
                    if row["can_be_merged"]
                    else html.Span("known by name alone", className="quiet"),
                ]
            )
            for row in rows
        ],
        className="namesakes",
    )


def _tie_and_role(reading: Reading, key: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Strength with what it is made of, and what the title tells."""
    parts = ", ".join(column for _, column, _ in STRENGTH_PARTS)
    row = reading.row(
        f"select strength, {parts}, seniority, function from relationships join roles using (owner, person_id) "
        "where owner = $of and person_id = $person",
        **key,
    )
    if row and row["strength"]:
        made_of = ", ".join(f"{words} {row[column]}" for words, column, _ in STRENGTH_PARTS if row[column])
        yield "Strength of the tie", f"{row['strength']} of 100: {made_of}"
    if row and row["seniority"]:
        yield "Level", SENIORITIES[row["seniority"]]
    if row and row["function"]:
        yield "Line of work", function_name(row["function"])
