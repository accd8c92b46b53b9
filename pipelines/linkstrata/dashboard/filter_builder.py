"""Builds filters without typing JSON: conditions in groups, one row each, put into the address or saved under a name.

The language itself is in linkstrata.filters. What stands in the builder is a draft: its values may still be missing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, ctx, dcc, html, no_update

from linkstrata.curation.file import CurationError
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.editing import save_segment
from linkstrata.dashboard.parts import Content, action, named, toast
from linkstrata.dashboard.view import View
from linkstrata.filters import EVERYBODY, FIELDS, OPERATORS, FilterError, Group, parse, to_json

Draft = dict[str, Any]
"""A group in JSON form, in which values may be missing."""

JOINTS = [
    {"value": "all", "label": "all of these hold"},
    {"value": "any", "label": "any of these holds"},
    {"value": "none", "label": "none of these holds"},
]
FIRST: Draft = {"field": "company", "operator": "contains"}
ROOT = "0"


def layout(group: Group, tags: Sequence[str]) -> Content:
    """The builder, folded away while there is no filter."""
    draft = to_json(group)
    return html.Details(
        [
            html.Summary("Filter"),
            html.Div(_group(draft, ROOT, tags), id="filter-draft"),
            html.Div(
                [
                    action("Show them", "filter-apply"),
                    action("Clear", "filter-clear", quiet=True),
                    dmc.TextInput(
                        id="filter-name", placeholder="Name", size="xs", value="", **named("Name of the segment")
                    ),
                    action("Save as segment", "filter-save", quiet=True),
                ],
                className="bar",
            ),
            html.P(id="filter-said", role="status", className="problem"),
            dcc.Store(id="filter-asked"),
        ],
        open=bool(group.parts),
        className="filter",
    )


def register(context: Context) -> None:
    """Changes of the draft, applying it, saving it as a segment, and following an address that came another way."""
    parts = [
        Input({"part": f"filter-{part}", "at": ALL}, prop)
        for part, prop in (
            ("joint", "value"),
            ("field", "value"),
            ("operator", "value"),
            ("remove", "n_clicks"),
            ("more", "n_clicks"),
            ("group", "n_clicks"),
        )
    ]

    @context.app.callback(
        Output("filter-draft", "children"),
        Output("filter-said", "children"),
        Output("address", "search"),
        *parts,
        Input("filter-apply", "n_clicks"),
        Input("filter-clear", "n_clicks"),
        State({"part": "filter-value", "at": ALL}, "value"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def change(*given: Any) -> Any:
        search = given[-1]
        trigger = ctx.triggered_id
        if trigger is None or ctx.triggered[0]["value"] is None:
            return no_update, no_update, no_update
        if trigger == "filter-clear":
            return no_update, "", _address(search, None)
        draft = _drawn()
        if trigger == "filter-apply":
            try:
                return no_update, "", _address(search, _finished(draft))
            except FilterError as error:
                return no_update, str(error), no_update
        _change(draft, trigger["part"], trigger["at"])
        return _group(draft, ROOT, _tags(context, search)), "", no_update

    @context.app.callback(
        Output("filter-draft", "children", allow_duplicate=True),
        Output("filter-said", "children", allow_duplicate=True),
        Input("filter-asked", "data"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def follow(asked: str, search: str) -> Any:
        return _group(to_json(parse(asked) if asked else EVERYBODY), ROOT, _tags(context, search)), ""

    @context.app.callback(
        Output("filter-said", "children", allow_duplicate=True),
        Output("address", "search", allow_duplicate=True),
        Output("said", "children", allow_duplicate=True),
        Output("edited", "data", allow_duplicate=True),
        Input("filter-save", "n_clicks"),
        *(State({"part": f"filter-{part}", "at": ALL}, "value") for part in ("joint", "field", "operator", "value")),
        State("filter-name", "value"),
        State("address", "search"),
        State("edited", "data"),
        prevent_initial_call=True,
    )
    def save(clicks: int | None, *given: Any) -> Any:
        name, search, edited = given[-3:]
        if not clicks:
            return no_update, no_update, no_update, no_update
        try:
            finished = _finished(_drawn())
            said = save_segment(context.settings, name or "", filter=finished)
        except (FilterError, CurationError) as error:
            return str(error), no_update, no_update, no_update
        return "", _address(search, finished), toast(said, edited), edited + 1


def _tags(context: Context, search: str) -> list[str]:
    with context.reading(View.parse("/people", search)) as reading:
        return [row["tag"] for row in reading.rows("select distinct tag from tags order by tag")]


def _drawn() -> Draft:
    """The draft that the callback at hand was given, whether as inputs or as states."""
    given: dict[str, dict[str, Any]] = {part: {} for part in ("joint", "field", "operator", "value")}
    for group in (*ctx.inputs_list, *ctx.states_list):
        for each in group if isinstance(group, list) else ():
            part = each["id"]["part"].removeprefix("filter-")
            if part in given:
                given[part][each["id"]["at"]] = each.get("value")
    return _draft(given["joint"], given["field"], given["operator"], given["value"])


def _finished(draft: Draft) -> str:
    """The filter as it stands in addresses and in the store. Raises FilterError where a value is missing."""
    return json.dumps(to_json(parse(draft)), ensure_ascii=False, separators=(",", ":"))


def _address(search: str, filter: str | None) -> str:
    return View.parse("/people", search).search(filter=filter)


def _draft(
    joints: Mapping[str, str], fields: Mapping[str, str], operators: Mapping[str, str], values: Mapping[str, Any]
) -> Draft:
    """The group that stands in the builder, put together from what its parts say; parts are named by their place."""
    groups: dict[str, Draft] = {}
    for at in sorted(joints, key=_order):
        groups[at] = {joints[at]: []}
    everything = sorted({*fields, *joints} - {ROOT}, key=_order)
    for at in everything:
        parent = groups[at.rpartition("-")[0]]
        siblings = next(iter(parent.values()))
        if at in groups:
            siblings.append(groups[at])
        else:
            condition = {"field": fields[at], "operator": operators[at]}
            value = values.get(at)
            siblings.append(condition if value in (None, "", []) else {**condition, "value": value})
    return groups[ROOT]


def _order(at: str) -> list[int]:
    return [int(part) for part in at.split("-")]


def _change(draft: Draft, part: str, at: str) -> None:
    """Adds or removes a part, or makes what follows from another field or operator fit."""
    group = _at(draft, at)
    match part:
        case "filter-more":
            next(iter(group.values())).append(dict(FIRST))
        case "filter-group":
            next(iter(group.values())).append({"any": [dict(FIRST)]})
        case "filter-remove":
            parent, _, place = at.rpartition("-")
            del next(iter(_at(draft, parent).values()))[int(place)]
        case "filter-field":
            operators = OPERATORS[FIELDS[group["field"]].kind]
            if group["operator"] not in operators:
                group["operator"] = next(iter(operators))
            group.pop("value", None)
        case "filter-operator":
            takes = OPERATORS[FIELDS[group["field"]].kind][group["operator"]].takes
            if not _fits(group.get("value"), takes):
                group.pop("value", None)


def _fits(value: Any, takes: str) -> bool:
    kinds: Mapping[str, type | tuple[type, ...]] = {
        "text": str, "day": str, "texts": list, "choices": list, "number": int, "days": int,
    }  # fmt: skip
    return takes in kinds and isinstance(value, kinds[takes])


def _at(draft: Draft, at: str) -> Draft:
    found = draft
    for place in _order(at)[1:]:
        found = next(iter(found.values()))[place]
    return found


def _group(draft: Draft, at: str, tags: Sequence[str]) -> Content:
    ((joint, parts),) = draft.items()
    return html.Div(
        [
            html.Div(
                [
                    dmc.Select(
                        id=_name("joint", at),
                        data=JOINTS,
                        value=joint,
                        size="xs",
                        allowDeselect=False,
                        **named("How many must hold"),
                    ),
                    _remove(at, "group") if at != ROOT else None,
                ],
                className="condition",
            ),
            *(
                _condition(part, f"{at}-{place}", tags) if "field" in part else _group(part, f"{at}-{place}", tags)
                for place, part in enumerate(parts)
            ),
            html.Div(
                [
                    html.Button("Add a condition", id=_name("more", at), className="plain"),
                    html.Button("Add a group", id=_name("group", at), className="plain") if at.count("-") < 2 else None,
                ]
            ),
        ],
        className="group",
        role="group",
        **named("Filter" if at == ROOT else "Group of conditions"),
    )


def _condition(draft: Draft, at: str, tags: Sequence[str]) -> Content:
    asked = FIELDS[draft["field"]]
    operators = OPERATORS[asked.kind]
    return html.Div(
        [
            dmc.Select(
                id=_name("field", at),
                data=[{"value": name, "label": field.label} for name, field in FIELDS.items()],
                value=draft["field"],
                searchable=True,
                allowDeselect=False,
                size="xs",
                **named("Field"),
            ),
            dmc.Select(
                id=_name("operator", at),
                data=[{"value": name, "label": operator.words} for name, operator in operators.items()],
                value=draft["operator"],
                allowDeselect=False,
                size="xs",
                **named("How it is compared"),
            ),
            _value(draft, at, operators[draft["operator"]].takes, tags),
            _remove(at, "condition"),
        ],
        className="condition",
    )


def _value(draft: Draft, at: str, takes: str, tags: Sequence[str]) -> Content:
    shared = {"id": _name("value", at), "size": "xs", "className": "value", "aria-label": "Value"}
    value = draft.get("value")
    asked = FIELDS[draft["field"]]
    match takes:
        case "text":
            return dmc.TextInput(value=value or "", **shared)
        case "texts":
            return dmc.TagsInput(value=value or [], data=list(tags) if asked.kind == "tags" else [], **shared)
        case "choices":
            options = [{"value": name, "label": words} for name, words in asked.choices.items()]
            return dmc.MultiSelect(data=options, value=value or [], **shared)
        case "number" | "days":
            return dmc.NumberInput(value="" if value is None else value, min=0, allowDecimal=False, **shared)
        case "day":
            return dmc.DateInput(value=value, valueFormat="YYYY-MM-DD", placeholder="2026-01-31", **shared)
        case _:
            return html.Span(className="value")


def _remove(at: str, what: str) -> html.Button:
    return html.Button("Remove", id=_name("remove", at), className="plain", **named(f"Remove this {what}"))


def _name(part: str, at: str) -> dict[str, str]:
    return {"part": f"filter-{part}", "at": at}
