"""Raw tables that are published as they are: what the exports say of the member's own skills, jobs and the like.

A table of the catalogue that no model reads needs no model: its distinct rows are published under the catalogue's name,
with the catalogue's words as comments and the export dates between which each row stood.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from linkstrata.exports.catalogue import TABLES
from linkstrata.exports.tables import Table
from linkstrata.warehouse.models import MARTS, Project, quoted

DATES = {
    "first_seen_on": "export date of the first file with the row",
    "last_seen_on": "export date of the last file with the row",
    "is_current": "whether the newest file of its kind still has the row",
}


def plain_tables(project: Project) -> list[Table]:
    """The catalogue's tables that no model reads and no mart is named like."""
    read = {name.removeprefix("raw.") for model in project.models for name in model.reads}
    named = {model.table for model in project.published}
    return [table for table in TABLES.values() if table.name not in read | named]


def publish_plain_tables(connection: DuckDBPyConnection, project: Project) -> None:
    """Adds them to the file being published; a table without rows is published empty, so that a query says so."""
    connection.begin()  # in one transaction: each on its own would be written through to the disk
    carried = {name for (name,) in connection.execute("select distinct table_name from staging.carriers").fetchall()}
    for table in plain_tables(project):
        columns = ", ".join(f't."{column.name}"' for column in table.columns)
        target = f"{MARTS}.main.{table.name}"
        if table.name in carried:
            of_rows = f"""
                min(f.exported_on) as first_seen_on, max(u.previous_on) as last_seen_on,
                bool_or(s.until_archive = 0) as is_current
                from raw.{table.name} as t
                join raw.{table.name}_spans as s on s.row_id = t.row_id
                join staging.carriers as f
                    on f.owner = t.owner and f.table_name = '{table.name}' and f.archive_no = s.from_archive
                join staging.carriers as u
                    on u.owner = t.owner and u.table_name = '{table.name}' and u.archive_no = s.until_archive
                group by t.owner, {columns}, t.extra
            """
        else:  # most, in most homes: to plan all of that for no row would take three times as long
            of_rows = f"""
                cast(null as date) as first_seen_on, cast(null as date) as last_seen_on,
                cast(null as boolean) as is_current
                from raw.{table.name} as t where false
            """
        connection.execute(f"create table {target} as select t.owner, {columns}, t.extra, {of_rows}")
        meanings = {column.name: column.description for column in table.columns} | DATES
        meanings |= {"owner": "slug of the member", "extra": "columns the catalogue does not know, as JSON"}
        comments = [f'comment on column {target}."{name}" is {quoted(meaning)}' for name, meaning in meanings.items()]
        connection.execute("; ".join([f"comment on table {target} is {quoted(table.description)}", *comments]))
    connection.commit()
