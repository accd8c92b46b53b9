"""Reads the people that a saved page of LinkedIn shows, and on the followers' page the total above them.

The classes of LinkedIn's pages are hashed and change with every release, so people are found by the addresses of their
profiles, by attributes that stay, and by what is said twice: a name stands in the label of its button too. How a page
is opened is in `page_files.py`, how its people become typed rows in `list_cells.py`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

import polars as pl

from linkstrata.exports.addresses import parse_address
from linkstrata.exports.container import Member
from linkstrata.exports.frames import frame_schema
from linkstrata.exports.list_cells import typed_rows
from linkstrata.exports.list_layouts import list_of_records
from linkstrata.exports.list_tables import COMPANY_PAGE_FOLLOWER_LIST, CONTACT_LIST, FOLLOWER_LIST, FOLLOWER_LIST_TOTALS
from linkstrata.exports.lists import names_followers
from linkstrata.exports.members import MemberFailed, MemberReading, Rejected
from linkstrata.exports.page_files import Element, Page, open_page
from linkstrata.exports.tables import Table

_RESULT = "data-chameleon-result-urn"
"""Attribute of the card of each person in a list of results; its value is the member's URN."""
_COLUMNS = (
    "profileUrl",
    "memberUrn",
    "memberId",
    "fullName",
    "headline",
    "degree",
    "followers",
    "isFollowing",
    "timestamp",
)
"""Headings of a person's row, as lists of people have them."""
_APART = ("nav", "aside", "footer")
"""What stands around the content of a page: the reader's own picture, suggestions."""
_BLOCKS = {"div", "p", "li", "ul", "ol", "section", "article", "main", "td", "tr", "h1", "h2", "h3", "h4", "h5", "h6"}
_UNSEEN = {"script", "style", "code", "noscript", "svg", "head", "title"}
_FOR_READERS = {"visually-hidden", "a11y-text", "sr-only"}
"""Classes of text that only screen readers say."""
_HEADLINE = {"t-14", "t-black", "t-normal"}
_LABELS_AT_MOST = 20
_LINKS_AT_MOST = 50_000

_FOLLOWER = r"(?:follower|seguidor|abonn|seguac|volger|följare|takipçi|obserwuj|подписчик|フォロワー)"
_COUNT = rf"(\d[\d.,'’\s]*)\s*(?:people\s+(?:are\s+)?follow(?:ing)?\s+you|\S*{_FOLLOWER}\S*)"
_FOLLOWER_COUNT = re.compile(_COUNT, re.IGNORECASE)
_DEGREE = re.compile(r"[•·]\s*(\d\S{0,4})")
_FOLLOWS_BACK = re.compile(
    r"stop following|\bunfollow|^following\b|(?:dejar|deixar) de seguir|siguiendo|seguindo|ne plus suivre|abonné"
    r"|nicht mehr (?:zu )?folgen|entfolgen|^gefolgt|smett\w+ di seguire|segui già|niet meer (?:te )?volgen|ontvolgen"
    r"|^volgend",
    re.IGNORECASE,
)
_MAY_FOLLOW = re.compile(r"^(?:follow|seguir|suivre|segui|volgen|folgen)\b|\s(?:folgen|volgen)$", re.IGNORECASE)


_Person = tuple[str, str]
"""A namespace and a key, as `parse_address` gives them."""


class _Piece(NamedTuple):
    """A run of text and where it stands."""

    text: str
    block: Element
    link: Element
    """The link it is in, or None."""
    is_button: bool
    is_for_readers: bool
    is_copy: bool
    """What eyes see where screen readers are told something else."""


@dataclass(frozen=True)
class _Card:
    """A person on a page: what surrounds them, and the links to their profile."""

    element: Element
    links: Sequence[Element]


