"""`linkstrata`: the commands, each a thin call into the packages below.

What belongs here is arguments, exit statuses and what a person reads on the terminal. A command imports what it uses
when it runs, so that `sql`, `status` and an ingest of known files start at once.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from linkstrata import __version__
from linkstrata.curation.commands import CURATION
from linkstrata.curation.occasion_commands import occasion
from linkstrata.curation.segment_commands import segment
from linkstrata.forgetting.commands import forget
from linkstrata.settings import Settings
from linkstrata.sharing.commands import export
from linkstrata.suite.commands import notebooks
from linkstrata.terminal import data_option, drawn_progress, read_typed, slug

if TYPE_CHECKING:
    from linkstrata.warehouse.receipts import FileOutcome, Options


def main() -> NoReturn:
    """The console script. Taking every module apart in the end, and looking for garbage in what a command reads in one
    go, would last longer than much else that it does."""
    gc.set_threshold(100_000, 50, 50)
    status = 0
    try:
        answer()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    if "dagster" not in sys.modules:
        atexit._run_exitfuncs()  # what others tidy up in the end, which takes Dagster long
    with suppress(BrokenPipeError, ValueError):  # closed already
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def answer() -> None:
    """Does what the command line says: whatever goes wrong ends as one line on stderr, and SystemExit."""
    try:
        commands.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        hint = f" ({context.command_path} --help says how)" if context else ""
        _fail(f"{error.format_message()}{hint}", error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped; run the same command again to go on", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        _fail(_one_line(error), 1)


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, UnicodeEncodeError):
        return f"{error.object[error.start : error.end]!a} in what was typed is no text; type it as UTF-8"
    said = " ".join(str(error).split()) or type(error).__name__
    return (
        said if _is_meant_for_people(error) else f"{said} ({type(error).__name__}: this is a defect, please report it)"
    )


def _is_meant_for_people(error: Exception) -> bool:
    return isinstance(error, OSError) or type(error).__module__.partition(".")[0] in ("linkstrata", "duckdb", "_duckdb")


def _fail(message: str, status: int) -> NoReturn:
    click.echo(f"linkstrata: {message}", err=True)
    sys.exit(status)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="linkstrata %(version)s")
def commands() -> None:
    """Every LinkedIn export you ever downloaded, as one history on your own machine."""


@commands.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--owner", type=slug, help="Whose exports these are: the last part of their profile address.")
@click.option(
    "--on", "exported_on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The export date, YYYY-MM-DD."
)
@click.option("--complete", is_flag=True, help="This follower list names every follower.")
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="What a column of a list holds.")
@data_option
def ingest(
    settings: Settings,
    paths: tuple[Path, ...],
    owner: str | None,
    exported_on: datetime | None,
    complete: bool,
    mapping: tuple[str, ...],
) -> None:
    """Load exports: zips, folders, workbooks, lists. Without PATHS, what lies in the inbox."""
    from linkstrata.warehouse.receipts import Options, known_files, leave_inbox

    options = Options(
        owner=owner,
        exported_on=exported_on.date() if exported_on else None,
        complete=complete,
        mapping=_mapping(mapping),
    )
    paths = paths or (settings.inbox,)
    for path in paths:
        if not path.exists() and path != settings.inbox:
            raise click.UsageError(f"{path}: no such file or folder")
    if options == Options() and settings.published_database.exists():
        known = known_files(settings, tuple(path for path in paths if path.exists()))
        if known is not None:
            for outcome in known:
                leave_inbox(settings, outcome.path)
            _say_outcomes(known)
            return
    settings.create_folders()
    _say_outcomes(_run(settings, paths, options))
    _say_where_to_look(settings)


@commands.command()
@data_option
def build(settings: Settings) -> None:
    """Rebuild every model from what was ingested, and publish."""
    from linkstrata.warehouse.receipts import Options

    settings.create_folders()
    _say_outcomes(_run(settings, (), Options()))
    click.echo(f"published {settings.published_database}")


def _run(settings: Settings, paths: tuple[Path, ...], options: Options) -> list[FileOutcome]:
    from linkstrata.orchestration.runner import run_ingest
    from linkstrata.warehouse.pipeline import Request

    with drawn_progress() as progress:
        return list(run_ingest(settings, Request(paths, options), progress).files)


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    if not pairs:
        return {}
    from linkstrata.exports.container import Refused
    from linkstrata.exports.list_columns import field_of

    mapping = dict(pair.rpartition("=")[::2] for pair in pairs)
    if "" in mapping:
        raise click.UsageError("--map: write COLUMN=FIELD, such as --map 'Profil-Link=profile_url'")
    try:
        return {column: field_of(column, name) for column, name in mapping.items()}
    except Refused as unknown:
        raise click.UsageError(str(unknown)) from None


def _say_outcomes(outcomes: list[FileOutcome]) -> None:
    from linkstrata.exports.members import one_line

    counts: dict[str, int] = {}
    for outcome in outcomes:
        counts[outcome.status] = counts.get(outcome.status, 0) + 1
        if outcome.reason:
            name = one_line(outcome.path.name)
            about = "" if outcome.reason.startswith(f"{name} ") else f"{name}: "
            click.echo(f"linkstrata: {about}{outcome.reason}", err=True)
    said = ", ".join(f"{count:,} {status}" for status, count in counts.items())
    click.echo(f"{said or 'nothing new'}")
    if any(outcome.reason for outcome in outcomes):
        sys.stdout.flush()
        sys.exit(1)


def _say_where_to_look(settings: Settings) -> None:
    from linkstrata.status import read_status

    for name, count in read_status(settings).segments:
        click.echo(f"{count:>10,}  {name}")


class _QueryCommand(click.Command):
    """A command whose argument may begin with a comment, which would be taken for an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [f" {arg}" if arg.startswith("--") and "\n" in arg else arg for arg in args])


