"""The filter language over contacts: what can be asked of whom, as JSON, in words, and as the SQL that it means.

A filter is a group of conditions of which all, any or none must hold; groups stand within groups. Whatever is asked
comes from FIELDS and OPERATORS, and values go to the engine as parameters, so no text of a filter ever becomes SQL.
Reading the words back is for filter_words.py; running filters and keeping them under a name is for others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from linkstrata.titles import FUNCTIONS, NOT_TOLD, SENIORITIES, function_name

Value = str | int | Sequence[str] | None
Json = Mapping[str, Any]


class FilterError(Exception):
    """A filter cannot be understood: one line that says what is wrong in it."""


@dataclass(frozen=True)
class Field:
    """Something that can be asked of a contact. `column` is SQL over the columns of `contacts`, or of another `table`
    that has one row for each of them."""

    label: str
    kind: str
    column: str
    choices: Mapping[str, str] = field(default_factory=dict)
    table: str = "contacts"


FOLLOW_STATES: Mapping[str, str] = MappingProxyType(
    {"yes": "yes, proved", "assumed": "assumed", "no": "no, proved", "unknown": "not known"}
)
SEGMENTS: Mapping[str, str] = MappingProxyType(
    {
        "connection_and_follower": "connection and follower",
        "connection_only": "connection only",
        "follower_only": "follower only",
        "following_only": "only I follow",
        "former_connection": "former connection",
        "other_contact": "other contact",
    }
)
UNTOLD = "untold"
"""What stands for a level, or a line of work, where the title tells none."""

EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "connected": "Connected",
        "disconnected": "Disconnected",
        "reconnected": "Reconnected",
        "company_changed": "Changed company",
        "position_changed": "Changed position",
        "name_changed": "Changed name",
        "url_changed": "Changed address",
        "email_shared": "Shared an e-mail address",
        "followed_me": "Began to follow me",
        "unfollowed_me": "Stopped following me",
        "i_followed": "I began to follow",
        "i_unfollowed": "I stopped following",
    }
)

FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "full_name": Field("Name", "text", "full_name"),
        "company": Field("Company", "text", "company"),
        "position": Field("Position", "text", "position"),
        "company_name": Field("Company under one name", "text", "company_name", table="roles"),
        "seniority": Field(
            "Seniority",
            "choice",
            f"coalesce(seniority, '{UNTOLD}')",
            {level: name.lower() for level, name in SENIORITIES.items()} | {UNTOLD: NOT_TOLD.lower()},
            table="roles",
        ),
        "function": Field(
            "Line of work",
            "choice",
            f"coalesce(function, '{UNTOLD}')",
            {work: function_name(work).lower() for work in FUNCTIONS} | {UNTOLD: NOT_TOLD.lower()},
            table="roles",
        ),
        "email": Field("E-mail address", "text", "email"),
        "profile_url": Field("Profile address", "text", "profile_url"),
        "segment": Field("Segment", "choice", "segment", SEGMENTS),
        "tags": Field("Tags", "tags", "tags"),
        "is_connection": Field(
            "Connected now", "choice", "case when is_connection then 'yes' else 'no' end", {"yes": "yes", "no": "no"}
        ),
        "follows_me": Field("Follows me", "choice", "follows_me", FOLLOW_STATES),
        "i_follow": Field("I follow", "choice", "i_follow", FOLLOW_STATES),
        "connected_on": Field("Connected on", "day", "connected_on"),
        "messages_sent": Field("Messages I sent", "count", "messages_sent"),
        "messages_received": Field("Messages received", "count", "messages_received"),
        "strength": Field("Strength of the tie", "count", "strength", table="relationships"),
        "first_message_at": Field("First message", "day", "cast(first_message_at as date)"),
        "last_message_at": Field("Last message", "day", "cast(last_message_at as date)"),
        "first_seen_on": Field("First seen in an export", "day", "first_seen_on"),
        "last_seen_on": Field("Last seen in an export", "day", "last_seen_on"),
        "segment_since": Field("In this segment since", "day", "segment_since"),
        "notes": Field("Notes", "notes", "notes"),
        "owner": Field("Owner", "text", "owner"),
        **{f"event_{event}": Field(label, "event", event) for event, label in EVENTS.items()},
    }
)
"""All that can be asked, by its name in the JSON form."""


@dataclass(frozen=True)
class Operator:
    """How a field is asked: in words, what kind of value it takes, and its SQL, where {column} and {value} stand."""

    words: str
    takes: str
    sql: str


_TEXT = "coalesce(lower({column}), '')"
_HAPPENED = "(owner, person_id) in (select owner, person_id from contact_events where event = {event}"
_PREVIOUS_EXPORT = """
    (owner, person_id) in (
        select e.owner, e.person_id
        from contact_events as e
        join (
            select owner, coalesce(max(exported_on) filter (where exported_on < newest), date '9999-12-31') as day
            from (
                select owner, exported_on, max(exported_on) over (partition by owner) as newest
                from export_order where table_name = 'connections'
            ) as exports
            group by owner
        ) as previous on previous.owner = e.owner
        where e.event = {event} and e.happened_by > previous.day
    )
