"""The archive's files about the account itself: sign-ins, addresses, payments, advertising, jobs, learning, services.

Declarations alone; see `tables.py` for their words and `csv_files.py` for how the files are read.
"""

from __future__ import annotations

from linkstrata.exports.tables import Column, Kind, Table, day, flag, moment, number, seen, text

_AD_TARGETING = (
    ("member_age", "Member Age"),
    ("buyer_groups", "Buyer Groups"),
    ("company_names", "Company Names"),
    ("company_names_2", "Company Names 2"),
    ("company_follower_of", "Company Follower of"),
    ("company_names_3", "Company Names 3"),
    ("company_category", "Company Category"),
    ("company_size", "Company Size"),
    ("degrees", "Degrees"),
    ("degree_class", "degreeClass"),
    ("recent_device_os", "Recent Device OS"),
    ("member_schools", "Member Schools"),
    ("company_growth_rate", "Company Growth Rate"),
    ("fields_of_study", "Fields of Study"),
    ("company_connections", "Company Connections"),
    ("function_by_size", "Function By Size"),
    ("job_functions", "Job Functions"),
    ("member_gender", "Member Gender"),
    ("graduation_year", "Graduation Year"),
    ("member_groups", "Member Groups"),
    ("company_industries", "Company Industries"),
    ("member_interests", "Member Interests"),
    ("interface_locales", "Interface Locales"),
    ("interface_locale", "interfaceLocale"),
    ("member_traits", "Member Traits"),
    ("high_value_audience_segments", "High Value Audience Segments"),
    ("profile_locations", "Profile Locations"),
    ("company_revenue", "Company Revenue"),
    ("job_seniorities", "Job Seniorities"),
    ("member_skills", "Member Skills"),
    ("standard_audience_segments", "Standard Audience Segments"),
    ("job_titles", "Job Titles"),
    ("job_titles_2", "Job Titles 2"),
    ("job_titles_3", "Job Titles 3"),
    ("years_of_experience", "Years of Experience"),
)
_PREFERENCES = (
    ("locations", "Locations"),
    ("industries", "Industries"),
    ("company_employee_count", "Company Employee Count"),
    ("preferred_job_types", "Preferred Job Types"),
    ("job_titles", "Job Titles"),
    ("open_to_recruiters", "Open To Recruiters"),
    ("dream_companies", "Dream Companies"),
    ("profile_shared_with_job_poster", "Profile Shared With Job Poster"),
    ("fast_growing_companies_job_title", "Job Title For Searching Fast Growing Companies"),
    ("introduction_statement", "Introduction Statement"),
    ("phone_number", "Phone Number"),
    ("job_seeker_activity_level", "Job Seeker Activity Level"),
    ("preferred_start_time_range", "Preferred Start Time Range"),
    ("commute_starting_address", "Commute Preference Starting Address"),
    ("commute_starting_time", "Commute Preference Starting Time"),
    ("mode_of_transportation", "Mode Of Transportation"),
    ("maximum_commute_duration", "Maximum Commute Duration"),
    ("open_candidate_visibility", "Open Candidate Visibility"),
    ("job_seeking_urgency_level", "Job Seeking Urgency Level"),
    ("semantic_preferences", "Semantic Preferences"),
)
_POSTINGS = (
    ("company", "Company Name"),
    ("title", "Title"),
    ("employment_status", "Employment Status"),
    ("company_description", "Company Description"),
    ("job_description", "Job Description"),
    ("location", "Location Description"),
    ("job_functions", "Job Functions"),
    ("company_industries", "Company Industries"),
    ("seniority_level", "Seniority Level"),
    ("required_skills", "Required Skills"),
    ("education_levels", "Education Levels"),
    ("onsite_apply", "Onsite Apply"),
    ("contact_email", "Contact Email"),
    ("company_apply_url", "Company Apply Url"),
    ("base_salary", "Base Salary"),
    ("additional_compensation", "Additional Compensation"),
    ("job_state", "Job State"),
)


def _as_headed(pairs: tuple[tuple[str, str], ...]) -> tuple[Column, ...]:
    return tuple(text(name, header, header) for name, header in pairs)


