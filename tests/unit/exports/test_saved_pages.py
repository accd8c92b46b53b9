"""Pages as browsers save them, built card by card from what has been seen of LinkedIn's followers page."""

from __future__ import annotations

import quopri
from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest

from linkstrata.exports import page_files
from linkstrata.exports.container import Refused

from .conftest import Archive, read_path, write_zip

FOLLOWERS = "https://www.linkedin.com/mynetwork/network-manager/people-follow/followers/"
MARK = "search-entity-result-universal-template"

ReadPage = Callable[..., Archive]


def card(
    name: str,
    href: str,
    number: str = "101",
    headline: str = "Engineer at Acme",
    label: str = "Follow {}",
    button: str = "Follow",
    status: str = "Status is reachable",
    twice: str = "View {}’s profile",
) -> str:
    """One follower as the page of 2024 and 2025 has them: classes hashed, the picture and the name linked apart."""
    return f"""
    <li class="aBcD12 eFgH"><div class="x1" data-view-name="{MARK}" data-chameleon-result-urn="urn:li:member:{number}">
      <div class="q9"><a class="zz" aria-hidden="true" tabindex="-1" href="{escape(href)}"><div class="presence">
        <img src="./page_files/{number}" alt="{escape(name)}">
        <span class="visually-hidden">{status}</span></div></a></div>
      <div class="mb1"><div class="display-flex"><span class="t-16"><a class="yy" href="{escape(href)}">
        <span dir="ltr"><span aria-hidden="true">{escape(name)}</span>
        <span class="visually-hidden">{escape(twice.format(name))}</span></span></a>
        <span class="badge"><span aria-hidden="true">• 2nd</span><span class="visually-hidden">2nd degree</span></span>
      </span></div>
      <div class="kK t-14 t-black t-normal">{escape(headline)}</div></div>
      <button aria-label="{escape(label.format(name))}" class="artdeco-button"><span>{button}</span></button>
    </div></li>"""


def page(*cards: str, above: str = "<p>7,553 followers</p>", address: str = FOLLOWERS, title: str = "LinkedIn") -> str:
    saved_from = f"<!-- saved from url=({len(address):04}){address} -->\n" if address else ""
    return f"""<!DOCTYPE html>
{saved_from}<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>.x1{{}}</style></head><body>
<nav><a href="https://www.linkedin.com/in/me-myself/">Me</a><a href="/mynetwork/">3 new followers</a></nav>
<main><section>{above}<ul>{"".join(cards)}</ul></section></main>
<aside><h2>Add to your feed</h2><ul>{card("Sugg Ested", "https://www.linkedin.com/in/suggested", "9")}</ul></aside>
</body></html>"""


ANN = card("Ann Example", "https://www.linkedin.com/in/ACoAAB1ann-xyz?lipi=urn%3Ali%3Apage", "101")
BEN = card(
    "José O’Brien",
    "https://www.linkedin.com/in/jos%C3%A9-obrien?miniProfileUrn=urn%3Ali%3Afs_miniProfile%3AACoAAB2ben_abc",
    "202",
    headline="CTO, Acme & Sons",
    label="Click to stop following {}",
    button="Following",
)


@pytest.fixture
def read_page(tmp_path: Path) -> ReadPage:
    def reads(content: str | bytes, name: str = "page.html") -> Archive:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_path(path)

    return reads


def mhtml(frames: Mapping[str, str], address: str = FOLLOWERS, date: str = "Tue, 5 Mar 2024 09:30:00 +0100") -> bytes:
    """A page as Chromium saves it in one file: quoted-printable parts, pictures among them."""
    boundary = "----MultipartBoundary--AbC123----"
    head = (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {address}\r\nSubject: Followers | LinkedIn\r\n"
        f'Date: {date}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n'
        f'\tboundary="{boundary}"\r\n\r\n\r\n'
    )
    parts = [
        f"Content-Type: text/html\r\nContent-ID: <frame@x>\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        f"Content-Location: {location}\r\n\r\n".encode()
        + quopri.encodestring(source.encode()).replace(b"\n", b"\r\n")
        for location, source in frames.items()
    ]
    picture = (
        b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Location: x.png\r\n\r\niVBORw0KGgo="
    )
    marked = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in (*parts, picture))
    return head.encode() + marked + b"--" + boundary.encode() + b"--\r\n"


def people(archive: Archive, name: str = "page.html") -> list[dict[str, Any]]:
    columns = ("full_name", "profile_url", "member_id", "member_number", "headline", "is_following", "degree")
    return [{column: row.get(column) for column in columns} for row in archive[name].frame.to_dicts()]


