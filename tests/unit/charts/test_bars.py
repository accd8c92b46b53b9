"""What lying bars and message figures draw, and that the texts on them fit and stay text."""

from __future__ import annotations

from datetime import date

import polars as pl

from linkstrata.charts.people import functions, ranking, seniorities, treemap
from linkstrata.charts.relationships import messages_by_month, reciprocity, strength
from linkstrata.charts.segments import segment_composition
from linkstrata.charts.theme import LIGHT
from linkstrata.titles import NOT_TOLD


def test_what_is_assumed_is_hatched_and_the_rest_is_not() -> None:
    contacts = pl.DataFrame(
        {
            "segment": ["follower_only"] + ["connection_and_follower"] * 5,
            "follows_me": ["yes", "assumed", "assumed", "assumed", "yes", "yes"],
        }
    )
    figure = segment_composition(contacts)
    bars = [
        (bar.marker.color, bar.base[0], bar.x[0], bar.marker.pattern.shape == "/") for bar in figure.data if bar.x[0]
    ]
    assert bars == [
        (LIGHT.segments["connection_and_follower"], 0, 2, False),
        (LIGHT.segments["connection_and_follower"], 2, 3, True),
        (LIGHT.segments["follower_only"], 0, 1, False),
    ]
    assert [note.text for note in figure.layout.annotations] == [
        "Connection and follower",
        "<b>5</b>",
        "Follower only",
        "<b>1</b>",
    ]


def test_long_names_wrap_over_their_bar_and_push_the_next_down() -> None:
    long_name = "Cooperative <Society> for Architecture and Urban Planning of the Upper Valley"
    figure = ranking(pl.DataFrame({"name": [long_name, "Oak"], "people": [1200, 3]}))
    labels = figure.layout.annotations[0::2]
    assert labels[0].text == "Cooperative &lt;Society&gt; for Architecture and<br>Urban Planning of the Upper Valley"
    first, second = figure.data
    assert labels[0].y + 2 * 13 < first.y[0] - first.width / 2
    assert first.y[0] + first.width / 2 < labels[1].y
    assert second.y[0] + second.width / 2 <= figure.layout.height
    assert figure.layout.annotations[1].text == "<b>1,200</b>"
    assert figure.layout.xaxis.range[1] > 1200


def test_people_are_counted_once_by_who_wrote() -> None:
    contacts = pl.DataFrame({"messages_sent": [1, 2, 0, 0, 0, 4], "messages_received": [3, 0, 1, 0, 0, 0]})
    figure = reciprocity(contacts)
    names = [note.text for note in figure.layout.annotations[0::2]]
    assert dict(zip(names, [bar.x[0] for bar in figure.data], strict=True)) == {
        "Both ways": 1,
        "You wrote, no answer": 2,
        "They wrote, you did not": 1,
        "Never a message": 2,
    }


def test_messages_go_up_when_sent_and_down_when_received() -> None:
    messages = pl.DataFrame(
        {
            "day": [date(2026, 3, 31), date(2026, 3, 1), date(2026, 4, 1), date(2026, 4, 2)],
            "direction": ["sent", "sent", "received", "sent"],
            "messages": [4, 1, 2, 3],
        }
    )
    figure = messages_by_month(messages)
    heights = {
        bar.name: {(day.year, day.month): level for day, level in zip(bar.x, bar.y, strict=True)} for bar in figure.data
    }
    assert heights == {"Sent": {(2026, 3): 5, (2026, 4): 3}, "Received": {(2026, 4): -2}}
    assert set(figure.layout.yaxis.ticktext) == {"0", "2", "4"}


def test_a_tie_is_as_long_as_its_parts_and_no_part_is_left_out() -> None:
    parts = {
        "volume_points": [30, 5],
        "recency_points": [25, 0],
        "reciprocity_points": [20, 0],
        "acknowledgement_points": [15, 0],
        "tenure_points": [10, 2],
    }
    chart = strength(pl.DataFrame({"full_name": ["Ann", None], **parts}))
    assert [note.text for note in chart.layout.annotations] == ["Ann", "<b>100</b>", "(no name)", "<b>7</b>"]
    bars = [(bar.base[0], bar.x[0]) for bar in chart.data if bar.type == "bar"]
    assert bars == [(0, 30), (30, 25), (55, 20), (75, 15), (90, 10), (0, 5), (5, 2)]
    colours = [mark.marker.color for mark in chart.data if mark.type == "scatter"]
    assert len(set(colours)) == 5
    assert [bar.marker.color for bar in chart.data if bar.type == "bar"][:5] == colours


def test_levels_stand_from_the_top_and_lines_of_work_from_the_largest() -> None:
    levels = seniorities(pl.DataFrame({"seniority": ["junior", None, "executive"], "people": [7, 9, 2]}))
    assert [note.text for note in levels.layout.annotations[0::2]] == ["Executive", "Junior", NOT_TOLD]
    work = functions(pl.DataFrame({"function": ["law", None, "recruiting_and_people"], "people": [1, 9, 4]}))
    assert [note.text for note in work.layout.annotations[0::2]] == ["Recruiting and people", "Law", NOT_TOLD]


def test_names_that_are_cut_alike_keep_their_areas_and_are_text() -> None:
    names = ["Harbor Research and Development of the North", "Harbor Research and Development of the South", "<b>"]
    (areas,) = treemap(pl.DataFrame({"name": names, "people": [5, 4, 3]})).data
    assert areas.labels[0] == areas.labels[1] == "Harbor<br>Research and<br>Development …"
    assert len(set(areas.ids)) == 3
    assert list(areas["values"]) == [5, 4, 3]
    assert areas.labels[2] == "&lt;b&gt;"
