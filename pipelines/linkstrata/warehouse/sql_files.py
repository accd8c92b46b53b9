"""One file under sql/ taken apart: its header, its one SELECT, the tables that reads and the columns it gives.

Only sqlglot is asked here, never the database. What the files make of one another is in sql_graph.py.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from linkstrata.warehouse.models import ModelError, Parameter, first_line

_ROW_GENERATORS = {"unnest", "generate_series", "range"}
_WRITING = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Copy)
_DUCKDB = Dialect.get_or_raise("duckdb")


@dataclass(frozen=True)
class SqlFile:
    """One file: its folder and name, what its header says, and its SELECT, as text and as tree.

    `settings` are the header's `guards:` and `parameters:` lines; `begins` is where in the file's `text` the SELECT
    stands, for the tree's places count from the top; `digest` names the SQL, comments and layout aside.
    """

    folder: str
    name: str
    path: str
    description: str
    columns: Mapping[str, str]
    settings: Mapping[str, str]
    text: str
    begins: int
    sql: str
    query: exp.Query
    digest: str


def read_sql_file(path: Path, folder: str, shown: str) -> SqlFile:
    """Takes a file apart; `shown` is its path in messages. Raises ModelError."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors on Windows begin a file with a mark
    except UnicodeDecodeError as error:
        raise ModelError(f"{shown}: is not UTF-8 text: save it as UTF-8") from error
    description, columns, settings = _header(text, shown)
    words, query = _parse(text, shown)
    begins, sql = words[0].start, text[words[0].start : words[-1].end + 1]
    name, digest = path.stem, _digest(words)
    return SqlFile(folder, name, shown, description, columns, settings, text, begins, sql, query, digest)


