"""What is kept of what a person typed: every table of the store, and what models may read of it as curation.<table>.

Here is which columns there are. Opening and migrating the file is in file.py, changing what is in it in store.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STATE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "tags": {"tag": "varchar", "colour": "varchar", "description": "varchar"},
        "taggings": {"tag": "varchar", "owner": "varchar", "person_key": "varchar", "tagged_at": "date"},
        "notes": {"owner": "varchar", "person_key": "varchar", "written_at": "timestamp", "note": "varchar"},
        "merges": {"keep_key": "varchar", "other_key": "varchar", "kept_id": "varchar", "decided": "bigint"},
        "splits": {"person_key": "varchar", "decided": "bigint"},
        "follower_totals": {"owner": "varchar", "day": "date", "followers": "bigint"},
        "added_contacts": {
            "owner": "varchar",
            "person_key": "varchar",
            "full_name": "varchar",
            "email": "varchar",
            "company": "varchar",
            "position": "varchar",
            "added_on": "date",
        },
        "saved_filters": {
            "segment": "varchar",
            "filter": "varchar",
            "predicate": "varchar",
            "description": "varchar",
            "saved_at": "timestamp",
        },
        "occasions": {
            "owner": "varchar",
            "person_key": "varchar",
            "occasion": "varchar",
            "decision": "varchar",
            "put_off_to": "date",
            "decided_at": "timestamp",
        },
    }
)
"""The store's tables with their columns, and the types that these have for models."""

DECISIONS = ("done", "later", "never")
"""What can be said of an occasion."""

CARRIED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        **STATE,
        "added_contacts": {**STATE["added_contacts"], "match_name": "varchar"},
    }
)
"""The same as it is carried into a build: what is derived is added there."""

CURATED_TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {f"curation.{table}": tuple(columns) for table, columns in CARRIED.items()}
)
"""What models may read, with its columns."""

DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "tags": "Tags that a person gave: the colour and the meaning of each, where they were typed.",
        "taggings": "Tags put on people by hand.",
        "notes": "Notes on people.",
        "merges": "Addresses that a person says are of one and the same, the newest decision last.",
        "splits": "Addresses that a person says stand for somebody of their own.",
        "follower_totals": "Follower totals typed by hand.",
        "added_contacts": "Contacts added by hand.",
        "saved_filters": "Questions with a name: a filter in its JSON form, or a predicate in SQL.",
        "occasions": "What was decided on reasons to write: done, later or never.",
    }
)
"""What each of them is."""