# --- the followers page ---


def test_followers_page(read_page: ReadPage) -> None:
    archive = read_page(page(ANN, BEN))
    assert (archive.reading.source, archive["page.html"].table) == ("follower_list", "follower_list")
    assert people(archive) == [
        {
            "full_name": "Ann Example",
            "profile_url": None,
            "member_id": "ACoAAB1ann-xyz",
            "member_number": "101",
            "headline": "Engineer at Acme",
            "is_following": False,
            "degree": "2nd",
        },
        {
            "full_name": "José O’Brien",
            "profile_url": "https://www.linkedin.com/in/jos%C3%A9-obrien",
            "member_id": "ACoAAB2ben_abc",
            "member_number": "202",
            "headline": "CTO, Acme & Sons",
            "is_following": True,
            "degree": "2nd",
        },
    ]
    total = archive["page.html#total"]
    assert (total.table, total.only()["total_followers"], total.only()["observed_at"]) == (
        "follower_list_totals",
        7553,
        None,
    )


@pytest.mark.parametrize(
    ("following", "follow", "twice", "above"),
    [
        ("Click to stop following {}", "Follow {}", "View {}'s profile", "7,553 followers"),
        ("Dejar de seguir a {}", "Seguir a {}", "Ver el perfil de {}", "7.553 seguidores"),
        ("Clique para deixar de seguir {}", "Seguir {}", "Ver perfil de {}", "7.553 seguidores"),
        ("Cliquez pour ne plus suivre {}", "Suivre {}", "Voir le profil de {}", "7 553 abonnés"),
        ("Hier klicken, um {} nicht mehr zu folgen", "{} folgen", "Profil von {} anzeigen", "7.553 Follower:innen"),
        ("Fai clic per smettere di seguire {}", "Segui {}", "Visualizza il profilo di {}", "7.553 follower"),
        ("Klik om {} niet meer te volgen", "{} volgen", "Profiel van {} weergeven", "7.553 volgers"),
    ],
)
def test_followers_page_in_other_languages(
    read_page: ReadPage, following: str, follow: str, twice: str, above: str
) -> None:
    back = card("Ann Example", "https://www.linkedin.com/in/ann", "1", label=following, button="", twice=twice)
    only = card("Ben Sample", "https://www.linkedin.com/in/ben", "2", label=follow, button="", twice=twice)
    archive = read_page(page(back, only, above=f"<h1><span>{above}</span></h1>"))
    rows = archive["page.html"]
    assert rows.column("full_name") == ["Ann Example", "Ben Sample"]
    assert rows.column("is_following") == [True, False]
    assert archive["page.html#total"].column("total_followers") == [7553]


def test_a_button_in_a_language_not_known_says_nothing(read_page: ReadPage) -> None:
    shown = card("Ann Example", "https://www.linkedin.com/in/ann", label="{} kuvetidi", button="Kuvetidi")
    row = read_page(page(shown, above="")).files["page.html"].only()
    assert (row["is_following"], row["full_name"]) == (None, "Ann Example")


@pytest.mark.parametrize(
    "name_link",
    [
        "<span>Status is offline</span>Ann ExampleView Ann Example’s profile",
        "<span>Estado: desconectado</span><span>Ann Example</span><span>Ver el perfil de Ann Example</span>",
        "<span>Ann Example</span><span>Ann Example’s profile</span>",
        '<span aria-hidden="true">Ann Example</span><span class="visually-hidden">Whatever it says</span>',
        '<img src="x.png" alt="Photo of Ann Example">',
        "<span>Ann</span> <span>Example</span>",
    ],
)
def test_names_whatever_the_link_says_around_them(read_page: ReadPage, name_link: str) -> None:
    shown = f"""<li><div data-chameleon-result-urn="urn:li:member:5">
        <a href="/in/ann-example/">{name_link}</a><div class="t-14 t-black t-normal">CEO</div></div></li>"""
    row = read_page(page(shown)).files["page.html"].only()
    assert (row["full_name"], row["profile_url"]) == ("Ann Example", "https://www.linkedin.com/in/ann-example")


def test_a_followers_own_count_is_theirs_not_the_total(read_page: ReadPage) -> None:
    shown = ANN.replace('<div class="kK', '<p>1,234 followers</p><div class="kK')
    archive = read_page(page(shown, above="<h1>Followers</h1>"))
    assert archive["page.html"].only()["followers"] == 1234
    assert list(archive.files) == ["page.html"]


