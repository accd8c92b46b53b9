"""The report: one HTML file that says how the audience stands, opens offline and asks nobody for anything.

What belongs here is which numbers the report shows and how the page is put together. What the numbers mean is the
contract of the published tables, which are all it reads; how figures look is in charts/.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import plotly.graph_objects as go
import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from plotly.offline import get_plotlyjs

from linkstrata.charts import growth, people, relationships, segments
from linkstrata.charts.theme import CONFIG, LIGHT, SEGMENTS, THEMES, Theme
from linkstrata.freshness import sources
from linkstrata.titles import share_untold
from linkstrata.warehouse.connection import read_published

CONNECTION_LIMIT = 30_000
"""The most connections that LinkedIn allows a member."""

SEGMENT_MEANINGS: Mapping[str, str] = {
    "connection_and_follower": "Connected, and follows you. Proved where a follower list names them; else assumed, "
    "because LinkedIn makes both sides follow when they connect.",
    "connection_only": "Connected, but absent from a complete follower list: does not follow you.",
    "follower_only": "Named in a follower list and not connected.",
    "following_only": "You follow them. They are no connection, and nothing says that they follow you.",
    "former_connection": "Was a connection in an earlier export and is none now.",
    "other_contact": "Named elsewhere in your files: a message, an invitation, an endorsement.",
}

_TEMPLATE = Path(__file__).parent / "report_template"
_LONGEST_RANKING = 10
_LONGEST_LIST = 8
_LONGEST_TABLE = 36


def write_report(published: Path, output: Path) -> None:
    """Writes the report on the published database as one HTML file, in place of an older one.

    Raises linkstrata.warehouse.connection.NotPublished.
    """
    with read_published(published) as connection:
        page = _page(_Tables(connection))
    output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = output.with_name(f".{output.name}.unfinished")
    unfinished.write_text(page, encoding="utf-8")
    unfinished.replace(output)


@dataclass(frozen=True)
class _Tables:
    """The published tables, asked in SQL; `$name` in a query takes the value given for it."""

    connection: duckdb.DuckDBPyConnection

    def frame(self, query: str, **values: object) -> pl.DataFrame:
        answer: pl.DataFrame = self.connection.sql(query, params=values).pl()
        return answer

    def rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        return self.frame(query, **values).to_dicts()

    def has(self, table: str) -> bool:
        query = (
            "select 1 from information_schema.tables where table_catalog = current_database() and table_name = $name"
        )
        return bool(self.rows(query, name=table))


@dataclass(frozen=True)
class _Place:
    """Where a figure stands: its element's id, its height in pixels, and what it says, in words."""

    id: str
    height: int
    says: str


class _Figures:
    """The figures of the page, each in every theme, under the id of its place."""

    def __init__(self) -> None:
        self.drawn: dict[str, dict[str, Any]] = {}

    def add(self, place: str, says: str, draw: Callable[[Theme], go.Figure]) -> _Place:
        """Draws a figure in every theme and gives back its place."""
        drawn = {theme.name: json.loads(draw(theme).to_json()) for theme in THEMES}
        self.drawn[place] = drawn
        return _Place(place, drawn[LIGHT.name]["layout"]["height"], says)


@dataclass(frozen=True)
class Headline:
    """One of the numbers at the top; `tag` is the word beside it where it is no plain count."""

    label: str
    value: str
    notes: Sequence[str]
    change: str | None = None
    tag: str | None = None


@dataclass(frozen=True)
class _Standing:
    """Where one owner's audience stands and stood: the days between which changes are counted."""

    daily: pl.DataFrame
    exports: list[date]
    covered: pl.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "covered", self.daily.filter(pl.col("followers").is_not_null()))

    @property
    def newest(self) -> date:
        newest: date = self.daily["day"][-1]
        return newest

    @property
    def previous_export(self) -> date | None:
        return self.exports[-2] if len(self.exports) > 1 else None

    def on(self, day: date, column: str) -> int:
        """The figure of one day."""
        return int(self.daily.row(by_predicate=pl.col("day") == day, named=True)[column])

    def total(self, column: str, after: date, until: date) -> int:
        """The sum over the days after one and until the other."""
        return int(self.daily.filter((pl.col("day") > after) & (pl.col("day") <= until))[column].sum())


