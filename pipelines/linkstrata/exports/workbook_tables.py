"""The tables that workbooks fill: a member's creator analytics, one post's analytics, a company page's analytics.

Names, types and meanings only. Workbooks are read by shape (`creator_workbooks.py`, `company_workbooks.py`), so no file
name leads here; the headings that a company page's columns stand under are named, for they vary.
"""

from __future__ import annotations

from linkstrata.exports.tables import Column, Kind, Table, Type

PAGE = Column("page", "text", (), "slug of the company page, from the file's name; NULL where the name does not say it")
POST_URL = Column("post_url", "text", (), "address of the post, as LinkedIn wrote it")
_SHARES = (
    Column("category", "text", (), "what the people are grouped by, such as Job titles; singular from 2026"),
    Column("value", "text", (), "the group"),
    Column("percentage", "real", (), "its share, from 0 to 1; NULL where only a bound is given, such as < 1%"),
    Column("percentage_text", "text", (), "its share as the workbook shows it"),
)


def _column(name: str, kind: Type, description: str, *headers: str) -> Column:
    return Column(name, kind, headers, description)


def _table(name: str, kind: Kind, description: str, *columns: Column) -> Table:
    return Table(name=name, files=(), kind=kind, columns=columns, description=description)


_CREATOR = (
    _table(
        "creator_totals",
        Kind.LOG,
        "How many followers the member had on the last day of a creator workbook.",
        _column("day", "date", "the day the total is of"),
        _column("total_followers", "integer", "followers on that day"),
    ),
    _table(
        "creator_followers_daily",
        Kind.LOG,
        "New followers by day; those who stopped following are not told.",
        _column("day", "date", "the day"),
        _column("new_followers", "integer", "followers gained that day"),
    ),
    _table(
        "creator_engagement_daily",
        Kind.LOG,
        "Impressions and engagements of the member's posts by day; later exports correct earlier ones.",
        _column("day", "date", "the day"),
        _column("impressions", "integer", "times posts were shown"),
        _column(
            "engagements", "integer", "reactions, comments, reposts and clicks; negative where they were taken back"
        ),
    ),
    _table(
        "creator_posts",
        Kind.LOG,
        "The best posts of the period, at most 50 in each of two rankings that share neither posts nor length.",
        _column("ranking", "text", "what the posts are ranked by: engagements or impressions"),
        _column("position", "integer", "place in that ranking, from 1"),
        POST_URL,
        _column("published_on", "date", "the day it was published"),
        _column("value", "integer", "its engagements or impressions in the period, by `ranking`"),
    ),
    _table(
        "creator_demographics",
        Kind.SNAPSHOT,
        "Shares of the member's audience by job title, place, industry, seniority and company.",
        _column("scope", "text", "audience (followers), content (who saw posts), or all in workbooks before 2026"),
        *_SHARES,
    ),
    _table(
        "creator_discovery",
        Kind.LOG,
        "What a creator workbook says of its whole period.",
        _column("window_from", "date", "first day of the period"),
        _column("window_to", "date", "last day of the period"),
        _column("impressions", "integer", "times posts were shown; need not be the sum of the days"),
        _column("members_reached", "integer", "members who saw a post; called unique views until 2024"),
    ),
)

_POST = (
    _table(
        "post_analytics",
        Kind.LOG,
        "The figures of one post.",
        POST_URL,
        _column("posted_on", "date", "the day it was published"),
        _column("published_time", "text", "the time of day it was published, as the workbook writes it"),
        _column(
            "metric", "text", "impressions, members_reached, followers_gained, …; a label nobody knew as it stands"
        ),
        _column("value", "real", "the figure"),
    ),
    _table("post_demographics", Kind.LOG, "Shares of one post's viewers.", POST_URL, *_SHARES),
)


def _by_device(page: str, measure: str) -> tuple[Column, ...]:
    name = f"{page}_{measure}".lower().replace(" ", "_")
    return tuple(
        _column(f"{name}_{device}", "integer", f"{page} {measure}, {device}", f"{page} {measure} ({device})")
        for device in ("desktop", "mobile", "total")
    )


def _by_payment(name: str, kind: Type, description: str, *headings: str) -> tuple[Column, ...]:
    return tuple(
        _column(f"{name}_{paid}", kind, f"{description}, {paid}", *(f"{heading} ({paid})" for heading in headings))
        for paid in ("organic", "sponsored", "total")
    )


