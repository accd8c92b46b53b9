"""The SQL files of the project as a graph: what each one makes, what it reads, in which order they run.

`sql/<schema>/<table>.sql` holds one SELECT and makes the table of that name; what is in `sql/marts` is published.
Three folders hold something else: `sql/tags` rules, `sql/checks` checks, `sql/macros` table macros. The grammar of the
files is in sql/README.md. What is written here is the files' meaning; how a published file comes to be is publish.py.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import MappingProxyType

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from linkstrata.warehouse.portable import refusals

MARTS = "marts"
"""The schema whose models are published, and the catalogue under which the file being published is attached."""

RULE_ROWS = "tags.rule_rows"
RULES = "tags.rules"
RULE_TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        RULE_ROWS: ("owner", "person_id", "tag", "reason", "digest"),
        RULES: ("tag", "description", "digest", "shipped", "problem"),
    }
)
"""What `run_rules` fills, and models may read, with their columns."""

_DIALECT = "duckdb"
_RULE_COLUMNS = {"owner", "person_id", "reason"}
_TAG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED_SCHEMAS = {"raw", "main", "temp", "system", "information_schema"}
_ROW_GENERATORS = {"unnest", "generate_series", "range"}


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
    `set_aside` gives (path, reason) for each rule of the user's that cannot be used.
    """

    models: tuple[Model, ...]
    rules: tuple[Rule, ...]
    checks: tuple[Check, ...]
    macros: tuple[Macro, ...]
    set_aside: tuple[tuple[str, str], ...]
    sources: Mapping[str, tuple[str, ...]]
    rule_views: Mapping[str, str]

    @cached_property
    def needing_rules(self) -> frozenset[str]:
        """Names of the models that read the rules' rows, themselves or through others."""
        return _needing_rules(self.models)

    @property
    def before_rules(self) -> tuple[Model, ...]:
        return tuple(model for model in self.models if model.name not in self.needing_rules)

    @property
    def after_rules(self) -> tuple[Model, ...]:
        return tuple(model for model in self.models if model.name in self.needing_rules)

    @property
    def published(self) -> tuple[Model, ...]:
        return tuple(model for model in self.models if model.published)


def load_project(
    sql_directory: Path, raw_columns: Mapping[str, Sequence[str]], user_rules: Path | None = None
) -> Project:
    """Reads every SQL file and finds their order. `raw_columns` maps each table of schema raw (without "raw.") to its
    columns; `user_rules` is the data home's folder of rules. Raises ModelError; a rule of the user's never does."""
    sources = {f"raw.{table}": tuple(columns) for table, columns in raw_columns.items()} | dict(RULE_TABLES)
    files = [_read_project_file(path, sql_directory) for path in sorted(sql_directory.rglob("*.sql"))]
    macro_names = frozenset(file.name for file in files if file.folder == "macros")
    model_files = [file for file in files if file.folder not in ("tags", "checks", "macros")]
    columns = sources | {f"{file.folder}.{file.name}": tuple(file.columns) for file in model_files}
    models = _in_order([_model(file, columns, macro_names) for file in model_files])
    rule_views = _rule_views(models)
    checks = tuple(_check(file, models, columns, macro_names) for file in files if file.folder == "checks")
    macros = tuple(_macro(file, columns, macro_names) for file in files if file.folder == "macros")
    rules = [_rule(file, rule_views, columns, macro_names, True) for file in files if file.folder == "tags"]
    set_aside: list[tuple[str, str]] = []
    for path in sorted(user_rules.glob("*.sql")) if user_rules else ():
        shown = f"{path.parent.name}/{path.name}"
        try:
            rule = _rule(_read(path, "tags", shown), rule_views, columns, macro_names, False)
            if any(rule.tag == other.tag for other in rules):
                raise ModelError(f"{rule.path}: there is a shipped tag {rule.tag}: give the file another name")
            rules.append(rule)
        except ModelError as error:
            set_aside.append((shown, str(error)))
    return Project(models, tuple(rules), checks, macros, tuple(set_aside), sources, rule_views)


# -- one file ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _File:
    """A file taken apart: its place, its header and its one parsed SELECT."""

    folder: str
    name: str
    path: str
    description: str
    columns: Mapping[str, str]
    settings: Mapping[str, str]
    sql: str
    query: exp.Query
    tokens: tuple[Token, ...]


