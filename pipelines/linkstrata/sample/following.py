"""The truth of follows_me, i_follow and `follow_evidence`: who follows whom, and what says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from linkstrata.sample.people import People
from linkstrata.sample.requests import FollowerList
from linkstrata.sample.sightings import FollowSeen, Key, Sightings

_COMPLETE_SHARE = 0.99


class State(NamedTuple):
    """A follow state and its reason. `file` is where it comes from; None where the contract leaves open which."""

    state: str
    source: str
    match: str
    file: Sightings | None = None


class Listed(NamedTuple):
    """A follower list: whom it names and by what row, whom a name in it might mean, whether it names everybody."""

    file: Sightings
    named: Mapping[Key, FollowSeen]
    might_mean: set[Key]
    complete: bool

    def leaves_out(self, root: Key) -> bool:
        """Whether it proves that somebody does not follow."""
        return self.complete and root not in self.named and root not in self.might_mean


class Following:
    """Follow states by the files given, oldest first."""

    def __init__(self, files: Sequence[Sightings], people: People, totals: Mapping[date, int]) -> None:
        self._people = people
        self.lists = [_read(file, people, totals) for file in files if isinstance(file.request, FollowerList)]
        self._statements: dict[Key, tuple[FollowSeen, Sightings]] = {}
        for file in files:
            for seen in (*file.clicks, *file.followers):
                root = people.of(seen.naming)
                if root is not None:
                    before = self._statements.get(root)
                    if before is None or before[0].stated_at <= seen.stated_at:
                        self._statements[root] = (seen, file)
        self._invited = {people.of(seen.naming) for file in files for seen in file.invitations if not seen.incoming}

    def follows_me(self, root: Key, is_connection: bool) -> State | None:
        """`yes` "named in a follower list that no later complete list contradicts"; `no` "absent from the newest
        complete list and from every list after it, unless a name in it that fits several contacts fits this one";
        `assumed` "a connection for whom neither is proved". None stands for `unknown`."""
        complete = [number for number, listed in enumerate(self.lists) if listed.complete]
        for number in reversed(range(len(self.lists))):
            listed = self.lists[number]
            if root in listed.named:
                if not any(later > number and self._absent(root, later) for later in complete):
                    match = self._people.match(listed.named[root].naming)
                    return State("yes", "follower_list", match, listed.file)
                break
        if complete and all(self._absent(root, number) for number in range(complete[-1], len(self.lists))):
            return State("no", "complete_list_absence", "rule", self.lists[complete[-1]].file)
        return State("assumed", "connection_default", "rule") if is_connection else None

    def i_follow(self, root: Key, is_connection: bool) -> State | None:
        """`yes` / `no` "by the newest `Member_Follows` row (Active / Unfollow) or follower-list flag that matches this
        person and nobody else, however old"; `assumed` "a connection, or someone with an outgoing invitation, for whom
        neither is proved". None stands for `unknown`."""
        if root in self._statements:
            seen, file = self._statements[root]
            listed = isinstance(file.request, FollowerList)
            source, match = ("follower_list", self._people.match(seen.naming)) if listed else ("member_follows", "name")
            return State("yes" if seen.follows else "no", source, match, file if listed else None)
        if is_connection:
            return State("assumed", "connection_default", "rule")
        return State("assumed", "invitation_default", "rule") if root in self._invited else None

    def _absent(self, root: Key, number: int) -> bool:
        return root not in self.lists[number].named and root not in self.lists[number].might_mean


def segment(is_connection: bool, was_connection: bool, follows_me: str, i_follow: str) -> str:
    """The rule: "a connection whose follows_me is `no` → `connection_only`, any other connection →
    `connection_and_follower`; not a connection and `yes` → `follower_only`; else i_follow `yes` → `following_only`;
    else was a connection in an earlier file → `former_connection`; else `other_contact`"."""
    if is_connection:
        return "connection_only" if follows_me == "no" else "connection_and_follower"
    if follows_me == "yes":
        return "follower_only"
    if i_follow == "yes":
        return "following_only"
    return "former_connection" if was_connection else "other_contact"


def _read(file: Sightings, people: People, totals: Mapping[date, int]) -> Listed:
    named: dict[Key, FollowSeen] = {}
    might_mean: set[Key] = set()
    for seen in file.followers:
        root = people.of(seen.naming)
        if root is not None:
            named[root] = seen
        might_mean |= people.fits(seen.naming)
    return Listed(file, named, might_mean, _names_everybody(file, len(named), totals))


def _names_everybody(file: Sightings, distinct: int, totals: Mapping[date, int]) -> bool:
    """Complete is a list "declared so, or its distinct people are at least 99 % of the follower total reported nearest
    to it"; of two totals equally near, the later."""
    if isinstance(file.request, FollowerList) and file.request.declared_complete:
        return True
    if not totals:
        return False
    nearest = min(totals, key=lambda day: (abs(day - file.day), file.day - day))
    return distinct >= _COMPLETE_SHARE * totals[nearest]
