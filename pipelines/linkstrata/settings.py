"""Where things are, and what the environment says about it.

The only module that reads environment variables. It knows paths and a few options; it opens and creates nothing
except, on request, the folders of the data home.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

HOME_VARIABLE = "LINKSTRATA_DATA"
TODAY_VARIABLE = "LINKSTRATA_TODAY"


class BadSetting(Exception):
    """The environment says what cannot be; the one line says which variable and what it may be."""


@dataclass(frozen=True)
class Settings:
    """The data home and the checkout whose SQL builds it. Paths are absolute."""

    home: Path
    root: Path
    today: date

    @property
    def inbox(self) -> Path:
        """The drop zone: what lies here and has settled is ingested."""
        return self.home / "inbox"

    @property
    def archives(self) -> Path:
        """Every accepted file once, byte for byte, under its SHA-256."""
        return self.home / "archives"

    @property
    def receipts(self) -> Path:
        """What was said of each file when it came: its name, its time, the options given."""
        return self.home / "receipts"

    @property
    def user_rules(self) -> Path:
        """The user's own rule tags, beside those shipped in sql/tags/."""
        return self.home / "tags"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse"

    @property
    def build_database(self) -> Path:
        return self.warehouse / "build.duckdb"

    @property
    def published_database(self) -> Path:
        return self.warehouse / "linkstrata.duckdb"

    @property
    def remembered_project(self) -> Path:
        """The SQL files as they were read last, kept because reading them takes long."""
        return self.warehouse / "project.json"

    @property
    def curation_database(self) -> Path:
        """What a person typed: tags, notes, merges, saved filters."""
        return self.home / "curation.sqlite"

    @property
    def forgotten(self) -> Path:
        """Keyed digests of who was forgotten, so that no later file brings them back."""
        return self.home / "forgotten.json"

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    @property
    def dagster_home(self) -> Path:
        return self.home / ".dagster"

    @property
    def lock_file(self) -> Path:
        return self.home / ".lock"

    @property
    def sql(self) -> Path:
        return self.root / "sql"

    @property
    def notebooks(self) -> Path:
        """The notebook suite that ships with the checkout."""
        return self.root / "notebooks"

    @property
    def dagster_configuration(self) -> Path:
        """The dagster.yaml that ships with the checkout."""
        return self.root / "dagster.yaml"

    def create_folders(self) -> None:
        """Makes the folders of the home that a person or the pipeline puts files into."""
        for folder in (self.inbox, self.archives, self.receipts, self.user_rules, self.warehouse, self.reports):
            folder.mkdir(parents=True, exist_ok=True)


def project_root() -> Path:
    """The folder that holds sql/ and dagster.yaml: the checkout, or the installed package that carries them."""
    package = Path(__file__).resolve().parent
    return package if (package / "sql").is_dir() else package.parents[1]


def settings_from_environment(home: Path | None = None) -> Settings:
    """Settings for one command: `home` (a command's --data) wins over LINKSTRATA_DATA, which wins over data/."""
    root = project_root()
    chosen = home or Path(os.environ.get(HOME_VARIABLE) or root / "data")
    fixed_today = os.environ.get(TODAY_VARIABLE)
    try:
        today = date.fromisoformat(fixed_today) if fixed_today else datetime.now(UTC).date()
    except ValueError:
        raise BadSetting(f"{TODAY_VARIABLE}={fixed_today}: no day; write it as YYYY-MM-DD, or unset it") from None
    return Settings(home=chosen.expanduser().resolve(), root=root, today=today)
