"""The catalogue hangs together, and every header it declares leads to its table and is read."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from pathlib import PurePosixPath

import polars as pl
import pytest

from linkstrata.exports.catalogue import TABLES, normalised, numbered, table_of_file, table_of_header
from linkstrata.exports.frames import frame_schema
from linkstrata.exports.tables import Generation, Table

GENERATIONS = [
    pytest.param(table, generation, id=f"{table.name} {generation.label}")
    for table in TABLES.values()
    for generation in table.generations
]
CELLS = {
    "date": "05 Mar 2024",
    "timestamp": "2024-03-05 06:07:08",
    "integer": "7",
    "real": "7.5",
    "boolean": "Yes",
    "profile_url": "https://www.linkedin.com/in/ann",
    "profile_urls": "https://www.linkedin.com/in/ann",
    "text": "words",
}
DTYPES = {
    "date": pl.Date,
    "timestamp": pl.Datetime("us"),
    "integer": pl.Int64,
    "real": pl.Float64,
    "boolean": pl.Boolean,
    "profile_url": pl.String,
    "profile_urls": pl.String,
    "text": pl.String,
}


@pytest.mark.parametrize(("table", "generation"), GENERATIONS)
def test_every_generation_is_read_whole(read_file, table: Table, generation: Generation):
    known = table.known_headers
    keys = numbered(generation.header)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(generation.header)
    writer.writerow([CELLS[known[key][0].type] if key else "" for key in keys])
    rows = read_file(f"{table.files[0]}.csv", text.getvalue())
    assert (rows.table, rows.detail, rows.rejected) == (table.name, None, [])
    row = rows.only()
    filled = {name for name, value in row.items() if value is not None and name not in ("line_number", "extra")}
    whole = {column.name for key in keys if key for column in known[key] if column.pattern is None}
    assert whole <= filled
    assert list(row) == [column.name for column in table.columns] + ["line_number", "extra"]
    assert (
        rows.frame.schema
        == frame_schema(table)
        == {
            **{column.name: DTYPES[column.type] for column in table.columns},
            "line_number": pl.Int64,
            "extra": pl.String,
        }
    )


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_names_are_sql_names_and_described(table: Table):
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in (table.name, *names))
    assert not {"owner", "archive_id", "line_number", "extra"} & set(names)
    assert table.description
    assert all(column.description for column in table.columns)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_what_tables_say_of_columns_is_true(table: Table):
    names = {column.name for column in table.columns}
    assert names.issuperset(name for group in table.person_names for name in group)
    for column, last in ((table.unquoted_breaks, True), (table.overflow, True), (table.wrapped_lines, False)):
        if column is not None:
            assert column in names
            assert not last or any(g.header[-1] in _headers(table, column) for g in table.generations)


def _headers(table: Table, name: str) -> tuple[str, ...]:
    return next(column.headers for column in table.columns if column.name == name)


def test_no_file_name_leads_to_two_tables():
    owners: dict[str, str] = {}
    for table in TABLES.values():
        for file in table.files:
            assert owners.setdefault(normalised(file), table.name) == table.name


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("Connections.csv", "connections"),
        ("CONNECTIONS.CSV", "connections"),
        ("Connections (1).csv", "connections"),
        ("Connections copy.csv", "connections"),
        ("Connections - Copy (2).csv", "connections"),
        ("Messages.csv", "messages"),
        ("Job Applications_1.csv", "job_applications"),
        ("Job Applicant Saved Screening Question Responses_5.csv", "job_application_answers"),
        ("Shares_123456789.csv", "shares"),
        ("Receipts_v2.csv", "receipts"),
        ("Receipts_v2_123456789.csv", "receipts"),
        ("Endorsement Received Info.csv", "endorsements_received"),
        ("Ad Targeting.csv", "ad_targeting"),
        ("Phone Numbers.csv", "phone_numbers"),
        ("Opprtunities.csv", "service_opportunities"),
        ("Reactions.xlsx", "reactions"),
        ("Something.csv", None),
        ("1.csv", None),
    ],
)
def test_file_names(name, table):
    found = table_of_file(name)
    assert (found and found.name) == table


def test_headers_tell_a_renamed_file():
    h3 = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]
    assert table_of_header(h3).name == "connections"
    assert table_of_header([*reversed(h3), "Tags"]).name == "connections"
    assert table_of_header(["Date", "Type", "Link"]).name == "reactions"
    assert table_of_header(["Question", "Answer"]) is None
    assert table_of_header(["Name"]) is None
    assert table_of_header(["a", "b", "c"]) is None


def test_shared_header_is_told_by_the_name():
    header = ["First Name", "Last Name", "Company", "Job Title", "Text", "Creation Date", "Status"]
    assert table_of_header(header, "Recommendations_Given from work.csv").name == "recommendations_given"
    assert table_of_header(header, "praise.csv").name == "recommendations_received"


# --- every file that was seen in an archive, by its exact name and header, beside what the catalogue declares ---

A, B, C = "2024-03-05 06:07:08", "2024-03-05 06:07:08 UTC", "2024/03/05 06:07:08 UTC"
D, E = "3/5/24, 6:07 AM", "Tue Mar 05 06:07:08 UTC 2024"
SECOND, MINUTE, DAY = datetime(2024, 3, 5, 6, 7, 8), datetime(2024, 3, 5, 6, 7), date(2024, 3, 5)
TALK = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,"
TALK_2023 = f"{TALK}RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER"
PRAISE = "First Name,Last Name,Company,Job Title,Text,Creation Date,Status"
RECEIPT = (
    "First Name,Last Name,Billing Country,Postal Code,Transaction Made At,Payment Method Type,Invoice Number,"
    "Description,Tax Amount,Sub Total,Total Amount,Currency Code"
)
ENDORSED = "Endorsement Date,Skill Name,Endorse{0} First Name,Endorse{0} Last Name"
SEEN = [
    # path, header, one header's cell, table, its column and what is read there
    ("messages.csv", f"{TALK}DATE,SUBJECT,CONTENT,FOLDER", ("DATE", B), "messages", ("sent_at", SECOND)),
    ("messages.csv", TALK_2023, ("DATE", B), "messages", ("sent_at", SECOND)),
    (
        "messages.csv",
        f"{TALK_2023},IS MESSAGE DRAFT",
        ("IS MESSAGE DRAFT", "Yes"),
        "messages",
        ("is_message_draft", True),
    ),
    (
        "messages.csv",
        f"{TALK_2023},IS MESSAGE DRAFT,IS CONVERSATION DRAFT",
        ("IS CONVERSATION DRAFT", "No"),
        "messages",
        ("is_conversation_draft", False),
    ),
    (
        "messages.csv",
        f"{TALK_2023},ATTACHMENTS",
        ("ATTACHMENTS", "https://a"),
        "messages",
        ("attachments", "https://a"),
    ),
    ("messages.csv", f"{TALK_2023},ATTACHMENTS,IS MESSAGE DRAFT", ("DATE", B), "messages", ("sent_at", SECOND)),
    ("Messages.csv", "From,To,Date,Subject,Content,Direction,Folder", ("Date", D), "messages", ("sent_at", MINUTE)),
    ("coach_messages.csv", TALK_2023, ("DATE", B), "coach_messages", ("sent_at", SECOND)),
    ("Invitations.csv", "From,To,Sent At,Message,Direction", ("Sent At", D), "invitations", ("sent_at", MINUTE)),
    (
        "Invitations.csv",
        "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl",
        ("inviteeProfileUrl", "https://www.linkedin.com/in/josé"),
        "invitations",
        ("invitee_url", "https://www.linkedin.com/in/josé"),
    ),
    ("Member_Follows.csv", "Date,Status,FullName", ("Date", A), "member_follows", ("followed_at", SECOND)),
    ("Company Follows.csv", "Organization,Followed On", ("Followed On", E), "company_follows", ("followed_on", SECOND)),
    (
        "Hashtag_Follows.csv",
        "HashTag,CreatedTime,LastModifiedTime,State",
        ("LastModifiedTime", A),
        "hashtag_follows",
        ("modified_at", SECOND),
    ),
    (
        "Member Hashtags.csv",
        "Member Posts About Hashtags",
        ("Member Posts About Hashtags", "sql"),
        "posted_hashtags",
        ("hashtag", "sql"),
    ),
    ("Votes.csv", "Date,Link,OptionText", ("Date", A), "votes", ("voted_at", SECOND)),
    ("InstantReposts.csv", "Date,Link", ("Date", A), "reposts", ("reposted_at", SECOND)),
    (
        "Profile.csv",
        "First Name,Last Name,Maiden Name,Address,Birth Date,Contact Instructions,Headline,Summary,Industry,Country,"
        "Zip Code,Geo Location,Twitter Handles,Websites,Instant Messengers",
        ("Birth Date", "Mar 5"),
        "profile",
        ("birth_date", "Mar 5"),
    ),
    (
        "Positions.csv",
        "Company Name,Title,Description,Location,Started On,Finished On",
        ("Started On", "Mar 2024"),
        "positions",
        ("started_on", date(2024, 3, 1)),
    ),
    (
        "Education.csv",
        "School Name,Start Date,End Date,Notes,Degree Name,Activities",
        ("End Date", "2024"),
        "education",
        ("finished_on", date(2024, 1, 1)),
    ),
    ("Skills.csv", "Name", ("Name", "SQL"), "skills", ("name", "SQL")),
    ("Courses.csv", "Name,Number", ("Number", "7"), "courses", ("number", "7")),
    ("Languages.csv", "Name,Proficiency", ("Name", "Español"), "languages", ("name", "Español")),
    (
        "Certifications.csv",
        "Name,Url,Authority,Started On,Finished On,License Number",
        ("Started On", "Mar 2024"),
        "certifications",
        ("started_on", date(2024, 3, 1)),
    ),
    (
        "Projects.csv",
        "Title,Description,Url,Started On,Finished On",
        ("Finished On", "2024"),
        "projects",
        ("finished_on", date(2024, 1, 1)),
    ),
    (
        "Publications.csv",
        "Name,Published On,Description,Publisher,Url",
        ("Published On", "Mar 5, 2024"),
        "publications",
        ("published_on", DAY),
    ),
    (
        "Organizations.csv",
        "Name,Description,Position,Started On,Finished On",
        ("Started On", "2024"),
        "organizations",
        ("started_on", date(2024, 1, 1)),
    ),
    ("Causes You Care About.csv", "Supported Cause", ("Supported Cause", "Sea"), "causes", ("cause", "Sea")),
    (
        "Endorsement_Received_Info.csv",
        f"{ENDORSED.format('r')},Endorsement Status",
        ("Endorsement Date", C),
        "endorsements_received",
        ("endorsed_at", SECOND),
    ),
    (
        "Endorsement_Given_Info.csv",
        f"{ENDORSED.format('e')},Endorsee Public Url,Endorsement Status",
        ("Endorsee Public Url", "www.linkedin.com/in/ann"),
        "endorsements_given",
        ("endorsee_url", "www.linkedin.com/in/ann"),
    ),
    (
        "Recommendations_Given.csv",
        PRAISE,
        ("Creation Date", "03/05/24, 06:07 AM"),
        "recommendations_given",
        ("created_at", MINUTE),
    ),
    (
        "Recommendations_Received.csv",
        PRAISE,
        ("Creation Date", "03/05/24, 06:07 AM"),
        "recommendations_received",
        ("created_at", MINUTE),
    ),
    ("PhoneNumbers.csv", "Extension,Number,Type", ("Number", "+47 1"), "phone_numbers", ("number", "+47 1")),
    ("Phone Numbers.csv", "Extension,Number,Type", ("Type", "MOBILE"), "phone_numbers", ("number_type", "MOBILE")),
    (
        "Whatsapp Phone Numbers.csv",
        "Number,Extension,Is_WhatsApp_Number",
        ("Is_WhatsApp_Number", "true"),
        "phone_numbers",
        ("is_whatsapp_number", True),
    ),
    (
        "Registration.csv",
        "Registered At,Registration Ip,Subscription Types",
        ("Registered At", D),
        "registration",
        ("registered_at", MINUTE),
    ),
    (
        "Registration.csv",
        "Registration Date,Registration IP Address,Invited by (First Name),Invited by (Last Name),Subscription Types",
        ("Registration Date", D),
        "registration",
        ("registered_at", MINUTE),
    ),
    (
        "Security Challenges.csv",
        "Challenge Date,IP Address,User Agent,Country,Challenge Type",
        ("Challenge Date", E),
        "security_challenges",
        ("challenged_at", SECOND),
    ),
    (
        "Login Attempts.csv",
        "Login Date,IP Address,User Agent,Login Type",
        ("Login Date", C),
        "logins",
        ("logged_in_at", SECOND),
    ),
    ("Likes.csv", "Date,Type,Link", ("Date", A), "reactions", ("reacted_at", SECOND)),
    ("Calendar.csv", "Owner,Source,LastSyncedAt", ("LastSyncedAt", D), "imported_calendars", ("synced_at", MINUTE)),
    ("Ads Clicked.csv", "Ad clicked Date,Ad Title/Id", ("Ad clicked Date", C), "ads_clicked", ("clicked_at", SECOND)),
    (
        "LAN Ads Engagement.csv",
        "Date,Action,Ad Title/Id,Page/App",
        ("Page/App", "News"),
        "ad_network_engagement",
        ("page", "News"),
    ),
    (
        "Inferences_about_you.csv",
        "Category,Type of inference,Description,Inference",
        ("Inference", "Yes"),
        "inferences",
        ("inference", "Yes"),
    ),
    ("Receipts.csv", RECEIPT, ("Total Amount", "12.50"), "receipts", ("total_amount", 12.5)),
    (
        "Reviews.csv",
        "Reviewee,Review Type,Review Section,Creation Date,Rating,Review Text,Review Tags",
        ("Creation Date", D),
        "reviews",
        ("created_at", MINUTE),
    ),
    (
        "Jobs/Saved Jobs.csv",
        "Saved Date,Job Url,Job Title,Company Name",
        ("Saved Date", D),
        "saved_jobs",
        ("saved_at", MINUTE),
    ),
    (
        "Jobs/Job Applicant Saved Screening Question Responses_5.csv",
        "Question,Answer",
        ("Answer", "Yes"),
        "job_application_answers",
        ("answer", "Yes"),
    ),
    (
        "Job Applicant Saved Answers.csv",
        "Question,Answer",
        ("Question", "Why?"),
        "job_application_answers",
        ("question", "Why?"),
    ),
    (
        "Services Marketplace/Engagements.csv",
        "Creation Time,Marketplace Type,Body,Currency Code,Currency Amount,Billing Time Unit,"
        "Free Consultation included",
        ("Currency Amount", "100.00"),
        "service_engagements",
        ("amount", "100.00"),
    ),
    (
        "Services Marketplace/Providers.csv",
        "Creation Time,Marketplace Type,ProFinder Service Category,Top Level Service Category,"
        "Secondary Service Category,Use Profile Location,Available to Work Remotely,Pricing Info Provided,Status,Media",
        ("Status", "OPEN"),
        "service_providers",
        ("status", "OPEN"),
    ),
]


@pytest.mark.parametrize(
    ("path", "header", "given", "table", "expected"), SEEN, ids=[f"{path} {n}" for n, (path, *_) in enumerate(SEEN)]
)
def test_files_that_were_seen(read_archive, path, header, given, table, expected):
    text = io.StringIO()
    writer = csv.DictWriter(text, header.split(","))
    writer.writeheader()
    writer.writerow({given[0]: given[1]})
    for name in (path, PurePosixPath(path).name, f"re-zipped/{path.upper()}"):
        rows = read_archive({name: text.getvalue()})[name]
        assert (rows.table, rows.status, rows.detail, rows.rejected) == (table, "loaded", None, [])
        assert rows.only()[expected[0]] == expected[1]
        assert rows.only()["extra"] is None
