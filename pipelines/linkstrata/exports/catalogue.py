"""Every file that linkstrata knows, declared once: names, header generations, typed columns, and what its rows mean.

A new archive file is one entry here. How a file is read is for csv_files and its neighbours; nothing here opens one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from linkstrata.exports.tables import Column, Evidence, Generation, Kind, Table, normalised
from linkstrata.exports.workbook_tables import WORKBOOK_TABLES


def numbered(header: Iterable[str]) -> tuple[str, ...]:
    """Normalised headers, the second and later bearer of one name numbered: jobtitles, jobtitles2."""
    seen: dict[str, int] = {}
    result = []
    for name in header:
        key = normalised(name)
        seen[key] = seen.get(key, 0) + 1
        result.append(key if seen[key] == 1 or not key else f"{key}{seen[key]}")
    return tuple(result)


def table_of_file(base_name: str) -> Table | None:
    """The table a file lands in by its name: exact, else without the number of a shard, member id or download."""
    stem = re.sub(r"\.(csv|tsv|txt|xlsx|xls)$", "", base_name.strip(), flags=re.IGNORECASE)
    while True:
        if table := _BY_FILE.get(normalised(stem)):
            return table
        shorter = re.sub(r"(\s*\(\d+\)|_\d+|\s*-?\s*copy(\s*\d+)?)$", "", stem, flags=re.IGNORECASE)
        if shorter == stem:
            return None
        stem = shorter


def table_of_header(header: Iterable[str], base_name: str = "") -> Table | None:
    """The one table a header of three or more columns belongs to: all columns of one of its generations are there.

    Where several tables share the header, the one whose file name the base name begins with, else the first declared.
    """
    present = set(numbered(header))
    fitting = [
        (len(generation.header), table)
        for table in TABLES.values()
        for generation in table.generations
        if len(generation.header) >= 3 and present.issuperset(numbered(generation.header)) and table.files
    ]
    if not fitting:
        return None
    most = max(length for length, _ in fitting)
    tables = [table for length, table in fitting if length == most]
    named = [t for t in tables if any(normalised(base_name).startswith(normalised(file)) for file in t.files)]
    return (named or tables)[0]


def _text(name: str, header: str | tuple[str, ...], description: str) -> Column:
    return Column(name, "text", _tuple(header), description)


def _date(name: str, header: str | tuple[str, ...], description: str, partial: bool = False) -> Column:
    return Column(name, "date", _tuple(header), description, partial=partial)


def _time(name: str, header: str | tuple[str, ...], description: str) -> Column:
    return Column(name, "timestamp", _tuple(header), description)


def _flag(name: str, header: str | tuple[str, ...], description: str) -> Column:
    return Column(name, "boolean", _tuple(header), description)


def _url(name: str, header: str | tuple[str, ...], description: str) -> Column:
    return Column(name, "profile_url", _tuple(header), description)


def _tuple(header: str | tuple[str, ...]) -> tuple[str, ...]:
    return (header,) if isinstance(header, str) else header


def _seen(label: str, header: str, era: str, evidence: Evidence = "R") -> Generation:
    return Generation(label, tuple(header.split(",")), evidence, era)


_FULL_NAME = (("first_name", "last_name"),)

_NETWORK = (
    Table(
        "connections",
        ("Connections",),
        Kind.SNAPSHOT,
        (
            _text("first_name", "First Name", "given name; blank in a hidden connection"),
            _text("last_name", "Last Name", "family name, often with credentials after a comma"),
            _url("profile_url", ("URL", "Profile URL", "LinkedIn URL"), "address; non-ASCII slugs percent-encoded"),
            _text("email", ("Email Address", "Email", "E-mail Address"), "only where the connection shares it"),
            _text("company", "Company", "employer, cut by LinkedIn at 100 characters"),
            _text("position", "Position", "job title, cut by LinkedIn at 100 characters"),
            _date("connected_on", "Connected On", "day the connection was made"),
            _text("address", "Address", "postal address (2016)"),
            _text("websites", "Websites", "websites (2016)"),
            _text("instant_messengers", "Instant Messengers", "messenger handles (2016)"),
        ),
        "The member's connections; a row with a date alone is a hidden one.",
        (
            _seen("H3", "First Name,Last Name,URL,Email Address,Company,Position,Connected On", "mid 2023 –"),
            _seen("H2", "First Name,Last Name,Email Address,Company,Position,Connected On", "2018 – mid 2023"),
            _seen(
                "H1",
                "First Name,Last Name,Address,Email Address,Company,Position,Connected On,Websites,Instant Messengers",
                "2016",
            ),
        ),
        _FULL_NAME,
    ),
    Table(
        "profile",
        ("Profile",),
        Kind.SNAPSHOT,
        (
            _text("first_name", "First Name", "the member's given name"),
            _text("last_name", "Last Name", "the member's family name"),
            _text("maiden_name", "Maiden Name", "former name"),
            _text("address", "Address", "postal address"),
            _text("birth_date", "Birth Date", "as written: Mon D, or Mon D, YYYY"),
            _text("headline", "Headline", "line under the name"),
            _text("summary", "Summary", "about text"),
            _text("industry", "Industry", "industry"),
            _text("zip_code", "Zip Code", "postal code"),
            _text("geo_location", "Geo Location", "region"),
            _text("twitter_handles", "Twitter Handles", "handles, in brackets in some generations"),
            _text("websites", "Websites", "LABEL:address, in brackets in some generations"),
            _text("instant_messengers", "Instant Messengers", "KIND:handle, in brackets in some generations"),
            _text("contact_instructions", "Contact Instructions", "how to make contact (2018)"),
            _text("country", "Country", "country (2018)"),
        ),
        "The member's own profile: one row, without the profile's address.",
        (
            _seen(
                "2021",
                "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
                "Twitter Handles,Websites,Instant Messengers",
                "2019 –",
            ),
            _seen(
                "2018",
                "First Name,Last Name,Maiden Name,Address,Birth Date,Contact Instructions,Headline,Summary,Industry,"
                "Country,Zip Code,Geo Location,Twitter Handles,Websites,Instant Messengers",
                "2018",
            ),
        ),
        _FULL_NAME,
    ),
    Table(
        "messages",
        ("messages",),
        Kind.LOG,
        (
            _text("conversation_id", "CONVERSATION ID", "conversation; blank in drafts and before 2021"),
            _text("conversation_title", "CONVERSATION TITLE", "title of a group conversation"),
            _text("sender_name", "FROM", "sender; 'LinkedIn Member' for closed accounts"),
            _url("sender_url", "SENDER PROFILE URL", "sender's address; slug as raw Unicode"),
            _text("recipient_names", "TO", "names joined by commas, which names may hold too"),
            Column("recipient_urls", "profile_urls", ("RECIPIENT PROFILE URLS",), "addresses joined by commas"),
            _time("sent_at", "DATE", "when it was sent; to the minute before 2021"),
            _text("subject", "SUBJECT", "subject, mostly of InMail"),
            _text("content", "CONTENT", "text, or HTML in InMail"),
            _text("folder", "FOLDER", "INBOX, ARCHIVE, SPAM, SENT; blank in drafts"),
            _text("attachments", "ATTACHMENTS", "addresses that expire"),
            _flag("is_message_draft", "IS MESSAGE DRAFT", "never sent"),
            _flag("is_conversation_draft", "IS CONVERSATION DRAFT", "conversation never begun"),
            _text("direction", "Direction", "OUTGOING or INCOMING (2018)"),
        ),
        "Messages, one row each.",
        (
            _seen(
                "2026",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
                "CONTENT,FOLDER,ATTACHMENTS,IS MESSAGE DRAFT",
                "2026-02 –",
            ),
            _seen(
                "2025",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
                "CONTENT,FOLDER,ATTACHMENTS",
                "2025-12",
            ),
            _seen(
                "2024-12",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
                "CONTENT,FOLDER,IS MESSAGE DRAFT,IS CONVERSATION DRAFT",
                "2024-12",
            ),
            _seen(
                "2024-11",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
                "CONTENT,FOLDER,IS MESSAGE DRAFT",
                "2024-11",
            ),
            _seen(
                "2023",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
                "CONTENT,FOLDER",
                "2023 – 2024",
            ),
            _seen(
                "2021",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER",
                "2021 – 2023",
            ),
            _seen("2018", "From,To,Date,Subject,Content,Direction,Folder", "2018"),
        ),
        (("sender_name",),),
    ),
    Table(
        "invitations",
        ("Invitations",),
        Kind.LOG,
        (
            _text("inviter_name", "From", "who invites"),
            _text("invitee_name", "To", "who is invited"),
            _time("sent_at", "Sent At", "to the minute"),
            _text("message", "Message", "note, mostly blank"),
            _text("direction", "Direction", "OUTGOING or INCOMING"),
            _url("inviter_url", "inviterProfileUrl", "address; slug as raw Unicode"),
            _url("invitee_url", "inviteeProfileUrl", "address; slug as raw Unicode"),
            _url("inviter_urn", "inviterProfileUrn", "member URN (2023)"),
            _url("invitee_urn", "inviteeProfileUrn", "member URN (2023)"),
        ),
        "Invitations that are pending or recent.",
        (
            _seen("v2", "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl", "2023 –"),
            _seen("v1.5", "From,To,Sent At,Message,Direction,inviterProfileUrn,inviteeProfileUrn", "2023-07"),
            _seen("v1", "From,To,Sent At,Message,Direction", "2018 – 2023"),
        ),
        (("inviter_name",), ("invitee_name",)),
    ),
    Table(
        "member_follows",
        ("Member_Follows",),
        Kind.LOG,
        (
            _time("followed_at", "Date", "when the member followed or stopped"),
            _text("status", "Status", "Active or Unfollow"),
            _text("full_name", "FullName", "whom; no address is given"),
        ),
        "People the member follows. Nothing in an export says who follows the member.",
        (_seen("2021", "Date,Status,FullName", "2021 –"),),
        (("full_name",),),
    ),
    Table(
        "company_follows",
        ("Company Follows",),
        Kind.SNAPSHOT,
        (
            _text("organization", "Organization", "name of the company or school"),
            _time("followed_on", "Followed On", "when the member followed it"),
        ),
        "Organizations the member follows.",
        (_seen("2018", "Organization,Followed On", "2018 –"),),
    ),
)

_ACTIVITY = (
    Table(
        "shares",
        ("Shares",),
        Kind.LOG,
        (
            _time("shared_at", "Date", "when it was posted"),
            _text("share_link", ("ShareLink", "Share Link"), "address of the post, its URN percent-encoded"),
            _text("commentary", ("ShareCommentary", "Share Commentary"), "text of the post"),
            _text("shared_url", "SharedURL", "address shared"),
            _text("media_url", "MediaURL", "address of picture or video"),
            _text("visibility", "Visibility", "MEMBER_NETWORK, PUBLIC, CONNECTIONS"),
            _text("share_title", "Share Title", "title of what was shared (2018)"),
            _text("share_description", "Share Description", "description of what was shared (2018)"),
            _text("share_type", "Type", "kind of post (2018)"),
        ),
        "The member's posts.",
        (
            _seen("2024", "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility", "2024 –"),
            _seen("2021", "Date,ShareLink,ShareCommentary,SharedURL,MediaURL,Visibility", "2021 – 2024"),
            _seen(
                "2018",
                "Date,Share Title,Share Description,Share Link,Share Commentary,Shared URL,Media URL,Type,Visibility",
                "2018, UTF-16 with tabs",
            ),
        ),
        wrapped_lines="commentary",
    ),
    Table(
        "comments",
        ("Comments",),
        Kind.LOG,
        (
            _time("commented_at", "Date", "when it was written"),
            _text("link", "Link", "what was commented on"),
            _text("message", "Message", "text"),
        ),
        "The member's comments.",
        (_seen("2021", "Date,Link,Message", "2021 –"),),
        unquoted_breaks="message",
    ),
    Table(
        "reactions",
        ("Reactions", "Likes"),
        Kind.LOG,
        (
            _time("reacted_at", "Date", "when"),
            _text("reaction_type", "Type", "LIKE, PRAISE, EMPATHY, APPRECIATION, INTEREST, ENTERTAINMENT, MAYBE"),
            _text("link", "Link", "what was reacted to, its URN percent-encoded"),
        ),
        "The member's reactions.",
        (_seen("2021", "Date,Type,Link", "2015 –"),),
    ),
)


def _endorsements(direction: Literal["received", "given"]) -> Table:
    other = "endorser" if direction == "received" else "endorsee"
    title = other.capitalize()
    columns = (
        _time("endorsed_at", "Endorsement Date", "when"),
        _text("skill_name", "Skill Name", "skill"),
        _text(f"{other}_first_name", f"{title} First Name", "given name"),
        _text(f"{other}_last_name", f"{title} Last Name", "family name"),
        _url(f"{other}_url", f"{title} Public Url", "address without a scheme (2023 –)"),
        _text("status", "Endorsement Status", "ACCEPTED, PENDING; Accepted in old files"),
        _text("display_status", "Display Status", "Accepted or Redacted (old files)"),
    )
    people = f"{title} First Name,{title} Last Name"
    return Table(
        f"endorsements_{direction}",
        (f"Endorsement_{direction.capitalize()}_Info",),
        Kind.SNAPSHOT,
        columns,
        f"Skill endorsements {direction}.",
        (
            _seen("2023", f"Endorsement Date,Skill Name,{people},{title} Public Url,Endorsement Status", "2023 –"),
            _seen("2021", f"Endorsement Date,Skill Name,{people},Endorsement Status", "2021 – 2023"),
            _seen(
                "2018",
                f"Endorsement Date,Skill Name,{people},Endorsement Status,Display Status",
                "2018 – 2022, UTF-16 with tabs",
            ),
        ),
        ((f"{other}_first_name", f"{other}_last_name"),),
    )


def _recommendations(direction: Literal["received", "given"]) -> Table:
    return Table(
        f"recommendations_{direction}",
        (f"Recommendations_{direction.capitalize()}",),
        Kind.SNAPSHOT,
        (
            _text("first_name", "First Name", "given name of the other person"),
            _text("last_name", "Last Name", "family name of the other person"),
            _text("company", "Company", "their employer"),
            _text("job_title", "Job Title", "their title"),
            _text("text", "Text", "the recommendation"),
            _time("created_at", "Creation Date", "when it was written"),
            _text("status", "Status", "VISIBLE, HIDDEN, PENDING …"),
        ),
        f"Recommendations {direction}.",
        (_seen("2018", "First Name,Last Name,Company,Job Title,Text,Creation Date,Status", "2018 –"),),
        _FULL_NAME,
    )


_STANDING = tuple(make(direction) for make in (_endorsements, _recommendations) for direction in ("received", "given"))

_OTHER = (
    Table(
        "unrecognised_rows",
        (),
        Kind.SNAPSHOT,
        (
            _text("path", (), "the file nobody knew"),
            _text("row", (), "its row as a JSON object"),
        ),
        "Rows of files that linkstrata does not know, kept as they are.",
    ),
)

TABLES: Mapping[str, Table] = {
    table.name: table for table in (*_NETWORK, *_ACTIVITY, *_STANDING, *_OTHER, *WORKBOOK_TABLES)
}
"""Every raw table by name."""

_BY_FILE = {normalised(file): table for table in TABLES.values() for file in table.files}