def test_a_card_that_leads_to_nobody_is_rejected(read_page: ReadPage) -> None:
    nobody = '<li><div data-chameleon-result-urn="urn:li:member:headless">LinkedIn Member</div></li>'
    rows = read_page(page(ANN, nobody))["page.html"]
    assert rows.column("full_name") == ["Ann Example"]
    assert [(each.line_number, each.reason) for each in rows.rejected] == [
        (2, "no address, id, name or e-mail: it names nobody")
    ]


def test_a_person_shown_twice_is_one_row(read_page: ReadPage) -> None:
    assert read_page(page(ANN, BEN, ANN))["page.html"].frame.height == 2


def test_followers_without_linkedins_marks_are_the_longest_list(read_page: ReadPage) -> None:
    def plain(name: str, slug: str) -> str:
        return (
            f'<div role="listitem"><div><a href="https://www.linkedin.com/in/{slug}/"><img alt="{name}"></a>'
            f'<div><a href="https://www.linkedin.com/in/{slug}/"><p>{name}</p></a><p>Engineer</p></div>'
            f'<button aria-label="Follow {name}">Follow</button></div></div>'
        )

    listed = "".join(plain(f"Person {letter}", f"person-{letter}".lower()) for letter in "ABC")
    above = '<p>7,553 people are following you</p><p>Try <a href="/in/an-expert">An Expert</a>’s course</p>'
    archive = read_page(page(listed, above=above))
    rows = archive["page.html"]
    assert rows.column("full_name") == ["Person A", "Person B", "Person C"]
    assert rows.column("headline") == ["Engineer"] * 3
    assert rows.column("is_following") == [False] * 3
    assert archive["page.html#total"].column("total_followers") == [7553]


@pytest.mark.parametrize(
    ("name", "title", "address", "table"),
    [
        ("page.html", "LinkedIn", FOLLOWERS, "follower_list"),
        ("page.html", "LinkedIn", FOLLOWERS.replace("followers/", "following/"), "contact_list"),
        ("Followers.html", "LinkedIn", "https://www.linkedin.com/search/results/people/", "contact_list"),
        ("page.html", "LinkedIn", "https://www.linkedin.com/company/1/admin/followers/", "company_page_follower_list"),
        ("My followers.html", "LinkedIn", "", "follower_list"),
        ("page.html", "(3) Seguidores | LinkedIn", "", "follower_list"),
        ("page.html", "People I am following and my followers", "", "contact_list"),
    ],
)  # fmt: skip
def test_what_page_it_is(read_page: ReadPage, name: str, title: str, address: str, table: str) -> None:
    archive = read_page(page(ANN, BEN, above="", address=address, title=title), name)
    assert archive[name].table == table
    assert archive[name].frame.height == 2


def test_a_total_above_a_list_of_results_tells_the_followers_page(read_page: ReadPage) -> None:
    assert read_page(page(ANN, address=""))["page.html"].table == "follower_list"


# --- files that browsers write ---


def test_page_saved_as_one_file(read_page: ReadPage) -> None:
    shell = "<html><body><main><iframe src=cid:frame></iframe></main></body></html>"
    archive = read_page(mhtml({FOLLOWERS: shell, "cid:frame": page(ANN, BEN, address="")}), "Followers.mhtml")
    rows = archive["Followers.mhtml"]
    assert rows.column("full_name") == ["Ann Example", "José O’Brien"]
    assert rows.column("observed_at") == [datetime(2024, 3, 5, 8, 30)] * 2
    assert archive["Followers.mhtml#total"].only()["observed_at"] == datetime(2024, 3, 5, 8, 30)
    assert (archive.reading.exported_on.isoformat(), archive.reading.exported_on_basis) == ("2024-03-05", "content")


def test_mhtml_under_the_name_of_html(read_page: ReadPage) -> None:
    assert read_page(mhtml({FOLLOWERS: page(ANN)}), "saved.html")["saved.html"].column("full_name") == ["Ann Example"]


def test_page_of_an_extension_with_pictures_and_shadows_inside(read_page: ReadPage) -> None:
    head = (
        "<!--\n Page saved with SingleFile \n url: https://www.linkedin.com/mynetwork/network-manager/people-follow/"
        "followers/ \n saved date: Tue Mar 05 2024 23:30:00 GMT-0500 (Eastern Standard Time)\n-->"
    )
    picture = ANN.replace("./page_files/101", "data:image/png;base64," + "A" * 100_000)
    shadow = f'<div id="outlet"><template shadowrootmode="open"><main><ul>{picture}</ul></main></template></div>'
    archive = read_page(f"<!DOCTYPE html>{head}<html><body>{shadow}</body></html>")
    rows = archive["page.html"]
    assert (rows.table, rows.column("member_number")) == ("follower_list", ["101"])
    assert rows.column("observed_at") == [datetime(2024, 3, 6, 4, 30)]


