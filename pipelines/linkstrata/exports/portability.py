"""Reads snapshots of LinkedIn's portability API, in the shapes that people's programs leave them on disk.

A row's keys are the headers of the archive's file, so rows land in that file's table (`DOMAINS`). Lists of people in
JSON are for `lists.py`.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from math import gcd
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from linkstrata.exports.catalogue import TABLES, numbered, table_of_header
from linkstrata.exports.container import Member
from linkstrata.exports.frames import frame_schema
from linkstrata.exports.list_layouts import LARGEST_JSON, loaded_json
from linkstrata.exports.list_tables import FOLLOWER_LIST_TOTALS
from linkstrata.exports.members import BATCH_ROWS, MemberFailed, MemberReading, Rejected
from linkstrata.exports.tables import Table
from linkstrata.exports.typed_rows import Record, TypedRows

SOURCE = "portability_api"

DOMAINS: Mapping[str, tuple[str, ...]] = {
    "ACCOUNT_HISTORY": ("account_status_history",),
    "ACTOR_SAVE_ITEM": ("saved_items",),
    "ADS_CLICKED": ("ads_clicked",),
    "ADS_LAN": ("ad_network_engagement",),
    "AD_TARGETING": ("ad_targeting",),
    "ALL_COMMENTS": ("comments",),
    "ALL_LIKES": ("reactions",),
    "ALL_VOTES": ("votes",),
    "ARTICLES": (),
    "CALENDAR": ("imported_calendars",),
    "CAUSES_YOU_CARE_ABOUT": ("causes",),
    "CERTIFICATIONS": ("certifications",),
    "COMPANY_FOLLOWS": ("company_follows",),
    "CONNECTIONS": ("connections",),
    "CONTACTS": ("address_book",),
    "COURSES": ("courses",),
    "EDUCATION": ("education",),
    "EMAIL_ADDRESSES": ("email_addresses",),
    "ENDORSEMENTS": ("endorsements_received", "endorsements_given"),
    "Events": ("events",),
    "GROUPS": (),
    "GROUP_POST": (),
    "HONORS": ("honors",),
    "IDENTITY_CREDENTIALS_AND_ASSETS": ("private_identity_assets", "verifications"),
    "INBOX": ("messages",),
    "INFERENCE_TAKEOUT": ("inferences",),
    "INSTANT_REPOSTS": ("reposts",),
    "INVITATIONS": ("invitations",),
    "JOB_APPLICANT_SAVED_ANSWERS": ("job_application_answers",),
    "JOB_APPLICATIONS": ("job_applications",),
    "JOB_POSTINGS": ("job_postings",),
    "JOB_SEEKER_PREFERENCES": ("job_seeker_preferences",),
    "LANGUAGES": ("languages",),
    "LEARNING": ("learning",),
    "LEARNING_COACH_AI_TAKEOUT": ("coach_messages",),
    "LEARNING_COACH_INBOX": ("coach_messages",),
    "LEARNING_ROLEPLAY_INBOX": ("coach_messages",),
    "MARKETPLACE_ENGAGEMENTS": ("service_engagements",),
    "MARKETPLACE_OPPORTUNITIES": ("service_opportunities",),
    "MARKETPLACE_PROVIDERS": ("service_providers",),
    "MEMBER_FOLLOWING": ("member_follows",),
    "MEMBER_HASHTAG": ("posted_hashtags", "hashtag_follows"),
    "MEMBER_SHARE_INFO": ("shares",),
    "NAME_CHANGES": (),
    "ORGANIZATIONS": ("organizations",),
    "PATENTS": ("patents",),
    "PHONE_NUMBERS": ("phone_numbers",),
    "POSITIONS": ("positions",),
    "PROFILE": ("profile",),
    "PROFILE_SUMMARY": ("profile_summaries",),
    "PROJECTS": ("projects",),
    "PUBLICATIONS": ("publications",),
    "RECEIPTS": ("receipts",),
    "RECEIPTS_LBP": ("receipts",),
    "RECOMMENDATIONS": ("recommendations_received", "recommendations_given"),
    "REGISTRATION": ("registration",),
    "REVIEWS": ("reviews",),
    "RICH_MEDIA": ("rich_media",),
    "SAVED_JOBS": ("saved_jobs",),
    "SAVED_JOB_ALERTS": ("saved_job_alerts",),
    "SAVED_PEOPLE_SEARCHES": (),
    "SEARCHES": ("search_queries",),
    "SECURITY_CHALLENGE_PIPE": ("security_challenges",),
    "SKILLS": ("skills",),
    "TALENT_QUESTION_SAVED_RESPONSE": ("job_application_answers",),
    "TEST_SCORES": ("test_scores",),
    "TRUSTED_GRAPH": ("verifications",),
    "VOLUNTEERING": ("volunteering",),
    "VOLUNTEERING_EXPERIENCES": ("volunteering",),
    "easyapply-blocking": (),
    "login": ("logins",),
}
"""Each domain, named as LinkedIn does, and the tables its rows may belong to: the one that has most of a row's keys."""