_JOBS = (
    Table(
        "job_applications",
        ("Job Applications",),
        Kind.LOG,
        (
            moment("applied_at", "Application Date", "when"),
            text("contact_email", "Contact Email", "e-mail address given"),
            text("contact_phone_number", "Contact Phone Number", "telephone number given"),
            text("company", "Company Name", "employer"),
            text("job_title", "Job Title", "job"),
            text("job_url", "Job Url", "the job's address"),
            text("resume_name", "Resume Name", "file sent"),
            text("answers", "Question And Answers", "questions with the answers given"),
        ),
        "Jobs the member applied for; long ones come in files `_1`, `_2` … with the header repeated.",
        (
            seen(
                "2021",
                "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name,"
                "Question And Answers",
                "2021 –",
            ),
        ),
    ),
    Table(
        "saved_jobs",
        ("Saved Jobs",),
        Kind.SNAPSHOT,
        (
            moment("saved_at", "Saved Date", "when"),
            text("job_url", "Job Url", "the job's address"),
            text("job_title", "Job Title", "job"),
            text("company", "Company Name", "employer"),
        ),
        "Jobs the member saved.",
        (seen("2021", "Saved Date,Job Url,Job Title,Company Name", "2021 –"),),
    ),
    Table(
        "saved_job_alerts",
        ("SavedJobAlerts",),
        Kind.SNAPSHOT,
        (
            moment("saved_at", "Saved Search Date", "when (before 2025)"),
            text("search_url", "Jobs Search Url", "the search's address (before 2025)"),
            text("alert_parameters", "ALERT_PARAMETERS", "how the member is told (2025 –)"),
            text("query_context", "QUERY_CONTEXT", "what is searched for (2025 –)"),
            text("saved_search_id", "SAVED_SEARCH_ID", "the search's number (2025 –)"),
        ),
        "Searches for jobs that the member is told about.",
        (
            seen("2025", "ALERT_PARAMETERS,QUERY_CONTEXT,SAVED_SEARCH_ID", "2025 –"),
            seen("2021", "Saved Search Date,Jobs Search Url", "2021 – 2025"),
        ),
    ),
    Table(
        "job_seeker_preferences",
        ("Job Seeker Preferences",),
        Kind.SNAPSHOT,
        _as_headed(_PREFERENCES),
        "What jobs the member looks for: one row, several values joined.",
        (seen("2025", ",".join(header for _, header in _PREFERENCES[:19]), "2021 –, 17 to 20 columns"),),
    ),
    Table(
        "job_postings",
        ("Online Job Postings",),
        Kind.SNAPSHOT,
        (
            *_as_headed(_POSTINGS),
            moment("created_at", "Create Date", "when it was written"),
            moment("listed_at", "List Date", "when it was put up"),
            moment("closed_at", "Close Date", "when it was closed"),
            moment("expires_at", "Expiration Date", "when it runs out"),
        ),
        "Jobs the member offered.",
        (
            seen(
                "2025",
                ",".join(header for _, header in _POSTINGS) + ",Create Date,List Date,Close Date,Expiration Date",
                "2021 –",
            ),
        ),
    ),
    Table(
        "job_application_answers",
        ("Job Applicant Saved Answers", "Job Applicant Saved Screening Question Responses"),
        Kind.SNAPSHOT,
        (text("question", "Question", "question"), text("answer", "Answer", "the answer kept for next time")),
        "Answers the member gave in applications; in the root or in Jobs, long ones in files `_1`, `_2` …",
        (seen("2021", "Question,Answer", "2021 –"),),
    ),
)

