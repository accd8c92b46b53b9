"""The asset graph: every raw table, SQL model and rule is an asset, and the edges are what the SQL reads.

Nothing is listed by hand: raw tables come from the catalogue of exports; models, rules and checks from the files under
sql/. Dagster orders and records. What an asset does is one call into the run's session.
"""

from collections.abc import Iterable, Iterator

import dagster as dg

from linkstrata.curation.tables import CARRIED, DESCRIPTIONS
from linkstrata.exports.catalogue import TABLES
from linkstrata.orchestration.run import Run
from linkstrata.warehouse.models import RULE_ROWS, RULE_SPANS, RULE_TABLES, RULES, Model, Project
from linkstrata.warehouse.plain_tables import plain_tables
from linkstrata.warehouse.raw import REGISTRY, SQL_TYPES

PUBLISHED = dg.AssetKey("published")
NOTEBOOKS = dg.AssetKey("notebooks")
RAW_TABLES = (*TABLES, *REGISTRY)


def asset_key(table: str) -> dg.AssetKey:
    """The asset of a table such as staging.connections. The spans of a raw table are a part of it."""
    schema, _, name = table.partition(".")
    if schema == "raw" and name not in RAW_TABLES:
        name = name.removesuffix("_spans")
    return dg.AssetKey([schema, name])


def asset_keys(tables: Iterable[str]) -> list[dg.AssetKey]:
    """The assets of several tables, each once, sorted."""
    return sorted({asset_key(table) for table in tables})


def build_assets(project: Project) -> list[dg.AssetsDefinition]:
    """Every asset of a project, in the order in which the data flows."""
    return [
        _raw_tables(),
        *(_model(project, model) for model in project.models),
        _rules(project),
        _published(project),
        _notebooks(),
    ]


def whole_run(project: Project) -> dg.AssetSelection:
    """All that a run makes. A raw table that nothing is made from is left out, and recorded when a file fills it:
    to plan for each of them in every run would take Dagster longer than many a run takes."""
    made = [*(model.name for model in project.models), *(f"tags.{rule.tag}" for rule in project.rules), *RULE_TABLES]
    read = [name for model in project.models for name in model.reads]
    return dg.AssetSelection.assets(*asset_keys([*made, *read]), PUBLISHED)


def _raw_tables() -> dg.AssetsDefinition:
    """All raw tables and what was typed, in one step: an export fills many of them, in one transaction."""
    specs = [
        dg.AssetSpec(
            asset_key(f"raw.{table.name}"),
            group_name="raw",
            description=table.description,
            kinds={"csv", "duckdb"},
            metadata=_schema(
                dg.TableColumn(column.name, SQL_TYPES[column.type].upper(), column.description)
                for column in table.columns
            ),
        )
        for table in TABLES.values()
    ]
    specs += [
        dg.AssetSpec(
            asset_key(f"raw.{name}"),
            group_name="raw",
            description="What is kept of every export beside its rows.",
            kinds={"duckdb"},
            metadata=_schema(dg.TableColumn(column, kind.upper()) for column, kind in columns.items()),
        )
        for name, columns in REGISTRY.items()
    ]
    specs += [
        dg.AssetSpec(
            asset_key(f"curation.{name}"),
            group_name="curation",
            description=DESCRIPTIONS[name],
            kinds={"sqlite", "duckdb"},
            metadata=_schema(dg.TableColumn(column, kind.upper()) for column, kind in columns.items()),
        )
        for name, columns in CARRIED.items()
    ]

    @dg.multi_asset(
        name="raw",
        specs=specs,
        can_subset=True,
        required_resource_keys={"run"},
        config_schema={"states": dg.Field([str], default_value=[], description="The inbox entries it is for.")},
    )
    def load(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetMaterialization]:
        run: Run = context.resources.run
        with run.step("raw"):
            outcome = run.load(context.op_execution_context.op_config["states"])
        for spec in specs:
            rows = outcome.rows_by_table[".".join(spec.key.path)]
            if spec.key in context.selected_asset_keys:
                yield dg.MaterializeResult(spec.key, metadata=_row_count(rows))
            elif rows and outcome.files:
                yield dg.AssetMaterialization(spec.key, metadata=_row_count(rows))

    return load


