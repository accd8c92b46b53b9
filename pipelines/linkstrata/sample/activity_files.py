"""The files of a Complete archive that say what the member did: posts, comments, reactions, searches, sign-ins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from linkstrata.sample.life import Post
from linkstrata.sample.requests import Formats
from linkstrata.sample.showing import Showing
from linkstrata.sample.text_files import Dialect, TextFile, columns, iso_seconds, slashed_seconds, unix_style

_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"
_SEEN_BY = "MEMBER_NETWORK"


def share_number(post: Post) -> int:
    """The number of a post, whose upper bits are its time in milliseconds."""
    milliseconds = int(post.posted_at.replace(tzinfo=UTC).timestamp() * 1000)
    return (milliseconds << 22) + post.number * 4099 % (1 << 22)


def _posts(showing: Showing) -> list[Post]:
    return [post for post in reversed(showing.life.posts) if post.posted_at.date() <= showing.day]


def _encoded(kind: str, number: int) -> str:
    return f"https://www.linkedin.com/feed/update/urn%3Ali%3A{kind}%3A{number}"


def shares(showing: Showing, formats: Formats, dialect: Dialect) -> TextFile:
    """Shares.csv. Each line of a post is wrapped in quotation marks before the field is quoted."""
    if formats.is_of_2018:
        names = "Date,Share Title,Share Description,Share Link,Share Commentary,Shared URL,Media URL,Type,Visibility"
        old = [
            [
                slashed_seconds(post.posted_at),
                "",
                "",
                _encoded("share", share_number(post)),
                post.text,
                *[""] * 3,
                _SEEN_BY,
            ]
            for post in _posts(showing)
        ]
        return TextFile("Shares.csv", columns(names), old, Dialect.UTF_16)
    shared, media = ("SharedUrl", "MediaUrl") if formats.day >= date(2024, 1, 1) else ("SharedURL", "MediaURL")
    rows = [
        [
            iso_seconds(post.posted_at),
            _encoded("ugcPost" if post.number % 3 else "share", share_number(post)),
            '"\n"'.join(post.text.split("\n")),
            "" if post.text else "https://example.org/article",
            "",
            _SEEN_BY,
        ]
        for post in _posts(showing)
    ]
    return TextFile("Shares.csv", ["Date", "ShareLink", "ShareCommentary", shared, media, "Visibility"], rows, dialect)


def comments(showing: Showing, formats: Formats, dialect: Dialect) -> TextFile:
    """Comments.csv; until 2025 a line break alone does not get a comment quoted."""
    said = sorted(showing.life.comments, key=lambda comment: comment.commented_at, reverse=True)
    rows = [
        [
            iso_seconds(comment.commented_at),
            f"https://www.linkedin.com/feed/update/urn:li:activity:{7_000_000_000_000_000_000 + comment.post}",
            comment.text,
        ]
        for comment in said
        if comment.commented_at.date() <= showing.day
    ]
    chosen = Dialect.UNQUOTED_BREAKS if formats.activity_breaks_lines else dialect
    return TextFile("Comments.csv", ["Date", "Link", "Message"], rows, chosen)


def reactions(showing: Showing, dialect: Dialect) -> TextFile:
    """Reactions.csv"""
    clicked = sorted(showing.life.reactions, key=lambda reaction: reaction.reacted_at, reverse=True)
    rows = [
        [
            iso_seconds(reaction.reacted_at),
            reaction.kind,
            _encoded("activity", 7_000_000_000_000_000_000 + reaction.post),
        ]
        for reaction in clicked
        if reaction.reacted_at.date() <= showing.day
    ]
    return TextFile("Reactions.csv", ["Date", "Type", "Link"], rows, dialect)


def small_activity(showing: Showing, formats: Formats, dialect: Dialect) -> list[TextFile]:
    """Votes, saved items, hashtags (until 2024), searches, sign-ins, account history, clicked advertisements."""
    begin = datetime(showing.life.begin.year, showing.life.begin.month, showing.life.begin.day, 9, 30)
    days = max((showing.day - showing.life.begin).days, 1)
    moments = [begin + timedelta(days=days * step // 8, minutes=17 * step) for step in range(8)]
    post = "https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A7000000000000000042"
    searched = sorted(showing.life.searches, reverse=True)
    searches = [[slashed_seconds(moment), text] for moment, text in searched if moment.date() <= showing.day]
    searches_name = "Search Queries.csv" if formats.is_of_2018 else "SearchQueries.csv"
    utf_16 = Dialect.UTF_16 if formats.is_of_2018 else Dialect.LINE_FEED
    signed_in = slashed_seconds if formats.is_of_2018 else unix_style
    history = [[slashed_seconds(moments[0]), "Account reactivated"]]
    status = Dialect.UTF_16 if formats.day < date(2023, 1, 1) else Dialect.LINE_FEED
    files = [
        TextFile("Votes.csv", ["Date", "Link", "OptionText"], [[iso_seconds(moments[2]), post, "Every week"]], dialect),
        TextFile("Saved_Items.csv", ["savedItem", "CreatedTime"], [[post, iso_seconds(moments[3])]], dialect),
        TextFile("InstantReposts.csv", ["Date", "Link"], [[iso_seconds(moments[4]), post]], dialect),
        TextFile(searches_name, ["Time", "Search Query"], searches, utf_16),
        TextFile(
            "Logins.csv",
            ["Login Date", "IP Address", "User Agent", "Login Type"],
            [[signed_in(moment), "192.0.2.17", _AGENT, "SIGN_IN"] for moment in reversed(moments)],
            utf_16,
        ),
        TextFile(
            "Security Challenges.csv",
            ["Challenge Date", "IP Address", "User Agent", "Country", "Challenge Type"],
            [[signed_in(moments[1]), "192.0.2.17", _AGENT, "Norway", "EMAIL_PIN"]],
            utf_16,
        ),
        TextFile("Account Status History.csv", ["Time", "Event"], history, status),
        TextFile("Ads Clicked.csv", ["Ad clicked Date", "Ad Title/Id"], [[slashed_seconds(moments[5]), "Ad 4711"]]),
        TextFile(
            "Inferences_about_you.csv",
            ["Category", "Type of inference", "Description", "Inference"],
            [["Professional", "Seniority", "How senior, as far as we can tell", "Manager"]],
        ),
    ]
    if formats.day < date(2025, 1, 1):
        hashtags = [["data", iso_seconds(moments[1]), iso_seconds(moments[1]), "Follow"]]
        names = ["HashTag", "CreatedTime", "LastModifiedTime", "State"]
        files.append(TextFile("Hashtag_Follows.csv", names, hashtags, dialect))
    return files