_ACCOUNT = (
    Table(
        "email_addresses",
        ("Email Addresses",),
        Kind.SNAPSHOT,
        (
            text("email", "Email Address", "address"),
            flag("is_confirmed", "Confirmed", "proved to be the member's"),
            flag("is_primary", "Primary", "where LinkedIn writes to"),
            moment("updated_at", "Updated On", "when it last changed"),
        ),
        "The member's own e-mail addresses.",
        (seen("2018", "Email Address,Confirmed,Primary,Updated On", "2018 –"),),
    ),
    Table(
        "phone_numbers",
        ("PhoneNumbers", "Whatsapp Phone Numbers"),
        Kind.SNAPSHOT,
        (
            text("extension", "Extension", "country or extension"),
            text("number", "Number", "number"),
            text("number_type", "Type", "mobile, home, work"),
            flag("is_whatsapp_number", "Is_WhatsApp_Number", "used with WhatsApp"),
        ),
        "The member's own telephone numbers.",
        (
            seen("2018", "Extension,Number,Type", "2018 –"),
            seen("WhatsApp", "Number,Extension,Is_WhatsApp_Number", "2023 –"),
        ),
    ),
    Table(
        "registration",
        ("Registration",),
        Kind.SNAPSHOT,
        (
            moment("registered_at", ("Registered At", "Registration Date"), "when the account was made"),
            text("ip_address", ("Registration Ip", "Registration IP Address"), "from where"),
            text("invited_by_first_name", "Invited by (First Name)", "who invited the member (2018)"),
            text("invited_by_last_name", "Invited by (Last Name)", "who invited the member (2018)"),
            text("subscription_types", "Subscription Types", "what the member paid for"),
        ),
        "How the account came to be.",
        (
            seen("2021", "Registered At,Registration Ip,Subscription Types", "2019 –"),
            seen(
                "2018",
                "Registration Date,Registration IP Address,Invited by (First Name),Invited by (Last Name),"
                "Subscription Types",
                "2018",
            ),
        ),
        (("invited_by_first_name", "invited_by_last_name"),),
    ),
    Table(
        "logins",
        ("Logins", "Login Attempts"),
        Kind.LOG,
        (
            moment("logged_in_at", "Login Date", "when"),
            text("ip_address", "IP Address", "from where"),
            text("user_agent", "User Agent", "with what"),
            text("login_type", "Login Type", "how"),
        ),
        "Sign-ins.",
        (seen("2018", "Login Date,IP Address,User Agent,Login Type", "2018 –; UTF-16 with tabs in 2018"),),
    ),
    Table(
        "security_challenges",
        ("Security Challenges",),
        Kind.LOG,
        (
            moment("challenged_at", "Challenge Date", "when"),
            text("ip_address", "IP Address", "from where"),
            text("user_agent", "User Agent", "with what"),
            text("country", "Country", "country"),
            text("challenge_type", "Challenge Type", "what was asked"),
        ),
        "Times LinkedIn asked the member to prove who they are.",
        (
            seen(
                "2018",
                "Challenge Date,IP Address,User Agent,Country,Challenge Type",
                "2018 –; UTF-16 with tabs in 2018",
            ),
        ),
    ),
    Table(
        "account_status_history",
        ("Account Status History",),
        Kind.LOG,
        (moment("changed_at", "Time", "when"), text("event", "Event", "what happened")),
        "When the account was opened, closed, restricted.",
        (seen("2018", "Time,Event", "2018 –, UTF-16 with tabs"),),
    ),
    Table(
        "verifications",
        ("Verifications",),
        Kind.SNAPSHOT,
        (
            text("first_name", "First name", "given name"),
            text("middle_name", "Middle name", "middle name"),
            text("last_name", "Last name", "family name"),
            text("verification_type", "Verification type", "what was proved"),
            text("organization", "Organization name", "employer or school"),
            text("email", "Email address", "address used"),
            text("country", "Country", "country"),
            text("state", "State", "state"),
            text("city", "City", "city"),
            text("year_of_birth", "Year of birth", "year of birth"),
            text("issuing_authority", "Issuing authority", "who issued the document"),
            text("document_type", "Document type", "document"),
            text("provider", "Verification service provider", "who checked it"),
            day("verified_on", "Verified date", "when it was checked"),
            day("expires_on", "Expiry date", "when it runs out"),
        ),
        "What the member proved about themselves.",
        (
            seen(
                "2024",
                "First name,Middle name,Last name,Verification type,Organization name,Email address,Country,State,City,"
                "Year of birth,Issuing authority,Document type,Verification service provider,Verified date,Expiry date",
                "2024 –",
            ),
        ),
        (("first_name", "middle_name", "last_name"),),
    ),
    Table(
        "private_identity_assets",
        ("Private_identity_asset",),
        Kind.SNAPSHOT,
        (
            text("name", "Private Identity Asset Name", "name of the document"),
            text("raw_text", "Private Identity Asset Raw Text", "its text"),
        ),
        "Documents the member uploaded for LinkedIn alone.",
        (seen("2024", "Private Identity Asset Name,Private Identity Asset Raw Text", "2024 –", "P"),),
    ),
    Table(
        "receipts",
        ("Receipts", "Receipts_v2"),
        Kind.LOG,
        (
            text("first_name", "First Name", "who paid"),
            text("last_name", "Last Name", "who paid"),
            text("billing_country", "Billing Country", "country"),
            text("postal_code", "Postal Code", "postal code"),
            moment("paid_at", "Transaction Made At", "when"),
            text("payment_method", "Payment Method Type", "how"),
            text("invoice_number", "Invoice Number", "invoice"),
            text("description", "Description", "what for"),
            number("tax_amount", "Tax Amount", "tax"),
            number("sub_total", "Sub Total", "before tax"),
            number("total_amount", "Total Amount", "with tax"),
            text("currency", "Currency Code", "currency"),
        ),
        "What the member paid LinkedIn.",
        (
            seen(
                "2021",
                "First Name,Last Name,Billing Country,Postal Code,Transaction Made At,Payment Method Type,"
                "Invoice Number,Description,Tax Amount,Sub Total,Total Amount,Currency Code",
                "2021 –",
            ),
        ),
        (("first_name", "last_name"),),
    ),
)

