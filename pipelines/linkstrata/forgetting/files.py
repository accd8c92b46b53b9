"""Writes a file anew without the forgotten: text, workbooks, JSON, saved pages, and zips or folders of them.

A file that nobody forgotten is in is left byte for byte as it is. In a changed one, the records that stay are as they
were written; a changed workbook keeps its cells and loses its looks.
"""

from __future__ import annotations

import codecs
import csv
import email
import email.policy
import html as html_text
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from linkstrata.exports.catalogue import table_of_file
from linkstrata.exports.container import Member
from linkstrata.exports.csv_files import DELIMITERS
from linkstrata.exports.encodings import Encoding, encoding_of, open_text
from linkstrata.exports.members import MemberFailed
from linkstrata.forgetting.redaction import Records, Redactor, of_mapping

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PAGES = {".html", ".htm"}
_MAIL = {".mhtml", ".mht"}
_JSON = {".json"}
_TEXT_LINES = {".jsonl", ".ndjson"}
_BLOCK = 64 << 20
_RECORD_AT_MOST = 1 << 20
"""Characters of one record; more means a quote that is never closed, and the lines are taken one by one."""


def redacted(path: Path, name: str, redactor: Redactor, scratch: Path) -> Path | None:
    """A file or folder without the forgotten, as a new one in `scratch`; None where nobody forgotten is in it.

    `name` is what the file was called when it came: its ending says what it is where its content does not.
    """
    if path.is_dir():
        return _folder(path, redactor, scratch)
    with path.open("rb") as stream:
        start = stream.read(8)
    if start.startswith(b"PK") and not _is_workbook(path):
        packed = _zip(path, redactor, scratch) if zipfile.is_zipfile(path) else _bytes_without(path, redactor, scratch)
        if packed is not None:
            shutil.copystat(path, packed)
        return packed
    before = redactor.found
    new = _fresh(scratch)
    try:
        if not _single(path, name, start, redactor, new) or redactor.found == before:
            new.unlink()
            if start.startswith(_WORKBOOKS) or not _has_zeros(path):
                return None
            # Text has none, but for UTF-16: what was read as text is none.
            return _bytes_without(path, redactor, scratch)
    except (MemberFailed, OSError, ValueError, RecursionError):
        # What no reader can read was never loaded either; as bytes it may still hold the words.
        new.unlink()
        unread = _bytes_without(path, redactor, scratch)
        if unread is None:
            return None
        new = unread
    shutil.copystat(path, new)
    return new


def _has_zeros(path: Path) -> bool:
    with path.open("rb") as stream:
        return any(b"\0" in block for block in iter(lambda: stream.read(1 << 20), b""))


def _single(path: Path, name: str, start: bytes, redactor: Redactor, new: Path) -> bool:
    """Writes one file that is no container; False where its kind holds no words."""
    suffix = PurePosixPath(name).suffix.casefold()
    member = Member(name, path.stat().st_size, None, lambda: path.open("rb"), lambda: new.parent, path)
    if start.startswith(_WORKBOOKS):
        return _workbook(member, redactor, new)
    if suffix in _JSON:
        return _json(path, redactor, new)
    if suffix in _PAGES:
        return _page(path, redactor, new)
    if suffix in _MAIL:
        return _mail(path, redactor, new)
    encoding = encoding_of(member)  # MemberFailed where it is no text
    if suffix in _TEXT_LINES:
        return _json_lines(member, encoding, redactor, new)
    return _delimited(member, encoding, redactor, new)


# -- text -------------------------------------------------------------------------------------------------------------


def _delimited(member: Member, encoding: Encoding, redactor: Redactor, new: Path) -> bool:
    table = table_of_file(member.name)
    records, delimiter = Records(redactor), _delimiter(member, encoding)
    with open_text(member, encoding) as text, _writer(member, encoding, new) as out:
        if table is not None and not table.person_names and table.name not in _ABOUT_PEOPLE:
            # The member's own words, whose records break at every line break that the exporter forgets to quote.
            while block := text.read(_BLOCK) + text.readline():
                out.write(redactor.text(block))
            return True
        for raw, cells in _records(text, delimiter):
            left = records.left(cells)
            if left is None:
                continue
            if left != cells:
                line = io.StringIO()
                csv.writer(line, delimiter=delimiter, lineterminator="").writerow(left)
                raw = line.getvalue() + raw[len(raw.rstrip("\r\n")) :]
            out.write(redactor.text(raw))
    return True


