"""The commands for saved segments: give a filter a name, see who is in it and who came and went, write them out.

Arguments, exit statuses and what is read on the terminal; what a filter means is in linkstrata.filters, and who is in a
segment since when is found by linkstrata.warehouse.saved_segments.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linkstrata.curation.commands import show_at_once
from linkstrata.settings import Settings
from linkstrata.terminal import data_option, read_typed

if TYPE_CHECKING:
    from linkstrata.curation.store import Edit

MOST_SHOWN = 20

_MEMBERS = """
    select c.*, h.valid_from as in_segment_since
    from saved_segment_history as h join contacts as c using (owner, person_id)
    where h.segment = $segment and h.valid_to = date '9999-12-31'
    order by c.full_name, c.profile_url
"""
_HISTORY = """
    select h.owner, h.person_id, c.full_name, c.profile_url, h.valid_from, h.valid_to
    from saved_segment_history as h join contacts as c using (owner, person_id)
    where h.segment = $segment
    order by h.valid_from, c.full_name, c.profile_url
"""


@click.group()
@data_option
def segment(settings: Settings) -> None:
    """Save filters under a name, and see who is in them, since when, and who left."""


@segment.command("save")
@click.argument("name")
@click.argument("words", required=False, metavar="[FILTER]")
@click.option("--json", "form", metavar="JSON", help='The filter as JSON: {"all": [{"field": …, "operator": …}]}.')
@click.option("--where", "predicate", metavar="PREDICATE", help="The filter as SQL over contacts.")
@click.option(
    "-f",
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read FILTER from a file, in words or as JSON.",
)
@click.option("--description", metavar="TEXT", help="What the segment is for.")
@data_option
def segment_save(
    settings: Settings,
    name: str,
    words: str | None,
    form: str | None,
    predicate: str | None,
    file: Path | None,
    description: str | None,
) -> None:
    """Give a filter a name: linkstrata segment save quiet 'Segment is follower only and Notes none at all'

    `linkstrata segment fields` lists what can be asked. A name that is there already means the new filter from now on.
    """
    import json

    from linkstrata.curation.people import count_where
    from linkstrata.curation.store import Store
    from linkstrata.filter_words import read
    from linkstrata.filters import parse, to_json

    given = [each for each in (words, form, predicate, file) if each is not None]
    if len(given) != 1:
        raise click.UsageError("say what is asked, once: FILTER, --json JSON, --where PREDICATE, or -f FILE")
    if predicate is not None:
        predicate = predicate.strip()
        count_where(settings, predicate)
        text = None
    else:
        group = parse(form) if form is not None else read(read_typed(file) if file else words or "")
        text = json.dumps(to_json(group), ensure_ascii=False)
    with Store(settings.curation_database) as store:
        edit = store.save_filter(name, text, predicate, description)
    show_at_once(settings)
    _say(settings, name, edit)


@segment.command("list")
@data_option
def segment_list(settings: Settings) -> None:
    """List the saved segments: how many are in each, and what it asks."""
    for members, name, question, description, problem in _rows(
        settings, "select members, segment, question, description, problem from saved_segments order by segment"
    ):
        about = f"problem: {problem}" if problem else description or " ".join(str(question).split())
        click.echo(f"{members:>10,}  {name}: {about}")


@segment.command("show")
@click.argument("name")
@data_option
def segment_show(settings: Settings, name: str) -> None:
    """Show a segment: what it asks, the SQL that this is, who is in it, who came in and went out last."""
    from linkstrata.filters import parse, to_text

    (row,) = _saved(settings, name)
    name, question, description, form, predicate, members, asked_from, asked_on, problem = row
    click.echo(f"{name}: {_people(members)} on {asked_on}, known since {asked_from}")
    if description:
        click.echo(description)
    if problem:
        click.echo(f"problem: {problem}; these are the members it had last")
    click.echo(f"asks: {question}")
    if form:
        ((today,),) = _rows(settings, "select today from build_info")
        predicate = to_text(parse(form), today)
    click.echo(f"SQL:  from contacts where {predicate}")
    for about, column in (("came in", "valid_from"), ("went out", "valid_to")):
        changes = _rows(
            settings,
            f"""
            select h.{column}, c.full_name, c.company
            from saved_segment_history as h join contacts as c using (owner, person_id)
            where h.segment = $segment and h.{column} > $first and h.{column} < date '9999-12-31'
            order by h.{column} desc, c.full_name limit {MOST_SHOWN}
            """,
            {"segment": name, "first": asked_from},
        )
        click.echo(f"{about} last:" if changes else f"nobody {about} since {asked_from}")
        for day, full_name, company in changes:
            click.echo(f"  {day}  {full_name}{f', {company}' if company else ''}")


@segment.command("export")
@click.argument("name")
@click.option(
    "--format", "format_", type=click.Choice(["table", "csv", "json", "parquet"]), default="csv", show_default=True
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to FILE instead of the terminal."
)
@click.option("--history", is_flag=True, help="Everybody who ever was in it, from when to when, in place of members.")
@data_option
def segment_export(settings: Settings, name: str, format_: str, output: Path | None, history: bool) -> None:
    """Write out a segment's members, with all that contacts says of them."""
    from linkstrata.queries import run_query

    if format_ == "parquet" and output is None:
        raise click.UsageError("parquet is not for the terminal: add -o FILE")
    ((name, *_),) = _saved(settings, name)
    run_query(settings, _HISTORY if history else _MEMBERS, format_, output, {"segment": name})


