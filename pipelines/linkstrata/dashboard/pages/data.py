"""Data: what was read, what each file brought, what could not be read, rule tags and their health; files dropped here.

How a dropped file is taken in is for welcome.py, which shows the same place for it.
"""

from __future__ import annotations

from dash import html

from linkstrata.dashboard.pages.welcome import drop_zone
from linkstrata.dashboard.parts import Content, card, link, mark, people_who, table, title
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import counted, day, moment, number

MOST_ROWS = 60
SOURCES = {
    "linkedin_archive": "archive",
    "creator_analytics": "analytics workbook",
    "post_analytics": "analytics of one post",
    "company_page": "company page workbook",
    "follower_list": "follower list",
    "contact_list": "contact list",
    "portability_api": "portability API",
}
BASES = {
    "given": "said by you",
    "name": "by its name",
    "content": "by its content",
    "modified": "by its modification day alone: say its day",
}


def layout(view: View, reading: Reading) -> Content:
    """The page; `archive` names one whose files are shown."""
    return [
        title("Data", "What was read, what it brought, and what could not be read."),
        card(drop_zone(), heading="Read more files"),
        card(_archives(view, reading), heading="Files read"),
        _one_archive(view, reading),
        _unread(reading),
        _rules(view, reading),
    ]


def _archives(view: View, reading: Reading) -> Content:
    rows = reading.rows("""
        select
            archive_id, file_name, owner, source, exported_on, exported_on_basis, complete, status, row_count, reason,
            (select count(*) from contact_events as e where e.archive_id = a.archive_id) as events,
            (select count(*) from archive_files as f where f.archive_id = a.archive_id and f.status = 'loaded') as files
        from archives as a order by exported_on desc nulls last, file_name
    """)
    return table(
        ("File", "Day", "Kind", "Files", "Rows", "Events that it shows", "State"),
        [
            (
                link(row["file_name"], view.link("/data", archive=row["archive_id"])),
                [
                    day(row["exported_on"]),
                    " ",
                    html.Br(),
                    html.Span(BASES.get(row["exported_on_basis"], ""), className="quiet"),
                ],
                [
                    SOURCES.get(row["source"], row["source"] or "–"),
                    " ",
                    mark("names every follower") if row["complete"] else None,
                ],
                number(row["files"]),
                number(row["row_count"]),
                number(row["events"]),
                [
                    html.Span(row["status"], className="problem" if row["status"] == "quarantined" else ""),
                    html.Span(f": {row['reason']}") if row["reason"] else None,
                ],
            )
            for row in rows
        ],
        "Files read",
    )


def _one_archive(view: View, reading: Reading) -> Content:
    chosen = view.get("archive")
    found = (
        reading.row("select file_name, ingested_at from archives where archive_id = $id", id=chosen) if chosen else None
    )
    if found is None:
        return None
    rows = reading.rows("select * from archive_files where archive_id = $id order by status, path", id=chosen)
    return card(
        table(
            ("Inside", "Became", "State", "Rows", "Loaded", "Detail"),
            [
                (
                    row["path"],
                    row["table_name"] or "–",
                    row["status"],
                    number(row["rows_in_file"]),
                    number(row["rows_loaded"]),
                    row["detail"] or "",
                )
                for row in rows
            ],
            "Files inside",
        ),
        heading=found["file_name"],
        says=f"Read on {moment(found['ingested_at'])} UTC; kept byte for byte under {chosen[:12]}….",
    )


def _unread(reading: Reading) -> Content:
    files = reading.rows("""
        select f.path, f.status, f.detail, count(*) as files, arg_max(a.file_name, a.exported_on) as newest
        from archive_files as f join archives as a using (archive_id)
        where f.status in ('failed', 'unrecognised', 'skipped') or f.detail is not null
        group by all order by f.status, f.path, max(a.exported_on) desc
    """)
    rejected = reading.rows("""
        select path, reason, count(*) as rows from rejected_rows group by all order by rows desc, path limit 50
    """)
    if not files and not rejected:
        return card(html.P("Everything in your files was read."), heading="Not read")
    return card(
        html.P(
            f"{counted(sum(row['files'] for row in files), 'file')} inside archives, each with what there is to say of "
            "it. Nothing is lost: archives are kept whole.",
            className="quiet",
        )
        if files
        else None,
        table(
            ("Inside", "State", "Detail", "In"),
            [
                (
                    row["path"],
                    row["status"],
                    row["detail"] or "",
                    row["newest"] + (f" and {counted(row['files'] - 1, 'file')} more" if row["files"] > 1 else ""),
                )
                for row in files[:MOST_ROWS]
            ],
            "Files not read",
        )
        if files
        else None,
        table(
            ("Rows left out of", "Rows", "Why"),
            [(row["path"], number(row["rows"]), row["reason"]) for row in rejected],
            "Rows left out",
        )
        if rejected
        else None,
        heading="Not read, or not as usual",
    )


def _rules(view: View, reading: Reading) -> Content:
    rows = reading.rows("select tag, kind, description, members, problem from tags order by kind desc, tag")
    return card(
        table(
            ("Tag", "By", "People", "Means", "Health"),
            [
                (
                    row["tag"],
                    "rule" if row["kind"] == "rule" else "hand",
                    link(number(row["members"]), people_who(view, ("tags", "any_of", [row["tag"]]))),
                    (row["description"] or "").partition("\n")[0],
                    html.Span(f"set aside: {row['problem']}", className="problem") if row["problem"] else "sound",
                )
                for row in rows
            ],
            "Tags",
        ),
        heading="Tags and their rules",
    )
