"""Reads the articles a member wrote: HTML pages in the archive's folder Articles.

Other HTML, such as a saved page of LinkedIn, is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import PurePosixPath

import polars as pl

from linkstrata.exports.catalogue import TABLES
from linkstrata.exports.container import Member
from linkstrata.exports.dates import read_moment
from linkstrata.exports.frames import frame_schema
from linkstrata.exports.members import MemberFailed, MemberReading, Rejected

PAGE_BYTES_AT_MOST = 8 << 20

_PUBLISHED = re.compile(r"Published on (\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?)")
_NAMED = re.compile(r"(\d{4}-\d{2}-\d{2})[ T_](\d{2})[:_.-](\d{2})[:_.-](\d{2})")
_BLOCKS = {"p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "blockquote", "figure", "pre"}
_HIDDEN = {"script", "style", "title", "noscript"}


def is_article(path: str) -> bool:
    """Whether a member is an article, by where it lies."""
    parts = PurePosixPath(path)
    in_folder = any(part.casefold() == "articles" for part in parts.parts[:-1])
    return in_folder and parts.suffix.casefold() in (".html", ".htm")


def read_article(member: Member) -> MemberReading:
    """An article as one row: title, when it was published, text. Raises MemberFailed where it is too large."""
    if member.size > PAGE_BYTES_AT_MOST:
        raise MemberFailed(f"an article of {member.size:,} bytes is too large to read")

    def read_rows(_rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
        with member.open() as stream:
            page = _Page(stream.read().decode("utf-8-sig", "replace"))
        stated = _PUBLISHED.search(page.text)
        named = _NAMED.search(member.name)
        published = read_moment(stated[1]) if stated else None
        if published is None and named is not None:
            published = read_moment(f"{named[1]} {named[2]}:{named[3]}:{named[4]}")
        row = (page.title or PurePosixPath(member.name).stem, published, page.text or None, member.path, 1, None)
        yield pl.DataFrame([row], schema=frame_schema(TABLES["articles"]), orient="row")

    return MemberReading(member.path, "articles", "loaded", read_rows=read_rows)


class _Page(HTMLParser):
    """The title of a page, and its text with one line a block."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._titles: list[str] = []
        self._within: list[str] = []
        self.feed(source)
        self.close()

    @property
    def title(self) -> str | None:
        return " ".join("".join(self._titles).split()) or None

    @property
    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        return "\n".join(line for line in lines if line)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._within.append(tag)
        elif tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()
        elif tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._within:
            self._pieces.append(data)
        elif self._within[-1] == "title":
            self._titles.append(data)
