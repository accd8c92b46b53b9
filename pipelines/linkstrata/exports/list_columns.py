"""Which column of a list of people says what: the headings that tools use, and the user's own word on the rest.

A tool's new heading is one word in `HEADINGS`. How cells are read is in `lists.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linkstrata.exports.catalogue import numbered
from linkstrata.exports.container import Refused
from linkstrata.exports.tables import normalised

ADDRESS = "profile_url"
"""Field of the columns that hold an address of a profile, or an id in its place."""
IDENTITY = "member_id"
"""Field of the columns that hold an id of any kind; which kind shows in the cell."""
SLUG = "slug"
"""Field of the columns that hold the last part of a profile's address."""
RECORD_ID = "record_id"
"""Field of the columns that hold an id of the row or of the person: a mere number there is the row's."""
SEVERAL = (ADDRESS, IDENTITY, SLUG, RECORD_ID)
"""Fields that several columns may give, for one list can carry an id, a slug and an address."""

HEADINGS: Mapping[str, tuple[str, ...]] = {
    ADDRESS: (
        "profileLink", "profileUrl", "Profile url", "linkedinProfileUrl", "linkedinUrl", "LinkedIn URL", "linkedin",
        "LinkedIn Profile", "LinkedIn Profile URL", "Person Linkedin Url", "Contact LinkedIn URL", "memberUrl", "link",
        "defaultProfileUrl", "publicProfileUrl", "public_profile_url", "salesNavigatorUrl", "profile", "url",
    ),
    IDENTITY: (
        "memberUrn", "entityUrn", "profileUrn", "linkedinProfileUrn", "urn", "vmid", "memberId", "member_number",
        "linkedin_profile_id", "linkedinProfileId", "PROFILE_ID", "sales_navigator_profile_id", "sales_id",
        "salesNavigatorId", "provider_id", "objectUrn",
    ),
    RECORD_ID: ("id",),
    SLUG: (
        "publicIdentifier", "public_identifier", "PUBLIC_ID", "linkedinProfileSlug", "linkedin_profile_handle", "slug",
        "publicId", "vanityName",
    ),
    "full_name": ("fullName", "name", "displayName", "Contact Name", "Nome completo", "Nombre completo", "Nom complet"),
    "first_name": ("firstName", "givenName", "First", "Prénom", "Nombre", "Vorname", "firstName_from_input"),
    "last_name": (
        "lastName", "familyName", "Surname", "Last", "Sobrenome", "Apellidos", "Nachname", "lastName_from_input",
    ),
    "headline": ("headline", "linkedinHeadline", "occupation", "tagline"),
    "position": ("position", "jobTitle", "linkedinJobTitle", "currentPosition", "role", "title", "Cargo"),
    "company": ("company", "companyName", "organization", "organisation", "currentCompany", "employer", "Empresa"),
    "location": ("location", "linkedinLocation", "Localização"),
    "email": ("email", "emailAddress", "E-mail", "emails", "linkedinEmail", "Primary Email", "Work Email"),
    "followers": ("followers", "followersCount", "followerCount", "numberOfFollowers", "linkedinFollowersCount"),
    "is_following": ("isFollowing", "isFollowingBack", "followingBack", "amIFollowing"),
    "followed_at": ("followedAt", "followedAt.text", "followedOn", "followDate"),
    "observed_at": (
        "timestamp", "extractedDate", "timestamp of download", "scrapedAt", "extractedAt", "observedAt", "collectedAt",
        "scrapeDate",
    ),
    "degree": ("degree", "connectionDegree", "DISTANCE", "networkDistance", "network_distance"),
    "tags": ("tags", "tag", "labels", "Categories"),
    "notes": ("notes", "note", "memo"),
    "post_url": ("postsUrl", "postUrl", "post_link"),
    "has_liked": ("hasLiked", "liked", "hasReacted"),
    "has_commented": ("hasCommented", "commented"),
    "comments": ("comments", "comment", "commentText"),
    "last_commented_at": ("lastCommentedAt", "commentDate", "commentedAt"),
    "comment_url": ("commentUrl", "commentLink"),
}  # fmt: skip
"""Field to the headings that mean it, compared by their letters a–z and digits; the first one there is taken."""

_FIELDS = {normalised(heading): field for field, headings in HEADINGS.items() for heading in (field, *headings)}
_PRIORITY = {normalised(heading): place for headings in HEADINGS.values() for place, heading in enumerate(headings)}


@dataclass(frozen=True)
class Claims:
    """What each column of a list means, by its place."""

    header: tuple[str, ...]
    fields: Mapping[int, str]

    @property
    def unknown(self) -> tuple[str, ...]:
        """The named columns that mean nothing known."""
        return tuple(name for place, name in enumerate(self.header) if name and place not in self.fields)

    def places(self, field: str) -> list[int]:
        """Where a field stands."""
        return [place for place, claimed in self.fields.items() if claimed == field]

    def has(self, *fields: str) -> bool:
        """Whether any of the fields is there."""
        return any(field in self.fields.values() for field in fields)


def claims_of(header: Sequence[str], mapping: Mapping[str, str]) -> Claims:
    """What the columns under a header mean; `mapping` (column to field) wins over what the headings say.

    Raises Refused where the mapping names a field there is not, or a column that the header lacks.
    """
    fields = _mapped(header, mapping)
    wanted = sorted(
        (
            (_PRIORITY.get(key, -1), place, field)
            for place, key in enumerate(numbered(header))
            if (field := _FIELDS.get(key)) and place not in fields
        ),
    )
    for _, place, field in wanted:
        if field == "position" and field in fields.values():
            field = "headline"
        if field in SEVERAL or field not in fields.values():
            fields[place] = field
    return Claims(tuple(header), dict(sorted(fields.items())))


def understood(cells: Sequence[str]) -> int:
    """How many cells of a record are headings known here; 0 for a record that cannot be a header of people."""
    found = {_FIELDS[key] for key in numbered(cells) if key in _FIELDS}
    tells_whom = found & {*SEVERAL, "full_name", "email"} or {"first_name", "last_name"} <= found
    return len(found) if tells_whom else 0


def field_of(column: str, name: str) -> str:
    """The field that a person says a column holds. Raises Refused where there is none of that name."""
    field = _FIELDS.get(normalised(name))
    if field is None:
        raise Refused(f"--map {column}={name}: no such field; there are {', '.join(HEADINGS)}")
    return field


def _mapped(header: Sequence[str], mapping: Mapping[str, str]) -> dict[int, str]:
    fields: dict[int, str] = {}
    for column, name in mapping.items():
        field = field_of(column, name)
        places = [place for place, heading in enumerate(header) if heading == column] or [
            place for place, heading in enumerate(header) if heading.casefold() == column.strip().casefold()
        ]
        if not places:
            raise Refused(f"--map {column}={name}: no column '{column}'; there are {', '.join(filter(None, header))}")
        fields[places[0]] = field
    return fields
