"""What a person does from the pages: tags, notes, saved segments, merges, what is decided on reasons to
write; kept first, then shown.

What an edit is and how it is published is the matter of curation/.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta

from linkstrata.curation.corrections import keep_merge
from linkstrata.curation.file import CurationError
from linkstrata.curation.occasions import decide
from linkstrata.curation.people import people_of
from linkstrata.curation.publishing import SHOWN_AT_ONCE, publish_edits, rebuild
from linkstrata.curation.store import Edit, Person, Store, segment_name, tag_name
from linkstrata.dashboard.wording import counted, day
from linkstrata.lock import is_held
from linkstrata.settings import Settings

LATER = " It shows as soon as the work on the data that is going on is done."


def tag_people(settings: Settings, tag: str, chosen: Sequence[tuple[str, str]]) -> str:
    """Puts a tag on people; gives what to say about it. Raises CurationError."""
    name, people = tag_name(tag), _people(settings, chosen)
    with Store(settings.curation_database) as store:
        edit = store.tag(name, people, settings.today)
    return _shown(settings, edit, f"{_changed(edit)} tagged {name}.", f"Everybody chosen carries {name} already.")


def untag_people(settings: Settings, tag: str, chosen: Sequence[tuple[str, str]]) -> str:
    """Takes a tag from people; gives what to say about it. Raises CurationError."""
    name, people = tag_name(tag), _people(settings, chosen)
    with Store(settings.curation_database) as store:
        edit = store.untag(name, people)
    return _shown(
        settings,
        edit,
        f"Took {name} from {_changed(edit)}.",
        f"Nobody chosen carries {name} by hand; what a rule gives goes with the rule.",
    )


def note_on(settings: Settings, person: tuple[str, str], text: str) -> str:
    """Writes a note on somebody. Raises CurationError."""
    if not text.strip():
        raise CurationError("the note is empty")
    with Store(settings.curation_database) as store:
        edit = store.add_note(_people(settings, [person]), text.strip())
    return _shown(settings, edit, "Noted.", "Noted.")


def decide_on(settings: Settings, person: tuple[str, str], occasion: str, decision: str) -> str:
    """Keeps what is decided on a reason to write: done, never, open (taken back), or later and a number of days.

    Raises CurationError.
    """
    word, _, days = decision.partition(" ")
    put_off_to = settings.today + timedelta(days=int(days)) if days else None
    (someone,) = _people(settings, [person])
    edit = decide(settings, someone, occasion, None if word == "open" else word, put_off_to)
    said = {"done": "Done.", "never": "Never again for this person.", "open": "Taken back."}
    return _shown(settings, edit, said.get(word) or f"Put off to {day(put_off_to)}.", "So it was already.")


def save_segment(settings: Settings, name: str, filter: str | None = None, predicate: str | None = None) -> str:
    """Gives a question a name: a filter in its JSON form, or SQL over `contacts`; gives what to say about it.

    Raises CurationError.
    """
    segment = segment_name(name)
    with Store(settings.curation_database) as store:
        edit = store.save_filter(segment, filter, predicate)
    return _shown(settings, edit, f"Saved as {segment}.", f"Saved as {segment} already.")


def remove_segment(settings: Settings, name: str) -> str:
    """Forgets a saved segment; gives what to say about it. Raises CurationError."""
    with Store(settings.curation_database) as store:
        edit = store.remove_filter(name)
    return _shown(settings, edit, f"Forgot the segment {name}.", "")


def merge_people(settings: Settings, keep: tuple[str, str], other: tuple[str, str]) -> str:
    """Makes two contacts one person, known by the id of the first; gives what to say about it. Raises CurationError."""
    found = {(person.owner, person.person_id): person for person in _people(settings, [keep, other])}
    if found.keys() != {keep, other}:
        raise CurationError("one of them is there no more; look again")
    if keep_merge(settings, found[keep], found[other]) is None:
        return "They are one person already."
    _rebuild_out_of_sight(settings)
    return "Merged. It shows in a moment, and can be undone."


def undo(settings: Settings) -> str:
    """Takes the last edit back. Raises CurationError where there is none."""
    with Store(settings.curation_database) as store:
        edit = store.undo()
    if edit is None:
        raise CurationError("there is no edit to take back")
    if edit.tables <= SHOWN_AT_ONCE:
        return _shown(settings, edit, f"Taken back: {edit.summary}.", "")
    _rebuild_out_of_sight(settings)
    return f"Taken back: {edit.summary}. It shows in a moment."


def _people(settings: Settings, chosen: Sequence[tuple[str, str]]) -> list[Person]:
    people = people_of(settings, chosen)
    if not people:
        raise CurationError("nobody is chosen")
    return people


def _rebuild_out_of_sight(settings: Settings) -> None:
    threading.Thread(target=rebuild, args=(settings,), daemon=True).start()


def _shown(settings: Settings, edit: Edit | None, done: str, nothing_done: str) -> str:
    """Publishes an edit that is kept already. While somebody else works on the home, it waits out of sight."""
    if edit is None:
        return nothing_done
    if is_held(settings):
        threading.Thread(target=publish_edits, args=(settings,), daemon=True).start()
        return done + LATER
    publish_edits(settings)
    return done


def _changed(edit: Edit | None) -> str:
    rows = sum(len(rows) for rows in (*edit.added.values(), *edit.removed.values())) if edit else 0
    return counted(rows, "person", "people")
