"""The archive's files about the member's own profile, and what others said of it: jobs, schools, skills, praise.

Declarations alone; see `tables.py` for their words and `csv_files.py` for how the files are read.
"""

from __future__ import annotations

from typing import Literal

from linkstrata.exports.tables import Kind, Table, address, moment, seen, text, vague_day

_Direction = Literal["received", "given"]
_FULL_NAME = (("first_name", "last_name"),)
_DIRECTIONS: tuple[_Direction, ...] = ("received", "given")


def _endorsements(direction: _Direction) -> Table:
    other = "endorser" if direction == "received" else "endorsee"
    title = other.capitalize()
    columns = (
        moment("endorsed_at", "Endorsement Date", "when"),
        text("skill_name", "Skill Name", "skill"),
        text(f"{other}_first_name", f"{title} First Name", "given name"),
        text(f"{other}_last_name", f"{title} Last Name", "family name"),
        address(f"{other}_url", f"{title} Public Url", "address without a scheme (2023 –)"),
        text("status", "Endorsement Status", "ACCEPTED, PENDING; Accepted in old files"),
        text("display_status", "Display Status", "Accepted or Redacted (old files)"),
    )
    people = f"{title} First Name,{title} Last Name"
    return Table(
        f"endorsements_{direction}",
        (f"Endorsement_{direction.capitalize()}_Info",),
        Kind.SNAPSHOT,
        columns,
        f"Skill endorsements {direction}.",
        (
            seen("2023", f"Endorsement Date,Skill Name,{people},{title} Public Url,Endorsement Status", "2023 –"),
            seen("2021", f"Endorsement Date,Skill Name,{people},Endorsement Status", "2021 – 2023"),
            seen(
                "2018",
                f"Endorsement Date,Skill Name,{people},Endorsement Status,Display Status",
                "2018 – 2022, UTF-16 with tabs",
            ),
        ),
        ((f"{other}_first_name", f"{other}_last_name"),),
    )


def _recommendations(direction: _Direction) -> Table:
    return Table(
        f"recommendations_{direction}",
        (f"Recommendations_{direction.capitalize()}",),
        Kind.SNAPSHOT,
        (
            text("first_name", "First Name", "given name of the other person"),
            text("last_name", "Last Name", "family name of the other person"),
            text("company", "Company", "their employer"),
            text("job_title", "Job Title", "their title"),
            text("text", "Text", "the recommendation"),
            moment("created_at", "Creation Date", "when it was written"),
            text("status", "Status", "VISIBLE, HIDDEN, PENDING …"),
        ),
        f"Recommendations {direction}.",
        (seen("2018", "First Name,Last Name,Company,Job Title,Text,Creation Date,Status", "2018 –"),),
        _FULL_NAME,
    )