@segment.command("rename")
@click.argument("name")
@click.argument("new_name")
@data_option
def segment_rename(settings: Settings, name: str, new_name: str) -> None:
    """Give a segment another name; who was in it since when goes with it."""
    from linkstrata.curation.store import Store

    with Store(settings.curation_database) as store:
        edit = store.rename_filter(name, new_name)
    show_at_once(settings)
    _say(settings, new_name, edit)


@segment.command("remove")
@click.argument("name")
@data_option
def segment_remove(settings: Settings, name: str) -> None:
    """Forget a segment. The contacts in it stay as they are; `linkstrata undo` brings it back."""
    from linkstrata.curation.store import Store

    with Store(settings.curation_database) as store:
        store.remove_filter(name)
    show_at_once(settings)
    click.echo("removed")


@segment.command("fields")
@data_option
def segment_fields(settings: Settings) -> None:
    """List what a filter can ask, in words and, in brackets, as JSON says it."""
    from linkstrata.filters import FIELDS, OPERATORS

    for name, field in FIELDS.items():
        click.echo(f"{field.label} ({name})")
        for operator, words in OPERATORS[field.kind].items():
            value = "" if words.takes in ("nothing", "days") else f" {words.takes.upper()}"
            click.echo(f"    {words.words}{value} ({operator})")
        if field.choices:
            click.echo(f"    choices: {', '.join(f'{said} ({choice})' for choice, said in field.choices.items())}")


def _say(settings: Settings, name: str, edit: Edit | None) -> None:
    ((name, *_, members, _, _, problem),) = _saved(settings, name)
    click.echo(f"{name}: {_people(members)}{'' if edit else ', saved already'}")
    if problem:
        click.echo(f"linkstrata: segment {name}: {problem}", err=True)


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _saved(settings: Settings, name: str) -> list[tuple[Any, ...]]:
    from linkstrata.curation.file import CurationError
    from linkstrata.curation.store import segment_name

    found = _rows(
        settings,
        "select segment, question, description, filter, predicate, members, asked_from, asked_on, problem "
        "from saved_segments where segment = $segment",
        {"segment": segment_name(name)},
    )
    if not found:
        raise CurationError(f"segment {name}: no saved filter of that name; see linkstrata segment list")
    return found


def _rows(settings: Settings, query: str, values: dict[str, object] | None = None) -> list[tuple[Any, ...]]:
    from duckdb import CatalogException

    from linkstrata.curation.file import CurationError
    from linkstrata.warehouse.connection import read_published

    with read_published(settings.published_database) as reader:
        try:
            return reader.execute(query, values or None).fetchall()
        except CatalogException as error:
            raise CurationError(f"{settings.published_database}: has no segments yet: run linkstrata build") from error
