"""From nothing to a loaded archive: what stands on every page while nothing is published, and the place to drop files.

The drop zone is used by the data page as well.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from dash import Input, Output, dcc, html
from flask import Response, jsonify, request

from linkstrata.dashboard.context import Context
from linkstrata.dashboard.ingesting import Ingesting, receive
from linkstrata.dashboard.parts import Content, card, title
from linkstrata.dashboard.wording import counted

ARCHIVE_STEPS = (
    "On a computer, open LinkedIn and click Me, then Settings & Privacy.",
    "Click Data privacy, then Get a copy of your data.",
    "Choose the larger data archive, click Request archive and type your password.",
    "A mail comes within 24 hours, often a first one after ten minutes. Download what it links to; do not unzip it.",
)
WORKBOOK_STEPS = (
    "Open your profile, find Analytics and click Show all analytics, then Followers.",
    "Choose Past 365 days and click Export.",
)
SETTLED = {"loaded": "loaded", "partial": "loaded in part", "known": "known already", "corrected": "corrected"}


def welcome() -> list[Content]:
    """The page of a home that nothing was loaded into."""
    return [
        title(
            "See who your audience is",
            "linkstrata reads the files that LinkedIn gives you, on this computer. Nothing is sent anywhere.",
        ),
        html.Div(
            [
                card(
                    html.Ol([html.Li(step) for step in ARCHIVE_STEPS]),
                    heading="1. Ask LinkedIn for your archive",
                    wide=False,
                ),
                card(
                    html.Ol([html.Li(step) for step in WORKBOOK_STEPS]),
                    heading="2. Export your analytics",
                    says="Only this workbook has the number of your followers. It can come later.",
                    wide=False,
                ),
            ],
            className="columns",
        ),
        card(
            drop_zone(),
            heading="3. Drop the files here",
            says="Zip archives, workbooks and lists, as many as you have.",
        ),
    ]


def drop_zone() -> Content:
    """Where files are dropped or chosen, and what becomes of them."""
    return html.Div(
        [
            html.Div(
                [html.P("Drop files here, or"), html.Button("Choose files", className="choose-files")], className="drop"
            ),
            html.P(id="ingest-received", role="status"),
            html.Div(id="ingest-progress", role="status", className="progress"),
            dcc.Interval(id="ingest-clock", interval=700),
        ]
    )


def register(context: Context) -> None:
    """Receives files, and tells how far reading them is."""

    @context.server.route("/files", methods=["POST"])
    def files() -> Response:
        try:
            receive(context.settings, unquote(request.headers.get("X-File-Name", "")), request.stream)
        except ValueError as error:
            return Response(f"{error}\n", 400, mimetype="text/plain")
        return jsonify("received")

    @context.server.route("/ingest", methods=["POST"])
    def ingest() -> Response:
        return jsonify(context.ingesting.start(context.settings))

    @context.app.callback(Output("ingest-progress", "children"), Input("ingest-clock", "n_intervals"))
    def progress(_ticks: int) -> Any:
        return _progress(context.ingesting)


def _progress(ingesting: Ingesting) -> Content:
    if ingesting.running:
        return html.P([html.Span(className="spinner"), f"Reading: {ingesting.step} …"])
    if ingesting.failure:
        return html.P(ingesting.failure, className="problem")
    if not ingesting.outcomes:
        return None
    return [
        html.P(f"{counted(len(ingesting.outcomes), 'file')} done. Everything there is to see is on the other pages."),
        html.Ul(
            [
                html.Li(
                    [
                        html.B(each.name),
                        f": {SETTLED.get(each.status, 'could not be read and stays in the inbox')}",
                        f" ({each.reason})" if each.reason else "",
                    ],
                    className="" if each.status in SETTLED else "problem",
                )
                for each in ingesting.outcomes
            ]
        ),
    ]