_ADVERTISING = (
    Table(
        "ad_targeting",
        ("Ad_Targeting",),
        Kind.SNAPSHOT,
        _as_headed(_AD_TARGETING),
        "What advertisers may choose the member by: one row, values joined by '; '. Headers repeat.",
        (
            seen(
                "2023",
                "Member Age,Buyer Groups,Company Names,Company Names,Company Follower of,Company Names,"
                "Company Category,Company Size,Degrees,degreeClass,Recent Device OS,Member Schools,"
                "Company Growth Rate,Fields of Study,Company Connections,Function By Size,Job Functions,Member Gender,"
                "Graduation Year,Member Groups,Company Industries,Member Interests,Interface Locales,interfaceLocale,"
                "Member Traits,High Value Audience Segments,Profile Locations,Company Revenue,Job Seniorities,"
                "Member Skills,Standard Audience Segments,Job Titles,Job Titles,Job Titles,Years of Experience",
                "2018 –; Buyer Groups since 2023",
            ),
        ),
    ),
    Table(
        "ads_clicked",
        ("Ads Clicked",),
        Kind.LOG,
        (moment("clicked_at", "Ad clicked Date", "when"), text("ad", "Ad Title/Id", "title or number")),
        "Advertisements the member clicked.",
        (seen("2021", "Ad clicked Date,Ad Title/Id", "2021 –"),),
    ),
    Table(
        "ad_network_engagement",
        ("LAN Ads Engagement",),
        Kind.LOG,
        (
            moment("engaged_at", "Date", "when"),
            text("action", "Action", "what the member did"),
            text("ad", "Ad Title/Id", "title or number"),
            text("page", "Page/App", "where"),
        ),
        "Advertisements by LinkedIn on other sites.",
        (seen("2021", "Date,Action,Ad Title/Id,Page/App", "2021 –", "P"),),
    ),
    Table(
        "inferences",
        ("Inferences_about_you", "Inferences"),
        Kind.SNAPSHOT,
        (
            text("category", "Category", "category"),
            text("inference_type", "Type of inference", "kind"),
            text("description", "Description", "description"),
            text("inference", "Inference", "what LinkedIn believes"),
        ),
        "What LinkedIn concludes about the member.",
        (seen("2021", "Category,Type of inference,Description,Inference", "2021 –"),),
    ),
)