COPIES_AT_MOST = 8
"""Times that one page is looked for within a page."""

Row = Mapping[str, str]
_Key = tuple[tuple[str, str], ...]

_NAMED = re.compile(
    rf"(?:^|_)({'|'.join(sorted(map(re.escape, DOMAINS), key=len, reverse=True))})(?:[_-]?\d+)?(?:\s*\(\d+\))?$",
    re.IGNORECASE,
)
_BY_NAME = {domain.casefold(): domain for domain in DOMAINS}
_ASKED = re.compile(r"[?&]domain=([\w-]+)")


@dataclass(frozen=True)
class _Chunk:
    """Rows of one domain as they were served together."""

    domain: str
    rows: list[Row]
    is_page: bool
    """Whether its ends are those of what was served, rather than of all pages strung together."""


@dataclass
class Snapshots:
    """The snapshots in one export, whose pages may lie in several files and may have been served twice."""

    _seen: dict[str, set[_Key]] = field(default_factory=lambda: defaultdict(set))
    _pages: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    """For each request, the chunks that are here, each with the number there are."""

    def read(self, member: Member) -> list[MemberReading]:
        """The rows of a member by domain; nothing where it is no snapshot. Raises MemberFailed for broken JSON."""
        if member.size > LARGEST_JSON:
            return []
        answer = loaded_json(member)
        if totals := _follower_totals(answer):
            return [_totals_reading(member, totals)]
        try:
            chunks = _chunks(answer, member.name)
        except RecursionError:
            raise MemberFailed("its JSON is nested too deeply for a snapshot") from None
        if chunks:
            self._note_pages(answer)
        served: dict[str, list[Row]] = defaultdict(list)
        repeated: dict[str, int] = defaultdict(int)
        for chunk in chunks:
            fresh = _fresh(chunk, self._seen[chunk.domain])
            self._seen[chunk.domain].update(_key(row) for row in chunk.rows)
            served[chunk.domain].extend(fresh)
            repeated[chunk.domain] += len(chunk.rows) - len(fresh)
        return [
            reading for domain, rows in served.items() for reading in _readings(member, domain, rows, repeated[domain])
        ]

    @property
    def missing(self) -> str | None:
        """One line that says which pages of a request are not here; None where none is known to be."""
        for request, pages in self._pages.items():
            total = max(pages.values())
            if absent := [str(start + 1) for start in range(min(total, 1_000)) if start not in pages]:
                of = f" of {request}" if request else ""
                return f"page {', '.join(absent[:5])} of {total}{of} is not here: who is absent may be there"
        return None

    def _note_pages(self, answer: object) -> None:
        for page in _pages(answer):
            paging = page.get("paging")
            if not isinstance(paging, dict) or not isinstance(page.get("elements"), list):
                continue
            start, total = paging.get("start"), paging.get("total")
            if isinstance(start, int) and isinstance(total, int) and 0 <= start < total:
                asked = _ASKED.search(json.dumps(paging.get("links", "")))
                self._pages[asked[1] if asked else _only_domain(page)][start] = total


# --- shapes ---


def _chunks(answer: Any, name: str) -> list[_Chunk]:
    """The chunks in an answer, whatever its shape; `name` is that of the file, which may name the domain."""
    found = _served(answer, None)
    if found:
        return found
    named = _NAMED.search(PurePosixPath(name).stem)
    if named is None or not isinstance(answer, list):
        return []
    rows = [_row(each) for each in answer if isinstance(each, dict)]
    domain = _BY_NAME[named[1].casefold()]
    # Other programs write such files too, under the same simple names.
    told = "digitalmarketsact" in name.casefold() or table_of_header(_header(rows[:100]), name) is not None
    return [_Chunk(domain, rows, is_page=True)] if rows and told else []