def _page(tables: _Tables) -> str:
    figures = _Figures()
    built = tables.rows("select today, built_at, version from build_info")[0]
    owners = [
        _owner(tables, row["owner"], f"owner-{number}", built["today"], figures)
        for number, row in enumerate(tables.rows(_OWNERS), start=1)
    ]
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number=_number, day=_day, counted=_counted)
    scripts = [get_plotlyjs(), (_TEMPLATE / "page.js").read_text("utf-8")]
    return environment.get_template("page.html").render(
        policy=_policy(scripts),
        scripts=scripts,
        style=(_TEMPLATE / "page.css").read_text("utf-8"),
        themes=THEMES,
        drawn=_for_script({"config": dict(CONFIG), "figures": figures.drawn}),
        built=built,
        owners=owners,
        unread=_unread(tables),
        longest_list=_LONGEST_LIST,
        segment_names=SEGMENTS,
        segment_meanings=SEGMENT_MEANINGS,
    )


def _policy(scripts: Sequence[str]) -> str:
    """What the page may do: run these very scripts and show its own styles and pictures. It may fetch nothing."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _for_script(value: object) -> str:
    """JSON that may stand inside a script element, whatever its texts say."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


# ---- what stands in the page of one owner ----

_OWNERS = """
    select owner from audience_daily union select owner from contacts
    union select owner from archives where owner is not null order by owner
"""
_CONTACTS = """
    select segment, is_connection, follows_me, messages_sent, messages_received from contacts where owner = $owner
"""
_EXPORTS = """
    select distinct archives.exported_on
    from archives join archive_files using (archive_id)
    where archives.owner = $owner and archive_files.table_name = 'connections' and archive_files.status = 'loaded'
    order by archives.exported_on
"""


# From Profile.csv, which only an archive has; else the slug is all there is.
_NAME = """
    select trim(concat_ws(' ', first_name, last_name)) as name from profile
    where owner = $owner and name <> '' order by is_current desc, last_seen_on desc, name limit 1
"""


def _owner(tables: _Tables, owner: str, place: str, today: date, figures: _Figures) -> dict[str, Any]:
    daily = tables.frame("select * exclude (owner) from audience_daily where owner = $owner order by day", owner=owner)
    exports = [row["exported_on"] for row in tables.rows(_EXPORTS, owner=owner)]
    contacts = tables.frame(_CONTACTS, owner=owner)
    standing = _Standing(daily, exports) if daily.height else None
    return {
        "slug": owner,
        "name": next((row["name"] for row in tables.rows(_NAME, owner=owner)), owner),
        "place": place,
        "files": tables.rows(
            "select count(*) as files, min(exported_on) as first, max(exported_on) as last from archives "
            "where owner = $owner and status <> 'quarantined'",
            owner=owner,
        )[0],
        "headlines": _headlines(standing, contacts) if standing else [],
        "growth": _growth(standing, place, figures) if standing else None,
        "changes": _changes(tables, owner, standing),
        "segments": _segments(contacts, standing, place, figures),
        "companies": _ranking(tables, owner, _COMPANIES, f"{place}-companies", figures),
        "roles": _ranking(tables, owner, _POSITIONS, f"{place}-roles", figures),
        "untold": _untold(tables, owner),
        "messages": _messages(tables, owner, contacts, place, figures),
        "tags": tables.rows(_TAGS, owner=owner),
        "sources": _sources(tables, owner, exports, today),
    }