_LEARNING = (
    Table(
        "learning",
        ("Learning",),
        Kind.SNAPSHOT,
        (
            text("title", "Content Title", "course or video"),
            text("description", "Content Description", "description"),
            text("content_type", "Content Type", "kind"),
            moment("last_watched_at", "Content Last Watched Date (if viewed)", "when it was last watched"),
            moment("completed_at", "Content Completed At (if completed)", "when it was finished"),
            text("saved", "Content Saved", "whether it was kept"),
            text("notes", "Notes taken on videos (if taken)", "the member's notes"),
        ),
        "LinkedIn Learning; the header ends with a comma, so that every row has an empty eighth cell.",
        (
            seen(
                "2021",
                "Content Title,Content Description,Content Type,Content Last Watched Date (if viewed),"
                "Content Completed At (if completed),Content Saved,Notes taken on videos (if taken),",
                "2021 –",
            ),
        ),
    ),
    Table(
        "reviews",
        ("Reviews",),
        Kind.SNAPSHOT,
        (
            text("reviewee", "Reviewee", "who or what was reviewed"),
            text("reviewer", "Reviewer", "who reviewed"),
            text("review_type", "Review Type", "kind"),
            text("review_section", "Review Section", "part"),
            moment("created_at", "Creation Date", "when"),
            text("rating", "Rating", "rating as written"),
            text("review_text", "Review Text", "text"),
            text("review_tags", "Review Tags", "tags"),
        ),
        "Reviews the member wrote.",
        (seen("2021", "Reviewee,Review Type,Review Section,Creation Date,Rating,Review Text,Review Tags", "2021 –"),),
    ),
)

_SERVICES = (
    Table(
        "service_engagements",
        ("Engagements",),
        Kind.LOG,
        (
            moment("created_at", "Creation Time", "when"),
            text("marketplace_type", "Marketplace Type", "marketplace"),
            text("body", "Body", "text of the offer"),
            text("currency", "Currency Code", "currency"),
            text("amount", "Currency Amount", "amount as written"),
            text("billing_unit", "Billing Time Unit", "per hour, per project"),
            text("free_consultation", "Free Consultation included", "whether advice is free"),
        ),
        "Offers in LinkedIn's marketplace for services.",
        (
            seen(
                "2023",
                "Creation Time,Marketplace Type,Body,Currency Code,Currency Amount,Billing Time Unit,"
                "Free Consultation included",
                "2023 –",
            ),
        ),
    ),
    Table(
        "service_opportunities",
        ("Opprtunities", "Opportunities"),
        Kind.LOG,
        (
            moment("created_at", "Creation Time", "when"),
            text("marketplace_type", "Marketplace Type", "marketplace"),
            text("service_category", "Service Category", "what was wanted"),
            text("location", "Location", "where"),
            text("answers", "Questions and Answers", "questions with answers"),
            text("preferred_providers", "Preferred Providers", "who was asked"),
            text("status", "Status", "status"),
        ),
        "Requests in LinkedIn's marketplace for services. LinkedIn misspells the file's name.",
        (
            seen(
                "2023",
                "Creation Time,Marketplace Type,Service Category,Location,Questions and Answers,Preferred Providers,"
                "Status",
                "2023 –",
                "P",
            ),
        ),
    ),
    Table(
        "service_providers",
        ("Providers",),
        Kind.SNAPSHOT,
        (
            moment("created_at", "Creation Time", "when"),
            text("marketplace_type", "Marketplace Type", "marketplace"),
            text("profinder_category", "ProFinder Service Category", "category"),
            text("top_level_category", "Top Level Service Category", "category"),
            text("secondary_category", "Secondary Service Category", "category"),
            text("use_profile_location", "Use Profile Location", "whether offered where the member lives"),
            text("remote", "Available to Work Remotely", "whether offered from afar"),
            text("pricing", "Pricing Info Provided", "whether prices are stated"),
            text("status", "Status", "status"),
            text("media", "Media", "pictures"),
        ),
        "Services the member offers.",
        (
            seen(
                "2023",
                "Creation Time,Marketplace Type,ProFinder Service Category,Top Level Service Category,"
                "Secondary Service Category,Use Profile Location,Available to Work Remotely,Pricing Info Provided,"
                "Status,Media",
                "2023 –",
            ),
        ),
    ),
)

ACCOUNT_TABLES: tuple[Table, ...] = (*_JOBS, *_ACCOUNT, *_ADVERTISING, *_LEARNING, *_SERVICES)
