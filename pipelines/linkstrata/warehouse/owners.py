"""Whose export is it? Recognises the member from what the staged rows say; never guesses between two.

An archive does not name its owner's address outright. It shows in every conversation and on the owner's side of every
invitation; Profile.csv and a workbook's file name give the name; connections overlap with those already known.

What is told here must not depend on the order in which files came: an archive that shows an address may tell whose
earlier files were, or that two owners are one member whose address changed. Intake then moves those files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass

import polars as pl
from duckdb import DuckDBPyConnection

from linkstrata.exports.addresses import parse_address
from linkstrata.exports.names import matching_names
from linkstrata.warehouse.raw import Staging

UNANIMOUS = 0.95
"""The share of conversations or invitations that must show one address: a few rows are drafts or damaged."""

OVERLAP = 0.5
"""The share of connections in common that makes a list the list of a known owner. Strangers share a few per cent."""


@dataclass(frozen=True)
class OwnerEvidence:
    """What one export says about its owner: at most one convincing address slug, and names ready for matching."""

    slug: str | None
    names: frozenset[str]


def gather_evidence(connection: DuckDBPyConnection, staging: Staging, owner_name: str | None) -> OwnerEvidence:
    """The evidence in an archive's staged rows; `owner_name` is what the reader took from a file name."""
    tables = {table.name for table in staging.carried()}
    names = [owner_name] if owner_name else []
    if "profile" in tables:
        profiles = "select trim(concat_ws(' ', first_name, last_name)) from temp.stage_profile"
        names += [name for (name,) in connection.execute(profiles).fetchall()]
    known_names = _matching(names)
    candidates = _slugs_of_invitations(connection) if "invitations" in tables else set()
    if "messages" in tables and len(candidates) != 1:
        seen_throughout = _slugs_of_conversations(connection)
        candidates = candidates & seen_throughout or candidates or seen_throughout
        if len(candidates) > 1 and "connections" in tables:
            candidates -= _slugs_of_connections(connection)
        if len(candidates) > 1:
            # a single conversation shows both sides in every row: the one who bears the profile's name is the owner
            candidates = {slug for slug in candidates if _matching(_sender_names(connection, slug)) & known_names}
    slug = next(iter(candidates)) if len(candidates) == 1 else None
    if slug and "messages" in tables:
        known_names |= _matching(_sender_names(connection, slug))
    return OwnerEvidence(slug, known_names)


def recognise_owner(
    connection: DuckDBPyConnection, staging: Staging, evidence: OwnerEvidence, only_owner: bool = True
) -> str | None:
    """The owner's slug, or None where a person has to say it with --owner.

    An address that is known settles it; else a name that one owner bears, or at least half of the connections shared
    with one owner; else an address met for the first time is a new owner; else the only owner there is, unless the
    export bears another name. `only_owner` says whether that last resort may be taken: not while files wait that may
    be another owner's.
    """
    owners = {row[0] for row in connection.execute("select distinct owner from raw.owner_addresses").fetchall()}
    if evidence.slug:
        by_address = _column(
            connection, "select distinct owner from raw.owner_addresses where slug = $value", evidence.slug
        )
        if len(by_address) == 1:
            return by_address.pop()
    by_name = {
        owner
        for name in evidence.names
        for owner in _column(connection, "select distinct owner from raw.owner_names where match_name = $value", name)
    }
    by_overlap = owners_sharing_connections(connection, staging)
    if evidence.slug:
        # the owner's own address can change between two exports: same name and same people, then
        renamed = by_name & by_overlap
        return renamed.pop() if len(renamed) == 1 else evidence.slug
    for owners_found in (by_name & by_overlap, by_overlap, by_name):
        if len(owners_found) == 1:
            return owners_found.pop()
    if only_owner and len(owners) == 1 and not by_name:
        only = next(iter(owners))
        named = _column(connection, "select match_name from raw.owner_names where owner = $value", only)
        return only if not (named and evidence.names) else None
    return None


