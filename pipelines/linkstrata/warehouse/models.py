"""The SQL files of the project as a graph: what each one makes, what it reads, in which order they run.

`sql/<schema>/<table>.sql` holds one SELECT and makes the table of that name; what is in `sql/marts` is published.
Three folders hold something else: `sql/tags` rules, `sql/checks` checks, `sql/macros` table macros. The grammar of the
files is in sql/README.md, how they are read is in sql_graph.py, and how a published file comes to be in publish.py.
Here is what they are, and running them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

import duckdb

from linkstrata.curation.tables import CURATED_TABLES
from linkstrata.settings import project_root
from linkstrata.warehouse.connection import time_limit

MARTS = "marts"
"""The schema whose models are published, and the catalogue under which the file being published is attached."""

RULE_SECONDS = 60.0
"""How long one of the user's rules may take, so that none keeps a build from its end."""

RULE_ROWS = "tags.rule_rows"
RULES = "tags.rules"
RULE_SPANS = "tags.rule_spans"
RULE_TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        RULE_ROWS: ("owner", "person_id", "tag", "reason", "digest"),
        RULES: ("tag", "description", "digest", "shipped", "problem"),
        RULE_SPANS: ("owner", "person_id", "tag", "since"),
    }
)
"""What `run_rules` fills, and models may read, with their columns."""

Lineage = Mapping[str, list[tuple[str, str]]]
"""From a column to the (table, column) pairs it is computed from: raw tables' and other models'."""


class ModelError(Exception):
    """A file under sql/ cannot be used: one line that says which, what is wrong, and what to do."""


@dataclass(frozen=True)
class Model:
    """One table: its SELECT, what the header says of it, and the tables it reads."""

    name: str
    path: str
    sql: str
    description: str
    columns: Mapping[str, str]
    reads: tuple[str, ...]

    @property
    def published(self) -> bool:
        return self.name.startswith(f"{MARTS}.")

    @property
    def table(self) -> str:
        """The name without its schema; readers know a mart by it."""
        return self.name.partition(".")[2]


@dataclass(frozen=True)
class Rule:
    """One rule tag. `reads` are relations of the build; `digest` names the rule's SQL, comments and layout aside."""

    tag: str
    path: str
    sql: str
    description: str
    digest: str
    shipped: bool
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """A SELECT of the rows that break a rule of the model it guards."""

    name: str
    guards: str
    path: str
    sql: str
    description: str
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a macro, as its header declares it: `day date`, `known_by timestamp = NULL`."""

    name: str
    type: str
    default: str | None


@dataclass(frozen=True)
class Macro:
    """A table macro of the published file; its SQL says main.<table>, its `reads` the marts behind that."""

    name: str
    path: str
    sql: str
    description: str
    parameters: tuple[Parameter, ...]
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Project:
    """Everything under sql/, and the user's rules.

    `models` stand in running order; those that the rules need stand before those that need the rules.
    `rule_views` maps each published table that a rule may read to the relation that holds its rows by then.
    `set_aside` gives (path, reason) for each rule of the user's that cannot be used. `sources` maps tables that no file
    makes to their columns; `lineage` a model to the columns that each of its columns is computed from.
    """

    models: tuple[Model, ...]
    rules: tuple[Rule, ...]
    checks: tuple[Check, ...]
    macros: tuple[Macro, ...]
    set_aside: tuple[tuple[str, str], ...]
    sources: Mapping[str, tuple[str, ...]]
    rule_views: Mapping[str, str]
    lineage: Mapping[str, Lineage]

    @cached_property
    def needing_rules(self) -> frozenset[str]:
        """Names of the models that read the rules' rows, themselves or through others."""
        return needing_rules(self.models)

    @property
    def before_rules(self) -> tuple[Model, ...]:
        return tuple(model for model in self.models if model.name not in self.needing_rules)

    @property
    def after_rules(self) -> tuple[Model, ...]:
        return tuple(model for model in self.models if model.name in self.needing_rules)

    @property
    def published(self) -> tuple[Model, ...]:
        return tuple(model for model in self.models if model.published)


def needing_rules(models_in_order: Iterable[Model]) -> frozenset[str]:
    """Names of those models that read the rules' rows, themselves or through others before them."""
    needing: set[str] = set()
    for model in models_in_order:
        if any(name in needing or name in RULE_TABLES for name in model.reads):
            needing.add(model.name)
    return frozenset(needing)


def load_project(
    sql_directory: Path,
    raw_columns: Mapping[str, Sequence[str]],
    user_rules: Path | None = None,
    remembered: Path | None = None,
) -> Project:
    """The project under `sql_directory`. `raw_columns` maps each table of schema raw (without "raw.") to its columns;
    `user_rules` is the data home's folder of rules; `remembered` a file that keeps the result until any of it changes,
    for reading the SQL takes longer than many a run. Raises ModelError; for a rule of the user's it never does."""
    if remembered is None:
        return _with_rules(_read_project(sql_directory, raw_columns), user_rules)
    state = _state(sql_directory, raw_columns, user_rules)
    project = _recall(remembered, state)
    if project is None:
        project = _with_rules(_shipped_project(sql_directory, raw_columns), user_rules)
        _keep(project, state, remembered)
    return project