PROFILE_TABLES: tuple[Table, ...] = (
    Table(
        "profile",
        ("Profile",),
        Kind.SNAPSHOT,
        (
            text("first_name", "First Name", "the member's given name"),
            text("last_name", "Last Name", "the member's family name"),
            text("maiden_name", "Maiden Name", "former name"),
            text("address", "Address", "postal address"),
            text("birth_date", "Birth Date", "as written: Mon D, or Mon D, YYYY"),
            text("headline", "Headline", "line under the name"),
            text("summary", "Summary", "about text"),
            text("industry", "Industry", "industry"),
            text("zip_code", "Zip Code", "postal code"),
            text("geo_location", "Geo Location", "region"),
            text("twitter_handles", "Twitter Handles", "handles, in brackets in some generations"),
            text("websites", "Websites", "LABEL:address, in brackets in some generations"),
            text("instant_messengers", "Instant Messengers", "KIND:handle, in brackets in some generations"),
            text("contact_instructions", "Contact Instructions", "how to make contact (2018)"),
            text("country", "Country", "country (2018)"),
        ),
        "The member's own profile: one row, without the profile's address.",
        (
            seen(
                "2021",
                "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
                "Twitter Handles,Websites,Instant Messengers",
                "2019 –",
            ),
            seen(
                "2018",
                "First Name,Last Name,Maiden Name,Address,Birth Date,Contact Instructions,Headline,Summary,Industry,"
                "Country,Zip Code,Geo Location,Twitter Handles,Websites,Instant Messengers",
                "2018",
            ),
        ),
        _FULL_NAME,
    ),
    *(make(direction) for make in (_endorsements, _recommendations) for direction in _DIRECTIONS),
    Table(
        "profile_summaries",
        ("Profile Summary",),
        Kind.SNAPSHOT,
        (text("summary", "Profile Summary", "about text"),),
        "The about text by itself; mostly a header alone.",
        (seen("2021", "Profile Summary", "2021 –"),),
    ),
    Table(
        "positions",
        ("Positions",),
        Kind.SNAPSHOT,
        (
            text("company", "Company Name", "employer"),
            text("title", "Title", "job title"),
            text("description", "Description", "description"),
            text("location", "Location", "place, in the profile's language"),
            *vague_day("started_on", "Started On", "beginning"),
            *vague_day("finished_on", "Finished On", "end; blank while it lasts"),
        ),
        "The member's jobs.",
        (seen("2018", "Company Name,Title,Description,Location,Started On,Finished On", "2018 –"),),
    ),
    Table(
        "education",
        ("Education",),
        Kind.SNAPSHOT,
        (
            text("school", "School Name", "school"),
            *vague_day("started_on", "Start Date", "beginning"),
            *vague_day("finished_on", "End Date", "end"),
            text("notes", "Notes", "notes"),
            text("degree", "Degree Name", "degree"),
            text("activities", "Activities", "activities"),
        ),
        "The member's schools.",
        (seen("2018", "School Name,Start Date,End Date,Notes,Degree Name,Activities", "2018 –"),),
    ),
    Table(
        "skills",
        ("Skills",),
        Kind.SNAPSHOT,
        (text("name", "Name", "skill, in the profile's language"),),
        "The member's skills.",
        (seen("2018", "Name", "2018 –"),),
    ),
    Table(
        "courses",
        ("Courses",),
        Kind.SNAPSHOT,
        (text("name", "Name", "course"), text("number", "Number", "its number")),
        "Courses the member took.",
        (seen("2018", "Name,Number", "2018 –"),),
    ),
    Table(
        "languages",
        ("Languages",),
        Kind.SNAPSHOT,
        (text("name", "Name", "language, in the profile's language"), text("proficiency", "Proficiency", "how well")),
        "Languages the member speaks.",
        (seen("2018", "Name,Proficiency", "2018 –"),),
    ),
    Table(
        "certifications",
        ("Certifications",),
        Kind.SNAPSHOT,
        (
            text("name", "Name", "certificate"),
            text("url", "Url", "its address"),
            text("authority", "Authority", "who issued it"),
            *vague_day("started_on", "Started On", "valid from"),
            *vague_day("finished_on", "Finished On", "valid until"),
            text("license_number", "License Number", "its number"),
        ),
        "The member's certificates.",
        (seen("2018", "Name,Url,Authority,Started On,Finished On,License Number", "2018 –"),),
    ),
    Table(
        "projects",
        ("Projects",),
        Kind.SNAPSHOT,
        (
            text("title", "Title", "project"),
            text("description", "Description", "description"),
            text("url", "Url", "its address"),
            *vague_day("started_on", ("Started On", "Start Date"), "beginning"),
            *vague_day("finished_on", ("Finished On", "End Date"), "end"),
        ),
        "The member's projects.",
        (
            seen("2021", "Title,Description,Url,Started On,Finished On", "2019 –"),
            seen("2018", "Title,Description,Url,Start Date,End Date", "2018"),
        ),
    ),
    Table(
        "publications",
        ("Publications",),
        Kind.SNAPSHOT,
        (
            text("name", "Name", "title"),
            *vague_day("published_on", "Published On", "day of publication"),
            text("description", "Description", "description"),
            text("publisher", "Publisher", "publisher"),
            text("url", "Url", "its address"),
        ),
        "The member's publications.",
        (seen("2018", "Name,Published On,Description,Publisher,Url", "2018 –"),),
    ),
    Table(
        "honors",
        ("Honors",),
        Kind.SNAPSHOT,
        (
            text("title", "Title", "honor"),
            text("description", "Description", "description"),
            *vague_day("issued_on", ("Issued On", "Issue Date"), "day of issue"),
            text("issuer", "Issuer", "who gave it (2018)"),
        ),
        "The member's honors.",
        (
            seen("2021", "Title,Description,Issued On", "2019 –"),
            seen("2018", "Title,Description,Issuer,Issue Date", "2018"),
        ),
    ),
    Table(
        "organizations",
        ("Organizations",),
        Kind.SNAPSHOT,
        (
            text("name", "Name", "organization"),
            text("description", "Description", "description"),
            text("position", "Position", "the member's part in it"),
            *vague_day("started_on", ("Started On", "Start Date"), "beginning"),
            *vague_day("finished_on", ("Finished On", "End Date"), "end"),
        ),
        "Organizations the member belongs to.",
        (seen("2018", "Name,Description,Position,Started On,Finished On", "2018 –"),),
    ),
    Table(
        "patents",
        ("Patents",),
        Kind.SNAPSHOT,
        (
            text("title", ("Title", "Name"), "patent"),
            text("description", "Description", "description"),
            text("number", ("Patent Number", "Number"), "its number"),
            text("application_number", "Application Number", "number of the application"),
            text("issuer", ("Issuer", "Patent Office"), "who granted it"),
            text("status", ("Status", "Patent Status"), "pending or granted"),
            *vague_day("filed_on", ("Filing Date", "Filed On"), "day of filing"),
            *vague_day("issued_on", ("Issued On", "Issue Date"), "day of grant"),
            text("url", "Url", "its address"),
        ),
        "The member's patents. The header is not known from a real file.",
    ),
    Table(
        "test_scores",
        ("Test Scores",),
        Kind.SNAPSHOT,
        (
            text("name", ("Name", "Test Name"), "test"),
            text("score", ("Score", "Test Score"), "score as written"),
            *vague_day("taken_on", ("Date", "Test Date", "Taken On", "Dated On"), "day of the test"),
            text("description", "Description", "description"),
        ),
        "The member's test results. The header is not known from a real file.",
    ),
    Table(
        "volunteering",
        ("Volunteering", "Volunteering Experiences", "Volunteer Experiences"),
        Kind.SNAPSHOT,
        (
            text("organization", ("Company Name", "Organization"), "organization"),
            text("role", ("Role", "Title"), "part in it"),
            text("cause", "Cause", "cause"),
            *vague_day("started_on", ("Started On", "Start Date"), "beginning"),
            *vague_day("finished_on", ("Finished On", "End Date"), "end"),
            text("description", "Description", "description"),
        ),
        "Volunteer work.",
        (seen("2018", "Company Name,Role,Cause,Started On,Finished On,Description", "2018 –", "P"),),
    ),
    Table(
        "causes",
        ("Causes You Care About",),
        Kind.SNAPSHOT,
        (text("cause", "Supported Cause", "cause"),),
        "Causes the member cares about.",
        (seen("2018", "Supported Cause", "2018 –"),),
    ),
)
