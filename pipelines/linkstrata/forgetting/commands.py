"""`linkstrata forget`: its arguments, and what a person reads of it. What it does is in erasure.py."""

from __future__ import annotations

import click

from linkstrata.settings import Settings
from linkstrata.terminal import data_option, drawn_progress, slug


@click.command()
@click.option("--url", metavar="URL", help="The profile address of the person to forget.")
@click.option("--owner", type=slug, help="The member whose exports to forget.")
@data_option
def forget(settings: Settings, url: str | None, owner: str | None) -> None:
    """Erase a person, or a member's exports, from the whole data home, for good.

    Databases, archives, inbox, tags, notes, backups made by itself, reports and run history are gone through; no later
    file brings them back. There is no undo. What lies outside of the data home stays: the files you downloaded, and
    backups you made.
    """
    from linkstrata.forgetting import erasure
    from linkstrata.warehouse.pipeline import Request, Session

    if (url is None) == (owner is None):
        raise click.UsageError("say whom: --url URL, or --owner SLUG")
    had_report = (settings.reports / "report.html").exists()
    with drawn_progress() as progress:
        if url is not None:
            erasure.register_person(settings, url, progress)
        else:
            erasure.register_owner(settings, str(owner), progress)
        with Session(settings, progress) as session:
            session.load(Request())
            session.build()
        if had_report:
            from linkstrata.report import write_report

            write_report(settings.published_database, settings.reports / "report.html")
    if session.erased:
        click.echo(str(session.erased))
    click.echo("forgotten; your own downloads and backups outside of the data home are yours to delete")
