"""Whose each file is does not depend on the order in which the files came."""

from __future__ import annotations

import random
from itertools import permutations
from pathlib import Path

import pytest
from small_home import TODAY
from test_intake import archive, ask, connections, messages

from linkstrata.curation.people import people_at
from linkstrata.curation.store import Store
from linkstrata.settings import Settings, project_root
from linkstrata.warehouse.pipeline import Request, Session

MARA, NILS = ("ada", "bo", "cy", "di"), ("eve", "fay", "gus", "hal")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two members' files: one whose address changed, files that only their connections or a name tell apart."""
    folder = tmp_path_factory.mktemp("files")

    def named(name: str, day: int, members: dict[str, str]) -> Path:
        return archive(folder / name, f"Basic_LinkedInDataExport_03-{day:02}-2026.zip", members)

    profile = "First Name,Last Name,Headline\nNils,Ulm,Baker\n"
    return {
        "mara": named(
            "mara", 1, {"Connections.csv": connections(*MARA), "messages.csv": messages("mara-t", "Mara T", *MARA[:2])}
        ),
        "mara renamed": named(
            "mara-renamed",
            9,
            {
                "Connections.csv": connections(*MARA, "ian"),
                "messages.csv": messages("mara-tolu", "Mara T", *MARA[2:]),
            },
        ),
        "mara's list": named("mara-list", 5, {"Connections.csv": connections(*MARA[:3])}),
        "nils": named(
            "nils",
            2,
            {"Connections.csv": connections(*NILS), "messages.csv": messages("nils-u", "Nils Ulm", *NILS[:2])},
        ),
        "nils's list": named("nils-list", 6, {"Connections.csv": connections(*NILS[1:], "jo")}),
        "nils's later list": named("nils-later-list", 8, {"Connections.csv": connections(*NILS[:3], "jo", "kim")}),
        "nils's profile": named("nils-profile", 7, {"Profile.csv": profile}),
    }


def owners_of(session: Session) -> list[tuple[object, ...]]:
    return session.connection.execute(
        "select owner, exported_on, row_count from raw.archives where status = 'loaded' order by all"
    ).fetchall()


def test_files_are_told_apart_in_any_order(files: dict[str, Path], tmp_path: Path) -> None:
    orders = list(permutations(files))
    chosen = [orders[0], orders[-1], *random.Random(7).sample(orders, 4)]
    for number, order in enumerate(chosen):
        with Session(Settings(tmp_path / str(number), project_root(), TODAY)) as session:
            for name in order:
                session.load(Request((files[name],)))
            told = owners_of(session)
            assert [(owner, on.day) for owner, on, _ in told] == [
                ("mara-t", 1), ("mara-t", 5), ("mara-t", 9), ("nils-u", 2), ("nils-u", 6), ("nils-u", 7), ("nils-u", 8)
            ], order  # fmt: skip
    with Session(Settings(tmp_path / "together", project_root(), TODAY)) as session:
        session.load(Request(tuple(files.values())))
        assert owners_of(session) == told


def test_what_was_typed_follows_an_owner_whose_older_address_shows_later(
    files: dict[str, Path], tmp_path: Path
) -> None:
    published = []
    for number, order in enumerate((("mara renamed", "nils", "mara"), ("nils", "mara", "mara renamed"))):
        settings = Settings(tmp_path / str(number), project_root(), TODAY)
        for place, name in enumerate(order):
            with Session(settings) as session:
                session.load(Request((files[name],)))
                session.build()
            if place == 1:
                with Store(settings.curation_database) as store:
                    store.tag("friend", people_at(settings, ["/in/ada-quill"]), TODAY)
        with Session(settings) as session:
            session.load(Request())
            session.build()
        tables = ("contacts", "contact_history", "segment_history", "messages", "audience_daily")
        published.append(
            [ask(settings, f"select * exclude (person_id) from {table} order by all") for table in tables[:-1]]
            + [ask(settings, f"from {tables[-1]} order by all")]
        )
        assert ask(settings, "select owner, kind from contact_tags where tag = 'friend'") == [("mara-t", "manual")]
    assert published[0] == published[1]
