"""The form of a person's name that is compared: what decoration, fonts and credentials hide is taken off.

The name as LinkedIn gave it stays as it is elsewhere; this form is only ever compared, never shown.
"""

from __future__ import annotations

import polars as pl

NOBODY = "linkedin member"
"""What LinkedIn writes for a closed account: it is nobody's name."""

# Format characters and symbols, and what modifies a symbol: variation selectors, skin tones, keycaps.
_DECORATION = r"[\p{Cf}\p{So}\x{FE00}-\x{FE0F}\x{1F3FB}-\x{1F3FF}\x{20E3}]"


def matching_names(names: pl.Series) -> pl.Series:
    """Names as they are compared: NFKC, no symbols, no case, single spaces, no credentials ("Lee, MBA" is "lee").

    NULL for what names nobody: blank, or 'LinkedIn Member'.
    """
    comparable = (
        names.str.normalize("NFKC")
        .str.replace_all(_DECORATION, "")
        .str.replace(r"(?s),.*", "")
        .str.to_lowercase()
        # Lower case differs from caseless form in these two letters alone, once compatibility forms are gone.
        .str.replace_all("ß", "ss", literal=True)
        .str.replace_all("ς", "σ", literal=True)
        .str.normalize("NFKC")
        .str.replace_all(r"[\s\p{Cc}]+", " ")
        .str.strip_chars()
    )
    return comparable.set((comparable == "") | (comparable == NOBODY), None)
