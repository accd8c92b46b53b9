"""The colours can be read and told apart, by the colour-blind too, and text that people wrote stays text."""

from __future__ import annotations

from itertools import combinations

import pytest

from linkstrata.charts.theme import CONFIG, SEGMENTS, THEMES, Theme, wrapped

Colour = tuple[float, float, float]

# How the three kinds of colour blindness see linear RGB (Machado, Oliveira and Fernandes 2009, severity 1).
SIGHTS = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red cones": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green cones": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue cones": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> Colour:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def seen(colour: str, sight: tuple[Colour, ...]) -> Colour:
    """CIE L*a*b* of a colour to eyes of one kind."""
    rgb = linear(colour)
    red, green, blue = (min(1, max(0, sum(a * b for a, b in zip(row, rgb, strict=True)))) for row in sight)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("sight", SIGHTS)
def test_segments_differ_to_every_eye(theme: Theme, sight: str) -> None:
    for one, other in combinations(SEGMENTS, 2):
        seen_one, seen_other = (seen(theme.segments[segment], SIGHTS[sight]) for segment in (one, other))
        distance = sum((a - b) ** 2 for a, b in zip(seen_one, seen_other, strict=True)) ** 0.5
        assert distance > 15, f"{one} and {other} look alike: {distance:.1f}"


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_and_marks_stand_out_from_the_paper(theme: Theme) -> None:
    for text in (theme.ink, theme.quiet, theme.connections, theme.followers, theme.muted):
        assert contrast(text, theme.paper) >= 4.5, text
    for mark in (*theme.segments.values(), theme.received, theme.sent, theme.neutral):
        assert contrast(mark, theme.paper) >= 3, mark


def test_no_figure_may_be_sent_away() -> None:
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["plotlyServerURL"] == ""


def test_text_of_people_is_wrapped_and_taken_literally() -> None:
    lines = wrapped("<b>R&D</b> " + "Department of Long Names " * 8)
    assert lines[0].startswith("&lt;b&gt;R&amp;D&lt;/b&gt; Department")
    assert len(lines) == 2
    assert lines[-1].endswith(" …")
