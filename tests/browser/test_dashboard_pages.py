"""What pages say and where links lead, held against the published tables; every view stands in its address."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import duckdb
import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from linkstrata.dashboard.wording import day
from linkstrata.settings import Settings
from linkstrata.titles import SENIORITIES
from linkstrata.warehouse.connection import read_published

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.usefixtures("complaints")]


@pytest.fixture(scope="module")
def asked(dashboard_settings: Settings) -> Any:
    """Asks the published tables, which nothing here changes."""
    with read_published(dashboard_settings.published_database) as reader:
        yield lambda query, *values: reader.execute(query, values).fetchall()


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#page h1")).to_be_visible()


def headline(page: Page, label: str) -> Locator:
    return page.locator(".headline", has=page.get_by_role("heading", name=label, exact=True))


def parameters(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_the_overview_says_what_changed_and_who(page: Page, dashboard: str, asked: Any) -> None:
    open_page(page, dashboard)
    previous, newest = (
        row[0]
        for row in asked(
            "select distinct exported_on from export_order where table_name = 'connections' order by 1 desc limit 2"
        )[::-1]
    )
    ((then,), (now,)) = asked(
        "select connections from audience_daily where list_contains($1, day) order by day", [previous, newest]
    )
    connections = headline(page, "Connections")
    expect(connections.locator(".value")).to_have_text(f"{now:,}")
    expect(connections.locator(".change")).to_have_text(f"+{now - then:,} since {day(previous)}")
    (bounds,) = asked(
        "select count(*), (select last(follower_only_at_least order by day) from audience_daily "
        "where followers is not null) from contacts where not is_connection and follows_me = 'yes'"
    )
    assert bounds[0] > bounds[1]  # names say more than totals here
    expect(headline(page, "Follow, not connected").locator(".value")).to_contain_text(f"≥ {bounds[0]:,}")

    ((gone,),) = asked(
        "select count(distinct person_id) from contact_events where event = 'disconnected' and happened_by > $1",
        previous,
    )
    group = page.locator(".columns > div", has=page.get_by_role("heading", name=f"Gone {gone}"))
    first = group.locator("a.person").first
    name = first.inner_text()
    assert (name,) in asked("select full_name from contacts where segment = 'former_connection'")
    first.click()
    expect(page.get_by_role("complementary", name="Person").get_by_role("heading", level=2)).to_have_text(name)
    page.reload()
    expect(page.locator("#panel-name")).to_have_text(name)
    page.keyboard.press("Escape")
    group.get_by_role("link", name="as a list").click()
    expect(page.locator("#people-summary b")).to_have_text(f"{gone} people")


def test_what_is_old_is_said_to_be_old_with_the_way_to_the_next(
    page: Page, serve: Any, dashboard_settings: Settings, tmp_path: Path
) -> None:
    """The same database, as it would be some weeks later."""
    later = replace(dashboard_settings, home=tmp_path)
    later.warehouse.mkdir()
    shutil.copyfile(dashboard_settings.published_database, later.published_database)
    with duckdb.connect(str(later.published_database)) as connection:
        connection.execute("update build_info set today = date '2027-01-05'")
    with serve(later) as address:
        open_page(page, address)
        expect(page.locator(".lead")).to_have_text(
            "As of 1 Nov 2026, your newest list of connections, 65 days old. Get the next one."
        )
        source = page.locator(".source", has=page.get_by_role("heading", name="Connections"))
        expect(source.locator(".age")).to_have_text("65 days old")
        source.get_by_text("Get the next one").click()
        expect(source.get_by_text("Choose the larger data archive")).to_be_visible()


def test_growth_is_shown_for_any_range(page: Page, dashboard: str, asked: Any) -> None:
    def expect_gains(first: date, last: date) -> None:
        ((gained, lost),) = asked(
            "select sum(new_connections), sum(lost_connections) from audience_daily where day between $1 and $2",
            first,
            last,
        )
        expect(headline(page, "New connections").locator(".value")).to_have_text(f"{gained:,}")
        expect(headline(page, "Gone").locator(".value")).to_have_text(f"{lost:,}")

    open_page(page, f"{dashboard}/growth")
    ((oldest, newest),) = asked("select min(day), max(day) from audience_daily")
    for name, span, first in (
        ("Everything", "all", oldest),
        ("180 days", "180", newest - timedelta(days=180)),
        ("30 days", "30", newest - timedelta(days=30)),
    ):
        page.get_by_role("link", name=name).click()
        expect_gains(first, newest)
        assert parameters(page)["span"] == [span]
        expect(page.get_by_role("link", name=name)).to_have_attribute("aria-current", "true")
    drawn = page.locator("#growth-lines .js-plotly-plot")
    expect(drawn).to_be_visible()
    assert drawn.evaluate("figure => figure.data.some(line => line.line?.dash === 'dash')")  # inferred looks inferred

    first_total, last_total = asked(
        "select day, followers from audience_daily where followers_basis = 'reported' order by day"
    )
    ((began,),) = asked(
        "select sum(new_followers) from audience_daily where day > $1 and day <= $2", first_total[0], last_total[0]
    )
    grew = last_total[1] - first_total[1]
    assert began > grew
    expect(page.get_by_role("region", name="Followers lost").locator("tbody td")).to_have_text(
        [f"{began:,}", f"{grew:,}", f"≥ {began - grew:,}"]
    )

    page.get_by_label("First and last day").click()
    first, last = (date(2026, 10, day_of_month) for day_of_month in (5, 20))
    page.get_by_role("button", name=f"{first.day} October 2026", exact=True).click()
    for _ in range(5):
        # The calendar is drawn once more a moment after the first click, and takes no notice of one that comes between.
        page.get_by_role("button", name=f"{last.day} October 2026", exact=True).click()
        with suppress(TimeoutError):
            page.wait_for_url(re.compile("from="), timeout=3_000)
            break
    assert parameters(page) == {"from": [str(first)], "to": [str(last)]}
    expect_gains(first, last)

    for asked_from, asked_to, first, last in (
        ("2026-02-01", "2026-03-31", date(2026, 2, 1), date(2026, 3, 31)),
        ("2026-03-31", "2026-02-01", date(2026, 2, 1), date(2026, 3, 31)),
        ("1990-01-01", "1991-01-01", oldest, oldest),  # the days that are known lie elsewhere
    ):
        open_page(page, f"{dashboard}/growth?from={asked_from}&to={asked_to}")
        expect_gains(first, last)


def test_the_square_counts_and_leads_to_whom_it_counts(page: Page, dashboard: str, asked: Any) -> None:
    open_page(page, f"{dashboard}/segments")
    shown = page.locator(".square tbody tr")
    for row, connected in enumerate((True, False)):
        for place, state in enumerate(("yes", "assumed", "no", "unknown")):
            ((people,),) = asked(
                "select count(*) from contacts where is_connection = $1 and follows_me = $2", connected, state
            )
            expect(shown.nth(row).locator("td").nth(place)).to_have_text(re.compile(rf"^{people:,}\b"))
    ((assumed,),) = asked("select count(*) from contacts where is_connection and follows_me = 'assumed'")
    page.locator(".square td.assumed a").first.click()
    expect(page.locator("#people-summary b")).to_have_text(f"{assumed:,} people")


def test_moves_between_any_two_exports_stand_in_the_address(page: Page, dashboard: str, asked: Any) -> None:
    days = [
        row[0] for row in asked("select distinct exported_on from export_order where table_name = 'any' order by 1")
    ]
    open_page(page, f"{dashboard}/segments")
    page.get_by_role("navigation", name="From which export").get_by_role("link", name=day(days[0])).click()
    last = page.get_by_role("navigation", name="To which export").get_by_role("link", name=day(days[2]))
    expect(last).to_have_attribute("href", re.compile("from="))  # or it would forget what was chosen first
    last.click()
    ((moved,),) = asked(
        """
        select count(*)
        from (from segment_history where valid_from <= $1 and valid_to > $1) as was
        full join (from segment_history where valid_from <= $2 and valid_to > $2) as now using (owner, person_id)
        where was.segment is distinct from now.segment
        """,
        days[0],
        days[2],
    )
    said = f"{moved:,} people changed segment between {day(days[0])} and {day(days[2])}."
    expect(page.get_by_text(said)).to_be_visible()
    assert parameters(page) == {"from": [str(days[0])], "to": [str(days[2])]}
    page.reload()
    expect(page.get_by_text(said)).to_be_visible()


def test_posts_stand_with_what_they_reached_and_brought(page: Page, dashboard: str, asked: Any) -> None:
    open_page(page, f"{dashboard}/content")
    ((url, published, impressions),) = asked(
        """
        select post_url, max(published_on), max(value) filter (where metric = 'impressions') as impressions
        from post_metrics where is_newest
        group by 1 order by 3 desc nulls last, max(value) filter (where metric = 'engagements') desc nulls last limit 1
        """
    )
    ((followers,),) = asked(
        "select sum(new_followers) from audience_daily where day between $1 and $2",
        published,
        published + timedelta(days=2),
    )
    row = page.get_by_role("region", name="Posts").locator("tbody tr").first
    expect(row.get_by_role("link")).to_have_attribute("href", url)
    expect(row.get_by_role("link")).to_have_attribute("rel", "noreferrer")
    expect(row.locator("td")).to_have_text(
        [day(published), f"{round(impressions):,}", re.compile(r"^[\d,]+$"), f"{followers:,}"]
    )
    seniority = page.locator(".card", has=page.get_by_role("heading", name="Seniority of your connections"))
    ((level, share),) = asked(
        "select seniority, count(*) / sum(count(*)) over () from roles join contacts using (owner, person_id) "
        "where is_connection and seniority is not null group by 1 order by 2 desc limit 1"
    )
    expect(seniority.locator(".annotation-text").nth(0)).to_have_text(SENIORITIES[level])
    expect(seniority.locator(".annotation-text").nth(1)).to_have_text(f"{share:.0%}")
    for place in ("content-days", "content-gains"):
        expect(page.locator(f"#{place} .main-svg").first).to_be_visible()


def test_a_file_s_contents_are_shown_under_its_address(page: Page, dashboard: str, asked: Any) -> None:
    open_page(page, f"{dashboard}/data")
    files = page.get_by_role("region", name="Files read")
    expect(files.locator("tbody tr")).to_have_count(len(asked("from archives")))
    ((archive, name),) = asked(
        "select archive_id, file_name from archives order by exported_on desc, file_name limit 1"
    )
    files.get_by_role("link", name=name).click()
    inside = page.get_by_role("region", name="Files inside")
    rows = asked("select path, rows_in_file, rows_loaded from archive_files where archive_id = $1", archive)
    expect(inside.locator("tbody tr")).to_have_count(len(rows))
    assert parameters(page) == {"archive": [archive]}
    for path, in_file, loaded in rows[:3]:
        row = inside.locator("tr", has=page.get_by_role("rowheader", name=path, exact=True))
        expect(row.locator("td").nth(2)).to_have_text(f"{in_file:,}" if in_file is not None else "–")
        expect(row.locator("td").nth(3)).to_have_text(f"{loaded:,}" if loaded is not None else "–")


def test_a_query_s_answer_is_rows_and_a_chart_and_stands_in_the_address(page: Page, dashboard: str, asked: Any) -> None:
    open_page(page, f"{dashboard}/sql")
    query = "select segment, count(*) as people from contacts group by segment order by people desc"
    page.get_by_label("Query").fill(query)
    page.get_by_role("button", name="Run").click()
    segments = asked(query)
    answer = page.get_by_role("region", name="Answer")
    expect(answer.get_by_text(f"{len(segments)} rows.")).to_be_visible()
    first = answer.locator('.ag-row[row-index="0"] .ag-cell')
    expect(first).to_have_text([segments[0][0], re.compile(rf"^{segments[0][1]}$")])
    expect(page.locator("#sql-chart .annotation-text").first).to_contain_text(segments[0][0])
    assert parameters(page) == {"query": [query]}
    page.reload()
    expect(answer.get_by_text(f"{len(segments)} rows.")).to_be_visible()
    expect(page.get_by_label("Query")).to_have_value(query)
    schema = page.get_by_role("complementary", name="Tables and columns")
    schema.get_by_text("contacts", exact=True).click()
    expect(schema.locator("details[open] pre")).to_contain_text("follows_me")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("delete from contacts", "only a query is possible here"),
        ("select 1; select 2", "one statement at a time"),
        ("select * from read_csv('/etc/passwd')", "read_csv is not available here"),
        ("select\n  compny from contacts", 'Referenced column "compny" not found'),
    ],
)
def test_what_a_query_may_not_is_said_in_one_line(page: Page, dashboard: str, query: str, said: str) -> None:
    open_page(page, f"{dashboard}/sql?query={quote(query)}")
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text(said)
    assert "\n" not in problem.inner_text()


def test_a_filter_in_the_address_that_means_nothing_is_said_in_one_line(page: Page, dashboard: str) -> None:
    form = json.dumps({"all": [{"field": "shoe size", "operator": "is", "value": 44}]})
    page.goto(f"{dashboard}/people?filter={quote(form)}")
    expect(page.get_by_text("no field 'shoe size'")).to_be_visible()
    page.get_by_role("link", name="Show everybody").click()
    expect(page.locator(".ag-row a.person").first).to_be_visible()
