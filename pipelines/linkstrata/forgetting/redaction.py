"""Finds the forgotten in text and in records, and says what is left of both.

Text keeps all but the addresses, e-mail addresses and full names themselves. A record that is about somebody goes; a
hidden row stays of a connection, as LinkedIn leaves it of a closed account, so that counts of connections stay true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import polars as pl

from linkstrata.exports.addresses import parse_address
from linkstrata.exports.names import matching_names
from linkstrata.exports.tables import normalised
from linkstrata.forgetting.register import NAME_WORDS_AT_MOST, Register, plain_word

MASK = "[forgotten]"
"""What stands where an address stood."""

NAME_MASK = "LinkedIn Member"
"""What stands where a name stood: what LinkedIn writes for a closed account, which is nobody to every reader."""

LONGEST_CELL = 400
"""A longer cell is running text, never a person's address or name alone."""

_ADDRESS = re.compile(
    r"(?:https?:(?:\\?/){2})?(?:[\w-]+\.)*linkedin\.com(?::\d+)?(?:\\?/)(?:in|posts|sales(?:\\?/)(?:people|lead))(?:\\?/)"
    r"(?P<page>[^\s\"'<>,;|?#/\\&)\]}]+)(?:\\?/)?"
    r"|(?P<path>(?<![\w.])/in/[^\s\"'<>,;|?#/\\&)\]}]+)"
    r"|(?P<urn>urn:li:[A-Za-z_]+:\(?[^,()\s\"'<>]+)"
    r"|(?P<id>(?<![A-Za-z0-9_-])AC[ow][A-Za-z0-9_-]{5,})"
    r"|(?P<email>[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\s<>\"“”„«»()\[\]{},;:!?/|\\&=*_#@]+")
_TOKEN = re.compile(r"(?<![\w%-])[\w%-]*[-\d%][\w%-]*(?![\w%-])")
_GAP = re.compile(r"[\s\"]{1,8}")
"""What may stand between the words of a name: blanks, and the quotes that Shares.csv puts around each line."""
_STUCK = re.compile(r"(?<=..)[.…]")
_POSSESSIVE = re.compile(r"['’]s?$")
_EDGES = ".'’-–—"


class Redactor:
    """Looks for everybody in a register. Gives text and records without them; `found` counts what it took out."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.found = 0
        self._is_key = lru_cache(maxsize=1 << 18)(self._is_key_of)
        self._is_person = lru_cache(maxsize=1 << 18)(self._is_person_of)
        self._begins = lru_cache(maxsize=1 << 18)(self.register.begins_name)
        self._starts = lru_cache(maxsize=1 << 18)(self._starts_name)
        self._named = lru_cache(maxsize=1 << 16)(self._named_of)

    # -- text ---------------------------------------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """The text with every address, e-mail address and full name of the forgotten masked."""
        masked = _ADDRESS.sub(self._mask_address, text)
        masked = _TOKEN.sub(self._mask_slug, masked)
        return self._mask_names(masked)

    def _mask_address(self, match: re.Match[str]) -> str:
        text = match[0]
        if match["email"]:
            gone = self.register.has_email(text)
        elif match["page"]:
            page = match["page"]
            # A post's address begins with the slug of who wrote it.
            slug = page.partition("_")[0] if "posts" in text[: match.start("page") - match.start()] else page
            gone = self._is_key(f"/in/{slug}") or self._is_key(slug.split(",")[0])
        else:
            gone = self._is_key(text)
        self.found += gone
        return MASK if gone else text

    def _mask_slug(self, match: re.Match[str]) -> str:
        """A slug by itself, such as a tool's column of public identifiers; one that is a mere word is left alone."""
        gone = self._is_key(f"/in/{match[0]}")
        self.found += gone
        return MASK if gone else match[0]

    def _mask_names(self, text: str) -> str:
        if not self.register.first_words:
            return text
        pieces: list[str] = []
        done = 0
        words = list(_WORD.finditer(text))
        at = 0
        while at < len(words):
            first = words[at][0].strip(_EDGES)
            span, end = self._name_at(text, words, at) if first and self._begins(first) else (0, 0)
            if span:
                pieces += [text[done : words[at].start()], NAME_MASK]
                done = end
                self.found += 1
            at += max(span, 1)
        return "".join([*pieces, text[done:]]) if pieces else text

    def _name_at(self, text: str, words: Sequence[re.Match[str]], at: int) -> tuple[int, int]:
        """How many words from here on are a forgotten name, and where that ends; 0 of both where none is."""
        longest = 1
        while longest < NAME_WORDS_AT_MOST and at + longest < len(words):
            gap = text[words[at + longest - 1].end() : words[at + longest].start()]
            if not _GAP.fullmatch(gap):
                break
            longest += 1
        begin = words[at].start()
        for span in range(longest, 1, -1):
            last = words[at + span - 1]
            tail = len(_possessive(last[0]))
            # A file's name goes on behind a dot, and so does a sentence where no blank was typed.
            stuck = _STUCK.search(last[0])
            if self._named(text[begin : last.end()].strip(_EDGES)) or (
                tail and self._named(text[begin : last.end() - tail])
            ):
                return span, last.end() - tail
            if stuck and self._named(text[begin : last.start() + stuck.start()]):
                return span, last.start() + stuck.start()
        return 0, 0

    # -- cells and records --------------------------------------------------------------------------------------------

    def is_person(self, cell: str) -> bool:
        """Whether a whole cell is an address, id, e-mail address or name of somebody forgotten."""
        return bool(cell) and len(cell) <= LONGEST_CELL and self._is_person(cell)

    def is_pair(self, first: str, last: str) -> bool:
        """Whether two cells are the first and last name of somebody forgotten, in either order."""
        if not (first and last) or len(first) + len(last) > LONGEST_CELL:
            return False
        return (self._starts(first) and self._named(f"{first} {last}")) or (
            self._starts(last) and self._named(f"{last} {first}")
        )

    def is_key(self, cell: str) -> bool:
        """Whether a whole cell is an address or id of somebody forgotten."""
        return bool(cell) and len(cell) <= LONGEST_CELL and self._is_key(cell.strip())

    def is_others_address(self, cell: str) -> bool:
        """Whether a whole cell is a profile's own address, and not one of somebody forgotten."""
        if "linkedin.com/in/" not in cell.lower() or len(cell) > LONGEST_CELL or self._is_key(cell.strip()):
            return False
        parsed = parse_address(cell)
        return parsed is not None and parsed[0] == "slug"

    def _is_key_of(self, text: str) -> bool:
        parsed = parse_address(text)
        return parsed is not None and self.register.has_key(":".join(parsed))

    def _is_person_of(self, cell: str) -> bool:
        cell = cell.strip()
        return (
            self._is_key(cell)
            or ("@" in cell and self.register.has_email(cell))
            or (not cell.isdigit() and self._is_key(f"/in/{cell}") and not cell.isalpha())
            or self._named(cell)
        )

    def _starts_name(self, cell: str) -> bool:
        words = plain_word(cell).split(maxsplit=1)
        return bool(words) and self._begins(words[0].strip(_EDGES))

    def _named_of(self, text: str) -> bool:
        if not self._starts_name(text):
            return False
        (name,) = matching_names(pl.Series([text], dtype=pl.String))
        return name is not None and self.register.has_name(name)