def remember_owner(
    connection: DuckDBPyConnection, owner: str, evidence: OwnerEvidence, archive_no: int, given: bool
) -> bool:
    """Keeps what an archive said of its owner; a slug that a person gave is an address of theirs too, in any spelling.

    True where that was not known of this owner before, so that it may tell whose other files are.
    """
    taught = False
    for slug in {evidence.slug, (_slug(f"/in/{owner}") or owner) if given else None} - {None}:
        known = "select owner from raw.owner_addresses where slug = $value"
        taught |= owner not in _column(connection, known, str(slug))
        connection.execute("insert into raw.owner_addresses values (?, ?, ?)", [owner, slug, archive_no])
    for name in sorted(evidence.names):
        taught |= owner not in _column(connection, "select owner from raw.owner_names where match_name = $value", name)
        connection.execute("insert into raw.owner_names values (?, ?, ?)", [owner, name, archive_no])
    return taught


def several_owners(connection: DuckDBPyConnection) -> bool:
    """Whether the files here are more than one member's."""
    return connection.execute("select count(distinct owner) > 1 from raw.archives").fetchall() == [(True,)]


def presumed(connection: DuckDBPyConnection) -> list[tuple[str, str]]:
    """The loaded files that show no address of their owner: archive_id and whose they were taken for, oldest first."""
    return connection.execute(
        """
        select archive_id, owner from raw.archives
        where status in ('loaded', 'partial') and archive_no not in (select archive_no from raw.owner_addresses)
        order by exported_on, archive_id
        """
    ).fetchall()


def names_of_owners(connection: DuckDBPyConnection, given: Set[str]) -> dict[str, str]:
    """The slug that each owner is to be known by: that of their oldest archive that shows one, or the one given.

    Two owners are one where they show one address, or where both bear a name and share at least half of their
    connections, for then the address changed between two exports; two that a person gave (`given`) stay two.
    """
    groups: dict[str, set[str]] = {}
    shown: dict[str, str] = {}
    for owner, slug in connection.execute(
        """
        select o.owner, o.slug from raw.owner_addresses as o join raw.archives as a on a.archive_no = o.archive_no
        order by a.exported_on, a.newest_member_at nulls first, a.archive_id, o.slug
        """
    ).fetchall():
        groups.setdefault(owner, {owner})
        shown.setdefault(slug, owner)
    for one, other in _same_members(connection):
        together = groups[one] | groups[other]
        if len(together & given) < 2:
            groups |= dict.fromkeys(together, together)
    names = {}
    for owner, together in groups.items():
        oldest = (slug for slug, shown_by in shown.items() if shown_by in together)
        names[owner] = next(iter(together & given), None) or next(oldest)
    return names


def _same_members(connection: DuckDBPyConnection) -> list[tuple[str, str]]:
    """Pairs of owners with an address, or a name and at least half of one's connections, in common."""
    return connection.execute(
        """
        with pairs as (
            select distinct one.owner as one, other.owner as other
            from raw.owner_names as one join raw.owner_names as other
                on other.match_name = one.match_name and other.owner > one.owner
            where one.owner in (select owner from raw.owner_addresses)
                and other.owner in (select owner from raw.owner_addresses)
        ),
        known as (
            select distinct owner, first_name, last_name, connected_on from raw.connections
            where last_name is not null and owner in (select one from pairs union all select other from pairs)
        ),
        size as (select owner, count(*) as people from known group by owner)
        select p.one, p.other from pairs as p
        join known as a on a.owner = p.one
        join known as b on b.owner = p.other and b.first_name = a.first_name and b.last_name = a.last_name
            and b.connected_on = a.connected_on
        join size as size_a on size_a.owner = p.one join size as size_b on size_b.owner = p.other
        group by p.one, p.other, size_a.people, size_b.people
        having count(*) >= $share * least(size_a.people, size_b.people)
        union
        select one.owner, other.owner
        from raw.owner_addresses as one join raw.owner_addresses as other
            on other.slug = one.slug and other.owner > one.owner
        order by all
        """,
        {"share": OVERLAP},
    ).fetchall()


