"""The commands by which a person says something: tags, notes, corrections of who is who, and taking it back.

Arguments, exit statuses and what is read on the terminal; what an edit is and does is in the modules beside this one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linkstrata.settings import Settings
from linkstrata.terminal import data_option, drawn_progress, slug

if TYPE_CHECKING:
    from linkstrata.curation.store import Edit, Person
    from linkstrata.curation.tag_files import Imported

MOST_NAMED = 100
"""How many rows that mean nobody are named one by one."""

_owner_option = click.option(
    "--owner",
    type=slug,
    metavar="SLUG",
    help="Among whose contacts; everybody's whose contacts hold the person, if left out.",
)


@click.group()
@data_option
def tag(settings: Settings) -> None:
    """Put tags on contacts, take them away, list them, and read or write them as CSV."""


def _selectors(command: Callable[..., Any]) -> Callable[..., Any]:
    """How a command is told which contacts it is for."""
    for option in (
        _owner_option,
        click.option("--url", "urls", multiple=True, metavar="URL…", help="The contacts at these addresses."),
        click.option(
            "--where", metavar="PREDICATE", help="The contacts for which this SQL holds: \"company = 'Acme'\"."
        ),
        click.argument("more_urls", nargs=-1, metavar=""),
        click.argument("tag", metavar="TAG"),
    ):
        command = option(command)
    return command


@tag.command("add")
@_selectors
@click.option("--colour", metavar="COLOUR", help="How the tag is shown, such as '#0a66c2'.")
@click.option("--description", metavar="TEXT", help="What the tag means.")
@data_option
def tag_add(
    settings: Settings,
    tag: str,
    where: str | None,
    urls: tuple[str, ...],
    more_urls: tuple[str, ...],
    owner: str | None,
    colour: str | None,
    description: str | None,
) -> None:
    """Tag contacts: linkstrata tag add mentor --url https://www.linkedin.com/in/…"""
    from linkstrata.curation.people import crowds_where, people_at
    from linkstrata.curation.store import Store

    described = colour is not None or description is not None
    addresses = _addresses(where, urls, more_urls, may_be_none=described)
    people = people_at(settings, addresses, owner)
    crowds = crowds_where(settings, where, owner) if where is not None else []
    with Store(settings.curation_database) as store:
        if described:
            store.describe_tag(tag, colour, description)
        edit = store.tag(tag, people, settings.today)
        tagged = _changed(edit) + store.tag_crowds(tag, crowds, settings.today)
    show_at_once(settings)
    _say_tagged(tagged, len(people) + sum(crowd.size for crowd in crowds), "tagged", "carry it already")


@tag.command("remove")
@_selectors
@click.option("--everybody", is_flag=True, help="Take it from everybody, with its colour and description.")
@data_option
def tag_remove(
    settings: Settings,
    tag: str,
    where: str | None,
    urls: tuple[str, ...],
    more_urls: tuple[str, ...],
    owner: str | None,
    everybody: bool,
) -> None:
    """Take a tag from contacts. What a rule tagged stays: change the rule."""
    from linkstrata.curation.people import people_at, people_where
    from linkstrata.curation.store import Store

    addresses = _addresses(where, urls, more_urls, may_be_none=everybody)
    people = people_at(settings, addresses, owner) if where is None else people_where(settings, where, owner)
    with Store(settings.curation_database) as store:
        edit = store.drop_tag(tag) if everybody else store.untag(tag, people)
    show_at_once(settings)
    if everybody:
        click.echo(edit.summary if edit else "nobody carried it")
    else:
        _say_tagged(_changed(edit), len(people), "taken from", "did not carry it")
        _say_kept(settings, tag, people)


@tag.command("list")
@data_option
def tag_list(settings: Settings) -> None:
    """List all tags: how many contacts carry each, and whether a rule or a person gives it."""
    from linkstrata.warehouse.connection import read_published

    with read_published(settings.published_database) as reader:
        rows = reader.execute("select members, kind, tag, description from tags order by tag, kind").fetchall()
    for members, kind, name, description in rows:
        first_line = (description or "").partition("\n")[0]
        click.echo(f"{members:>10,}  {kind:<6}  {name}{f': {first_line}' if first_line else ''}")


@tag.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_owner_option
@data_option
def tag_import(settings: Settings, file: Path, owner: str | None) -> None:
    """Tag the contacts in a list: CSV, Excel or JSON with a column of tags and one of addresses, e-mail or names.

    What `linkstrata tag export` writes is read back as it was. A column `tag` holds one tag a row, a column `tags`
    several with commas between them. A name means somebody only where one contact bears it.
    """
    from linkstrata.curation.tag_files import import_tags

    imported = import_tags(settings, file, owner)
    show_at_once(settings)
    tagged = len(imported.edit.added["taggings"]) if imported.edit else 0
    click.echo(f"{tagged:,} tagged{f', {imported.by_rule:,} left to rules' if imported.by_rule else ''}")
    _say_unmatched(file, imported)