_ABOUT_PEOPLE = {"messages", "coach_messages", "address_book"}
"""Tables about people whose rows name them otherwise than in columns of names."""


def _records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[str, list[str]]]:
    """Each record as it is written, and its cells."""
    waiting: list[str] = []

    def fed() -> Iterator[str]:
        for line in lines:
            waiting.append(line)
            yield line

    csv.field_size_limit(_RECORD_AT_MOST)
    source = fed()
    while True:
        try:
            for cells in csv.reader(source, delimiter=delimiter):
                yield "".join(waiting), cells
                waiting.clear()
        except csv.Error:
            for line in waiting:
                yield line, line.strip("\r\n").split(delimiter)
            waiting.clear()
            continue
        if waiting:
            yield "".join(waiting), []
        return


def _delimiter(member: Member, encoding: Encoding) -> str:
    """The delimiter that gives the first records most cells."""
    with open_text(member, encoding) as text:
        first = [line for line, _ in zip(text, range(12), strict=False)]
    return max(DELIMITERS, key=lambda delimiter: max((line.count(delimiter) for line in first), default=0))


def _writer(member: Member, encoding: Encoding, new: Path) -> io.TextIOWrapper:
    name = encoding.name
    if name == "utf-8-sig":
        with member.open() as stream:
            name = "utf-8-sig" if stream.read(3) == codecs.BOM_UTF8 else "utf-8"
    return new.open("w", encoding=name, errors="linkstrata-latin" if name == "cp1252" else "surrogatepass", newline="")