"""
_NOTED = "(owner, person_id) in (select owner, person_id from notes"
_ONE_OF = f"{_TEXT} in (select lower(choice) from (select unnest({{value}}) as choice))"
_KNOWN = {
    "known": Operator("is known", "nothing", "{column} is not null"),
    "unknown": Operator("is not known", "nothing", "{column} is null"),
}
OPERATORS: Mapping[str, Mapping[str, Operator]] = MappingProxyType(
    {
        "text": {
            "contains": Operator("contains", "text", f"contains({_TEXT}, lower({{value}}))"),
            "lacks": Operator("does not contain", "text", f"not contains({_TEXT}, lower({{value}}))"),
            "is": Operator("is", "text", f"{_TEXT} = lower({{value}})"),
            "is_not": Operator("is not", "text", f"{_TEXT} <> lower({{value}})"),
            "begins": Operator("begins with", "text", f"starts_with({_TEXT}, lower({{value}}))"),
            "one_of": Operator("is one of", "texts", _ONE_OF),
            "none_of": Operator("is none of", "texts", f"not {_ONE_OF}"),
            **_KNOWN,
        },
        "choice": {
            "any_of": Operator("is any of", "choices", "list_contains({value}, {column})"),
            "none_of": Operator("is none of", "choices", "not list_contains({value}, {column})"),
        },
        "tags": {
            "any_of": Operator("any of", "texts", "list_has_any({column}, {value})"),
            "all_of": Operator("all of", "texts", "list_has_all({column}, {value})"),
            "none_of": Operator("none of", "texts", "not list_has_any({column}, {value})"),
            "known": Operator("at least one", "nothing", "len({column}) > 0"),
            "unknown": Operator("none at all", "nothing", "len({column}) = 0"),
        },
        "count": {
            "at_least": Operator("at least", "number", "{column} >= {value}"),
            "at_most": Operator("at most", "number", "{column} <= {value}"),
            "is": Operator("is", "number", "{column} = {value}"),
        },
        "day": {
            "from": Operator("on or after", "day", "coalesce({column} >= {value}, false)"),
            "before": Operator("before", "day", "coalesce({column} < {value}, false)"),
            "on": Operator("on", "day", "coalesce({column} = {value}, false)"),
            "in_last": Operator(
                "in the last … days", "days", "coalesce({column} > {since} and {column} <= {today}, false)"
            ),
            "longer_ago": Operator("more than … days ago", "days", "coalesce({column} <= {since}, false)"),
            **_KNOWN,
        },
        "event": {
            "since_export": Operator("since the export before the newest", "nothing", _PREVIOUS_EXPORT),
            "from": Operator("since", "day", _HAPPENED + " and happened_by >= {value})"),
            "in_last": Operator("in the last … days", "days", _HAPPENED + " and happened_by > {since})"),
            "ever": Operator("ever", "nothing", _HAPPENED + ")"),
            "never": Operator("never", "nothing", "not (" + _HAPPENED + "))"),
        },
        "notes": {
            "contains": Operator("contain", "text", _NOTED + " where contains(lower(note), lower({value})))"),
            "known": Operator("at least one", "nothing", _NOTED + ")"),
            "unknown": Operator("none at all", "nothing", "not (" + _NOTED + "))"),
        },
    }
)
"""How each kind of field can be asked, by the operator's name in the JSON form."""

JOINTS: Mapping[str, str] = MappingProxyType({"all": " and ", "any": " or ", "none": " or "})
MOST_DAYS = 36_500
MOST_CONDITIONS = 200
DEEPEST = 20
"""How many conditions a filter may have, and how many groups may stand within one another."""


@dataclass(frozen=True)
class Condition:
    """One question: a field, an operator, and the value that it takes."""

    field: str
    operator: str
    value: Value = None