def _read_project_file(path: Path, sql_directory: Path) -> _File:
    place = path.relative_to(sql_directory)
    shown = f"sql/{place.as_posix()}"
    if len(place.parts) != 2:
        raise ModelError(f"{shown}: a model's path is sql/<schema>/<table>.sql: move the file into a schema's folder")
    folder, name = place.parts[0], path.stem
    if folder != "tags" and not (_NAME.fullmatch(folder) and _NAME.fullmatch(name)):
        raise ModelError(f"{shown}: folder and file are named in lower-case words joined by '_': rename it")
    if folder in _RESERVED_SCHEMAS:
        raise ModelError(f"{shown}: no model can make a table in schema {folder}: move the file to another folder")
    file = _read(path, folder, shown)
    if not file.description:
        raise ModelError(f"{shown}: begins with no comment: say in `-- …` lines what a row of it is")
    for refusal in refusals(file.query, file.sql, folder == MARTS):
        raise ModelError(f"{shown}: {refusal}")
    return file


def _read(path: Path, folder: str, shown: str) -> _File:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ModelError(f"{shown}: is not UTF-8 text: save it as UTF-8") from error
    description, columns, settings = _header(text, shown)
    sql, query, scanned = _parse(text, shown)
    return _File(folder, path.stem, shown, description, columns, settings, sql, query, scanned)


