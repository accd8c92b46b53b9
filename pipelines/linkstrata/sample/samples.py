"""Ready-made samples: the one `linkstrata sample` writes, and one big archive for measuring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from linkstrata.sample.life import Life, months_before
from linkstrata.sample.requests import Archive, Contents, FollowerList, Keyed, Layout, Request, Workbook
from linkstrata.sample.writing import write_all

LAST_DAY = date(2026, 11, 1)
"""The day on which a sample ends unless asked otherwise; a fixed one, so that the same call gives the same bytes."""

_NEARLY_ALL = 0.995


def sample_requests(months: int = 18, end: date = LAST_DAY) -> list[Request]:
    """What a member who keeps their exports has after some months: five archives, two workbooks whose windows overlap,
    and a list of nearly all followers."""
    begin = months_before(end, months)
    span = end - begin

    def part(share: float) -> date:
        return begin + timedelta(round(span.days * share))

    return [
        Archive(begin),
        Archive(part(0.28), Contents.CONNECTIONS),
        Archive(part(0.5), Contents.BASIC),
        Archive(part(0.75)),
        Archive(end),
        Workbook(max(part(0.55) - timedelta(364), begin - timedelta(120)), part(0.55)),
        Workbook(max(end - timedelta(365), begin + timedelta(1)), end - timedelta(1)),
        FollowerList(end - timedelta(1), Layout.PHANTOMBUSTER, Keyed.MEMBER_ID, share=_NEARLY_ALL),
    ]


def write_sample(
    out: Path, connections: int = 1500, months: int = 18, seed: int = 7, end: date = LAST_DAY
) -> tuple[Life, Sequence[Request], list[Path]]:
    """Writes a synthetic member's exports into a folder; gives the life, what was asked for, and the files."""
    life = Life(seed, connections, months, end, messages=2 * connections)
    requests = sample_requests(months, end)
    return life, requests, write_all(life, requests, out)


def big_archive(
    path: Path, connections: int = 30_000, messages: int = 500_000, seed: int = 1, end: date = LAST_DAY
) -> tuple[Life, Archive]:
    """Writes one Complete archive of about so many messages and exactly so many connections to a path."""
    life = Life(seed, connections, months=18, end=end, messages=messages)
    request = Archive(end)
    written = write_all(life, [request], path.parent)[0]
    written.replace(path)
    return life, request
