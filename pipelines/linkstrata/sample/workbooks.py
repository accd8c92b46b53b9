"""Creator analytics workbooks: follower totals, daily gains and post figures over a window of days.

Gains are gross: people who stopped following are not taken off. The last two days of a window are reported too low, and
a later workbook corrects them. Until 2026 numbers are numbers; since then every cell is a text.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import xlsxwriter  # type: ignore[import-untyped]

from linkstrata.sample.activity_files import share_number
from linkstrata.sample.life import Life, Post
from linkstrata.sample.requests import EXPORT_TIME, Workbook
from linkstrata.sample.showing import reported_followers

Cell = str | int | float | None
Sheet = list[list[Cell]]

_POSTS_LISTED = 50
_PLACEHOLDER = "481"
"""What unused cells hold since 2026."""

_GROUPS = {
    "Job titles": (
        "Software Engineer",
        "Founder",
        "Product Manager",
        "Data Analyst",
        "Project Manager",
        "Recruiter",
        "Marketing Manager",
        "Consultant",
        "Chief Executive Officer",
        "Student",
        "Account Executive",
    ),
    "Locations": (
        "Greater Lisbon",
        "Berlin Metropolitan Area",
        "London Area, United Kingdom",
        "Greater Paris Metropolitan Region",
        "Bengaluru, Karnataka, India",
        "New York City Metropolitan Area",
        "Greater Prague Area",
        "São Paulo, Brazil",
        "Amsterdam Area",
        "Toronto, Ontario, Canada",
        "Nairobi County, Kenya",
    ),
    "Industries": (
        "Software Development",
        "IT Services and IT Consulting",
        "Financial Services",
        "Business Consulting and Services",
        "Higher Education",
        "Staffing and Recruiting",
        "Advertising Services",
        "Hospitals and Health Care",
        "Renewable Energy Semiconductor Manufacturing",
        "Non-profit Organizations",
    ),
    "Seniority": (
        "Senior",
        "Entry",
        "Manager",
        "Director",
        "CXO",
        "VP",
        "Owner",
        "Partner",
        "Training",
        "Unpaid",
    ),
    "Company size": (
        "1 employee",
        "2-10 employees",
        "11-50 employees",
        "51-200 employees",
        "201-500 employees",
        "501-1000 employees",
        "1001-5000 employees",
        "5001-10,000 employees",
        "10,001+ employees",
    ),
}
"""What LinkedIn sorts people into, category by category."""


def write_workbook(life: Life, request: Workbook, path: Path) -> None:
    """Writes the workbook of a window."""
    sheets = _sheets(life, request)
    made = datetime(request.last.year, request.last.month, request.last.day, *EXPORT_TIME)
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"created": made})
        percent = workbook.add_format({"num_format": "0%"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    elif cell is not None:
                        sheet.write_number(row, column, cell, percent if isinstance(cell, float) else None)


def _sheets(life: Life, request: Workbook) -> dict[str, Sheet]:
    random = Random(f"workbook {life.seed} {request.last}")
    days = [request.first + timedelta(k) for k in range((request.last - request.first).days + 1)]
    impressions = [200 + _figure(life, day, 2000) for day in days]
    engagements = [seen // 40 for seen in impressions]
    engagements[len(days) // 3] = -3  # reactions taken back weigh on the day on which they are
    total, gains = reported_followers(life, request)
    text = request.is_text_only
    window = f"{_american(request.first)} - {_american(request.last)}"
    reached = "Members reached" if request.last >= date(2025, 1, 1) else "Unique views"
    ending = "" if text else ":"
    sheets: dict[str, Sheet] = {
        "DISCOVERY": [
            ["Overall Performance", window],
            ["Impressions", sum(impressions)],
            [reached, sum(impressions) // 3],
        ],
        "ENGAGEMENT": [
            ["Date", "Impressions", "Engagements"],
            *map(_row, days, impressions, engagements),
        ],
        "TOP POSTS": _top_posts(life, request, random),
        "FOLLOWERS": [
            [f"Total followers on {_american(request.last)}{ending}", total],
            [],
            ["Date", "New followers"],
            *map(_row, gains, gains.values()),
        ],
    }
    if (request.era or request.last) >= date(2026, 8, 1):
        sheets["AUDIENCE DEMOGRAPHICS"] = _demographics(life, "audience", text)
        sheets["CONTENT DEMOGRAPHICS"] = _demographics(life, "content", text)
    else:
        sheets["DEMOGRAPHICS"] = _demographics(life, "audience", text)
    return {name: _as_text(rows) for name, rows in sheets.items()} if text else sheets


def _demographics(life: Life, scope: str, text: bool) -> Sheet:
    """The largest groups of each category: five, and since 2026 up to ten under names in the singular."""
    rows: Sheet = [["Top Demographics", "Value", "Percentage"]]
    companies = sorted({company for _, company in life.company_follows})
    for category, groups in {**_GROUPS, "Companies": companies}.items():
        random = Random(f"{scope} {life.seed} {category}")
        label = (
            {"Companies": "Company", "Industries": "Industry"}.get(category, category.removesuffix("s"))
            if text
            else category
        )
        share = random.uniform(0.14, 0.34)
        for group in random.sample(groups, len(groups))[: 10 if text else 5]:
            rows.append([label, group, _share(share, text)])
            share *= random.uniform(0.4, 0.85)
    return rows


def _share(share: float, text: bool) -> Cell:
    if share < 0.01:
        return "< 1%"
    return f"{share:.0%}" if text else round(share, 4)


def _top_posts(life: Life, request: Workbook, random: Random) -> Sheet:
    posts = [post for post in life.posts if post.posted_at.date() <= request.last][-_POSTS_LISTED - 10 :]
    title = "Post Publish Date" if request.is_text_only else "Post publish date"
    gap: Cell = _PLACEHOLDER if request.is_text_only else None
    rows: Sheet = [
        [f"Maximum of {_POSTS_LISTED} posts available to include in this list"],
        [],
        ["Post URL", title, "Engagements", None, "Post URL", title, "Impressions"],
    ]
    engaging = random.sample(posts, min(_POSTS_LISTED, len(posts)))
    seen = random.sample(posts, min(_POSTS_LISTED, len(posts)))[: max(1, len(posts) - 2)]
    for rank, post in enumerate(engaging):
        left: list[Cell] = [_post_address(life, request, post), _american(post.posted_at.date()), 900 - 9 * rank, gap]
        right: list[Cell] = []
        if rank < len(seen):
            right = [
                _post_address(life, request, seen[rank]),
                _american(seen[rank].posted_at.date()),
                40_000 - 500 * rank,
            ]
        rows.append(left + right)
    return rows


def _post_address(life: Life, request: Workbook, post: Post) -> str:
    number = share_number(post)
    if request.is_text_only:
        return f"https://www.linkedin.com/posts/{life.owner_slug}_data-networks-share-{number}-Ab3d"
    return f"https://www.linkedin.com/feed/update/urn:li:activity:{number + 4096}"


def _figure(life: Life, day: date, below: int) -> int:
    """A number that depends on the life and the day alone, so that overlapping windows agree."""
    return (day.toordinal() * 2654435761 + life.seed * 40503) % 2**32 % below


def _row(day: date, *figures: int) -> list[Cell]:
    return [_american(day), *figures]


def _american(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _as_text(rows: Sheet) -> Sheet:
    return [[f"{cell:,}" if isinstance(cell, int | float) else cell for cell in row] for row in rows]
