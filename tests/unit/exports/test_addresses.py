"""Which person an address means, in each of the four namespaces."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkstrata.exports.addresses import parse_address, parse_addresses, parse_slug

HOSTS = ["https://www.linkedin.com/in/", "http://linkedin.com/in/", "https://www.linkedin.com/company/", "/in/", ""]
LAST_PARTS = st.text(alphabet="abcACowß0129-_%/? \n", max_size=12) | st.from_regex(r"ac[ow]\w{5,9}", fullmatch=True)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.linkedin.com/in/jos%C3%A9-x",
        "https://www.linkedin.com/in/jos%c3%a9-x",
        "https://www.linkedin.com/in/josé-x",
        "https://www.linkedin.com/in/jose\u0301-x",
        "https://www.linkedin.com/in/jos%25C3%25A9-x",
        "https://www.linkedin.com/in/José-X/",
        "http://linkedin.com/in/jos%C3%A9-x?trk=a#b",
        "www.linkedin.com/in/josé-x",
        "HTTPS://NO.LinkedIn.com/in/josé-x/de",
        "//www.linkedin.com/in/josé-x/overlay/contact-info/",
        "/in/josé-x/",
        "  https://www.linkedin.com/in/jos%E9-x  ",
    ],
)
def test_one_slug_in_all_its_forms(text):
    assert parse_address(text) == ("slug", "josé-x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://www.linkedin.com/in/ACoAABCdEf-_9", ("member_id", "ACoAABCdEf-_9")),
        ("https://www.linkedin.com/in/ACoAABCdEf-_9/", ("member_id", "ACoAABCdEf-_9")),
        ("urn:li:fsd_profile:ACoAABCdEf-_9", ("member_id", "ACoAABCdEf-_9")),
        ("urn:li:fs_miniProfile:ACoAABCdEf-_9", ("member_id", "ACoAABCdEf-_9")),
        ("ACoAABCdEf-_9", ("member_id", "ACoAABCdEf-_9")),
        ("https://www.linkedin.com/in/ACoAA1", ("member_id", "ACoAA1")),
        ("https://www.linkedin.com/sales/people/ACwAABCdEf,NAME_SEARCH,a1b2", ("sales_id", "ACwAABCdEf")),
        ("https://www.linkedin.com/sales/lead/ACwAABCdEf,NAME_SEARCH", ("sales_id", "ACwAABCdEf")),
        ("urn:li:fs_salesProfile:(ACwAABCdEf,NAME_SEARCH,a1b2)", ("sales_id", "ACwAABCdEf")),
        ("https://www.linkedin.com/in/ACwAABCdEf", ("sales_id", "ACwAABCdEf")),
        ("urn:li:member:123", ("member_number", "123")),
        ("000123", ("member_number", "123")),
        ("https://www.linkedin.com/in/123456", ("slug", "123456")),
        ("https://www.linkedin.com/in/acoustic-ann", ("slug", "acoustic-ann")),
        ("https://www.linkedin.com/in/%F0%9F%9A%80-ann", ("slug", "🚀-ann")),
        ("https://www.linkedin.com/in/STRASSE", ("slug", "strasse")),
        ("https://www.linkedin.com/in/straße", ("slug", "strasse")),
    ],
)
def test_namespaces(text, expected):
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "https://www.linkedin.com/company/acme",
        "https://www.linkedin.com/in/",
        "https://www.linkedin.com/feed/update/urn:li:activity:1",
        "https://example.com/in/ann",
        "https://notlinkedin.com/in/ann",
        "https://example.com/?u=linkedin.com/in/ann",
        "urn:li:company:1",
        "urn:li:activity:1",
        "0",
        "12.5",
    ],
)
def test_what_is_no_person(text):
    assert parse_address(text) is None


@given(st.lists(st.builds("".join, st.tuples(st.sampled_from(HOSTS), LAST_PARTS)), min_size=1))
def test_many_are_read_as_each_alone(texts):
    each = [parse_address(text) or (None, None) for text in texts]
    assert parse_addresses(pl.Series(texts)).rows() == each


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Ann-Able", "ann-able"),
        ("https://www.linkedin.com/in/j%C3%B6rg-x/?trk=1", "jörg-x"),
        ("www.linkedin.com/in/ann/", "ann"),
        ("Ann Able", None),
        ("https://www.linkedin.com/company/acme", None),
    ],
)
def test_a_slug_by_itself_or_in_an_address(text, slug):
    assert parse_slug(text) == slug
