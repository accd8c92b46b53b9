"""Relationships: how strong ties are and why, who fades, what waits for an answer, and reasons to write.

It writes to nobody: a reason to write is a line here, which a person ticks off, and a day in a calendar file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dash import html

from linkstrata.charts.relationships import STRENGTH_PARTS, messages_by_month, reciprocity, strength
from linkstrata.dashboard.occasions import queue
from linkstrata.dashboard.parts import Content, card, figure, link, people_who, person, theme_of, title
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import age, counted

LONGEST = 10
"""How many people a list shows."""

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
_SILENT = """
    select
        count(*) filter (is_connection and first_message_at is null) as neither,
        count(*) filter (messages_received > 0 and messages_sent = 0) as they,
        count(*) filter (messages_sent > 0 and messages_received = 0) as you
    from contacts where owner = $owner
"""
_BALANCE = "select messages_sent, messages_received from contacts where owner = $owner and is_connection"


def layout(view: View, reading: Reading) -> Content:
    """The page. Of the reasons to write, `span` says the days (the last or the next 30), `kind` which of them, `state`
    whether those to do or those decided, and `shown` how many (see occasions.py)."""
    theme = theme_of(view)
    ties = reading.frame(_STRENGTH, longest=LONGEST)
    messages = reading.frame(_MESSAGES)
    return [
        title("Relationships", "Who you are close to, who fades, and whom there is a reason to write to."),
        queue(view, reading),
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
                *(_correspondence(view, reading) if messages.height else ()),
                _list(view, reading, "Your invitations, pending", "The oldest first.", _INVITATIONS, _when,
                      direction="outgoing"),
                _list(view, reading, "Invitations to you, pending", "The oldest first.", _INVITATIONS, _when,
                      direction="incoming"),
                _balance(view, reading) if messages.height else None,
            ],
            className="columns",
        ),
        card(
            figure("relationships-months", "Messages by month", messages_by_month(messages, theme)),
            heading="Messages by month",
        )
        if messages.height
        else _without_messages(),
    ]  # fmt: skip


def _correspondence(view: View, reading: Reading) -> list[Content]:
    return [
        _list(view, reading, "Fading", "Wrote both ways, and silent for half a year; the strongest first.",
              _FADING, _when),
        _list(view, reading, "Waiting for you", "Their message was the last.", _WAITING, _when, who="contact"),
        _list(view, reading, "Waiting for them", "Your message was the last.", _WAITING, _when, who="owner"),
    ]  # fmt: skip


def _balance(view: View, reading: Reading) -> Content:
    silent = reading.row(_SILENT) or {}
    return card(
        figure(
            "relationships-balance",
            "Messages both ways and one way",
            reciprocity(reading.frame(_BALANCE), theme_of(view)),
        ),
        html.Ul(
            [
                html.Li(link(f"{words}: {counted(silent[who], 'person', 'people')}", people_who(view, *conditions)))
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
    )  # fmt: skip


def _without_messages() -> Content:
    return card(
        html.P(
            "None of your files holds messages. They are in the larger archive that LinkedIn offers, as messages.csv; "
            "once it is read, you see here who fades and what waits for an answer.",
            className="quiet",
        ),
        heading="Messages",
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
