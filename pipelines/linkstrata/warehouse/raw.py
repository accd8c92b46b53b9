"""The raw schema: what the files said, every distinct row once, under the archive that taught it.

Here a file's rows become rows of `raw.<table>`: staged, digested, compared with what the owner's other files already
said, and added in one transaction. Nothing here knows file formats (`linkstrata.exports` does) nor meanings
(`sql/` does). Table and column names come from the catalogue alone, values always travel as parameters.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import date, datetime

import duckdb
import polars as pl
from duckdb import DuckDBPyConnection

from linkstrata.exports.addresses import parse_addresses
from linkstrata.exports.catalogue import TABLES, Column, Table
from linkstrata.exports.dates import NATIVE_FORMATS
from linkstrata.exports.members import CleanFile, MemberFailed, MemberReading
from linkstrata.exports.names import matching_names
from linkstrata.warehouse import spans
from linkstrata.warehouse.companies import canonical_companies

SQL_TYPES = {
    "text": "varchar",
    "date": "date",
    "timestamp": "timestamp",
    "integer": "bigint",
    "real": "double",
    "boolean": "boolean",
    "profile_url": "varchar",
    "profile_urls": "varchar",
}

REGISTRY: Mapping[str, Mapping[str, str]] = {
    "archives": {
        "archive_no": "integer",
        "archive_id": "varchar",
        "owner": "varchar",
        "source": "varchar",
        "file_name": "varchar",
        "exported_on": "date",
        "exported_on_basis": "varchar",
        "newest_member_at": "timestamp",
        "complete": "boolean",
        "status": "varchar",
        "row_count": "bigint",
        "ingested_at": "timestamp",
        "reader": "varchar",
        "reason": "varchar",
    },
    "archive_files": {
        "archive_id": "varchar",
        "path": "varchar",
        "table_name": "varchar",
        "status": "varchar",
        "rows_in_file": "bigint",
        "rows_loaded": "bigint",
        "detail": "varchar",
    },
    "rejected_rows": {
        "archive_id": "varchar",
        "path": "varchar",
        "line_number": "bigint",
        "reason": "varchar",
        "raw": "varchar",
    },
    "carried": {"archive_no": "integer", "table_name": "varchar"},
    "addresses": {"address": "varchar", "key_kind": "varchar", "key_value": "varchar"},
    "names": {"name": "varchar", "match_name": "varchar"},
    "companies": {"company": "varchar", "canonical_company": "varchar"},
    "owner_addresses": {"owner": "varchar", "slug": "varchar", "archive_no": "integer"},
    "owner_names": {"owner": "varchar", "match_name": "varchar", "archive_no": "integer"},
    "person_ids": {"person_key": "varchar", "person_id": "varchar", "registered_no": "bigint"},
    "quarantined": {
        "archive_id": "varchar",
        "origin": "varchar",
        "options": "varchar",
        "file_name": "varchar",
        "reason": "varchar",
        "tried_at": "timestamp",
    },
    "build": {
        "today": "date",
        "built_at": "timestamp",
        "version": "varchar",
        "newest_edit": "bigint",
        "edited_at": "timestamp",
    },
}
"""The tables that every archive writes to, beside one for each catalogue entry."""

KEYS = {"messages": ("conversation_id", "sent_at", "content")}
"""What tells whether two rows are one and the same, whatever else they say: a digest of its own, `key_digest`."""

LONG_TEXT = {"messages": "content"}
"""Text that is digested once, ahead of the digests that it is part of."""


LINE_BYTES = 16 << 20
"""The longest line that the engine reads by itself, and what it holds of a file at once: unsaid, sixteen of these."""

TEXTS_AT_ONCE = 100_000
"""Addresses, names or companies that are parsed together: a file of gigabytes brings millions."""


def raw_columns() -> dict[str, list[str]]:
    """Every table of the raw schema with its column names: what a model may read as raw.<table>."""
    columns = {name: list(fields) for name, fields in REGISTRY.items()}
    for table in TABLES.values():
        columns[table.name] = list(_row_fields(table))
        columns[f"{table.name}_spans"] = list(spans.COLUMNS)
    return columns


def create_schema(connection: DuckDBPyConnection) -> None:
    """Makes the raw schema, or brings an older one up to the catalogue: new tables and new columns are added."""
    connection.execute("create schema if not exists raw")
    connection.execute("create table if not exists raw.layout (digest varchar)")
    wanted: dict[str, Mapping[str, str]] = dict(REGISTRY)
    for table in TABLES.values():
        wanted |= {table.name: _row_fields(table), f"{table.name}_spans": spans.COLUMNS}
    digest = json.dumps(wanted)
    if connection.execute("select count(*) from raw.layout where digest = $d", {"d": digest}).fetchall() == [(1,)]:
        return
    known: dict[str, set[str]] = {}
    for table_name, column_name in connection.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'raw'"
    ).fetchall():
        known.setdefault(table_name, set()).add(column_name)
    for name, fields in wanted.items():
        if name not in known:
            columns = ", ".join(f"{_quoted(field)} {kind}" for field, kind in fields.items())
            connection.execute(f"create table raw.{name} ({columns})")
        for field in fields.keys() - known.get(name, set(fields)):
            connection.execute(f"alter table raw.{name} add column {_quoted(field)} {fields[field]}")
    connection.execute("delete from raw.layout")
    connection.execute("insert into raw.layout values ($d)", {"d": digest})


@dataclass
class StagedMember:
    """One member after staging: what archive_files will say of it."""

    path: str
    table: str | None
    status: str
    rows_in_file: int
    rows_loaded: int
    detail: str | None


class Staging:
    """The rows of one archive, typed, in temporary tables, before it is known whose they are."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self.connection = connection
        self.members: list[StagedMember] = []
        self.tables: list[Table] = []
        columns = ", ".join(
            f"{name} {kind}" for name, kind in REGISTRY["rejected_rows"].items() if name != "archive_id"
        )
        connection.execute(f"create or replace temp table stage_rejected ({columns})")

    def add(self, member: MemberReading) -> None:
        """Stages one member. A file that DuckDB trips over is read again by the careful reader."""
        rows, status, detail = 0, member.status, member.detail
        if member.table is not None:
            table = TABLES[member.table]
            self._prepare(table)
            try:
                clean = self._copy_clean(table, member.path, member.clean) if member.clean else None
                if clean is None:
                    rows = self._append(table, member)
                else:
                    rows = member.rows_in_file = clean
            except MemberFailed as error:
                # nothing is half-loaded: a member that failed on the way leaves no rows behind
                self._forget(table, member.path)
                rows, status, detail = 0, "failed", str(error)
        self.members.append(StagedMember(member.path, member.table, status, member.rows_in_file, rows, detail))

    def carried(self) -> list[Table]:
        """The tables that this archive says something about: those with at least one row."""
        loaded = {m.table for m in self.members if m.rows_loaded}
        return [table for table in self.tables if table.name in loaded]

    def drop(self) -> None:
        """Frees the temporary tables."""
        for table in self.tables:
            self.connection.execute(f"drop table if exists temp.stage_{table.name}")
        self.connection.execute("drop table if exists temp.stage_rejected")

    def _prepare(self, table: Table) -> None:
        if table not in self.tables:
            columns = ", ".join(f"{_quoted(c.name)} {SQL_TYPES[c.type]}" for c in table.columns)
            key = "key_digest uhugeint, " if table.name in KEYS else ""
            self.connection.execute(
                f"create or replace temp table stage_{table.name} "
                f"(staged_from varchar, digest uhugeint, {key}{columns}, extra varchar)"
            )
            self.tables.append(table)

    def _append(self, table: Table, member: MemberReading) -> int:
        rows = 0
        for frame in member.frames():
            with _incoming(self.connection, frame):
                self._insert(table, "select * from incoming_frame", {"path": member.path})
            rows += frame.height
            self._set_rejected_aside(member)
        self._set_rejected_aside(member)
        return rows

    def _set_rejected_aside(self, member: MemberReading) -> None:
        rejected = [(each.line_number, each.reason, each.raw) for each in member.take_rejected()]
        if rejected:
            schema = {"line_number": pl.Int64, "reason": pl.String, "raw": pl.String}
            with _incoming(self.connection, pl.DataFrame(rejected, schema=schema, orient="row")):
                query = "insert into temp.stage_rejected select $path, * from incoming_frame"
                self.connection.execute(query, {"path": member.path})

    def _copy_clean(self, table: Table, path: str, clean: CleanFile) -> int | None:
        source, values = clean_rows(table, clean)
        try:
            return self._insert(table, source, {"path": path, **values})
        except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException):
            self._forget(table, path)
            return None

    def _insert(self, table: Table, source: str, values: Mapping[str, object]) -> int:
        """Adds the rows of a query to the staged ones, each with the digest of all that it says."""
        fields = [_quoted(column.name) for column in table.columns]
        long_text = LONG_TEXT.get(table.name)
        text_digest = f"md5({_quoted(long_text)})" if long_text else "null"

        def digest(columns: Iterable[str]) -> str:
            parts = ("text_digest" if column == long_text else f"{_quoted(column)}::varchar" for column in columns)
            return f"md5_number(concat_ws(chr(31), {', '.join(f'coalesce({part}, chr(30))' for part in parts)}))"

        key = f"{digest(KEYS[table.name])}, " if table.name in KEYS else ""
        whole = digest([*(column.name for column in table.columns), "extra"])
        result = self.connection.execute(
            f"""
            insert into temp.stage_{table.name}
            select $path, {whole}, {key}{", ".join(fields)}, extra
            from (select *, {text_digest} as text_digest from ({source}) as source) as digested
            """,
            values,
        ).fetchone()
        return int(result[0]) if result else 0

    def _forget(self, table: Table, path: str) -> None:
        self.connection.execute(f"delete from temp.stage_{table.name} where staged_from = $path", {"path": path})
        self.connection.execute("delete from temp.stage_rejected where path = $path", {"path": path})


