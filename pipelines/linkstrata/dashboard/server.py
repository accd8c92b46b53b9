"""Puts the dashboard together: the frame around every page, what moves between pages, and who may ask.

Only this machine's own browser pages are answered: the Host header must name this very address, so that no other name
can be pointed at it; a request that another site caused is refused; and a policy keeps the pages from loading or
sending anything elsewhere. What Dash's parts need is let through: styles within the page (Mantine, AG Grid and plotly
write them), pictures and fonts out of data, and the inline scripts whose digests Dash gives. Nothing is evaluated.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from flask import Flask, Response, jsonify, request

from linkstrata.charts.theme import FONT, THEMES
from linkstrata.dashboard import occasions, panel
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.pages import PAGES, Page, page_at, welcome
from linkstrata.dashboard.parts import link, named, nothing
from linkstrata.dashboard.view import View
from linkstrata.filters import FilterError
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import NotPublished

OPEN_TO_OTHER_SITES = frozenset({"/capture"})
"""What another site's page may lead to, by a person's click: it shows a form and changes nothing."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def build_server(settings: Settings) -> Flask:
    """The whole dashboard over one data home."""
    server = Flask("linkstrata.dashboard")
    app = Dash(
        "linkstrata.dashboard",
        server=cast(Any, server),
        title="linkstrata",
        update_title="",
        serve_locally=True,
        assets_folder=str(Path(__file__).parent / "assets"),
        suppress_callback_exceptions=True,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        index_string=_INDEX,
    )
    app.enable_dev_tools(debug=False)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    context = Context(settings, app, server)
    app.layout = _frame(context)
    _move_between_pages(context)
    panel.register(context)
    occasions.register(context)
    welcome.register(context)
    for page in PAGES:
        page.register(context)
    _guard(server, app)
    return server


def serve(settings: Settings, port: int) -> None:
    """Serves the dashboard on 127.0.0.1 until stopped."""
    from waitress import serve as serve_on

    # It would tell of every request that waits a moment for another.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    serve_on(build_server(settings), host="127.0.0.1", port=port, threads=6, ident=None, _quiet=True)


def _theme_styles() -> str:
    """The colours of each theme as custom properties, for everything that is not a figure."""
    styles = []
    for theme in THEMES:
        names = {
            name: getattr(theme, name)
            for name in ("paper", "ink", "quiet", "line", "connections", "followers", "muted", "neutral")
        }
        said = "".join(f"--{name}:{colour};" for name, colour in {**names, **theme.segments}.items())
        styles.append(f":root[data-mantine-color-scheme={theme.name}]{{{said}}}")
    return "".join(styles)


_INDEX = """<!doctype html>
<html lang="en" data-mantine-color-scheme="light">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
{%css%}
<style>THEMES</style>
</head>
<body>
<noscript>The dashboard needs JavaScript.</noscript>
{%app_entry%}
{%config%}
{%scripts%}
{%renderer%}
</body>
</html>
""".replace("THEMES", _theme_styles())


def _frame(context: Context) -> dmc.MantineProvider:
    return dmc.MantineProvider(
        [
            dcc.Location(id="address", refresh="callback-nav"),
            dcc.Store(id="theme", storage_type="local"),
            dcc.Store(id="shown"),
            dcc.Store(id="person"),
            dcc.Store(id="edited", data=0),
            dcc.Interval(id="clock", interval=4_000),
            html.A("Skip to the page", href="#page", className="skip"),
            html.Header(
                [
                    link("linkstrata", "/", className="brand"),
                    html.Nav(
                        [link(page.title, page.path, id=f"to{page.path.replace('/', '-')}") for page in PAGES],
                        id="pages",
                        **named("Pages"),
                    ),
                    html.Button("Dark", id="theme-switch", className="switch", n_clicks=0),
                ],
                className="frame",
            ),
            html.Div(
                [
                    html.Span("New data has been published."),
                    html.Button("Show it", id="show-news", n_clicks=0),
                ],
                id="news",
                role="status",
                hidden=True,
            ),
            html.Main(id="page", tabIndex="-1"),
            html.Aside(id="panel", hidden=True, **named("Person")),
            html.Div(id="said", role="status"),
        ],
        id="provider",
        forceColorScheme="light",
        theme={
            "fontFamily": FONT,
            "primaryColor": "blue",
            "defaultRadius": "sm",
            "respectReducedMotion": True,
            "components": {"Button": {"defaultProps": {"size": "xs"}}},
        },
    )


def _move_between_pages(context: Context) -> None:
    app = context.app
    app.clientside_callback(
        ClientsideFunction("linkstrata", "theme"),
        Output("theme", "data"),
        Output("provider", "forceColorScheme"),
        Output("theme-switch", "children"),
        Input("theme-switch", "n_clicks"),
        State("theme", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("linkstrata", "move"),
        Output("shown", "data"),
        Output("person", "data"),
        Input("address", "href"),
        Input("provider", "forceColorScheme"),
        Input("show-news", "n_clicks"),
        Input("edited", "data"),
        State("shown", "data"),
        State("person", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("linkstrata", "look"), Output("news", "hidden"), Input("clock", "n_intervals")
    )

    @app.callback(Output("page", "children"), Input("shown", "data"), prevent_initial_call=True)
    def show(shown: dict[str, str]) -> Any:
        view = View.parse(shown["path"], shown["search"], shown["theme"])
        return _page(context, page_at(view.path), view)

    @context.server.route("/generation")
    def generation() -> Response:
        return jsonify(context.published.generation)


def _page(context: Context, page: Page | None, view: View) -> Any:
    if page is None:
        return nothing("There is no such page", html.P(link("Go to the overview", "/")))
    try:
        with context.reading(view) as reading:
            return page.layout(view, reading) if reading.owners else welcome.welcome()
    except NotPublished:
        return welcome.welcome()
    except FilterError as error:
        return nothing("This filter cannot be used", html.P(str(error)), html.P(link("Show everybody", "/people")))


def _guard(server: Flask, app: Dash) -> None:
    scripts = " ".join(app.csp_hashes())
    policy = (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    )

    @server.before_request
    def refuse_strangers() -> Response | None:
        host = urlsplit(f"//{request.host}").hostname
        if host not in ("127.0.0.1", "localhost"):
            return Response("This dashboard is at 127.0.0.1 and at no other name.\n", 403, mimetype="text/plain")
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "none")
        own = origin is None or origin == f"http://{request.host}"
        if own and site in ("same-origin", "none"):
            return None
        followed = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
        if own and followed and request.path in OPEN_TO_OTHER_SITES:
            return None
        return Response("Another site asked for this, so it is refused.\n", 403, mimetype="text/plain")

    @server.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        for name, value in HEADERS.items():
            response.headers[name] = value
        if not request.path.startswith(("/assets/", "/_dash-component-suites/")):
            response.headers["Cache-Control"] = "no-store"
        return response
