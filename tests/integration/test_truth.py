"""What is published of simulated lives equals their truth, row by row, whatever the life."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from truth import declared_complete, differences

from linkstrata.exports.container import fingerprint
from linkstrata.sample.life import Life
from linkstrata.sample.requests import Request as Export
from linkstrata.sample.samples import sample_requests
from linkstrata.sample.truth import Truth
from linkstrata.sample.writing import write_all
from linkstrata.settings import settings_from_environment
from linkstrata.warehouse.pipeline import Request, Session
from linkstrata.warehouse.receipts import Options

pytestmark = pytest.mark.long


def exports_kept(seed: int) -> Sequence[Export]:
    """The first archive and all that came after; in three lives of four only some of it, since members lose files."""
    first, *others = sample_requests()
    if seed % 4 == 0:
        return [first, *others]
    kept = sorted(random.Random(seed).sample(range(len(others)), 3))
    return [first, *(others[number] for number in kept)]


@pytest.mark.parametrize("seed", range(20))
def test_published_tables_equal_the_truth_of_a_life(tmp_path: Path, seed: int) -> None:
    life = Life(seed, connections=60)
    requests = exports_kept(seed)
    files = write_all(life, requests, tmp_path / "files")
    settings = settings_from_environment(tmp_path / "home")
    with Session(settings) as session:
        for file, request in zip(files, requests, strict=True):
            outcome = session.load(Request((file,), Options(complete=declared_complete(request))))
            assert [one.reason for one in outcome.files] == [None]
        session.build()
    found = differences(settings.published_database, Truth(life, requests), [fingerprint(file) for file in files])
    assert {table: rows[:5] for table, rows in found.items() if rows} == {}
