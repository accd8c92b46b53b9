"""Accepting files: what a person hands over becomes a stored archive with a receipt, and its rows become raw rows.

Decides whether a file is new, known, to be corrected or to be refused, and in which order things are made durable: the
bytes and the receipt first, then the rows in one transaction, then the file leaves the inbox. A kill between any two
of them leaves a state from which the next ingest goes on.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path

from duckdb import DuckDBPyConnection

from linkstrata.curation.owners import rename_owner
from linkstrata.exports.container import Export, Refused, fingerprint, open_export
from linkstrata.exports.members import one_line
from linkstrata.exports.reading import Reading, Told, read
from linkstrata.forgetting.files import redacted
from linkstrata.forgetting.redaction import Redactor
from linkstrata.forgetting.register import Register
from linkstrata.progress import Progress, silent
from linkstrata.settings import Settings
from linkstrata.warehouse import owners, raw
from linkstrata.warehouse.receipts import FileOutcome, Options, Receipt, files_of, leave_inbox

READER = "1"
"""Raised when linkstrata.exports reads something that it did not read before: `build` then reads archives/ again."""

ASK_FOR_OWNER = (
    "whose export this is cannot be told from its content: pass --owner SLUG (the last part of their address)"
)


class _OwnerUnknown(Refused):
    """Nothing in a file tells whose it is."""


class _OwnerForgotten(Exception):
    """A file is of an owner who was forgotten: nothing is kept of it."""


class Intake:
    """Loads files into the raw schema of one open build database, under the home's lock."""

    def __init__(self, connection: DuckDBPyConnection, settings: Settings, progress: Progress = silent) -> None:
        self.connection = connection
        self.settings = settings
        self.progress = progress
        self.forgotten = Register.read(settings.forgotten)
        self._taught = False
        """Whether a file told something new of an owner since it was last asked whose the files are."""

    def accept(self, paths: tuple[Path, ...], options: Options) -> list[FileOutcome]:
        """Loads each file, then tries again what could not be loaded so far: a later file may have told whose it is.

        A file that says nothing of its owner is the only owner's only when no other file can be a second one's.
        """
        files = sorted(files_of(paths), key=_evidence_first)
        archives = sum(_evidence_first(path)[0] == 0 for path in files)
        outcomes = {
            path: self._accept_one(path, options, only_owner=archives < 2 or number >= archives)
            for number, path in enumerate(files)
        }
        only_owner = False
        while any(outcome.status in ("loaded", "partial") for outcome in outcomes.values()):
            self._settle_owners()
            repaired = False
            for path, said in self._quarantined(ASK_FOR_OWNER if only_owner else None):
                retried = self._accept_one(path, said, only_owner)
                if retried.status != "quarantined":
                    outcomes[path] = retried
                    repaired = True
            if not repaired and only_owner:
                break
            only_owner = not repaired
        return list(outcomes.values())

    def _settle_owners(self) -> None:
        """Asks again whose the files are that do not tell it by themselves, once a file told more of the owners."""
        if not (self._taught and owners.several_owners(self.connection)):
            return
        self._taught = False
        receipts = {receipt.archive_id: receipt for receipt in self._receipts()}
        given = {receipt.options.owner for receipt in receipts.values() if receipt.options.owner}
        names = owners.names_of_owners(self.connection, given)
        query = "select archive_id, owner from raw.archives where owner is not null order by archive_no"
        for archive_id, owner in self.connection.execute(query).fetchall():
            if names.get(owner, owner) != owner:
                self._load_again(receipts[archive_id], names[owner])
        for old, new in names.items():
            if old != new and self.settings.curation_database.exists():
                rename_owner(self.settings.curation_database, old, new)
        waiting = {
            archive_id: owner
            for archive_id, owner in owners.presumed(self.connection)
            if archive_id in receipts
            and receipts[archive_id].options.owner is None
            and (self.settings.archives / archive_id).exists()
        }
        self.connection.begin()
        for archive_id in waiting:
            self._withdraw(archive_id)
            # A kill before they are all loaded again: the next session reads them.
            self.connection.execute("update raw.archives set reader = '' where archive_id = $id", {"id": archive_id})
        self.connection.commit()
        told = True
        while told:
            told = False
            for archive_id in list(waiting):
                if self._load_again(receipts[archive_id], None):
                    del waiting[archive_id]
                    told = True
        for archive_id, owner in waiting.items():
            self._load_again(receipts[archive_id], owner)
        self._taught = False

    def _load_again(self, receipt: Receipt, owner: str | None) -> bool:
        """Reads a stored file again, as `owner`'s or as its content tells; False where that tells nothing."""
        self.progress(f"reading {receipt.file_name} again")
        stored = self.settings.archives / receipt.archive_id
        staging = raw.Staging(self.connection)
        try:
            with open_export(stored, receipt.file_name) as export:
                reading = read(export, _told(receipt.options))
                for member in reading.members:
                    staging.add(member)
                self._commit(
                    stored, receipt.archive_id, export, reading, staging, receipt.options, receipt, owner, False
                )
                return True
        except _OwnerUnknown:
            return False
        finally:
            staging.drop()

    def reload(self, everything: bool, owners_kept: Mapping[str, str]) -> list[FileOutcome]:
        """Reads again from archives/ what an older reader had read, or what a crash left out; or everything.

        `owners_kept` says whose an archive was where its content may not tell any more.
        """
        outcomes = []
        for receipt in self._receipts():
            row = self.connection.execute(
                "select reader, status from raw.archives where archive_id = $id", {"id": receipt.archive_id}
            ).fetchone()
            stored = self.settings.archives / receipt.archive_id
            if stored.exists() and (everything or row is None or row[0] != READER):
                owner = receipt.options.owner or owners_kept.get(receipt.archive_id)
                outcomes.append(
                    self._load(stored, receipt.file_name, receipt.archive_id, receipt.options, receipt, owner)
                )
        if outcomes:
            self._settle_owners()
        return outcomes

    def _receipts(self) -> list[Receipt]:
        receipts = [Receipt.load(path) for path in self.settings.receipts.glob("*.json")]
        return sorted(receipts, key=lambda receipt: (receipt.accepted_at, receipt.archive_id))

    def _accept_one(self, path: Path, options: Options, only_owner: bool) -> FileOutcome:
        self.progress(f"reading {path.name}")
        try:
            archive_id = fingerprint(path)
        except (Refused, OSError) as error:
            self._supersede(path, None)
            self._remember_refused(None, path, options, _reason(error))
            return FileOutcome(path, None, "quarantined", _reason(error))
        self._supersede(path, archive_id)
        if self.forgotten.has_archive(archive_id):
            leave_inbox(self.settings, path)
            return FileOutcome(path, archive_id, "forgotten")
        receipt_path = self.settings.receipts / f"{archive_id}.json"
        receipt = Receipt.load(receipt_path) if receipt_path.exists() else None
        if receipt and self._is_loaded(archive_id):
            wanted = options.over(receipt.options)
            if wanted == receipt.options:
                leave_inbox(self.settings, path)
                return FileOutcome(path, archive_id, "known")
            stored = self.settings.archives / archive_id
            outcome = self._load(stored, receipt.file_name, archive_id, wanted, receipt, is_correction=True)
            return replace(outcome, path=path, status="corrected" if outcome.status != "quarantined" else "unchanged")
        said = options.over(receipt.options) if receipt else options
        with self._without_forgotten(path) as (source, name):
            outcome = self._load(
                source, name, archive_id, said, receipt, only_owner=only_owner, is_as_it_came=source == path
            )
            outcome = replace(outcome, path=path)
        if outcome.status != "quarantined":
            leave_inbox(self.settings, path)
        return outcome

    @contextmanager
    def _without_forgotten(self, path: Path) -> Iterator[tuple[Path, str]]:
        """The file itself or, where somebody forgotten is in it, a copy without them; and its name, without theirs."""
        if not self.forgotten:
            yield path, path.name
            return
        redactor = Redactor(self.forgotten)
        with tempfile.TemporaryDirectory(prefix=".reading-", dir=self.settings.home) as scratch:
            new = redacted(path, path.name, redactor, Path(scratch))
            if new is not None:
                shutil.copystat(path, new)
            yield new or path, redactor.text(path.name)

    def _load(
        self,
        path: Path,
        file_name: str,
        archive_id: str,
        options: Options,
        receipt: Receipt | None,
        owner: str | None = None,
        only_owner: bool = True,
        is_correction: bool = False,
        is_as_it_came: bool = False,
    ) -> FileOutcome:
        """Stages, recognises and commits one file; the caller's inbox is left alone. `owner` is whose it is known to
        be without a person having said so. A correction that cannot be read leaves what is loaded as it was. A file
        as it came, in which nobody is forgotten, is the one that its id was taken from, or it is refused."""
        staging = raw.Staging(self.connection)
        try:
            with open_export(path, file_name) as export:
                if is_as_it_came:
                    export.require(archive_id)
                reading = read(export, _told(options))
                for member in reading.members:
                    staging.add(member)
                return self._commit(path, archive_id, export, reading, staging, options, receipt, owner, only_owner)
        except _OwnerForgotten:
            return FileOutcome(path, archive_id, "forgotten")
        except (Refused, OSError) as error:
            if not is_correction:
                self._quarantine(path, archive_id, file_name, options, _reason(error))
            return FileOutcome(path, archive_id, "quarantined", _reason(error))
        finally:
            staging.drop()

    def _commit(
        self,
        path: Path,
        archive_id: str,
        export: Export,
        reading: Reading,
        staging: raw.Staging,
        options: Options,
        receipt: Receipt | None,
        owner: str | None,
        only_owner: bool,
    ) -> FileOutcome:
        if not any(m.status in ("loaded", "empty", "unrecognised") for m in staging.members):
            failed = [m.detail for m in staging.members if m.status == "failed" and m.detail]
            raise Refused(failed[0] if failed else "no file in it could be read")
        evidence = owners.gather_evidence(self.connection, staging, reading.owner_name)
        if not (options.owner or owner) and self.forgotten.owners:
            self._refuse_forgotten(evidence, staging)
        owner = (
            options.owner or owner or owners.recognise_owner(self.connection, staging, evidence, only_owner=only_owner)
        )
        if owner is None:
            raise _OwnerUnknown(ASK_FOR_OWNER)
        if self.forgotten.has_owner(owner):
            raise _OwnerForgotten
        exported_on, basis = self._date(reading, options, receipt)
        receipt = Receipt(
            archive_id=archive_id,
            file_name=receipt.file_name if receipt else export.file_name,
            accepted_at=receipt.accepted_at if receipt else datetime.now(UTC).replace(tzinfo=None, microsecond=0),
            exported_on=exported_on,
            exported_on_basis=basis,
            options=options,
            rewritten=archive_id != export.archive_id,
        )
        stored = self.settings.archives / archive_id
        if not stored.exists():
            export.store(stored)
        elif export.path != stored and archive_id == export.archive_id:
            export.require(fingerprint(export.path))
        receipt.write(self.settings.receipts)
        failed = [f"{m.path}: {m.detail}" for m in staging.members if m.status == "failed"]
        status = "partial" if failed else "loaded"
        connection = self.connection
        connection.begin()
        try:
            archive_no = self._withdraw(archive_id)
            raw.register_archive(
                connection,
                raw.ArchiveRecord(
                    archive_no=archive_no,
                    archive_id=archive_id,
                    owner=owner,
                    source=reading.source,
                    file_name=receipt.file_name,
                    exported_on=exported_on,
                    exported_on_basis=basis,
                    newest_member_at=reading.newest_member_at,
                    complete=options.complete,
                    status=status,
                    row_count=sum(m.rows_loaded for m in staging.members),
                    ingested_at=receipt.accepted_at,
                    reader=READER,
                    reason=None,
                ),
                staging,
            )
            raw.add_rows(connection, staging, owner, archive_no)
            self._taught |= owners.remember_owner(connection, owner, evidence, archive_no, options.owner is not None)
            connection.execute("delete from raw.quarantined where archive_id = $id", {"id": archive_id})
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        return FileOutcome(path, archive_id, status, one_line("; ".join(failed)) or None)

    def _refuse_forgotten(self, evidence: owners.OwnerEvidence, staging: raw.Staging) -> None:
        """Raises _OwnerForgotten where the content is a forgotten owner's, though the bytes are new."""
        if evidence.slug is not None:
            if self.forgotten.has_owner(evidence.slug):
                raise _OwnerForgotten
            return
        listed = owners.connections_staged(self.connection, staging)
        forgotten = self.forgotten.share_of_connections(listed)
        kept = (
            len(set(listed) & set(owners.connections_listed(self.connection, owner))) / len(listed)
            for owner in owners.owners_sharing_connections(self.connection, staging)
        )
        if forgotten >= owners.OVERLAP and all(forgotten > share for share in kept):
            raise _OwnerForgotten

    def _date(self, reading: Reading, options: Options, receipt: Receipt | None) -> tuple[date, str]:
        if options.exported_on:
            return options.exported_on, "given"
        if receipt and (reading.exported_on_basis == "modified" or receipt.rewritten):
            # The stored copy has a modification day of its own, and may lack the row that told the day.
            return receipt.exported_on, receipt.exported_on_basis
        return reading.exported_on, reading.exported_on_basis

    def _withdraw(self, archive_id: str) -> int:
        """Takes back what an earlier reading of the same file taught; gives the file's number, old or new."""
        row = self.connection.execute(
            "select archive_no, owner from raw.archives where archive_id = $id", {"id": archive_id}
        ).fetchone()
        if row is None:
            newest = self.connection.execute("select coalesce(max(archive_no), 0) from raw.archives").fetchone()
            assert newest is not None
            return int(newest[0]) + 1
        if row[1] is not None:
            raw.remove_rows(self.connection, int(row[0]), row[1])
        return int(row[0])

    def _quarantine(self, path: Path, archive_id: str, file_name: str, options: Options, reason: str) -> None:
        """Lists a refused file and where it lies, so that the next ingest tries it again. Nothing of it is loaded."""
        connection = self.connection
        connection.begin()
        archive_no = self._withdraw(archive_id)
        raw.register_archive(
            connection,
            raw.ArchiveRecord(
                archive_no=archive_no,
                archive_id=archive_id,
                owner=None,
                source=None,
                file_name=file_name,
                exported_on=None,
                exported_on_basis=None,
                newest_member_at=None,
                complete=options.complete,
                status="quarantined",
                row_count=0,
                ingested_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
                reader=READER,
                reason=reason,
            ),
        )
        connection.execute("delete from raw.quarantined where archive_id = $id", {"id": archive_id})
        self._remember_refused(archive_id, path, options, reason)
        connection.commit()

    def _remember_refused(self, archive_id: str | None, path: Path, options: Options, reason: str) -> None:
        """Keeps where a refused file lies; without an archive_id, one that could not even be opened."""
        said = asdict(options) | {"exported_on": options.exported_on.isoformat() if options.exported_on else None}
        self.connection.execute(
            "insert into raw.quarantined (archive_id, origin, options, file_name, reason, tried_at) "
            "values (?, ?, ?, ?, ?, ?)",
            [
                archive_id,
                str(path.absolute()),
                json.dumps(said),
                one_line(path.name),
                reason,
                datetime.now(UTC).replace(tzinfo=None, microsecond=0),
            ],
        )

    def _supersede(self, path: Path, archive_id: str | None) -> None:
        """Forgets what was refused under a path that holds other content now, mended or not.

        So too what was refused under the same name elsewhere and lies there no more.
        """
        rows = self.connection.execute(
            "select archive_id, origin from raw.quarantined "
            "where (archive_id is null or archive_id is distinct from $id) and (origin = $path or file_name = $name)",
            {"id": archive_id, "path": str(path.absolute()), "name": one_line(path.name)},
        ).fetchall()
        for refused, origin in rows:
            if origin == str(path.absolute()) or not os.path.lexists(origin):
                self._forget_refused(refused, origin)

    def _forget_refused(self, archive_id: str | None, origin: str) -> None:
        self.connection.execute(
            "delete from raw.quarantined where archive_id is not distinct from $id and origin = $origin",
            {"id": archive_id, "origin": origin},
        )
        self.connection.execute(
            "delete from raw.archives where archive_id = $id and status = 'quarantined'", {"id": archive_id}
        )

    def _quarantined(self, reason: str | None) -> Iterator[tuple[Path, Options]]:
        """Where refused files lie, and what was said of them; only those refused for `reason`, if there is one."""
        query = """
            select q.archive_id, q.origin, q.options
            from raw.quarantined as q left join raw.archives as a on a.archive_id = q.archive_id
            where $reason is null or a.reason = $reason
            order by q.archive_id, q.origin
        """
        for archive_id, origin, said in self.connection.execute(query, {"reason": reason}).fetchall():
            values = json.loads(said)
            on = values["exported_on"]
            if archive_id is None and not os.path.lexists(origin):
                self._forget_refused(None, origin)
            elif Path(origin).exists():
                yield Path(origin), Options(**values | {"exported_on": date.fromisoformat(on) if on else None})

    def _is_loaded(self, archive_id: str) -> bool:
        return bool(
            self.connection.execute(
                "select 1 from raw.archives where archive_id = $id and status in ('loaded', 'partial')",
                {"id": archive_id},
            ).fetchall()
        )


def _evidence_first(path: Path) -> tuple[int, str]:
    """Archives before lists and workbooks, so that their owner is known when those are read."""
    return (0 if path.is_dir() or path.suffix.lower() == ".zip" else 1, path.name)


def _told(options: Options) -> Told:
    return Told(options.mapping, lists_followers=options.complete)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    return str(error)
