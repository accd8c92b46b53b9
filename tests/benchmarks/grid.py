"""Times the people grid over HTTP, as a browser asks it, and holds it to its promises while the database is replaced.

    grid.py [--rows 30000 1000000] [--requests 60] [--clients 8] [--publishes 20]

A published file is made of the sample's, its contacts replaced by so many invented ones; `linkstrata dashboard` serves
it in a process of its own. For each way of asking, the slowest of the best 95 % is printed, then the server's memory,
and how long a browser that was never here takes to show the first page and the rows (with Chromium on the PATH).
Then clients ask without a pause while the file is replaced again and again: every answer but 200 is an error.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb

from linkstrata.settings import Settings, project_root
from linkstrata.warehouse.pipeline import ingest

WORDS = ("amber", "delta", "harbor", "kestrel", "lantern", "marble", "opaline", "prairie", "umbra", "zephyrine")
ROLES = ("engineer", "recruiter", "founder", "nurse", "analyst", "teacher", "designer", "counsel")
BLOCK = 100


def make_published(home: Path, rows: int) -> Path:
    """A home whose published database has so many contacts of one owner."""
    settings = Settings(home=home, root=project_root(), today=date(2026, 12, 1))
    settings.create_folders()
    sample = project_root() / "data" / "sample"
    ingest(settings, (sorted(sample.glob("Basic_*.zip"))[0],), replace(_options(), owner="mirela-tavasca"))
    with duckdb.connect(str(settings.published_database)) as connection:
        connection.execute(
            """
            create temp table made as
            with numbers as (select i, cast(hash(i) % 1000000007 as bigint) as h from range($rows) as made(i))
            select
                'p' || i as person_id,
                $words[1 + h % 10] || ' ' || $words[1 + (h // 7) % 10] || ' ' || i as full_name,
                $words[1 + h // 40 % 10] || ' works ' || h % 5000 as company,
                $roles[1 + (h // 3) % 8] || ' ' || h % 90 as position,
                date '2009-01-01' + cast(h % 6500 as integer) as connected_on,
                timestamp '2015-01-01' + to_hours(cast((h // 5) % 100000 as integer)) as last_message_at,
                (h // 11) % 60 as messages,
                case when h % 10 = 0 then ['founder'] when h % 7 = 0 then ['dormant', 'nurse'] else [] end
                    as tags
            from numbers
            """,
            {"words": list(WORDS), "roles": list(ROLES), "rows": rows},
        )
        for table in ("contacts", "contacts_grid"):
            columns = {row[0] for row in connection.execute(f"describe {table}").fetchall()}
            given = {
                "owner": "'mirela-tavasca'",
                "person_id": "person_id",
                "full_name": "full_name",
                "company": "company",
                "position": "position",
                "segment": "'connection_and_follower'",
                "is_connection": "true",
                "connected_on": "connected_on",
                "follows_me": "'assumed'",
                "i_follow": "'assumed'",
                "tags": "tags",
                "messages_sent": "messages // 2",
                "messages_received": "messages - messages // 2",
                "last_message_at": "last_message_at",
                "first_seen_on": "date '2026-01-01'",
                "last_seen_on": "date '2026-11-01'",
                "search": "lower(concat_ws(' ', full_name, company, position, array_to_string(tags, ' ')))",
                "tag_text": "concat('|', array_to_string(tags, '|'), '|')",
                "rank_name": "row_number() over (order by full_name)",
                "rank_company": "row_number() over (order by company)",
                "rank_position": "row_number() over (order by position)",
                "rank_connected": "row_number() over (order by connected_on desc)",
                "rank_recent": "row_number() over (order by last_message_at desc)",
                "rank_messages": "row_number() over (order by messages desc)",
                "rank_seen": "row_number() over (order by full_name)",
            }
            names = [name for name in given if name in columns]
            connection.execute(f"delete from {table}")
            chosen = ", ".join(f"{given[name]} as {name}" for name in names)
            connection.execute(f"insert into {table} ({', '.join(names)}) select {chosen} from made order by full_name")
    return settings.published_database


def _options() -> Any:
    from linkstrata.warehouse.receipts import Options

    return Options()


class Client:
    """Asks the grid for blocks over one connection."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def block(self, start: int, sort: str = "", **asked: str) -> int:
        """Asks for the rows from `start` on; gives the number of rows, and raises on any other answer."""
        question = "?" + "&".join(f"{name}={quote(value)}" for name, value in asked.items()) if asked else ""
        order = [{"colId": sort.lstrip("-"), "sort": "desc" if sort.startswith("-") else "asc"}] if sort else []
        wanted = {"startRow": start, "endRow": start + BLOCK, "sortModel": order, "filterModel": {}}
        body = {
            "output": "people-grid.getRowsResponse",
            "outputs": {"id": "people-grid", "property": "getRowsResponse"},
            "inputs": [{"id": "people-grid", "property": "getRowsRequest", "value": wanted}],
            "state": [{"id": "people-query", "property": "data", "value": question}],
            "changedPropIds": ["people-grid.getRowsRequest"],
        }
        self.connection.request(
            "POST", "/_dash-update-component", json.dumps(body), {"Content-Type": "application/json"}
        )
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {content[:300]!r}")
        return len(json.loads(content)["response"]["people-grid"]["getRowsResponse"]["rowData"])


def ways(client: Client, rows: int, chance: random.Random) -> dict[str, Callable[[], int]]:
    """Ways of asking, different every time: who matches is found anew, the few orders there are once a publication."""
    orders = ("company", "position", "-connected_on", "last_message_at", "-messages_received")

    def condition() -> str:
        part = {
            "field": "company",
            "operator": "contains",
            "value": f"{chance.choice(WORDS)} works {chance.randrange(90)}",
        }
        return json.dumps({"all": [part, {"field": "tags", "operator": "none_of", "value": ["founder"]}]})

    return {
        "first block": lambda: client.block(0, sort=chance.choice(orders)),
        "search": lambda: client.block(0, q=f"{chance.choice(WORDS)} {chance.choice(ROLES)} {chance.randrange(100)}"),
        "filter": lambda: client.block(0, filter=condition()),
        "sort": lambda: client.block(0, sort=chance.choice(orders), q=str(chance.randrange(100))),
        "deep scroll": lambda: client.block(chance.randrange(rows * 8 // 10, rows - BLOCK), sort=chance.choice(orders)),
    }


def measure(port: int, process: int, rows: int, requests: int) -> None:
    """Prints the latencies of every way of asking, and what the server holds in memory."""
    client, chance = Client(port), random.Random(7)
    print(f"\n{rows:,} contacts{'':<20}{'median':>12}{'95 % within':>14}")
    for name, ask in ways(client, rows, chance).items():
        ask()
        seconds = []
        for _ in range(requests):
            begun = time.perf_counter()
            ask()
            seconds.append(time.perf_counter() - begun)
        slowest = statistics.quantiles(seconds, n=20)[-1]
        print(f"  {name:<30}{statistics.median(seconds) * 1000:>9.0f} ms{slowest * 1000:>11.0f} ms")
    status = Path(f"/proc/{process}/status")
    if status.exists():
        held = {
            line.split(":")[0]: line.split()[1] for line in status.read_text().splitlines() if line.startswith("Vm")
        }
        print(f"  memory {int(held['VmRSS']) / 1024:,.0f} MB, at most {int(held['VmHWM']) / 1024:,.0f} MB")


def open_in_browser(port: int) -> None:
    """Prints how long a browser with nothing kept takes until it shows the first page's figure, and the grid's rows."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for path, shown in (("/", "#overview-growth .main-svg"), ("/people", ".ag-row a.person")):
            page = browser.new_context().new_page()
            begun = time.perf_counter()
            page.goto(f"http://127.0.0.1:{port}{path}")
            page.locator(shown).first.wait_for(timeout=120_000)
            print(f"  cold browser, {path:<15}{(time.perf_counter() - begun) * 1000:>10.0f} ms")
            page.context.close()
        browser.close()


def hammer(port: int, published: Path, rows: int, clients: int, publishes: int) -> int:
    """So many clients ask while the file is replaced so often; gives the number of errors, and prints it."""
    errors: list[str] = []
    done = threading.Event()
    asked = [0] * clients

    def ask(number: int) -> None:
        chance = random.Random(number)
        while not done.is_set():
            client = Client(port)
            every = list(ways(client, rows, chance).values())
            try:
                with closing(client.connection):
                    while not done.is_set():
                        chance.choice(every)()
                        asked[number] += 1
            except Exception as error:
                errors.append(str(error))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for _ in range(publishes):
        draft = published.with_name("another.duckdb")
        shutil.copyfile(published, draft)
        draft.replace(published)
        time.sleep(0.1)
    done.set()
    for thread in threads:
        thread.join()
    said = f"{len(errors)} errors {errors[:1] or ''}"
    print(f"  {clients} clients, {sum(asked):,} requests, {publishes} publications: {said}")
    return len(errors)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[30_000, 1_000_000])
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--publishes", type=int, default=20)
    options = parser.parse_args()
    errors = 0
    for rows in options.rows:
        with tempfile.TemporaryDirectory(prefix="linkstrata-grid-") as scratch:
            home = Path(scratch) / "home"
            published = make_published(home, rows)
            port = _free_port()
            command = [sys.executable, "-m", "linkstrata.cli", "dashboard", "--port", str(port), "--data", str(home)]
            server = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, env=os.environ | {"LINKSTRATA_TODAY": "2026-12-01"}
            )
            try:
                _wait_for(port)
                measure(port, server.pid, rows, options.requests)
                open_in_browser(port)
                errors += hammer(port, published, rows, options.clients, options.publishes)
            finally:
                server.kill()
                server.wait()
    sys.exit(1 if errors else 0)


def _free_port() -> int:
    import socket

    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                connection.request("GET", "/generation")
                connection.getresponse().read()
                return
        except OSError:
            if time.monotonic() > until:
                sys.exit("the dashboard did not start")
            time.sleep(0.2)


if __name__ == "__main__":
    main()
