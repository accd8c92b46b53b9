"""What pages are made of: cards, headline numbers, figures, names that lead to a person.

What belongs here is used by several pages. What one page alone shows stands in its module.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

import dash_mantine_components as dmc
import plotly.graph_objects as go
from dash import dcc, html

from linkstrata.charts.theme import CONFIG, DARK, LIGHT, SEGMENTS, Theme
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import NOTHING

_KINDS = {"number": re.compile(r"[≥+−]? ?[\d,.]+ ?%?"), "day": re.compile(r"\d{1,2} \w{3} \d{4}")}
"""How the cells of a column of numbers, and of one of days, are written."""

Content = Any
"""Whatever Dash takes for children."""


def named(label: str) -> dict[str, Any]:
    """The name of a component for who cannot see it, as an argument."""
    return {"aria-label": label}


def theme_of(view: View) -> Theme:
    """The colours that figures are drawn in."""
    return DARK if view.theme == DARK.name else LIGHT


def title(text: str, lead: Content = None) -> html.Div:
    """The head of a page."""
    return html.Div([html.H1(text), html.P(lead, className="lead") if lead else None], className="title")


def card(*content: Content, heading: Content = None, says: Content = None, wide: bool = True) -> html.Section:
    """One block of a page."""
    return html.Section(
        [html.H2(heading) if heading else None, html.P(says, className="says") if says else None, *content],
        className="card wide" if wide else "card",
    )


def headline(
    label: str, value: str, *notes: Content, inferred: str | None = None, change: str | None = None
) -> Content:
    """A number with what it is; `inferred` is the word that marks it as no plain fact."""
    return html.Div(
        [
            html.H2(label),
            html.P([value, mark(inferred) if inferred else None], className=f"value{' inferred' if inferred else ''}"),
            html.P(change, className="change") if change else None,
            *(html.P(note) for note in notes if note),
        ],
        className="headline",
    )


def mark(word: str) -> html.Span:
    """The mark of what is inferred: assumed, derived, at least."""
    return html.Span(word, className="mark")


def figure(place: str, says: str, chart: go.Figure) -> html.Div:
    """A figure under its id, with what it says for who cannot see it."""
    return html.Div(
        dcc.Graph(
            id=place,
            figure=chart,
            config=cast(Any, dict(CONFIG)),
            responsive=True,
            style={"height": f"{chart.layout.height}px"},
        ),
        className="figure",
        role="group",
        **named(says),
    )


def person(view: View, owner: str, person_id: str, name: str | None) -> html.A:
    """A name that opens the person's panel beside what is looked at."""
    return link(name or "without a name", view.link(None, person=f"{owner}/{person_id}"), className="person")


def segment(name: str) -> html.Span:
    """A segment, with its colour."""
    return html.Span([html.I(className=f"swatch {name}"), SEGMENTS[name]], className="segment")


def tag(name: str, colour: str | None = None) -> html.Span:
    """A tag."""
    style = {"borderColor": colour} if colour else {}
    return html.Span(name, className="tag", style=style)


def facts(pairs: Iterable[tuple[Content, Content]]) -> html.Dl:
    """Names and values, those without a value left out."""
    return html.Dl(
        [each for name, value in pairs if value not in (None, "", []) for each in (html.Dt(name), html.Dd(value))],
        className="facts",
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[Content]], label: str) -> html.Div:
    """A plain table; columns of numbers stand to the right, days in one line.

    Each cell knows its heading: on a phone a row is a small block of names and values, with no columns to scroll to.
    """
    cells = list(rows)
    kinds = [_kind([row[at] for row in cells]) for at in range(len(headings))]
    return html.Div(
        html.Table(
            [
                html.Thead(
                    html.Tr(
                        [
                            html.Th(heading, scope="col", className=kind)
                            for heading, kind in zip(headings, kinds, strict=True)
                        ]
                    )
                ),
                html.Tbody(
                    [
                        html.Tr(
                            [
                                html.Th(row[0], scope="row"),
                                *(
                                    html.Td(cell, className=kind, **_under(heading))
                                    for cell, kind, heading in zip(row[1:], kinds[1:], headings[1:], strict=True)
                                ),
                            ]
                        )
                        for row in cells
                    ]
                ),
            ]
        ),
        className="scroll",
        tabIndex="0",
        role="region",
        **named(label),
    )


def _under(heading: str) -> dict[str, Any]:
    """The heading that a cell stands under, as an argument."""
    return {"data-heading": heading}


def _kind(cells: Sequence[Content]) -> str:
    """The class of a column: "number", "day", or none."""
    texts = [str(getattr(cell, "children", cell)) for cell in cells]
    known = [text for text in texts if text not in ("", NOTHING)]
    for kind, form in _KINDS.items():
        if known and all(form.fullmatch(text) for text in known):
            return kind
    return ""


def link(content: Content, href: str, **more: Any) -> html.A:
    """A link within the dashboard; the page changes without being loaded anew."""
    return html.A(content, href=href, **more)


def outward(content: Content, address: str) -> Content:
    """A link to LinkedIn, which opens beside the dashboard; only an address of the web becomes one."""
    if not address.startswith("https://"):
        return content
    return html.A(content, href=address, target="_blank", rel="noreferrer")


def choices(view: View, parameter: str, current: str, options: Sequence[tuple[str, str]], label: str) -> html.Nav:
    """Links that set one parameter of the address, the one in force marked."""
    return html.Nav(
        [
            link(
                words,
                view.link(None, **{parameter: value}),
                className="choice",
                **({"aria-current": "true"} if value == current else {}),
            )
            for value, words in options
        ],
        className="choices",
        **named(label),
    )


def people_who(view: View, *conditions: tuple[str, str, object]) -> str:
    """The address of the people for whom conditions hold: field, operator and value, as filters have them."""
    parts = [
        {"field": name, "operator": operator, **({} if value is None else {"value": value})}
        for name, operator, value in conditions
    ]
    return view.link("/people", filter=json.dumps({"all": parts}, ensure_ascii=False, separators=(",", ":")))


def search_field(name: str, value: str, placeholder: str) -> Content:
    """A field for words, which go into the address as they are typed."""
    return dmc.TextInput(
        id=f"{name}-field", value=value, debounce=300, placeholder=placeholder, size="sm", **named(placeholder)
    )


def day_range(name: str, first: date, last: date) -> Content:
    """A field for any range of days; what is chosen goes into the address as `from` and `to`."""
    return dmc.DatePickerInput(
        id=f"{name}-days",
        type="range",
        value=[first.isoformat(), last.isoformat()],
        valueFormat="D MMM YYYY",
        allowSingleDateInRange=True,
        size="xs",
        **named("First and last day"),
    )


def days_between(view: View) -> tuple[date | None, date | None]:
    """The days that `from` and `to` in an address say; None where they say none."""
    return _day(view.get("from")), _day(view.get("to"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def nothing(heading: str, *content: Content) -> html.Section:
    """What stands where there is nothing to show yet, with what to do about it."""
    return html.Section([html.H2(heading), *content], className="card nothing")


def toast(text: str, *which: object, undo: bool = False) -> html.Span:
    """What is said of an edit, for a few seconds; `which` tells one from the next. `undo` offers to take it back."""
    button = html.Button("Undo", id="undo", n_clicks=0) if undo else None
    return html.Span([text, button], className="toast", key=" ".join(map(str, which)))


def action(text: str, identity: Any, quiet: bool = False, **more: Any) -> dmc.Button:
    """A button."""
    return dmc.Button(text, id=identity, variant="default" if quiet else "filled", size="xs", **more)
