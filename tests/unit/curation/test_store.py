"""The store: its state is what its log adds up to, every edit can be taken back, and nobody carries a tag twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkstrata.curation.file import CurationError
from linkstrata.curation.store import Crowd, Edit, Person, Row, Store
from linkstrata.curation.tables import STATE

DAY = date(2026, 11, 23)
ADA = Person("owner", "p1", ("slug:ada", "member_id:ACoAAada00"))
BO = Person("owner", "p2", ("slug:bo",))
ADA_OF_ANOTHER = Person("other", "p1", ("slug:ada", "member_id:ACoAAada00"))
PEOPLE = [ADA, BO, ADA_OF_ANOTHER]

State = dict[str, set[Row]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "curation.sqlite") as store:
        yield store


def state(store: Store) -> State:
    return {table: set(store.rows(table)) for table in STATE}


def added_up(store: Store) -> State:
    """The state that the log tells, edit by edit."""
    found: State = {table: set() for table in STATE}
    for edit in store.log():
        for table, rows in edit.removed.items():
            assert found[table].issuperset(rows), edit
            found[table] -= set(rows)
        for table, rows in edit.added.items():
            assert found[table].isdisjoint(rows), edit
            found[table] |= set(rows)
    return found


def tag_together(store: Store, tag: str, people: list[Person], day: date) -> int | None:
    """Tags people as `tag --where` does."""
    crowds = []
    for owner in {person.owner for person in people}:
        keys = [person.keys for person in people if person.owner == owner]
        crowds.append(Crowd(owner, len(keys), json.dumps(keys)))
    return store.tag_crowds(tag, crowds, day) or None


_people = st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True)
_tags = st.sampled_from(["mentor", "friend of Zoë", "-x"])
_keys = st.sampled_from(["slug:ada", "slug:bo", "slug:cy"])
_segments = st.sampled_from(["mine", "theirs"])
_occasions = st.sampled_from(["birthday:2026", "birthday:2027", "season:new_year-2027"])
EDITS = st.one_of(
    st.tuples(st.just(Store.tag), _tags, _people, st.dates()),
    st.tuples(st.just(tag_together), _tags, _people, st.dates()),
    st.tuples(st.just(Store.untag), _tags, _people),
    st.tuples(st.just(Store.describe_tag), _tags, st.sampled_from([None, "#123456"]), st.sampled_from([None, "known"])),
    st.tuples(st.just(Store.drop_tag), _tags),
    st.tuples(st.just(Store.add_note), _people, st.text(min_size=1)),
    st.tuples(st.just(Store.decide), st.sampled_from(PEOPLE), _occasions, st.sampled_from([None, "done", "never"])),
    st.tuples(st.just(Store.decide), st.sampled_from(PEOPLE), _occasions, st.just("later"), st.dates()),
    st.tuples(st.just(Store.merge), _keys, _keys, st.just("p1")),
    st.tuples(st.just(Store.split), _keys, st.lists(st.tuples(_keys, _keys)), st.booleans()),
    st.tuples(st.just(Store.set_followers), st.sampled_from(["owner", "other"]), st.dates(), st.integers(0, 9)),
    st.tuples(
        st.just(Store.add_contact),
        st.sampled_from(PEOPLE),
        st.sampled_from(["Ada", "Ada B"]),
        *[st.none()] * 3,
        st.dates(),
    ),
    st.tuples(st.just(Store.save_filter), _segments, st.sampled_from(['{"all": []}', '{"any": []}'])),
    st.tuples(st.just(Store.save_filter), _segments, st.none(), st.just("true"), st.sampled_from([None, "everybody"])),
    st.tuples(st.just(Store.undo)),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(EDITS, max_size=12))
def test_the_log_adds_up_to_the_state_and_all_can_be_undone(edits: list[tuple[object, ...]]) -> None:
    with TemporaryDirectory() as folder, Store(Path(folder) / "curation.sqlite") as store:
        before: list[State] = []
        for method, *arguments in edits:
            now = state(store)
            done: Edit | int | None = method(store, *arguments)  # type: ignore[operator]
            if method is Store.undo:
                assert (done is None) == (not before)
                assert not before or state(store) == before.pop()
            else:
                assert (done is None) == (state(store) == now)
                before += [now] if done else []
            assert added_up(store) == state(store)
        while store.undo():
            assert state(store) == before.pop()
        assert before == []
        assert not any(state(store).values())


def test_nobody_carries_a_tag_twice_whichever_key_it_was_put_on(store: Store) -> None:
    assert store.tag("mentor", [ADA], DAY)
    by_another_key = Person(ADA.owner, ADA.person_id, ADA.keys[::-1])
    assert store.tag("mentor", [by_another_key], date(2027, 1, 1)) is None
    assert store.tag("mentor", [ADA, BO, ADA_OF_ANOTHER], DAY) is not None
    assert sorted(store.rows("taggings")) == [
        ("mentor", "other", "slug:ada", "2026-11-23"),
        ("mentor", "owner", "slug:ada", "2026-11-23"),
        ("mentor", "owner", "slug:bo", "2026-11-23"),
    ]
    assert store.untag("mentor", [by_another_key])
    assert [row[1:3] for row in sorted(store.rows("taggings"))] == [("other", "slug:ada"), ("owner", "slug:bo")]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(_people, st.sampled_from(["a", "b"])), min_size=1, max_size=4))
def test_tagging_many_together_is_tagging_each_of_them(steps: list[tuple[list[Person], str]]) -> None:
    """Whoever carries the tag already, under whichever of their keys."""
    logs = []
    for tag in (Store.tag, tag_together):
        with TemporaryDirectory() as folder, Store(Path(folder) / "curation.sqlite") as store:
            for number, (people, name) in enumerate(steps):
                turned = [Person(*person[:2], person.keys[:: 1 if number % 2 else -1]) for person in people]
                tag(store, name, turned, DAY)
            logs.append([(edit.summary, sorted(edit.added.get("taggings", []))) for edit in store.log()])
    assert logs[0] == logs[1]


def test_undo_says_what_it_took_back_and_goes_on_to_what_came_before(store: Store) -> None:
    store.set_followers("owner", DAY, 7553)
    store.tag("mentor", [ADA, BO], DAY)
    store.set_followers("owner", DAY, 7554)
    said = [edit.summary for edit in iter(store.undo, None)]
    assert said == ["7,554 followers on 2026-11-23", "tag mentor on 2 contacts", "7,553 followers on 2026-11-23"]
    assert [edit.kind for edit in store.log()] == ["followers", "tag", "followers", "undo", "undo", "undo"]


def test_a_split_takes_back_merges_and_a_merge_may_come_again(store: Store) -> None:
    assert store.merge("slug:ada", "slug:bo", "p1")
    assert store.merge("slug:ada", "slug:bo", "p1") is None
    assert store.merge("slug:bo", "slug:ada", "p2") is None
    assert store.split("slug:bo", [("slug:ada", "slug:bo")], from_rules=False)
    assert store.rows("merges") == []
    assert store.merge("slug:bo", "slug:ada", "p2")
    assert [row[:3] for row in store.rows("merges")] == [("slug:bo", "slug:ada", "p2")]


def test_an_edit_that_fails_leaves_nothing_behind(store: Store) -> None:
    store.add_note([ADA], "once")
    with pytest.raises(TypeError):
        store.tag("mentor", [ADA, Person("owner", "p3", ({},))], DAY)  # type: ignore[arg-type]
    assert [edit.kind for edit in store.log()] == ["note"]
    assert store.rows("taggings") == []
    assert store.tag("mentor", [ADA], DAY), "the store goes on working"


def test_the_newest_decision_holds_under_whichever_key_it_was_kept(store: Store) -> None:
    by_id = Person("owner", "p1", tuple(reversed(ADA.keys)))
    kept: Callable[[], list[Row]] = lambda: sorted(row[1:5] for row in store.rows("occasions"))  # noqa: E731
    assert store.decide(ADA, "birthday:2026", "later", date(2026, 12, 9))
    assert store.decide(by_id, "birthday:2026", "done")
    assert kept() == [("member_id:ACoAAada00", "birthday:2026", "done", None)]
    assert store.decide(ADA, "birthday:2026", "done") is None
    assert store.decide(ADA, "birthday:2027", "never")
    assert ("slug:ada", "birthday", "never", None) in kept(), "of the kind, whatever the year"
    assert store.decide(ADA_OF_ANOTHER, "birthday:2026", None) is None
    assert store.decide(by_id, "birthday:2027", None)
    assert kept() == [("member_id:ACoAAada00", "birthday:2026", "done", None)]
    for decision, day in (("later", None), ("done", date(2026, 12, 9)), ("perhaps", None)):
        with pytest.raises(CurationError, match=f"decision {decision}: say done, never, or later with a day"):
            store.decide(ADA, "birthday:2026", decision, day)