def _say_unmatched(file: Path, imported: Imported) -> None:
    """Names the rows of a list that mean nobody, as many as one reads; with any, the command ends with status 1."""
    for line, reason in imported.unmatched[:MOST_NAMED]:
        click.echo(f"linkstrata: {file.name}{f' line {line}' if line else ''}: {reason}", err=True)
    if (more := len(imported.unmatched) - MOST_NAMED) > 0:
        click.echo(f"linkstrata: {file.name}: {more:,} more lines like these", err=True)
    if imported.unmatched:
        sys.stdout.flush()
        sys.exit(1)


@tag.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_owner_option
@data_option
def tag_export(settings: Settings, file: Path, owner: str | None) -> None:
    """Write every contact's tags as CSV: profile_url, full_name, tag, kind (rule or manual), tagged_at."""
    from linkstrata.curation.tag_files import export_tags

    click.echo(f"{export_tags(settings, file, owner):,} rows in {file}")


@click.command()
@click.argument("url")
@click.argument("text")
@_owner_option
@data_option
def note(settings: Settings, url: str, text: str, owner: str | None) -> None:
    """Write a note on a contact."""
    from linkstrata.curation.people import people_at
    from linkstrata.curation.store import Store

    if not text.strip():
        raise click.UsageError("the note is empty")
    people = people_at(settings, [url], owner)
    with Store(settings.curation_database) as store:
        store.add_note(people, text.strip())
    show_at_once(settings)
    click.echo("noted")


@click.command()
@click.argument("url", required=False)
@click.option(
    "--export",
    "target",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all notes as CSV.",
)
@click.option(
    "--import",
    "source",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take in a list with a column of notes and one of addresses, e-mail or names.",
)
@_owner_option
@data_option
def notes(settings: Settings, url: str | None, target: Path | None, source: Path | None, owner: str | None) -> None:
    """Show the notes on a contact, the oldest first; or write all notes to a file, or take in those of a list."""
    if sum(each is not None for each in (url, target, source)) != 1:
        raise click.UsageError("give a contact's address, or --export FILE, or --import FILE")
    if target is not None:
        from linkstrata.curation.tag_files import export_notes

        click.echo(f"{export_notes(settings, target, owner):,} notes in {target}")
    elif source is not None:
        from linkstrata.curation.tag_files import import_notes

        imported = import_notes(settings, source, owner)
        show_at_once(settings)
        click.echo(f"{len(imported.edit.added['notes']) if imported.edit else 0:,} noted")
        _say_unmatched(source, imported)
    elif url is not None:
        _show_notes(settings, url, owner)


def _show_notes(settings: Settings, url: str, owner: str | None) -> None:
    from linkstrata.curation.people import people_at
    from linkstrata.warehouse.connection import read_published

    people = people_at(settings, [url], owner)
    with read_published(settings.published_database) as reader:
        for person in people:
            found = reader.execute(
                "select written_at, note from notes where owner = ? and person_id = ? order by written_at",
                [person.owner, person.person_id],
            ).fetchall()
            for written_at, text in found:
                whose = f"  {person.owner}" if len(people) > 1 else ""
                click.echo(f"{written_at:%Y-%m-%d %H:%M}{whose}  {text}")


@click.command()
@click.argument("keep_url")
@click.argument("other_url")
@data_option
def merge(settings: Settings, keep_url: str, other_url: str) -> None:
    """Say that two addresses are one person, who keeps the first one's person_id."""
    from linkstrata.curation import corrections

    with drawn_progress() as progress:
        edit = corrections.merge(settings, keep_url, other_url, progress)
    click.echo("merged" if edit else "merged already")


@click.command()
@click.argument("url")
@data_option
def split(settings: Settings, url: str) -> None:
    """Say that an address is a person of its own: takes back a merge, or what a rule took for the same person.

    Takes either address of a merge. A later merge wins over a split, and a later split over a merge.
    """
    from linkstrata.curation import corrections

    with drawn_progress() as progress:
        corrections.split(settings, url, progress)
    click.echo("split")


@click.command()
@click.argument("count", type=click.IntRange(0))
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="YYYY-MM-DD")
@click.option("--owner", type=slug, help="Whose followers; needed where several members' exports are kept.")
@data_option
def followers(settings: Settings, count: int, day: datetime, owner: str | None) -> None:
    """Say how many followers you had on a day, as LinkedIn's page shows it. It goes before what exports say."""
    from linkstrata.curation import corrections

    with drawn_progress() as progress:
        corrections.set_followers(settings, count, day.date(), owner, progress)
    click.echo(f"{count:,} followers on {day:%Y-%m-%d}")