@pytest.mark.parametrize(
    ("encoding", "meta"), [("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("cp1252", "windows-1252"), ("cp1252", "")]
)
def test_encodings(read_page: ReadPage, encoding: str, meta: str) -> None:
    source = page(BEN).replace('<meta charset="utf-8">', f'<meta charset="{meta}">' if meta else "")
    row = read_page(source.encode(encoding))["page.html"].only()
    assert (row["full_name"], row["member_number"]) == ("José O’Brien", "202")


def test_pages_in_a_zip(tmp_path: Path) -> None:
    files = {"pages/1.html": page(ANN), "pages/2.html": page(BEN), "pages/1_files/frame.html": "<p>an advert</p>"}
    archive = read_path(write_zip(tmp_path / "pages.zip", files, (2024, 3, 5, 6, 7, 8)))
    assert archive["pages/1.html"].column("full_name") == ["Ann Example"]
    assert archive["pages/2.html"].column("full_name") == ["José O’Brien"]
    assert archive["pages/1_files/frame.html"].status == "unrecognised"


# --- other pages ---


def test_any_page_gives_the_people_it_links_to(read_page: ReadPage) -> None:
    content = """<article><div><a href="https://www.linkedin.com/in/ann-example?trk=x"><img alt="Ann Example"></a>
        <a href="https://www.linkedin.com/in/ann-example"><span aria-hidden="true">Ann Example</span>
        <span class="visually-hidden">Ann Example • 1st</span></a><p>3h</p><p>We thank
        <a href="https://www.linkedin.com/in/ACoAAB2ben_abc">Ben Sample</a> and
        <a href="https://www.linkedin.com/company/acme">Acme</a>.</p></div></article>"""
    archive = read_page(page(content, above="", address="https://www.linkedin.com/feed/"))
    assert archive.reading.source == "contact_list"
    assert [(row["full_name"], row["profile_url"], row["member_id"], row["headline"]) for row in people(archive)] == [
        ("Ann Example", "https://www.linkedin.com/in/ann-example", None, None),
        ("Ben Sample", None, "ACoAAB2ben_abc", None),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "plain words",
        page(above="<h1>7,553 followers</h1>"),
        page('<a href="https://www.linkedin.com/company/acme">Acme</a><a href="/in/">?</a><a>Ann</a>'),
        "<!--" * 1000,
        "<div>" * 100_000,
    ],
)
def test_a_page_that_shows_nobody_is_refused_in_one_line(read_page: ReadPage, content: str) -> None:
    with pytest.raises(Refused, match=r"^page\.html is a page that shows nobody; scroll through the list before"):
        read_page(content)


def test_mhtml_cut_off_before_its_parts_is_refused(read_page: ReadPage) -> None:
    with pytest.raises(Refused, match="shows nobody"):
        read_page(mhtml({FOLLOWERS: page(ANN)})[:600], "cut.mhtml")
    with pytest.raises(Refused, match="parts cannot be told apart"):
        read_page(mhtml({FOLLOWERS: page(ANN)}).replace(b"boundary=", b"bound="), "odd.mhtml")


@pytest.mark.parametrize(
    ("limit", "reason"), [("LARGEST_FILE", "save it without pictures"), ("LARGEST_DOCUMENT", "large")]
)
def test_pages_too_large_are_refused(
    read_page: ReadPage, monkeypatch: pytest.MonkeyPatch, limit: str, reason: str
) -> None:
    monkeypatch.setattr(page_files, limit, 100)
    with pytest.raises(Refused, match=rf"page\.html cannot be read: a page of [\d,]+ bytes .*{reason}"):
        read_page(page(ANN))


def test_more_links_than_any_page_has_are_refused(read_page: ReadPage) -> None:
    with pytest.raises(Refused, match="more than 50,000 times"):
        read_page("<a href=/in/ann></a>" * 50_001)


def test_a_person_marked_within_anothers_card_is_no_follower(read_page):
    inner = card("Cleo Trial", "https://www.linkedin.com/in/cleo-trial", "303")
    outer = ANN.replace("</div></li>", f"<ul>{inner}</ul></div></li>")
    assert [person["full_name"] for person in people(read_page(page(outer, BEN)))] == ["Ann Example", "José O’Brien"]