def _headlines(standing: _Standing, contacts: pl.DataFrame) -> list[Headline]:
    if not standing.exports:
        return [
            Headline("Connections", "–", ["No file that lists them yet"]),
            *_follower_headlines(standing, contacts)[:1],
        ]
    newest, previous = standing.newest, standing.previous_export
    connections = standing.on(newest, "connections")
    hidden = connections - contacts.filter(pl.col("is_connection")).height
    notes = [f"{max(connections / CONNECTION_LIMIT, 0.001):.1%} of LinkedIn's limit of {CONNECTION_LIMIT:,}"]
    if hidden > 0:
        notes.append(f"{hidden:,} of them without a name, hidden by LinkedIn")
    change, gone = None, Headline("Connections gone", "–", ["Shows with a second export"])
    if previous:
        since = f"since the export of {_day(previous)}"
        change = f"{_change(connections - standing.on(previous, 'connections'))} {since}"
        gone = Headline(
            "Connections gone", f"{standing.total('lost_connections', previous, newest):,}", [f"missing {since}"]
        )
    month, quarter = timedelta(days=30), timedelta(days=90)
    new = standing.total("new_connections", newest - month, newest)
    new_before = standing.total("new_connections", newest - 2 * month, newest - month)
    new_in_quarter = standing.total("new_connections", newest - quarter, newest)
    return [
        Headline("Connections", f"{connections:,}", notes, change),
        *_follower_headlines(standing, contacts),
        Headline(
            "New connections in 30 days",
            f"{new:,}",
            [f"up to {_day(newest)}"],
            f"{_change(new - new_before)} against the 30 days before",
        ),
        Headline("New connections in 90 days", f"{new_in_quarter:,}", [f"{new_in_quarter * 7 / 90:.1f} a week"]),
        gone,
    ]


def _follower_headlines(standing: _Standing, contacts: pl.DataFrame) -> list[Headline]:
    if not standing.covered.height:
        missing = "No total yet: add the analytics workbook"
        by_name = contacts.filter(~pl.col("is_connection") & (pl.col("follows_me") == "yes")).height
        gap = Headline(
            "Follow without being connected",
            f"≥ {by_name:,}" if by_name else "–",
            ["known by name from your follower lists" if by_name else missing],
            tag="at least" if by_name else None,
        )
        return [Headline("Followers", "–", [missing]), gap]
    now = standing.covered.row(-1, named=True)
    reported = standing.covered.filter((pl.col("followers_basis") == "reported") & (pl.col("day") < now["day"]))
    before = reported.row(-1, named=True) if reported.height else None
    since = f"since the total of {_day(before['day'])}" if before else None

    def compared(column: str) -> str | None:
        return f"{_change(now[column] - before[column])} {since}" if before else None

    derived = now["followers_basis"] == "derived"
    followers = Headline(
        "Followers",
        f"{now['followers']:,}",
        [f"{'derived from daily gains' if derived else 'reported by LinkedIn'} on {_day(now['day'])}"],
        compared("followers"),
        "derived" if derived else None,
    )
    return [followers, _gap_headline(now, contacts, compared)]


def _gap_headline(now: Mapping[str, Any], contacts: pl.DataFrame, compared: Callable[[str], str | None]) -> Headline:
    """How far followers and connections are apart at least: by the totals, or by name where names say more."""
    connected = pl.col("is_connection")
    if now["followers"] >= now["connections"]:
        column, label, formula = (
            "follower_only_at_least",
            "Follow without being connected",
            "followers less connections",
        )
        by_name = contacts.filter(~connected & (pl.col("follows_me") == "yes")).height
    else:
        column, label, formula = (
            "muted_connections_at_least",
            "Connections who do not follow",
            "connections less followers",
        )
        by_name = contacts.filter(connected & (pl.col("follows_me") == "no")).height
    bound, on = now[column], _day(now["day"])
    if by_name > bound:
        return Headline(
            label,
            f"≥ {by_name:,}",
            ["known by name from your follower lists", f"the totals of {on} alone say {bound:,}"],
            tag="at least",
        )
    return Headline(label, f"≥ {bound:,}", [f"at least: {formula} on {on}"], compared(column), tag="inferred")


