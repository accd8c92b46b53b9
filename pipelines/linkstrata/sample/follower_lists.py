"""Lists of the member's followers, in the columns of the tools that people make them with.

No LinkedIn export has such a list.
"""

from __future__ import annotations

from collections.abc import Iterator

from linkstrata.sample.life import Life
from linkstrata.sample.naming import full_name
from linkstrata.sample.requests import FollowerList, Keyed, Layout
from linkstrata.sample.showing import ListedFollower, Showing, member_id, member_number
from linkstrata.sample.text_files import TextFile, columns, escaped_address, plain_address

_PHANTOMBUSTER = "profileLink,fullName,firstName,lastName,followers,isFollowing,timestamp"
_CONSOLE = "index,name,profileUrl,jobTitle,profileImageUrl,connectionInsights,isFollowingBack,memberUrn,extractedDate"
_REPEATED_ROWS_EVERY = 173


def follower_list(life: Life, request: FollowerList) -> TextFile:
    """The list as a comma-separated file; now and then a row stands twice, for such tools run in several goes."""
    rows = _phantombuster(life, request) if request.layout is Layout.PHANTOMBUSTER else _console(life, request)
    header = _PHANTOMBUSTER if request.layout is Layout.PHANTOMBUSTER else _CONSOLE
    return TextFile(request.file_name, columns(header), rows)


def _listed(life: Life, request: FollowerList) -> Iterator[tuple[Showing, ListedFollower]]:
    showing = Showing(life, request.day)
    for number, listed in enumerate(showing.followers(request), 1):
        yield showing, listed
        if number % _REPEATED_ROWS_EVERY == 0:
            yield showing, listed


def _address(showing: Showing, request: FollowerList, person: int) -> str:
    if request.keyed is Keyed.MEMBER_ID:
        return plain_address(member_id(showing.life, person)) + ("/" if person % 5 == 0 else "")
    return escaped_address(showing.slug(person)) + ("/" if person % 5 == 0 else "")


def _phantombuster(life: Life, request: FollowerList) -> Iterator[list[str]]:
    for showing, listed in _listed(life, request):
        first, last = showing.name(listed.person)
        count = listed.person * 7919 % 12_000
        yield [
            _address(showing, request, listed.person),
            full_name(first, last),
            first,
            last,
            f"{count:,} followers" if count > 1 else "",
            "true" if listed.is_followed else "false",
            f"{listed.observed_at:%Y-%m-%dT%H:%M:%S}.{listed.observed_at.microsecond // 1000:03d}Z",
        ]


def _console(life: Life, request: FollowerList) -> Iterator[list[str]]:
    for number, (showing, listed) in enumerate(_listed(life, request), 1):
        yield [
            str(number),
            showing.full_name(listed.person),
            _address(showing, request, listed.person),
            showing.headline(listed.person) or "N/A",
            "N/A",
            "N/A",
            "Yes" if listed.is_followed else "No",
            f"urn:li:member:{member_number(life, listed.person)}",
            f"{listed.observed_at:%Y-%m-%dT%H:%M:%S}.{listed.observed_at.microsecond // 1000:03d}Z",
        ]