def clean_rows(table: Table, clean: CleanFile) -> tuple[str, dict[str, object]]:
    """The query by which the engine reads a clean file into typed rows, and its values; a row that misfits fails it."""
    values = ", ".join(f"{_clean_expression(column, clean)} as {_quoted(column.name)}" for column in table.columns)
    # A line of delimiters alone says nothing, and is no row.
    cells = ", ".join(f"nullif({_quoted(header)}, '')" for header in clean.columns.values())
    query = f"""
        select {values}, null::varchar as extra
        from read_csv($file, delim = $delimiter, quote = '"', escape = '"', header = true, skip = $skip,
                      all_varchar = true, strict_mode = true, null_padding = false,
                      max_line_size = {LINE_BYTES}, buffer_size = {LINE_BYTES})
        where coalesce({cells}) is not null
        """
    return query, {"file": str(clean.path), "delimiter": clean.delimiter, "skip": clean.skip_lines}


@dataclass(frozen=True)
class ArchiveRecord:
    """One row of raw.archives, as it is written when a file is loaded or refused."""

    archive_no: int
    archive_id: str
    owner: str | None
    source: str | None
    file_name: str
    exported_on: date | None
    exported_on_basis: str | None
    newest_member_at: datetime | None
    complete: bool
    status: str
    row_count: int
    ingested_at: datetime
    reader: str
    reason: str | None


