"""What changes more than tags and notes: who is who, contacts and follower totals of one's own. Each is one edit and a
run of all models, after which it is in the published tables.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from linkstrata.curation.file import CurationError
from linkstrata.curation.people import key_of, keyed_people, one_owner
from linkstrata.curation.publishing import rebuild
from linkstrata.curation.store import Edit, Person, Store
from linkstrata.forgetting.register import Register
from linkstrata.progress import Progress, silent
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import read_published

FIRST_DAY = date(2003, 5, 5)
"""LinkedIn's first: nobody had followers there before."""


def merge(settings: Settings, keep: str, other: str, progress: Progress = silent) -> Edit | None:
    """Makes two addresses one person, under the id that the first one's person has; None where that was said already.

    Raises CurationError where an address is not a contact's, and as `rebuild` does.
    """
    keep_key, other_key = _contact_key(settings, keep), _contact_key(settings, other)
    if keep_key == other_key:
        raise CurationError(f"{other}: the same address as {keep}; give the two that are one person")
    with Store(settings.curation_database) as store:
        edit = store.merge(keep_key, other_key, _person(settings, keep_key)[keep_key].in_use)
    rebuild(settings, progress)
    return edit


def keep_merge(settings: Settings, keep: Person, other: Person) -> Edit | None:
    """Keeps that two contacts are one person, under the id of the first; None where that was said already. `rebuild`
    shows it.

    Raises CurationError for a contact who is known by a bare name: nothing tells which entry is meant.
    """
    keys = []
    for person in (keep, other):
        lasting = [key for key in person.keys if not key.startswith("named:")]
        if not lasting:
            raise CurationError(
                "one of them is known by name alone, which names whoever bears it; nothing can be merged"
            )
        keys.append(lasting[0])
    with Store(settings.curation_database) as store:
        return store.merge(keys[0], keys[1], keep.person_id)


def split(settings: Settings, address: str, progress: Progress = silent) -> Edit:
    """Makes an address a person of its own: takes back the merges it was part of, else the ties that rules found.

    Raises CurationError where there is nothing to split, and as `rebuild` does.
    """
    key = _contact_key(settings, address)
    before = _person(settings, key)
    nothing = CurationError(f"{address}: nothing ties this address to another; there is nothing to split")
    if len(before) == 1:
        raise nothing
    ours = {other for other, ids in before.items() if ids.separate == before[key].separate}
    with Store(settings.curation_database) as store:
        pairs = [(str(row[0]), str(row[1])) for row in store.rows("merges") if ours.intersection(row[:2])]
        # To take back a merge of what rules tie as well is not enough.
        edit = store.split(key, pairs, from_rules=not pairs or any(ours.issuperset(pair) for pair in pairs))
        if edit is None:
            raise nothing
        rebuild(settings, progress)
        if _person(settings, key).keys() == before.keys():
            store.undo()
            rebuild(settings, progress)
            raise nothing
    return edit


def add_contact(
    settings: Settings,
    address: str,
    full_name: str,
    email: str | None = None,
    company: str | None = None,
    position: str | None = None,
    owner: str | None = None,
    progress: Progress = silent,
) -> Edit | None:
    """Adds somebody whom no file names; who was added before gets the new name and facts.

    Raises CurationError for somebody who is a contact without that, or can't be one, and as `rebuild` does.
    """
    key, whose = key_of(address), one_owner(settings, owner)
    if Register.read(settings.forgotten).has_key(key):
        raise CurationError(f"{address}: was forgotten here, and stays so")
    with Store(settings.curation_database) as store:
        added_before = any(row[:2] == (whose, key) for row in store.rows("added_contacts"))
        if not added_before and keyed_people(settings, [key], whose):
            raise CurationError(f"{address}: a contact already; add a note or a tag")
        person = Person(whose, "", (key,))
        edit = store.add_contact(person, full_name, email, company, position, settings.today)
        rebuild(settings, progress)
        if not keyed_people(settings, [key], whose):
            store.undo()
            rebuild(settings, progress)
            raise CurationError(f"{address}: is {whose}, who can't be a contact of their own")
    return edit


def set_followers(
    settings: Settings, followers: int, day: date, owner: str | None = None, progress: Progress = silent
) -> Edit | None:
    """Says how many followers an owner had on a day. Raises CurationError for a day that can't be, and as `rebuild`."""
    if not FIRST_DAY <= day <= settings.today:
        raise CurationError(f"--on {day}: give a day between {FIRST_DAY} and today, {settings.today}")
    whose = one_owner(settings, owner)
    with Store(settings.curation_database) as store:
        edit = store.set_followers(whose, day, followers)
    rebuild(settings, progress)
    return edit


class _Ids(NamedTuple):
    """The id that a key's person has, and the one that it has without merges."""

    in_use: str
    separate: str


def _contact_key(settings: Settings, address: str) -> str:
    """The key of an address where some owner has a contact. Raises CurationError elsewhere."""
    key = key_of(address)
    if not keyed_people(settings, [key]):
        raise CurationError(f'{address}: not among the contacts; see `linkstrata sql "from contacts"`')
    return key


def _person(settings: Settings, key: str) -> dict[str, _Ids]:
    """Every key of the person whom a key names, itself included; none where it names nobody."""
    with read_published(settings.published_database) as reader:
        rows = reader.execute(
            """
            select k.person_key, k.person_id, k.separate_id
            from person_keys as k join person_keys as a on a.person_id = k.person_id
            where a.person_key = ?
            """,
            [key],
        ).fetchall()
    return {person_key: _Ids(person_id, separate_id) for person_key, person_id, separate_id in rows}
