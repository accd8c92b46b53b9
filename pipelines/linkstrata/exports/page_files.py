"""Opens a page that a browser saved (.html, .mhtml): its documents, its address, and when it was saved.

Who is on the page is for `saved_pages.py`. Nothing a page names is ever fetched or run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import Any

from linkstrata.exports.container import Member
from linkstrata.exports.dates import read_moment
from linkstrata.exports.members import MemberFailed

LARGEST_FILE = 128 << 20
"""Bytes of the largest saved page; pictures within it are most of that."""
LARGEST_DOCUMENT = 24 << 20
"""Bytes of its text without pictures; a thousand followers take about two million."""

_HEAD_BYTES = 64 << 10
_IS_MHTML = re.compile(rb"(?im)^content-type:\s*multipart/related")
_PICTURES = re.compile(rb"data:[\w.+-]+/[\w.+-]+;base64,[A-Za-z0-9+/=%]+")
_TEMPLATES = re.compile(rb"(?i)(</?)template\b")
_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})")
_SAVED_FROM = re.compile(rb"saved from url=\(\d+\)(\S+)|(?<=\n) url: (https?://\S+)")
_SAVED_AT = re.compile(rb"saved date: \w{3} (\w{3} \d{1,2} \d{4} \d{2}:\d{2}:\d{2} GMT[+-]\d{4})")

Element = Any
"""An element of lxml, which carries no types."""


@dataclass(frozen=True)
class Page:
    """A saved page."""

    documents: tuple[Element, ...]
    """The page itself and the frames within it."""
    address: str
    """Where it was saved from; blank where it does not say."""
    saved_at: datetime | None
    """When, in UTC; most kinds of saved page do not say."""


def open_page(member: Member) -> Page:
    """A member as a page. Raises MemberFailed where it is too large, damaged or no page."""
    if member.size > LARGEST_FILE:
        raise MemberFailed(f"a page of {member.size:,} bytes is too large to read; save it without pictures")
    with member.open() as stream:
        content = stream.read()
    if _IS_MHTML.search(content[:_HEAD_BYTES]):
        return _mhtml(content)
    head = content[:_HEAD_BYTES]
    address, saved = _SAVED_FROM.search(head), _SAVED_AT.search(head)
    document = document_of(content, _charset_of(content))
    return Page(
        (document,) if document is not None else (),
        (address[1] or address[2]).decode("ascii", "replace") if address else _canonical(document),
        read_moment(saved[1].decode()) if saved else None,
    )


def _mhtml(content: bytes) -> Page:
    """The HTML parts of a page saved as one file: first the page, then its frames."""
    head, body = _divided(content)
    boundary = head.get_boundary()
    if boundary is None:
        raise MemberFailed("a page saved as MHTML whose parts cannot be told apart; save it again")
    documents = []
    for part in body.split(b"--" + boundary.encode("ascii", "replace"))[1:]:
        about, _ = _divided(part.lstrip(b"\r\n"))
        if about.get_content_type() == "text/html":
            whole = BytesHeaderParser().parsebytes(part.lstrip(b"\r\n"))
            source = whole.get_payload(decode=True)
            documents.append(document_of(source if isinstance(source, bytes) else b"", about.get_content_charset()))
    found = tuple(document for document in documents if document is not None)
    address = str(head.get("Snapshot-Content-Location", "")).strip()
    return Page(found, address or (_canonical(found[0]) if found else ""), _date_of(head))


def _divided(content: bytes) -> tuple[Message, bytes]:
    """The headers and the rest of a message or of a part of one."""
    blank = re.search(rb"\r?\n\r?\n", content[:_HEAD_BYTES])
    place = blank.end() if blank else min(len(content), _HEAD_BYTES)
    return BytesHeaderParser().parsebytes(content[:place]), content[place:]


def _date_of(head: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(head.get("Date", "")))
        return (moment.astimezone(UTC) if moment.tzinfo else moment).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _charset_of(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    stated = _CHARSET.search(content[:_HEAD_BYTES])
    return stated[1].decode() if stated else None


def document_of(content: bytes, charset: str | None = None) -> Element:
    """The root of an HTML document, without its pictures; None where nothing is in it. What is shadowed counts."""
    from lxml import etree, html

    if charset == "utf-16":
        content = content.decode("utf-16", "replace").encode()
    content = _TEMPLATES.sub(rb"\1div", _PICTURES.sub(b"", content))
    if len(content) > LARGEST_DOCUMENT:
        raise MemberFailed(f"a page of {len(content):,} bytes without its pictures is too large to read")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode(charset or "cp1252", "replace")
        except LookupError:
            text = content.decode("cp1252", "replace")
    try:
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def _canonical(document: Element) -> str:
    links: Iterator[Element] = document.iter("link") if document is not None else iter(())
    return next((str(link.get("href", "")) for link in links if link.get("rel") == "canonical"), "")
