"""The notebooks' door to the published database: `sql` and `%%sql` ask it, `show` draws, `lacking` says what lacks.

What a notebook needs and nothing more. Every question opens the file anew, so that it is answered from the newest
publication even while the notebook stays open; nothing can be written but a rule, by `save_rule`.

`%load_ext linkstrata.notebook` brings cells of SQL. The extensions to be had hold one connection open, which goes on
reading the file of an older publication, and take no `$name` from the notebook; one of them reports home as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import plotly.graph_objects as go
import polars as pl
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from linkstrata.charts.table import table
from linkstrata.charts.theme import CONFIG
from linkstrata.settings import settings_from_environment
from linkstrata.warehouse.connection import read_published

FIGURE = "application/vnd.plotly.v1+json"
"""The kind of output that JupyterLab draws a figure from."""

_LOADED = (
    "select 1 from archive_files join archives using (archive_id) "
    "where owner = $owner and archive_files.status = 'loaded' and table_name = 'connections'"
)
_NEEDS: Mapping[str, tuple[str, int, str]] = {
    "connections": (
        _LOADED,
        1,
        "No list of connections yet: ask LinkedIn for a copy of your data and ingest the archive.",
    ),
    "two exports": (
        "select distinct exported_on from archives where archive_id in (select archive_id from archive_files where "
        "table_name = 'connections' and status = 'loaded') and owner = $owner",
        2,
        "What changed shows from two exports on: ask LinkedIn for another archive, or ingest an older one.",
    ),
    "messages": (
        "select 1 from messages where owner = $owner",
        1,
        "No messages: they come with the larger archive (messages.csv). All that rests on them is left empty.",
    ),
    "follower totals": (
        "select 1 from audience_daily where owner = $owner and followers is not null",
        1,
        "No follower totals: they come from the analytics workbook (your profile, Analytics, Followers, Export).",
    ),
    "follower list": (
        "select 1 from follow_evidence where owner = $owner and source = 'follower_list'",
        1,
        "No follower list: nobody is named as a follower, and every connection's follow is assumed.",
    ),
    "posts": (
        "select 1 from posts where owner = $owner",
        1,
        "No posts: they come with the larger archive (Shares.csv).",
    ),
    "post figures": (
        "select 1 from post_metrics where owner = $owner",
        1,
        "No figures of posts: they come from the analytics workbook (your profile, Analytics, Export).",
    ),
    "two members": (
        "select distinct owner from contacts",
        2,
        "One member's files are here: ingest another's, with their consent and --owner, to compare the two.",
    ),
}


def sql(query: str, **values: Any) -> pl.DataFrame:
    """The answer to a query on the published tables; `$name` in it takes the value given as `name=`.

    The data home is the one that LINKSTRATA_DATA names, else data/ in the checkout.
    Raises linkstrata.warehouse.connection.NotPublished, and duckdb.Error with the engine's message.
    """
    with read_published(settings_from_environment().published_database) as connection:
        answer: pl.DataFrame = connection.sql(query, params=values).pl()
    return answer


def show(figure: go.Figure, missing: str = "Nothing to draw yet.") -> None:
    """Draws a figure under the cell, with nothing on it that would send it away; says `missing` where it is empty."""
    if not figure.data:
        print(missing)  # noqa: T201
        return
    drawn = json.loads(figure.to_json())
    display({FIGURE: drawn | {"config": dict(CONFIG)}}, raw=True)  # type: ignore[no-untyped-call]


def lacking(owner: str | None, *needs: str) -> None:
    """Says which of the things that a notebook stands on are not there for an owner, and where they come from.

    `needs` are connections, two exports, messages, follower totals, follower list, posts, post figures, two members.
    """
    said = []
    for need in needs:
        query, least, missing = _NEEDS[need]
        values = {"owner": owner} if "$owner" in query else {}
        if sql(f"select count(*) from ({query})", **values).item() < least:
            said.append(missing)
    print("\n".join(said) or "Everything that this notebook stands on is there.")  # noqa: T201


def save_rule(tag: str, description: str, query: str) -> Path:
    """Keeps a query as the rule of a tag, in the home's tags/; the next `linkstrata build` applies it.

    `query` selects owner, person_id, reason. A rule of that name is replaced. Raises ValueError for an unusable name.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", tag):
        raise ValueError(f"{tag}: a tag's name is small letters, digits and dashes between them")
    folder = settings_from_environment().user_rules
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{tag}.sql"
    comment = "\n".join(f"-- {line}" for line in description.strip().splitlines())
    path.write_text(f"{comment}\n{query.strip()}\n", encoding="utf-8")
    return path


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext linkstrata.notebook`: cells that begin with `%%sql` or `%%sql name`, and tables to be read."""

    def sql_cell(line: str, cell: str) -> pl.DataFrame:
        """Answers the cell's SQL; `$name` takes the notebook's variable, and `%%sql name` keeps the answer in one."""
        answer = sql(cell, **{name: shell.user_ns[name] for name in _parameters(cell)})
        if line.strip():
            shell.user_ns[line.strip()] = answer
        return answer

    shell.register_magic_function(sql_cell, "cell", "sql")  # type: ignore[arg-type]
    assert shell.display_formatter is not None, "a notebook's shell shows what it gives"
    shell.display_formatter.formatters["text/html"].for_type(pl.DataFrame, table)


def _parameters(query: str) -> set[str]:
    """The names that a query takes with `$`, as the engine reads them."""
    return {name for statement in duckdb.extract_statements(query) for name in statement.named_parameters}