def _as_latin(error: UnicodeError) -> tuple[bytes, int]:
    """The five bytes that Windows-1252 lacks, which were read as Latin-1."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].encode("latin-1", "replace"), error.end


codecs.register_error("linkstrata-latin", _as_latin)


def _bytes_without(path: Path, redactor: Redactor, scratch: Path) -> Path | None:
    """A file of unknown kind, its bytes taken for text in each encoding in turn: what can be found so is masked."""
    before = redactor.found
    content = path.read_bytes()
    for encoding, errors in _GUESSES:
        text, odd = content, b""
        if encoding.startswith("utf-16"):
            text, odd = content[: len(content) & ~1], content[len(content) & ~1 :]
        content = redactor.text(text.decode(encoding, errors)).encode(encoding, errors) + odd
    if redactor.found == before:
        return None
    new = _fresh(scratch)
    new.write_bytes(content)
    return new


_GUESSES = (
    ("utf-8", "surrogateescape"),
    ("latin-1", "strict"),
    ("utf-16-le", "surrogatepass"),
    ("utf-16-be", "surrogatepass"),
)


# -- JSON -------------------------------------------------------------------------------------------------------------


def _json(path: Path, redactor: Redactor, new: Path) -> bool:
    content = json.loads(path.read_bytes().decode("utf-8-sig"))
    new.write_text(json.dumps(without(content, redactor), ensure_ascii=False, indent=1), encoding="utf-8")
    return True


def _json_lines(member: Member, encoding: Encoding, redactor: Redactor, new: Path) -> bool:
    with open_text(member, encoding) as text, _writer(member, encoding, new) as out:
        for line in text:
            before = redactor.found
            left = without(json.loads(line), redactor) if line.strip() else None
            if redactor.found == before:
                out.write(line)
            elif left is not None:
                out.write(json.dumps(left, ensure_ascii=False) + "\n")
    return True


def without(value: Any, redactor: Redactor) -> Any:
    """A JSON value without the forgotten: objects about them go, a connection turns hidden, texts are masked."""
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, list):
        left = (without(each, redactor) for each in value)
        return [each for each, before in zip(left, value, strict=True) if each is not None or before is None]
    if isinstance(value, dict):
        row = of_mapping(redactor, value)
        if row is None:
            return None
        return {redactor.text(key): without(each, redactor) for key, each in row.items()}
    return value


# -- pages ------------------------------------------------------------------------------------------------------------


def _page(path: Path, redactor: Redactor, new: Path) -> bool:
    new.write_bytes(_page_without(path.read_bytes(), redactor))
    return True


def _page_without(content: bytes, redactor: Redactor) -> bytes:
    """A page in which nothing leads to the forgotten: their links and cards go, the rest of its text is masked."""
    from lxml import etree, html

    root = html.document_fromstring(content, parser=html.HTMLParser(huge_tree=True))
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            if isinstance(element, etree._Comment) and element.text:
                element.text = redactor.text(element.text)
            continue
        named = any(redactor.is_key(value) for value in element.attrib.values())
        element.tail = redactor.text(element.tail) if element.tail else element.tail
        if named or (element.tag in ("a", "code", "script") and _is_about(element, redactor)):
            redactor.found += 1
            _take_out(_card_of(element, redactor) if element.tag == "a" else element)
            continue
        for name, value in element.attrib.items():
            element.set(name, redactor.text(value))
        element.text = redactor.text(element.text) if element.text else element.text
    return bytes(etree.tostring(root, encoding="utf-8", method="html", doctype="<!DOCTYPE html>"))


def _is_about(element: Any, redactor: Redactor) -> bool:
    """Whether a link's or a data block's own text names somebody forgotten."""
    before = redactor.found
    redactor.text(" ".join([*element.attrib.values(), element.text_content()]))
    is_about, redactor.found = redactor.found > before, before
    return is_about


_CARDS_END_AT = {"html", "body", "main", "section", "ul", "ol", "table", "tbody"}


def _card_of(link: Any, redactor: Redactor) -> Any:
    """What a page shows of the person that a link leads to: as much around it as leads to nobody else."""
    card = link
    while (around := card.getparent()) is not None and around.tag not in _CARDS_END_AT:
        links = [str(link) for link in around.xpath(".//a/@href")]
        if any("/in/" in link and not redactor.is_key(link) for link in links):
            break
        card = around
        if card.tag in ("li", "tr", "article") or "data-chameleon-result-urn" in card.attrib:
            break
    return card


def _take_out(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        element.clear()
        return
    for child in list(element):
        element.remove(child)
    element.text = ""
    element.attrib.clear()
    element.tag = "span"


def _mail(path: Path, redactor: Redactor, new: Path) -> bool:
    """A page saved with its pictures: a mail whose parts are files."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    for part in message.walk():
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        if kind == "text/html":
            body = _page_without(bytes(part.get_payload(decode=True)), redactor)
            part.set_content(body, "text", "html", cte="base64", params={"charset": "utf-8"})
        elif kind.startswith("text/"):
            part.set_content(redactor.text(part.get_content()), subtype=kind.partition("/")[2])
        for header in ("Content-Location", "Subject", "Snapshot-Content-Location"):
            if part.get(header):
                part.replace_header(header, redactor.text(str(part[header])))
    new.write_bytes(message.as_bytes())
    return True


# -- workbooks --------------------------------------------------------------------------------------------------------


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def _workbook(member: Member, redactor: Redactor, new: Path) -> bool:
    """Every sheet's cells, in a new workbook."""
    import xlsxwriter  # type: ignore[import-untyped]
    from python_calamine import CalamineError, load_workbook

    try:
        book = load_workbook(io.BytesIO(member.on_disk().read_bytes()))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (CalamineError, ValueError) as error:
        raise MemberFailed(str(error)) from None
    if zipfile.is_zipfile(member.on_disk()):
        # Comments, properties and shared strings may name somebody whom no cell does.
        with zipfile.ZipFile(member.on_disk()) as parts:
            for part in parts.namelist():
                if part.endswith((".xml", ".rels")) and not part.startswith("xl/worksheets/sheet"):
                    redactor.text(html_text.unescape(parts.read(part).decode("utf-8", "replace")))
    options = {"strings_to_numbers": False, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(str(new), options) as workbook:
        days = workbook.add_format({"num_format": "yyyy-mm-dd"})
        moments = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for name, rows in sheets:
            sheet = workbook.add_worksheet(redactor.text(name)[:31])
            records = Records(redactor)
            kept = 0
            for row in rows:
                left = records.left([cell if isinstance(cell, str) else "" for cell in row])
                if left is None:
                    continue
                for column, (cell, text) in enumerate(zip(row, left, strict=True)):
                    _write(sheet, kept, column, redactor.text(text) if isinstance(cell, str) else cell, days, moments)
                kept += 1
    return True


def _write(sheet: Any, row: int, column: int, cell: Any, days: Any, moments: Any) -> None:
    if isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell, moments)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, days)
    elif isinstance(cell, time | timedelta):
        sheet.write_string(row, column, str(cell))
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, cell)


