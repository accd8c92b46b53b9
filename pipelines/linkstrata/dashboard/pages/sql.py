"""SQL: a question of one's own on the published tables, with the tables beside it; the answer as rows and as a chart.

The query runs in the locked room of warehouse.connection: it can read these tables and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
import duckdb
import plotly.graph_objects as go
from dash import Input, Output, State, ctx, html, no_update

from linkstrata.charts.bars import Part, Row, lying_bars
from linkstrata.charts.theme import Theme, figure
from linkstrata.curation.file import CurationError
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.editing import save_segment, tag_people
from linkstrata.dashboard.parts import Content, action, card, link, named, theme_of, title, toast
from linkstrata.dashboard.parts import figure as placed
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import counted
from linkstrata.warehouse.connection import NotPublished, QueryRefused, locked_down

MOST_ROWS = 500
MOST_ROWS_SEEN = 13
ROW_HEIGHT = 32
MOST_BARS = 15
SECONDS = 20.0
EXAMPLES: Mapping[str, str] = {
    "Where they work": """select company, count(*) as people from contacts
where is_connection and company is not null
group by company order by people desc limit 15""",
    "Who changed jobs": """select full_name, old_value, new_value, happened_by
from contact_events join contacts using (owner, person_id)
where event = 'company_changed' order by happened_by desc""",
    "Wrote, no answer": """select owner, person_id, full_name, company, last_message_at from contacts
where messages_received > 0 and messages_sent = 0
order by last_message_at desc""",
    "Connections by year": """select year(connected_on) as year, count(*) as people from contacts
where is_connection group by year order by year""",
}


def layout(view: View, reading: Reading) -> Content:
    """The page; `query` is run as it opens."""
    query = view.get("query", EXAMPLES["Where they work"])
    return [
        title("SQL", "Ask the published tables anything. A question can break nothing."),
        html.Div(
            [
                html.Div(
                    [
                        dmc.Textarea(
                            id="sql-query",
                            value=query,
                            spellCheck=False,
                            className="editor",
                            **named("Query"),
                        ),
                        html.Div(
                            [
                                action("Run", "sql-run"),
                                *(
                                    link(name, view.link(None, query=text), className="choice")
                                    for name, text in EXAMPLES.items()
                                ),
                            ],
                            className="bar",
                        ),
                        html.Div(
                            [
                                dmc.TextInput(
                                    id="sql-name",
                                    placeholder="Name",
                                    size="xs",
                                    value="",
                                    **named("Name of the tag or segment"),
                                ),
                                action("Tag the people found", "sql-tag-them", quiet=True),
                                action("Save as segment", "sql-save", quiet=True),
                            ],
                            className="bar",
                        ),
                        html.P(
                            "For rows with owner and person_id: a tag stays with the people found now, a segment asks "
                            "again at each change.",
                            className="fine",
                        ),
                    ]
                ),
                _schema(reading),
            ],
            className="sql",
        ),
        html.Div(_answer(reading, view, query), id="sql-answer", role="region", **named("Answer")),
    ]


def register(context: Context) -> None:
    """Running a query puts it into the address; keeping whom it finds, under a tag or as a segment."""

    @context.app.callback(
        Output("address", "search", allow_duplicate=True),
        Input("sql-run", "n_clicks"),
        State("sql-query", "value"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def run(clicks: int | None, query: str, search: str) -> Any:
        if not clicks:
            return no_update
        return _address(search, query)

    @context.app.callback(
        Output("said", "children", allow_duplicate=True),
        Output("edited", "data", allow_duplicate=True),
        Output("address", "search", allow_duplicate=True),
        Input("sql-tag-them", "n_clicks"),
        Input("sql-save", "n_clicks"),
        State("sql-query", "value"),
        State("sql-name", "value"),
        State("address", "search"),
        State("edited", "data"),
        prevent_initial_call=True,
    )
    def keep(_tag: int | None, _save: int | None, query: str, name: str, search: str, edited: int) -> Any:
        clicks = ctx.triggered[0]["value"] if ctx.triggered else None
        if not clicks:
            return no_update, no_update, no_update
        try:
            query, people = _people(context, query)
            if ctx.triggered_id == "sql-tag-them":
                said = tag_people(context.settings, name or "", people)
            else:
                # The parentheses stand on lines of their own, for the query may end in a comment.
                asked = f"(owner, person_id) in (select (owner, person_id) from (\n{query}\n))"
                said = save_segment(context.settings, name or "", predicate=asked)
        except (duckdb.Error, QueryRefused, CurationError, NotPublished) as error:
            return toast(_in_one_line(error), edited, clicks), no_update, no_update
        return toast(said, edited), edited + 1, _address(search, query)


def _address(search: str, query: str) -> str:
    """What stands behind the path once a query is in the address."""
    return View.parse("/sql", search).search(query=query.strip())


def _people(context: Context, query: str) -> tuple[str, list[tuple[str, str]]]:
    """The query as it can stand within another, and the people whom it finds."""
    query = query.strip().rstrip(";")
    with locked_down(context.settings.published_database, timeout=SECONDS) as room:
        names, rows = room.stream(query)
        if not {"owner", "person_id"} <= set(names):
            raise CurationError("the rows have no owner and person_id: select both")
        at = names.index("owner"), names.index("person_id")
        return query, list({(row[at[0]], row[at[1]]) for row in rows})


def _in_one_line(error: Exception) -> str:
    """What is wrong and in which line of the query, without the engine's drawing of it."""
    said, _, drawn = str(error).partition("\n\nLINE ")
    line = drawn.partition(":")[0]
    return " ".join(said.split()) + (f" (line {line})" if line.isdecimal() else "")


