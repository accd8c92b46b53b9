"""People: everyone as one grid, found by words and filters, chosen one by one or all at once, tagged, taken out as CSV.

Which rows the grid shows is for people_rows.py, the filter builder for filter_builder.py.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, ctx, dcc, html, no_update
from flask import Response, request

from linkstrata import filters
from linkstrata.charts.theme import SEGMENTS
from linkstrata.curation.file import CurationError
from linkstrata.dashboard import filter_builder, people_rows
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.editing import tag_people, untag_people
from linkstrata.dashboard.parts import Content, action, link, named, title, toast
from linkstrata.dashboard.people_rows import COLUMNS, ORDERS, SHOWN_AT_FIRST, Query
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import counted
from linkstrata.filters import FilterError
from linkstrata.warehouse.connection import NotPublished

BLOCK = 100
"""Rows that the grid asks for at once."""

WIDTHS = {
    "full_name": 185,
    "company": 160,
    "position": 170,
    "segment": 190,
    "tags": 190,
    "last_message_at": 124,
    "profile_url": 260,
}


def layout(view: View, reading: Reading) -> Content:
    """The page. Words, filter and order change within it; other columns or another member make it anew."""
    query = Query.of(view)
    return [
        title("People"),
        html.Div(
            [
                dmc.TextInput(
                    id="people-search",
                    value=view.get("q"),
                    debounce=250,
                    placeholder="Name, company, position, tag",
                    size="sm",
                    **named("Search people"),
                ),
                dmc.MultiSelect(
                    id="people-columns",
                    data=[{"value": name, "label": heading} for name, heading in COLUMNS.items()],
                    value=_columns(view),
                    size="sm",
                    className="columns-choice",
                    hidePickedOptions=False,
                    **named("Columns"),
                ),
            ],
            className="bar",
        ),
        filter_builder.layout(query.group, _tags(reading)),
        html.Div(id="people-summary", role="status", className="summary", children=_summary(view, reading)),
        html.Div(
            [
                html.Span("Nobody chosen", id="people-chosen"),
                html.Button("Choose all that match", id="people-all", n_clicks=0, className="plain"),
                dmc.TagsInput(
                    id="people-tag",
                    data=_tags(reading),
                    placeholder="Tag",
                    size="xs",
                    value=[],
                    **named("Tag"),
                ),
                action("Tag", "people-add"),
                action("Untag", "people-remove", quiet=True),
                html.A("CSV", href=_csv_address(view), id="people-csv", download="people.csv", className="button"),
            ],
            className="bar actions",
        ),
        dcc.Store(id="people-query", data=_question(view)),
        dcc.Store(id="people-everybody", data=False),
        _grid(view, query),
    ]


def _grid(view: View, query: Query) -> dag.AgGrid:
    return dag.AgGrid(
        id="people-grid",
        rowModelType="infinite",
        columnDefs=[_column(name, query) for name in _columns(view)],
        defaultColDef={"resizable": True, "sortable": False, "sortingOrder": ["asc", "desc"], "minWidth": 80},
        getRowId="params.data.owner + '/' + params.data.person_id",
        dashGridOptions={
            "theme": {"function": "linkstrataTheme(themeQuartz)"},
            "cacheBlockSize": BLOCK,
            "maxBlocksInCache": 20,
            "infiniteInitialRowCount": 1,
            "rowSelection": {"mode": "multiRow", "checkboxes": True, "headerCheckbox": False},
            "selectionColumnDef": {"headerName": "Choose", "headerClass": "unseen", "width": 44},
            "headerHeight": 34,
            "suppressMovableColumns": True,
            "localeText": {"noRowsToShow": "Nobody matches."},
        },
        eventListeners={"firstDataRendered": ["linkstrataFit(params)"]},
        className="people-grid",
        style={"height": None, "width": None},
    )


def _column(name: str, query: Query) -> dict[str, Any]:
    column: dict[str, Any] = {"field": name, "headerName": COLUMNS[name], "width": WIDTHS.get(name, 108)}
    if name in ORDERS:
        column["sortable"] = True
        if query.sort.lstrip("-") == name:
            column["sort"] = "desc" if query.sort.startswith("-") else "asc"
    match name:
        case "full_name":
            column["cellRenderer"] = "PersonName"
        case "segment":
            column |= {"cellRenderer": "Segment", "cellRendererParams": {"names": dict(SEGMENTS)}}
        case "follows_me" | "i_follow":
            column["cellRenderer"] = "FollowState"
        case "tags":
            column["cellRenderer"] = "Tags"
        case name if name.endswith(("_on", "_at", "_since")):
            column["valueFormatter"] = {"function": "linkstrataDay(params.value)"}
    return column


def _columns(view: View) -> list[str]:
    chosen = [name for name in view.get("columns").split(",") if name in COLUMNS]
    return chosen or list(SHOWN_AT_FIRST)


def _tags(reading: Reading) -> list[str]:
    return [row["tag"] for row in reading.rows("select distinct tag from tags order by tag")]


def _question(view: View) -> str:
    """What the grid asks, as it stands in the address; the order is the grid's own."""
    return View("", {name: view.get(name) for name in ("owner", "q", "filter")}).link().partition("?")[2]


