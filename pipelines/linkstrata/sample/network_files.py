"""The files of an archive that name other people: connections, messages, invitations, follows, endorsements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from linkstrata.sample.life import OWNER
from linkstrata.sample.naming import LONGEST_FIELD
from linkstrata.sample.requests import Formats
from linkstrata.sample.showing import (
    Showing,
    ShownMessage,
    conversation_id,
    member_number,
)
from linkstrata.sample.text_files import (
    Dialect,
    TextFile,
    american_minutes,
    bare_address,
    columns,
    day_month_year,
    escaped_address,
    iso_seconds,
    padded_minutes,
    plain_address,
    slashed_seconds,
    unix_style,
)

_CONNECTIONS_NOTES = (
    'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing. You '
    "will only see email addresses for connections who have allowed their connections to see or download their email "
    "address using this setting https://www.linkedin.com/psettings/privacy/email. You can learn more here "
    'https://www.linkedin.com/help/linkedin/answer/261"\n\n'
)
_MESSAGES_2021 = columns("CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER")
_MESSAGES_2023 = [*_MESSAGES_2021[:5], "RECIPIENT PROFILE URLS", *_MESSAGES_2021[5:]]
MESSAGE_HEADERS = {
    "2018": columns("From,To,Date,Subject,Content,Direction,Folder"),
    "2021": _MESSAGES_2021,
    "2023": _MESSAGES_2023,
    "2024": [*_MESSAGES_2023, "IS MESSAGE DRAFT", "IS CONVERSATION DRAFT"],
    "2025-12": [*_MESSAGES_2023, "ATTACHMENTS"],
    "2026-02": [*_MESSAGES_2023, "ATTACHMENTS", "IS MESSAGE DRAFT"],
}
"""The header of messages.csv in each generation."""

_REPEATED_ROWS_EVERY = 997


def connections(showing: Showing, formats: Formats) -> TextFile:
    """Connections.csv: one row a connection; of a closed account the day alone."""
    if formats.connections_are_of_2016:
        names = "First Name,Last Name,Address,Email Address,Company,Position,Connected On,Websites,Instant Messengers"
    elif formats.connections_have_addresses:
        names = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    else:
        names = "First Name,Last Name,Email Address,Company,Position,Connected On"
    return TextFile(
        "Connections.csv",
        columns(names),
        _connection_rows(showing, formats),
        Dialect.CARRIAGE_RETURN if formats.connections_are_of_2016 else Dialect.LINE_FEED,
        _CONNECTIONS_NOTES if formats.connections_have_notes else "",
    )


def _connection_rows(showing: Showing, formats: Formats) -> Iterator[list[str]]:
    listed = showing.connections()
    if formats.connections_have_times:
        listed.sort(key=lambda row: row.person)
    for row in listed:
        moment = datetime(row.connected_on.year, row.connected_on.month, row.connected_on.day)
        moment += timedelta(minutes=360 + row.person * 7 % 840)
        if formats.connections_are_of_2016:
            connected = padded_minutes(moment)
        elif formats.connections_have_times:
            connected = american_minutes(moment)
        else:
            connected = day_month_year(row.connected_on)
        first = last = address = email = company = position = ""
        if not row.hidden:
            first, last = showing.name(row.person)
            address = escaped_address(showing.slug(row.person))
            email = showing.email(row.person)
            company, position = (text[:LONGEST_FIELD] for text in showing.job(row.person))
        if formats.connections_are_of_2016:
            yield [first, last, "", email, company, position, connected, "", ""]
        elif formats.connections_have_addresses:
            yield [first, last, address, email, company, position, connected]
        else:
            yield [first, last, email, company, position, connected]


def messages(showing: Showing, formats: Formats) -> TextFile:
    """messages.csv: one row a message, drafts and advertisements among them."""
    generation = formats.messages
    rows = _messages_of_2018(showing) if generation == "2018" else _message_rows(showing, generation, formats)
    name = "Messages.csv" if generation == "2018" else "messages.csv"
    return TextFile(name, MESSAGE_HEADERS[generation], rows)


def _message_rows(showing: Showing, generation: str, formats: Formats) -> Iterator[list[str]]:
    """Newest first but for some neighbours, and now and then a row twice, as in real files."""
    held: list[str] | None = None
    ids: dict[int, str] = {}
    names: dict[tuple[int | None, ...], str] = {}
    senders: dict[int | None, tuple[str, str]] = {}
    addresses: dict[tuple[int | None, ...], str] = {}
    for number, shown in enumerate(showing.messages(formats.messages_have_drafts), 1):
        conversation = shown.conversation.number
        if conversation not in ids:
            ids[conversation] = conversation_id(showing.life, conversation)
        if shown.recipients not in names:
            names[shown.recipients] = ",".join(showing.full_name(person) for person in shown.recipients)
            known = (plain_address(showing.slug(person)) for person in shown.recipients if person is not None)
            addresses[shown.recipients] = ",".join(known)
        if shown.sender not in senders:
            address = "" if shown.sender is None else plain_address(showing.slug(shown.sender))
            senders[shown.sender] = (showing.full_name(shown.sender), address)
        row = [ids[conversation], shown.conversation.title, *senders[shown.sender], names[shown.recipients]]
        if generation != "2021":
            row.append(addresses[shown.recipients])
        row += [iso_seconds(shown.sent_at) + " UTC", shown.subject, shown.content, shown.folder]
        if generation in ("2025-12", "2026-02"):
            row.append(shown.attachments)
        if generation in ("2024", "2026-02"):
            row.append("Yes" if shown.serial is None else "No")
        if generation == "2024":
            row.append("Yes" if shown.begins_conversation else "No")
        if number % 97 == 0 and held is None:
            held = row
            continue
        yield row
        if number % _REPEATED_ROWS_EVERY == 0:
            yield row
        if held is not None:
            yield held
            held = None
    if held is not None:
        yield held


def _messages_of_2018(showing: Showing) -> Iterator[list[str]]:
    for shown in showing.messages(with_drafts=False):
        mine = shown.sender == OWNER
        yield [
            showing.full_name(shown.sender),
            ",".join(showing.full_name(person) for person in shown.recipients),
            american_minutes(shown.sent_at),
            shown.subject,
            shown.content,
            "OUTGOING" if mine else "INCOMING",
            _folder_of_2018(shown, mine),
        ]


def _folder_of_2018(shown: ShownMessage, mine: bool) -> str:
    if shown.folder == "ARCHIVE":
        return "ARCHIVED"
    return "SENT" if mine else "INBOX"


def invitations(showing: Showing, formats: Formats) -> TextFile:
    """Invitations.csv: open ones and those of the last year."""
    header = columns("From,To,Sent At,Message,Direction")
    if formats.invitations == "urns":
        header += ["inviterProfileUrn", "inviteeProfileUrn"]
    elif formats.invitations == "addresses":
        header += ["inviterProfileUrl", "inviteeProfileUrl"]
    return TextFile("Invitations.csv", header, _invitation_rows(showing, formats))


def _invitation_rows(showing: Showing, formats: Formats) -> Iterator[list[str]]:
    for shown in showing.invitations():
        pair = [shown.person, OWNER] if shown.incoming else [OWNER, shown.person]
        row = [showing.full_name(person) for person in pair]
        row += [american_minutes(shown.sent_at), shown.message, "INCOMING" if shown.incoming else "OUTGOING"]
        if formats.invitations == "urns":
            row += [f"urn:li:member:{member_number(showing.life, person)}" for person in pair]
        elif formats.invitations == "addresses":
            row += [plain_address(showing.slug(person)) for person in pair]
        yield row


def member_follows(showing: Showing, dialect: Dialect) -> TextFile:
    """Member_Follows.csv: whom the member clicked Follow and Unfollow on."""
    rows = (
        [iso_seconds(click.followed_at), "Active" if click.active else "Unfollow", showing.full_name(click.person)]
        for click in showing.member_follows()
    )
    return TextFile("Member_Follows.csv", ["Date", "Status", "FullName"], rows, dialect)


def company_follows(showing: Showing) -> TextFile:
    """Company Follows.csv: pages the member follows."""
    follows = sorted(showing.life.company_follows, reverse=True)
    rows = ([name, unix_style(moment)] for moment, name in follows if moment.date() <= showing.day)
    return TextFile("Company Follows.csv", ["Organization", "Followed On"], rows)


def endorsements(showing: Showing, formats: Formats, given: bool) -> TextFile:
    """Endorsement_Given_Info.csv or Endorsement_Received_Info.csv; of open accounts."""
    kind, role = ("Given", "Endorsee") if given else ("Received", "Endorser")
    header = ["Endorsement Date", "Skill Name", f"{role} First Name", f"{role} Last Name"]
    header += [f"{role} Public Url"] * formats.endorsements_have_addresses + ["Endorsement Status"]
    rows = []
    for endorsement in showing.life.endorsements:
        person = endorsement.person
        if endorsement.given is not given or endorsement.endorsed_at.date() > showing.day:
            continue
        if showing.unless_closed(person) is None:
            continue
        address = [bare_address(showing.slug(person))] * formats.endorsements_have_addresses
        status = "PENDING" if given and not endorsement.accepted else "ACCEPTED"
        moment = slashed_seconds(endorsement.endorsed_at)
        rows.append([moment, endorsement.skill, *showing.name(person), *address, status])
    return TextFile(f"Endorsement_{kind}_Info.csv", header, sorted(rows, reverse=True))


def recommendations(showing: Showing, given: bool) -> TextFile:
    """Recommendations_Given.csv or Recommendations_Received.csv."""
    rows = [
        [
            *showing.name(recommendation.person),
            *showing.job(recommendation.person),
            recommendation.text,
            padded_minutes(recommendation.written_at),
            "VISIBLE",
        ]
        for recommendation in showing.life.recommendations
        if recommendation.given is given and recommendation.written_at.date() <= showing.day
    ]
    header = columns("First Name,Last Name,Company,Job Title,Text,Creation Date,Status")
    return TextFile(f"Recommendations_{'Given' if given else 'Received'}.csv", header, rows)
