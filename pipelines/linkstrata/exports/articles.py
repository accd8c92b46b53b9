"""Reads the articles a member wrote: HTML pages in the archive's folder Articles.

Other HTML, such as a saved page of LinkedIn, is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import polars as pl

from linkstrata.exports.catalogue import TABLES
from linkstrata.exports.container import Member
from linkstrata.exports.dates import read_moment
from linkstrata.exports.frames import frame_schema
from linkstrata.exports.members import MemberFailed, MemberReading, Rejected
from linkstrata.exports.page_files import Element, document_of

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
            document = document_of(stream.read())
        title, text = _title_and_text(document) if document is not None else (None, "")
        stated = _PUBLISHED.search(text)
        named = _NAMED.search(member.name)
        published = read_moment(stated[1]) if stated else None
        if published is None and named is not None:
            published = read_moment(f"{named[1]} {named[2]}:{named[3]}:{named[4]}")
        row = (title or PurePosixPath(member.name).stem, published, text or None, member.path, 1, None)
        yield pl.DataFrame([row], schema=frame_schema(TABLES["articles"]), orient="row")

    return MemberReading(member.path, "articles", "loaded", read_rows=read_rows)


def _title_and_text(document: Element) -> tuple[str | None, str]:
    """The title of a page, and its text with one line a block."""
    from lxml import etree

    title = next((element.text_content() for element in document.iter("title")), "")
    pieces: list[str] = []
    hidden = 0
    for event, element in etree.iterwalk(document, events=("start", "end")):
        hidden += (element.tag in _HIDDEN) * (1 if event == "start" else -1)
        pieces.append("\n" if element.tag in _BLOCKS else "")
        pieces.append(("" if hidden else element.text if event == "start" else element.tail) or "")
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return " ".join(title.split()) or None, "\n".join(line for line in lines if line)