class Records:
    """Goes through the records of one file, its header among them, and says what is left of each."""

    def __init__(self, redactor: Redactor) -> None:
        self.redactor = redactor
        self._verdict: Callable[[Sequence[str]], list[str] | None] = self._of_anybody
        self._headers_seen = 0

    def left(self, cells: Sequence[str]) -> list[str] | None:
        """The record's own list where nothing changes but its text, new cells for a hidden row, None where it goes."""
        if self._headers_seen < 20:
            self._headers_seen += 1
            self._look_for_header([normalised(cell) for cell in cells])
        verdict = self._verdict(cells)
        if verdict is None or verdict != list(cells):
            self.redactor.found += 1
        return verdict

    def _look_for_header(self, names: list[str]) -> None:
        places = {name: place for place, name in enumerate(names) if name}
        if "connectedon" in places and len(places) >= 3:
            self._verdict = lambda cells: self._hidden(cells, places["connectedon"])
        elif {"from", "to", "content"} <= places.keys() or {"conversationid", "from"} <= places.keys():
            self._verdict = lambda cells: self._message(cells, places)

    def _is_about(self, cells: Sequence[str]) -> bool:
        redactor = self.redactor
        if any(map(redactor.is_others_address, cells)):
            # Somebody else by the same name: the address decides.
            return any(redactor.is_key(cell) for cell in cells)
        # A middle name, mostly empty, stands between the two.
        filled = [cell for cell in cells if cell]
        return any(map(redactor.is_person, filled)) or any(
            redactor.is_pair(first, last) for first, last in pairwise(filled)
        )

    def _of_anybody(self, cells: Sequence[str]) -> list[str] | None:
        return None if self._is_about(cells) else list(cells)

    def _hidden(self, cells: Sequence[str], day: int) -> list[str] | None:
        if not self._is_about(cells):
            return list(cells)
        return [cell if place == day else "" for place, cell in enumerate(cells)] if day < len(cells) else None

    def _message(self, cells: Sequence[str], places: Mapping[str, int]) -> list[str] | None:
        def cell(name: str) -> str:
            place = places.get(name)
            return cells[place].strip() if place is not None and place < len(cells) else ""

        person = self.redactor.is_person
        if person(cell("senderprofileurl") or cell("from")):
            return None
        recipients = [one.strip() for one in (cell("recipientprofileurls") or cell("to")).split(",") if one.strip()]
        if recipients and (all(map(person, recipients)) or person(", ".join(recipients))):
            return None
        return list(cells)


def of_mapping(redactor: Redactor, row: Mapping[str, object]) -> Mapping[str, object] | None:
    """What is left of a JSON object that may be a person or a row about one; None where it goes."""
    named = {key: value for key, value in row.items() if isinstance(value, str)}
    records = Records(redactor)
    records.left(list(named))
    left = records.left(list(named.values()))
    if left is None:
        return None
    changed = {key: cell for (key, value), cell in zip(named.items(), left, strict=True) if cell != value}
    return {**row, **changed}


def _possessive(word: str) -> str:
    match = _POSSESSIVE.search(word)
    return match[0] if match else word[len(word.rstrip(_EDGES)) :]
