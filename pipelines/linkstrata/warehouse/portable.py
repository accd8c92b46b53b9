"""The lint of the portable subset: constructs that no file under sql/ may use, and what to write instead.

The same files run on Spark, translated by sqlglot. What is refused here fails there, or, worse, gives other rows; and
whatever asks the clock makes a build that cannot be repeated. Types are known only as far as a file shows them, by
casts and by how columns are named (`…_on`, `…_day` are dates). A user's own rules are not linted: they run here only.

`python -m linkstrata.warehouse.portable sql` names every construct in every file and exits with 1 if there is one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_DATE_NAME = re.compile(r"(.*_)?(on|day|date|today)|valid_(from|to)|happened_(after|by)")
_CLOCK_FUNCTIONS = {"now", "get_current_timestamp", "get_current_time", "transaction_timestamp", "current_localtime"}
_WEEKDAY_PARTS = {"dow", "dayofweek", "weekday", "isodow"}
_LISTS = (exp.Array, exp.ArrayAgg, exp.Split, exp.RegexpSplit, exp.GenerateSeries, exp.Transform, exp.ArrayFilter)
_LIST_FUNCTIONS = {"list_sort", "list_distinct", "list_concat", "list_reverse", "list_reverse_sort", "list_intersect"}


Kind = TypeVar("Kind", bound=exp.Expr)


@dataclass(frozen=True)
class _File:
    """One parsed file, and the names that it gives to dates and to lists."""

    query: exp.Expr
    nodes: Sequence[exp.Expr]
    sql: str
    is_mart: bool
    date_names: frozenset[str]
    list_names: frozenset[str]

    def all(self, *kinds: type[Kind]) -> Iterator[Kind]:
        """Every part of the query that is of one of these kinds."""
        return (node for node in self.nodes if isinstance(node, kinds))


@dataclass(frozen=True)
class Construct:
    """What is refused, what to write instead, and where a file has it."""

    name: str
    instead: str
    found: Callable[[_File], Iterable[exp.Expr]]


def refusals(query: exp.Expr, sql: str, is_mart: bool = False) -> Iterator[str]:
    """One line for each construct that a file may not use: where it is, its name, what to write instead.

    `query` is parsed from `sql`; `is_mart` asks for named columns, too, for those are the public contract.
    """
    nodes = tuple(query.walk())
    aliases = [node for node in nodes if isinstance(node, exp.Alias)]
    dates: frozenset[str] = frozenset()
    for _ in range(2):  # a date renamed in one CTE may be renamed again in the next
        dates |= {alias.alias.lower() for alias in aliases if _is_date(alias.this, dates)}
    lists = frozenset(alias.alias.lower() for alias in aliases if _is_list(alias.this, frozenset()))
    file = _File(query, nodes, sql, is_mart, dates, lists)
    for construct in CONSTRUCTS:
        for place in construct.found(file):
            yield f"line {_line(place)}: {construct.name} is refused: {construct.instead}"


def refusals_under(sql_directory: Path) -> list[str]:
    """Every construct that must not be there, in every SQL file, with the file's path before it."""
    lines = []
    for path in sorted(sql_directory.rglob("*.sql")):
        shown = f"{sql_directory.name}/{path.relative_to(sql_directory).as_posix()}"
        sql = path.read_text(encoding="utf-8")
        try:
            queries = sqlglot.parse(sql, read="duckdb")
        except SqlglotError as error:
            lines.append(f"{shown}: {str(error).splitlines()[0]}")
            continue
        for query in queries:
            if query is not None:
                lines += [f"{shown}: {line}" for line in refusals(query, sql, path.parent.name == "marts")]
    return lines


# -- what an expression is --------------------------------------------------------------------------------------------


def _is_date(expression: exp.Expr | None, names: frozenset[str]) -> bool:
    """Whether an expression is a DATE, as far as a file shows it."""
    match expression:
        case exp.Cast():
            return expression.to.is_type(exp.DType.DATE)
        case exp.Column():
            name = expression.name.lower()
            return name in names or _DATE_NAME.fullmatch(name) is not None
        case exp.LastDay() | exp.DateFromParts() | exp.CurrentDate() | exp.Date():
            return True
        case exp.Coalesce() | exp.Greatest() | exp.Least():
            return any(_is_date(part, names) for part in (expression.this, *expression.expressions))
        case exp.Case():
            return any(_is_date(part.args["true"], names) for part in expression.args["ifs"])
        case exp.Add() | exp.Sub():  # a day moved by a number of days; moved by an interval it is a timestamp
            return _is_date(expression.this, names) and expression.expression.is_int
        case exp.Paren() | exp.Filter() | exp.Window() | exp.Min() | exp.Max() | exp.Lag() | exp.Lead() | exp.ArgMax():
            return _is_date(expression.this, names)
        case exp.ArgMin() | exp.AnyValue() | exp.FirstValue() | exp.LastValue() | exp.IgnoreNulls():
            return _is_date(expression.this, names)
    return False


