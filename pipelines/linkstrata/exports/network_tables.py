"""The archive's files about other people: connections, conversations, invitations, follows, address books.

Declarations alone; see `tables.py` for their words and `csv_files.py` for how the files are read.
"""

from __future__ import annotations

from linkstrata.exports.tables import Column, Kind, Table, address, day, flag, moment, seen, text

FULL_NAME = (("first_name", "last_name"),)

NETWORK_TABLES: tuple[Table, ...] = (
    Table(
        "connections",
        ("Connections",),
        Kind.SNAPSHOT,
        (
            text("first_name", ("First Name", "Prénom"), "given name; blank in a hidden connection"),
            text("last_name", ("Last Name", "Nom"), "family name, often with credentials after a comma"),
            address("profile_url", ("URL", "Profile URL", "LinkedIn URL"), "address; non-ASCII slugs percent-encoded"),
            text(
                "email",
                ("Email Address", "Email", "E-mail Address", "Adresse e-mail"),
                "only where the connection shares it",
            ),
            text("company", ("Company", "Entreprise"), "employer, cut by LinkedIn at 100 characters"),
            text("position", ("Position", "Poste"), "job title, cut by LinkedIn at 100 characters"),
            day("connected_on", ("Connected On", "Date de connexion"), "day the connection was made"),
            text("address", "Address", "postal address (2016)"),
            text("websites", "Websites", "websites (2016)"),
            text("instant_messengers", "Instant Messengers", "messenger handles (2016)"),
        ),
        "The member's connections; a row with a date alone is a hidden one.",
        (
            seen("H3", "First Name,Last Name,URL,Email Address,Company,Position,Connected On", "mid 2023 –"),
            seen("H2", "First Name,Last Name,Email Address,Company,Position,Connected On", "2018 – mid 2023"),
            seen(
                "H1",
                "First Name,Last Name,Address,Email Address,Company,Position,Connected On,Websites,Instant Messengers",
                "2016",
            ),
        ),
        FULL_NAME,
    ),
    Table(
        "messages",
        ("messages",),
        Kind.LOG,
        (
            text("conversation_id", "CONVERSATION ID", "conversation; blank in drafts and before 2021"),
            text("conversation_title", "CONVERSATION TITLE", "title of a group conversation"),
            text("sender_name", "FROM", "sender; 'LinkedIn Member' for closed accounts"),
            address("sender_url", "SENDER PROFILE URL", "sender's address; slug as raw Unicode"),
            text("recipient_names", "TO", "names joined by commas, which names may hold too"),
            Column("recipient_urls", "profile_urls", ("RECIPIENT PROFILE URLS",), "addresses joined by commas"),
            moment("sent_at", "DATE", "when it was sent; to the minute before 2021"),
            text("subject", "SUBJECT", "subject, mostly of InMail"),
            text("content", "CONTENT", "text, or HTML in InMail"),
            text("folder", "FOLDER", "INBOX, ARCHIVE, SPAM, SENT; blank in drafts"),
            text("attachments", "ATTACHMENTS", "addresses that expire"),
            flag("is_message_draft", "IS MESSAGE DRAFT", "never sent"),
            flag("is_conversation_draft", "IS CONVERSATION DRAFT", "conversation never begun"),
            text("direction", "Direction", "OUTGOING or INCOMING (2018)"),
        ),
        "Messages, one row each.",
        (
            seen(
                "2026",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
                "CONTENT,FOLDER,ATTACHMENTS,IS MESSAGE DRAFT",
                "2026-02 –",
            ),
            seen(
                "2025",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
                "CONTENT,FOLDER,ATTACHMENTS",
                "2025-12",
            ),
            seen(
                "2024-12",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
                "CONTENT,FOLDER,IS MESSAGE DRAFT,IS CONVERSATION DRAFT",
                "2024-12",
            ),
            seen(
                "2024-11",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
                "CONTENT,FOLDER,IS MESSAGE DRAFT",
                "2024-11",
            ),
            seen(
                "2023",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
                "CONTENT,FOLDER",
                "2023 – 2024",
            ),
            seen(
                "2021",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER",
                "2021 – 2023",
            ),
            seen("2018", "From,To,Date,Subject,Content,Direction,Folder", "2018"),
        ),
        (("sender_name",),),
    ),
    Table(
        "invitations",
        ("Invitations",),
        Kind.LOG,
        (
            text("inviter_name", "From", "who invites"),
            text("invitee_name", "To", "who is invited"),
            moment("sent_at", "Sent At", "to the minute"),
            text("message", "Message", "note, mostly blank"),
            text("direction", "Direction", "OUTGOING or INCOMING"),
            address("inviter_url", "inviterProfileUrl", "address; slug as raw Unicode"),
            address("invitee_url", "inviteeProfileUrl", "address; slug as raw Unicode"),
            address("inviter_urn", "inviterProfileUrn", "member URN (2023)"),
            address("invitee_urn", "inviteeProfileUrn", "member URN (2023)"),
        ),
        "Invitations that are pending or recent.",
        (
            seen("v2", "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl", "2023 –"),
            seen("v1.5", "From,To,Sent At,Message,Direction,inviterProfileUrn,inviteeProfileUrn", "2023-07"),
            seen("v1", "From,To,Sent At,Message,Direction", "2018 – 2023"),
        ),
        (("inviter_name",), ("invitee_name",)),
    ),
    Table(
        "member_follows",
        ("Member_Follows",),
        Kind.LOG,
        (
            moment("followed_at", "Date", "when the member followed or stopped"),
            text("status", "Status", "Active or Unfollow"),
            text("full_name", "FullName", "whom; no address is given"),
        ),
        "People the member follows. Nothing in an export says who follows the member.",
        (seen("2021", "Date,Status,FullName", "2021 –"),),
        (("full_name",),),
    ),
    Table(
        "company_follows",
        ("Company Follows",),
        Kind.SNAPSHOT,
        (
            text("organization", "Organization", "name of the company or school"),
            moment("followed_on", "Followed On", "when the member followed it"),
        ),
        "Organizations the member follows.",
        (seen("2018", "Organization,Followed On", "2018 –"),),
    ),
    Table(
        "hashtag_follows",
        ("Hashtag_Follows",),
        Kind.SNAPSHOT,
        (
            text("hashtag", "HashTag", "without its #"),
            moment("created_at", "CreatedTime", "when the member first followed it"),
            moment("modified_at", "LastModifiedTime", "when that last changed"),
            text("state", "State", "Follow or Unfollow"),
        ),
        "Hashtags the member follows or stopped following; gone after 2024.",
        (seen("2021", "HashTag,CreatedTime,LastModifiedTime,State", "2021 – 2024"),),
    ),
    Table(
        "posted_hashtags",
        ("Member Hashtags",),
        Kind.SNAPSHOT,
        (text("hashtag", "Member Posts About Hashtags", "hashtag"),),
        "Hashtags LinkedIn thinks the member posts about.",
        (seen("2022", "Member Posts About Hashtags", "2022"),),
    ),
    Table(
        "coach_messages",
        (
            "coach_messages",
            "guide_messages",
            "learning_coach_messages",
            "learning_role_play_messages",
            "LearningCoachMessages",
        ),
        Kind.LOG,
        (
            text("conversation_id", "CONVERSATION ID", "conversation"),
            text("conversation_title", "CONVERSATION TITLE", "its title"),
            text("sender_name", "FROM", "the member, or LinkedIn's assistant"),
            address("sender_url", "SENDER PROFILE URL", "sender's address"),
            text("recipient_names", "TO", "recipients"),
            Column("recipient_urls", "profile_urls", ("RECIPIENT PROFILE URLS",), "addresses joined by commas"),
            moment("sent_at", "DATE", "when"),
            text("subject", "SUBJECT", "subject"),
            text("content", "CONTENT", "text"),
            text("folder", "FOLDER", "folder"),
        ),
        "Conversations with LinkedIn's assistants; mostly a header alone, or the words 'No conversations found'.",
        (
            seen(
                "2023",
                "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
                "CONTENT,FOLDER",
                "2023 –",
            ),
        ),
    ),
    Table(
        "address_book",
        ("Contacts", "Imported Contacts", "ImportedContacts"),
        Kind.SNAPSHOT,
        (
            text("source", "Source", "GOOGLE_CONTACTS, MOBILE_CONTACTS, FILE_UPLOAD, IPHONE_CALENDAR, ABOOK_IMPORT"),
            text("first_name", "FirstName", "given name"),
            text("middle_name", "MiddleName", "middle name"),
            text("last_name", "LastName", "family name"),
            text("full_name", "FullName", "whole name"),
            text("companies", "Companies", "employers"),
            text("title", "Title", "job title"),
            text("emails", "Emails", "e-mail addresses joined by commas"),
            text("phone_numbers", "PhoneNumbers", "telephone numbers joined by commas"),
            text("postal_addresses", "Addresses", "postal addresses"),
            text("sites", "Sites", "websites"),
            text("instant_messengers", "InstantMessageHandles", "messenger handles"),
            text("birthday", "Birthday", "as written"),
            text("location", "Location", "place"),
            text("profiles", "Profiles", "profiles elsewhere"),
            moment("created_at", "CreatedAt", "when it was imported"),
            moment("updated_at", "UpdatedAt", "when it last changed"),
            moment("bookmarked_at", "BookmarkedAt", "when it was marked"),
        ),
        "Address books the member let LinkedIn import: nobody's connection.",
        (
            seen(
                "2018",
                "Source,FirstName,LastName,Companies,Title,Emails,PhoneNumbers,CreatedAt,Addresses,Sites,"
                "InstantMessageHandles,FullName,Birthday,Location,BookmarkedAt,Profiles",
                "2018 –",
            ),
        ),
        (("first_name", "last_name"), ("full_name",)),
    ),
    Table(
        "imported_calendars",
        ("Calendar",),
        Kind.SNAPSHOT,
        (
            text("calendar_owner", "Owner", "whose calendar"),
            text("source", "Source", "where it came from"),
            moment("synced_at", "LastSyncedAt", "when LinkedIn last read it"),
        ),
        "Calendars the member let LinkedIn read.",
        (seen("2018", "Owner,Source,LastSyncedAt", "2018 –"),),
    ),
)
