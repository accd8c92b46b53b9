"""Capture: a bookmarklet opens a form with the address and name of the profile page a person is on; adding is theirs.

The bookmarklet reads the page's address and title, when it is clicked, and nothing else.
"""

from __future__ import annotations

import re
from typing import Any

import dash_mantine_components as dmc
from dash import Input, Output, State, html, no_update
from flask import request

from linkstrata.curation.corrections import add_contact
from linkstrata.curation.file import CurationError
from linkstrata.curation.people import key_of, keyed_people
from linkstrata.curation.store import Person, tag_name
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.editing import note_on, tag_people
from linkstrata.dashboard.parts import Content, action, card, named, person, title
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import NotPublished

BOOKMARKLET = (
    "javascript:(()=>{{open('http://{host}/capture?url='+encodeURIComponent(location.href)"
    "+'&name='+encodeURIComponent(document.title))}})()"
)


def layout(view: View, reading: Reading) -> Content:
    """The page; `url` and `name` fill the form in."""
    known = [row["tag"] for row in reading.rows("select distinct tag from tags where kind = 'manual' order by tag")]
    return [
        title("Capture", "Add the person whose profile you are looking at, with tags and a note."),
        html.Div([_form(view, known), _bookmark()], className="columns"),
    ]


def _form(view: View, known: list[str]) -> Content:
    return card(
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
                html.P([html.Span(className="spinner"), "Adding …"], id="capture-wait", hidden=True, role="status"),
                html.P(id="capture-said", role="status", className="said"),
            ],
            className="form",
        ),
        heading="Who",
    )


def _bookmark() -> Content:
    return card(
        html.Ol(
            [
                html.Li("Make a bookmark in your browser's bookmarks bar and give it the address below."),
                html.Li("On a profile page, click it: this form opens with the address and the name filled in."),
            ]
        ),
        dmc.TextInput(value=BOOKMARKLET.format(host=request.host), readOnly=True, **named("Address of the bookmark")),
        html.P("It reads the page's address and title, on your click, and nothing else.", className="fine"),
        heading="The bookmark",
    )


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
        State("address", "search"),
        running=[
            (Output("capture-add", "disabled"), True, False),
            (Output("capture-wait", "hidden"), False, True),
        ],
        prevent_initial_call=True,
    )
    def add(clicks: int | None, url: str, name: str, tags: list[str], note: str, search: str) -> Any:
        if not clicks:
            return no_update
        view = View.parse("/capture", search)
        try:
            if not (url or "").strip():
                raise CurationError("type the address of a profile")
            key_of(url)
            full_name = " ".join((name or "").split())
            if not full_name:
                raise CurationError("type a name")
            with context.reading(view) as reading:
                owner = reading.owner
            person_id = capture(context.settings, owner, url, full_name, [tag_name(tag) for tag in tags or []], note)
        except (CurationError, NotPublished) as error:
            return html.Span(str(error), className="problem")
        return [person(view, owner, person_id, full_name), " is among your contacts."]


def capture(settings: Settings, owner: str, url: str, name: str, tags: list[str], note: str) -> str:
    """Adds somebody unless a contact is at that address already, then tags them and keeps the note; gives the id.

    Raises CurationError for who can be no contact of the owner's.
    """
    if not _at(settings, owner, url):
        add_contact(settings, url, name, owner=owner)
    (found, *_) = _at(settings, owner, url)
    key = (found.owner, found.person_id)
    for tag in tags:
        tag_people(settings, tag, [key])
    if note.strip():
        note_on(settings, key, note)
    return found.person_id


def _at(settings: Settings, owner: str, url: str) -> list[Person]:
    return keyed_people(settings, [key_of(url)], owner)
