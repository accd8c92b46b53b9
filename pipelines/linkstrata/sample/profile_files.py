"""The files of an archive about the member alone: profile, career, settings, receipts, jobs, learning.

Nobody else is named in them but in Contacts.csv, an address book that the member lets LinkedIn read: strangers, and
the birthdays of connections who share their e-mail address.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from linkstrata.sample.life import Life
from linkstrata.sample.requests import Formats
from linkstrata.sample.showing import Showing
from linkstrata.sample.text_files import (
    Dialect,
    TextFile,
    american_minutes,
    columns,
    long_day,
    month_year,
)

_AD_TARGETING = columns(
    "Member Age,Buyer Groups,Company Names,Company Follower of,Company Category,Company Size,Degrees,degreeClass,"
    "Recent Device OS,Member Schools,Company Growth Rate,Fields of Study,Company Connections,Function By Size,"
    "Job Functions,Member Gender,Graduation Year,Member Groups,Company Industries,Member Interests,Interface Locales,"
    "interfaceLocale,Member Traits,High Value Audience Segments,Profile Locations,Company Revenue,Job Seniorities,"
    "Member Skills,Job Titles,Job Titles,Years of Experience,Company Names"
)


def profile(life: Life, formats: Formats) -> TextFile:
    """Profile.csv: the member's names, headline and place; not the address."""
    header = columns(
        "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
        "Twitter Handles,Websites,Instant Messengers"
    )
    headline, summary = "Data people's person", "I help teams read their own data.  Opinions, mine."
    bracketed = formats.day < date(2025, 6, 1)
    website = "[PERSONAL:https://example.org/me]" if bracketed else "PERSONAL:https://example.org/me"
    row = [*life.owner_name, "", "", "Feb 29", headline, summary, "Software Development", "0150", "Oslo, Norway"]
    row += ["[mirelawrites]" if bracketed else "mirelawrites", website, ""]
    if formats.is_of_2018:
        header += ["Contact Instructions", "Country"]
        row += ["", "no"]
    return TextFile("Profile.csv", header, [row])