def register_archive(connection: DuckDBPyConnection, record: ArchiveRecord, staging: Staging | None = None) -> None:
    """Writes an archive's own rows: archives, archive_files and rejected_rows, replacing what stood there before."""
    for name in ("archives", "archive_files", "rejected_rows"):
        connection.execute(f"delete from raw.{name} where archive_id = $id", {"id": record.archive_id})
    values = vars(record)
    placeholders = ", ".join(f"${field}" for field in values)
    connection.execute(f"insert into raw.archives ({', '.join(values)}) values ({placeholders})", values)
    if staging is None:
        return
    if staging.members:
        connection.executemany(
            "insert into raw.archive_files values (?, ?, ?, ?, ?, ?, ?)",
            [(record.archive_id, *astuple(member)) for member in staging.members],
        )
    connection.execute(
        "insert into raw.rejected_rows select $id, path, line_number, reason, raw from temp.stage_rejected",
        {"id": record.archive_id},
    )


def add_rows(connection: DuckDBPyConnection, staging: Staging, owner: str, archive_no: int) -> None:
    """Adds the staged rows of a registered archive to the raw tables and their spans."""
    tables = staging.carried()
    connection.execute(
        "insert into raw.carried select $archive, unnest($tables)",
        {"archive": archive_no, "tables": [table.name for table in tables]},
    )
    places = spans.rank_archives(connection, owner, archive_no)
    for table in tables:
        add_table(connection, table, owner, archive_no)
        spans.add_archive(connection, table.name, owner, archive_no, places[table.name])
    remember_dictionaries(connection, tables)


