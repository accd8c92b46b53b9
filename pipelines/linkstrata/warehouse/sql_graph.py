"""The SQL files together: what each is to the others, and everything that can be wrong between them.

Gives the Project of models.py. One file by itself is taken apart in sql_files.py.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from linkstrata.curation.tables import CURATED_TABLES
from linkstrata.warehouse.lineage import lineage
from linkstrata.warehouse.models import (
    MARTS,
    RULE_TABLES,
    Check,
    Macro,
    Model,
    ModelError,
    Project,
    Rule,
    needing_rules,
)
from linkstrata.warehouse.portable import refusals
from linkstrata.warehouse.sql_files import (
    SqlFile,
    output_columns,
    parameters,
    read_sql_file,
    tables_read,
    with_typed_parameters,
)

_OTHER_FOLDERS = ("tags", "checks", "macros")
_RESERVED_SCHEMAS = {"raw", "curation", "main", "temp", "system", "information_schema"}
_RULE_COLUMNS = ("owner", "person_id", "reason")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TAG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class _Surroundings:
    """What a file may refer to: the columns of every table there is, and the macros, which it may not."""

    columns: Mapping[str, Sequence[str]]
    macro_names: frozenset[str]


def read_project(sql_directory: Path, raw_columns: Mapping[str, Sequence[str]]) -> Project:
    """Reads every SQL file of the project and finds their order; the arguments are those of models.load_project.
    Raises ModelError for the first file that cannot be used."""
    sources = {f"raw.{table}": tuple(columns) for table, columns in raw_columns.items()}
    sources |= {**CURATED_TABLES, **RULE_TABLES}
    files = [_shipped_file(path, sql_directory) for path in sorted(sql_directory.rglob("*.sql"))]
    model_files = [file for file in files if file.folder not in _OTHER_FOLDERS]
    around = _Surroundings(
        sources | {f"{file.folder}.{file.name}": tuple(file.columns) for file in model_files},
        frozenset(file.name for file in files if file.folder == "macros"),
    )
    models = _in_order([_model(file, around) for file in model_files])
    rule_views = _rule_views(models)
    queries = {f"{file.folder}.{file.name}": file.query for file in model_files}
    return Project(
        models=models,
        rules=tuple(_rule(file, rule_views, around, shipped=True) for file in files if file.folder == "tags"),
        checks=tuple(_check(file, models, around) for file in files if file.folder == "checks"),
        macros=tuple(_macro(file, around) for file in files if file.folder == "macros"),
        set_aside=(),
        sources=sources,
        rule_views=rule_views,
        lineage={model.name: lineage(queries[model.name], model, around.columns) for model in models},
    )


def with_rules_of_user(project: Project, user_rules: Path) -> Project:
    """The project with the rules in a folder of the user's besides; one that cannot be used is set aside."""
    around = _Surroundings(
        {**project.sources, **{model.name: tuple(model.columns) for model in project.models}},
        frozenset(macro.name for macro in project.macros),
    )
    rules = list(project.rules)
    set_aside: list[tuple[str, str]] = []
    for path in sorted(user_rules.glob("*.sql")):
        shown = f"{path.parent.name}/{path.name if path.name.isprintable() else ascii(path.name)[1:-1]}"
        try:
            rule = _rule(read_sql_file(path, "tags", shown), project.rule_views, around, shipped=False)
            if any(rule.tag == other.tag for other in rules):
                raise ModelError(f"{shown}: there is a shipped tag {rule.tag}: give the file another name")
            rules.append(rule)
        except ModelError as error:
            set_aside.append((shown, str(error)))
        except OSError as error:
            set_aside.append((shown, f"{shown}: {error.strerror}: put a file there that can be read"))
        except RecursionError:
            set_aside.append((shown, f"{shown}: is nested too deeply to be read: write it with fewer brackets"))
    return replace(project, rules=tuple(rules), set_aside=tuple(set_aside))


def _shipped_file(path: Path, sql_directory: Path) -> SqlFile:
    """A file of the project's own, which has a place, a description and portable SQL."""
    place = path.relative_to(sql_directory)
    shown = f"sql/{place.as_posix()}"
    if len(place.parts) != 2:
        raise ModelError(f"{shown}: a model's path is sql/<schema>/<table>.sql: move the file into a schema's folder")
    folder = place.parts[0]
    if folder != "tags" and not (_NAME.fullmatch(folder) and _NAME.fullmatch(path.stem)):
        raise ModelError(f"{shown}: folder and file are named in lower-case words joined by '_': rename it")
    if folder in _RESERVED_SCHEMAS:
        raise ModelError(f"{shown}: no model can make a table in schema {folder}: move the file to another folder")
    file = read_sql_file(path, folder, shown)
    if not file.description:
        raise ModelError(f"{shown}: begins with no comment: say in `-- …` lines what a row of it is")
    for refusal in refusals(file.query, file.text, folder == MARTS):
        raise ModelError(f"{shown}: {refusal}")
    return file


# -- models -----------------------------------------------------------------------------------------------------------


def _model(file: SqlFile, around: _Surroundings) -> Model:
    if not file.columns:
        raise ModelError(f"{file.path}: the header names no columns: add `-- columns:` and a line for each")
    _compare_columns(file, tuple(file.columns), output_columns(file.query, around.columns, file.path), "the header")
    name, reads = f"{file.folder}.{file.name}", _reads(file, around.columns, around)
    return Model(name, file.path, file.sql, file.description, dict(file.columns), reads)