def _served(answer: Any, domain: str | None) -> list[_Chunk]:
    if isinstance(answer, list):
        return [chunk for each in answer if isinstance(each, (dict, list)) for chunk in _served(each, domain)]
    if not isinstance(answer, dict):
        return []
    if "snapshotData" in answer:
        name = answer.get("snapshotDomain") or domain
        data = answer["snapshotData"]
        rows = [_row(each) for each in (data if isinstance(data, list) else [data]) if isinstance(each, dict)]
        return [_Chunk(_plain(name), rows, is_page=True)] if isinstance(name, str) else []
    if isinstance(answer.get("elements"), list):
        return _served(answer["elements"], domain)
    return _by_domain(answer) if domain is None and answer.keys() & DOMAINS.keys() else []


def _by_domain(answer: Mapping[str, Any]) -> list[_Chunk]:
    """The rows, or the pages, of an object that has them by domain; nothing where its rows are not of those domains."""
    found = []
    for name, inner in answer.items():
        if pages := _served(inner, name):
            found.extend(pages)
        elif isinstance(inner, (dict, list)):
            rows = [_row(row) for row in (inner if isinstance(inner, list) else [inner]) if isinstance(row, dict)]
            if rows or name in DOMAINS:
                found.append(_Chunk(_plain(name), rows, is_page=False))
    told = any(_table_of(chunk.domain, row) for chunk in found for row in chunk.rows[:1])
    return found if told or len(answer.keys() & DOMAINS.keys()) > 1 else []


def _plain(domain: str) -> str:
    """A domain's name as it may stand in a path."""
    return re.sub(r"[^\w-]", "_", domain)[:60]


def _pages(answer: Any) -> Iterator[dict[str, Any]]:
    """The pages in an answer: it, or those in its arrays."""
    if isinstance(answer, dict):
        yield answer
        for inner in answer.values():
            if isinstance(inner, list):
                yield from (each for each in inner if isinstance(each, dict))
    elif isinstance(answer, list):
        yield from (each for each in answer if isinstance(each, dict))


def _only_domain(page: Mapping[str, Any]) -> str:
    """The domain of all of a page's elements, which is what was asked for; blank where it has several."""
    domains = [each.get("snapshotDomain") for each in page["elements"] if isinstance(each, dict)]
    only = domains[0] if domains and all(domain == domains[0] for domain in domains) else None
    return only if isinstance(only, str) else ""


def _row(fields: Mapping[str, Any]) -> Row:
    return {str(name): _text(value) for name, value in fields.items()}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


# --- what was served twice ---


def _fresh(chunk: _Chunk, seen: set[_Key]) -> list[Row]:
    """The rows of a chunk but for those that were served before.

    A named row that came in an earlier chunk is the same row. A hidden one, which has nothing but a day, cannot be told
    from others of that day: it goes with the rows around it. Within a page, rows alike are so many rows, unless all of
    the page is there several times.
    """
    wide = len(_header(chunk.rows[:100])) > 2
    rows = _once(chunk.rows)
    known = set(seen)
    repeats: list[bool | None] = []
    for key in map(_key, rows):
        if wide and len(key) < 2:
            repeats.append(None)
            continue
        repeats.append(key in known)
        if not chunk.is_page:
            known.add(key)
    if not any(repeats):
        return rows
    around = zip(_last_known(repeats), reversed(_last_known(repeats[::-1])), strict=True)
    return [
        row
        for row, repeat, (above, below) in zip(rows, repeats, around, strict=True)
        if not (repeat if repeat is not None else above is not False and below is not False)
    ]


def _once(rows: list[Row]) -> list[Row]:
    """The rows of a list that is the same rows several times over, one time; any other list as it is.

    A list of hidden rows alone stays: nothing tells whether it is.
    """
    keys = list(map(_key, rows))
    if all(len(key) < 2 for key in keys):
        return rows
    for times in range(min(gcd(*Counter(keys).values()), COPIES_AT_MOST), 1, -1):
        length = len(rows) // times
        parts = [Counter(keys[start : start + length]) for start in range(0, len(rows), length)]
        if all(part == parts[0] for part in parts):
            return rows[:length]
    return rows