def remove_rows(connection: DuckDBPyConnection, archive_no: int, owner: str) -> None:
    """Takes back everything that one archive taught: the way a corrected or newly readable file is loaded again."""
    for name, place in spans.rank_archives(connection, owner, archive_no).items():
        spans.remove_archive(connection, name, owner, archive_no, place)
    for name in ("carried", "owner_addresses", "owner_names"):
        connection.execute(f"delete from raw.{name} where archive_no = $archive", {"archive": archive_no})


def count_rows(connection: DuckDBPyConnection) -> dict[str, int]:
    """How many rows each table of the raw schema holds."""
    names = [*TABLES, *REGISTRY]
    counts = " union all ".join(f"select '{name}', count(*) from raw.{name}" for name in names)
    return dict(connection.execute(counts).fetchall())


def remember_person_ids(connection: DuckDBPyConnection) -> None:
    """Keeps, for each key that now names a person, the id published for it, merges aside: the id known first stays."""
    connection.execute(
        """
        insert into raw.person_ids
        select person_key, separate_id,
               (select coalesce(max(registered_no), 0) from raw.person_ids) + row_number() over (order by person_key)
        from identity.person_keys
        where person_key not in (select person_key from raw.person_ids)
        """
    )


def add_table(connection: DuckDBPyConnection, table: Table, owner: str, archive_no: int) -> None:
    """Adds the staged rows of one table that the owner has not had, and lists all in temp.present(row_id, …).

    A row that stands twice in one file (hidden connections of one day do) is two rows, told apart by their count.
    """
    repeats = f"select digest from temp.stage_{table.name} group by digest having count(*) > 1"
    if connection.execute(f"{repeats} limit 1").fetchall():  # seldom; and to update nothing takes longer than to ask
        connection.execute(
            f"""
            update temp.stage_{table.name} as staged
            set digest = md5_number(concat_ws(chr(31), staged.digest::varchar, copies.copy::varchar))
            from (
                select rowid as stage_row, row_number() over (partition by digest order by rowid) as copy
                from temp.stage_{table.name}
                where digest in ({repeats})
            ) as copies
            where copies.copy > 1 and copies.stage_row = staged.rowid
            """
        )
    connection.execute(
        f"""
        create or replace temp table present as
        select coalesce(r.row_id, (select coalesce(max(row_id), 0) from raw.{table.name}) + 1 + s.rowid) as row_id,
               s.rowid as stage_row, r.row_id is null as is_new
        from temp.stage_{table.name} as s
        left join (select digest, row_id from raw.{table.name} where owner = $owner) as r on r.digest = s.digest
        """,
        {"owner": owner},
    )
    key = ["key_digest"] if table.name in KEYS else []
    kept = ["digest", *key, *(_quoted(column.name) for column in table.columns), "extra"]
    connection.execute(
        f"""
        insert into raw.{table.name} (row_id, owner, archive_no, {", ".join(kept)})
        select p.row_id, $owner, $archive, {", ".join(f"s.{field}" for field in kept)}
        from temp.stage_{table.name} as s
        join temp.present as p on p.stage_row = s.rowid
        where p.is_new
        """,
        {"owner": owner, "archive": archive_no},
    )


def remember_dictionaries(connection: DuckDBPyConnection, tables: Iterable[Table]) -> None:
    """Parses every address, name and company not met before, once; SQL joins the dictionaries by the text."""
    addresses, names, companies = [], [], []
    for table in tables:
        source = f"temp.stage_{table.name}"
        for column in table.columns:
            field = _quoted(column.name)
            if column.name == "company":
                companies.append(f"select company as text from {source}")
            elif column.type == "profile_url":
                addresses.append(f"select {field} as text from {source}")
            elif column.type == "profile_urls":
                lists = f"select distinct {field} as list from {source}"
                addresses.append(f"select trim(unnest(string_split(list, ','))) as text from ({lists})")
        for parts in table.person_names:
            names.append(f"select trim(concat_ws(' ', {', '.join(map(_quoted, parts))})) as text from {source}")
        if table.name == "messages":
            # Names with a comma in them stay whole too: a list of one, or those with a blank behind the comma.
            lists = f"select distinct recipient_names as list from {source}"
            names.append(f"select trim(unnest(list_append(string_split(list, ','), list))) as text from ({lists})")
            split = "string_split(replace(list, ', ', chr(30)), ',')"
            names.append(
                f"select replace(trim(unnest({split})), chr(30), ', ') as text from ({lists}) where list like '%, %'"
            )
    _remember(connection, "addresses", addresses, parse_addresses)
    _remember(connection, "names", names, matching_names)
    _remember(connection, "companies", companies, canonical_companies)


