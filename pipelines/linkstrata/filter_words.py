"""Reads a filter as it is said in words: Company contains acme and (Tags any of founder, investor or Notes known).

The words are those of filters.describe, which writes them; the names of the JSON form are understood in their place,
and whatever is one plain word needs no quotes. What can be asked, and what it means, is for filters.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from linkstrata.filters import (
    DEEPEST,
    EVERYBODY,
    FIELDS,
    OPERATORS,
    Condition,
    FilterError,
    Group,
    Value,
    checked_value,
    parse,
    within_bounds,
)

OTHER_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "choice": {"is": "any_of", "is not": "none_of"},
        "tags": {"is": "any_of", "is any of": "any_of", "is none of": "none_of"},
        "count": {"is at least": "at_least", "is at most": "at_most"},
        "day": {"since": "from"},
        "event": {"since the last export": "since_export"},
    }
)
"""What else people say for an operator, by kind of field."""

_NAMES = sorted(
    [*((field.label, name) for name, field in FIELDS.items()), *((name, name) for name in FIELDS)],
    key=lambda each: -len(each[0]),
)
"""What a condition begins with and the field that it means, the longest before those that they begin with."""

_BLANK = re.compile(r"\s*")
_WORD = re.compile(r"(?!\d)\w+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"\d+")
_PLAIN = re.compile(r"(?:(?!\s+(?:and|or)\b)[^,()\"])+", re.IGNORECASE)


def read(text: str) -> Group:
    """The filter that the words mean, or the JSON form if that is given. Raises FilterError."""
    if text.lstrip().startswith("{"):
        return parse(text)
    reader = _Reader(text)
    group = reader.group(DEEPEST)
    if reader.rest:
        raise reader.misunderstood("and, or, or the end")
    return within_bounds(group)


class _Reader:
    """The text, and how far it is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self._skip()

    @property
    def rest(self) -> str:
        return self.text[self.place :]

    def misunderstood(self, wanted: str) -> FilterError:
        found = f"'{' '.join(self.rest.split())[:60]}'" if self.rest else "the end"
        return FilterError(f"a filter in words has {wanted} where this has {found}")

    def group(self, deepest: int) -> Group:
        """Conditions joined by and, or by or, up to a closing bracket or the end."""
        if not deepest:
            raise FilterError(f"groups stand {DEEPEST} deep at most")
        parts = [self._part(deepest)]
        joint = ""
        while said := self._take(_WORD, lambda word: word.lower() in ("and", "or")):
            if joint and said.lower() != joint:
                raise FilterError("say with brackets which of and and or comes first: (… and …) or …")
            joint = said.lower()
            parts.append(self._part(deepest))
        if not joint and isinstance(parts[0], Group):
            return parts[0]
        return Group("any" if joint == "or" else "all", tuple(parts))

    def _part(self, deepest: int) -> Condition | Group:
        if self._take(_WORD, lambda word: word.lower() == "everybody"):
            return EVERYBODY
        start = self.place
        is_denied = bool(self._take(_WORD, lambda word: word.lower() == "not"))
        if self._sign("("):
            inside = self.group(deepest - 1)
            if not self._sign(")"):
                raise self.misunderstood("and, or, or a closing bracket")
            return _denied(inside) if is_denied else inside
        self.place = start
        return self._condition()

    def _condition(self) -> Condition:
        """The first way to read a condition that comes out, the longest names before others."""
        problem, reached = None, self.place
        for field, operator in self._beginnings():
            try:
                return Condition(field, operator, self._value(field, operator))
            except FilterError as error:
                if self.place >= reached:
                    problem, reached = error, self.place
        if problem is not None:
            raise problem
        for said, field in _NAMES:
            if self._words(said):
                words = (each.words for each in OPERATORS[FIELDS[field].kind].values())
                raise self.misunderstood(f"one of {', '.join(words)}")
        raise self.misunderstood("a field, such as Company or Last message (linkstrata segment fields lists them all),")

    def _beginnings(self) -> Iterator[tuple[str, str]]:
        """Each field and operator that the text may go on with, once the text is read up to behind them."""
        start = self.place
        for said, field in _NAMES:
            if self._words(said):
                behind = self.place
                for words, operator in _operators(field):
                    if self._words(words):
                        yield field, operator
                    self.place = behind
            self.place = start

    def _value(self, field: str, operator: str) -> Value:
        asked = FIELDS[field]
        words = OPERATORS[asked.kind][operator]
        match words.takes:
            case "nothing":
                return None
            case "days":
                value: object = self._number()
                behind = words.words.partition("…")[2].strip()
                if not self._words(behind) and not self._words(behind.replace("days", "day")):
                    raise self.misunderstood(f"'{behind}'")
            case "number":
                value = self._number()
            case "day":
                value = self._take(_DAY) or self._missing("a day, YYYY-MM-DD,")
            case "text":
                value = self._text()
            case "choices":
                value = self._several(lambda: self._choice(asked.choices))
            case _:
                value = self._several(self._text)
        return checked_value(field, operator, value)

    def _several(self, one: Callable[[], str]) -> list[str]:
        found = [one()]
        while self._sign(","):
            found.append(one())
        return found

    def _text(self) -> str:
        if self.rest.startswith('"'):
            try:
                text, length = json.JSONDecoder().raw_decode(self.rest)
            except ValueError as error:
                raise FilterError(f"a text in quotes has no end, or a sign that needs a backslash: {error}") from error
            self._go(length)
            return str(text)
        return (self._take(_PLAIN) or self._missing("a word, or a text in quotes,")).strip()

    def _choice(self, choices: Mapping[str, str]) -> str:
        for said, choice in sorted(
            [*((words, choice) for choice, words in choices.items()), *((choice, choice) for choice in choices)],
            key=lambda each: -len(each[0]),
        ):
            if self._words(said):
                return choice
        raise self.misunderstood(f"one of {'; '.join(choices.values())}")

    def _number(self) -> int:
        return int(self._take(_NUMBER) or self._missing("a number"))

    def _missing(self, wanted: str) -> str:
        raise self.misunderstood(wanted)

    def _words(self, words: str) -> bool:
        """Reads the words if the text goes on with them, whatever their case and the blanks between them."""
        pattern = r"\s+".join(map(re.escape, words.split())) + r"(?!\w)"
        return self._take(re.compile(pattern, re.IGNORECASE)) is not None

    def _sign(self, sign: str) -> bool:
        return self._take(re.compile(re.escape(sign))) is not None

    def _take(self, pattern: re.Pattern[str], accept: Callable[[str], bool] = lambda found: True) -> str | None:
        found = pattern.match(self.text, self.place)
        if found is None or not accept(found[0]):
            return None
        self._go(len(found[0]))
        return found[0]

    def _go(self, length: int) -> None:
        self.place += length
        self._skip()

    def _skip(self) -> None:
        blank = _BLANK.match(self.text, self.place)
        self.place = blank.end() if blank else self.place


def _operators(field: str) -> list[tuple[str, str]]:
    """What may be said for each operator of a field, up to its number, the longest first."""
    kind = FIELDS[field].kind
    words = [(operator.words.partition("…")[0].rstrip(), name) for name, operator in OPERATORS[kind].items()]
    words += [*((name, name) for name in OPERATORS[kind]), *OTHER_WORDS.get(kind, {}).items()]
    return sorted(words, key=lambda each: -len(each[0]))


def _denied(group: Group) -> Group:
    """The group of which nothing must hold where the given one must not."""
    if group.joint == "any" or (group.joint == "all" and len(group.parts) == 1):
        return Group("none", group.parts)
    return Group("none", (group,))
