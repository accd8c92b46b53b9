"""Reads a list of people that a tool, a script or a CRM wrote, and says what kind of list it is.

How rows are got at is in `list_layouts.py`, what their cells say in `list_cells.py`.
Pages that a browser saved are for `saved_pages.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from linkstrata.exports.container import Member
from linkstrata.exports.list_cells import PROFILE, identity, typed_rows
from linkstrata.exports.list_columns import SEVERAL, Claims
from linkstrata.exports.list_layouts import TextList, open_list
from linkstrata.exports.list_tables import COMPANY_PAGE_FOLLOWER_LIST, CONTACT_LIST, FOLLOWER_LIST, POST_ENGAGERS
from linkstrata.exports.members import MemberReading
from linkstrata.exports.tables import Table, normalised

SOURCES: Mapping[str, str] = {
    FOLLOWER_LIST.name: "follower_list",
    CONTACT_LIST.name: "contact_list",
    POST_ENGAGERS.name: "contact_list",
    COMPANY_PAGE_FOLLOWER_LIST.name: "company_page",
}
"""Table a list lands in to the source its archive has."""

_SAMPLE_ROWS = 500

_FOLLOWERS_NAME = re.compile(
    r"follower|follows?.?me\b|seguidor|abonn(?!ement)|seguaci|volgers|följare|takipçi|подписчик|フォロワー",
    re.IGNORECASE,
)
_COMPANY_NAME = re.compile(r"company|organi[sz]ation|page.?followers|empresa", re.IGNORECASE)


def read_list(member: Member, mapping: Mapping[str, str], lists_followers: bool = False) -> MemberReading | None:
    """A member as a list of people; None where it is none.

    `mapping` (column to field) says what the headings leave unclear, `lists_followers` that the people follow the
    member, whatever the file is called. Raises Refused where the mapping names what is not there, and MemberFailed
    where the member is damaged.
    """
    found = open_list(member, mapping)
    if found is None or not (mapping or lists_followers or names_followers(member.name) or _names_people(found)):
        return None
    table = _table(found.claims, member.name, found.hint)
    if lists_followers and table is CONTACT_LIST:
        table = FOLLOWER_LIST
    return MemberReading(
        member.path,
        table.name,
        "empty" if found.is_empty else "loaded",
        f"unknown columns kept: {', '.join(found.claims.unknown)}" if found.claims.unknown else None,
        read_rows=lambda rejected: typed_rows(found, table, rejected),
    )


def names_followers(text: str) -> bool:
    """Whether a name or title says "followers", in one of the languages known here."""
    return _FOLLOWERS_NAME.search(text) is not None


def _table(claims: Claims, name: str, hint: str) -> Table:
    """Which list this is, by its columns and its file's name: people who only follow a page are not the member's."""
    keys = {normalised(heading) for heading in claims.header}
    if claims.has("has_liked", "has_commented", "post_url", "comment_url", "last_commented_at"):
        return POST_ENGAGERS
    voyager, naas = {"followedattext", "followedataccessibilitytext"}, {"publicid", "distance", "followedat"}
    name_says = f"{PurePosixPath(name).stem} {hint}"
    is_followers = names_followers(name_says)
    if voyager <= keys or naas <= keys or (is_followers and _COMPANY_NAME.search(name_says)):
        return COMPANY_PAGE_FOLLOWER_LIST
    is_other = re.search("following", name_says, re.IGNORECASE) and not is_followers
    if not is_other and (is_followers or claims.has("is_following", "followed_at")):
        return FOLLOWER_LIST
    return CONTACT_LIST


def _names_people(found: TextList) -> bool:
    """Whether the first rows have a person's address or id, or the columns are those of an address book."""
    claims = found.claims
    if claims.has("email") and claims.has("full_name", "first_name", "last_name"):
        return True
    if claims.has("full_name", "last_name") and claims.has("company", "position", "headline", "tags", "notes"):
        return True
    if found.is_empty:
        return claims.has(*SEVERAL)
    first = next(found.read_rows([]), None)
    if first is None:
        return False
    ids, _ = identity(first.head(_SAMPLE_ROWS), claims)
    address = ids.pop("profile_url")
    return bool(address.str.contains(PROFILE).any()) or any(bool(each.is_not_null().any()) for each in ids.values())
