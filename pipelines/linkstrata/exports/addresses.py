"""Tells which person an address means: profile URLs of every kind, URNs and bare ids, each in its own namespace.

Addresses are text here. Which persons are the same is for the warehouse.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    import polars as pl

Namespace = str
"""`slug`, `member_id` (ACo…, case-sensitive), `sales_id` (ACw…, case-sensitive) or `member_number`."""

_MEMBER_ID = re.compile(r"ACo(?:[A-Za-z0-9_-]{5,}|AA[A-Za-z0-9_-]+)")
_SALES_ID = re.compile(r"ACw(?:[A-Za-z0-9_-]{5,}|AA[A-Za-z0-9_-]+)")
_URN = re.compile(r"urn:li:(?P<kind>[A-Za-z_]+):\(?(?P<key>[^,()]+)")
_SITE = re.compile(r"(?:https?:)?(?://)?(?:[\w-]+\.)*linkedin\.com(?::\d+)?(?=/)", re.IGNORECASE)
_PERSON_URNS = {
    "member",
    "person",
    "fsd_profile",
    "fs_profile",
    "fs_miniProfile",
    "fs_salesProfile",
    "fsd_followingState",
}
_PERSON_PAGES = {"in", "sales", "talent", "profile"}
_PLAIN = r"^https://www\.linkedin\.com/in/([a-z][a-z0-9-]*)$"
"""An address whose last part is the slug as it stands."""


def parse_address(text: str) -> tuple[Namespace, str] | None:
    """The namespace and key of the person an address, URN or bare id names; None where it names none.

    A slug is percent-decoded (twice at most, for tools encode what is encoded), in NFC and casefolded, since
    Connections.csv encodes it and messages.csv does not; ids are case-sensitive and stay as they are.
    """
    text = text.strip()
    if match := _URN.match(text):
        return _id(match["key"]) if match["kind"] in _PERSON_URNS else None
    if site := _SITE.match(text):
        return _page(text[site.end() :])
    if text.startswith("/in/"):
        return _page(text)
    return _id(text)


def parse_slug(text: str) -> str | None:
    """The slug that a person gives by itself or in an address, as it is compared; None where there is none."""
    found = parse_address(text) if "/" in text.strip().strip("/") else _slug(text.strip())
    return found[1] if found and found[0] == "slug" and not re.search(r"[\s/?#]", found[1]) else None


def parse_addresses(texts: pl.Series) -> pl.DataFrame:
    """What `parse_address` says of each of many texts, in their order: columns `key_kind` and `key_value`.

    Nearly all addresses are of one plain form, and those are read together.
    """
    import polars as pl  # takes longer than to tag somebody by an address

    parsed = [
        ("slug", slug) if slug is not None else parse_address(text) or (None, None)
        for text, slug in zip(texts, texts.str.extract(_PLAIN), strict=True)
    ]
    return pl.DataFrame(parsed, schema={"key_kind": pl.String, "key_value": pl.String}, orient="row")


def _page(path: str) -> tuple[Namespace, str] | None:
    parts = [part for part in re.split(r"[?#]", path, maxsplit=1)[0].split("/") if part]
    if len(parts) < 2 or parts[0].casefold() not in _PERSON_PAGES:
        return None
    if parts[0].casefold() == "in":
        found = _id(_decoded(parts[1]))
        return found if found and found[0] != "member_number" else _slug(parts[1])
    # Sales Navigator and Recruiter: /sales/people/ACw…,NAME_SEARCH,xxxx and /sales/lead/…
    return _id(_decoded(parts[2]).split(",")[0]) if len(parts) > 2 and parts[0].casefold() == "sales" else None


def _id(text: str) -> tuple[Namespace, str] | None:
    text = text.strip()
    if _MEMBER_ID.fullmatch(text):
        return "member_id", text
    if _SALES_ID.fullmatch(text):
        return "sales_id", text
    if text.isascii() and text.isdigit() and text.strip("0"):
        return "member_number", text.lstrip("0")
    return None


def _slug(text: str) -> tuple[Namespace, str] | None:
    slug = unicodedata.normalize("NFC", _decoded(text)).casefold().strip("/ ")
    # Casefolding can undo NFC; the key must be the same however the address was written.
    slug = unicodedata.normalize("NFC", slug)
    return ("slug", slug) if slug else None


def _decoded(text: str) -> str:
    for _ in range(2):
        if "%" not in text:
            break
        raw = unquote_to_bytes(text)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
    return text
