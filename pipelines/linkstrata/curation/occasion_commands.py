"""The commands on reasons to write: `linkstrata occasion list` and `mark`.

Arguments and what is shown on the terminal; what a decision is stands in occasions.py.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from linkstrata.curation.commands import show_at_once
from linkstrata.curation.tables import DECISIONS
from linkstrata.settings import Settings
from linkstrata.terminal import data_option, slug

_owner_option = click.option("--owner", type=slug, help="Among whose contacts; everybody's, if left out.")
_LISTED = """
    select o.due_on, o.occasion, o.state, coalesce(c.full_name, c.profile_url, 'somebody'), o.reason
    from occasions as o join contacts as c using (owner, person_id)
    where owner = coalesce($owner, owner) and ($kind is null or kind = $kind) and state in ('open', 'later')
        and due_on between $first and $last
    order by due_on, 4, owner, person_id, occasion
"""


@click.group()
@data_option
def occasion(settings: Settings) -> None:
    """Reasons to write: birthdays, anniversaries, new jobs, seasons, answers due, follow-ups. It writes to nobody."""


@occasion.command("list")
@click.option("--days", type=click.IntRange(-30, 365), default=30, help="How far ahead; below 0, how far back. 30.")
@click.option("--kind", metavar="KIND", help="Only birthday, anniversary, new_job, season, answer or follow_up.")
@_owner_option
@data_option
def list_occasions(settings: Settings, days: int, kind: str | None, owner: str | None) -> None:
    """List what is to be done, by day."""
    from linkstrata.curation.occasions import KINDS
    from linkstrata.warehouse.connection import read_published

    if kind not in (None, *KINDS):
        raise click.UsageError(f"--kind {kind}: one of {', '.join(KINDS)}")
    with read_published(settings.published_database) as reader:
        ((today,),) = reader.execute("select today from build_info").fetchall()
        first, last = sorted((today, today + timedelta(days=days)))
        rows = reader.execute(_LISTED, {"owner": owner, "kind": kind, "first": first, "last": last}).fetchall()
    for due_on, name, state, full_name, reason in rows:
        click.echo(f"{due_on}  {full_name}: {reason}  ({name}{', put off' if state == 'later' else ''})")


@occasion.command("mark")
@click.argument("url")
@click.argument("name", metavar="OCCASION")
@click.argument("decision", type=click.Choice([*DECISIONS, "open"]))
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="With later: the day, YYYY-MM-DD.")
@_owner_option
@data_option
def mark(settings: Settings, url: str, name: str, decision: str, until: datetime | None, owner: str | None) -> None:
    """Say that one is done, put off to a later day, or never wanted again of its kind; open takes that back.

    OCCASION is a kind, such as birthday, or the name that the list shows.
    """
    from linkstrata.curation.occasions import decide
    from linkstrata.curation.people import people_at

    if (decision == "later") is not (until is not None):
        raise click.UsageError("later takes --until DATE, and nothing else does")
    decided, day = None if decision == "open" else decision, until.date() if until else None
    edits = [decide(settings, person, name, decided, day) for person in people_at(settings, [url], owner)]
    show_at_once(settings)
    click.echo(decision if any(edits) else "so it was already")
