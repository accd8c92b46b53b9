"""Which columns a model's columns are computed from. A description for people: nothing runs by it.

Follows a column through the CTEs and subqueries of its own file to the tables it reads, no further. What only decides
which rows there are, in WHERE or ON, is no origin of a column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope
from sqlglot.schema import MappingSchema

from linkstrata.warehouse.models import Lineage, Model


def lineage(query: exp.Query, model: Model, columns: Mapping[str, Sequence[str]]) -> Lineage:
    """For each column of a model the sorted (table, column) pairs it is computed from; `columns` maps tables to theirs.

    A model that sqlglot cannot see through has none.
    """
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for name in model.reads:
        folder, _, table = name.partition(".")
        tables.setdefault(folder, {})[table] = dict.fromkeys(columns[name], "unknown")
    try:
        qualified = qualify(
            query.copy(),
            dialect="duckdb",
            schema=MappingSchema({**tables}, dialect="duckdb"),
            validate_qualify_columns=False,
            identify=False,
        )
        origins = _Origins(build_scope(qualified))
        return {column: sorted(origins.of_output(column)) for column in model.columns}
    except SqlglotError:
        return {column: [] for column in model.columns}


class _Origins:
    """Looks up, once each, where the columns of a query's scopes come from."""

    def __init__(self, root: Scope | None) -> None:
        self._root = root
        self._scopes = {id(column): scope for scope in (root.traverse() if root else ()) for column in scope.columns}
        self._known: dict[tuple[int, str], set[tuple[str, str]]] = {}

    def of_output(self, column: str) -> set[tuple[str, str]]:
        return self._of(self._root, column) if self._root else set()

    def _of(self, scope: Scope, column: str) -> set[tuple[str, str]]:
        key = (id(scope), column)
        if key not in self._known:
            self._known[key] = set()  # a recursive CTE adds nothing by coming back to itself
            self._known[key] = self._find(scope, column)
        return self._known[key]

    def _find(self, scope: Scope, column: str) -> set[tuple[str, str]]:
        query = scope.expression
        if not isinstance(query, exp.Query):  # rows made by a function: every column of its arguments counts
            return {origin for used in query.find_all(exp.Column) for origin in self._of_column(used)}
        if scope.set_operation_scopes:
            position = [name.lower() for name in query.named_selects].index(column)
            return {origin for branch in scope.set_operation_scopes for origin in self._of_nth(branch, position)}
        selects = [select for select in query.selects if select.alias_or_name.lower() == column]
        return {
            origin for select in selects for used in select.find_all(exp.Column) for origin in self._of_column(used)
        }

    def _of_nth(self, scope: Scope, position: int) -> set[tuple[str, str]]:
        query = scope.expression
        return self._of(scope, query.named_selects[position].lower()) if isinstance(query, exp.Query) else set()

    def _of_column(self, column: exp.Column) -> set[tuple[str, str]]:
        scope = self._scopes.get(id(column))
        source = scope.sources.get(column.table) if scope else None
        if isinstance(source, Scope):
            return self._of(source, column.name.lower())
        if isinstance(source, exp.Table) and source.db:
            return {(f"{source.db}.{source.name}".lower(), column.name.lower())}
        return set()
