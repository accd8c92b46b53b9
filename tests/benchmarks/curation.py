"""Times what a person does to many contacts at once, and how fast a saved filter is counted over a million.

    curation.py [--connections 30000] [--contacts 1000000] [--runs 5]

The bulk tag is the whole command, from its start to the published tables, on a made-up member's home. The filters are
counted on a published file of so many contacts, made by the engine, as `linkstrata segment` counts them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

LINKSTRATA = [sys.executable, "-m", "linkstrata.cli"]
TODAY = date(2026, 12, 1)

FILTERS = (
    'Company contains "acme" and Follows me is any of yes, proved, assumed',
    "Tags any of founder, investor and Messages I sent at most 0",
    "Changed company since the last export",
    "Last message more than 365 days ago and Segment is any of connection and follower and not (Company is known)",
    "(Position begins with head or Position contains engineer) and Connected on in the last 900 days and "
    "Notes none at all",
    "Seniority is any of founder or owner, executive and Line of work is none of sales and Strength of the tie at "
    "least 40",
    'Company under one name is "acme" or Seniority is any of not told by the title',
)

MADE_UP = """
    create macro one_of(place, salt, choices) as choices[1 + cast(hash(place, salt) % len(choices) as bigint)];
    create macro up_to(place, salt, most) as cast(hash(place, salt) % most as integer);
    create table contacts as
    select 'ada' as owner, 'p' || n as person_id, 'Person ' || up_to(n, 1, 500000) as full_name,
        'https://www.linkedin.com/in/p-' || n as profile_url,
        case when up_to(n, 2, 5) > 0 then
            one_of(n, 3, ['Acme', 'Borealis', 'Cedar Labs', 'Dune', 'Acme Works']) || ' ' || up_to(n, 4, 5000)
        end as company,
        one_of(n, 5, ['Engineer', 'Head of Sales', 'Founder', 'Senior Software Engineer', 'Recruiter']) as position,
        case when up_to(n, 6, 20) = 0 then 'p' || n || '@example.org' end as email,
        one_of(n, 7, ['connection_and_follower', 'connection_only', 'follower_only', 'other_contact']) as segment,
        starts_with(segment, 'connection') as is_connection,
        one_of(n, 8, ['yes', 'no', 'assumed', 'unknown']) as follows_me,
        one_of(n, 9, ['yes', 'no', 'assumed', 'unknown']) as i_follow,
        list_filter(['founder', 'investor', 'old friend'], lambda tag: hash(tag, n) % 7 = 0) as tags,
        date '2015-01-01' + up_to(n, 10, 4300) as connected_on,
        cast(up_to(n, 11, 4) as bigint) as messages_sent, cast(up_to(n, 12, 4) as bigint) as messages_received,
        timestamp '2026-11-30' - to_days(up_to(n, 13, 3000)) as last_message_at
    from range($contacts) as r(n);
    create table roles as
    select owner, person_id, one_of(person_id, 14, ['founder_or_owner', 'executive', 'senior', null]) as seniority,
        one_of(person_id, 15, ['sales', 'engineering', null]) as function,
        regexp_extract(company, '^\\w+') as company_name
    from contacts;
    create table relationships as select owner, person_id, up_to(person_id, 16, 101) as strength from contacts;
    create table contact_events as
    select owner, person_id, 'company_changed' as event, connected_on as happened_by
    from contacts where hash(person_id) % 3 = 0;
    create table notes as select owner, person_id, 'call back' as note from contacts where hash(person_id, 1) % 50 = 0;
    create table export_order as from (values
        ('ada', 'connections', date '2026-03-01'), ('ada', 'connections', date '2026-11-01')
    ) as e(owner, table_name, exported_on);
"""


def time_bulk_tag(work: Path, connections: int, runs: int) -> None:
    """Tags every contact of a home under one name after the other."""
    environment = {**os.environ, "LINKSTRATA_TODAY": TODAY.isoformat()}

    def run(*words: object) -> str:
        command = [*LINKSTRATA, *map(str, words), *(["--data", str(work / "home")] if words[0] != "sample" else [])]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    run("sample", work / "files", "--connections", connections, "--months", 1)
    run("ingest", *sorted((work / "files").iterdir()))
    seconds, of_processor = [], []
    for number in range(runs):
        begun, used = time.perf_counter(), os.times()
        said = run("tag", "add", f"bulk {number}", "--where", "is_connection")
        seconds.append(time.perf_counter() - begun)
        now = os.times()
        of_processor.append(now.children_user + now.children_system - used.children_user - used.children_system)
    print(
        f"linkstrata tag add: {said.strip()}, median of {runs} {statistics.median(seconds):.2f} s "
        f"({statistics.median(of_processor):.2f} s of processor), the aim is 1 s for 30,000"
    )


def time_filters(work: Path, contacts: int, runs: int) -> None:
    """Counts each of FILTERS, the file freshly opened for each of them."""
    import duckdb

    from linkstrata.filter_words import read
    from linkstrata.filters import describe, to_sql
    from linkstrata.warehouse.connection import read_published

    path = work / "linkstrata.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(MADE_UP.replace("$contacts", str(contacts)))
    print(f"a saved filter counted over {contacts:,} contacts, median of {runs}, the aim is 300 ms")
    for words in FILTERS:
        group = read(words)
        predicate, values = to_sql(group, TODAY)
        seconds = []
        for _ in range(runs):
            with read_published(path) as reader:
                begun = time.perf_counter()
                ((found,),) = reader.execute(f"select count(*) from contacts where {predicate}", values).fetchall()
                seconds.append(time.perf_counter() - begun)
        print(f"{statistics.median(seconds) * 1000:>6.0f} ms  {found:>9,}  {describe(group)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=30_000)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linkstrata-curation-") as folder:
        time_bulk_tag(Path(folder), options.connections, options.runs)
        time_filters(Path(folder), options.contacts, options.runs)


if __name__ == "__main__":
    main()
