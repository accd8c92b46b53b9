"""Every way a date or time is written in files, and how the order of numeric dates is found."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from linkstrata.exports.dates import OrderEvidence, OrderUnknown, order_of, read_moment, read_moments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-05 06:07:08", datetime(2024, 3, 5, 6, 7, 8)),
        ("2024-03-05 06:07:08 UTC", datetime(2024, 3, 5, 6, 7, 8)),
        ("2024/03/05 06:07:08 UTC", datetime(2024, 3, 5, 6, 7, 8)),
        ("3/5/24, 6:07 AM", datetime(2024, 3, 5, 6, 7)),
        ("12/5/18, 12:07 AM", datetime(2018, 12, 5, 0, 7)),
        ("12/5/18, 12:07 PM", datetime(2018, 12, 5, 12, 7)),
        ("11/05/16, 09:30 AM", datetime(2016, 11, 5, 9, 30)),
        ("03/05/24 06:07 PM UTC", datetime(2024, 3, 5, 18, 7)),
        ("Sat Dec 14 09:08:07 UTC 2024", datetime(2024, 12, 14, 9, 8, 7)),
        ("05 Mar 2024", datetime(2024, 3, 5)),
        ("15 September 2026", datetime(2026, 9, 15)),
        ("5-Mar-24", datetime(2024, 3, 5)),
        ("5-Mar-99", datetime(1999, 3, 5)),
        ("30-oct-09", datetime(2009, 10, 30)),
        ("1-ago-11", datetime(2011, 8, 1)),
        ("3. Mai 2022", datetime(2022, 5, 3)),
        ("12 mars 2023", datetime(2023, 3, 12)),
        ("5 de dez. de 2021", datetime(2021, 12, 5)),
        ("25.03.2020", datetime(2020, 3, 25)),
        ("04.03.2020", datetime(2020, 3, 4)),
        ("2024-03-05", datetime(2024, 3, 5)),
        ("2024-03-05 06:07 UTC", datetime(2024, 3, 5, 6, 7)),
        ("2024-03-05T06:07:08.123Z", datetime(2024, 3, 5, 6, 7, 8)),
        ("2024-03-05T06:07:08+02:00", datetime(2024, 3, 5, 4, 7, 8)),
        ("Sep 10, 2024 06:00 PM", datetime(2024, 9, 10, 18)),
        ("September 9, 2024 at 9:15 PM (GMT)", datetime(2024, 9, 9, 21, 15)),
        ("  05\u00a0Mar   2024 ", datetime(2024, 3, 5)),
        ("3/5/24, 6:07\u202fAM", datetime(2024, 3, 5, 6, 7)),
        ("13/5/2024", datetime(2024, 5, 13)),
        ("5/13/2024", datetime(2024, 5, 13)),
        ("5/5/24", datetime(2024, 5, 5)),
        ("30 Feb 2026", None),
        ("13/13/2024", None),
        ("3/5/24, 13:07 PM", None),
        ("2024-03-05 06:07:08 Mars time", None),
        ("soon", None),
        ("05 Foo 2024", None),
        ("Mar 2024", None),
        ("2024", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("0024-03-05 06:07:08", None),
        ("05 Mar 0024", None),
    ],
)
def test_moments(text, expected):
    assert read_moment(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("Mar 2024", datetime(2024, 3, 1)), ("2024", datetime(2024, 1, 1))])
def test_partial_dates_mean_their_first_day(text, expected):
    assert read_moment(text, partial=True) == expected


def test_order_decides_only_what_the_date_leaves_open():
    assert read_moment("3/4/24", day_first=True) == datetime(2024, 4, 3)
    assert read_moment("3/4/24", day_first=False) == datetime(2024, 3, 4)
    assert read_moment("3-4-24", day_first=True) == datetime(2024, 4, 3)
    assert read_moment("25/4/24", day_first=False) == datetime(2024, 4, 25)
    with pytest.raises(OrderUnknown, match="3/4/24"):
        read_moment("3/4/24")


def test_american_style_of_the_archive_needs_no_order():
    assert read_moment("3/4/24, 7:05 AM", day_first=True) == datetime(2024, 3, 4, 7, 5)


def test_order_of_a_column():
    assert order_of(["3/4/24", "25/4/24", "x"]) is True
    assert order_of(["3/4/24", "4/25/24"]) is False
    assert order_of(["3/4/24", "5/5/24"]) is None
    assert order_of(["25/4/24", "4/25/24"]) is None
    assert order_of(["25.4.24", "3/4/24"]) is None


def test_evidence_tells_silence_from_contradiction():
    silent, torn = OrderEvidence(), OrderEvidence()
    silent.add("3/4/24")
    torn.add("25/4/24")
    torn.add("4/25/24")
    assert (silent.contradicts, torn.contradicts) == (False, True)


def test_columns_mix_styles_and_blanks():
    written = ["05 Mar 2024", None, "5-Mar-24", "N/A", "junk", "05 Mar 24", "31 Feb 2024", "2024-03-05", "05 Mar 0024"]
    day = datetime(2024, 3, 5)
    assert read_moments(pl.Series(written)).to_list() == [day, None, day, None, None, day, None, day, None]


def test_columns_without_values():
    assert read_moments(pl.Series([None, None], dtype=pl.String)).to_list() == [None, None]
    assert read_moments(pl.Series([], dtype=pl.String)).to_list() == []