def _last_known(repeats: Sequence[bool | None]) -> list[bool | None]:
    """For each place what the last before it says that says something."""
    found: list[bool | None] = []
    last: bool | None = None
    for repeat in repeats:
        found.append(last)
        last = last if repeat is None else repeat
    return found


def _key(row: Row) -> _Key:
    """What a row says, whatever the order of its fields."""
    return tuple(sorted((name, value) for name, value in row.items() if value))


def _header(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for row in rows for name in row))


# --- readings ---


def _readings(member: Member, domain: str, rows: Sequence[Row], repeated: int) -> Iterator[MemberReading]:
    """A reading for each table that a domain's rows belong to."""
    path = f"{member.path}#{domain}"
    note = f"{repeated:,} rows that were served twice are left out" if repeated else None
    if not rows:
        table = next(iter(DOMAINS.get(domain, ())), None)
        if repeated:
            yield MemberReading(path, table, "skipped", "all of its rows were served before")
        else:
            yield MemberReading(path, table, "empty")
        return
    by_table: dict[str | None, list[tuple[int, Row]]] = defaultdict(list)
    for number, row in enumerate(rows, 1):
        by_table[_table_of(domain, row)].append((number, row))
    for name, records in by_table.items():
        part = path if len(by_table) == 1 else f"{path}:{name or 'unrecognised_rows'}"
        yield _typed(part, TABLES[name], records, note) if name else _untyped(part, records)


def _table_of(domain: str, row: Row) -> str | None:
    """The table whose headers most of a row's keys are; None where none is, or two are alike."""
    keys = set(numbered(row))
    scores = {name: len(keys & TABLES[name].known_headers.keys()) for name in DOMAINS.get(domain, ())}
    best = max(scores.values(), default=0)
    fitting = [name for name, score in scores.items() if score == best]
    return fitting[0] if best and len(fitting) == 1 else None


def _typed(path: str, table: Table, records: Sequence[tuple[int, Row]], note: str | None) -> MemberReading:
    header = _header([row for _, row in records])

    def data() -> Iterator[Record]:
        return (Record(number, [row.get(name, "") for name in header]) for number, row in records)

    # What the exporter of CSV files forgets to quote is whole here.
    rows = TypedRows(replace(table, unquoted_breaks=None, overflow=None), header, data)
    detail = "; ".join(filter(None, (rows.drift(), note)))
    return MemberReading(path, table.name, "loaded", detail or None, read_rows=rows.frames)


def _untyped(path: str, records: Sequence[tuple[int, Row]]) -> MemberReading:
    def read_rows(_rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
        rows = ((path, json.dumps(row, ensure_ascii=False), number, None) for number, row in records)
        while batch := list(islice(rows, BATCH_ROWS)):
            yield pl.DataFrame(batch, schema=frame_schema(TABLES["unrecognised_rows"]), orient="row")

    keys = ", ".join(_header([row for _, row in records[:100]]))
    detail = f"a domain or keys that linkstrata does not know: {keys}"
    return MemberReading(path, "unrecognised_rows", "unrecognised", detail, read_rows=read_rows)


def _follower_totals(answer: Any) -> list[int]:
    """The totals in an answer about the number of followers; those of single days may be gains and are not read."""
    elements = answer.get("elements") if isinstance(answer, dict) else None
    found = [each for each in elements if isinstance(each, dict)] if isinstance(elements, list) else []
    totals = [each.get("memberFollowersCount") for each in found if "dateRange" not in each]
    return [total for total in totals if isinstance(total, int) and 0 <= total < 1 << 40]


def _totals_reading(member: Member, totals: Sequence[int]) -> MemberReading:
    rows = [(total, None, number, None) for number, total in enumerate(totals, 1)]
    frame = partial(pl.DataFrame, rows, schema=frame_schema(FOLLOWER_LIST_TOTALS), orient="row")
    return MemberReading(member.path, FOLLOWER_LIST_TOTALS.name, "loaded", read_rows=lambda _: iter((frame(),)))