# -- containers -------------------------------------------------------------------------------------------------------


def _zip(path: Path, redactor: Redactor, scratch: Path) -> Path | None:
    """A zip with the members that changed in place of the old ones; names, order and times are kept."""
    try:
        with zipfile.ZipFile(path) as archive:
            changed: dict[int, Path | None] = {}
            names: dict[int, str] = {}
            damaged = False
            for number, info in enumerate(archive.infolist()):
                before = redactor.found
                names[number] = redactor.text(info.filename)
                if redactor.found > before:
                    changed[number] = None
                member = _unpacked(archive, info, scratch)
                if member is None:
                    # Damaged, so nobody reads it; its bytes are dropped where the rest is written anew.
                    if not info.is_dir() and info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1:
                        damaged = True
                    continue
                new = redacted(member, PurePosixPath(info.filename).name, redactor, scratch)
                member.unlink()
                if new is not None:
                    changed[number] = new
            if not changed and damaged and _bytes_without(path, redactor, scratch) is not None:
                changed[-1] = None
            comment = redactor.text(archive.comment.decode("utf-8", "surrogateescape"))
            said = comment.encode("utf-8", "surrogateescape")
            if said != archive.comment:
                changed[-1] = None
            return _zip_with(archive, changed, names, said, scratch) if changed else None
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return None


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, scratch: Path) -> Path | None:
    """A member as a file; None for a folder, and for what cannot be unpacked."""
    if info.is_dir():
        return None
    target = _fresh(scratch)
    try:
        with archive.open(info) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        target.unlink()
        return None
    return target


def _zip_with(
    archive: zipfile.ZipFile, changed: dict[int, Path | None], names: dict[int, str], comment: bytes, scratch: Path
) -> Path:
    new = _fresh(scratch)
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as target:
        target.comment = comment
        for number, old in enumerate(archive.infolist()):
            info = zipfile.ZipInfo(names[number], old.date_time)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, old.create_system
            info.external_attr = old.external_attr
            source = changed.get(number)
            member = source or _unpacked(archive, old, scratch)
            if member is None:
                if old.is_dir():
                    target.writestr(info, b"")
                continue
            with member.open("rb") as content, target.open(info, "w", force_zip64=True) as sink:
                shutil.copyfileobj(content, sink, 1 << 20)
            member.unlink()
    return new


def _folder(path: Path, redactor: Redactor, scratch: Path) -> Path | None:
    """A copy of a folder with the files that changed in place of the old ones."""
    changed: dict[Path, Path] = {}
    for file in sorted(path.rglob("*")):
        if file.is_file() and not file.is_symlink():
            new = redacted(file, file.name, redactor, scratch)
            if new is not None:
                changed[file.relative_to(path)] = new
    named = [file for file in sorted(path.rglob("*"), reverse=True) if redactor.text(file.name) != file.name]
    if not (changed or named):
        return None
    target = Path(tempfile.mkdtemp(dir=scratch, prefix="folder-"))
    shutil.copytree(path, target, dirs_exist_ok=True, symlinks=True)
    for place, new in changed.items():
        new.replace(target / place)
    for file in named:
        copy = target / file.relative_to(path)
        copy.rename(copy.with_name(redactor.text(file.name)))
    return target


def _fresh(scratch: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=scratch, prefix="without-")
    os.close(handle)
    return Path(name)
