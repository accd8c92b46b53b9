"""Records out of lines of delimited text, where quotation marks may be missing, lone or escaped in another manner.

Knows quotes, delimiters and line ends, not what the cells mean.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator

LINES_IN_A_RECORD = 10_000
"""A quoted cell that runs on for longer is taken for a lone quotation mark."""
LINES_READ_AGAIN = 200_000
"""After so many lines read twice because of lone quotation marks, one line is one record."""
CELL_CHARACTERS = 16 << 20

csv.field_size_limit(CELL_CHARACTERS)


class Records:
    """The records of a text, each with the physical line it begins on; a blank line is a record without cells.

    A quoted cell may span lines. One that makes its record misfit the header, other than by blank cells at the end,
    began with a lone quotation mark: its first line then stands alone, and reading goes on at the next. `width` is the
    number of cells the header has, or None while that is unknown; `has_backslash_quotes` says that quotes may be
    escaped by a backslash.
    """

    def __init__(
        self, lines: Iterable[str], delimiter: str, width: int | None = None, has_backslash_quotes: bool = False
    ) -> None:
        self._lines = iter(lines)
        self._delimiter = delimiter
        self._width = width
        self._has_backslash_quotes = has_backslash_quotes
        self._returned: deque[str] = deque()
        self._taken: list[str] = []
        self._read_again = 0
        self._ended = False
        self.next_line = 1
        """The line that the next record begins on; whoever reads lines in between by other means adds them."""

    @property
    def holds_lines(self) -> bool:
        """Whether lines that are in no record yet were taken from the text."""
        return bool(self._returned)

    @property
    def raw(self) -> str:
        """The text of the record given last."""
        return "".join(self._taken).rstrip("\r\n")

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        taken = self._taken
        while self._returned or not self._ended:
            reader = csv.reader(self._feed(), delimiter=self._delimiter)
            while True:
                taken.clear()
                cells: list[str] | None
                try:
                    cells = next(reader)
                except StopIteration:
                    break
                except csv.Error:
                    cells = None
                if cells is None or len(taken) > 1 or (self._has_backslash_quotes and '\\"' in taken[0]):
                    cells = self._examined(cells)
                line = self.next_line
                self.next_line += len(taken)
                yield line, cells

    def _feed(self) -> Iterator[str]:
        """Lines for one or more records; ends early where a record has taken too many."""
        at_most = LINES_IN_A_RECORD if self._read_again < LINES_READ_AGAIN else 1
        taken, returned = self._taken, self._returned
        while len(taken) < at_most:
            if returned:
                text = returned.popleft()
            else:
                try:
                    text = next(self._lines)
                except StopIteration:
                    self._ended = True
                    return
            taken.append(text)
            yield text

    def _examined(self, cells: list[str] | None) -> list[str]:
        """The cells of a record that may be none, by whichever reading fits the header."""
        taken = self._taken
        if self._has_backslash_quotes and not (cells and self._fits(cells) and self._is_sound(cells)):
            reader = csv.reader(taken, delimiter=self._delimiter, doublequote=False, escapechar="\\")
            escaped = _next_of(reader)
            if escaped is not None and self._fits(escaped):
                self._give_back(reader.line_num)
                return escaped
        if cells is not None and (len(taken) == 1 or self._belongs_together(cells)):
            return cells
        self._give_back(1)
        return self._first_line()

    def _first_line(self) -> list[str]:
        return self._taken[0].rstrip("\r\n").split(self._delimiter)

    def _fits(self, cells: list[str]) -> bool:
        return self._width is None or len(cells) == self._width

    def _belongs_together(self, cells: list[str]) -> bool:
        """Whether several lines are one record rather than the first of them one with a lone quotation mark.

        They are where it is as long as the header, but for blank cells at its end, as spreadsheets leave them out or
        add them, and every quote is written as it should be; one in a cell that should be doubled is borne where the
        first line alone is no record.
        """
        width = self._width
        if width is None:
            return True
        if len(cells) == width:
            return self._is_sound(cells) or not self._fits(self._first_line())
        is_near = len(cells) < width <= 2 * len(cells) or (len(cells) > width and not any(cells[width:]))
        return is_near and self._is_sound(cells)

    def _is_sound(self, cells: list[str]) -> bool:
        return _next_of(csv.reader(self._taken, delimiter=self._delimiter, strict=True)) == cells

    def _give_back(self, kept: int) -> None:
        again = self._taken[kept:]
        self._read_again += len(again)
        self._returned.extendleft(reversed(again))
        del self._taken[kept:]


def _next_of(reader: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(reader)
    except (csv.Error, StopIteration):
        return None
