"""The store of what a person typed: every edit goes into a log and changes the state in the same transaction.

An edit is the rows it took away and the rows it added, so each can be taken back exactly, and the state is always what
the log adds up to. Several processes may write at once; an edit that was acknowledged is on the disk. Whom an address
means is for people.py, and showing an edit in the published database for publishing.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import NamedTuple, Self

from linkstrata.curation.file import CurationError, open_curation
from linkstrata.curation.tables import DECISIONS, STATE

Value = str | int | None
Row = tuple[Value, ...]
Rows = Mapping[str, Sequence[Row]]
"""Rows by table, in the order of its columns."""

NO_ROWS: Rows = MappingProxyType({})


class Person(NamedTuple):
    """Somebody among an owner's contacts, by keys that outlive rebuilds; an edit is kept under the first of them."""

    owner: str
    person_id: str
    keys: tuple[str, ...]


class Crowd(NamedTuple):
    """People among an owner's contacts, too many to take up one by one: `keys` is a JSON list of a list for each of
    them, their keys as in Person."""

    owner: str
    size: int
    keys: str


@dataclass(frozen=True)
class Edit:
    """One edit as the log has it. `summary` says in words what it did."""

    edit_id: int
    at: datetime
    kind: str
    summary: str
    removed: Rows
    added: Rows

    @property
    def tables(self) -> frozenset[str]:
        """The tables that it changed."""
        return frozenset([*self.removed, *self.added])


_ADDED = """
    insert into added
    select distinct :owner, person.value ->> 0 from json_each(:keys) as person
    where :is_new or not exists (
        select 1 from json_each(person.value) as key
        join taggings as t on t.tag = :tag and t.owner = :owner and t.person_key = key.value
    )
"""
_TAGGINGS = "select :tag as tag, owner, person_key, :day as tagged_at from added"
_PAYLOAD = f"""
    select json_object(
        'summary', :summary, 'removed', json_object(),
        'added', json_object('taggings', json_group_array(json_array(tag, owner, person_key, tagged_at)))
    )
    from ({_TAGGINGS})
"""