def _header(text: str, path: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """Description, columns with their meaning, and `name: value` settings from the comment that opens the file."""
    comment = [line.strip()[2:] for line in _leading_comment(text)]
    paragraphs: list[list[str]] = [[]]
    columns: dict[str, str] = {}
    settings: dict[str, str] = {}
    indent: int | None = None  # of the column entries, once `columns:` was read
    for line in comment:
        words = line.strip()
        setting = re.fullmatch(r"(guards|parameters):\s*(.+)", words)
        if words == "columns:":
            indent = 0
        elif setting:
            settings[setting[1]] = setting[2]
        elif indent is None:
            paragraphs[-1].append(words)
            if not words:
                paragraphs.append([])
        elif words:
            depth = len(line) - len(line.lstrip())
            indent = indent or depth
            if depth > indent and columns:
                last = next(reversed(columns))
                columns[last] = f"{columns[last]} {words}".strip()
            else:
                name, _, meaning = words.partition(" ")
                if name in columns:
                    raise ModelError(f"{path}: the header gives column {name} twice: take one out")
                columns[name] = meaning.strip()
    description = "\n\n".join(joined for paragraph in paragraphs if (joined := " ".join(paragraph).strip()))
    for name, meaning in columns.items():
        if not meaning:
            raise ModelError(f"{path}: the header does not say what column {name} means: add a few words behind it")
    return description, columns, settings


def _leading_comment(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("--"):
            return
        if line.strip():
            yield line


def _parse(text: str, path: str) -> tuple[str, exp.Query, tuple[Token, ...]]:
    """The text of the one SELECT without header and semicolon, its tree, and its tokens."""
    try:
        scanned = list(sqlglot.tokenize(text, read=_DIALECT))
        while scanned and scanned[-1].token_type == TokenType.SEMICOLON:
            scanned.pop()
        if not scanned:
            raise ModelError(f"{path}: holds no SQL: write one SELECT below the header")
        sql = text[scanned[0].start : scanned[-1].end + 1]
        statements = sqlglot.parse(sql, read=_DIALECT)
    except SqlglotError as error:
        raise ModelError(f"{path}: {first_line(error)}: correct the SQL") from error
    if len(statements) != 1:
        raise ModelError(f"{path}: holds {len(statements)} statements: keep one SELECT, the others in files of theirs")
    query = statements[0]
    writes = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Copy)
    if not isinstance(query, exp.Query) or query.find(*writes):
        raise ModelError(f"{path}: is not a SELECT: a file holds one query; the table is made by its path")
    return sql, query, tuple(scanned)


def first_line(error: Exception) -> str:
    """An engine's message without the lines that quote the query, and without sqlglot's terminal colours."""
    return re.sub(r"\x1b\[\d*m", "", str(error)).strip().splitlines()[0].rstrip(".: ")


# -- what a query reads and gives -------------------------------------------------------------------------------------


def _tables(file: _File, macro_names: frozenset[str]) -> Iterator[exp.Table]:
    """The tables that a file reads; not its CTEs. Functions in FROM that make rows out of nothing are none;
    any other reads outside the graph, or is a macro, and is refused."""
    for table in file.query.find_all(exp.Table):
        if isinstance(table.this, exp.Func):
            function = table.this.name if isinstance(table.this, exp.Anonymous) else table.this.sql_name()
            function = function.lower()
            if function in macro_names:
                raise ModelError(
                    f"{file.path}: calls the macro {function}, which exists in the published file only: "
                    "read the tables that it reads"
                )
            if function not in _ROW_GENERATORS:
                raise ModelError(
                    f"{file.path}: reads from {function}(…), past the graph: "
                    "files are loaded by `linkstrata ingest`; read the table that holds them"
                )
        elif table.db or table.name.lower() not in _visible_ctes(table):
            if not table.db and re.search(r"[./\\*]", table.name):
                raise ModelError(
                    f"{file.path}: reads the file '{table.name}', past the graph: "
                    "files are loaded by `linkstrata ingest`; read the table that holds them"
                )
            if table.catalog:
                raise ModelError(f"{file.path}: {table.sql(_DIALECT)} names a catalogue: write <schema>.<table>")
            yield table


def _visible_ctes(table: exp.Table) -> set[str]:
    """Names of the CTEs that a table reference stands within reach of. A CTE sees those before it, not itself,
    unless the WITH is recursive."""
    names: set[str] = set()
    inner: exp.Expr = table
    outer = table.parent
    while outer is not None:
        if isinstance(outer, exp.With):
            before = [cte.alias.lower() for cte in outer.expressions[: inner.index or 0]]
            names.update(before, [inner.alias.lower()] if outer.recursive else [])
        elif (clause := outer.args.get("with_")) is not None and clause is not inner:
            names.update(cte.alias.lower() for cte in clause.expressions)
        inner, outer = outer, outer.parent
    return names


def _reads(file: _File, known: Iterable[str], macro_names: frozenset[str]) -> tuple[str, ...]:
    """Sorted names of the known tables that a file reads; raises for an unqualified or unknown one."""
    names = set()
    for table in _tables(file, macro_names):
        name = f"{table.db}.{table.name}".lower() if table.db else table.name.lower()
        if not table.db:
            near = [other for other in known if other.partition(".")[2] == name]
            hint = f"write {near[0]}" if len(near) == 1 else "write <schema>.<table>"
            raise ModelError(f"{file.path}: {name} does not say its schema: {hint}")
        if name not in known:
            raise ModelError(f"{file.path}: reads {name}, which no file makes{_near(name, known)}")
        names.add(name)
    return tuple(sorted(names))


def _near(name: str, known: Iterable[str]) -> str:
    matches = difflib.get_close_matches(name, list(known), n=1)
    return f": did you mean {matches[0]}?" if matches else ": correct the name, or add the file that makes it"


def _output_columns(query: exp.Expr, columns: Mapping[str, Sequence[str]], path: str) -> tuple[str, ...] | None:
    """The column names that a query gives, or None where a star over several tables hides them until it runs."""
    if isinstance(query, exp.SetOperation):
        return _output_columns(query.left, columns, path)
    if isinstance(query, exp.Subquery):
        return _output_columns(query.this, columns, path)
    if not isinstance(query, exp.Select):
        return None
    names: list[str] = []
    for expression in query.expressions:
        if expression.is_star:
            star = expression.this if isinstance(expression, exp.Column) else expression
            source = _only_source(query)
            known = None if source is None else _source_columns(source, columns, path)
            if known is None or star.args.get("replace") or star.args.get("rename"):
                return None
            left_out = {column.name.lower() for column in star.args.get("except_") or ()}
            names.extend(name for name in known if name not in left_out)
        elif isinstance(expression, exp.Alias | exp.Column):
            names.append(expression.output_name.lower())
        else:
            raise ModelError(f"{path}: column {expression.sql(_DIALECT)} has no name: give it one with AS")
    return tuple(names)


def _only_source(query: exp.Select) -> exp.Expr | None:
    source = query.args.get("from_")
    return None if source is None or query.args.get("joins") or query.args.get("laterals") else source.this


def _source_columns(source: exp.Expr, columns: Mapping[str, Sequence[str]], path: str) -> Sequence[str] | None:
    if isinstance(source, exp.Subquery):
        return _output_columns(source, columns, path)
    if not isinstance(source, exp.Table) or isinstance(source.this, exp.Func):
        return None
    if source.db:
        return columns.get(f"{source.db}.{source.name}".lower())
    outer = source.parent
    while outer is not None:
        clause = outer.args.get("with_")
        for cte in clause.expressions if clause and not clause.recursive else ():
            if cte.alias.lower() == source.name.lower():
                return tuple(name.name for name in cte.args["alias"].columns) or _output_columns(
                    cte.this, columns, path
                )
        outer = outer.parent
    return None


def _compare_columns(file: _File, expected: Iterable[str], given: Iterable[str] | None, where: str) -> None:
    """Raises if the SELECT gives other columns than `where` promises."""
    if given is None:
        return
    given, expected = list(given), list(expected)
    for name in given:
        if given.count(name) > 1:
            raise ModelError(f"{file.path}: gives column {name} twice: rename or drop one")
        if name not in expected:
            raise ModelError(f"{file.path}: gives column {name}, which {where} does not have: add or drop it")
    for name in expected:
        if name not in given:
            raise ModelError(f"{file.path}: does not give column {name}, which {where} has: add or drop it")


# -- models, checks, macros, rules ------------------------------------------------------------------------------------


def _model(file: _File, columns: Mapping[str, Sequence[str]], macro_names: frozenset[str]) -> Model:
    if not file.columns:
        raise ModelError(f"{file.path}: the header names no columns: add `-- columns:` and a line for each")
    _compare_columns(file, file.columns, _output_columns(file.query, columns, file.path), "the header")
    name = f"{file.folder}.{file.name}"
    return Model(name, file.path, file.sql, file.description, file.columns, _reads(file, columns, macro_names))


def _in_order(models: Sequence[Model]) -> tuple[Model, ...]:
    by_name = {model.name: model for model in models}
    graph = {model.name: [name for name in model.reads if name in by_name] for model in models}
    try:
        order = [by_name[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        circle = error.args[1]
        path = by_name[circle[0]].path
        raise ModelError(f"{path}: reads its own result, {' → '.join(reversed(circle))}: break the circle") from error
    needing = _needing_rules(order)
    return tuple(sorted(order, key=lambda model: model.name in needing))


def _needing_rules(models_in_order: Iterable[Model]) -> frozenset[str]:
    needing: set[str] = set()
    for model in models_in_order:
        if any(name in needing or name in RULE_TABLES for name in model.reads):
            needing.add(model.name)
    return frozenset(needing)


def _rule_views(models: Sequence[Model]) -> dict[str, str]:
    """What each published table is for a rule: itself, or, if it needs the rules' rows, the model of the same name in
    schema segments, which has its columns as far as they stand before there are tags."""
    by_name = {model.name: model for model in models}
    needing = _needing_rules(models)
    views = {}
    for model in models:
        stand_in = by_name.get(f"segments.{model.table}")
        if not model.published:
            continue
        if model.name not in needing:
            views[model.table] = model.name
        elif stand_in is not None and stand_in.name not in needing:
            for column in stand_in.columns:
                if column not in model.columns:
                    raise ModelError(
                        f"{stand_in.path}: gives column {column}, which {model.path} does not have, though rules "
                        f"read it as main.{model.table}: add it there or drop it here"
                    )
            views[model.table] = stand_in.name
    return views


def _check(
    file: _File, models: Sequence[Model], columns: Mapping[str, Sequence[str]], macro_names: frozenset[str]
) -> Check:
    by_name = {model.name: model for model in models}
    guards = file.settings.get("guards", "")
    if guards not in by_name:
        raise ModelError(f"{file.path}: guards no model{_near(guards, by_name)}: add `-- guards: <schema>.<table>`")
    reads = _reads(file, columns, macro_names)
    built = {guards}
    for model in reversed(models):
        if model.name in built:
            built.update(model.reads)
    for name in reads:
        if name in by_name and name not in built:
            raise ModelError(
                f"{file.path}: reads {name}, which need not be there when {guards} is checked: "
                f"guard a model that is built after both"
            )
    return Check(file.name, guards, file.path, file.sql, file.description, reads)


def _macro(file: _File, columns: Mapping[str, Sequence[str]], macro_names: frozenset[str]) -> Macro:
    """A macro reads published tables as main.<table>, as its caller does."""
    published = {f"main.{name.partition('.')[2]}" for name in columns if name.startswith(f"{MARTS}.")}
    reads = tuple(name.replace("main.", f"{MARTS}.", 1) for name in _reads(file, published, macro_names))
    parameters = tuple(_parameters(file))
    return Macro(file.name, file.path, _with_types(file, parameters), file.description, parameters, reads)


def _parameters(file: _File) -> Iterator[Parameter]:
    """The header's `day date, known_by timestamp = NULL`; a comma in brackets, as in decimal(10, 2), parts nothing."""
    for text in re.split(r",(?![^(]*\))", file.settings.get("parameters", "")):
        declared = re.fullmatch(r"\s*([a-z_]\w*)\s+([^=]+?)\s*(?:=\s*(.+?)\s*)?", text)
        if not declared:
            raise ModelError(
                f"{file.path}: the parameter '{text.strip()}' is not written as `name type` or `name type = default`: "
                "correct the header's `-- parameters:`"
            )
        yield Parameter(declared[1], declared[2], declared[3])


def _with_types(file: _File, parameters: Iterable[Parameter]) -> str:
    """The SQL with every parameter cast to its type where it is used. DuckDB's own typed parameters would refuse
    contacts_as_of('2024-05-01'), for that is a string."""
    types = {parameter.name: parameter.type for parameter in parameters}
    uses = [
        column.this.meta
        for column in file.query.find_all(exp.Column)
        if not column.table and column.name.lower() in types
    ]
    sql = file.sql
    for place in sorted(uses, key=lambda meta: int(meta["start"]), reverse=True):
        start, end = place["start"], place["end"] + 1
        sql = f"{sql[:start]}cast({sql[start:end]} as {types[sql[start:end].lower()]}){sql[end:]}"
    return sql


def _rule(
    file: _File,
    rule_views: Mapping[str, str],
    columns: Mapping[str, Sequence[str]],
    macro_names: frozenset[str],
    shipped: bool,
) -> Rule:
    """A rule reads published tables as readers do, main.contacts or contacts, as far as they stand before tags."""
    if not _TAG.fullmatch(file.name):
        raise ModelError(f"{file.path}: a tag's name is lower-case words joined by '-': rename the file")
    reads = set()
    for table in _tables(file, macro_names):
        name = table.name.lower()
        if table.db.lower() not in ("", "main") or name not in rule_views:
            raise ModelError(
                f"{file.path}: reads {table.sql(_DIALECT)}, which a rule cannot: "
                f"it reads {', '.join(sorted(rule_views))}"
            )
        reads.add(rule_views[name])
    available = {f"main.{table}": columns[relation] for table, relation in rule_views.items()}
    available |= {table: columns[relation] for table, relation in rule_views.items()}
    given = _output_columns(file.query, available, file.path)
    _compare_columns(file, sorted(_RULE_COLUMNS), given, "a rule (owner, person_id, reason)")
    return Rule(file.name, file.path, file.sql, file.description, _digest(file.tokens), shipped, tuple(sorted(reads)))


def _digest(scanned: Iterable[Token]) -> str:
    """SHA-256 of the SQL as its words: comments, layout and the case of names and keywords do not count."""
    exact = (TokenType.STRING, TokenType.IDENTIFIER)
    words = (
        f"{token.token_type.name}:{token.text}" if token.token_type in exact else token.text.lower()
        for token in scanned
    )
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


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


def run_rules(connection: duckdb.DuckDBPyConnection, project: Project) -> Mapping[str, str]:
    """Fills tags.rule_rows and tags.rules, once the models before the rules stand.

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
    try:
        for rule in project.rules:
            try:
                _run_rule(connection, rule)
            except duckdb.Error as error:
                reason = f"{rule.path}: {first_line(error)}: correct the SQL"
                if rule.shipped or isinstance(error, duckdb.InterruptException):
                    raise ModelError(reason) from error
                problems[rule.path] = reason
    finally:
        for table in project.rule_views:
            connection.execute(f"drop view if exists temp.{table}")
    _list_rules(connection, project, problems)
    return problems


def _run_rule(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Replaces the rule's rows; a person whom it names twice, or nobody, is taken once or not at all."""
    connection.execute("begin")
    try:
        connection.execute(f"delete from {RULE_ROWS} where tag = ?", [rule.tag])
        connection.execute(
            f"insert into {RULE_ROWS} select owner, person_id, ?, min(reason), ? from (\n{rule.sql}\n) "
            "where owner is not null and person_id is not null group by owner, person_id",
            [rule.tag, rule.digest],
        )
        connection.execute("commit")
    except BaseException:
        connection.rollback()
        raise


def _list_rules(connection: duckdb.DuckDBPyConnection, project: Project, problems: Mapping[str, str]) -> None:
    rows: list[tuple[str, str | None, str | None, bool, str | None]] = [
        (rule.tag, rule.description, rule.digest, rule.shipped, problems.get(rule.path)) for rule in project.rules
    ]
    shipped = {rule.tag for rule in project.rules}
    rows += [
        (Path(path).stem, None, None, False, reason)
        for path, reason in project.set_aside
        if Path(path).stem not in shipped
    ]
    connection.execute("begin")
    connection.execute(f"delete from {RULES}")
    if rows:
        connection.executemany(f"insert into {RULES} values (?, ?, ?, ?, ?)", rows)
    connection.execute(f"delete from {RULE_ROWS} where tag not in (select tag from {RULES})")
    connection.execute("commit")


def quoted(text: str) -> str:
    """The text as a SQL string, for the statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"