def _model(project: Project, model: Model) -> dg.AssetsDefinition:
    """A table made by a SELECT, with the checks that guard it: a broken one stops all that is made from the table."""
    key = asset_key(model.name)
    checks = [check for check in project.checks if check.guards == model.name]
    columns = dg.TableColumnLineage(
        {
            column: [dg.TableColumnDep(asset_key(table), name) for table, name in sources]
            for column, sources in project.lineage[model.name].items()
        }
    )

    @dg.asset(
        key=key,
        # Rules read marts, and some marts read rules: those stand behind the tags, beside the file they complete.
        group_name="published" if model.published and model.name in project.needing_rules else key.path[0],
        deps=asset_keys(model.reads),
        description=model.description,
        kinds={"sql", "duckdb"},
        metadata=_schema(dg.TableColumn(name, description=meaning) for name, meaning in model.columns.items()),
        check_specs=[
            dg.AssetCheckSpec(check.name, asset=key, description=check.description, blocking=True) for check in checks
        ],
        required_resource_keys={"run"},
    )
    def build(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        run: Run = context.resources.run
        with run.step(model.name):
            rows = run.session.run(model)
            types = run.column_types(model)
            broken = {check.name: run.check(check) for check in checks}
        yield dg.MaterializeResult(
            metadata={
                **_row_count(rows),
                **_schema(dg.TableColumn(name, types[name], meaning) for name, meaning in model.columns.items()),
                "dagster/column_lineage": columns,
            },
            check_results=[
                dg.AssetCheckResult(check_name=name, passed=not count, metadata={"rows that break it": count})
                for name, count in broken.items()
            ],
        )

    return build


def _rules(project: Project) -> dg.AssetsDefinition:
    """All rule tags in one step, and the tables that they fill together."""
    rules = {asset_key(f"tags.{rule.tag}"): rule for rule in project.rules}
    # A rule may read every table of rule_views, so all of them come first, whether or not one does.
    filled = {
        RULE_ROWS: ([*rules, *asset_keys(project.rule_views.values())], "One row per person and rule tag they carry."),
        RULE_SPANS: ([asset_key(RULE_ROWS)], "Since which export day each person has carried each rule tag."),
        RULES: ([asset_key(RULE_ROWS)], "One row per rule tag, and what is wrong with those that cannot be used."),
    }
    specs = [
        dg.AssetSpec(key, group_name="tags", deps=asset_keys(rule.reads), description=rule.description, kinds={"sql"})
        for key, rule in rules.items()
    ]
    specs += [
        dg.AssetSpec(
            asset_key(table),
            group_name="tags",
            deps=deps,
            description=description,
            kinds={"duckdb"},
            metadata=_schema(dg.TableColumn(column) for column in RULE_TABLES[table]),
        )
        for table, (deps, description) in filled.items()
    ]

    @dg.multi_asset(name="rules", specs=specs, required_resource_keys={"run"})
    def apply(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        run: Run = context.resources.run
        with run.step("tags"):
            run.session.run_rules()
        for spec in specs:
            yield dg.MaterializeResult(spec.key)

    return apply


def _published(project: Project) -> dg.AssetsDefinition:
    """The last step, after every mart and whatever else nothing is made from: a broken check anywhere stops it.

    Raw tables that no model reads are published as they are.
    """
    read = {name for model in project.models for name in model.reads}
    ends = [model.name for model in project.models if model.published or model.name not in read]
    ends += [f"raw.{table.name}" for table in plain_tables(project)]

    @dg.asset(
        key=PUBLISHED,
        group_name="published",
        deps=asset_keys(ends),
        description="The published database: every mart, in one file that replaces the one before whole.",
        kinds={"duckdb"},
        required_resource_keys={"run"},
    )
    def publish(context: dg.AssetExecutionContext) -> None:
        run: Run = context.resources.run
        with run.step("published"):
            run.session.publish()

    return publish


def _notebooks() -> dg.AssetsDefinition:
    """The notebook suite as pages to read. No run of the pipeline makes it: it takes longer than all the rest."""

    @dg.asset(
        key=NOTEBOOKS,
        group_name="notebooks",
        deps=[PUBLISHED],
        description="Every notebook, run on the published database and written as a page under reports/notebooks/.",
        kinds={"jupyter", "html"},
        required_resource_keys={"run"},
    )
    def write(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        run: Run = context.resources.run
        with run.step("notebooks"):
            # Jupyter and the figures are needed here alone, and take longer to import than Dagster.
            from linkstrata.suite.running import notebook_paths, run_suite

            run_suite(run.settings)
            pages = len(notebook_paths(run.settings.notebooks))
        return dg.MaterializeResult(metadata={"pages": pages})

    return write


def _schema(columns: Iterable[dg.TableColumn]) -> dict[str, dg.TableSchema]:
    return {"dagster/column_schema": dg.TableSchema(list(columns))}


def _row_count(rows: int) -> dict[str, int]:
    return {"dagster/row_count": rows}