def _header(text: str, path: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """Description, columns with their meaning, and `name: value` settings from the comment that opens the file."""
    paragraphs: list[list[str]] = [[]]
    columns: dict[str, str] = {}
    settings: dict[str, str] = {}
    indent: int | None = None  # of the column entries, once `columns:` was read
    for line in _leading_comment(text):
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
    for name, meaning in columns.items():
        if not meaning:
            raise ModelError(f"{path}: the header does not say what column {name} means: add a few words behind it")
    description = "\n\n".join(joined for paragraph in paragraphs if (joined := " ".join(paragraph).strip()))
    return description, columns, settings


def _leading_comment(text: str) -> Iterator[str]:
    """What stands behind the `--` of the lines that open the file."""
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("--"):
            return
        if line.strip():
            yield line.strip()[2:]


def _parse(text: str, path: str) -> tuple[list[Token], exp.Query]:
    """The words of the one SELECT without header and semicolon, and its tree."""
    try:
        words = _DUCKDB.tokenize(text)
        while words and words[-1].token_type == TokenType.SEMICOLON:
            words.pop()
        if not words:
            raise ModelError(f"{path}: holds no SQL: write one SELECT below the header")
        statements = _DUCKDB.parser().parse(words, text)
    except SqlglotError as error:
        raise ModelError(f"{path}: {first_line(error)}: correct the SQL") from error
    if len(statements) != 1:
        raise ModelError(f"{path}: holds {len(statements)} statements: keep one SELECT, give each other a file")
    query = statements[0]
    if not isinstance(query, exp.Query) or query.find(*_WRITING):
        raise ModelError(f"{path}: is not a SELECT: a file holds one query; the table is made by its path")
    return words, query


def _digest(words: Iterable[Token]) -> str:
    """SHA-256 of the SQL as its words: comments, layout and the case of names and keywords do not count."""
    exact = (TokenType.STRING, TokenType.IDENTIFIER)
    spelled = (f"{word.token_type}:{word.text}" if word.token_type in exact else word.text.lower() for word in words)
    return hashlib.sha256("\n".join(spelled).encode()).hexdigest()


# -- what a query reads -----------------------------------------------------------------------------------------------


def tables_read(file: SqlFile, macro_names: Iterable[str]) -> Iterator[exp.Table]:
    """The tables that a file reads; its CTEs are none, nor are functions that make rows out of nothing.

    Any other function in FROM reads past the graph, or is a macro, and raises ModelError, as a file's name does.
    """
    for table in file.query.find_all(exp.Table):
        if isinstance(table.this, exp.Func):
            _refuse_function(table.this, file, macro_names)
        elif table.db or table.name.lower() not in _ctes_in_reach(table):
            if not table.db and re.search(r"[./\\*]", table.name):
                raise _past_the_graph(file, f"the file '{table.name}'")
            if table.catalog:
                raise ModelError(f"{file.path}: {table.sql('duckdb')} names a catalogue: write <schema>.<table>")
            yield table


def _refuse_function(function: exp.Func, file: SqlFile, macro_names: Iterable[str]) -> None:
    name = (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).lower()
    if name in macro_names:
        raise ModelError(
            f"{file.path}: calls the macro {name}, which exists in the published file only: read the tables it reads"
        )
    if name not in _ROW_GENERATORS:
        raise _past_the_graph(file, f"{name}(…)")


def _past_the_graph(file: SqlFile, what: str) -> ModelError:
    return ModelError(
        f"{file.path}: reads {what}, past the graph: `linkstrata ingest` loads files; read the table that holds them"
    )


def _ctes_in_reach(table: exp.Table) -> set[str]:
    """Names of the CTEs that a table reference may mean. A CTE sees those before it, not itself, unless the WITH is
    recursive."""
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


# -- what a query gives -----------------------------------------------------------------------------------------------


def output_columns(query: exp.Expr, columns: Mapping[str, Sequence[str]], path: str) -> tuple[str, ...] | None:
    """The names of the columns that a query gives, from those of the tables in `columns`; None where a star over
    several tables hides them until it runs. Raises ModelError for a column without a name."""
    if isinstance(query, exp.SetOperation):
        return output_columns(query.left, columns, path)
    if isinstance(query, exp.Subquery):
        return output_columns(query.this, columns, path)
    if not isinstance(query, exp.Select):
        return None
    names: list[str] = []
    for expression in query.expressions:
        if expression.is_star:
            star = expression.this if isinstance(expression, exp.Column) else expression
            known = _columns_of_only_source(query, columns, path)
            if known is None or star.args.get("replace") or star.args.get("rename"):
                return None
            left_out = {column.name.lower() for column in star.args.get("except_") or ()}
            names.extend(name for name in known if name not in left_out)
        elif isinstance(expression, exp.Alias | exp.Column):
            names.append(expression.output_name.lower())
        else:
            raise ModelError(f"{path}: column {expression.sql('duckdb')} has no name: give it one with AS")
    return tuple(names)


def _columns_of_only_source(query: exp.Select, columns: Mapping[str, Sequence[str]], path: str) -> Sequence[str] | None:
    clause = query.args.get("from_")
    if clause is None or query.args.get("joins") or query.args.get("laterals"):
        return None
    source = clause.this
    if isinstance(source, exp.Subquery):
        return output_columns(source, columns, path)
    if not isinstance(source, exp.Table) or isinstance(source.this, exp.Func):
        return None
    cte = None if source.db else _cte(source)
    if cte is not None:
        renamed = tuple(column.name.lower() for column in cte.args["alias"].columns)
        return renamed or output_columns(cte.this, columns, path)
    return columns.get(f"{source.db}.{source.name}".lower().lstrip("."))


def _cte(table: exp.Table) -> exp.CTE | None:
    """The nearest CTE of a table's name, if its WITH is not recursive."""
    if table.name.lower() not in _ctes_in_reach(table):
        return None
    outer = table.parent
    while outer is not None:
        clause = outer.args.get("with_")
        for cte in clause.expressions if clause and not clause.recursive else ():
            if isinstance(cte, exp.CTE) and cte.alias.lower() == table.name.lower():
                return cte
        outer = outer.parent
    return None


# -- the parameters of a macro ----------------------------------------------------------------------------------------


def parameters(file: SqlFile) -> Iterator[Parameter]:
    """The header's `day date, known_by timestamp = NULL`; a comma in brackets, as in decimal(10, 2), parts nothing."""
    for text in re.split(r",(?![^(]*\))", file.settings.get("parameters", "")):
        declared = re.fullmatch(r"\s*([a-z_]\w*)\s+([^=]+?)\s*(?:=\s*(.+?)\s*)?", text)
        if not declared:
            raise ModelError(
                f"{file.path}: the parameter '{text.strip()}' is not written as `name type` or `name type = default`: "
                "correct the header's `-- parameters:`"
            )
        yield Parameter(declared[1], declared[2], declared[3])


def with_typed_parameters(file: SqlFile, declared: Iterable[Parameter]) -> str:
    """The SQL with every parameter cast to its type where it is used. DuckDB's own typed parameters would refuse
    contacts_as_of('2024-05-01'), for that is a string."""
    types = {parameter.name: parameter.type for parameter in declared}
    sql = file.sql
    uses = [
        column.this.meta
        for column in file.query.find_all(exp.Column)
        if not column.table and column.name.lower() in types
    ]
    for place in sorted(uses, key=lambda meta: int(meta["start"]), reverse=True):
        start, end = place["start"] - file.begins, place["end"] + 1 - file.begins
        sql = f"{sql[:start]}cast({sql[start:end]} as {types[sql[start:end].lower()]}){sql[end:]}"
    return sql
