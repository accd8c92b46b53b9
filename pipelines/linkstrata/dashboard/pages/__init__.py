"""The pages, in the order in which they stand in the navigation. A new page is a module here and a line below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from linkstrata.dashboard import saved_segments
from linkstrata.dashboard.context import Context
from linkstrata.dashboard.pages import (
    capture,
    companies,
    content,
    data,
    growth,
    limit_planner,
    overview,
    people,
    relationships,
    segments,
    sql,
)
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View


def _nothing_to_register(_context: Context) -> None:
    """For pages that show and do no more."""


@dataclass(frozen=True)
class Page:
    """One page: its address and name, what it shows of a view, and the callbacks that it needs."""

    path: str
    title: str
    layout: Callable[[View, Reading], Any]
    register: Callable[[Context], None] = _nothing_to_register


PAGES: Sequence[Page] = (
    Page("/", "Overview", overview.layout),
    Page("/people", "People", people.layout, people.register),
    Page("/growth", "Growth", growth.layout, growth.register),
    Page("/segments", "Segments", segments.layout, saved_segments.register),
    Page("/companies", "Companies", companies.layout, companies.register),
    Page("/relationships", "Relationships", relationships.layout),
    Page("/content", "Content", content.layout),
    Page("/limit", "Limit planner", limit_planner.layout, limit_planner.register),
    Page("/data", "Data", data.layout),
    Page("/sql", "SQL", sql.layout, sql.register),
    Page("/capture", "Capture", capture.layout, capture.register),
)


def page_at(path: str) -> Page | None:
    """The page of an address."""
    return next((page for page in PAGES if page.path == path), None)
