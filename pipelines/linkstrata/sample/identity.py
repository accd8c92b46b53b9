"""Who is one person, judged as linkstrata must judge it: by what the files prove, never by what the life knows.

The rules, with where they are written:
- "Two keys join when a file carries both, when the same owner's snapshots show the same name and the same connected_on
  under another slug, or when a person says so." (design, Identity). E-mail addresses are such keys too.
- "A bare name joins only if exactly one candidate bears it" (design). Names are compared as `matching_name` makes
  them; candidates are all persons known with an address or as a connection, under any name they were seen with. So
  - a connection of the years when Connections.csv had no addresses is the one person with an address of that name,
  - a person known by a LinkedIn id alone (a follower list, an old Invitations.csv) is the one candidate of that name,
    unless another id of the same kind bears it too or has as good a claim: one member has one id,
  - what else is a bare name (Member_Follows, recommendations, old messages and invitations) means the one who bears it.
- "a `Member_Follows` name that fits nobody is a contact without an address" (contract, i_follow).
- "Everything is owner-scoped, people are shared" (issue 4): what one member's files prove holds for all, but names,
  days of connecting and e-mail addresses are compared within one member's files alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

from linkstrata.sample.naming import matching_name
from linkstrata.sample.sightings import Key, Naming, Sightings

_Name = tuple[str, str]
"""A member and a name in that member's files, as compared."""

_RANKS = ("slug", "connected", "member_id", "member_number")
"""Namespaces by how surely they tell who somebody is; a person is taken by the best they are known by."""


class Identity:
    """Groups of keys that are one person each, by the files of one member or of several."""

    def __init__(self, everything: Sequence[Sightings]) -> None:
        self._parents: dict[Key, Key] = {}
        self._names: dict[Key, set[_Name]] = defaultdict(set)
        namings = dict.fromkeys((file.owner, naming) for file in everything for naming in file.namings)
        keyed = [(owner, naming) for owner, naming in namings if naming.keys]
        for _, naming in keyed:
            for key in naming.keys:
                self._join(naming.keys[0], key)
        for owner, naming in keyed:
            if naming.name is not None:
                self._names[self._root(naming.keys[0])].add((owner, matching_name(naming.name)))
        self._joined_by_name: set[Key] = set()
        self._fitting: dict[Key, set[Key]] = {}
        self._spaces: dict[Key, set[str]] = {}
        self._days: dict[Key, set[tuple[object, object]]] = {}
        by_rank: dict[str, dict[Key, list[Key]]] = {rank: {} for rank in _RANKS}
        for root, keys in self._members().items():
            self._spaces[root] = {space for space, _ in keys}
            self._days[root] = {
                (value[0], value[2]) for _, value in keys if isinstance(value, tuple) and len(value) == 3
            }
            by_rank[next(rank for rank in _RANKS if rank in self._spaces[root])][root] = keys
        addressed = [*by_rank["slug"]]
        candidates = [*addressed, *self._join_by_name(by_rank["connected"], addressed)]
        for space in ("member_id", "member_number"):
            self._join_by_name(by_rank[space], candidates)
        self._bearers = self._by_name(key for key in self._parents if self._root(key) == key)
        followed = ((file.owner, click.naming) for file in everything for click in file.clicks)
        for owner, naming in followed:
            name = (owner, matching_name(naming.name or ""))
            if name[1] and name not in self._bearers:
                alone: Key = ("name", name)
                self._parents[alone] = alone
                self._names[alone] = {name}
                self._bearers[name] = {alone}

    def of(self, owner: str, naming: Naming | None) -> Key | None:
        """The person whom a naming in a member's files means, by one of the person's keys; None where it means nobody
        for certain."""
        if naming is None:
            return None
        if naming.keys:
            return self._root(naming.keys[0])
        bearers = self._bearers.get((owner, matching_name(naming.name or "")), set())
        return next(iter(bearers)) if len(bearers) == 1 else None

    def fits(self, naming: Naming) -> set[Key]:
        """Those whom a naming by id alone might mean, while it is certain of none."""
        return {self._root(key) for key in self._fitting.get(naming.keys[0], ())} if naming.keys else set()

    def match(self, naming: Naming) -> str:
        """By what a naming is tied to its person: `url`, `member_id` or `name`."""
        if not naming.keys:
            return "name"
        if naming.keys[0][0] == "slug":
            return "url"
        return "name" if naming.keys[0] in self._joined_by_name else "member_id"

    def _members(self) -> dict[Key, list[Key]]:
        members: dict[Key, list[Key]] = defaultdict(list)
        for key in self._parents:
            members[self._root(key)].append(key)
        return members

    def _join_by_name(self, uncertain: dict[Key, list[Key]], candidates: list[Key]) -> list[Key]:
        """Joins each uncertain person with the candidate whose name they bear, where nobody else of either side bears
        it, no other name of theirs says otherwise, and what else is known of both does not differ. Gives those left."""
        bearers, suitors = self._by_name(candidates), self._by_name(uncertain)
        pairs = {
            (root, candidate)
            for name, found in suitors.items()
            if len(found) == len(bearers.get(name, ())) == 1
            for root in found
            for candidate in bearers[name]
            if not self._differ(root, candidate)
        }
        offers = Counter(chain.from_iterable(pairs))
        certain = {root: candidate for root, candidate in pairs if offers[root] == offers[candidate] == 1}
        left = []
        for root, keys in uncertain.items():
            if root in certain:
                self._joined_by_name.update(keys)
                self._spaces[certain[root]] |= self._spaces[root]
                self._days[certain[root]] |= self._days[root]
                self._join(certain[root], root)
            else:
                fitting = set[Key]().union(*(bearers.get(name, ()) for name in self._names[root]))
                self._fitting.update(dict.fromkeys(keys, fitting))
                left.append(root)
        return left

    def _differ(self, one: Key, other: Key) -> bool:
        """Whether two persons have different ids of one kind, or connected with one member on different days."""
        if self._spaces[one] & self._spaces[other] & {"member_id", "member_number"}:
            return True
        connected = {owner for owner, _ in self._days[one]} & {owner for owner, _ in self._days[other]}
        return bool(connected) and not self._days[one] & self._days[other]

    def _by_name(self, roots: Iterable[Key]) -> dict[_Name, set[Key]]:
        bearers: dict[_Name, set[Key]] = defaultdict(set)
        for root in roots:
            for name in self._names[root]:
                bearers[name].add(root)
        return dict(bearers)

    def _root(self, key: Key) -> Key:
        parents = self._parents
        while parents[key] != key:
            parents[key] = parents[parents[key]]
            key = parents[key]
        return key

    def _join(self, kept: Key, other: Key) -> None:
        """Makes two keys one person's; the names of both become the names of the first."""
        self._parents.setdefault(kept, kept)
        self._parents.setdefault(other, other)
        first, second = self._root(kept), self._root(other)
        if first != second:
            self._parents[second] = first
            self._names[first] |= self._names.pop(second, set())