class Store:
    """A context manager over curation.sqlite. Each method that changes something is one edit, on the disk on return.

    They give None where everything was as asked already: then nothing is written.
    """

    def __init__(self, path: Path) -> None:
        self.connection = open_curation(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.connection.close()

    # -- tags and notes -----------------------------------------------------------------------------------------------

    def tag(self, tag: str, people: Sequence[Person], day: date) -> Edit | None:
        """Puts a tag on those of the people who do not carry it under any of their keys."""
        name = tag_name(tag)
        return self.add_taggings([(name, person, day) for person in people], f"tag {name}")

    def add_taggings(self, taggings: Sequence[tuple[str, Person, date]], what: str) -> Edit | None:
        """Puts tags (see `tag_name`) on people in one edit, each with its day; who carries one keeps its day."""
        with self._transaction():
            carried = {
                row[:3] for tag in {tag for tag, *_ in taggings} for row in self._rows("taggings", "tag = ?", tag)
            }
            added: dict[tuple[str, str, str], date] = {}
            for tag, (owner, _, keys), day in taggings:
                if not carried or not any((tag, owner, key) in carried for key in keys):
                    added.setdefault((tag, owner, keys[0]), day)
            summary = f"{what} on {_counted(len({row[1:] for row in added}), 'contact')}"
            rows = [(*row, day.isoformat()) for row, day in added.items()]
            return self._record("tag", summary, NO_ROWS, {"taggings": rows})

    def tag_crowds(self, tag: str, crowds: Sequence[Crowd], day: date) -> int:
        """Does what `tag` does, many times as fast for many people, and gives the number of those newly tagged."""
        name = tag_name(tag)
        with self._transaction():
            is_new = not self._rows("taggings", "tag = ? limit 1", name)
            self.connection.execute("create temp table added (owner text, person_key text)")
            for crowd in crowds:
                self.connection.execute(_ADDED, {"tag": name, "is_new": is_new, **crowd._asdict()})
            ((count,),) = self.connection.execute("select count(*) from added").fetchall()
            if count:
                said = {"tag": name, "day": day.isoformat(), "summary": f"tag {name} on {_counted(count, 'contact')}"}
                self.connection.execute(f"insert into taggings {_TAGGINGS}", said)
                ((payload,),) = self.connection.execute(_PAYLOAD, said).fetchall()
                self._log("tag", payload)
            self.connection.execute("drop table added")
            return int(count)

    def untag(self, tag: str, people: Sequence[Person]) -> Edit | None:
        """Takes a tag from people, whichever of their keys carries it."""
        tag = tag_name(tag)
        keys = {(person.owner, key) for person in people for key in person.keys}
        with self._transaction():
            removed = [row for row in self._rows("taggings", "tag = ?", tag) if (row[1], row[2]) in keys]
            summary = f"take tag {tag} from {_counted(len(removed), 'contact')}"
            return self._record("untag", summary, {"taggings": removed}, NO_ROWS)

    def describe_tag(self, tag: str, colour: str | None, description: str | None) -> Edit | None:
        """Says what a tag means and which colour (#rrggbb) it has; None leaves what was said before.

        Raises CurationError for another colour.
        """
        tag = tag_name(tag)
        if colour is not None and not re.fullmatch("#[0-9A-Fa-f]{6}", colour):
            raise CurationError(f"colour {colour}: write '#' and six digits, such as '#0a66c2'")
        with self._transaction():
            before = self._rows("tags", "tag = ?", tag)
            _, old_colour, old_description = before[0] if before else (tag, None, None)
            after = [(tag, colour or old_colour, description or old_description)]
            return self._record("describe tag", f"describe tag {tag}", {"tags": before}, {"tags": after})

    def drop_tag(self, tag: str) -> Edit | None:
        """Takes a tag from everybody, with its colour and description."""
        tag = tag_name(tag)
        with self._transaction():
            removed = {table: self._rows(table, "tag = ?", tag) for table in ("tags", "taggings")}
            summary = f"drop tag {tag} from {_counted(len(removed['taggings']), 'contact')}"
            return self._record("drop tag", summary, removed, NO_ROWS)

    def add_note(self, people: Sequence[Person], note: str) -> Edit | None:
        """Writes a note on each of the people, as of now."""
        return self.add_notes([(person, note, _now()) for person in people])

    def add_notes(self, notes: Sequence[tuple[Person, str, datetime]]) -> Edit | None:
        """Writes notes in one edit, each as of its time; what stands there already is not written again."""
        with self._transaction():
            written = set(self.rows("notes"))
            rows = dict.fromkeys(
                row
                for person, note, at in notes
                if not written.intersection((person.owner, key, _text(at), note) for key in person.keys)
                for row in [(person.owner, person.keys[0], _text(at), note)]
            )
            summary = f"note on {_counted(len({row[:2] for row in rows}), 'contact')}"
            return self._record("note", summary, NO_ROWS, {"notes": list(rows)})

    # -- reasons to write ---------------------------------------------------------------------------------------------

    def decide(
        self, person: Person, occasion: str, decision: str | None, put_off_to: date | None = None
    ) -> Edit | None:
        """Says of an occasion of `main.occasions` that it is done, put off (later) to a day, or never to come again.

        None opens it again. `never` holds for every occasion of the kind about the person, and opening takes that back
        as well. Raises CurationError for another decision, and for `later` without a day or with one for nothing.
        """
        if decision not in (None, *DECISIONS) or (decision == "later") is not (put_off_to is not None):
            raise CurationError(f"decision {decision}: say done, never, or later with a day")
        kind = occasion.partition(":")[0]
        with self._transaction():
            # What is said of the occasion goes before; of the kind, when that is said or taken back.
            names = (occasion,) if decision in ("done", "later") else (occasion, kind)
            before = [
                row
                for row in self._rows("occasions", "owner = ?", person.owner)
                if row[1] in person.keys and row[2] in names
            ]
            after: list[Row] = []
            if decision is not None:
                about = kind if decision == "never" else occasion
                day = put_off_to.isoformat() if put_off_to else None
                same = [row for row in before if row[2:5] == (about, decision, day)]
                after = [same[0] if same else (person.owner, person.keys[0], about, decision, day, _text(_now()))]
            summary = f"{decision or 'open again'}: {kind.replace('_', ' ')} of a contact"
            return self._record("occasion", summary, {"occasions": before}, {"occasions": after})

    # -- who is who ---------------------------------------------------------------------------------------------------

    def merge(self, keep_key: str, other_key: str, kept_id: str) -> Edit | None:
        """Says that two keys name one person, known by the id `kept_id` from now on: that of the first key's person."""
        with self._transaction():
            pairs = ((keep_key, other_key), (other_key, keep_key))
            if any(self._rows("merges", "keep_key = ? and other_key = ?", *pair) for pair in pairs):
                return None
            row = (keep_key, other_key, kept_id, self._next_id())
            return self._record("merge", f"merge of {other_key} into {keep_key}", NO_ROWS, {"merges": [row]})

    def split(self, person_key: str, unmerged: Sequence[tuple[str, str]], from_rules: bool) -> Edit | None:
        """Takes back the given merges (pairs of keys) and, with `from_rules`, keeps rules from tying the key again."""
        with self._transaction():
            merges = [row for row in self._rows("merges", "true") if (row[0], row[1]) in set(unmerged)]
            splits: list[Row] = []
            if from_rules and not self._rows("splits", "person_key = ?", person_key):
                splits = [(person_key, self._next_id())]
            return self._record("split", f"split of {person_key}", {"merges": merges}, {"splits": splits})

    def add_contact(
        self, person: Person, full_name: str, email: str | None, company: str | None, position: str | None, day: date
    ) -> Edit | None:
        """Adds somebody to an owner's contacts, in place of what was typed of them before."""
        with self._transaction():
            key = (person.owner, person.keys[0])
            before = self._rows("added_contacts", "owner = ? and person_key = ?", *key)
            after: list[Row] = [(*key, full_name, email, company, position, day.isoformat())]
            return self._record(
                "add contact", f"contact {full_name}", {"added_contacts": before}, {"added_contacts": after}
            )

    def set_followers(self, owner: str, day: date, followers: int) -> Edit | None:
        """Says how many followers an owner had on a day, in place of what was typed for that day before."""
        with self._transaction():
            before = self._rows("follower_totals", "owner = ? and day = ?", owner, day.isoformat())
            after: list[Row] = [(owner, day.isoformat(), followers)]
            summary = f"{_counted(followers, 'follower')} on {day}"
            return self._record("followers", summary, {"follower_totals": before}, {"follower_totals": after})

    # -- saved filters ------------------------------------------------------------------------------------------------

    def save_filter(
        self, segment: str, filter: str | None = None, predicate: str | None = None, description: str | None = None
    ) -> Edit | None:
        """Gives a question a name: a filter in its JSON form or a predicate in SQL, in place of what the name meant.

        No description leaves what was said before. Whether the question can be asked is for who calls.
        """
        segment = segment_name(segment)
        with self._transaction():
            before = self._rows("saved_filters", "segment = ?", segment)
            _, old_filter, old_predicate, old_description, saved_at = before[0] if before else (segment, *[None] * 4)
            same = bool(before) and (filter, predicate) == (old_filter, old_predicate)
            when = saved_at if same else _text(_now())
            after: list[Row] = [(segment, filter, predicate, description or old_description, when)]
            return self._record(
                "save filter", f"save segment {segment}", {"saved_filters": before}, {"saved_filters": after}
            )

    def rename_filter(self, segment: str, new_name: str) -> Edit | None:
        """Gives a saved filter another name; None where it has it already. Raises CurationError where none is called
        so, or another one has the new name."""
        segment, new_name = segment_name(segment), segment_name(new_name)
        with self._transaction():
            before = self._saved_filter(segment)
            if new_name != segment and self._rows("saved_filters", "segment = ?", new_name):
                raise CurationError(f"segment {new_name}: is there already; remove it first, or take another name")
            after: list[Row] = [(new_name, *before[0][1:])]
            summary = f"rename segment {segment} to {new_name}"
            return self._record("rename filter", summary, {"saved_filters": before}, {"saved_filters": after})

    def remove_filter(self, segment: str) -> Edit:
        """Forgets a saved filter. Raises CurationError where none is called so."""
        segment = segment_name(segment)
        with self._transaction():
            removed = self._saved_filter(segment)
            edit = self._record("remove filter", f"remove segment {segment}", {"saved_filters": removed}, NO_ROWS)
            assert edit is not None, "there was one to remove"
            return edit

    def _saved_filter(self, segment: str) -> list[Row]:
        found = self._rows("saved_filters", "segment = ?", segment)
        if not found:
            raise CurationError(f"segment {segment}: no saved filter of that name; see linkstrata segment list")
        return found

    # -- the log ------------------------------------------------------------------------------------------------------

    def undo(self) -> Edit | None:
        """Takes back the newest edit that is not taken back yet, and gives it; None where there is none."""
        with self._transaction():
            found = self.connection.execute(
                "select edit_id, at, kind, payload from edits where undone_by is null and kind <> 'undo' "
                "order by edit_id desc limit 1"
            ).fetchone()
            if found is None:
                return None
            edit = _edit(*found)
            undone = self._record("undo", f"undo {edit.summary}", edit.added, edit.removed)
            assert undone is not None, "an edit that changed nothing is not in the log"
            self.connection.execute("update edits set undone_by = ? where edit_id = ?", (undone.edit_id, edit.edit_id))
            return edit

    def log(self) -> Iterator[Edit]:
        """Every edit ever made, the oldest first, those that were taken back and the taking back included."""
        for row in self.connection.execute("select edit_id, at, kind, payload from edits order by edit_id"):
            yield _edit(*row)

    def rows(self, table: str) -> list[Row]:
        """The rows of one of the tables, in the order of its columns."""
        return self._rows(table, "true")

    def _rows(self, table: str, condition: str, *values: Value) -> list[Row]:
        columns = ", ".join(STATE[table])
        return self.connection.execute(f"select {columns} from {table} where {condition}", values).fetchall()

    def _next_id(self) -> int:
        return int(self.connection.execute("select coalesce(max(edit_id), 0) + 1 from edits").fetchone()[0])

    def _record(self, kind: str, summary: str, removed: Rows, added: Rows) -> Edit | None:
        """Logs an edit and changes the state, within the transaction that found out what there is to change."""
        removed = {table: rows for table, rows in removed.items() if rows}
        added = {table: rows for table, rows in added.items() if rows}
        if removed == added:
            return None
        payload = json.dumps({"summary": summary, "removed": removed, "added": added}, ensure_ascii=False)
        edit_id, now = self._log(kind, payload)
        for table, rows in removed.items():
            same = " and ".join(f"{column} is ?" for column in STATE[table])
            self.connection.executemany(f"delete from {table} where {same}", rows)
        for table, rows in added.items():
            places = ", ".join("?" * len(STATE[table]))
            self.connection.executemany(f"insert into {table} ({', '.join(STATE[table])}) values ({places})", rows)
        return Edit(edit_id, now, kind, summary, removed, added)

    def _log(self, kind: str, payload: str) -> tuple[int, datetime]:
        """Writes an edit into the log, and gives its number and time."""
        edit_id, now = self._next_id(), _now()
        self.connection.execute(
            "insert into edits (edit_id, at, kind, payload) values (?, ?, ?, ?)", (edit_id, _text(now), kind, payload)
        )
        return edit_id, now

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Alone with the store from reading what is there to writing what comes of it."""
        self.connection.execute("begin immediate")
        try:
            yield
            self.connection.execute("commit")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("rollback")
            raise


def tag_name(text: str) -> str:
    """A tag as it is kept: without blanks around it and doubled inside. Raises CurationError for what can be no tag."""
    name = " ".join(text.split())
    if not name or not name.isprintable() or "|" in name:
        raise CurationError(f"tag '{text}': a tag is a word or a few, without bars")
    return name


def segment_name(text: str) -> str:
    """A saved filter's name as it is kept. Raises CurationError for what can be none."""
    name = " ".join(text.split())
    if not name or not name.isprintable():
        raise CurationError(f"segment '{text}': a segment's name is a word or a few")
    return name


def _edit(edit_id: int, at: str, kind: str, payload: str) -> Edit:
    said = json.loads(payload)
    removed, added = (
        {table: [tuple(row) for row in rows] for table, rows in said[part].items()} for part in ("removed", "added")
    )
    return Edit(edit_id, datetime.fromisoformat(at), kind, said["summary"], removed, added)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _text(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="microseconds")


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'s' if count != 1 else ''}"
