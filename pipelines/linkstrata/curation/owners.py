"""Carries what was typed over to another name of an owner: a file showed that their address changed, or an older one.

Edits by a person are in store.py; here only whose they are is corrected, in the log too, so that undoing still works.
"""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from linkstrata.curation.file import open_curation
from linkstrata.curation.tables import STATE


def rename_owner(path: Path, old: str, new: str) -> None:
    """Makes everything that was typed for one owner another's, all or nothing; what both have is kept once."""
    with closing(open_curation(path)) as connection:
        connection.execute("begin immediate")
        for table, columns in STATE.items():
            if "owner" in columns:
                connection.execute(f"update or ignore {table} set owner = ? where owner = ?", (new, old))
                connection.execute(f"delete from {table} where owner = ?", (old,))
        for edit_id, payload in connection.execute("select edit_id, payload from edits").fetchall():
            said = json.loads(payload)
            for part in ("removed", "added"):
                for table, rows in said[part].items():
                    if "owner" in STATE.get(table, {}):
                        place = list(STATE[table]).index("owner")
                        for row in rows:
                            row[place] = new if row[place] == old else row[place]
            text = json.dumps(said, ensure_ascii=False)
            if text != payload:
                connection.execute("update edits set payload = ? where edit_id = ?", (text, edit_id))
        connection.execute("commit")
