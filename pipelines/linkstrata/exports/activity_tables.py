"""The archive's files about what the member did: posts, comments, reactions, searches, events, uploads.

Declarations alone; see `tables.py` for their words and `csv_files.py` for how the files are read.
"""

from __future__ import annotations

from linkstrata.exports.tables import Kind, Table, moment, part, seen, text

ACTIVITY_TABLES: tuple[Table, ...] = (
    Table(
        "shares",
        ("Shares",),
        Kind.LOG,
        (
            moment("shared_at", "Date", "when it was posted"),
            text("share_link", ("ShareLink", "Share Link"), "address of the post, its URN percent-encoded"),
            text("commentary", ("ShareCommentary", "Share Commentary"), "text of the post"),
            text("shared_url", "SharedURL", "address shared"),
            text("media_url", "MediaURL", "address of picture or video"),
            text("visibility", "Visibility", "MEMBER_NETWORK, PUBLIC, CONNECTIONS"),
            text("share_title", "Share Title", "title of what was shared (2018)"),
            text("share_description", "Share Description", "description of what was shared (2018)"),
            text("share_type", "Type", "kind of post (2018)"),
        ),
        "The member's posts.",
        (
            seen("2024", "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility", "2024 –"),
            seen("2021", "Date,ShareLink,ShareCommentary,SharedURL,MediaURL,Visibility", "2021 – 2024"),
            seen(
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
            moment("commented_at", "Date", "when it was written"),
            text("link", "Link", "what was commented on"),
            text("message", "Message", "text"),
        ),
        "The member's comments.",
        (seen("2021", "Date,Link,Message", "2021 –"),),
        unquoted_breaks="message",
    ),
    Table(
        "reactions",
        ("Reactions", "Likes"),
        Kind.LOG,
        (
            moment("reacted_at", "Date", "when"),
            text("reaction_type", "Type", "LIKE, PRAISE, EMPATHY, APPRECIATION, INTEREST, ENTERTAINMENT, MAYBE"),
            text("link", "Link", "what was reacted to, its URN percent-encoded"),
        ),
        "The member's reactions.",
        (seen("2021", "Date,Type,Link", "2015 –"),),
    ),
    Table(
        "votes",
        ("Votes",),
        Kind.LOG,
        (
            moment("voted_at", "Date", "when"),
            text("link", "Link", "the poll"),
            text("option_text", "OptionText", "what was chosen"),
        ),
        "The member's votes in polls.",
        (seen("2021", "Date,Link,OptionText", "2021 –"),),
    ),
    Table(
        "reposts",
        ("InstantReposts",),
        Kind.LOG,
        (
            moment("reposted_at", "Date", "when"),
            text("link", "Link", "what was reposted"),
        ),
        "Posts the member passed on without a word.",
        (seen("2024", "Date,Link", "2024 –", "P"),),
    ),
    Table(
        "saved_items",
        ("Saved_Items",),
        Kind.SNAPSHOT,
        (
            text("saved_item", "savedItem", "what was saved"),
            moment("saved_at", "createdTime", "when"),
        ),
        "Posts and articles the member saved.",
        (
            seen("2022", "savedItem,CreatedTime", "2022 –"),
            seen("2021", "savedItem,createdTime", "2021"),
        ),
    ),
    Table(
        "search_queries",
        ("SearchQueries", "Search Queries"),
        Kind.LOG,
        (
            moment("searched_at", "Time", "when"),
            text("query", "Search Query", "what was searched for"),
        ),
        "The member's searches.",
        (seen("2018", "Time,Search Query", "2018 –; UTF-16 with tabs in 2018"),),
        overflow="query",
    ),
    Table(
        "events",
        ("Events",),
        Kind.SNAPSHOT,
        (
            text("name", "Event Name", "name of the event"),
            part("starts_at", "timestamp", "Event Time", r"^(.*?)(?: - |$)", "beginning"),
            part("ends_at", "timestamp", "Event Time", r" - (.+)$", "end"),
            text("event_time", "Event Time", "beginning and end as written"),
            text("status", "Status", "APPROVED or RELINQUISHED"),
            text("external_url", "External Url", "the event's own page"),
        ),
        "Events the member was invited to or attends.",
        (seen("2023", "Event Name,Event Time,Status,External Url", "2023 –"),),
    ),
    Table(
        "rich_media",
        ("Rich_Media", "Videos"),
        Kind.LOG,
        (
            part("kind", "text", "Date/Time", r"^You uploaded (?:an? )?(.+?) (?:on|at) ", "photo, video, document …"),
            part("uploaded_at", "timestamp", "Date/Time", r"(?:^| on )(\S+ \d{1,2}, \d{4}.*)$", "when"),
            text("sentence", "Date/Time", "both as LinkedIn says them"),
            text("media_type", "Type", "kind (2018)"),
            text("description", ("Media Description", "Description"), "description; ' -' where there is none"),
            text("link", ("Media Link", "Link"), "address of the file, which expires"),
        ),
        "Pictures, videos and documents the member uploaded.",
        (
            seen("2021", "Date/Time,Media Description,Media Link", "2021 –"),
            seen("2018", "Type,Link", "2018"),
            seen("2018 videos", "Description,Link", "2018"),
        ),
    ),
    Table(
        "articles",
        (),
        Kind.SNAPSHOT,
        (
            text("title", (), "title"),
            moment("published_at", (), "when it was published, where the page or its name says so"),
            text("text", (), "text without markup"),
            text("path", (), "the page's path in the archive"),
        ),
        "Articles the member wrote, each an HTML page in the folder Articles.",
    ),
)
