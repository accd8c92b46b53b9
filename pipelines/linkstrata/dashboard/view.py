"""What is looked at, as the address says it: a page, and the parameters that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode


@dataclass(frozen=True)
class View:
    """One address within the dashboard, and the theme that it is shown in."""

    path: str = "/"
    parameters: Mapping[str, str] = field(default_factory=dict)
    theme: str = "light"

    @classmethod
    def parse(cls, path: str, search: str, theme: str = "light") -> Self:
        """The view that a path and a query string mean."""
        return cls(path.rstrip("/") or "/", dict(parse_qsl(search.lstrip("?"))), theme)

    def get(self, name: str, default: str = "") -> str:
        """One parameter."""
        return self.parameters.get(name) or default

    def link(self, path: str | None = None, **changes: Any) -> str:
        """The address of another view: the same page with changes, or another page, of the same member."""
        kept = self.parameters if path is None else {k: v for k, v in self.parameters.items() if k == "owner"}
        parameters = {**kept, **changes}
        said = urlencode({name: value for name, value in parameters.items() if value not in (None, "")})
        return f"{path or self.path}{f'?{said}' if said else ''}"

    def search(self, **changes: Any) -> str:
        """What stands behind the path in the address of the same page with changes: a query string, or nothing."""
        return self.link(**changes).removeprefix(self.path)