def _growth(standing: _Standing, place: str, figures: _Figures) -> dict[str, Any]:
    daily, covered = standing.daily, standing.covered
    first_export = standing.exports[0] if standing.exports else None
    first, newest = daily["day"][0], standing.newest
    starts = [
        ("Since followers are known", covered["day"][0] - timedelta(days=60)) if covered.height else None,
        ("Last two years", newest - timedelta(days=730)),
        ("Everything", first),
    ]
    months = (
        daily.group_by(month=pl.col("day").dt.truncate("1mo"))
        .agg(
            pl.col("connections", "followers", "followers_basis", "follower_only_at_least").last(),
            pl.col("new_connections", "lost_connections").sum(),
        )
        .sort("month", descending=True)
    )
    best = months.sort("new_connections", "month", descending=True).row(0, named=True)
    at_least = "at least " if first_export is None or best["month"] < first_export else ""
    monthly_says = (
        f"The best month was {best['month']:%B %Y} with {at_least}"
        f"{_counted(best['new_connections'], 'new connection')}."
    )
    return {
        "first_export": first_export,
        "has_followers": bool(covered.height),
        "stopped": _stopped_following(daily),
        "has_bound": first_export is not None and first < first_export,
        "starts": [start for start in starts if start and start[1] >= first],
        "lines": figures.add(
            f"{place}-growth",
            _growth_says(standing),
            lambda theme: growth.connections_and_followers(daily, first_export, theme),
        ),
        "monthly": figures.add(
            f"{place}-monthly",
            monthly_says,
            lambda theme: growth.connections_by_month(daily, first_export, theme),
        )
        if first_export
        else None,
        "months": months.head(_LONGEST_TABLE).to_dicts(),
    }


def _stopped_following(daily: pl.DataFrame) -> dict[str, Any] | None:
    """What the gains between the last two totals come to above the difference of the totals: who stopped following."""
    totals = daily.filter(pl.col("followers_basis") == "reported").tail(2)
    if totals.height < 2:
        return None
    (first, last), (before, after) = totals["day"], totals["followers"]
    gains = daily.filter(pl.col("day").is_between(first, last, closed="right"))["new_followers"]
    stopped = int(gains.sum()) - (after - before)
    if gains.null_count() or stopped <= 0:
        return None
    return {"first": first, "last": last, "began": int(gains.sum()), "stopped": stopped}


def _growth_says(standing: _Standing) -> str:
    if not standing.exports:
        last = standing.covered.row(-1, named=True)
        return (
            f"On {_day(last['day'])} you had {_counted(last['followers'], 'follower')}. No file that lists connections "
            "has been added yet, so how many of them are connected is unknown."
        )
    if not standing.covered.height:
        connections = standing.on(standing.newest, "connections")
        return (
            f"On {_day(standing.newest)} you had {_counted(connections, 'connection')}. No file with follower totals "
            "has been added yet, so the second line is missing."
        )
    last = standing.covered.row(-1, named=True)
    gap = last["followers"] - last["connections"]
    meaning = (
        f"at least {_counted(gap, 'person follows', 'people follow')} you without being connected"
        if gap >= 0
        else f"at least {_counted(-gap, 'connection does', 'connections do')} not follow you"
    )
    return (
        f"On {_day(last['day'])} you had {_counted(last['followers'], 'follower')} and "
        f"{_counted(last['connections'], 'connection')}, so by these totals {meaning}."
    )


_CHANGES = """
    with named as (
        select
            owner, person_id, happened_after, happened_by,
            case
                when event in ('connected', 'reconnected') then 'New connections'
                when event = 'disconnected' then 'Gone'
                when event in ('company_changed', 'position_changed') then 'Changed jobs'
                when event = 'followed_me' then 'Began to follow you'
                when event = 'unfollowed_me' then 'Stopped following you'
            end as title,
            max(old_value) filter (event = 'position_changed') as old_position,
            max(new_value) filter (event = 'position_changed') as new_position,
            max(old_value) filter (event = 'company_changed') as old_company,
            max(new_value) filter (event = 'company_changed') as new_company
        from contact_events
        where owner = $owner and happened_by > $previous
        group by all
    )
    select
        named.title, named.person_id, named.happened_after, named.happened_by, contacts.full_name,
        concat_ws(', ', contacts.position, contacts.company) as works_as,
        concat_ws(', ', named.old_position, named.old_company) as worked_as,
        concat_ws(', ', named.new_position, named.new_company) as now_works_as
    from named join contacts using (owner, person_id)
    where named.title is not null and contacts.full_name is not null
    order by
        named.happened_by desc, contacts.messages_sent + contacts.messages_received desc, contacts.full_name,
        named.person_id, named.happened_after
"""
_CHANGE_TITLES = ("New connections", "Gone", "Changed jobs", "Began to follow you", "Stopped following you")


