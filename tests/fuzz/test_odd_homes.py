"""A few homes of odd exports. `tests/fuzz/odd_homes.py` builds as many as one has time for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from odd_homes import faults_of


@pytest.mark.parametrize("seed", [*range(5), 502])  # 502: 'LinkedIn Member' whose address is a company's
def test_however_odd_the_rows_everything_else_is_published(tmp_path: Path, seed: int) -> None:
    assert faults_of(seed, tmp_path) == []
