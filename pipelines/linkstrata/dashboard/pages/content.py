"""Content: how posts did, what they brought, and who the audience is, where analytics workbooks say so."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl
from dash import html

from linkstrata.charts.bars import Part, Row, lying_bars
from linkstrata.charts.content import gains_and_posts, reach
from linkstrata.charts.theme import Theme
from linkstrata.dashboard.pages.welcome import WORKBOOK_STEPS
from linkstrata.dashboard.parts import Content, card, figure, nothing, outward, table, theme_of, title
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import day, number
from linkstrata.titles import SENIORITIES

MOST_SHARES = 8
_DAYS = """
    select day, impressions, engagements from creator_engagement_daily
    where owner = $owner and is_current order by day
"""
_GAINS = """
    with posted as (
        select cast(posted_at as date) as day, count(*) as posts from posts where owner = $owner group by all
    )
    select a.day, a.new_followers, coalesce(p.posts, 0) as posts
    from audience_daily as a left join posted as p using (day)
    where a.owner = $owner and a.new_followers is not null order by a.day
"""
_POSTS = """
    with figures as (
        select
            post_url,
            max(published_on) as published_on,
            max(value) filter (where metric = 'impressions') as impressions,
            max(value) filter (where metric = 'engagements') as engagements
        from post_metrics where owner = $owner and is_newest group by post_url
    )
    select
        f.*,
        (select max(text) from posts as p where p.owner = $owner and p.post_url = f.post_url) as text,
        (
            select sum(new_followers) from audience_daily as a
            where a.owner = $owner and a.day >= f.published_on and a.day < f.published_on + 3
        ) as followers_after
    from figures as f
    order by impressions desc nulls last, engagements desc nulls last limit 20
"""
_AUDIENCE = """
    select category, value as name, share from audience_demographics
    where owner = $owner and is_newest and scope <> 'content' order by category, share desc
"""

# What connections state themselves, under the categories in which LinkedIn tells of the audience.
_OWN = """
    with stated as (
        select r.company_name as company, r.position as title, r.seniority
        from roles as r join contacts as c using (owner, person_id)
        where owner = $owner and c.is_connection
    ),
    told as (
        select 'Company' as category, company as name from stated
        union all select 'Job title', title from stated
        union all select 'Seniority', seniority from stated
    ),
    counted as (
        select category, name, count(*) as people from told where name is not null group by all
    )
    select category, name, people / sum(people) over (partition by category) as share
    from counted order by category, people desc, name
"""


def layout(view: View, reading: Reading) -> Content:
    """The page."""
    theme = theme_of(view)
    days, gains = reading.frame(_DAYS), reading.frame(_GAINS)
    posts, audience = reading.rows(_POSTS), reading.frame(_AUDIENCE)
    head = title("Content", "How posts did and what they brought, as LinkedIn's analytics workbooks say.")
    if days.is_empty() and not posts and audience.is_empty():
        return [
            head,
            nothing("No analytics workbook has been read", html.Ol([html.Li(step) for step in WORKBOOK_STEPS])),
        ]
    return [
        head,
        card(
            figure("content-days", "Impressions and engagements by day", reach(days, theme)),
            heading="Reach by day",
            says="Each day pale, the average of the seven days up to it strong.",
        )
        if days.height
        else None,
        card(
            figure("content-gains", "New followers by day, days with a post in colour", gains_and_posts(gains, theme)),
            heading="Followers around posts",
        )
        if gains.height
        else None,
        card(
            table(
                ("Post", "Day", "Impressions", "Engagements", "New followers"),
                [
                    (
                        outward((row["text"] or f"Post of {day(row['published_on'])}")[:90], row["post_url"]),
                        day(row["published_on"]),
                        number(_whole(row["impressions"])),
                        number(_whole(row["engagements"])),
                        number(_whole(row["followers_after"])),
                    )
                    for row in posts
                ],
                "Posts",
            ),
            heading="Posts",
            says="New followers are those of the post's day and the two after it, whatever brought them.",
        )
        if posts
        else None,
        *_demographics(reading, audience, theme),
    ]


def _demographics(reading: Reading, audience: pl.DataFrame, theme: Theme) -> list[Content]:
    """Who the audience is by LinkedIn's word, beside it who the connections are by theirs, where both are told."""
    own = reading.frame(_OWN).with_columns(pl.col("name").replace(dict(SENIORITIES)))
    compared, others = [], []
    for at, category in enumerate(audience["category"].unique(maintain_order=True)):
        told = audience.filter(pl.col("category") == category)
        beside = own.filter(pl.col("category") == category)
        shown = card(
            figure(f"content-{at}", f"{category} of the audience", _shares(told, theme, theme.followers)),
            heading=f"{category} of the audience" if beside.height else category,
            says="Share of the audience, as LinkedIn gives it.",
        )
        if not beside.height:
            others.append(shown)
            continue
        compared += [
            shown,
            card(
                figure(f"content-own-{at}", f"{category} of connections", _shares(beside, theme, theme.connections)),
                heading=f"{category} of your connections",
                says="Share of those who state one, by their own words.",
            ),
        ]
    return [html.Div(cards, className="columns") for cards in (compared, others) if cards]


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _shares(shares: pl.DataFrame, theme: Theme, colour: str) -> go.Figure:
    told = shares.filter(pl.col("share").is_not_null()).head(MOST_SHARES).select("name", "share")
    return lying_bars(
        [Row(name, [Part("per cent", round(share * 100, 1), colour)], _per_cent(share)) for name, share in told.rows()],
        theme,
    )


def _per_cent(share: float) -> str:
    """Small shares with a decimal, where there is one: bars of different length would say the same without it."""
    per_cent = round(share * 100, 1)
    return f"{per_cent:.0f}%" if per_cent >= 10 or per_cent == round(per_cent) else f"{per_cent}%"
