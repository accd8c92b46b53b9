"""Tags and notes out to a CSV and in from a list of people that any tool wrote, matched to the contacts there are.

How a list is read is for linkstrata.exports; what tagging and noting do is for store.py.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from linkstrata.curation.file import CurationError
from linkstrata.curation.people import key_of, known_owner, people_of
from linkstrata.curation.store import Edit, Person, Store, tag_name
from linkstrata.exports.container import Refused, open_export
from linkstrata.exports.list_cells import identity
from linkstrata.exports.list_columns import Claims
from linkstrata.exports.list_layouts import column_names, open_list
from linkstrata.exports.members import MemberFailed, Rejected
from linkstrata.exports.names import matching_names
from linkstrata.exports.tables import normalised
from linkstrata.settings import Settings
from linkstrata.spreadsheets import neutralised, restored
from linkstrata.warehouse.connection import read_published

COLUMNS = ("profile_url", "full_name", "tag", "kind", "tagged_at")
NOTE_COLUMNS = ("profile_url", "full_name", "note", "written_at")
_BETWEEN_TAGS = re.compile(r"[,;|]")

Contact = tuple[str, str]
"""Owner and person_id."""


@dataclass(frozen=True)
class Imported:
    """What became of a list: the edit, how many of its rows a rule had tagged, and (line, reason) of those without."""

    edit: Edit | None
    by_rule: int
    unmatched: Sequence[tuple[int | None, str]]


@dataclass(frozen=True)
class _Row:
    line: int | None
    keys: Sequence[str]
    address: str | None
    email: str | None
    name: str | None
    match_name: str | None
    tags: Sequence[str]
    kind: str | None
    tagged_at: date | None
    note: str | None
    written_at: datetime | None


def export_tags(settings: Settings, path: Path, owner: str | None = None) -> int:
    """Writes one row a contact and tag, rules' and a person's, and gives their number."""
    query = f"""
        select distinct {", ".join(COLUMNS)}
        from contact_tags join contacts using (owner, person_id)
        where owner = coalesce($owner, owner)
        order by full_name, profile_url, tag, kind
    """
    return _write(settings, path, COLUMNS, query, owner)


def export_notes(settings: Settings, path: Path, owner: str | None = None) -> int:
    """Writes one row a note, those that lists brought along too, and gives their number."""
    query = f"""
        select distinct {", ".join(NOTE_COLUMNS)}
        from notes join contacts using (owner, person_id)
        where owner = coalesce($owner, owner)
        order by full_name, profile_url, written_at, note
    """
    return _write(settings, path, NOTE_COLUMNS, query, owner)


def _write(settings: Settings, path: Path, columns: Sequence[str], query: str, owner: str | None) -> int:
    whose = known_owner(settings, owner)
    with read_published(settings.published_database) as reader:
        rows = reader.execute(query, {"owner": whose}).fetchall()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([neutralised(value) for value in row] for row in rows)
    return len(rows)


def import_tags(settings: Settings, path: Path, owner: str | None = None) -> Imported:
    """Tags the contacts in a list that has a column of tags, all in one edit.

    A row means a contact by any address or id in it, else by an e-mail address or a name that one contact has. Rows
    that say a rule gave the tag are left to the rule. Raises CurationError for a file that cannot be used as a whole.
    """
    unmatched: list[tuple[int | None, str]] = []
    rows = list(_rows(path, "tags", unmatched))
    by_rule = sum(row.kind == "rule" for row in rows)
    rows = [row for row in rows if row.kind != "rule"]
    unmatched += [(row.line, "no tag") for row in rows if not row.tags]
    meant = _meant(settings, owner, [row for row in rows if row.tags], unmatched)
    taggings = [(tag, person, row.tagged_at or settings.today) for row, person in meant for tag in row.tags]
    with Store(settings.curation_database) as store:
        edit = store.add_taggings(taggings, f"tags of {path.name}")
    return Imported(edit, by_rule, sorted(unmatched, key=lambda each: each[0] or 0))


def import_notes(settings: Settings, path: Path, owner: str | None = None) -> Imported:
    """Writes the notes in a list that has a column of them, all in one edit, and none that is there already.

    A row means a contact as for tags. Without a time of its own a note is one of now. Raises CurationError for a file
    that cannot be used as a whole.
    """
    unmatched: list[tuple[int | None, str]] = []
    rows = list(_rows(path, "notes", unmatched))
    unmatched += [(row.line, "no note") for row in rows if not row.note]
    meant = _meant(settings, owner, [row for row in rows if row.note], unmatched)
    with read_published(settings.published_database) as reader:
        known = set(reader.execute("select owner, person_id, note from notes").fetchall())
    now = datetime.now(UTC).replace(tzinfo=None)
    notes = [
        (person, row.note, row.written_at or now)
        for row, person in meant
        if row.note and (person.owner, person.person_id, row.note) not in known
    ]
    with Store(settings.curation_database) as store:
        edit = store.add_notes(notes)
    return Imported(edit, 0, sorted(unmatched, key=lambda each: each[0] or 0))


def _meant(
    settings: Settings, owner: str | None, rows: Sequence[_Row], unmatched: list[tuple[int | None, str]]
) -> list[tuple[_Row, Person]]:
    """Whom each row means; why one means nobody goes to `unmatched`."""
    contacts = _Contacts(settings, known_owner(settings, owner))
    meant: list[tuple[_Row, Contact]] = []
    for row in rows:
        found, reason = contacts.find(row)
        meant += [(row, contact) for contact in found]
        if reason:
            unmatched.append((row.line, reason))
    people = {(person.owner, person.person_id): person for person in people_of(settings, [each for _, each in meant])}
    return [(row, people[contact]) for row, contact in meant]


class _Contacts:
    """The contacts that a list's rows may mean, by what a row can say of them."""

    def __init__(self, settings: Settings, owner: str | None) -> None:
        with read_published(settings.published_database) as reader:
            contacts = reader.execute(
                "select owner, person_id, lower(email), full_name from contacts where owner = coalesce($owner, owner)",
                {"owner": owner},
            ).fetchall()
            keys = reader.execute("select person_key, person_id from person_keys").fetchall()
        self._person_of_key: Mapping[str, str] = dict(keys)
        self._owners_of_person: dict[str, list[str]] = {}
        self._by_email: dict[str, list[Contact]] = {}
        self._by_name: dict[str, list[Contact]] = {}
        names = matching_names(pl.Series([name for *_, name in contacts], dtype=pl.String))
        for (whose, person_id, email, _), name in zip(contacts, names, strict=True):
            self._owners_of_person.setdefault(person_id, []).append(whose)
            self._by_email.setdefault(email, []).append((whose, person_id))
            self._by_name.setdefault(name, []).append((whose, person_id))

    def find(self, row: _Row) -> tuple[list[Contact], str | None]:
        """The contact that a row means with each owner, and why it means nobody, or is left open."""
        people = {self._person_of_key[key] for key in row.keys if key in self._person_of_key}
        found = [(owner, person) for person in people for owner in self._owners_of_person.get(person, [])]
        if found:
            return found, None
        for said, bearers in ((row.email, self._by_email), (row.match_name, self._by_name)):
            candidates = bearers.get(said, []) if said else []
            by_owner = [[each for each in candidates if each[0] == owner] for owner in {each[0] for each in candidates}]
            found = [each[0] for each in by_owner if len(each) == 1]
            if found:
                return found, None
            if candidates:
                return [], f"{len(candidates)} contacts are called {row.name or said}: add their addresses"
        said = row.address or row.email or row.name
        return [], f"no contact is {said}" if said else "no address, e-mail address or name"


