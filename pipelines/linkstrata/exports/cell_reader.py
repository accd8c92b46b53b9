"""Turns a workbook on standard input into plain cells on standard output; runs alone, in a process of its own.

A broken or hostile workbook can make any parser run away: one cell in the last corner of a sheet asks for a grid of
17 billion. Here that ends this process, by its limits of memory and time, and nothing else. `sheets.py` starts it and
decides what its end means. Nothing of linkstrata is imported and nothing is understood: cells go out as they stand.

Arguments: the folder python-calamine is installed in, the memory in bytes and the processor seconds it may take.
"""

import datetime
import io
import marshal
import re
import sys

LOCKED = 3
"""Exit status: the workbook asks for a password."""

UNREADABLE = 4
"""Exit status: this is no workbook, or a broken one."""


_ENCRYPTED_FROM_THE_START = re.compile(rb"\x09\x08\x10\x00.{16}\x2f\x00", re.DOTALL)
"""An old workbook whose first record is followed by the one that says how it is encrypted."""


def limit_resources(memory: int, seconds: int) -> None:
    """Bounds this process where the system knows how to."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain(cell: object) -> object:
    """A cell as marshal can carry it: text, number, truth, None where blank, a tuple (year, …, second) for a day."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, datetime.datetime):
        return (cell.year, cell.month, cell.day, cell.hour, cell.minute, cell.second)
    if isinstance(cell, datetime.date):
        return (cell.year, cell.month, cell.day, 0, 0, 0)
    if isinstance(cell, (datetime.time, datetime.timedelta)):
        return str(cell)
    return cell


def is_locked(content: bytes) -> bool:
    """Whether a workbook that cannot be read is an encrypted one; the parser says only that it knows no such format."""
    return "EncryptedPackage".encode("utf-16-le") in content or _ENCRYPTED_FROM_THE_START.search(content) is not None


def main() -> int:
    """Reads the workbook and writes its cells; gives the exit status."""
    packages, memory, seconds = sys.argv[1:]
    content = sys.stdin.buffer.read()
    limit_resources(int(memory), int(seconds))
    sys.path.append(packages)
    import python_calamine

    try:
        workbook = python_calamine.load_workbook(io.BytesIO(content))
    except python_calamine.CalamineError:
        return LOCKED if is_locked(content) else UNREADABLE
    sheets: list[tuple[str, str | None, list[tuple[int, list[object]]]]] = []
    for index, about in enumerate(workbook.sheets_metadata):
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        rows: list[tuple[int, list[object]]] = []
        problem = None
        try:
            sheet = workbook.get_sheet_by_index(index)
            first = sheet.start[0] + 1 if sheet.start else 1
            for number, row in enumerate(sheet.to_python(), first):
                cells = [plain(cell) for cell in row]
                while cells and cells[-1] is None:
                    cells.pop()
                if cells:
                    rows.append((number, cells))
        except python_calamine.CalamineError as error:
            problem = " ".join(str(error).split()) or "broken"
        sheets.append((about.name, problem, rows))
    marshal.dump(sheets, sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