@dataclass(frozen=True)
class Group:
    """Conditions and groups of which all, any or none must hold. An empty group holds for everybody."""

    joint: str = "all"
    parts: tuple[Condition | Group, ...] = ()


EVERYBODY = Group()


def parse(form: object) -> Group:
    """The filter that a JSON form means: {"all": [{"field": …, "operator": …, "value": …}, {"any": […]}]}.

    Raises FilterError.
    """
    if isinstance(form, str):
        try:
            form = json.loads(form)
        except (ValueError, RecursionError) as error:
            raise FilterError(f"a filter is JSON, and this is not: {error}") from error
    return within_bounds(_group(form, DEEPEST))


def within_bounds(group: Group) -> Group:
    """The same filter. Raises FilterError where it asks more than fits one question."""
    if sum(1 for _ in conditions(group)) > MOST_CONDITIONS:
        raise FilterError(f"a filter has {MOST_CONDITIONS} conditions at most; use is one of, or tags")
    return group


def _group(form: object, deepest: int) -> Group:
    if not isinstance(form, Mapping) or len(form) != 1 or next(iter(form)) not in JOINTS:
        raise FilterError('a filter is a group: {"all": […]}, {"any": […]} or {"none": […]}')
    if not deepest:
        raise FilterError(f"groups stand {DEEPEST} deep at most")
    ((joint, parts),) = form.items()
    if not isinstance(parts, list):
        raise FilterError(f'"{joint}" takes a list of conditions and groups')
    return Group(joint, tuple(_condition(part) if _is_condition(part) else _group(part, deepest - 1) for part in parts))


def _is_condition(part: object) -> bool:
    return isinstance(part, Mapping) and "field" in part


def _condition(form: Json) -> Condition:
    name, operator, value = form.get("field"), form.get("operator"), form.get("value")
    if not isinstance(name, str) or name not in FIELDS:
        raise FilterError(f"no field {name!r}; there are {', '.join(FIELDS)}")
    known = OPERATORS[FIELDS[name].kind]
    if not isinstance(operator, str) or operator not in known:
        raise FilterError(f"{name} has no operator {operator!r}; it has {', '.join(known)}")
    return Condition(name, operator, checked_value(name, operator, value))


def checked_value(field: str, operator: str, value: object) -> Value:
    """The value as a condition keeps it. Raises FilterError where it is not what the field's operator takes."""
    asked = FIELDS[field]
    return _value(f"{field} {operator}", asked, OPERATORS[asked.kind][operator].takes, value)


def _value(where: str, asked: Field, takes: str, value: object) -> Value:
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
            raise FilterError(f"{where}: {text!r} has half a sign in it")
    match takes:
        case "nothing":
            return None
        case "text" if isinstance(value, str) and value:
            return value
        case "texts" | "choices" if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
            unknown = [each for each in value if takes == "choices" and each not in asked.choices]
            if unknown:
                raise FilterError(f"{where}: no {', '.join(unknown)}; there are {', '.join(asked.choices)}")
            return tuple(value)
        case "number" | "days" if isinstance(value, int) and not isinstance(value, bool):
            if not 0 <= value <= (MOST_DAYS if takes == "days" else 2**53):
                raise FilterError(f"{where}: {value} is out of range")
            return value
        case "day" if isinstance(value, str):
            try:
                return date.fromisoformat(value).isoformat()
            except ValueError:
                pass
    wanted = {
        "text": "a text",
        "texts": "a list of texts",
        "choices": f"a list out of {', '.join(asked.choices)}",
        "number": "a whole number",
        "days": "a number of days",
        "day": "a day, YYYY-MM-DD",
    }
    raise FilterError(f"{where}: takes {wanted[takes]}, not {value!r}")


def to_json(group: Group) -> dict[str, Any]:
    """The JSON form, which `parse` takes."""
    return {group.joint: [_part_to_json(part) for part in group.parts]}


def _part_to_json(part: Condition | Group) -> dict[str, Any]:
    if isinstance(part, Group):
        return to_json(part)
    value = list(part.value) if isinstance(part.value, tuple) else part.value
    return {"field": part.field, "operator": part.operator, **({} if value is None else {"value": value})}


def describe(group: Group) -> str:
    """The filter in words: Company contains "acme" and (Tags any of founder, investor or Last message is not known)."""
    return _described(group) if group.parts else "everybody"


def _described(group: Group) -> str:
    parts = [_in_words(part) if isinstance(part, Condition) else f"({describe(part)})" for part in group.parts]
    said = JOINTS[group.joint].join(parts)
    return f"not ({said})" if group.joint == "none" else said


