"""Whom a person means: contacts by an address in any spelling, by a name, or by a predicate, with keys that outlive
rebuilds. Reads the published database and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import duckdb

from linkstrata.curation.file import CurationError
from linkstrata.curation.store import Person
from linkstrata.exports.addresses import parse_address
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import QueryRefused, locked_down, read_published

# Of a person's keys the one in the address shown comes first, then those that are least likely to change their meaning.
_KEYS = """
    with kept as (
        select
            c.owner,
            c.person_id,
            k.person_key,
            coalesce(substr(k.person_key, strpos(k.person_key, ':') + 1) <> split_part(c.profile_url, '/in/', 2), true)
                as is_other_address,
            list_position(
                ['slug', 'member_id', 'member_number', 'sales_id', 'dated', 'named'], split_part(k.person_key, ':', 1)
            ) as place
        from contacts as c
        join person_keys as k on k.person_id = c.person_id
        semi join chosen as h on h.owner = c.owner and h.person_id = c.person_id
    )
    select owner, person_id, list(person_key order by is_other_address, place, person_key)
    from kept group by owner, person_id order by owner, person_id
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
    query = f"select owner, person_id from contacts where (\n{predicate}\n)"
    with _asked(settings, query, predicate) as chosen:
        keyed = chosen.query("chosen", _KEYS)
        rows = keyed.fetchall() if keyed else []
    return [Person(whose, person_id, tuple(keys)) for whose, person_id, keys in rows if owner in (None, whose)]


def count_where(settings: Settings, predicate: str) -> int:
    """For how many contacts a predicate holds. Raises as `people_where` does."""
    with _asked(settings, f"select count(*) from contacts where (\n{predicate}\n)", predicate) as counted:
        ((count,),) = counted.fetchall()
    return int(count)


@contextmanager
def _asked(settings: Settings, query: str, predicate: str) -> Iterator[duckdb.DuckDBPyRelation]:
    """What a query with a person's predicate in it gives, while the room that it runs in is open."""
    try:
        with locked_down(settings.published_database) as room:
            yield room.query(query)
    except (duckdb.Error, QueryRefused) as error:
        raise CurationError(f"--where {' '.join(predicate.split())}: {' '.join(str(error).split())}") from error


def people_at(settings: Settings, addresses: Iterable[str], owner: str | None = None) -> list[Person]:
    """The contacts at the given addresses: of `owner`, else of every owner among whose contacts they are.

    Edits on them are kept under the key of the address that was given. Raises CurationError where nobody is there.
    """
    found: dict[str, list[Person]] = {key_of(address): [] for address in addresses}
    for person in keyed_people(settings, list(found), owner):
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
    asked = f"--owner {owner}: nobody's exports by that name" if owner else "several owners: say which with --owner"
    raise CurationError(f"{asked}; there {'is' if len(known) == 1 else 'are'} {', '.join(known) or 'none'}")


def people_of(settings: Settings, chosen: Sequence[tuple[str, str]]) -> list[Person]:
    """The contacts that are named by owner and person_id, each once, with all their keys."""
    with read_published(settings.published_database) as reader:
        reader.execute("create temp table chosen (owner varchar, person_id varchar)")
        if chosen:
            values = [list(column) for column in zip(*chosen, strict=True)]
            reader.execute("insert into chosen select unnest(?::varchar[]), unnest(?::varchar[])", values)
        rows = reader.execute(_KEYS).fetchall()
    return [Person(owner, person_id, tuple(keys)) for owner, person_id, keys in rows]