def _slugs_of_invitations(connection: DuckDBPyConnection) -> set[str]:
    rows = connection.execute(
        "select if(upper(direction) = 'OUTGOING', inviter_url, invitee_url) as address, count(*) "
        "from temp.stage_invitations where address is not null group by address"
    ).fetchall()
    shown = Counter[str]()
    for address, count in rows:
        if slug := _slug(address):
            shown[slug] += count
    return _unanimous(shown, sum(count for _, count in rows))


def _slugs_of_conversations(connection: DuckDBPyConnection) -> set[str]:
    rows = connection.execute(
        "select sender_url, recipient_urls, count(*) from temp.stage_messages "
        "where recipient_urls is not null group by all"
    ).fetchall()
    shown = Counter[str]()
    for sender, recipients, count in rows:
        for slug in {_slug(address) for address in [sender, *recipients.split(",")] if address} - {None}:
            shown[str(slug)] += count
    return _unanimous(shown, sum(count for *_, count in rows))


def _slugs_of_connections(connection: DuckDBPyConnection) -> set[str]:
    """Nobody is a connection of their own."""
    rows = connection.execute("select distinct profile_url from temp.stage_connections").fetchall()
    return {slug for (address,) in rows if (slug := _slug(address))}


def _sender_names(connection: DuckDBPyConnection, slug: str) -> list[str]:
    rows = connection.execute(
        "select distinct sender_url, sender_name from temp.stage_messages "
        "where sender_url is not null and sender_name is not null"
    ).fetchall()
    return [name for address, name in rows if _slug(address) == slug]


def owners_sharing_connections(connection: DuckDBPyConnection, staging: Staging) -> set[str]:
    """The owners with whom a staged list has at least half of its connections, or of theirs, in common."""
    if "connections" not in {table.name for table in staging.carried()}:
        return set()
    return {
        owner
        for (owner,) in connection.execute(
            """
            with listed as (
                select distinct first_name, last_name, connected_on from temp.stage_connections
                where last_name is not null
            ),
            known as (
                select distinct owner, first_name, last_name, connected_on from raw.connections
                where last_name is not null
            )
            select k.owner from known as k join listed as l using (first_name, last_name, connected_on)
            join (select owner, count(*) as people from known group by owner) as size on size.owner = k.owner
            group by k.owner, size.people
            having count(*) >= $share * least(size.people, (select count(*) from listed))
            """,
            {"share": OVERLAP},
        ).fetchall()
    }


def connections_listed(connection: DuckDBPyConnection, owner: str) -> list[str]:
    """Each connection that an owner's files ever listed, as name and day."""
    return [
        one
        for (one,) in connection.execute(
            """
            select distinct concat_ws('|', first_name, last_name, connected_on) from raw.connections
            where owner = $owner and last_name is not null
            """,
            {"owner": owner},
        ).fetchall()
    ]


def connections_staged(connection: DuckDBPyConnection, staging: Staging) -> list[str]:
    """Each connection that a staged archive lists, in the words of `connections_listed`."""
    if "connections" not in {table.name for table in staging.carried()}:
        return []
    query = """
        select distinct concat_ws('|', first_name, last_name, connected_on) from temp.stage_connections
        where last_name is not null
    """
    return [one for (one,) in connection.execute(query).fetchall()]


def _unanimous(shown: Counter[str], total: int) -> set[str]:
    return {slug for slug, count in shown.items() if count >= UNANIMOUS * total}


def _slug(address: str | None) -> str | None:
    parsed = parse_address(address.strip()) if address else None
    return parsed[1] if parsed and parsed[0] == "slug" else None


def _matching(names: list[str]) -> frozenset[str]:
    return frozenset(name for name in matching_names(pl.Series(names, dtype=pl.String)) if name)


def _column(connection: DuckDBPyConnection, query: str, value: str) -> set[str]:
    return {row[0] for row in connection.execute(query, {"value": value}).fetchall()}
