"""What a person types, from the command to the published tables: shown at once as a build would show it, kept through
rebuilds, merges, kills and restores, and taken back on request.
"""

from __future__ import annotations

import csv
import io
import shutil
import sqlite3
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from small_home import TODAY, Connection, Rows, SmallHome, address, empty_home

from linkstrata.cli import answer
from linkstrata.curation import publishing
from linkstrata.curation.people import people_at
from linkstrata.curation.publishing import STAND_INS, models_shown_at_once, rebuild
from linkstrata.curation.store import Store
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import read_published
from linkstrata.warehouse.models import last_project

pytestmark = pytest.mark.long

ADA = Connection("Ada Berg", "ada-berg", email="ada@example.org")
BO = Connection("Bo Chen", "bo-chen")
CY = Connection("=Cy Dahl", "cy-d%C3%A4hl", company="Borealis")
NAMESAKE = Connection("Bo Chen", "bo-chen-2", company="Other", connected_on="06 Mar 2024")
ACO = "ACoAAFollower01"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    home = empty_home(tmp_path_factory.mktemp("made"))
    home.connections(date(2026, 10, 1), [ADA, BO, CY, NAMESAKE])
    return home


@pytest.fixture
def home(made: SmallHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallHome:
    """A home of its own with four connections, two of the same name."""
    shutil.copytree(made.settings.home, tmp_path / "home")
    monkeypatch.setenv("LINKSTRATA_TODAY", TODAY.isoformat())
    return empty_home(tmp_path)


@dataclass(frozen=True)
class Done:
    """What a command left on the terminal, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """What it said on stderr, which must be one line."""
        (line,) = self.err.splitlines()
        return line


def run(home: SmallHome, *words: object) -> Done:
    """Runs one command as the console script does."""
    out, err = io.StringIO(), io.StringIO()
    argv, sys.argv = sys.argv, ["linkstrata", *map(str, words), "--data", str(home.settings.home)]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            answer()
        status = 0
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    finally:
        sys.argv = argv
    return Done(status, out.getvalue(), err.getvalue())


def done(home: SmallHome, *words: object) -> str:
    """Runs a command that must succeed, and gives what it said."""
    result = run(home, *words)
    assert (result.status, result.err) == (0, ""), result
    return result.out


def published(settings: Settings) -> dict[str, Rows]:
    """Every published table as sorted rows, but for when it was built."""
    with read_published(settings.published_database) as reader:
        tables = [name for (name,) in reader.execute("select table_name from duckdb_tables()").fetchall()]
        found = {name: sorted(reader.execute(f"from {name}").fetchall(), key=repr) for name in tables}
    del found["build_info"]
    return found


def manual_tags(home: SmallHome) -> list[tuple[str, str]]:
    return sorted(
        home.rows(
            "select c.profile_url, t.tag from contact_tags t join contacts c using (person_id) where kind = 'manual'"
        )
    )  # type: ignore[arg-type]


def test_a_long_list_of_strangers_is_named_in_part(home: SmallHome, tmp_path: Path) -> None:
    strangers = tmp_path / "strangers.csv"
    strangers.write_text("name,tag\n" + "".join(f"Somebody {number},x\n" for number in range(5000)), encoding="utf-8")
    result = run(home, "tag", "import", strangers)
    assert (result.status, result.out) == (1, "0 tagged\n")
    assert len(result.err.splitlines()) == 101
    assert result.err.endswith("linkstrata: strangers.csv: 4,900 more lines like these\n")


def test_a_query_s_file_is_whole_or_as_it_was(home: SmallHome, tmp_path: Path) -> None:
    target = tmp_path / "people.csv"
    target.write_text("what was there", encoding="utf-8")
    for form in ("csv", "json", "table", "parquet"):
        late = "select error('too late') from contacts where full_name is not null"
        assert run(home, "sql", late, "--format", form, "-o", target).status == 1
        assert target.read_text(encoding="utf-8") == "what was there"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["people.csv"]
    done(home, "sql", "select 1 as one", "--format", "csv", "-o", target)
    assert target.read_text(encoding="utf-8") == "one\n1\n"


def test_a_query_and_a_filter_are_read_from_what_editors_write(home: SmallHome, tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        typed = tmp_path / "typed"
        typed.write_text("select 'Zoë' as name", encoding=encoding)
        assert done(home, "sql", "-f", typed, "--format", "csv") == "name\nZoë\n"
        typed.write_text('Company is "acme"', encoding=encoding)
        assert done(home, "segment", "save", encoding, "-f", typed) == f"{encoding}: 2 people\n"
    typed.write_bytes(b"select '\xff'")
    for command in (["sql"], ["segment", "save", "x"]):
        assert f"{typed}: is no text in UTF-8" in run(home, *command, "-f", typed).error


# -- tags and notes -----------------------------------------------------------------------------------------------


def test_a_tag_by_predicate_is_in_every_published_table_when_the_command_returns(home: SmallHome) -> None:
    assert done(home, "tag", "add", "met at the fair", "--where", "company = 'Acme'") == "2 tagged\n"
    assert home.rows("select tag, kind, members from tags where kind = 'manual'") == [("met at the fair", "manual", 2)]
    assert home.rows("select distinct tagged_at, reason from contact_tags where kind = 'manual'") == [(TODAY, None)]
    tagged = home.rows("select full_name from contacts where list_contains(tags, 'met at the fair') order by 1")
    assert tagged == [("Ada Berg",), ("Bo Chen",)]
    assert home.rows("select count(*) from contacts where tags <> list_sort(list_distinct(tags))") == [(0,)]
    assert done(home, "tag", "add", "met at the fair", "--where", "true") == "2 tagged, 2 carry it already\n"
    assert done(home, "tag", "remove", "met at the fair", "--url", address("ada-berg")) == "1 taken from\n"
    assert "3  manual  met at the fair" in done(home, "tag", "list")


def test_a_rule_and_a_hand_may_give_the_same_tag(home: SmallHome) -> None:
    assert home.rows("select members from tags where tag = 'never-messaged'") == [(4,)]
    done(home, "tag", "add", "never-messaged", "--url", address("ada-berg"))
    assert home.rows("select kind, members from tags where tag = 'never-messaged' order by 1") == [
        ("manual", 1),
        ("rule", 4),
    ]
    ((tags,),) = home.rows("select tags from contacts where full_name = 'Ada Berg'")
    assert tags.count("never-messaged") == 1
    done(home, "tag", "remove", "never-messaged", "--where", "true")
    assert home.rows("select kind, members from tags where tag = 'never-messaged'") == [("rule", 4)]


@pytest.mark.parametrize(
    "spelling",
    [
        "https://www.linkedin.com/in/cy-dähl",
        "http://de.linkedin.com/in/CY-D%C3%84HL/?trk=x",
        "linkedin.com/in/cy-d%25C3%25A4hl/details/skills",
        "/in/cy-dähl",
    ],
)
def test_an_address_means_the_same_contact_in_any_spelling(home: SmallHome, spelling: str) -> None:
    done(home, "tag", "add", "x", "--url", spelling, address("ada-berg"))
    assert [url for url, _ in manual_tags(home)] == [address("ada-berg"), address("cy-dähl")]


def test_notes_are_published_and_shown_oldest_first(home: SmallHome) -> None:
    done(home, "note", address("ada-berg"), "met at the fair")
    done(home, "note", address("ada-berg"), "=call back\nin 'spring'")
    rows = home.rows("select n.owner, n.note from notes n join contacts using (owner, person_id) order by written_at")
    assert rows == [("mia-owner", "met at the fair"), ("mia-owner", "=call back\nin 'spring'")]
    ((newest,),) = home.rows("select max(written_at) from notes")
    assert abs(newest - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=10)  # type: ignore[operator]
    shown = done(home, "notes", "linkedin.com/in/ADA-BERG")
    assert 0 < shown.index("met at the fair") < shown.index("=call back\nin 'spring'")


@pytest.mark.parametrize("few", [0, 1])
def test_an_edit_at_once_is_what_a_build_would_have_made_of_it(
    home: SmallHome, monkeypatch: pytest.MonkeyPatch, few: float
) -> None:
    """Whether tags of few contacts change or of many, which are written in other ways."""
    monkeypatch.setattr(publishing, "FEW", few)
    monkeypatch.setattr(publishing, "rebuild", lambda *_: pytest.fail("an edit of tags or notes runs no build"))
    done(home, "tag", "add", "vip", "--where", "true", "--colour", "#0A66C2", "--description", "it's them")
    done(home, "tag", "remove", "vip", "--url", address("bo-chen"))
    done(home, "tag", "add", "empty one", "--description", "for later")
    done(home, "note", address("ada-berg"), "hello")
    done(home, "undo")
    done(home, "note", address("bo-chen"), "hello again")
    at_once = published(home.settings)
    comments = home.rows("select table_name, column_name, comment from duckdb_columns() order by all")
    macros = home.rows("select function_name from duckdb_functions() where schema_name = 'main' and not internal")
    monkeypatch.undo()
    rebuild(home.settings)
    built = published(home.settings)
    assert built.keys() == at_once.keys()
    assert [name for name in built if built[name] != at_once[name]] == []
    assert home.rows("select table_name, column_name, comment from duckdb_columns() order by all") == comments
    assert (
        home.rows("select function_name from duckdb_functions() where schema_name = 'main' and not internal") == macros
    )


def test_what_an_edit_at_once_runs_finds_all_it_reads_in_the_published_file(home: SmallHome) -> None:
    """A model that reads tags or notes, and besides a table that is not published, would make every edit a build."""
    project = last_project(home.settings.remembered_project)
    assert project is not None
    shown = list(models_shown_at_once(project))
    assert {"marts.contact_tags", "marts.tags", "marts.notes", "marts.contacts"} <= {model.name for model in shown}
    there = {*STAND_INS, *(model.name for model in project.published)}
    missing = [
        (model.name, name)
        for model in shown
        for name in model.reads
        if name not in there and not name.startswith("curation.")
    ]
    assert missing == []


def test_an_edit_shows_those_that_a_kill_kept_from_being_shown(home: SmallHome) -> None:
    with Store(home.settings.curation_database) as store:
        store.tag("cut off", people_at(home.settings, [address("bo-chen")]), TODAY)
    assert manual_tags(home) == []
    done(home, "note", address("ada-berg"), "hello")
    assert manual_tags(home) == [(address("bo-chen"), "cut off")]
    with Store(home.settings.curation_database) as store:
        store.merge("slug:ada-berg", "slug:bo-chen", home.person_id("ada-berg"))
    done(home, "tag", "add", "x", "--url", address("bo-chen"))
    assert home.person_id("ada-berg") == home.person_id("bo-chen")
    for path in home.settings.home.glob("curation.sqlite*"):
        path.unlink()
    done(home, "tag", "add", "y", "--url", address("cy-dähl"))
    assert manual_tags(home) == [(address("cy-dähl"), "y")], "what another store said is shown no more"


def test_a_published_file_of_other_models_is_built_anew(home: SmallHome) -> None:
    home.settings.remembered_project.unlink()
    done(home, "tag", "add", "vip", "--url", address("ada-berg"))
    assert len(manual_tags(home)) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tag", "add", "x", "--url", address("nobody")], "contact add"),
        (["tag", "add", "x", "--url", "https://example.org/in/ada-berg"], "not a profile's address"),
        (["tag", "add", "x", "--where", "nonsense = 1"], "nonsense"),
        (
            ["tag", "add", "x", "--where", "true) or exists (select 1 from read_text('/etc/hostname')) or (true"],
            "read_text",
        ),
        (["tag", "add", "x", "--where", "true); drop table contacts; select (true"], "brackets"),
        (["tag", "add", "x", "--where", "true) union all (select 'mia-owner', 'p', 'u'"], "brackets"),
        (["tag", "add", "x", "--where", "full_name = 'Ada"], "unterminated"),
        (["tag", "add", "x", "--where", " "], "empty"),
        (["tag", "add", "x", "--where", "full_name = '\udcff'"], "no text"),
        (["tag", "add", "x", "--where", "true", "--owner", "nobody"], "--owner nobody: nobody's exports"),
        (["tag", "export", "/nonexistent/tags.csv"], "linkstrata: /nonexistent/tags.csv: No such file or directory"),
        (["sql", ""], "no query"),
        (["sql", "from contacts", "--format", "parquet", "-o", "/nonexistent/x"], "/nonexistent: no such folder"),
        (["tag", "add", "x", "--url", address("ada-berg"), "--owner", "nobody"], "nobody's contacts"),
        (["tag", "add", "x", "--colour", "red"], "#0a66c2"),
        (["tag", "add", " ", "--where", "true"], "a tag is a word"),
        (["tag", "add", "a|b", "--where", "true"], "bars"),
        (["note", address("nobody"), "text"], "not among"),
        (["notes", address("nobody")], "not among"),
        (["undo"], "no edit"),
        (["merge", address("ada-berg"), address("nobody")], "not among"),
        (["merge", address("ada-berg"), address("ADA-berg")], "same address"),
        (["split", address("ada-berg")], "nothing to split"),
        (["followers", "12", "--on", "2027-01-01"], "today"),
        (["contact", "add", address("ada-berg"), "--name", "Ada"], "contact already"),
        (["contact", "add", address("mia-owner"), "--name", "Mia"], "own"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said_in_one_line_and_changes_nothing(
    home: SmallHome, words: list[str], said: str
) -> None:
    before = published(home.settings)
    result = run(home, *words)
    assert result.status == 1
    assert said in result.error
    assert "defect" not in result.error
    assert published(home.settings) == before


@pytest.mark.parametrize(
    "words",
    [
        ["tag", "add", "x"],
        ["tag", "add"],
        ["tag", "add", "x", "--where", "true", "--url", address("ada-berg")],
        ["tag", "remove", "x"],
        ["note", address("ada-berg"), "  "],
        ["note", address("ada-berg")],
        ["notes"],
        ["followers", "-1", "--on", "2026-01-01"],
        ["followers", "10"],
        ["contact", "add", address("new-one")],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2(home: SmallHome, words: list[str]) -> None:
    assert run(home, *words).status == 2


def test_with_several_owners_an_edit_is_for_all_who_hold_the_person_or_for_the_one_named(home: SmallHome) -> None:
    home.connections(date(2026, 10, 2), [ADA, CY], owner="ned-other")
    done(home, "tag", "add", "ours", "--url", address("ada-berg"))
    done(home, "tag", "add", "his", "--where", "true", "--owner", "ned-other")
    rows = home.rows("select owner, tag, count(*) from contact_tags where kind = 'manual' group by all order by all")
    assert rows == [("mia-owner", "ours", 1), ("ned-other", "his", 2), ("ned-other", "ours", 1)]
    assert "--owner" in run(home, "followers", "10", "--on", "2026-10-01").error
    done(home, "followers", "10", "--on", "2026-10-01", "--owner", "ned-other")
    assert home.rows("select owner, followers from audience_daily where followers is not null") == [("ned-other", 10)]


# -- who is who ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("keep", "other"), [("ada-berg", "bo-chen"), ("bo-chen", "ada-berg")])
def test_a_merge_keeps_the_first_ones_id_and_a_split_restores_both(home: SmallHome, keep: str, other: str) -> None:
    done(home, "tag", "add", "kept", "--url", address(keep))
    done(home, "tag", "add", "other", "--url", address(other))
    done(home, "note", address(other), "a note")
    before = published(home.settings)
    kept_id, other_id = home.person_id(keep), home.person_id(other)
    assert kept_id != other_id
    called = "select full_name, profile_url, company from {} where person_id = ?"
    names = home.rows(called.format("contacts"), kept_id)

    assert done(home, "merge", address(keep), address(other)) == "merged\n"
    assert home.person_id(keep) == home.person_id(other) == kept_id
    assert home.rows("select person_id from person_aliases where alias_id = ?", other_id) == [(kept_id,)]
    assert home.rows("select count(*) from contacts") == [(3,)]
    ((tags,),) = home.rows("select tags from contacts where person_id = ?", kept_id)
    assert {"kept", "other"} <= set(tags)
    for table in ("contacts", f"contacts_as_of(date '{TODAY}')"):
        assert home.rows(called.format(table), kept_id) == names, "who is kept is called as before"
    assert "a note" in done(home, "notes", address(keep))
    assert done(home, "merge", address(keep), address(other)) == "merged already\n"

    home.connections(date(2026, 11, 1), [ADA, BO, CY, NAMESAKE])
    assert home.person_id(other) == kept_id, "a later file changes nothing about it"

    assert done(home, "split", address("ada-berg")) == "split\n"
    assert (home.person_id(keep), home.person_id(other)) == (kept_id, other_id)
    for table in ("notes", "person_aliases", "person_keys"):
        assert published(home.settings)[table] == before[table]
    assert manual_tags(home) == sorted([(address(keep), "kept"), (address(other), "other")])


def test_of_several_merges_the_newest_names_the_id_and_a_split_takes_one_address_out(home: SmallHome) -> None:
    ada, bo, cy, namesake = (home.person_id(slug) for slug in ("ada-berg", "bo-chen", "cy-dähl", "bo-chen-2"))
    done(home, "merge", address("ada-berg"), address("bo-chen"))
    done(home, "merge", address("cy-dähl"), address("bo-chen"))
    assert {home.person_id(slug) for slug in ("ada-berg", "bo-chen", "cy-dähl")} == {cy}
    # who is kept brings along what it was merged into before
    done(home, "merge", address("ada-berg"), address("bo-chen-2"))
    assert {home.person_id(slug) for slug in ("ada-berg", "bo-chen", "cy-dähl", "bo-chen-2")} == {cy}
    assert home.rows("select count(*) from contacts") == [(1,)]
    done(home, "split", address("bo-chen-2"))
    assert home.person_id("bo-chen-2") == namesake
    assert {home.person_id(slug) for slug in ("ada-berg", "bo-chen", "cy-dähl")} == {cy}
    done(home, "split", address("bo-chen"))
    assert [home.person_id(slug) for slug in ("ada-berg", "bo-chen", "cy-dähl")] == [ada, bo, cy]


def test_what_rules_tie_can_be_split_and_the_newest_decision_wins(home: SmallHome) -> None:
    """Somebody of the same name and day of connecting under another address is the same person, to the rules."""
    old = home.person_id("ada-berg")
    renamed = Connection("Ada Berg", "ada-renamed")
    home.connections(date(2026, 11, 1), [renamed, BO, CY, NAMESAKE])
    assert home.person_id("ada-renamed") == old
    done(home, "split", address("ada-renamed"))
    new = home.person_id("ada-renamed")
    assert (home.person_id("ada-berg"), new != old) == (old, True)
    assert home.rows("select segment from contacts where person_id = ?", old) == [("former_connection",)]
    done(home, "merge", address("ada-renamed"), address("ada-berg"))
    assert home.person_id("ada-berg") == home.person_id("ada-renamed") == new
    done(home, "split", address("ada-berg"))
    assert (home.person_id("ada-berg"), home.person_id("ada-renamed")) == (old, new)
    for expected in ({new}, {old, new}, {old}):
        done(home, "undo")
        assert {home.person_id("ada-berg"), home.person_id("ada-renamed")} == expected


def test_whom_a_name_alone_ties_can_be_split(home: SmallHome) -> None:
    home.followers(date(2026, 10, 5), [(address(ACO), "Ada Berg", ""), (address("bo-chen"), "Bo Chen", "")])
    assert home.rows("select follows_me from contacts where full_name = 'Ada Berg'") == [("yes",)]
    done(home, "split", address(ACO))
    rows = home.rows("select profile_url, segment, follows_me from contacts where full_name = 'Ada Berg' order by 1")
    assert rows == [
        (address(ACO), "follower_only", "yes"),
        (address("ada-berg"), "connection_and_follower", "assumed"),
    ]
    done(home, "merge", address("ada-berg"), address(ACO))
    assert home.rows("select follows_me from contacts where full_name = 'Ada Berg'") == [("yes",)]


def test_a_split_address_keeps_the_ids_that_lists_give_to_it_alone(home: SmallHome) -> None:
    renamed = Connection("Ada Berg", "ada-renamed")
    home.connections(date(2026, 11, 1), [renamed, BO, CY, NAMESAKE])
    home.followers(date(2026, 11, 2), [(address("ada-renamed"), "Ada Berg", ACO)])
    done(home, "split", address("ada-renamed"))
    rows = home.rows("select person_id from person_keys where person_key = ?", f"member_id:{ACO}")
    assert rows == [(home.person_id("ada-renamed"),)] != [(home.person_id("ada-berg"),)]


def test_a_name_that_two_merged_contacts_bear_is_theirs(home: SmallHome) -> None:
    home.followers(date(2026, 10, 5), [("", "Bo Chen", ""), (address("ada-berg"), "Ada Berg", "")])
    assert home.rows("select distinct follows_me from contacts where full_name = 'Bo Chen'") == [("assumed",)]
    done(home, "merge", address("bo-chen"), address("bo-chen-2"))
    assert home.rows("select follows_me from contacts where full_name = 'Bo Chen'") == [("yes",)]


# -- contacts and totals of one's own -----------------------------------------------------------------------------


def test_who_is_added_is_a_contact_until_a_file_knows_better(home: SmallHome) -> None:
    done(home, "contact", "add", address("dee-n"), "--name", "Dee  N", "--company", "Cedar")
    rows = home.rows("select full_name, company, segment, first_seen_on from contacts where profile_url like '%dee-n'")
    assert rows == [("Dee N", "Cedar", "other_contact", TODAY)]
    done(home, "tag", "add", "new", "--url", address("dee-n"))
    done(home, "contact", "add", address("dee-n"), "--name", "Dee Novak")
    assert home.rows("select full_name, company from contacts where profile_url like '%dee-n'") == [("Dee Novak", None)]
    home.connections(date(2026, 11, 1), [ADA, BO, CY, NAMESAKE, Connection("Deirdre Novak", "dee-n", "Dogwood")])
    rows = home.rows("select full_name, company, segment from contacts where list_contains(tags, 'new')")
    assert rows == [("Deirdre Novak", "Dogwood", "connection_and_follower")]


def test_a_total_that_was_typed_is_reported_on_its_day(home: SmallHome) -> None:
    done(home, "followers", "7553", "--on", "2026-11-01")
    done(home, "followers", "12", "--on", "2026-10-01")
    done(home, "followers", "2", "--on", "2026-10-01")
    rows = home.rows(
        "select day, followers, followers_basis, connections, follower_only_at_least, muted_connections_at_least "
        "from audience_daily where followers is not null order by day"
    )
    assert rows == [
        (date(2026, 10, 1), 2, "reported", 4, 0, 2),
        (date(2026, 11, 1), 7553, "reported", 4, 7549, 0),
    ]
    done(home, "undo")
    assert home.rows("select followers from audience_daily where day = '2026-10-01'") == [(12,)]
    # a list that names nearly all of them is complete, and whoever is absent from it does not follow
    done(home, "followers", "2", "--on", "2026-10-05")
    home.followers(date(2026, 10, 5), [(address("ada-berg"), "Ada Berg", ""), (address("bo-chen"), "Bo Chen", "")])
    assert home.rows("select count(*) from contacts where segment = 'connection_only'") == [(2,)]


# -- rules --------------------------------------------------------------------------------------------------------


def test_a_rule_says_who_carries_its_tag_by_which_version_since_when_and_why(home: SmallHome) -> None:
    rule = home.settings.user_rules / "at-acme.sql"
    rule.write_text("select owner, person_id, company as reason from contacts where company = 'Acme'", "utf-8")
    home.connections(date(2026, 11, 1), [Connection("Ada Berg", "ada-berg"), BO, replace(CY, company="Acme")])
    carried = "select c.full_name, t.tagged_at, t.reason from contact_tags t join contacts c using (owner, person_id)"
    expected = [
        ("=Cy Dahl", date(2026, 11, 1), "Acme"),
        ("Ada Berg", date(2026, 10, 1), "Acme"),
        ("Bo Chen", date(2026, 10, 1), "Acme"),
    ]
    assert home.rows(f"{carried} where tag = 'at-acme' order by 1") == expected
    digests = (
        "select distinct t.rule_digest, c.rule_digest from tags t join contact_tags c using (tag, kind) where tag = ?"
    )
    ((first, same),) = home.rows(digests, "at-acme")
    assert first == same is not None
    # a version that cannot be used leaves what the last good one found, which says so
    rule.write_text("select owner, person_id, firm as reason from contacts", "utf-8")
    done(home, "build")
    ((broken, kept),) = home.rows(digests, "at-acme")
    assert broken != kept == first
    assert home.rows(f"{carried} where tag = 'at-acme' order by 1") == expected
    assert "warning: rule tag at-acme: tags/at-acme.sql: " in done(home, "status")
    # under another name it is another tag, as old as the first; deleted, it is gone
    rule.write_text(
        "-- Said anew.\nselect owner, person_id, company as reason from contacts where company = 'Acme'", "utf-8"
    )
    rule.rename(rule.with_name("acme-people.sql"))
    done(home, "build")
    assert home.rows(f"{carried} where tag = 'acme-people' order by 1") == expected
    assert home.rows(digests, "acme-people") == [(first, first)]
    assert home.rows("select tag from tags where tag = 'at-acme'") == []
    rule.with_name("acme-people.sql").unlink()
    done(home, "build")
    assert home.rows("select count(*) from contacts where list_has_any(tags, ['at-acme', 'acme-people'])") == [(0,)]


def test_a_rule_about_today_holds_since_the_export_day_on_which_it_was_true(home: SmallHome) -> None:
    rule = home.settings.user_rules / "two-and-a-half-years.sql"
    rule.write_text(
        "select c.owner, c.person_id, 'known since ' || c.connected_on as reason from contacts as c, build_info as b "
        "where date_diff('day', c.connected_on, b.today) > 950",
        "utf-8",
    )
    home.connections(date(2026, 11, 1), [ADA, BO])
    rows = home.rows("select distinct tagged_at from contact_tags where tag = 'two-and-a-half-years'")
    assert rows == [(date(2026, 11, 1),)], "it was 940 days on 1 October, and 971 on 1 November"


# -- saved segments -----------------------------------------------------------------------------------------------


def spans(home: SmallHome, segment: str) -> list[tuple[str, str, str]]:
    """Who was in a saved segment, from when to when: "" where they still are."""
    rows = home.rows(
        "select c.full_name, h.valid_from, h.valid_to from saved_segment_history h join contacts c "
        "using (owner, person_id) where h.segment = ? order by all",
        segment,
    )
    return [(str(name), str(first), "" if str(last) == "9999-12-31" else str(last)) for name, first, last in rows]


def later(home: SmallHome, day: str, monkeypatch: pytest.MonkeyPatch) -> SmallHome:
    """The same home on another day."""
    monkeypatch.setenv("LINKSTRATA_TODAY", day)
    return SmallHome(replace(home.settings, today=date.fromisoformat(day)))


def test_a_filter_saved_in_words_as_json_or_as_sql_is_a_published_segment(home: SmallHome) -> None:
    assert (
        done(home, "segment", "save", "acme", "Company is acme", "--description", "who is there") == "acme: 2 people\n"
    )
    form = '{"all": [{"field": "company", "operator": "is", "value": "Other"}]}'
    assert done(home, "segment", "save", "others", "--json", form) == "others: 1 person\n"
    assert done(home, "segment", "save", "wild", "--where", "company like 'B%' or false") == "wild: 1 person\n"
    assert (
        done(home, "segment", "save", "wild", "--where", "company like 'B%' or false")
        == "wild: 1 person, saved already\n"
    )
    rows = home.rows("select segment, question, description, members, problem from saved_segments order by 1")
    assert rows == [
        ("acme", 'Company is "acme"', "who is there", 2, None),
        ("others", 'Company is "Other"', None, 1, None),
        ("wild", "company like 'B%' or false", None, 1, None),
    ]
    # of the export day before it was saved it is asked as well
    assert spans(home, "acme") == [("Ada Berg", "2026-10-01", ""), ("Bo Chen", "2026-10-01", "")]
    shown = done(home, "segment", "show", "acme")
    assert 'asks: Company is "acme"' in shown
    predicate = shown.partition("SQL:  ")[2].partition("\n")[0]
    assert done(home, "sql", f"select count(*) as n {predicate}", "--format", "csv") == "n\n2\n"
    assert "2  acme: who is there" in done(home, "segment", "list")
    rows = list(csv.DictReader(io.StringIO(done(home, "segment", "export", "wild"))))
    assert [(row["full_name"], row["in_segment_since"]) for row in rows] == [("'=Cy Dahl", "2026-10-01")]
    at_once = published(home.settings)
    rebuild(home.settings)
    assert published(home.settings) == at_once
    assert done(home, "segment", "rename", "acme", "Acme people") == "Acme people: 2 people\n"
    assert spans(home, "acme") == []
    done(home, "segment", "remove", "Acme people")
    done(home, "undo")
    done(home, "undo")
    assert done(home, "segment", "list").splitlines()[0] == "         2  acme: who is there"


def test_who_came_and_went_is_dated_by_exports_where_these_can_tell_and_else_by_the_build(
    home: SmallHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, question in (
        ("acme", "Company is Acme"),
        ("young", "Connected on in the last 960 days"),
        ("marked", "Tags any of marked"),
        ("able", "Line of work is engineering and Strength of the tie at most 50 and Company under one name is other"),
    ):
        done(home, "segment", "save", name, question)
    done(home, "tag", "add", "marked", "--url", address("ada-berg"))
    assert spans(home, "marked") == [("Ada Berg", "2026-12-01", "")]
    # what titles and messages tell is known of the present alone
    assert spans(home, "able") == [("Bo Chen", "2026-12-01", "")]
    # they connected on 5 and 6 March 2024, which is 940 days before the first export, and 1000 before this day
    assert spans(home, "young")[0] == ("=Cy Dahl", "2026-10-01", "2026-12-01")
    home = later(home, "2026-12-20", monkeypatch)
    moved = [Connection("Ada Berg", "ada-berg", company="Cedar"), BO, Connection("=Cy Dahl", "cy-d%C3%A4hl", "Acme")]
    home.connections(date(2026, 11, 1), moved)
    expected = [("=Cy Dahl", "2026-11-01", ""), ("Ada Berg", "2026-10-01", "2026-11-01"), ("Bo Chen", "2026-10-01", "")]
    assert spans(home, "acme") == expected
    done(home, "tag", "remove", "marked", "--where", "true")
    done(home, "tag", "add", "marked", "--url", address("bo-chen"))
    expected_marked = [("Ada Berg", "2026-12-01", "2026-12-20"), ("Bo Chen", "2026-12-20", "")]
    assert spans(home, "marked") == expected_marked
    # a file that arrives late says when it really was, and another day changes nothing about the past
    home = later(home, "2027-01-05", monkeypatch)
    home.connections(date(2026, 10, 15), moved)
    expected = [(name, *("2026-10-15" if day == "2026-11-01" else day for day in days)) for name, *days in expected]
    assert spans(home, "acme") == expected
    assert spans(home, "marked") == expected_marked
    done(home, "merge", address("ada-berg"), address("bo-chen"))
    assert spans(home, "marked") == [("Ada Berg", "2026-12-01", "")]
    done(home, "segment", "save", "acme", "Company is Cedar")
    assert spans(home, "acme") == [("Ada Berg", "2026-10-15", "")], "another question begins anew"


def test_a_segment_that_cannot_be_asked_any_more_stops_nothing_and_keeps_its_members(home: SmallHome) -> None:
    done(home, "segment", "save", "mine", "--where", "company = 'Acme'")
    with sqlite3.connect(home.settings.curation_database) as store:
        store.execute("update saved_filters set predicate = 'company = ''Acme'' and no_such_column' ")
    result = run(home, "segment", "save", "other", "everybody")
    assert (result.status, result.out) == (0, "other: 4 people\n")
    ((problem,),) = home.rows("select problem from saved_segments where segment = 'mine'")
    assert "no_such_column" in str(problem)
    status = done(home, "status")
    assert "warning: saved segment mine: " in status
    assert "0 of 4 job titles (0%) tell neither level nor line of work" in status


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["save", "x", "Company sounds like acme"], "one of"),
        (["save", "x", "--json", "{"], "JSON"),
        (["save", "x", "--json", "[" * 9999], "JSON"),
        (["save", "x", "--where", "nonsense = 1"], "nonsense"),
        (["save", "x", "--where", "(select count(*) from read_text('/etc/hostname')) > 0"], "read_text"),
        (["save", " ", "everybody"], "a segment's name"),
        (["show", "x"], "segment list"),
        (["export", "x"], "segment list"),
        (["remove", "x"], "segment list"),
        (["rename", "x", "y"], "segment list"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_what_is_no_segment_is_said_in_one_line_and_saves_nothing(home: SmallHome, words: list[str], said: str) -> None:
    result = run(home, "segment", *words)
    assert result.status == 1
    assert said in result.error
    assert "defect" not in result.error
    assert home.rows("from saved_segments") == []


# -- files --------------------------------------------------------------------------------------------------------


def test_tags_come_back_as_they_were_written_and_no_cell_is_a_formula(home: SmallHome, tmp_path: Path) -> None:
    for tag in ("=cmd", "'=quoted", "a, b", "plain"):
        done(home, "tag", "add", tag, "--url", address("cy-dähl"))
    done(home, "tag", "add", "plain", "--where", "true")
    written = tmp_path / "tags.csv"
    done(home, "tag", "export", written)
    with written.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["profile_url", "full_name", "tag", "kind", "tagged_at"]
    assert {row["kind"] for row in rows} == {"rule", "manual"}
    assert {row["tagged_at"] for row in rows if row["kind"] == "manual"} == {"2026-12-01"}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    before = published(home.settings)["contact_tags"]
    for tag in ("=cmd", "'=quoted", "a, b", "plain"):
        done(home, "tag", "remove", tag, "--everybody")
    assert manual_tags(home) == []
    assert "7 tagged" in done(home, "tag", "import", written)
    assert published(home.settings)["contact_tags"] == before


def test_notes_come_back_as_they_were_written_into_another_home(home: SmallHome, tmp_path: Path) -> None:
    done(home, "note", address("cy-dähl"), "=HYPERLINK(1)\nsecond, line")
    done(home, "note", address("cy-dähl"), "'=quoted")
    done(home, "note", address("ada-berg"), "plain")
    written = tmp_path / "notes.csv"
    assert done(home, "notes", "--export", written) == f"3 notes in {written}\n"
    with written.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["profile_url", "full_name", "note", "written_at"]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    before = home.rows("select c.profile_url, n.note, n.written_at from notes n join contacts c using (person_id)")
    assert done(home, "notes", "--import", written) == "0 noted\n", "they are there already"
    for path in home.settings.home.glob("curation.sqlite*"):
        path.unlink()
    rebuild(home.settings)
    assert done(home, "notes", "--import", written) == "3 noted\n"
    after = home.rows("select c.profile_url, n.note, n.written_at from notes n join contacts c using (person_id)")
    assert sorted(after) == sorted(before)  # type: ignore[type-var]
    listed = tmp_path / "crm.csv"
    listed.write_text("Full Name,Email,Memo\n,ADA@example.org,from the CRM\nEve Nobody,,lost?\nBo Chen,,\n", "utf-8")
    result = run(home, "notes", "--import", listed)
    assert (result.status, result.out) == (1, "1 noted\n")
    assert [line.removeprefix("linkstrata: crm.csv ") for line in result.err.splitlines()] == [
        "line 3: no contact is Eve Nobody",
        "line 4: no note",
    ]
    assert "from the CRM" in done(home, "notes", address("ada-berg"))


def test_a_tag_that_a_rule_or_a_list_gives_says_what_takes_it_away(home: SmallHome, tmp_path: Path) -> None:
    listed = tmp_path / "crm.csv"
    listed.write_text(f"Full Name,LinkedIn URL,Tags\nAda Berg,{address('ada-berg')},vip\n", "utf-8")
    assert run(home, "ingest", listed, "--owner", home.owner).status == 0
    done(home, "tag", "add", "vip", "--url", address("bo-chen"))
    assert done(home, "tag", "remove", " vip", "--where", "company = 'Acme'") == (
        "1 taken from, 1 did not carry it\n1 keep it, for a contact list gives it: ingest one without it\n"
    )
    assert "4 keep it, for a rule gives it" in done(home, "tag", "remove", "never-messaged", "--where", "true")
    done(home, "export", "contacts", tmp_path / "vips.csv", "--tag", " vip ")
    assert len((tmp_path / "vips.csv").read_text("utf-8").splitlines()) == 2


def test_a_list_from_another_tool_is_matched_and_what_fits_nobody_is_said(home: SmallHome, tmp_path: Path) -> None:
    listed = tmp_path / "crm.csv"
    listed.write_text(
        "Full Name;Email Address;LinkedIn URL;Tags;Company\n"
        ";;https://linkedin.com/in/BO-CHEN/;lead, warm;Acme\n"
        "Someone;ADA@example.org;;lead;\n"
        "'=cy DAHL;;;lead;\n"
        "Bo Chen;;;lead;\n"
        "Eve Nobody;;https://linkedin.com/in/eve;lead;\n"
        "Ada Berg;;;;\n",
        encoding="utf-8",
    )
    result = run(home, "tag", "import", listed)
    assert (result.status, result.out) == (1, "4 tagged\n")
    assert [line.removeprefix("linkstrata: crm.csv ") for line in result.err.splitlines()] == [
        "line 5: 2 contacts are called Bo Chen: add their addresses",
        "line 6: no contact is https://linkedin.com/in/eve",
        "line 7: no tag",
    ]
    assert manual_tags(home) == [
        (address("ada-berg"), "lead"),
        (address("bo-chen"), "lead"),
        (address("bo-chen"), "warm"),
        (address("cy-dähl"), "lead"),
    ]
    done(home, "undo")
    assert manual_tags(home) == [], "a list is one edit"


def test_a_backup_brings_everything_back_into_an_empty_home(home: SmallHome, tmp_path: Path) -> None:
    rule = home.settings.user_rules / "acme.sql"
    rule.write_text("select owner, person_id, company as reason from main.contacts where company = 'Acme'", "utf-8")
    home.connections(date(2026, 11, 1), [Connection("Ada Berg", "ada-aaa"), BO, CY])
    done(home, "tag", "add", "vip", "--where", "true")
    done(home, "merge", address("cy-dähl"), address("bo-chen"))
    kept = tmp_path / "kept.zip"
    done(home, "backup", kept)
    assert "is there already" in run(home, "backup", kept).error
    assert "holds data already" in run(home, "restore", kept).error
    again = empty_home(tmp_path / "again")
    done(again, "restore", kept)
    before, after = published(home.settings), published(again.settings)
    assert [table for table in before if after[table] != before[table]] == []
    done(again, "undo")
    assert again.person_id("bo-chen") != again.person_id("cy-dähl")


def test_a_damaged_or_foreign_backup_changes_nothing(home: SmallHome, tmp_path: Path) -> None:
    done(home, "tag", "add", "vip", "--where", "true")
    kept = tmp_path / "kept.zip"
    done(home, "backup", kept)
    damaged = bytearray(kept.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(damaged)
    (tmp_path / "cut.zip").write_bytes(kept.read_bytes()[:-40])
    with zipfile.ZipFile(tmp_path / "foreign.zip", "w") as foreign:
        foreign.writestr("linkstrata-backup.json", '{"format": 1}')
        foreign.writestr("../escaped", "x")
    for name in ("damaged.zip", "cut.zip", "foreign.zip"):
        again = empty_home(tmp_path / name.partition(".")[0])
        result = run(again, "restore", tmp_path / name)
        assert result.status == 1
        assert "backup" in result.error
        assert not again.settings.curation_database.exists()
        assert [path.name for path in again.settings.home.iterdir()] == [".lock"]
    assert not (tmp_path / "escaped").exists()