def _rows(path: Path, wanted: str, unmatched: list[tuple[int | None, str]]) -> Iterator[_Row]:
    """The rows of a list as far as they say anything; the others go to `unmatched`."""
    rejected: list[Rejected] = []
    try:
        with open_export(path) as export:
            found = open_list(export.members[0], {}) if len(export.members) == 1 else None
            if found is None or not found.claims.has(wanted):
                raise CurationError(
                    f"{path}: no list of people with a column of {wanted}; name its columns in a heading"
                )
            for frame in found.read_rows(rejected):
                yield from _rows_of(frame, found.claims)
    except (Refused, MemberFailed) as error:
        raise CurationError(f"{path}: {error}") from error
    unmatched += [(each.line_number, each.reason) for each in rejected]


def _rows_of(frame: pl.DataFrame, claims: Claims) -> Iterator[_Row]:
    ids, _ = identity(frame, claims)
    names = {claims.fields[place]: name for place, name in column_names(claims).items()}
    one_tag = any(normalised(claims.header[place]) == "tag" for place in claims.places("tags"))
    first, last = ([frame[names[part]]] if part in names else [] for part in ("first_name", "last_name"))
    parts = [frame[names["full_name"]]] if "full_name" in names else [*first, *last]
    whole = [_restored(" ".join(filter(None, cells))) for cells in zip(*parts, strict=True)] or [None] * frame.height
    compared = matching_names(pl.Series(whole, dtype=pl.String))
    emails, tags, notes = (
        frame[names[field]] if field in names else [None] * frame.height for field in ("email", "tags", "notes")
    )
    kinds = ("member_id", "member_number", "sales_id")
    for place, line in enumerate(frame["line_number"]):
        address = ids["profile_url"][place]
        keys = [f"{kind}:{ids[kind][place]}" for kind in kinds if ids[kind][place]]
        extra = {normalised(heading): value for heading, value in json.loads(frame["extra"][place] or "{}").items()}
        yield _Row(
            line=line,
            keys=[*_key(address), *keys],
            address=address or (keys[0] if keys else None),
            email=(emails[place] or "").strip().lower() or None,
            name=whole[place],
            match_name=compared[place],
            tags=_tags(tags[place], whole_cell=one_tag),
            kind=extra.get("kind"),
            tagged_at=_day(extra.get("taggedat")),
            note=_restored(notes[place] or ""),
            written_at=_time(extra.get("writtenat")),
        )


def _key(address: str | None) -> list[str]:
    try:
        return [key_of(address)] if address else []
    except CurationError:
        return []


def _tags(cell: str | None, whole_cell: bool) -> list[str]:
    """The tags in a cell. A bar parts tags wherever it stands, for no tag has one."""
    texts = (cell or "").split("|") if whole_cell else _BETWEEN_TAGS.split(cell or "")
    return list(dict.fromkeys(tag_name(text) for text in map(_restored, texts) if text))


def _restored(cell: str) -> str | None:
    return restored(cell.strip()) or None


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