COMPANY_FOLLOWERS_DAILY = _table(
    "company_page_followers_daily",
    Kind.LOG,
    "New followers of a company page by day. LinkedIn heads the sum 'Total followers'; the running total is not told.",
    PAGE,
    _column("day", "date", "the day", "Date"),
    _column("sponsored_followers", "integer", "gained by advertising", "Sponsored followers"),
    _column("organic_followers", "integer", "gained otherwise", "Organic followers"),
    _column(
        "auto_invited_followers", "integer", "gained by automatic invitations; since 2024", "Auto-invited followers"
    ),
    _column("new_followers", "integer", "all gained that day", "Total followers"),
)
COMPANY_VISITORS_DAILY = _table(
    "company_page_visitors_daily",
    Kind.LOG,
    "Page views and visitors of a company page by day, tab and device.",
    PAGE,
    _column("day", "date", "the day", "Date"),
    *(
        column
        for tab in ("Overview", "Life", "Jobs", "Total")
        for measure in ("page views", "unique visitors")
        for column in _by_device(tab, measure)
    ),
)
COMPANY_CONTENT_DAILY = _table(
    "company_page_content_daily",
    Kind.LOG,
    "What became of a company page's posts by day; negative where reactions were taken back.",
    PAGE,
    _column("day", "date", "the day", "Date"),
    *_by_payment("impressions", "integer", "times posts were shown", "Impressions"),
    _column("unique_impressions_organic", "integer", "members who saw a post", "Unique impressions (organic)"),
    *_by_payment("clicks", "integer", "clicks on posts", "Clicks"),
    *_by_payment("reactions", "integer", "reactions", "Reactions", "Likes"),
    *_by_payment("comments", "integer", "comments", "Comments"),
    *_by_payment("reposts", "integer", "reposts", "Reposts", "Shares"),
    *_by_payment("engagement_rate", "real", "engagements by impressions, from 0 to 1", "Engagement rate"),
)
COMPANY_POSTS = _table(
    "company_page_posts",
    Kind.LOG,
    "A company page's posts and what became of them.",
    PAGE,
    _column("post_title", "text", "the post's text", "Post title", "Update title"),
    _column("post_url", "text", "address of the post", "Post link", "Update link"),
    _column("post_type", "text", "Organic or Sponsored", "Post type", "Update type"),
    _column("campaign_name", "text", "campaign it was advertised in", "Campaign name"),
    _column("posted_by", "text", "who posted it for the page", "Posted by"),
    _column("created_on", "date", "the day it was made", "Created date"),
    _column("campaign_start_on", "date", "first day of the campaign", "Campaign start date"),
    _column("campaign_end_on", "date", "last day of the campaign", "Campaign end date"),
    _column("audience", "text", "whom it was shown to", "Audience"),
    _column("impressions", "integer", "times it was shown", "Impressions"),
    _column("views", "integer", "views of its video", "Views (excluding off-site video views)", "Views", "Video views"),
    _column("offsite_views", "integer", "views of its video elsewhere", "Off-site Views"),
    _column("clicks", "integer", "clicks on it", "Clicks"),
    _column("click_through_rate", "real", "clicks by impressions, from 0 to 1", "Click through rate (CTR)"),
    _column("likes", "integer", "reactions to it", "Likes", "Reactions"),
    _column("comments", "integer", "comments on it", "Comments"),
    _column("reposts", "integer", "reposts of it", "Reposts", "Shares"),
    _column("follows", "integer", "followers gained by it", "Follows"),
    _column("engagement_rate", "real", "engagements by impressions, from 0 to 1", "Engagement rate"),
    _column("content_type", "text", "Video, Article, Image, …", "Content Type"),
)
COMPANY_DEMOGRAPHICS = _table(
    "company_page_demographics",
    Kind.SNAPSHOT,
    "A company page's followers or visitors by place, job function, seniority, industry and company size.",
    PAGE,
    _column("kind", "text", "whom it counts: followers (all there are) or visitors (of the period)"),
    _column("dimension", "text", "what they are grouped by, as the sheet heads it"),
    _column("value", "text", "the group"),
    _column("count", "integer", "followers, or page views of the visitors, in it"),
)
COMPANY_COMPETITORS = _table(
    "company_page_competitors",
    Kind.LOG,
    "A company page and those it is compared with, over the workbook's period.",
    PAGE,
    _column("window_from", "date", "first day of the period"),
    _column("window_to", "date", "last day of the period"),
    _column("competitor", "text", "name of the page the row is about; the own page is one of them", "Page"),
    _column("total_followers", "integer", "its followers", "Total Followers"),
    _column("new_followers", "integer", "followers it gained", "New Followers"),
    _column(
        "total_engagements", "integer", "engagements with its posts", "Total post engagements", "Total engagements"
    ),
    _column("total_posts", "integer", "its posts", "Total posts", "Posts"),
    _column("comments", "integer", "comments on its posts", "Comments", "Total comments"),
    _column("comments_per_day", "real", "comments on its posts by day", "Comments per day"),
    _column("reactions", "integer", "reactions to its posts", "Reactions", "Total reactions"),
)

WORKBOOK_TABLES: tuple[Table, ...] = (
    *_CREATOR,
    *_POST,
    COMPANY_FOLLOWERS_DAILY,
    COMPANY_VISITORS_DAILY,
    COMPANY_CONTENT_DAILY,
    COMPANY_POSTS,
    COMPANY_DEMOGRAPHICS,
    COMPANY_COMPETITORS,
)
