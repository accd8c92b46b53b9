"""The levels and lines of work that `roles` tells from titles, in the order in which they are shown, and their names.

Which words of a title tell them is for sql/staging/title_rules.sql.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SENIORITIES: Mapping[str, str] = MappingProxyType(
    {
        "founder_or_owner": "Founder or owner",
        "executive": "Executive",
        "partner": "Partner",
        "vice_president": "Vice president",
        "director": "Director",
        "manager": "Manager",
        "senior": "Senior",
        "specialist": "Specialist",
        "junior": "Junior",
        "training": "In training",
        "not_working": "Not working",
    }
)
FUNCTIONS = (
    "administration",
    "arts_and_languages",
    "customer_support",
    "data",
    "design",
    "education",
    "engineering",
    "finance",
    "general_management",
    "health",
    "information_technology",
    "investing",
    "law",
    "marketing_and_communication",
    "operations",
    "product",
    "projects_and_consulting",
    "public_service_and_social_work",
    "real_estate_and_insurance",
    "recruiting_and_people",
    "research",
    "sales",
)
NOT_TOLD = "Not told by the title"


def function_name(function: str) -> str:
    """A line of work of `roles`, as people read it."""
    return function.replace("_", " ").capitalize()


def share_untold(titles: int, untold: int, tell: str) -> str:
    """Of how many titles the words tell nothing: 12% of 1,234 titles tell no level. `tell` is what they might."""
    share = untold / titles if titles else 0.0
    said = "none" if not untold else "under 1%" if share < 0.005 else f"{share:.0%}"
    return f"{said} of {titles:,} title{'s' if titles != 1 else ''} tell{'s' if titles == 1 else ''} no {tell}"