def _in_words(condition: Condition) -> str:
    asked = FIELDS[condition.field]
    operator = OPERATORS[asked.kind][condition.operator]
    match operator.takes, condition.value:
        case "nothing", _:
            return f"{asked.label} {operator.words}"
        case "days", days:
            return f"{asked.label} {operator.words.replace('…', str(days))}"
        case _, tuple(chosen):
            words = (asked.choices[each] if asked.choices else in_a_list(each) for each in chosen)
            return f"{asked.label} {operator.words} {', '.join(words)}"
        case "text", text:
            return f"{asked.label} {operator.words} {json.dumps(text, ensure_ascii=False)}"
        case _, value:
            return f"{asked.label} {operator.words} {value}"


def in_a_list(text: str) -> str:
    """A text as it stands among others: in quotes unless it is one plain word."""
    plain = re.fullmatch(r"[\w.@&+-]+", text) and text.lower() not in ("and", "or", "not")
    return text if plain else json.dumps(text, ensure_ascii=False)


def to_sql(group: Group, today: date, columns: Mapping[str, str] | None = None) -> tuple[str, dict[str, Any]]:
    """A predicate over `contacts` and the parameters that it takes; relative days are reckoned from `today`.

    `columns` gives other SQL for a field's operator, as {"tags any_of": …}, where a table holds it in another form.
    """
    parameters: dict[str, Any] = {}
    return _group_sql(group, today, columns or {}, parameters), parameters


def _group_sql(group: Group, today: date, columns: Mapping[str, str], parameters: dict[str, Any]) -> str:
    if not group.parts:
        return "true"
    joint = JOINTS[group.joint]
    parts: list[str] = []
    elsewhere: dict[str, list[str]] = {}
    for part in group.parts:
        if isinstance(part, Group):
            parts.append(_group_sql(part, today, columns, parameters))
        else:
            table = FIELDS[part.field].table
            of_table = parts if table == "contacts" else elsewhere.setdefault(table, [])
            of_table.append(_condition_sql(part, today, columns, parameters))
    # What is asked of one other table is looked up there together, for each look takes as long as all else.
    parts += [
        f"(owner, person_id) in (select owner, person_id from {table} where {joint.join(asked)})"
        for table, asked in elsewhere.items()
    ]
    said = f"({joint.join(parts)})"
    return f"not {said}" if group.joint == "none" else said


def _condition_sql(condition: Condition, today: date, columns: Mapping[str, str], parameters: dict[str, Any]) -> str:
    asked = FIELDS[condition.field]
    operator = OPERATORS[asked.kind][condition.operator]
    template = columns.get(f"{condition.field} {condition.operator}", operator.sql)
    given: dict[str, Any] = {"event": asked.column}
    match operator.takes, condition.value:
        case "days", int(days):
            given |= {"since": today - timedelta(days=days), "today": today}
        case "day", str(day):
            given["value"] = date.fromisoformat(day)
        case _, tuple(chosen):
            given["value"] = list(chosen)
        case _, value:
            given["value"] = value
    places = {"column": asked.column}
    for name, value in given.items():
        if f"{{{name}}}" in template:
            parameter = f"filter_{len(parameters)}"
            parameters[parameter] = value
            places[name] = f"${parameter}"
    return f"({template.format(**places)})"


def asks_of_the_present(group: Group) -> bool:
    """Whether a filter asks for what is known of the present alone, and of no earlier day."""
    return any(FIELDS[condition.field].table != "contacts" for condition in conditions(group))


def to_text(group: Group, today: date) -> str:
    """The predicate of `to_sql` with its values written out, to be read, and run as it stands."""
    predicate, parameters = to_sql(group, today)
    # No text of a filter is in a predicate, so whatever looks like a parameter there is one.
    return re.sub(r"\$(filter_\d+)", lambda found: _literal(parameters[found[1]]), " ".join(predicate.split()))


def _literal(value: object) -> str:
    match value:
        case list():
            return f"[{', '.join(map(_literal, value))}]"
        case date():
            return f"date '{value.isoformat()}'"
        case int():
            return str(value)
        case _:
            return "'" + str(value).replace("'", "''") + "'"


def conditions(group: Group) -> Iterator[Condition]:
    """Every condition in a filter, however deep it stands."""
    for part in group.parts:
        yield from conditions(part) if isinstance(part, Group) else (part,)