def _in_order(models: Sequence[Model]) -> tuple[Model, ...]:
    """The models so that each stands behind what it reads, and behind all that need no rules if it needs them."""
    by_name = {model.name: model for model in models}
    graph = {model.name: [name for name in model.reads if name in by_name] for model in models}
    try:
        order = [by_name[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        circle = error.args[1]
        path = by_name[circle[0]].path
        raise ModelError(f"{path}: reads its own result, {' → '.join(reversed(circle))}: break the circle") from error
    needing = needing_rules(order)
    return tuple(sorted(order, key=lambda model: model.name in needing))


def _reads(file: SqlFile, known: Iterable[str], around: _Surroundings) -> tuple[str, ...]:
    """Sorted names of the known tables that a file reads; raises for one unknown, or without its schema."""
    names = set()
    for table in tables_read(file, around.macro_names):
        name = f"{table.db}.{table.name}".lower().lstrip(".")
        if not table.db:
            candidates = [other for other in known if other.partition(".")[2] == name]
            hint = candidates[0] if len(candidates) == 1 else "<schema>.<table>"
            raise ModelError(f"{file.path}: {name} does not say its schema: write {hint}")
        if name not in known:
            raise ModelError(f"{file.path}: reads {name}, which no file makes: {_near(name, known)}")
        names.add(name)
    return tuple(sorted(names))


def _near(name: str, known: Iterable[str]) -> str:
    matches = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean {matches[0]}?" if matches else "correct the name, or add the file that makes it"


def _compare_columns(file: SqlFile, expected: Sequence[str], given: Sequence[str] | None, where: str) -> None:
    """Raises if the SELECT gives other columns than `where` promises, as far as they are known before it runs."""
    if given is None:
        return
    for name in given:
        if given.count(name) > 1:
            raise ModelError(f"{file.path}: gives column {name} twice: rename or drop one")
        if name not in expected:
            raise ModelError(f"{file.path}: gives column {name}, which {where} does not have: add it there or drop it")
    for name in expected:
        if name not in given:
            raise ModelError(f"{file.path}: does not give column {name}, which {where} has: add it or drop it there")


# -- rules ------------------------------------------------------------------------------------------------------------


def _rule_views(models: Sequence[Model]) -> dict[str, str]:
    """What each published table is for a rule: itself, or, if it needs the rules' rows, the model of the same name in
    schema segments, which has its columns as far as they stand before there are tags."""
    by_name = {model.name: model for model in models}
    needing = needing_rules(models)
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


def _rule(file: SqlFile, rule_views: Mapping[str, str], around: _Surroundings, shipped: bool) -> Rule:
    """A rule reads published tables as readers do, main.contacts or contacts, as far as they stand before tags."""
    if shipped and not _TAG.fullmatch(file.name):
        raise ModelError(f"{file.path}: a shipped tag's name is lower-case words joined by '-': rename the file")
    if not shipped and not _may_be_a_tag(file.name):
        raise ModelError(f"{file.path}: a tag is a word or a few, without bars: rename the file")
    reads = set()
    for table in tables_read(file, around.macro_names):
        name = table.name.lower()
        if table.db.lower() not in ("", "main") or name not in rule_views:
            raise ModelError(
                f"{file.path}: reads {table.sql('duckdb')}, which a rule cannot: "
                f"it reads {', '.join(sorted(rule_views))}"
            )
        reads.add(rule_views[name])
    readable = {table: around.columns[relation] for table, relation in rule_views.items()}
    readable |= {f"main.{table}": columns for table, columns in readable.items()}
    given = output_columns(file.query, readable, file.path)
    _compare_columns(file, _RULE_COLUMNS, given, "a rule (owner, person_id, reason)")
    return Rule(file.name, file.path, file.sql, file.description, file.digest, shipped, tuple(sorted(reads)))


def _may_be_a_tag(name: str) -> bool:
    return name.isprintable() and "|" not in name and name == " ".join(name.split()) and not name.startswith(".")


# -- checks and macros ------------------------------------------------------------------------------------------------


def _check(file: SqlFile, models: Sequence[Model], around: _Surroundings) -> Check:
    by_name = {model.name: model for model in models}
    guards = file.settings.get("guards", "")
    if guards not in by_name:
        raise ModelError(f"{file.path}: guards '{guards}', which is no model: add `-- guards: <schema>.<table>`")
    reads = _reads(file, around.columns, around)
    built = {guards}
    for model in reversed(models):
        if model.name in built:
            built.update(model.reads)
    for name in reads:
        if name in by_name and name not in built:
            raise ModelError(
                f"{file.path}: reads {name}, which may not be built yet when {guards} is checked: "
                "guard a model that is made from both"
            )
    return Check(file.name, guards, file.path, file.sql, file.description, reads)


def _macro(file: SqlFile, around: _Surroundings) -> Macro:
    """A macro reads published tables as main.<table>, as its caller does."""
    published = {f"main.{name.partition('.')[2]}" for name in around.columns if name.startswith(f"{MARTS}.")}
    reads = tuple(name.replace("main.", f"{MARTS}.", 1) for name in _reads(file, published, around))
    declared = tuple(parameters(file))
    return Macro(file.name, file.path, with_typed_parameters(file, declared), file.description, declared, reads)