def _is_list(expression: exp.Expr | None, names: frozenset[str]) -> bool:
    """Whether an expression is a list, as far as a file shows it."""
    match expression:
        case exp.Cast():
            return expression.to.is_type(exp.DType.ARRAY, exp.DType.LIST)
        case exp.Column():
            return expression.name.lower() in names
        case exp.Paren() | exp.Filter() | exp.Window():
            return _is_list(expression.this, names)
        case exp.Anonymous():
            return expression.name.lower() in _LIST_FUNCTIONS
    return isinstance(expression, _LISTS)


def _line(place: exp.Expr) -> int:
    """The line where an expression begins, or the nearest around it that sqlglot noted one for."""
    around: exp.Expr | None = place
    while around is not None:
        lines = [int(node.meta["line"]) for node in around.walk() if "line" in node.meta]
        if lines:
            return min(lines)
        around = around.parent
    return 1


def _written(function: exp.Func, file: _File) -> str:
    """The name as the file spells it: sqlglot folds several spellings into one."""
    place = function.meta
    return file.sql[place["start"] : place["end"] + 1].lower() if "start" in place else ""


# -- where a file has what ---------------------------------------------------------------------------------------------


def _anonymous(*names: str) -> Callable[[_File], Iterator[exp.Expr]]:
    """Finds calls of functions that sqlglot has no meaning for."""

    def found(file: _File) -> Iterator[exp.Expr]:
        return (call for call in file.all(exp.Anonymous) if call.name.lower() in names)

    return found


def _stars(select: exp.Select) -> Iterator[exp.Expr]:
    return (expression for expression in select.expressions if expression.is_star)


def _star_with_qualify(file: _File) -> Iterator[exp.Expr]:
    for select in file.all(exp.Select):
        if select.args.get("qualify") and any(_stars(select)):
            yield select.args["qualify"]


def _star_of_a_mart(file: _File) -> Iterator[exp.Expr]:
    def of(query: exp.Expr) -> Iterator[exp.Expr]:
        if isinstance(query, exp.SetOperation):
            yield from of(query.left)
            yield from of(query.right)
        elif isinstance(query, exp.Subquery):
            yield from of(query.this)
        elif isinstance(query, exp.Select):
            yield from _stars(query)

    return of(file.query) if file.is_mart else iter(())


def _changed_stars(file: _File) -> Iterator[exp.Expr]:
    return (star for star in file.all(exp.Star) if star.args.get("replace") or star.args.get("rename"))


def _unfiltered_extremes(file: _File) -> Iterator[exp.Expr]:
    """arg_max and arg_min, unless a FILTER looks at what they give: DuckDB passes over a NULL, Spark gives it."""
    for call in file.all(exp.ArgMax, exp.ArgMin):
        condition = call.parent.expression if isinstance(call.parent, exp.Filter) else exp.true()
        looked_at = {column.name.lower() for column in condition.find_all(exp.Column)}
        given = {column.name.lower() for column in call.this.find_all(exp.Column)}
        if call.args.get("count") or not given & looked_at:
            yield call


def _date_diff_of_times(file: _File) -> Iterator[exp.Expr]:
    for call in file.all(exp.DateDiff):
        if not all(_is_date(part, file.date_names) for part in (call.this, call.expression)):
            yield call


def _date_diff_by_unit(file: _File) -> Iterator[exp.Expr]:
    return (call for call in file.all(exp.DateDiff) if call.text("unit").upper() != "DAY")


def _date_minus_date(file: _File) -> Iterator[exp.Expr]:
    for minus in file.all(exp.Sub):
        if _is_date(minus.this, file.date_names) and _is_date(minus.expression, file.date_names):
            yield minus


def _weekdays(file: _File) -> Iterator[exp.Expr]:
    yield from file.all(exp.DayOfWeek)
    yield from _anonymous("weekday")(file)
    yield from (part for part in file.all(exp.Extract) if part.name.lower() in _WEEKDAY_PARTS)
    for call in _anonymous("date_part", "datepart")(file):
        if call.expressions[0].name.lower() in _WEEKDAY_PARTS:
            yield call


def _ordered_lists(file: _File) -> Iterator[exp.Expr]:
    return (call for call in file.all(exp.ArrayAgg) if isinstance(call.this, exp.Order))


def _first_replacements(file: _File) -> Iterator[exp.Expr]:
    return (call for call in file.all(exp.RegexpReplace) if call.text("modifiers") != "g")


