"""The sound files that are spoilt: what `linkstrata.sample` writes, whole and member by member, and what it does not.

Pages, snapshots, JSON lists and an old workbook are made here out of the made-up member's own rows.
"""

from __future__ import annotations

import csv
import io
import json
import quopri
import zipfile
from html import escape
from pathlib import Path

import xlwt
from mutations import File

from linkstrata.sample import write_sample

_CARD = """<li><div data-chameleon-result-urn="urn:li:member:{number}"><a href="{url}"><img alt="{name}">
<span class="visually-hidden">Status is reachable</span></a><a href="{url}"><span aria-hidden="true">{name}</span>
<span class="visually-hidden">View {name}’s profile</span></a><div class="t-14 t-black t-normal">{headline}</div>
<button aria-label="Follow {name}">Follow</button></div></li>"""
_MEMBER_BYTES = 4_000
_PART_MEMBERS = 5
_SAVED_FROM = (
    "<!-- saved from url=(0070)https://www.linkedin.com/mynetwork/network-manager/people-follow/followers/ -->"
)


def sound_files(folder: Path) -> list[File]:
    """Every kind of file, small; written below `folder` on the way."""
    for seed, months in ((3, 100), (4, 12)):
        write_sample(folder / str(seed), 25, months=months, seed=seed)
    files = [File(path.name, path.read_bytes()) for path in sorted(folder.rglob("*.*")) if path.is_file()]
    members: dict[tuple[str, bytes], File] = {}
    parts: list[File] = []
    for archive in (file for file in files if file.suffix == "zip"):
        with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
            contents = {name: opened.read(name)[:_MEMBER_BYTES] for name in opened.namelist()}
        for name, content in contents.items():
            members.setdefault((name, content[:60]), File(name.rpartition("/")[2], content))
        parts += _in_parts(archive.name, contents)
    files = [file for file in files if file.suffix != "zip"]
    people = _people(next(file.content for (name, _), file in members.items() if name == "Connections.csv"))
    return [
        *files,
        *parts,
        *members.values(),
        *_snapshots(people),
        *_pages(people),
        _list_as_json(people),
        _old_workbook(),
    ]


def _in_parts(name: str, contents: dict[str, bytes]) -> list[File]:
    """An archive as several of a few members each, taken evenly from its names: the whole takes ten times as long."""
    parts = []
    names = sorted(contents)
    for first in range(len(names) // _PART_MEMBERS + 1):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in names[first :: len(names) // _PART_MEMBERS + 1]:
                archive.writestr(member, contents[member])
        parts.append(File(name, target.getvalue()))
    return parts


def _people(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text[text.index("First Name") :])))
    return [row for row in rows if row.get("First Name")][:20]


def _snapshots(people: list[dict[str, str]]) -> list[File]:
    hidden = dict.fromkeys(people[0], "") | {"Connected On": "05 Mar 2024"}
    pages = [
        {
            "paging": {"start": start, "count": 10, "total": 2, "links": []},
            "elements": [{"snapshotDomain": "CONNECTIONS", "snapshotData": [*rows, hidden, hidden]}],
        }
        for start, rows in enumerate((people[:10], people[10:]))
    ]
    skills = [{"Name": "SQL"}, {"Name": "Welding"}]
    shapes = {
        "snapshot.json": pages[0],
        "pages.json": [*pages, pages[1]],
        "_raw_snapshot.json": {"CONNECTIONS": [*people, hidden, *people], "SKILLS": skills, "GROUPS": [{"Name": "x"}]},
        "linked_DigitalMarketsAct_API_SKILLS.json": skills,
    }
    return [File(name, json.dumps(shape).encode()) for name, shape in shapes.items()]


def _pages(people: list[dict[str, str]]) -> list[File]:
    cards = "".join(
        _CARD.format(
            number=number,
            url=escape(row.get("URL") or f"https://www.linkedin.com/in/ACoAAB{number:08}"),
            name=escape(f"{row['First Name']} {row['Last Name']}"),
            headline=escape(row["Position"]),
        )
        for number, row in enumerate(people, 100)
    )
    page = (
        f"<!DOCTYPE html>{_SAVED_FROM}<html><body><main><h1>7,553 followers</h1><ul>{cards}</ul></main></body></html>"
    )
    plain = page.replace("data-chameleon-result-urn", "data-x").replace(_SAVED_FROM, "")
    parts = quopri.encodestring(page.encode()).decode()
    mhtml = (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://www.linkedin.com/feed/\n"
        "Date: Tue, 5 Mar 2024 09:30:00 +0100\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; boundary="----x"\n\n------x\nContent-Type: text/html\n'
        f"Content-Transfer-Encoding: quoted-printable\n\n{parts}\n------x--\n"
    )
    return [
        File("Followers.html", page.encode()),
        File("people.html", plain.encode()),
        File("Followers.mhtml", mhtml.encode()),
    ]


def _list_as_json(people: list[dict[str, str]]) -> File:
    rows = [
        {
            "profileLink": row.get("URL", ""),
            "fullName": row["First Name"],
            "isFollowing": False,
            "timestamp": 1709629200000,
        }
        for row in people
    ]
    return File("result.json", json.dumps(rows).encode())


def _old_workbook() -> File:
    workbook = xlwt.Workbook()
    sheets = {
        "New followers": [
            ["Date", "Sponsored followers", "Organic followers", "Total followers"],
            ["04/29/2024", 1, 5, 6],
        ],
        "Location": [["Location", "Total followers"], ["Port Testa", 120]],
    }
    for name, rows in sheets.items():
        sheet = workbook.add_sheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    target = io.BytesIO()
    workbook.save(target)
    return File("acme-test_followers_1714521600000.xls", target.getvalue())
