"""Companies and roles: who is known where, at which level, in which line of work, and who moved between companies."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl
from dash import ClientsideFunction, Input, html

from linkstrata.charts.people import movement, ranking
from linkstrata.charts.theme import Theme
from linkstrata.charts.theme import figure as empty_figure
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.parts import Content, card, figure, link, people_who, search_field, table, theme_of, title
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import number
from linkstrata.warehouse.companies import canonical_companies

MOST_COMPANIES = 40
MOST_PEOPLE = 100
NO_COMPANY = ("", "n a", "none", "self employed", "freelance", "freelancer")

LEVELS = (
    ("Leads a company", r"\b(chief|c[efotim]o|founder|co-founder|president|partner|owner)\b"),
    ("Leads a large part", r"\b(vp|vice president|svp|evp|director|head of)\b"),
    ("Leads a team or a subject", r"\b(manager|lead|principal|staff)\b"),
    ("Senior", r"\b(senior|sr)\b"),
    ("Beginning", r"\b(junior|jr|intern|trainee|student|assistant)\b"),
)
FUNCTIONS = (
    ("Engineering", r"\b(engineer|developer|architect|devops|programmer|entwickler\w*|ingenieur\w*)\b"),
    ("Data", r"\b(data|analyst|analytics|scientist|researcher)\b"),
    ("Product and design", r"\b(product|design|designer|ux|ui)\b"),
    ("Sales and marketing", r"\b(sales|account|marketing|growth|business development)\b"),
    ("People and recruiting", r"\b(recruiter|recruiting|talent|people|hr|human resources)\b"),
    ("Finance and law", r"\b(finance|accountant|controller|investor|legal|lawyer|counsel|auditor)\b"),
    ("Health and teaching", r"\b(nurse|doctor|physician|teacher|professor|lecturer)\b"),
)
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
    known = reading.remembered((reading.owner, "companies"), lambda: _companies(reading))
    asked = view.get("company").strip()
    shown = (
        known.filter(pl.col("name").str.to_lowercase().str.contains(asked.lower(), literal=True)) if asked else known
    )
    positions = reading.frame(
        "select lower(position) as position from contacts "
        "where owner = $owner and is_connection and position is not null"
    )
    moves = reading.frame(_MOVES)
    return [
        title("Companies and roles", "Connections, by what they state on LinkedIn. Spellings of one company are one."),
        card(
            search_field("company", asked, "Who do I know at …"),
            _who(view, shown),
            figure("companies-tree", "Companies by number of connections", _tree(shown, theme))
            if shown.height
            else None,
            heading="Companies",
            says=f"{shown.height:,} companies, {number(int(shown['people'].sum()))} connections who state one.",
        ),
        html.Div(
            [
                card(
                    figure(f"companies-{place}", heading, ranking(_sorted(positions, kinds), theme)),
                    heading=heading,
                    says="By words of the title, in a few languages; what none of them fits is “not said”.",
                )
                for place, heading, kinds in (("levels", "Seniority", LEVELS), ("functions", "Function", FUNCTIONS))
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


def register(context: Context) -> None:
    """The field for a company."""
    context.app.clientside_callback(
        ClientsideFunction("linkstrata", "company"), Input("company-field", "value"), prevent_initial_call=True
    )


def _companies(reading: Reading) -> pl.DataFrame:
    """One row a company: the commonest spelling, all spellings, how many connections; the largest first."""
    stated = reading.frame(
        "select company, count(*) as people from contacts "
        "where owner = $owner and is_connection and company is not null group by company"
    )
    return (
        stated.with_columns(key=canonical_companies(stated["company"]))
        .filter(pl.col("key").is_not_null() & ~pl.col("key").is_in(NO_COMPANY))
        .sort("people", "company", descending=[True, False])
        .group_by("key")
        .agg(name=pl.col("company").first(), spellings=pl.col("company"), people=pl.col("people").sum())
        .sort("people", "name", descending=[True, False])
    )


def _who(view: View, companies: pl.DataFrame) -> Content:
    if companies.is_empty():
        return html.P("Nobody whom you are connected with states such a company.", className="quiet")
    return table(
        ("Company", "Connections", "Spelled"),
        [
            (
                link(row["name"], people_who(view, ("company", "one_of", row["spellings"]))),
                number(row["people"]),
                ", ".join(sorted(row["spellings"])) if len(row["spellings"]) > 1 else "",
            )
            for row in companies.head(12).iter_rows(named=True)
        ],
        "Companies",
    )


def _tree(companies: pl.DataFrame, theme: Theme) -> go.Figure:
    top = companies.head(MOST_COMPANIES)
    chart = empty_figure(theme, 380)
    chart.add_treemap(
        labels=top["name"].to_list(),
        parents=[""] * top.height,
        values=top["people"].to_list(),
        marker={
            "colors": [theme.pale(theme.connections, 0.28)] * top.height,
            "line": {"width": 1, "color": theme.paper},
        },
        textfont={"color": theme.ink},
        texttemplate="%{label}<br>%{value:,d}",
        hovertemplate="%{label}: %{value:,d}<extra></extra>",
        tiling={"pad": 2},
        pathbar={"visible": False},
    )
    return chart


def _sorted(positions: pl.DataFrame, kinds: tuple[tuple[str, str], ...]) -> pl.DataFrame:
    """Each title under the first kind whose words it has."""
    kind = pl.lit("Not said")
    for name, words in reversed(kinds):
        kind = pl.when(pl.col("position").str.contains(words)).then(pl.lit(name)).otherwise(kind)
    counts = positions.group_by(name=kind).agg(people=pl.len())
    order = {name: at for at, (name, _) in enumerate(kinds)}
    return counts.sort(pl.col("name").replace_strict(order, default=len(order), return_dtype=pl.Int64))