def _shipped_project(sql_directory: Path, raw_columns: Mapping[str, Sequence[str]]) -> Project:
    """The project without rules of a user's: every home of this checkout asks for what the first of them has read."""
    if sql_directory != project_root() / "sql":
        return _read_project(sql_directory, raw_columns)
    state = _state(sql_directory, raw_columns, None)
    project = _recall(_SHIPPED, state)
    if project is None:
        project = _read_project(sql_directory, raw_columns)
        _keep(project, state, _SHIPPED)
    return project


def _with_rules(project: Project, user_rules: Path | None) -> Project:
    if user_rules is None or not any(user_rules.glob("*.sql")):
        return project
    from linkstrata.warehouse.sql_graph import with_rules_of_user

    return with_rules_of_user(project, user_rules)


_SHIPPED = Path(__file__).parent / "__pycache__" / "project.json"
"""Where Python keeps what it made of this program's files; what is made of its SQL files lies there too."""


def _keep(project: Project, state: str, path: Path) -> None:
    """Keeps a project for the next time, whole or not at all; where nothing can be written, it is read again then."""
    text = json.dumps({"state": state, "project": asdict(project)}, ensure_ascii=False)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.next")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)


def _read_project(sql_directory: Path, raw_columns: Mapping[str, Sequence[str]]) -> Project:
    # Only here and for a user's rules is sqlglot needed, which takes longer to import than DuckDB.
    from linkstrata.warehouse.sql_graph import read_project

    return read_project(sql_directory, raw_columns)


def _state(sql_directory: Path, raw_columns: Mapping[str, Sequence[str]], user_rules: Path | None) -> str:
    """A digest of all that a project is read from, and of the code that reads it."""
    digest = hashlib.sha256(version("sqlglot").encode())
    digest.update(json.dumps([dict(raw_columns), dict(CURATED_TABLES)], default=list).encode())
    read = [(Path(__file__).parent, "*.py"), (sql_directory, "**/*.sql")]
    for folder, pattern in [*read, (user_rules, "*.sql")] if user_rules else read:
        for path in sorted(folder.glob(pattern)):
            digest.update(f"\0{pattern}\0{path.relative_to(folder)}\0".encode() + _content(path))
    return digest.hexdigest()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:  # a rule of the user's that is no file, or nobody may read: it will be set aside
        return str(error).encode()


def last_project(remembered: Path) -> Project | None:
    """The project as it was last kept, whatever has changed since: that of the last build. None if there is none."""
    return _recall(remembered, None)


