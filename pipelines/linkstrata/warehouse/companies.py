"""Company names as they are compared: the same company under another spelling is not another company.

People type the employer themselves, so one company stands as "Acme", "ACME Inc." and "Acme, Inc". The canonical form
is for comparing and counting; what people see is a spelling that stands in the exports.
"""

from __future__ import annotations

import polars as pl

LEGAL_FORMS = (
    "inc|incorporated|llc|llp|lp|ltd|limited|plc|corp|corporation|company|co|gmbh|mbh|ag|kg|kgaa|ug|se|ohg|ev|"
    "sa|sas|sasu|sarl|sa rl|srl|spa|sl|slu|sau|ltda|eireli|nv|bv|vof|ab|ab publ|asa|as|aps|oy|oyj|kft|zrt|sro|"
    "sp z oo|spzoo|doo|pty|pvt|private limited|pte|bhd|sdn bhd|kk|pjsc|llc fz|fze|fzco"
)
"""Endings that say how a company is registered, as they stand once punctuation and accents fell. Joint ones ("gmbh & co
kg") fall one after another."""


def canonical_companies(names: pl.Series) -> pl.Series:
    """Each name's canonical form; NULL for NULL and for a name without a letter or digit.

    Letters count and not how they are typed: case, width, accents on Latin letters, trademark signs, punctuation and
    blanks fall, "&" reads as "and". A leading "the", a remark like "(formerly …)" and the legal forms at the end fall
    too. A name that consists of a legal form alone keeps it.
    """
    plain = (
        names.str.replace_all("[™®©℠]", "")
        .str.normalize("NFKD")
        .str.replace_all(r"(\p{Latin})\p{M}+", "$1")
        .str.normalize("NFKC")
        .str.to_lowercase()
        .str.replace_all(r"\s*\((?:formerly|ex|now|acquired by|part of)[^)]*\)", "")
        .str.replace_all("&", " and ")
        .str.replace_all(r"\.(\p{L})\.", ".$1")
        .str.replace_all(r"\b([as])/([as])\b", "$1$2")
        .str.replace_all(r"['’`.]", "")
        .str.replace_all(r"[^\p{L}\p{M}\p{N}+#]+", " ")
        .str.strip_chars()
        .str.replace(r"^the ", "")
    )
    shorter = plain
    for _ in range(3):
        shorter = shorter.str.replace(rf" (?:and )?(?:{LEGAL_FORMS})$", "")
    return pl.select(pl.when(shorter.str.len_chars() > 0).then(shorter)).to_series().alias(names.name)