@commands.command(cls=_QueryCommand)
@click.argument("query", required=False)
@click.option(
    "-f",
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the query from FILE.",
)
@click.option(
    "--format", "format_", type=click.Choice(["table", "csv", "json", "parquet"]), default="table", show_default=True
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to FILE instead of the terminal."
)
@click.option("--shell", is_flag=True, help="Open an editor for queries, with the tables beside it.")
@data_option
def sql(
    settings: Settings, query: str | None, file: Path | None, format_: str, output: Path | None, shell: bool
) -> None:
    """Run a query on the published database, read-only: linkstrata sql "from contacts limit 5"."""
    from linkstrata.queries import run_query

    if shell:
        _open_shell(settings, alone=(query, file, output) == (None, None, None))
        return
    if (query is None) == (file is None):
        raise click.UsageError("give a query, or -f FILE with one")
    if format_ == "parquet" and output is None:
        raise click.UsageError("parquet is not for the terminal: add -o FILE")
    run_query(settings, read_typed(file) if file is not None else str(query), format_, output)


def _open_shell(settings: Settings, alone: bool) -> None:
    if not alone:
        raise click.UsageError("--shell stands alone: queries are typed there")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("--shell needs a terminal; give a query, or -f FILE with one")
    from linkstrata.shell import run_shell

    run_shell(settings)


@commands.command()
@click.argument("table", required=False)
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
@data_option
def schema(settings: Settings, table: str | None, format_: str) -> None:
    """List the published tables and what they mean, or the columns of one: linkstrata schema contacts"""
    from linkstrata.schema import in_words, published_schema

    described = published_schema(settings, table)
    if format_ == "json":
        import json

        click.echo(json.dumps(described, ensure_ascii=False, indent=1))
        return
    for line in in_words(described, columns=table is not None):
        click.echo(line)


@commands.command()
@data_option
def status(settings: Settings) -> None:
    """Show archives, freshness, warnings and counts by segment."""
    from linkstrata.status import describe, read_status
    from linkstrata.warehouse.connection import NotPublished

    try:
        for line in describe(read_status(settings)):
            click.echo(line)
    except NotPublished as nothing:
        click.echo(str(nothing))


@commands.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to; reports/report.html in the data home if left out.",
)
@data_option
def report(settings: Settings, output: Path | None) -> None:
    """Write the report: one HTML file that opens offline."""
    from linkstrata.report import write_report

    target = output or settings.reports / "report.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_report(settings.published_database, target)
    click.echo(f"wrote {target}")


@commands.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--connections", type=click.IntRange(1), default=1500, show_default=True)
@click.option("--months", type=click.IntRange(1), default=18, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@data_option
def sample(settings: Settings, out: Path, connections: int, months: int, seed: int) -> None:
    """Write a made-up member's exports to OUT, to try everything on."""
    from linkstrata.sample.samples import write_sample

    write_sample(out, connections=connections, months=months, seed=seed)
    click.echo(f"wrote {out}; load it with: linkstrata ingest {out}")


@commands.command()
@click.option("--port", type=click.IntRange(1, 65535), default=3333, show_default=True)
@data_option
def dev(settings: Settings, port: int) -> None:
    """Open Dagster's web UI on 127.0.0.1: the asset graph, runs, and the inbox sensor at work."""
    from linkstrata.orchestration.runner import run_web

    click.echo(f"http://127.0.0.1:{port} until stopped; files dropped into {settings.inbox} are ingested")
    run_web(settings, port)


@commands.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8050, show_default=True)
@data_option
def dashboard(settings: Settings, port: int) -> None:
    """Open the dashboard on 127.0.0.1: see the audience grow, find and tag anyone."""
    from linkstrata.dashboard.server import serve

    click.echo(f"http://127.0.0.1:{port} until stopped")
    serve(settings, port)


@commands.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8888, show_default=True)
@click.option("--browser/--no-browser", default=True, help="Whether to open a browser.")
@data_option
def lab(settings: Settings, port: int, browser: bool) -> None:
    """Open the notebooks in JupyterLab on 127.0.0.1. What cells give is not saved: it is other people's data."""
    from linkstrata.suite.lab import serve_lab

    serve_lab(settings, port, browser)


for command in (*CURATION, occasion, segment, export, forget, notebooks):
    commands.add_command(command)


if __name__ == "__main__":
    main()