def _recall(remembered: Path, state: str | None) -> Project | None:
    """The project as it was kept for this state, or any; None if it was for another, or not by this program."""
    try:
        kept = json.loads(remembered.read_text(encoding="utf-8"))
        if state is not None and kept["state"] != state:
            return None
        project = kept["project"]
        return Project(
            models=tuple(Model(**model | {"reads": tuple(model["reads"])}) for model in project["models"]),
            rules=tuple(Rule(**rule | {"reads": tuple(rule["reads"])}) for rule in project["rules"]),
            checks=tuple(Check(**check | {"reads": tuple(check["reads"])}) for check in project["checks"]),
            macros=tuple(
                Macro(
                    **macro
                    | {
                        "reads": tuple(macro["reads"]),
                        "parameters": tuple(Parameter(**parameter) for parameter in macro["parameters"]),
                    }
                )
                for macro in project["macros"]
            ),
            set_aside=tuple((path, reason) for path, reason in project["set_aside"]),
            sources={table: tuple(columns) for table, columns in project["sources"].items()},
            rule_views=project["rule_views"],
            lineage={
                model: {column: [(table, name) for table, name in origins] for column, origins in columns.items()}
                for model, columns in project["lineage"].items()
            },
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


# -- running ----------------------------------------------------------------------------------------------------------


def run_model(connection: duckdb.DuckDBPyConnection, model: Model) -> int:
    """Makes the model's table anew and gives its row count; a mart goes, with its comments, into the file being
    published. The table is replaced whole or, on ModelError, not at all."""
    schema, table = (f"{MARTS}.main" if model.published else model.name.partition(".")[0]), model.table
    try:
        connection.execute("begin")
        if not model.published:
            connection.execute(f"create schema if not exists {schema}")
        connection.execute(f"create or replace table {schema}.{table} as\n{model.sql}")
        rows = int(connection.fetchall()[0][0])
        given = [row[0] for row in connection.execute(f"describe {schema}.{table}").fetchall()]
        if sorted(given) != sorted(model.columns):
            differing = ", ".join(sorted(set(given) ^ set(model.columns)))
            raise ModelError(f"{model.path}: header and SELECT differ in the columns {differing}: make them agree")
        if model.published:
            connection.execute(f"comment on table {schema}.{table} is {quoted(model.description)}")
            for column, meaning in model.columns.items():
                connection.execute(f'comment on column {schema}.{table}."{column}" is {quoted(meaning)}')
        connection.execute("commit")
    except BaseException as error:
        connection.rollback()
        if isinstance(error, duckdb.Error) and not isinstance(error, duckdb.InterruptException):
            raise ModelError(f"{model.path}: {first_line(error)}: correct the SQL") from error
        raise
    return rows


def run_check(connection: duckdb.DuckDBPyConnection, check: Check) -> int:
    """How many rows break what the check guards. Raises ModelError if it does not run."""
    try:
        return int(connection.execute(f"select count(*) from (\n{check.sql}\n)").fetchall()[0][0])
    except duckdb.Error as error:
        raise ModelError(f"{check.path}: {first_line(error)}: correct the SQL") from error


def run_rules(
    connection: duckdb.DuckDBPyConnection,
    project: Project,
    after: Callable[[Sequence[Rule]], None] = lambda working: None,
) -> Mapping[str, str]:
    """Fills tags.rule_rows and tags.rules, once the models before the rules stand.

    `after` is called with the rules that gave their rows, while the views that rules read still stand.

    A rule of the user's that fails keeps the rows it gave last, and the reason is in tags.rules.problem; so it is for
    one that was set aside when the project was loaded. Gives {path: reason} for all of those. A rule whose file is
    gone loses its rows. Raises ModelError if a shipped rule fails.
    """
    connection.execute("create schema if not exists tags")
    connection.execute(
        f"create table if not exists {RULE_ROWS} "
        "(owner varchar, person_id varchar, tag varchar, reason varchar, digest varchar)"
    )
    connection.execute(
        f"create table if not exists {RULES} "
        "(tag varchar, description varchar, digest varchar, shipped boolean, problem varchar)"
    )
    # Views that only this connection sees answer to `contacts` and to `main.contacts`, and leave nothing behind.
    for table, relation in project.rule_views.items():
        connection.execute(f"create or replace temp view {table} as from {relation}")
    problems = dict(project.set_aside)
    working: list[Rule] = []
    try:
        for rule in project.rules:
            try:
                _run_rule(connection, rule)
                working.append(rule)
            except duckdb.Error as error:
                reason = f"{rule.path}: {first_line(error)}: correct the SQL"
                if rule.shipped or isinstance(error, duckdb.InterruptException):
                    raise ModelError(reason) from error
                problems[rule.path] = reason
        after(working)
    finally:
        for table in project.rule_views:
            connection.execute(f"drop view if exists temp.{table}")
    _list_rules(connection, project, problems)
    return problems


def _run_rule(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Replaces the rule's rows; a contact whom it names twice is taken once, and who is no contact not at all."""
    connection.execute("begin")
    try:
        connection.execute(f"delete from {RULE_ROWS} where tag = ?", [rule.tag])
        with nullcontext() if rule.shipped else time_limit(connection, RULE_SECONDS):
            connection.execute(
                f"insert into {RULE_ROWS} select owner, person_id, ?, min(reason), ? from (\n{rule.sql}\n) "
                "where (owner, person_id) in (select owner, person_id from contacts) group by owner, person_id",
                [rule.tag, rule.digest],
            )
        connection.execute("commit")
    except BaseException:
        connection.rollback()
        raise


def _list_rules(connection: duckdb.DuckDBPyConnection, project: Project, problems: Mapping[str, str]) -> None:
    set_aside = {Path(path).stem: reason for path, reason in project.set_aside}
    rows: list[tuple[str, str | None, str | None, bool, str | None]] = [
        (
            rule.tag,
            rule.description,
            rule.digest,
            rule.shipped,
            problems.get(rule.path) or set_aside.pop(rule.tag, None),
        )
        for rule in project.rules
    ]
    rows += [(tag, None, None, False, reason) for tag, reason in set_aside.items()]
    connection.execute("begin")
    connection.execute(f"delete from {RULES}")
    if rows:
        connection.executemany(f"insert into {RULES} values (?, ?, ?, ?, ?)", rows)
    connection.execute(f"delete from {RULE_ROWS} where tag not in (select tag from {RULES})")
    connection.execute("commit")


def first_line(error: Exception) -> str:
    """An engine's message without the lines that quote the query, and without sqlglot's terminal colours."""
    return re.sub(r"\x1b\[\d*m", "", str(error)).strip().splitlines()[0].rstrip(".: ")


def quoted(text: str) -> str:
    """The text as a SQL string, for the statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"