def read_page(member: Member, lists_followers: bool = False) -> list[MemberReading]:
    """The people on a saved page and, on the followers' page, the total; nothing where it shows nobody.

    `lists_followers` says that it is the followers' page where the page does not. Raises MemberFailed where the page
    cannot be opened.
    """
    page = open_page(member)
    is_list, table = _table(page, member.name)
    if lists_followers and table is CONTACT_LIST:
        is_list, table = True, FOLLOWER_LIST
    people: dict[object, dict[str, str]] = {}
    total = None
    for document in page.documents:
        for each in list(document.iter(*_APART)):
            each.clear(keep_tail=True)
        cards = _results(document) or _cards(document, is_list)
        if cards and is_list and total is None:
            total = _total_above(document, cards[0])
        for card in cards:
            shown = _shown(card, is_list) | {"timestamp": page.saved_at.isoformat(" ") if page.saved_at else ""}
            people.setdefault(shown["profileUrl"] or shown["memberUrn"], shown)
    if not people:
        return []
    readings = [_people(member, table, list(people.values()))]
    return readings if total is None else [*readings, _total(member, page, total)]


def _table(page: Page, name: str) -> tuple[bool, Table]:
    """Whether the page is a list of followers, and the table its people belong to."""
    path = urlsplit(page.address).path if "linkedin.com" in page.address else ""
    titles = [" ".join(title.text_content().split()) for document in page.documents for title in document.iter("title")]
    if path.startswith("/company/") and "follower" in path:
        return True, COMPANY_PAGE_FOLLOWER_LIST
    if path:
        is_followers = "follower" in path
    else:
        says = [text for text in (name, *titles) if names_followers(text) and "following" not in text.casefold()]
        is_followers = bool(says) or any(_has_follower_total(document) for document in page.documents)
    return is_followers, FOLLOWER_LIST if is_followers else CONTACT_LIST


def _has_follower_total(document: Element) -> bool:
    """Whether a list of results has a number of followers above it: only the followers' page does."""
    cards = _results(document)
    return bool(cards) and _total_above(document, cards[0]) is not None


# --- finding people ---


def _results(document: Element) -> list[_Card]:
    """The cards of a list of results, as they are marked."""
    from lxml import etree

    cards = []
    within = 0
    for event, element in etree.iterwalk(document, events=("start", "end")):
        if element.get(_RESULT) is None:
            continue
        within += 1 if event == "start" else -1
        if event == "start" and within == 1:
            links = [link for link in element.iter("a") if _person(link)]
            cards.append(_Card(element, [link for link in links if _person(link) == _person(links[0])]))
    return cards


def _cards(document: Element, is_list: bool) -> list[_Card]:
    """The people a page links to, each with the largest element that links to nobody else.

    A list is the longest run of people in places alike: what else is on the page does not belong to it.
    """
    linked: dict[_Person, list[Element]] = defaultdict(list)
    for place in (*document.iter("main"), document):
        for link in place.iter("a"):
            if person := _person(link):
                linked[person].append(link)
        if linked:
            break
    if sum(map(len, linked.values())) > _LINKS_AT_MOST:
        raise MemberFailed(f"it links to people more than {_LINKS_AT_MOST:,} times; no page of LinkedIn does")
    whose: dict[Element, _Person | None] = {}
    for person, links in linked.items():
        for link in links:
            _claim(link, person, whose)
    cards = []
    for person, links in linked.items():
        element = links[0]
        while (above := element.getparent()) is not None and whose.get(above) == person:
            element = above
        cards.append(_Card(element, [link for link in element.iter("a") if _person(link)]))
    return _alike(cards) if is_list else cards


def _claim(link: Element, person: _Person, whose: dict[Element, _Person | None]) -> None:
    """Notes for each element around a link whose it is: one person's, or None for several persons'."""
    element = link
    while element is not None:
        known = whose.get(element, person)
        if element in whose and known in (person, None):
            return
        whose[element] = person if known == person else None
        element = element.getparent()


