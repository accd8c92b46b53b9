"""What a person decides on reasons to write: that one is done, put off to a day, or not wanted again.

Which reasons there are is the matter of `main.occasions`, and what is kept of a decision that of the store. Nothing
here writes to anybody.
"""

from __future__ import annotations

from datetime import date, timedelta

from linkstrata.curation.file import CurationError
from linkstrata.curation.store import Edit, Person, Store
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import read_published

KINDS = ("anniversary", "birthday", "new_job", "season", "answer", "follow_up")
"""The kinds of occasions."""

LONGEST_DELAY = timedelta(days=365)
"""How far a reason to write can be put off: as far ahead as `main.occasions` looks."""


def occasion_of(settings: Settings, person: Person, name: str) -> str:
    """The occasion of a person that a name means: its own name, or a kind, of which the nearest day is meant.

    Raises CurationError where there is none.
    """
    with read_published(settings.published_database) as reader:
        found = reader.execute(
            """
            select occasion from occasions
            where owner = ? and person_id = ? and (occasion = ? or kind = ?)
            order by abs(date_diff('day', cast(? as date), due_on)), due_on desc limit 1
            """,
            [person.owner, person.person_id, name, name, settings.today],
        ).fetchall()
    if not found:
        raise CurationError(f"{name}: no such reason to write to them; see `linkstrata occasion list`")
    return str(found[0][0])


def decide(
    settings: Settings, person: Person, name: str, decision: str | None, put_off_to: date | None = None
) -> Edit | None:
    """Keeps what is decided on an occasion (see `occasion_of`), as `Store.decide` does; None where it was so already.

    Raises CurationError where there is no such occasion, or the day to put it off to is not within the year to come.
    """
    if put_off_to is not None and not settings.today < put_off_to <= settings.today + LONGEST_DELAY:
        raise CurationError(f"{put_off_to}: put it off to a day within the year after {settings.today}")
    occasion = occasion_of(settings, person, name)
    with Store(settings.curation_database) as store:
        return store.decide(person, occasion, decision, put_off_to)
