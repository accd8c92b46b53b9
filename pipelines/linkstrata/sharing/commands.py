"""The commands that write files for other programs: `linkstrata export contacts` and `linkstrata export calendar`."""

from __future__ import annotations

from pathlib import Path

import click

from linkstrata.settings import Settings
from linkstrata.terminal import data_option, slug


@click.group()
@data_option
def export(settings: Settings) -> None:
    """Write contacts for address books and spreadsheets, or days for a calendar."""


@export.command("contacts")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--tag", metavar="TAG", help="Only who carries this tag.")
@click.option("--segment", metavar="NAME", help="Only who is in this saved segment.")
@click.option("--where", metavar="PREDICATE", help="Only those for whom this SQL holds: \"company = 'Acme'\".")
@data_option
def export_contacts(settings: Settings, file: Path, tag: str | None, segment: str | None, where: str | None) -> None:
    """Write contacts to FILE: .csv, .parquet, .json, or .vcf for an address book, tags being its categories."""
    from linkstrata.curation.people import count_where
    from linkstrata.sharing.contact_files import query_of, write_contacts

    if where is not None:
        count_where(settings, where)
    write_contacts(settings, file, *query_of(tag, segment, where))
    click.echo(f"wrote {file}")


@export.command("calendar")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--owner", type=slug, help="Whose contacts; everybody's, if left out.")
@click.option(
    "--kind", "kinds", metavar="KIND", multiple=True, help="Only these: birthday, anniversary, …; all if left out."
)
@data_option
def export_calendar(settings: Settings, file: Path, owner: str | None, kinds: tuple[str, ...]) -> None:
    """Write reasons to write as a calendar FILE (.ics): birthdays, anniversaries, answers due, follow-ups, seasons.

    They are those of the table `occasions`: what is done is left out, and what was put off stands on its later day.
    """
    from linkstrata.curation.occasions import KINDS
    from linkstrata.sharing.calendar_files import write_calendar

    if unknown := sorted({*kinds} - {*KINDS}):
        raise click.UsageError(f"--kind {unknown[0]}: one of {', '.join(KINDS)}")
    click.echo(f"{write_calendar(settings, file, owner, kinds or KINDS):,} days in {file}")
