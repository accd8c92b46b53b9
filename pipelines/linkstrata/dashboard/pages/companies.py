"""Companies and roles: who is known where, at which level, in which line of work, and who moved between companies."""

from __future__ import annotations

from typing import Any

import polars as pl
from dash import ClientsideFunction, Input, Output, State, dcc, html

from linkstrata.charts.people import functions, movement, seniorities, treemap
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.parts import (
    Content,
    card,
    figure,
    link,
    people_who,
    search_field,
    table,
    theme_of,
    title,
)
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import counted, number
from linkstrata.titles import share_untold

MOST_COMPANIES = 24
_COMPANIES = """
    select r.company_name as name, list(distinct r.company order by r.company) as spellings, count(*) as people
    from roles as r join contacts as c using (owner, person_id)
    where owner = $owner and is_connection and company_key is not null
    group by company_key, company_name order by people desc, name
"""
_ROLES = """
    select seniority, function, count(*) as people
    from roles join contacts using (owner, person_id)
    where owner = $owner and is_connection and roles.position is not null
    group by all
"""
_MOVES = """
    with moved as (
        select old_value, new_value from contact_events where owner = $owner and event = 'company_changed'
    ),
    sides as (
        select old_value as name, 0 as arrived, 1 as gone from moved where old_value is not null
        union all
        select new_value, 1, 0 from moved where new_value is not null
    )
    select name, sum(arrived)::bigint as arrived, sum(gone)::bigint as "left"
    from sides group by name order by sum(arrived) + sum(gone) desc, name limit 12
"""


def layout(view: View, reading: Reading) -> Content:
    """The page; `company` narrows it to the companies whose name has this."""
    theme = theme_of(view)
    roles = reading.remembered((reading.owner, "roles"), lambda: reading.frame(_ROLES))
    moves = reading.frame(_MOVES)
    return [
        title("Companies and roles", "Connections, by what they state on LinkedIn. Spellings of one company are one."),
        card(
            search_field("company", view.get("company"), "Who do I know at …"),
            html.Div(_found(view, reading), id="companies-found"),
            dcc.Store(id="companies-query"),
            heading="Companies",
        ),
        html.Div(
            [
                card(
                    figure(f"companies-{place}", heading, draw(_counted(roles, column), theme))
                    if roles.height
                    else html.P("Nobody states a title.", className="quiet"),
                    heading=heading,
                    says=f"From the words of the title, in seven languages: {_untold(roles, column, heading)}.",
                )
                for place, heading, column, draw in (
                    ("levels", "Seniority", "seniority", seniorities),
                    ("functions", "Line of work", "function", functions),
                )
            ],
            className="columns",
        ),
        card(
            figure("companies-moves", "Who left and joined companies", movement(moves, theme=theme))
            if moves.height
            else html.P("No moves are known: they show from two exports on.", className="quiet"),
            heading="Movement between companies",
            says="Contacts who changed company between two of your exports.",
        ),
    ]


def _found(view: View, reading: Reading) -> list[Content]:
    """What changes as one types: the companies whose name has the words, and the people who work there."""
    known = reading.remembered((reading.owner, "companies"), lambda: reading.frame(_COMPANIES))
    asked = view.get("company").strip().lower()
    shown = known.filter(pl.col("name").str.to_lowercase().str.contains(asked, literal=True)) if asked else known
    if shown.is_empty():
        return [html.P("Nobody whom you are connected with states such a company.", className="quiet")]
    people = int(shown["people"].sum())
    said = f"{counted(shown.height, 'company', 'companies')}, {counted(people, 'connection')} who state one."
    return [
        html.P(said, className="says"),
        _who(view, shown),
        figure(
            "companies-tree",
            "Companies by number of connections",
            treemap(shown.head(MOST_COMPANIES), theme_of(view)),
        ),
    ]


def register(context: Context) -> None:
    """The field for a company, and what it finds."""

    @context.app.callback(
        Output("companies-found", "children"),
        Input("companies-query", "data"),
        State("shown", "data"),
        prevent_initial_call=True,
    )
    def find(question: str, shown: dict[str, str]) -> Any:
        view = View.parse("/companies", question, shown["theme"])
        with context.reading(view) as reading:
            return _found(view, reading)

    context.app.clientside_callback(
        ClientsideFunction("linkstrata", "company"), Input("company-field", "value"), prevent_initial_call=True
    )


def _counted(roles: pl.DataFrame, column: str) -> pl.DataFrame:
    return roles.group_by(column).agg(pl.col("people").sum())


def _untold(roles: pl.DataFrame, column: str, heading: str) -> str:
    untold = roles.filter(pl.col(column).is_null())
    return share_untold(int(roles["people"].sum()), int(untold["people"].sum()), heading.lower())


def _who(view: View, companies: pl.DataFrame) -> Content:
    return table(
        ("Company", "Connections", "Spelled"),
        [
            (
                link(row["name"], people_who(view, ("company", "one_of", row["spellings"]))),
                number(row["people"]),
                ", ".join(spellings) if len(spellings) > 1 else "",
            )
            for row in companies.head(12).iter_rows(named=True)
            # two that differ in nothing but blanks look alike
            for spellings in [sorted({" ".join(each.split()) for each in row["spellings"]})]
        ],
        "Companies",
    )
