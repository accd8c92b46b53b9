"""Whom a person means: contacts by an address in any spelling, by a name, or by a predicate, with keys that outlive
rebuilds. Reads the published database and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import duckdb

from linkstrata.curation.file import CurationError
from linkstrata.curation.store import Crowd, Person
from linkstrata.exports.addresses import parse_address
from linkstrata.queries import bounded_room
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import QueryRefused, read_published

# Of a person's keys the one in the address shown comes first, then those that are least likely to change their meaning.
_KEYS = """
    with kept as (
        select
            c.owner,
            c.person_id,
            concat(
                case when split_part(c.profile_url, '/in/', 2) = substr(k.person_key, strpos(k.person_key, ':') + 1)
                    then 0 else 1 end,
                coalesce(list_position(
                    ['slug', 'member_id', 'member_number', 'sales_id', 'dated', 'named'],
                    split_part(k.person_key, ':', 1)
                ), 9),
                k.person_key
            ) as place_and_key
        from chosen as c
        join person_keys as k on k.person_id = c.person_id
    )
    select owner, person_id, list_transform(list_sort(list(place_and_key)), lambda each: substr(each, 3)) as keys
    from kept group by owner, person_id
"""


def key_of(address: str) -> str:
    """The key that an address means, in any spelling of it. Raises CurationError where it is nobody's address."""
    parsed = parse_address(address)
    if parsed is None:
        raise CurationError(f"{address}: not a profile's address; write https://www.linkedin.com/in/…")
    return ":".join(parsed)


def people_where(settings: Settings, predicate: str, owner: str | None = None) -> list[Person]:
    """The contacts for which a predicate holds: SQL over the columns of `contacts`, run where nothing can be changed.

    Raises connection.NotPublished, and CurationError with the engine's message where the predicate does not run.
    """
    with _asked(settings, "owner, person_id, profile_url", predicate) as chosen:
        keyed = chosen.query("chosen", _KEYS)
        rows = keyed.fetchall() if keyed else []
    whose = known_owner(settings, owner)
    return [Person(each, person_id, tuple(keys)) for each, person_id, keys in rows if whose in (None, each)]


def crowds_where(settings: Settings, predicate: str, owner: str | None = None) -> list[Crowd]:
    """The same contacts as `people_where` gives, by owner, for edits that take them all together."""
    with _asked(settings, "owner, person_id, profile_url", predicate) as chosen:
        query = f"select owner, count(*), to_json(list(keys)) from (\n{_KEYS}\n) group by owner order by owner"
        gathered = chosen.query("chosen", query)
        crowds = [Crowd(*row) for row in gathered.fetchall()] if gathered else []
    whose = known_owner(settings, owner)
    return [crowd for crowd in crowds if whose in (None, crowd.owner)]


def count_where(settings: Settings, predicate: str) -> int:
    """For how many contacts a predicate holds. Raises as `people_where` does."""
    with _asked(settings, "count(*)", predicate) as counted:
        ((count,),) = counted.fetchall()
    return int(count)


@contextmanager
def _asked(settings: Settings, columns: str, predicate: str) -> Iterator[duckdb.DuckDBPyRelation]:
    """These columns of the contacts for whom a person's predicate holds, while the room that it runs in is open; for
    commands alone, see `bounded_room`."""
    try:
        with bounded_room(settings) as room:
            yield room.query(room.contacts_where(columns, predicate))
    except (duckdb.Error, QueryRefused) as error:
        raise CurationError(f"--where {' '.join(predicate.split())}: {' '.join(str(error).split())}") from error


def people_at(settings: Settings, addresses: Iterable[str], owner: str | None = None) -> list[Person]:
    """The contacts at the given addresses: of `owner`, else of every owner among whose contacts they are.

    Edits on them are kept under the key of the address that was given. Raises CurationError where nobody is there.
    """
    found: dict[str, list[Person]] = {key_of(address): [] for address in addresses}
    for person in keyed_people(settings, list(found), owner) if found else ():
        for key in found.keys() & set(person.keys):
            keys = (key, *(other for other in person.keys if other != key))
            found[key].append(Person(person.owner, person.person_id, keys))
    unknown = [address for address in addresses if not found[key_of(address)]]
    if unknown:
        whose = f"{owner}'s contacts" if owner else "the contacts"
        raise CurationError(
            f'{", ".join(unknown)}: not among {whose}; see `linkstrata sql "from contacts"`, '
            "or add them: linkstrata contact add URL --name NAME"
        )
    return [person for people in found.values() for person in people]


def keyed_people(settings: Settings, keys: Sequence[str], owner: str | None = None) -> list[Person]:
    """The contacts who are known by any of the keys."""
    with read_published(settings.published_database) as reader:
        chosen = reader.execute(
            """
            select c.owner, c.person_id
            from person_keys as k join contacts as c on c.person_id = k.person_id
            where k.person_key in (select unnest($keys)) and c.owner = coalesce($owner, c.owner)
            """,
            {"keys": list(keys), "owner": owner},
        ).fetchall()
    return people_of(settings, chosen)


def owners(settings: Settings) -> list[str]:
    """Everybody whose exports were ingested."""
    with read_published(settings.published_database) as reader:
        rows = reader.execute("select distinct owner from archives where owner is not null order by 1").fetchall()
    return [row[0] for row in rows]


def one_owner(settings: Settings, owner: str | None) -> str:
    """The owner given, or the only one there is. Raises CurationError where that leaves a choice, or nobody."""
    known = owners(settings)
    if owner is None and len(known) == 1:
        return known[0]
    if owner in known:
        return str(owner)
    if not known:
        raise CurationError("nobody's exports are here yet; run `linkstrata ingest` on one first")
    asked = f"--owner {owner}: nobody's exports by that name" if owner else "several owners: say which with --owner"
    raise CurationError(f"{asked}; there {'is' if len(known) == 1 else 'are'} {', '.join(known)}")


def known_owner(settings: Settings, owner: str | None) -> str | None:
    """The owner given, if one is. Raises CurationError where nobody's exports are kept by that name."""
    return owner and one_owner(settings, owner)


def people_of(settings: Settings, chosen: Sequence[tuple[str, str]]) -> list[Person]:
    """The contacts that are named by owner and person_id, each once, with all their keys."""
    with read_published(settings.published_database) as reader:
        values = [[owner for owner, _ in chosen], [person_id for _, person_id in chosen]]
        reader.execute(
            "create temp table chosen as select owner, person_id, profile_url from contacts semi join "
            "(select unnest(?::varchar[]) as owner, unnest(?::varchar[]) as person_id) as c using (owner, person_id)",
            values,
        )
        rows = reader.execute(_KEYS).fetchall()
    return [Person(owner, person_id, tuple(keys)) for owner, person_id, keys in rows]