def _answer(reading: Reading, view: View, query: str) -> list[Content]:
    try:
        with locked_down(reading.path, timeout=SECONDS, memory="300MB") as room:
            names, stream = room.stream(query)
            rows = [row for _, row in zip(range(MOST_ROWS + 1), stream, strict=False)]
    except (duckdb.Error, QueryRefused) as error:
        return [html.P(_in_one_line(error), className="problem", role="alert")]
    more = len(rows) > MOST_ROWS
    rows = rows[:MOST_ROWS]
    chart = chart_of(names, rows, theme_of(view))
    return [
        card(placed("sql-chart", "The answer as a chart", chart)) if chart else None,
        card(
            html.P(f"The first {MOST_ROWS:,} rows." if more else f"{counted(len(rows), 'row')}.", className="quiet"),
            dag.AgGrid(
                id="sql-rows",
                columnDefs=[
                    {"field": str(at), "headerName": name, **({"type": "rightAligned"} if _counts(rows, at) else {})}
                    for at, name in enumerate(names)
                ],
                rowData=[{str(at): _cell(value) for at, value in enumerate(row)} for row in rows],
                defaultColDef={"resizable": True, "sortable": True, "minWidth": 90},
                columnSize="responsiveSizeToFit",
                dashGridOptions={
                    "theme": {"function": "linkstrataTheme(themeQuartz)"},
                    "rowHeight": ROW_HEIGHT,
                    "headerHeight": ROW_HEIGHT,
                },
                className="sql-rows",
                style={"height": (min(len(rows), MOST_ROWS_SEEN) + 1) * ROW_HEIGHT + 4, "width": None},
            ),
        ),
    ]


def _counts(rows: Sequence[Sequence[Any]], at: int) -> bool:
    """Whether a column holds numbers."""
    return any(isinstance(row[at], int | float) and not isinstance(row[at], bool) for row in rows)


def _cell(value: object) -> object:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def chart_of(names: Sequence[str], rows: Sequence[Sequence[Any]], theme: Theme) -> go.Figure | None:
    """Two columns, the second of numbers: a line over days, bars else. None for any other answer."""
    if len(names) != 2 or len(rows) < 2 or not all(isinstance(row[1], int | float) for row in rows):
        return None
    if all(hasattr(row[0], "isoformat") for row in rows):
        chart = figure(theme, 300)
        ordered = sorted(rows, key=lambda row: row[0])
        chart.add_scatter(
            x=[row[0] for row in ordered],
            y=[row[1] for row in ordered],
            mode="lines",
            line={"color": theme.connections, "width": 2},
            hovertemplate="%{x}: %{y:,}<extra></extra>",
        )
        chart.update_yaxes(title_text=names[1])
        return chart
    bars = [Row(str(row[0]), [Part(names[1], row[1], theme.connections)], f"{row[1]:,}") for row in rows[:MOST_BARS]]
    return lying_bars(bars, theme)


def _schema(reading: Reading) -> Content:
    tables: dict[str, list[dict[str, Any]]] = {}
    for row in reading.rows("""
        select table_name, column_name, data_type, comment from duckdb_columns()
        where database_name = 'linkstrata' and schema_name = 'main' order by table_name, column_index
    """):
        tables.setdefault(row["table_name"], []).append(row)
    main = ("contacts", "contact_events", "audience_daily", "messages", "contact_tags", "tags", "segment_history")
    order = [name for name in main if name in tables] + [name for name in tables if name not in main]
    return html.Aside(
        [
            html.H2("Tables"),
            *(html.Details([html.Summary(name), html.Pre(_columns(tables[name]))]) for name in order),
        ],
        className="schema",
        tabIndex="0",
        **named("Tables and columns"),
    )


def _columns(columns: Sequence[Mapping[str, Any]]) -> str:
    """One text for all: every element of a page costs a little at each change of it."""
    return "\n".join(
        f"{column['column_name']}  {column['data_type'].lower()}\n    {column['comment'] or ''}".rstrip()
        for column in columns
    )
