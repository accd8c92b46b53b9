"""Spellings of one company have one canonical form, and two companies have two."""

from __future__ import annotations

import polars as pl
import pytest

from linkstrata.warehouse.companies import canonical_companies

SPELLINGS = {
    "acme": (
        "Acme", "ACME", "  Acme ", "Acme\u00a0Inc.", "Acme, Inc", "Acme Incorporated", "Acme L.L.C.", "Acme Co., Ltd.",
        "The Acme Company", "Acme GmbH & Co. KG", "Acme gmbh&co kg", "Acme S.p.A.", "Acme Sp. z o.o.", "Acme S.à r.l.",
        "Acme A/S", "Acme S/A", "Acme AB (publ)", "Acme Pvt. Ltd.", "Acme e.V.", "Acme™", "Acme®", "Ａｃｍｅ",
        "Acme (formerly Bolt)",
    ),
    "acme works": ("Acme Works", "Acme-Works", "ACME  works Ltd", "Acme/Works"),
    "berg and holm": ("Berg & Holm", "Berg and Holm", "Berg&Holm AG"),
    "cafe nore": ("Café Noré", "CAFE NORE", "Cafe\u0301 Nore\u0301 SARL"),
    "jp mora": ("J.P. Mora", "JP Mora"),
    "llc": ("LLC",),
    "カガワ": ("カガワ", "ｶｶﾞﾜ"),
    "カカワ": ("カカワ",),
    "c++ labs": ("C++ Labs",),
    "c labs": ("C Labs",),
    "as one": ("AS One",),
}  # fmt: skip


@pytest.mark.parametrize(("canonical", "spellings"), SPELLINGS.items())
def test_spellings_of_one_company_are_one(canonical: str, spellings: tuple[str, ...]) -> None:
    assert canonical_companies(pl.Series("company", spellings)).to_list() == [canonical] * len(spellings)


def test_what_has_neither_letter_nor_digit_is_no_company() -> None:
    assert canonical_companies(pl.Series("company", [None, "", " - ", "…"])).to_list() == [None] * 4
