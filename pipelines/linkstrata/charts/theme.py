"""The look that every figure shares: colours by meaning, in light and in dark, type, axes, and what a figure may do.

What belongs here is said once and used by all charts. A chart of its own does not.
The colours keep apart under the three kinds of colour blindness, and what is inferred differs by dash or hatching
as well, so that no meaning hangs on a colour alone.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

CONFIG: Final[Mapping[str, Any]] = {
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "displaylogo": False,
    "responsive": True,
    "typesetMath": False,
    "modeBarButtons": [["toImage"]],
}
"""How every figure is drawn: nothing is offered that would send a chart away, and no text is read as a formula."""

FONT = '-apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif'
"""Fonts that the reader's system has; none is loaded."""

MONTHS: Final = (
    {"dtickrange": [None, "M1"], "value": "%-d %b\n%Y"},
    {"dtickrange": ["M1", "M12"], "value": "%b\n%Y"},
    {"dtickrange": ["M12", None], "value": "%Y"},
)
"""How days are written on an axis, the year once where it begins."""

SEGMENTS: Final[Mapping[str, str]] = {
    "connection_and_follower": "Connection and follower",
    "connection_only": "Connection only",
    "follower_only": "Follower only",
    "following_only": "Only I follow",
    "former_connection": "Former connection",
    "other_contact": "Other contact",
}
"""The segments in the order in which they are shown, and their names for people."""


@dataclass(frozen=True)
class Theme:
    """One set of colours, all as #rrggbb."""

    name: str
    paper: str
    ink: str
    quiet: str
    line: str
    connections: str
    followers: str
    muted: str
    sent: str
    received: str
    neutral: str
    segments: Mapping[str, str]

    def pale(self, colour: str, share: float = 0.22) -> str:
        """`colour` at `share` of its strength over the paper: for areas and for what is inferred."""
        mixed = (
            round(int(colour[at : at + 2], 16) * share + int(self.paper[at : at + 2], 16) * (1 - share))
            for at in (1, 3, 5)
        )
        return "#" + "".join(f"{part:02x}" for part in mixed)


LIGHT: Final = Theme(
    name="light",
    paper="#ffffff",
    ink="#1b2430",
    quiet="#5a6573",
    line="#e4e7eb",
    connections="#1c5596",
    followers="#b84f0a",
    muted="#9a48d6",
    sent="#1c5596",
    received="#138a7a",
    neutral="#66717f",
    segments={
        "connection_and_follower": "#1c5596",
        "connection_only": "#9a48d6",
        "follower_only": "#b84f0a",
        "following_only": "#0d9a72",
        "former_connection": "#3d444f",
        "other_contact": "#8e94a2",
    },
)
DARK: Final = Theme(
    name="dark",
    paper="#171c23",
    ink="#e9edf2",
    quiet="#a3adba",
    line="#2c343f",
    connections="#86bcf7",
    followers="#f5904a",
    muted="#ab68dd",
    sent="#86bcf7",
    received="#3fc9b2",
    neutral="#8b96a4",
    segments={
        "connection_and_follower": "#86bcf7",
        "connection_only": "#ab68dd",
        "follower_only": "#f5904a",
        "following_only": "#1c9c70",
        "former_connection": "#b3bac3",
        "other_contact": "#646d80",
    },
)
THEMES: Final = (LIGHT, DARK)


def figure(theme: Theme, height: int) -> go.Figure:
    """An empty figure in the theme, `height` pixels high and as wide as its place.

    It has no title: what a figure says stands in words over it, where it can wrap.
    """
    axis = {
        "gridcolor": theme.line,
        "zeroline": False,
        "linecolor": theme.line,
        "tickfont": {"color": theme.quiet, "size": 12},
        "title": {"font": {"color": theme.quiet, "size": 12}, "standoff": 16},
        "automargin": True,
        "ticklabelstandoff": 4,
        "nticks": 7,
        "spikecolor": theme.quiet,
        "spikedash": "dot",
        "spikethickness": 1,
    }
    return go.Figure(
        layout={
            "template": {"layout": {"xaxis": axis, "yaxis": axis}},
            "height": height,
            "autosize": True,
            "paper_bgcolor": theme.paper,
            "plot_bgcolor": theme.paper,
            "font": {"family": FONT, "size": 13, "color": theme.ink},
            "margin": {"l": 0, "r": 0, "t": 8, "b": 0, "pad": 0},
            "hoverlabel": {
                "bgcolor": theme.paper,
                "bordercolor": theme.line,
                "font": {"family": FONT, "size": 13, "color": theme.ink},
                "align": "left",
            },
            "legend": {
                "orientation": "h",
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "font": {"size": 12, "color": theme.ink},
                "itemclick": False,
                "itemdoubleclick": False,
            },
            "separators": ".,",
        }
    )


def time_axis(chart: go.Figure, hover: str) -> None:
    """Makes the lying axis one of days; `hover` is how a day is written where the pointer is."""
    chart.update_layout(hovermode="x unified")
    chart.update_xaxes(type="date", tickformatstops=MONTHS, hoverformat=hover, showgrid=False)


def count_axis(chart: go.Figure, of: str, values: Iterable[float], from_zero: bool = True) -> None:
    """Makes the upright axis one of whole numbers of `of`; between few of them no tick falls on a fraction."""
    seen = [*values, *([0] if from_zero else [])]
    step = {"dtick": 1} if max(seen, default=0) - min(seen, default=0) < 7 else {}
    chart.update_yaxes(title_text=of, tickformat=",d", **step)


def hatching(theme: Theme, inferred: bool) -> dict[str, Any]:
    """The pattern of a bar: hatched where it is inferred or not over, else plain."""
    return {
        "shape": "/" if inferred else "",
        "fillmode": "overlay",
        "fgcolor": theme.paper,
        "size": 6,
        "solidity": 0.45,
    }


def plain(text: str) -> str:
    """Text that people wrote, for a figure: plotly reads a little HTML in its texts, and this takes it literally."""
    return html.escape(text, quote=False)


def wrapped(text: str, width: int = 44, lines: int = 2) -> list[str]:
    """Text that people wrote, broken into at most `lines` lines of `width` characters, ready for a figure."""
    broken = textwrap.wrap(text, width, max_lines=lines, placeholder=" …") or [""]
    return [plain(line) for line in broken]