def _remember(
    connection: DuckDBPyConnection,
    dictionary: str,
    queries: list[str],
    derive: Callable[[pl.Series], pl.Series | pl.DataFrame],
) -> None:
    """Adds the texts that the queries give, and that the dictionary does not have, with what is derived from them."""
    if not queries:
        return
    key, *derived = REGISTRY[dictionary]
    result = connection.execute(
        "create or replace temp table unmet as select text, row_number() over () - 1 as place "
        f"from (select distinct text from ({' union all '.join(queries)}) as texts "
        f"where text <> '' and text not in (select {key} from raw.{dictionary})) as distinct_texts"
    ).fetchone()
    for first in range(0, int(result[0]) if result else 0, TEXTS_AT_ONCE):
        # By place, for an insert in between ends a query whose answer is read bit by bit.
        unknown = connection.execute(
            "select text from temp.unmet where place >= $first and place < $last",
            {"first": first, "last": first + TEXTS_AT_ONCE},
        ).fetchall()
        texts = pl.Series("text", [text for (text,) in unknown], dtype=pl.String)
        found = derive(texts)
        columns = found if isinstance(found, pl.DataFrame) else found.alias(derived[0]).to_frame()
        frame = pl.concat([texts.alias(key).to_frame(), columns], how="horizontal")
        with _incoming(connection, frame):
            connection.execute(f"insert into raw.{dictionary} select * from incoming_frame")
    connection.execute("drop table temp.unmet")


@contextmanager
def _incoming(connection: DuckDBPyConnection, frame: pl.DataFrame) -> Iterator[None]:
    """While it lasts, a frame answers to the name incoming_frame."""
    stream = _ArrowStream(frame)
    connection.register("incoming_frame", stream)
    try:
        yield
    finally:
        connection.unregister("incoming_frame")
        stream.frame = None


class _ArrowStream:
    """A frame that shows only its stream of Arrow data, for as long as it has it.

    A frame as such has the engine import pyarrow, which costs every run 60 MB and half a second. And the engine holds
    what was registered in a transaction until that ends, unregistered or not: all the frames of a large file at once.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame: pl.DataFrame | None = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        assert self.frame is not None
        return self.frame.__arrow_c_stream__(requested_schema)


def _row_fields(table: Table) -> dict[str, str]:
    fields = {"row_id": "bigint", "owner": "varchar", "archive_no": "integer", "digest": "uhugeint"}
    if table.name in KEYS:
        fields["key_digest"] = "uhugeint"
    return fields | {c.name: SQL_TYPES[c.type] for c in table.columns} | {"extra": "varchar"}


def _clean_expression(column: Column, clean: CleanFile) -> str:
    header = clean.columns.get(column.name)
    if header is None:
        return f"null::{SQL_TYPES[column.type]}"
    cell = f"nullif({_quoted(header)}, '')"
    if column.name in clean.formats:
        # What looks otherwise stops the copy as well: strptime would take 202 for a year, and 7 for two digits.
        written = clean.formats[column.name]
        shape = next(pattern for pattern, style in NATIVE_FORMATS if style == written)
        moment = f"strptime({cell}, {_literal(written)})::{SQL_TYPES[column.type]}"
        fits = f"{cell} is null or regexp_matches({cell}, {_literal(shape)})"
        return f"case when {fits} then {moment} else error('written otherwise') end"
    if column.type == "boolean":
        # what is neither stops the copy, and the careful reader lists the row
        words = "when 'yes' then true when 'true' then true when 'no' then false when 'false' then false"
        return f"case lower({cell}) {words} else if({cell} is null, null, error('neither yes nor no')) end"
    return cell if SQL_TYPES[column.type] == "varchar" else f"{cell}::{SQL_TYPES[column.type]}"


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