def _changes(tables: _Tables, owner: str, standing: _Standing | None) -> dict[str, Any] | None:
    """By name, what happened after the export before the newest; nothing where only one export was read.

    Of those whom no day orders, people with whom most messages were exchanged come first.
    """
    if not tables.has("contact_events") or standing is None or standing.previous_export is None:
        return None
    changes = tables.rows(_CHANGES, owner=owner, previous=standing.previous_export)
    groups = []
    for title in _CHANGE_TITLES:
        members = [change for change in changes if change["title"] == title]
        if members:
            people = len({change["person_id"] for change in members})
            groups.append({"title": title, "people": people, "all": len(members), "shown": members[:_LONGEST_LIST]})
    return {"previous": standing.previous_export, "newest": standing.exports[-1], "groups": groups}


def _segments(
    contacts: pl.DataFrame, standing: _Standing | None, place: str, figures: _Figures
) -> dict[str, Any] | None:
    if not contacts.height:
        return None
    counts = {
        row["segment"]: row
        for row in contacts.group_by("segment")
        .agg(people=pl.len(), assumed=(pl.col("follows_me") == "assumed").sum())
        .to_dicts()
    }
    square = {
        (connected, state): contacts.filter(
            (pl.col("is_connection") == connected) & (pl.col("follows_me") == state)
        ).height
        for connected in (True, False)
        for state in ("yes", "assumed", "no", "unknown")
    }
    named = square[False, "yes"]
    at_least = (
        standing.covered["follower_only_at_least"][-1]
        if standing and standing.exports and standing.covered.height
        else 0
    )
    return {
        "figure": figures.add(
            f"{place}-segments",
            "People by segment: " + ", ".join(f"{SEGMENTS[key]} {row['people']:,}" for key, row in counts.items()),
            lambda theme: segments.segment_composition(contacts, theme),
        ),
        "rows": [counts[segment] for segment in SEGMENTS if segment in counts],
        "square": square,
        "people": contacts.height,
        "has_list": any(square[connected, state] for connected in (True, False) for state in ("yes", "no")),
        "at_least": at_least,
        "named": named,
        "unnamed": max(0, at_least - named),
    }


_COMPANIES = """
    select r.company_name as name, count(*) as people
    from roles as r join contacts as c using (owner, person_id)
    where owner = $owner and c.is_connection and r.company_name is not null
    group by r.company_name order by people desc, name
"""
_POSITIONS = """
    with stated as (
        select trim(position) as name from contacts where owner = $owner and is_connection
    )
    select mode(name) as name, count(*) as people from stated where lower(name) not in ('', '-', 'n/a', 'none')
    group by lower(name) order by people desc, name
"""


def _ranking(tables: _Tables, owner: str, query: str, place: str, figures: _Figures) -> dict[str, Any] | None:
    """The most frequent companies or positions of current connections: companies under one name however they are
    spelled, positions as they stand but for their case."""
    counts = tables.frame(query, owner=owner)
    if not counts.height:
        return None
    top = counts.head(_LONGEST_RANKING)
    return {
        "figure": figures.add(
            place,
            ", ".join(f"{name} {count:,}" for name, count in top.iter_rows()),
            lambda theme: people.ranking(top, theme),
        ),
        "different": counts.height,
        "stated": int(counts["people"].sum()),
    }


_TITLES = """
    select
        count(*) as titles,
        count(*) filter (seniority is null) as no_level,
        count(*) filter (function is null) as no_work
    from roles join contacts using (owner, person_id)
    where owner = $owner and is_connection and roles.position is not null
"""