def _alike(cards: Sequence[_Card]) -> list[_Card]:
    """Of cards, the most that stand at the same kind of place, in order."""
    places: dict[Element, int] = {}
    kinds = [_kind_of_place(card.element, places) for card in cards]
    common = Counter(kinds).most_common(1)
    return [card for card, kind in zip(cards, kinds, strict=True) if kind == common[0][0]]


def _kind_of_place(element: Element, places: dict[Element, int]) -> int:
    """A number that is the same for elements below the same tags."""
    chain = [element]
    while (above := chain[-1].getparent()) is not None and above not in places:
        chain.append(above)
    for each in reversed(chain):
        places[each] = hash((places.get(each.getparent(), 0), each.tag))
    return places[element]


def _person(link: Element) -> _Person | None:
    """Whose profile a link leads to."""
    href = link.get("href") or ""
    return parse_address(href) if "/in/" in href else None


# --- what a card says ---


def _shown(card: _Card, is_list: bool) -> dict[str, str]:
    """The cells of a person's row, by the headings of `_COLUMNS`."""
    pieces = list(_pieces(card.element))
    href = card.links[0].get("href") if card.links else ""
    texts = _texts_by_block(pieces)
    counts = (_FOLLOWER_COUNT.fullmatch(text) for _, text in texts)
    degrees = (_DEGREE.search(piece.text) for piece in pieces if len(piece.text) < 12)
    return {
        "profileUrl": _address(href),
        "memberUrn": card.element.get(_RESULT) or "",
        "memberId": _member_id(href),
        "fullName": _name(card, pieces),
        "headline": _headline(card, texts, is_list),
        "degree": next((found[1] for found in degrees if found), ""),
        "followers": next((found[1] for found in counts if found), ""),
        "isFollowing": _follows_back(card.element),
    }


def _address(href: str) -> str:
    """A profile's address without what the page adds to it."""
    person = re.search(r"/in/[^/?#]+", href)
    return f"https://www.linkedin.com{person[0]}" if person else ""


def _member_id(href: str) -> str:
    """The ACo… id that addresses in results carry beside the slug."""
    values = (value for _, value in parse_qsl(href.partition("?")[2]))
    return next((found[0] for value in values if (found := re.search(r"\bACo[A-Za-z0-9_-]{5,}", value))), "")


def _name(card: _Card, pieces: Sequence[_Piece]) -> str:
    """The name: of the texts of the links, the one that something else in the card says too, else all of the first."""
    links = set(card.links)
    own = [piece for piece in pieces if piece.link in links]
    seen = [piece for piece in own if piece.is_copy] or [piece for piece in own if not piece.is_for_readers]
    seen.sort(key=lambda piece: next(piece.link.iter("img"), None) is not None)
    names = [piece.text for piece in seen if re.search(r"[^\W\d_]", piece.text)][:_LABELS_AT_MOST]
    labels = [piece.text for piece in own[:_LABELS_AT_MOST]] + list(islice(_labels(card.element), _LABELS_AT_MOST))
    again = (name for name in names if any(name in label and name != label for label in labels))
    whole = " ".join(piece.text for piece in seen if piece.link is seen[0].link)
    return next(again, "") or whole or next(_labels_of_pictures(card), "")


def _labels(element: Element) -> Iterator[str]:
    """What screen readers say of the things in a card."""
    for each in element.iter():
        for label in (each.get("aria-label"), each.get("alt")):
            if label:
                yield " ".join(label.split())


def _labels_of_pictures(card: _Card) -> Iterator[str]:
    for link in card.links:
        for picture in link.iter("img"):
            if label := " ".join((picture.get("alt") or "").split()):
                yield re.sub(r"(?i)^(?:profile )?(?:photo|picture) of ", "", label)


