"""The form of a name that is compared."""

from __future__ import annotations

import polars as pl
import pytest

from linkstrata.exports.names import matching_names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ann Sample", "ann sample"),
        ("  Ann \t  Sample ", "ann sample"),
        ("Ann\u00a0Sample", "ann sample"),
        ("Ann Lee, MBA, PMP", "ann lee"),
        ("Ann Lee，MBA", "ann lee"),
        ("𝐁𝐨𝐥𝐝 Name", "bold name"),
        ("Ann \u200d🚀 Sample ❤\ufe0f", "ann sample"),
        ("Ann 👍🏽 Sample", "ann sample"),
        ("\u202bAnn Sample\u202c", "ann sample"),
        ("Jose\u0301", "josé"),
        ("ＡＮＮ", "ann"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
        ("Οδυσσεύς", "οδυσσεύσ"),
        ("İpek", "i\u0307pek"),
        ("王小明", "王小明"),
        ("O'Neil-Smith Jr.", "o'neil-smith jr."),
        ("LinkedIn Member", None),
        ("linkedin  member", None),
        (", MBA", None),
        ("🚀", None),
        ("   ", None),
        ("", None),
        (None, None),
    ],
)
def test_names(name, expected):
    assert matching_names(pl.Series([name], dtype=pl.String)).to_list() == [expected]