def _untold(tables: _Tables, owner: str) -> str:
    """Of how many titles of connections `roles` tells nothing, for whoever builds on it."""
    (counted,) = tables.rows(_TITLES, owner=owner)
    level = share_untold(counted["titles"], counted["no_level"], "level")
    return f"{level}, {share_untold(counted['titles'], counted['no_work'], 'line of work')}"


_MESSAGES = """
    select sent_at::date as day, direction, count(*) as messages from messages
    where owner = $owner group by all order by day, direction
"""


def _messages(
    tables: _Tables, owner: str, contacts: pl.DataFrame, place: str, figures: _Figures
) -> dict[str, Any] | None:
    messages = tables.frame(_MESSAGES, owner=owner)
    if not messages.height:
        return None
    connections = contacts.filter(pl.col("is_connection"))
    both = connections.filter((pl.col("messages_sent") > 0) & (pl.col("messages_received") > 0)).height
    sent = int(messages.filter(pl.col("direction") == "sent")["messages"].sum())
    received = int(messages["messages"].sum()) - sent
    first, last = messages["day"][0], messages["day"][-1]
    return {
        "reciprocity": figures.add(
            f"{place}-reciprocity",
            f"With {both:,} of {_counted(connections.height, 'connection')} messages went both ways.",
            lambda theme: relationships.reciprocity(connections, theme),
        ),
        "monthly": figures.add(
            f"{place}-messages",
            f"{sent:,} sent and {received:,} received, from {_day(first)} to {_day(last)}; "
            "one to several people counts once for each.",
            lambda theme: relationships.messages_by_month(messages, theme),
        ),
    }


_TAGS = """
    select
        contact_tags.tag, min(contact_tags.kind) as kind, min(tags.description) as description, count(*) as people
    from contact_tags left join tags using (tag)
    where contact_tags.owner = $owner
    group by contact_tags.tag order by people desc, contact_tags.tag
"""


def _sources(tables: _Tables, owner: str, exports: Sequence[date], today: date) -> list[dict[str, Any]]:
    """Per kind of file: how old the newest is and what to do about it."""
    newest = {
        row["source"]: row["newest"]
        for row in tables.rows(
            "select source, max(exported_on) as newest from archives where owner = $owner and status <> 'quarantined' "
            "group by source",
            owner=owner,
        )
    }
    kinds = sources(exports[-1] if exports else None, newest)
    return [
        {
            "kind": source.kind,
            "newest": source.newest,
            "age": source.age(today),
            "state": source.state(today),
            "advice": source.advice,
            "gives": source.gives,
        }
        for source in kinds
    ]


def _unread(tables: _Tables) -> dict[str, Any]:
    """What was handed in and could not be read, over all owners; never the text of a row."""
    return {
        "quarantined": tables.rows("""
            select file_name, reason from archives where status = 'quarantined' order by file_name, archive_id
        """),
        "rules": tables.rows("select tag, problem from tags where problem is not null order by tag"),
        "files": tables.rows("""
            select path, archive_files.status, max(detail) as detail, count(*) as archives
            from archive_files join archives using (archive_id)
            where archive_files.status in ('unrecognised', 'failed', 'skipped') and archives.status <> 'quarantined'
            group by path, archive_files.status order by archive_files.status, path
        """),
        "rejected": tables.rows("""
            select path, reason, count(*) as rows from rejected_rows
            group by path, reason order by rows desc, path, reason
        """),
    }


# ---- how numbers and days are written ----


def _number(value: float | None) -> str:
    """With separators; a dash where nothing is known."""
    return "–" if value is None else f"{value:,}"


def _counted(value: int, one: str, many: str | None = None) -> str:
    """A number and what it counts: "1 person", "2 people"."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def _change(value: int) -> str:
    """A difference with its sign, or in words that there is none."""
    return "no change" if value == 0 else f"{'+' if value > 0 else '−'}{abs(value):,}"


def _day(value: date | None) -> str:
    """As in 2 Jun 2026; a dash where nothing is known."""
    return "–" if value is None else f"{value.day} {value:%b %Y}"
