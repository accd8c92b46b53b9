"""Relationships: how strong ties are and why, who fades, what waits for an answer, and reasons to write.

It writes to nobody: a reason to write is a line here and a day in a calendar file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from dash import html
from flask import Response, request

from linkstrata.charts.relationships import STRENGTH_PARTS, messages_by_month, strength
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.parts import (
    Content,
    card,
    choices,
    figure,
    link,
    people_who,
    person,
    theme_of,
    title,
)
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import age, counted, day
from linkstrata.warehouse.connection import NotPublished

LONGEST = 10
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
_OCCASIONS = """
    select person_id, full_name, company, connected_on from contacts
    where owner = $owner and is_connection and connected_on is not null and year(connected_on) < year($last)
"""
_NEW_JOBS = """
    select person_id, full_name, new_value, happened_by
    from contact_events join contacts as c using (owner, person_id)
    where owner = $owner and is_connection and event = 'company_changed' and new_value is not null
        and happened_by between $first and $last
"""


def layout(view: View, reading: Reading) -> Content:
    """The page; `span` says which days reasons to write are taken from: the last or the next 30."""
    theme = theme_of(view)
    ties = reading.frame(_STRENGTH, longest=LONGEST)
    messages = reading.frame(_MESSAGES)
    span = view.get("span", "next")
    occasions = list(_occasions(reading, span))
    return [
        title("Relationships", "Who you are close to, who fades, and whom there is a reason to write to."),
        card(
            choices(view, "span", span, (("next", "Next 30 days"), ("last", "Last 30 days")), "Which days"),
            html.Ul(
                [
                    html.Li(
                        [
                            person(view, reading.owner, each["person_id"], each["full_name"]),
                            html.Time(day(each["day"])),
                            html.Span(each["reason"]),
                        ]
                    )
                    for each in occasions[:24]
                ],
                className="people many",
            )
            if occasions
            else html.P("Nothing in these days.", className="quiet"),
            html.P(
                html.A("Calendar file", href=View("/occasions.ics", view.parameters).link(), download="occasions.ics")
            ),
            heading="Reasons to write",
            says=f"{counted(len(occasions), 'occasion')}: anniversaries of connecting, and new jobs. Nothing is sent.",
        ),
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
                    html.Ul(
                        [
                            html.Li(link(words, people_who(view, *conditions)))
                            for words, conditions in (
                                ("Never a message either way", (("is_connection", "any_of", ["yes"]),
                                                                ("first_message_at", "unknown", None))),
                                ("They wrote, you never did", (("messages_received", "at_least", 1),
                                                               ("messages_sent", "is", 0))),
                                ("You wrote, they never did", (("messages_sent", "at_least", 1),
                                                               ("messages_received", "is", 0))),
                            )
                        ]
                    ),
                    heading="Silent",
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
    """The calendar file."""

    @context.server.route("/occasions.ics")
    def calendar() -> Response:
        view = View("/relationships", request.args.to_dict())
        try:
            with context.reading(view) as reading:
                text = calendar_of(list(_occasions(reading, view.get("span", "next"))))
        except NotPublished as error:
            return Response(f"{error}\n", 404, mimetype="text/plain")
        return Response(text, mimetype="text/calendar")


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


def _occasions(reading: Reading, span: str) -> Sequence[dict[str, Any]]:
    """Reasons to write within 30 days, by day: anniversaries of connecting, new jobs that an export shows."""
    today = reading.today
    first, last = (today - timedelta(days=30), today) if span == "last" else (today, today + timedelta(days=30))
    found = []
    for row in reading.rows(_OCCASIONS, last=last):
        for year in {first.year, last.year}:
            anniversary = _in_year(row["connected_on"], year)
            years = year - row["connected_on"].year
            if first <= anniversary <= last and years > 0:
                found.append({**row, "day": anniversary, "reason": f"connected {counted(years, 'year')}"})
    for row in reading.rows(_NEW_JOBS, first=first, last=last):
        found.append({**row, "day": row["happened_by"], "reason": f"now at {row['new_value']}"})
    return sorted(found, key=lambda each: (each["day"], each["full_name"] or ""))


def _in_year(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)


def calendar_of(occasions: Sequence[Mapping[str, Any]]) -> str:
    """Occasions as an iCalendar file, a whole day each; lines end and are folded as RFC 5545 says."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//linkstrata//dashboard//EN"]
    for each in occasions:
        name = each["full_name"] or "Somebody"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{each['person_id']}-{each['day']:%Y%m%d}@linkstrata",
            "DTSTAMP:20000101T000000Z",
            f"DTSTART;VALUE=DATE:{each['day']:%Y%m%d}",
            f"SUMMARY:{_escaped(name + ': ' + each['reason'])}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def _folded(line: str) -> str:
    folded, part = "", ""
    for letter in line:
        if len((part + letter).encode()) > 74:
            folded, part = f"{folded}{part}\r\n", " "
        part += letter
    return f"{folded}{part}\r\n"
