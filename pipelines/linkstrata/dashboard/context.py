"""What every page is given: the home, its published database, and the application that takes callbacks."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from dash import Dash
from flask import Flask

from linkstrata.dashboard.ingesting import Ingesting
from linkstrata.dashboard.reading import Published, Reading
from linkstrata.dashboard.view import View
from linkstrata.settings import Settings


def _utc_day() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Context:
    """One dashboard over one data home."""

    started_with: Settings
    app: Dash
    server: Flask
    started_on: date = field(default_factory=_utc_day)
    published: Published = field(init=False)
    ingesting: Ingesting = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "published", Published(self.started_with.published_database))
        object.__setattr__(self, "ingesting", Ingesting())

    @property
    def settings(self) -> Settings:
        """The settings as of today: a dashboard may stay open for weeks."""
        return replace(self.started_with, today=self.started_with.today + (_utc_day() - self.started_on))

    def reading(self, view: View) -> AbstractContextManager[Reading]:
        """The published tables for the member whom a view is of. Raises NotPublished."""
        return self.published.reading(view.get("owner") or None)
