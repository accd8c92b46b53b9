"""Contacts as CSV, Parquet or vCard: what a spreadsheet, a notebook or an address book takes over.

Who is in a file is said by a tag, a saved segment or SQL; what the columns mean is in the published tables.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import vobject

from linkstrata.curation.file import CurationError
from linkstrata.curation.store import segment_name, tag_name
from linkstrata.queries import run_query
from linkstrata.settings import Settings
from linkstrata.warehouse.connection import locked_down

FORMS = {".csv": "csv", ".parquet": "parquet", ".json": "json", ".vcf": "vcard"}
"""What a file's ending says that it holds."""


def query_of(tag: str | None, segment: str | None, where: str | None) -> tuple[str, dict[str, object]]:
    """The SELECT for contacts with all that is asked, and its parameters: all contacts where nothing is."""
    conditions, values = ["true"], dict[str, object]()
    if tag is not None:
        conditions.append("list_contains(tags, $tag)")
        values["tag"] = tag_name(tag)
    if segment is not None:
        conditions.append(
            "(owner, person_id) in (select (owner, person_id) from saved_segment_history "
            "where segment = $segment and valid_to = date '9999-12-31')"
        )
        values["segment"] = segment_name(segment)
    if where is not None:
        conditions.append(f"(\n{where}\n)")
    return f"select * from contacts where {' and '.join(conditions)} order by full_name, owner, person_id", values


def write_contacts(settings: Settings, path: Path, query: str, values: dict[str, object]) -> None:
    """Writes what the query gives in the form that the file's ending says; an address book gets one card a contact.

    Raises CurationError for an ending that says no form, and duckdb.Error with the engine's message.
    """
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise CurationError(f"{path}: end the file's name in one of {', '.join(FORMS)}, which says what to write")
    if form != "vcard":
        run_query(settings, query, form, path, values)
        return
    with locked_down(settings.published_database) as room:
        names, rows = room.stream(query, values or None)
        with path.open("w", encoding="utf-8", newline="") as file:
            for row in rows:
                file.write(card(dict(zip(names, row, strict=True))))


def card(contact: dict[str, Any]) -> str:
    """A contact as vCard 3.0, which every address book reads; the uid stays, so that a second import changes the first.

    Tags are categories. Somebody without a name is called by the address.
    """
    made = vobject.vCard()
    whole = contact["full_name"] or contact["profile_url"] or contact["person_id"]
    made.add("n").value = vobject.vcard.Name(
        family=contact["last_name"] or "", given=contact["first_name"] or ("" if contact["last_name"] else whole)
    )
    made.add("fn").value = whole
    made.add("uid").value = f"{contact['owner']}-{contact['person_id']}@linkstrata"
    if contact["email"]:
        made.add("email").value = contact["email"]
    if contact["company"]:
        made.add("org").value = [contact["company"]]
    if contact["position"]:
        made.add("title").value = contact["position"]
    if contact["profile_url"]:
        made.add("url").value = contact["profile_url"]
    if contact["tags"]:
        made.add("categories").value = list(contact["tags"])
    return str(made.serialize())