def profile_parts(showing: Showing, formats: Formats) -> list[TextFile]:
    """Everything in a Basic archive beside the profile and the network."""
    life = showing.life
    joined, begin = life.joined, life.begin
    moment = datetime(begin.year, begin.month, begin.day, 8, 5)
    minutes = american_minutes(moment)
    career = [
        [
            "Umbra Analytics",
            "Head of Data",
            "Builds the data team.  Hires, mentors, writes.",
            "Oslo",
            month_year(begin),
            "",
        ],
        ["Fable Labs, LLC", "Data Engineer", "", "Bergen, Norway", month_year(joined), month_year(begin)],
    ]
    saved_alerts = ("ALERT_PARAMETERS,QUERY_CONTEXT,SAVED_SEARCH_ID", ["keywords=data", "", "42"])
    if formats.day < date(2025, 1, 1):
        saved_alerts = (
            "Saved Search Date,Jobs Search Url",
            [minutes, "https://www.linkedin.com/jobs/search?keywords=data"],
        )
    contacts_header = (
        "Source,FirstName,LastName,Companies,Title,Emails,PhoneNumbers,CreatedAt,Addresses,Sites,InstantMessageHandles,"
        "FullName,Birthday,Location,BookmarkedAt,Profiles"
    )
    contacts = [_address(minutes, (f"Addr{n}", "Book"), f"addr{n}@example.org,work{n}@example.org") for n in range(5)]
    for row in showing.connections():
        email = showing.email(row.person)
        if email and not row.hidden:
            born_on = date(1988, 1, 1) + timedelta(row.person * 37 % 366)
            contacts.append(_address(minutes, showing.name(row.person), email, f"{born_on:%b} {born_on.day}"))
    receipt = [*life.owner_name, "NO", "0150", minutes, "CARD", "LNKD-1", "Premium", "2.50", "10.00", "12.50", "EUR"]
    sentence = f"You uploaded a feed photo on {begin:%B} {begin.day}, {begin.year} at 9:15 AM (GMT)"
    expires = int(datetime(showing.day.year, showing.day.month, showing.day.day).timestamp())
    photo = f"https://media.licdn.com/dms/image/D4E22AQ/feedshare/0?e={expires + 2592000}"
    learning = (
        "Content Title,Content Description,Content Type,Content Last Watched Date (if viewed),"
        "Content Completed At (if completed),Content Saved,Notes taken on videos (if taken),"
    )
    messages = (
        "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,"
        "FOLDER"
    )
    seeker = (
        "Locations,Industries,Company Employee Count,Preferred Job Types,Job Titles,Open To Recruiters,Dream Companies,"
        "Profile Shared With Job Poster,Job Title For Searching Fast Growing Companies,Introduction Statement,"
        "Phone Number,Job Seeker Activity Level,Preferred Start Time Range,Commute Preference Starting Address,"
        "Commute Preference Starting Time,Mode Of Transportation,Maximum Commute Duration,Open Candidate Visibility,"
        "Job Seeking Urgency Level"
    )
    missing = ["N/A"]
    applied = begin + timedelta(40)
    application = [
        american_minutes(datetime(applied.year, applied.month, applied.day, 19, 0)),
        "me@example.org",
        "",
        "Vellum Works",
        "Analyst",
        "https://www.linkedin.com/jobs/view/4242",
        "cv.pdf",
        "Why us?:Because",
    ]
    return [
        _file("Profile Summary.csv", "Profile Summary"),
        _file("Positions.csv", "Company Name,Title,Description,Location,Started On,Finished On", *career),
        _file(
            "Education.csv",
            "School Name,Start Date,End Date,Notes,Degree Name,Activities",
            ["Saltmarsh University", "2008", "2013", "", "M.Sc., Statistics", 'Choir, "the" chess club'],
        ),
        _file("Skills.csv", "Name", ["SQL"], ["Data Modelling"], ["Public Speaking"]),
        _file("Languages.csv", "Name,Proficiency", ["Norsk", "Native or bilingual proficiency"], ["English", ""]),
        _file(
            "Certifications.csv",
            "Name,Url,Authority,Started On,Finished On,License Number",
            ["Data Steward", "", "Quillon Institute", month_year(begin), "", "QI-77"],
        ),
        _file("Honors.csv", "Title,Description,Issued On", ["Best Poster", "", long_day(joined)]),
        _file("Causes You Care About.csv", "Supported Cause", ["Education"]),
        _file(
            "Email Addresses.csv",
            "Email Address,Confirmed,Primary,Updated On",
            ["me@example.org", "Yes", "Yes", minutes],
        ),
        _file("PhoneNumbers.csv", "Extension,Number,Type", ["", "+47 555 0100", "Mobile"]),
        _file(
            "Registration.csv",
            "Registered At,Registration Ip,Subscription Types",
            [american_minutes(datetime(joined.year, joined.month, 1, 10, 0)), "192.0.2.1", "Free"],
        ),
        TextFile("Contacts.csv", columns(contacts_header), contacts),
        _file(
            "Receipts.csv",
            "First Name,Last Name,Billing Country,Postal Code,Transaction Made At,Payment Method Type,Invoice Number,"
            "Description,Tax Amount,Sub Total,Total Amount,Currency Code",
            receipt,
        ),
        TextFile("Ad_Targeting.csv", _AD_TARGETING, [[f"{name}; more" for name in _AD_TARGETING]]),
        _file("Rich_Media.csv", "Date/Time,Media Description,Media Link", [sentence, " -", photo]),
        _file(
            "Learning.csv", learning, ["SQL in a Day", "Queries", "COURSE", "2024-02-03 10:00 UTC", "N/A", "No", "", ""]
        ),
        _file(
            "Events.csv",
            "Event Name,Event Time,Status,External Url",
            ["Data Evening", f"{long_day(begin)} 06:00 PM - {long_day(begin)} 07:00 PM", "APPROVED", ""],
        ),
        TextFile("SavedJobAlerts.csv", columns(saved_alerts[0]), [saved_alerts[1]]),
        _file("learning_coach_messages.csv", "No conversations found"),
        TextFile("guide_messages.csv", columns(messages), []),
        _file(
            "Jobs/Job Applications.csv",
            "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name,"
            "Question And Answers",
            application,
        ),
        _file(
            "Jobs/Saved Jobs.csv",
            "Saved Date,Job Url,Job Title,Company Name",
            [minutes, "https://www.linkedin.com/jobs/view/4711", "Analytics Lead", "Marble Bank"],
        ),
        TextFile("Jobs/Job Seeker Preferences.csv", columns(seeker), [["Oslo", *[""] * 18]]),
        _file("Jobs/Job Applicant Saved Answers.csv", "Question,Answer", ["Years of experience?", "9"]),
        _file(
            "Verifications/Verifications.csv",
            "First name,Middle name,Last name,Verification type,Organization name,Email address,Country,State,City,"
            "Year of birth,Issuing authority,Document type,Verification service provider,Verified date,Expiry date",
            [
                life.owner_name[0],
                "N/A",
                life.owner_name[1],
                "WORK_EMAIL",
                "Umbra Analytics",
                *missing * 8,
                f"{begin}",
                *missing,
            ],
        ),
        _file(
            "Services Marketplace/Engagements.csv",
            "Creation Time,Marketplace Type,Body,Currency Code,Currency Amount,Billing Time Unit,"
            "Free Consultation included",
        ),
    ]


def _address(imported_at: str, name: tuple[str, str], emails: str, birthday: str = "") -> list[str]:
    """A row of Contacts.csv."""
    return ["FILE_UPLOAD", *name, "", "", emails, "", imported_at, "", "", "", " ".join(name), birthday, "", "", ""]


def _file(path: str, header: str, *rows: list[str]) -> TextFile:
    return TextFile(path, columns(header), rows, Dialect.LINE_FEED)