@click.group()
@data_option
def contact(settings: Settings) -> None:
    """Add contacts whom no export names."""


@contact.command("add")
@click.argument("url")
@click.option("--name", required=True, help="Full name.")
@click.option("--email")
@click.option("--company")
@click.option("--position")
@click.option("--owner", type=slug, help="Whose contact; needed where several members' exports are kept.")
@data_option
def contact_add(
    settings: Settings,
    url: str,
    name: str,
    email: str | None,
    company: str | None,
    position: str | None,
    owner: str | None,
) -> None:
    """Add somebody by address and name. Exports that name them later are believed first."""
    from linkstrata.curation import corrections

    if not name.strip():
        raise click.UsageError("--name is empty")
    with drawn_progress() as progress:
        corrections.add_contact(
            settings,
            url,
            " ".join(name.split()),
            email=email or None,
            company=company or None,
            position=position or None,
            owner=owner,
            progress=progress,
        )
    click.echo("added")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@data_option
def backup(settings: Settings, file: Path) -> None:
    """Write one file that brings everything back: what you typed, your archives and your rules."""
    from linkstrata.curation.backup import write_backup

    with drawn_progress() as progress:
        write_backup(settings, file, progress)
    click.echo(f"wrote {file}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
def restore(settings: Settings, file: Path) -> None:
    """Fill an empty data home from a backup, and build: linkstrata restore FILE --data NEW-FOLDER"""
    from linkstrata.curation.backup import restore_backup

    with drawn_progress() as progress:
        restore_backup(settings, file, progress)
    click.echo(f"published {settings.published_database}")


@click.command()
@data_option
def undo(settings: Settings) -> None:
    """Take back the last edit: tag, note, merge, split, whatever it was. Again, and the one before it goes."""
    from linkstrata.curation.file import CurationError
    from linkstrata.curation.publishing import SHOWN_AT_ONCE
    from linkstrata.curation.store import Store

    with Store(settings.curation_database) as store:
        edit = store.undo()
    if edit is None:
        raise CurationError(f"{settings.curation_database}: there is no edit to undo")
    if edit.tables <= SHOWN_AT_ONCE:
        show_at_once(settings)
    else:
        _show_after_build(settings)
    click.echo(f"undone: {edit.summary}")


def _addresses(where: str | None, urls: Sequence[str], more_urls: Sequence[str], may_be_none: bool) -> Sequence[str]:
    """The addresses that a command's selectors name: exactly one kind is given, or none if it may do without."""
    addresses = (*urls, *more_urls) if urls else more_urls
    if (where is not None and addresses) or not (where is not None or addresses or may_be_none):
        raise click.UsageError("say which contacts: --where PREDICATE, or --url URL…")
    return addresses


def _changed(edit: Edit | None) -> int:
    return sum(len(rows) for rows in (*edit.added.values(), *edit.removed.values())) if edit else 0


def _say_tagged(changed: int, asked: int, done: str, not_done: str) -> None:
    rest = asked - changed
    click.echo(f"{changed:,} {done}{f', {rest:,} {not_done}' if rest > 0 else ''}")


def _say_kept(settings: Settings, tag: str, people: Sequence[Person]) -> None:
    """Says of how many people something else than a hand gives the tag, and what takes it from them."""
    from linkstrata.curation.store import tag_name
    from linkstrata.warehouse.connection import read_published

    with read_published(settings.published_database) as reader:
        kept = reader.execute(
            """
            select kind, count(*) from contact_tags
            semi join (
                select unnest($owners::varchar[]) as owner, unnest($people::varchar[]) as person_id
            ) as asked using (owner, person_id)
            where tag = $tag group by kind order by kind
            """,
            {
                "tag": tag_name(tag),
                "owners": [person.owner for person in people],
                "people": [person.person_id for person in people],
            },
        ).fetchall()
    for kind, count in kept:
        why = "a rule gives it: change the rule" if kind == "rule" else "a contact list gives it: ingest one without it"
        click.echo(f"{count:,} keep it, for {why}")


def show_at_once(settings: Settings) -> None:
    """Brings an edit that runs no models into the published tables; says for whom it waits."""
    from linkstrata.curation.publishing import publish_edits

    publish_edits(settings, _say_waiting)


def _show_after_build(settings: Settings) -> None:
    from linkstrata.curation.publishing import rebuild

    with drawn_progress() as progress:
        rebuild(settings, progress)


def _say_waiting(step: str) -> None:
    if step.startswith("waiting"):
        click.echo(f"linkstrata: {step}", err=True)


CURATION: tuple[click.Command, ...] = (tag, note, notes, merge, split, followers, contact, undo, backup, restore)
"""All commands of this module, for the command line to take up."""