def _csv_address(view: View) -> str:
    return View("/people.csv", view.parameters).link(None, person=None)


def _summary(view: View, reading: Reading) -> Content:
    query = Query.of(view)
    found = people_rows.count(reading, query)
    said: list[Content] = [html.B(counted(found, "person", "people"))]
    if query.search:
        said.append(f" with “{query.search}”")
    if query.filter:
        said.append(f": {filters.describe(query.group)}")
    if query.search or query.filter:
        said += [" · ", link("Show everybody", view.link("/people"))]
    return said


def register(context: Context) -> None:
    """Rows, edits and the CSV."""
    filter_builder.register(context)
    app, server = context.app, context.server
    # An edit is told of on every page, so that what asks again for it cannot ask for anything of this page as well.
    for function, given in (
        ("search", Input("people-search", "value")),
        ("columns", Input("people-columns", "value")),
        ("order", Input("people-grid", "getRowsRequest")),
        ("ask_again", Input("people-query", "data")),
        ("ask_again", Input("edited", "data")),
    ):
        app.clientside_callback(ClientsideFunction("linkstrata", function), given, prevent_initial_call=True)
    app.clientside_callback(
        ClientsideFunction("linkstrata", "chosen"),
        Output("people-chosen", "children"),
        Output("people-everybody", "data"),
        Input("people-grid", "selectedRows"),
        Input("people-all", "n_clicks"),
        Input("people-query", "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output("people-grid", "getRowsResponse"),
        Input("people-grid", "getRowsRequest"),
        State("people-query", "data"),
        prevent_initial_call=True,
    )
    def rows(asked: dict[str, Any] | None, question: str) -> Any:
        if asked is None:
            return no_update
        view = _view(question, asked.get("sortModel") or [])
        try:
            with context.reading(view) as reading:
                query = Query.of(view)
                return {
                    "rowData": people_rows.block(reading, query, asked["startRow"], asked["endRow"]),
                    "rowCount": people_rows.count(reading, query),
                }
        except NotPublished:
            return {"rowData": [], "rowCount": 0}

    @app.callback(
        Output("people-summary", "children"),
        Output("people-csv", "href"),
        Input("people-query", "data"),
        Input("edited", "data"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def summary(question: str, _edited: int, search: str) -> Any:
        with context.reading(_view(question, [])) as reading:
            return _summary(_view(question, []), reading), _csv_address(View.parse("/people", search))

    @app.callback(
        Output("said", "children", allow_duplicate=True),
        Output("edited", "data", allow_duplicate=True),
        Input("people-add", "n_clicks"),
        Input("people-remove", "n_clicks"),
        State("people-tag", "value"),
        State("people-grid", "selectedRows"),
        State("people-everybody", "data"),
        State("people-query", "data"),
        State("edited", "data"),
        prevent_initial_call=True,
    )
    def edit(
        _add: int, _remove: int, tags: list[str], selected: Any, everybody: bool, question: str, edited: int
    ) -> Any:
        if not ctx.triggered[0]["value"]:
            return no_update, no_update
        view = _view(question, [])
        if everybody:
            with context.reading(view) as reading:
                chosen = people_rows.people(reading, Query.of(view))
        else:
            chosen = [(row["owner"], row["person_id"]) for row in selected or []]
        change = tag_people if ctx.triggered_id == "people-add" else untag_people
        try:
            if not tags:
                raise CurationError("type a tag first")
            said = " ".join(change(context.settings, tag, chosen) for tag in tags)
        except CurationError as error:
            return toast(str(error), edited, ctx.triggered[0]["value"]), no_update
        return toast(said, edited, undo=True), edited + 1

    @server.route("/people.csv")
    def csv() -> Response:
        view = View("/people", request.args.to_dict())
        try:
            with context.reading(view) as reading:
                content = _csv(context, view, reading)
        except (NotPublished, FilterError) as error:
            return Response(f"{error}\n", 404, mimetype="text/plain")
        return Response(
            content, mimetype="text/csv", headers={"Content-Disposition": "attachment; filename=people.csv"}
        )


def _view(question: str, sort_model: list[dict[str, str]]) -> View:
    view = View.parse("/people", question)
    if not sort_model:
        return view
    backwards = "-" if sort_model[0]["sort"] == "desc" else ""
    return View(view.path, {**view.parameters, "sort": f"{backwards}{sort_model[0]['colId']}"}, view.theme)


def _csv(context: Context, view: View, reading: Reading) -> Iterator[bytes]:
    """Written to a folder within the home, which is gone once the file was sent."""
    folder = tempfile.TemporaryDirectory(dir=context.settings.warehouse, prefix=".csv-")
    try:
        path = people_rows.write_csv(reading, Query.of(view), _columns(view), Path(folder.name))
    except BaseException:
        folder.cleanup()
        raise

    def chunks() -> Iterator[bytes]:
        with folder, path.open("rb") as file:
            while chunk := file.read(1 << 18):
                yield chunk

    return chunks()