def _headline(card: _Card, texts: Iterable[tuple[Element, str]], is_list: bool) -> str:
    """The line under the name; on pages that are no list only where a class that has stayed marks it."""
    rest = [(block, text) for block, text in texts if re.search(r"[^\W\d_]", text)]
    marked = (text for block, text in rest if _HEADLINE.issubset((block.get("class") or "").split()))
    is_result = is_list or card.element.get(_RESULT) is not None
    first = (text for _, text in rest if is_result and not _FOLLOWER_COUNT.fullmatch(text) and not _DEGREE.match(text))
    return next(marked, "") or next(first, "")


def _follows_back(element: Element) -> str:
    """Whether the reader follows the person, by the button in the card; blank in a language not known here."""
    for button in element.iter("button"):
        for label in (button.get("aria-label") or "", button.text_content()):
            label = " ".join(label.split())
            if _FOLLOWS_BACK.search(label):
                return "yes"
            if _MAY_FOLLOW.search(label):
                return "no"
    return ""


def _texts_by_block(pieces: Iterable[_Piece]) -> list[tuple[Element, str]]:
    """The texts of a card, block by block, but for the blocks with links, buttons and what only readers hear."""
    blocks: dict[Element, list[str]] = {}
    left_out = set()
    for piece in pieces:
        if piece.link is not None or piece.is_button or piece.is_for_readers:
            left_out.add(piece.block)
        blocks.setdefault(piece.block, []).append(piece.text)
    return [(block, " ".join(texts)) for block, texts in blocks.items() if block not in left_out]


def _total_above(document: Element, first: _Card) -> int | None:
    """The number of followers that the page states before its first person."""
    blocks: dict[Element, list[str]] = {}
    for piece in _pieces(document, until=first.element):
        blocks.setdefault(piece.block, []).append(piece.text)
    counts = (_FOLLOWER_COUNT.fullmatch(" ".join(texts)) for texts in blocks.values() if len(texts) < 5)
    return next((int(re.sub(r"\D", "", found[1])) for found in counts if found), None)


def _pieces(root: Element, until: Element = None) -> Iterator[_Piece]:
    """The texts under an element in reading order."""
    from lxml import etree

    unseen = 0
    blocks, links, buttons, readers, copies = [root], [None], [False], [False], [False]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element is until:
            return
        tag = element.tag
        if event == "start":
            unseen += tag in _UNSEEN
            blocks.append(element if tag in _BLOCKS else blocks[-1])
            links.append(element if tag == "a" else links[-1])
            buttons.append(buttons[-1] or tag == "button")
            classes = (element.get("class") or "").split()
            readers.append(readers[-1] or not _FOR_READERS.isdisjoint(classes))
            copies.append(copies[-1] or element.get("aria-hidden") == "true")
            text = element.text
        else:
            unseen -= tag in _UNSEEN
            for stack in (blocks, links, buttons, readers, copies):
                stack.pop()
            text = element.tail if element is not root else None
        if text and not unseen and (text := " ".join(text.split())):
            yield _Piece(text, blocks[-1], links[-1], buttons[-1], readers[-1], copies[-1])


# --- readings ---


def _people(member: Member, table: Table, people: Sequence[Mapping[str, str]]) -> MemberReading:
    records = [
        (number, {place: shown[column] for place, column in enumerate(_COLUMNS)})
        for number, shown in enumerate(people, 1)
    ]
    found = list_of_records(_COLUMNS, records, [], {})
    return MemberReading(
        member.path, table.name, "loaded", read_rows=lambda rejected: typed_rows(found, table, rejected)
    )


def _total(member: Member, page: Page, total: int) -> MemberReading:
    def read_rows(_rejected: list[Rejected]) -> Iterator[pl.DataFrame]:
        row = (total, page.saved_at, 1, None)
        yield pl.DataFrame([row], schema=frame_schema(FOLLOWER_LIST_TOTALS), orient="row")

    return MemberReading(f"{member.path}#total", FOLLOWER_LIST_TOTALS.name, "loaded", read_rows=read_rows)
