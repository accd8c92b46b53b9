"""Capture: a bookmarklet opens a form with the address and name of the profile page a person is on; adding is theirs.

The bookmarklet reads the page's address and title, when it is clicked, and nothing else.
"""

from __future__ import annotations

import re
import threading
from typing import Any

import dash_mantine_components as dmc
from dash import Input, Output, State, html, no_update
from flask import request

from linkstrata.curation.corrections import add_contact
from linkstrata.curation.file import CurationError
from linkstrata.curation.people import key_of, keyed_people
from linkstrata.curation.store import Person
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.editing import note_on, tag_people
from linkstrata.dashboard.parts import Content, action, card, named, title
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.settings import Settings

BOOKMARKLET = (
    "javascript:(()=>{{open('http://{host}/capture?url='+encodeURIComponent(location.href)"
    "+'&name='+encodeURIComponent(document.title))}})()"
)


def layout(view: View, reading: Reading) -> Content:
    """The page; `url` and `name` fill the form in."""
    known = [row["tag"] for row in reading.rows("select distinct tag from tags where kind = 'manual' order by tag")]
    return [
        title("Capture", "Add the person whose profile you are looking at, with tags and a note."),
        card(
            html.Div(
                [
                    dmc.TextInput(
                        id="capture-url",
                        label="Profile address",
                        value=view.get("url").partition("?")[0],
                        placeholder="https://www.linkedin.com/in/…",
                    ),
                    dmc.TextInput(id="capture-name", label="Name", value=name_in(view.get("name"))),
                    dmc.TagsInput(id="capture-tags", label="Tags", data=known, value=[]),
                    dmc.Textarea(id="capture-note", label="Note", value=""),
                    action("Add", "capture-add"),
                    html.P(id="capture-said", role="status", className="said"),
                ],
                className="form",
            ),
            heading="Who",
        ),
        card(
            html.Ol(
                [
                    html.Li("Make a bookmark in your browser's bookmarks bar and give it the address below."),
                    html.Li("On a profile page, click it: this form opens with the address and the name filled in."),
                ]
            ),
            dmc.TextInput(
                value=BOOKMARKLET.format(host=request.host), readOnly=True, **named("Address of the bookmark")
            ),
            html.P("It reads the page's address and title, on your click, and nothing else.", className="fine"),
            heading="The bookmark",
        ),
    ]


def name_in(page_title: str) -> str:
    """The name in the title of a profile page: "(3) Ada Example - Founder - Acme | LinkedIn" gives Ada Example."""
    without_frame = re.sub(r"^\(\d+\+?\)\s*|\s*\|\s*LinkedIn.*$", "", page_title.strip())
    return re.split(r"\s[-–|]\s", without_frame)[0].strip()


def register(context: Context) -> None:
    """Adding somebody."""

    @context.app.callback(
        Output("capture-said", "children"),
        Input("capture-add", "n_clicks"),
        State("capture-url", "value"),
        State("capture-name", "value"),
        State("capture-tags", "value"),
        State("capture-note", "value"),
        prevent_initial_call=True,
    )
    def add(clicks: int | None, url: str, name: str, tags: list[str], note: str) -> Any:
        if not clicks:
            return no_update
        try:
            key_of(url or "")
            if not (name or "").strip():
                raise CurationError("type a name")
        except CurationError as error:
            return str(error)
        asked = (context.settings, url, " ".join(name.split()), tags or [], note or "")
        threading.Thread(target=capture, args=asked, daemon=True).start()
        return f"{name.strip()} is being added, and shows in a moment."


def capture(settings: Settings, url: str, name: str, tags: list[str], note: str) -> None:
    """Adds somebody unless a contact is at that address already, then tags them and keeps the note."""
    if not _at(settings, url):
        add_contact(settings, url, name)
    chosen = [(person.owner, person.person_id) for person in _at(settings, url)]
    for tag in tags:
        tag_people(settings, tag, chosen)
    if note.strip():
        for person in chosen:
            note_on(settings, person, note)


def _at(settings: Settings, url: str) -> list[Person]:
    return keyed_people(settings, [key_of(url)])
