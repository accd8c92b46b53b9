"""What the member asked for and when: the files that a sample consists of, each with the formats of its day.

A request says what is handed out (an archive, a workbook, a list of followers); it writes nothing. `writing` makes the
file of it, `truth` says what linkstrata must make of all of them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

EXPORT_TIME = (21, 14, 8)
"""Hour, minute and second (UTC) at which every archive is made: after everything that happens on its day."""


class Contents(Enum):
    """How much of an archive was asked for: the larger one, the first part of it, or some files by their names."""

    COMPLETE = "complete"
    BASIC = "basic"
    CONNECTIONS = "connections"
    CORRESPONDENCE = "profile, messages and invitations"


@dataclass(frozen=True)
class Archive:
    """A LinkedIn archive of one day. `era` is the day whose formats it has, where that is not its own day."""

    day: date
    contents: Contents = Contents.COMPLETE
    era: date | None = None

    @property
    def file_name(self) -> str:
        kind = "Complete" if self.contents is Contents.COMPLETE else "Basic"
        return f"{kind}_LinkedInDataExport_{self.day:%m-%d-%Y}.zip"

    @property
    def formats(self) -> Formats:
        return Formats(self.era or self.day)

    @property
    def lists_connections(self) -> bool:
        return self.contents is not Contents.CORRESPONDENCE

    @property
    def has_correspondence(self) -> bool:
        """Messages and invitations."""
        return self.contents is not Contents.CONNECTIONS

    @property
    def has_endorsements(self) -> bool:
        """Endorsements and recommendations."""
        return self.contents in (Contents.COMPLETE, Contents.BASIC)


@dataclass(frozen=True)
class Workbook:
    """A creator analytics workbook over the days first to last; handed out on the last."""

    first: date
    last: date
    era: date | None = None

    @property
    def day(self) -> date:
        return self.last

    @property
    def is_text_only(self) -> bool:
        """Since 2026 every number is a text and the file name begins with AggregateAnalytics."""
        return (self.era or self.last) >= date(2026, 4, 1)

    def file_name(self, owner: str) -> str:
        if self.is_text_only:
            return f"AggregateAnalytics_{owner}_{self.first}_{self.last}.xlsx"
        return f"Content_{self.first}_{self.last}_{owner}.xlsx"


class Layout(Enum):
    """Whose columns a follower list has."""

    PHANTOMBUSTER = "phantombuster"
    CONSOLE = "console"


class Keyed(Enum):
    """What a follower list knows people by."""

    SLUG = "slug"
    MEMBER_ID = "member_id"


@dataclass(frozen=True)
class FollowerList:
    """A list of the people who follow the member on a day.

    share: the share of the followers that it names; who is left out depends on the day alone.
    declared_complete: whether the user says that it names everybody.
    """

    day: date
    layout: Layout = Layout.PHANTOMBUSTER
    keyed: Keyed = Keyed.MEMBER_ID
    share: float = 1.0
    declared_complete: bool = False

    @property
    def file_name(self) -> str:
        return "result.csv" if self.layout is Layout.PHANTOMBUSTER else "linkedin_followers.csv"


Request = Archive | Workbook | FollowerList


@dataclass(frozen=True)
class Formats:
    """Which generation each file of an archive has on a day (the days as near as public files show them)."""

    day: date

    @property
    def connections_have_addresses(self) -> bool:
        return self.day >= date(2023, 7, 1)

    @property
    def connections_have_notes(self) -> bool:
        """The three lines above the header of Connections.csv."""
        return self.day >= date(2021, 1, 1)

    @property
    def connections_have_times(self) -> bool:
        """`10/4/18, 7:05 AM` instead of `04 Oct 2018`; such files are not sorted either."""
        return self.day < date(2018, 11, 5)

    @property
    def connections_are_of_2016(self) -> bool:
        return self.day < date(2017, 6, 1)

    @property
    def messages(self) -> str:
        """The name of the header generation of messages.csv."""
        for since, name in (
            (date(2026, 2, 1), "2026-02"),
            (date(2025, 12, 1), "2025-12"),
            (date(2024, 11, 15), "2024"),
            (date(2023, 1, 1), "2023"),
            (date(2019, 1, 1), "2021"),
        ):
            if self.day >= since:
                return name
        return "2018"

    @property
    def messages_have_addresses(self) -> bool:
        """Of the senders; those of the recipients came later."""
        return self.messages != "2018"

    @property
    def messages_have_recipients(self) -> bool:
        return self.messages not in ("2018", "2021")

    @property
    def messages_have_drafts(self) -> bool:
        return self.messages_have_recipients

    @property
    def invitations(self) -> str:
        """`names`, `urns` or `addresses`: what Invitations.csv knows people by."""
        if self.day >= date(2023, 10, 1):
            return "addresses"
        return "urns" if self.day >= date(2023, 7, 1) else "names"

    @property
    def endorsements_have_addresses(self) -> bool:
        return self.day >= date(2023, 1, 1)

    @property
    def activity_breaks_lines(self) -> bool:
        """Until 2025 the activity files end lines with CR LF, and Comments.csv leaves line breaks unquoted."""
        return self.day < date(2025, 1, 1)

    @property
    def is_of_2018(self) -> bool:
        """UTF-16 tables, other file names."""
        return self.day < date(2019, 1, 1)
