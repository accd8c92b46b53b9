"""The tables that lists of people fill: who follows the member, who engaged with a post, whom a CRM knows.

Names, types and meanings only. Under which headings tools write them is in `list_columns.py`.
"""

from __future__ import annotations

from linkstrata.exports.tables import Column, Kind, Table, Type


def _columns(**columns: tuple[Type, str]) -> tuple[Column, ...]:
    return tuple(Column(name, kind, (), description) for name, (kind, description) in columns.items())


_PERSON = _columns(
    profile_url=("profile_url", "address of the profile, as the list has it; NULL where it only repeats an id"),
    member_id=("text", "ACo… id of the member; upper and lower case differ"),
    member_number=("text", "number of the member, as in urn:li:member:N"),
    sales_id=("text", "ACw… id that Sales Navigator gives the member; upper and lower case differ"),
    full_name=("text", "name, without what the page around it says, such as 'is open to work'"),
    first_name=("text", "given name"),
    last_name=("text", "family name"),
    headline=("text", "what the member says of themself"),
)
_OBSERVED = _columns(observed_at=("timestamp", "when the list saw the person, not when anything happened"))
_DEGREE = _columns(degree=("text", "how far the person was in the network: 1st, 2nd, 3rd"))
_NAMES: tuple[tuple[str, ...], ...] = (("full_name",), ("first_name", "last_name"))

FOLLOWER_LIST = Table(
    "follower_list",
    (),
    Kind.SNAPSHOT,
    (
        *_PERSON,
        *_columns(
            company=("text", "employer"),
            location=("text", "place"),
            email=("text", "e-mail address"),
            followers=("integer", "followers that the person has"),
            is_following=("boolean", "whether the list's owner follows the person back"),
            followed_at=("text", "when the person began to follow, as the list has it; often a month or 'a year ago'"),
        ),
        *_OBSERVED,
        *_DEGREE,
    ),
    "People who follow the member, from a tool, a console script or a saved page; LinkedIn exports no such list.",
    person_names=_NAMES,
)

CONTACT_LIST = Table(
    "contact_list",
    (),
    Kind.SNAPSHOT,
    (
        *_PERSON,
        *_columns(
            company=("text", "employer"),
            position=("text", "job title"),
            location=("text", "place"),
            email=("text", "e-mail address"),
            followers=("integer", "followers that the person has"),
            tags=("text", "tags, as the list separates them"),
            notes=("text", "notes on the person"),
        ),
        *_OBSERVED,
        *_DEGREE,
    ),
    "People from a CRM, an address book or a scraper; says nothing about who follows whom.",
    person_names=_NAMES,
)

POST_ENGAGERS = Table(
    "post_engagers",
    (),
    Kind.LOG,
    (
        *_PERSON,
        *_columns(
            post_url=("text", "address of the post they reacted to"),
            has_liked=("boolean", "whether they reacted"),
            has_commented=("boolean", "whether they commented"),
            comments=("text", "what they wrote"),
            last_commented_at=("text", "when they commented last, as the list has it"),
            comment_url=("text", "address of the comment"),
        ),
        *_OBSERVED,
        *_DEGREE,
    ),
    "People who reacted to or commented on a post, from the tools that list them.",
    person_names=_NAMES,
)

COMPANY_PAGE_FOLLOWER_LIST = Table(
    "company_page_follower_list",
    (),
    Kind.SNAPSHOT,
    (
        *_PERSON,
        *_columns(
            location=("text", "place"),
            followed_at=("text", "when the person began to follow, as the list has it; often only a month"),
        ),
        *_OBSERVED,
        *_DEGREE,
    ),
    "People who follow a company page; they need not follow the member.",
    person_names=_NAMES,
)

FOLLOWER_LIST_TOTALS = Table(
    "follower_list_totals",
    (),
    Kind.LOG,
    _columns(
        total_followers=("integer", "followers that the page says the member has, more than it lists"),
        observed_at=("timestamp", "when the page was saved; NULL where it does not say, and its export's day counts"),
    ),
    "The number of followers that a saved page or an answer of LinkedIn states.",
)

LIST_TABLES: tuple[Table, ...] = (
    FOLLOWER_LIST,
    CONTACT_LIST,
    POST_ENGAGERS,
    COMPANY_PAGE_FOLLOWER_LIST,
    FOLLOWER_LIST_TOTALS,
)