def _asof_joins(file: _File) -> Iterator[exp.Expr]:
    return (join for join in file.all(exp.Join) if join.method == "ASOF")


def _unions_by_name(file: _File) -> Iterator[exp.Expr]:
    return (union for union in file.all(exp.SetOperation) if union.args.get("by_name"))


def _quantiles(file: _File) -> Iterator[exp.Expr]:
    for call in file.all(exp.PercentileCont, exp.PercentileDisc, exp.Quantile):
        if not isinstance(call.parent, exp.WithinGroup):
            yield call


def _slices(file: _File) -> Iterator[exp.Expr]:
    yield from (part.parent for part in file.all(exp.Slice) if part.parent)
    yield from _anonymous("list_slice", "array_slice")(file)


def _list_lengths(file: _File) -> Iterator[exp.Expr]:
    yield from _anonymous("list_count")(file)
    for call in file.all(exp.Length):
        if _written(call, file) == "len" or _is_list(call.this, file.list_names):
            yield call


def _series_in_from(file: _File) -> Iterator[exp.Expr]:
    for table in file.all(exp.Table, exp.Unnest):
        if isinstance(table, exp.Unnest) or isinstance(table.this, exp.GenerateSeries):
            yield from [table] if table.find(exp.GenerateSeries) else ()


def _clocks(file: _File) -> Iterator[exp.Expr]:
    yield from file.all(
        exp.CurrentDate, exp.CurrentTime, exp.CurrentTimestamp, exp.CurrentDatetime, exp.Localtime, exp.Localtimestamp
    )
    yield from _anonymous(*_CLOCK_FUNCTIONS)(file)
    yield from (call for call in _anonymous("age")(file) if len(call.expressions) == 1)


def _all(*kinds: type[exp.Expr]) -> Callable[[_File], Iterator[exp.Expr]]:
    return lambda file: file.all(*kinds)


CONSTRUCTS = (
    Construct(
        "QUALIFY with *", "name the columns, or number the rows in a CTE and filter them after", _star_with_qualify
    ),
    Construct(
        "arg_max or arg_min over what may be NULL",
        "add FILTER (WHERE x IS NOT NULL), x being what it gives, and take one value",
        _unfiltered_extremes,
    ),
    Construct("date_diff on timestamps", "cast both to DATE first", _date_diff_of_times),
    Construct(
        "date_diff in another unit than 'day'",
        "count days, or for months (year(b) - year(a)) * 12 + month(b) - month(a)",
        _date_diff_by_unit,
    ),
    Construct("date_sub", "date_diff('day', a, b) counts days between dates", _anonymous("date_sub", "datesub")),
    Construct("date - date", "date_diff('day', earlier, later)", _date_minus_date),
    Construct("a weekday counted from Sunday, or by EXTRACT", "isodow(day), Monday is 1", _weekdays),
    Construct("list(… ORDER BY …)", "list_sort(list(…))", _ordered_lists),
    Construct(
        "regexp_replace without 'g'",
        "give 'g' alone as fourth argument, anchor the pattern to replace once",
        _first_replacements,
    ),
    Construct("ASOF", "join by <=, number the rows with row_number() and keep the first", _asof_joins),
    Construct("PIVOT", "sum(x) FILTER (WHERE key = …) AS name for each column, or UNION ALL", _all(exp.Pivot)),
    Construct("COLUMNS()", "name the columns", _all(exp.Columns)),
    Construct("* REPLACE or * RENAME", "name the columns", _changed_stars),
    Construct("UNION BY NAME", "UNION ALL with the columns named in the same order", _unions_by_name),
    Construct("quantile_cont", "median(x), or percentile_cont(0.9) WITHIN GROUP (ORDER BY x)", _quantiles),
    Construct("try_strptime", "read the text in exports/, or try_cast an ISO date", _anonymous("try_strptime")),
    Construct(
        "a slice", "list_filter(l, lambda x, i: i <= n) for lists, left(), right() or substring() for text", _slices
    ),
    Construct("len of a list", "array_length(l) for lists, length(t) for text", _list_lengths),
    Construct("strip_accents", "fold the text in exports/, where it is read", _anonymous("strip_accents")),
    Construct("generate_series in FROM", "SELECT unnest(generate_series(…)) AS day, alone in a CTE", _series_in_from),
    Construct("the clock", "today is marts.build_info.today", _clocks),
    Construct("* in a mart", "name the columns: readers rely on them", _star_of_a_mart),
)


def main(arguments: list[str]) -> int:
    """The command: lints the folder given, or sql/ here, and prints what must change."""
    lines = refusals_under(Path(arguments[0] if arguments else "sql").resolve())
    for line in lines:
        sys.stderr.write(f"{line}\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
