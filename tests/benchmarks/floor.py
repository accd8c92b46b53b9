"""The limit to measure against: one process written by hand, from an archive to a published database.

    floor.py ARCHIVE OUT --owner SLUG [--followers CSV] [--workbook XLSX]

Reads what the simulator writes in its newest formats and makes what a member looks at: contacts with segment and
message counts, the audience by day, the messages. It has no history, no second archive, no older format, no evidence,
no checks and no orchestrator; the product has them, and the difference in time is what they cost. Prints one JSON
line: rows, segments, and the seconds of each part.
"""

import time

BEGUN = time.perf_counter()

# ruff: noqa: E402  (the clock starts before the imports, for they are part of the time)
import argparse
import json
import re
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

READ = "read_csv('{path}', header = true, all_varchar = true, skip = {skip}, quote = '\"', escape = '\"', delim = ',')"

# a profile's address, wherever and however it is written, as one key
SLUG = """
create temp macro slug(address) as
    lower(nfc_normalize(url_decode(split_part(split_part(address, '/in/', 2), '/', 1))))
"""

LOADS = {
    "connections": """
        select "First Name" as first_name, "Last Name" as last_name, slug("URL") as slug, "Email Address" as email,
               "Company" as company, "Position" as position, strptime("Connected On", '%d %b %Y')::date as connected_on
        from {source}""",
    "invitations": """
        select "From" as inviter, "To" as invitee, strptime("Sent At", '%-m/%-d/%y, %-I:%M %p') as sent_at,
               "Message" as message, lower("Direction") as direction, slug("inviterProfileUrl") as inviter_slug,
               slug("inviteeProfileUrl") as invitee_slug
        from {source}""",
    "member_follows": """
        select "Date"::timestamp as followed_at, "Status" as status, "FullName" as full_name from {source}""",
    "messages": """
        select "CONVERSATION ID" as conversation_id, "FROM" as sender_name, slug("SENDER PROFILE URL") as sender,
               "RECIPIENT PROFILE URLS" as recipients, "DATE"[:19]::timestamp as sent_at, "SUBJECT" as subject,
               "CONTENT" as content, "FOLDER" as folder
        from {source} where "IS MESSAGE DRAFT" = 'No'""",
    "followers": """
        select slug("profileLink") as slug, "fullName" as full_name, "firstName" as first_name,
               "lastName" as last_name, "isFollowing" as is_following
        from {source}""",
}

# The text of a message is stored once in raw and once in the published file, never between.
MODELS = {
    "message_sides": """
        create table message_sides as
        with numbered as (
            select rowid as row, conversation_id, sent_at, sender, sender_name, recipients,
                   hash(conversation_id, sent_at, sender, recipients, content) as digest
            from messages),
        repeated as (select digest, min(row) as kept from numbered group by digest having count(*) > 1),
        once as (
            select * from numbered
            where row not in (select n.row from numbered n join repeated r using (digest) where n.row <> r.kept)),
        recipient as (
            select recipients,
                   unnest(list_distinct(list_transform(string_split(recipients, ','), lambda u: slug(u)))) as slug
            from (select distinct recipients from once where sender = $owner))
        select row, 'sent' as direction, slug, null as full_name, sent_at
        from once join recipient using (recipients) where sender = $owner and slug not in ('', $owner)
        union all
        select row, 'received', sender, sender_name, sent_at from once where sender not in ('', $owner)""",
    "message_counts": """
        create table message_counts as
        select slug, max(full_name) as full_name, count(*) filter (direction = 'sent') as messages_sent,
               count(*) filter (direction = 'received') as messages_received, min(sent_at) as first_message_at,
               max(sent_at) as last_message_at
        from message_sides group by slug""",
    "contacts": """
        create table published.contacts as
        with connection as (select * from connections where slug <> ''),
        follower as (select distinct on (slug) * from followers),
        invitation as (
            select slug, bool_or(direction = 'outgoing') as invited, max(full_name) as full_name
            from (select direction, case direction when 'outgoing' then invitee_slug else inviter_slug end as slug,
                         case direction when 'outgoing' then invitee else inviter end as full_name from invitations)
            where slug <> '' group by slug),
        person as (
            select slug from connection union select slug from follower
            union select slug from invitation union select slug from message_counts),
        known as (
            select p.slug, c.slug is not null as is_connection, f.slug is not null as follows_me, i.invited,
                   coalesce(c.first_name || ' ' || c.last_name, f.full_name, m.full_name, i.full_name) as full_name,
                   coalesce(c.first_name, f.first_name) as first_name, coalesce(c.last_name, f.last_name) as last_name,
                   c.email, c.company, c.position, c.connected_on,
                   coalesce(m.messages_sent, 0) as messages_sent, coalesce(m.messages_received, 0) as messages_received,
                   m.first_message_at, m.last_message_at, lower(f.is_following) = 'true' as listed_as_followed
            from person p left join connection c using (slug) left join follower f using (slug)
            left join invitation i using (slug) left join message_counts m using (slug)),
        follow as (
            select lower(full_name) as name, any_value(full_name) as full_name, max_by(status, followed_at) as status
            from member_follows group by all),
        bearer as (select lower(full_name) as name, min(slug) as slug from known group by all having count(*) = 1),
        followed as (select bearer.slug, follow.* from follow left join bearer using (name)),
        everyone as (
            select k.*, case when d.status = 'Active' then 'yes' when d.status = 'Unfollow' then 'no'
                             when k.listed_as_followed then 'yes' when k.is_connection or k.invited then 'assumed'
                             else 'unknown' end as i_follow
            from known k left join followed d on d.slug = k.slug
            union all by name
            select full_name, false as is_connection, false as follows_me, 0 as messages_sent, 0 as messages_received,
                   case status when 'Active' then 'yes' else 'no' end as i_follow
            from followed where slug is null)
        select $owner as owner, coalesce(slug, 'name:' || lower(full_name)) as person_id, full_name, first_name,
               last_name, 'https://www.linkedin.com/in/' || slug as profile_url, email, company, position,
               case when is_connection and follows_me then 'connection_and_follower'
                    when is_connection then 'connection_only' when follows_me then 'follower_only'
                    when i_follow = 'yes' then 'following_only' else 'other_contact' end as segment,
               is_connection, connected_on, follows_me, i_follow, messages_sent, messages_received, first_message_at,
               last_message_at
        from everyone""",
    "audience_daily": """
        create table published.audience_daily as
        with days as (
            select unnest(generate_series(min(connected_on), $today, interval 1 day))::date as day from connections),
        joined as (select connected_on as day, count(*) as new_connections from connections group by all),
        gained as (
            select day, new_followers, total - coalesce(sum(new_followers) over (
                       order by day rows between 1 following and unbounded following), 0) as followers
            from follower_days),
        counted as (
            select day, coalesce(new_connections, 0) as new_connections,
                   sum(coalesce(new_connections, 0)) over (order by day) as connections
            from days left join joined using (day))
        select $owner as owner, day, connections, new_connections, followers, new_followers,
               greatest(followers - connections, 0) as follower_only_at_least
        from counted left join gained using (day) order by day""",
    "published messages": """
        create table published.messages as
        select m.conversation_id, s.slug as person_id, s.direction, s.sent_at, m.subject, m.content, m.folder
        from message_sides s join messages m on m.rowid = s.row""",
}


class Clock:
    """Seconds since the last call, by name of what took them."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {"start": time.perf_counter() - BEGUN}
        self.last = time.perf_counter()

    def tick(self, part: str) -> None:
        now = time.perf_counter()
        self.parts[part] = round(now - self.last, 3)
        self.last = now


def follower_days(workbook: Path) -> list[tuple[date, int, int]]:
    """Day, new followers and the total of the last day, from the sheet FOLLOWERS."""
    from python_calamine import CalamineWorkbook

    def number(cell: object) -> int:
        return int(str(cell).replace(",", "").partition(".")[0])

    rows = CalamineWorkbook.from_path(workbook).get_sheet_by_name("FOLLOWERS").to_python()
    total = number(rows[0][1])
    return [(datetime.strptime(str(day), "%m/%d/%Y").date(), number(gain), total) for day, gain, *_ in rows[3:]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("out", type=Path, help="a folder; emptied first")
    parser.add_argument("--followers", type=Path)
    parser.add_argument("--workbook", type=Path)
    parser.add_argument("--owner", required=True)
    options = parser.parse_args()
    clock = Clock()
    shutil.rmtree(options.out, ignore_errors=True)
    inflated = options.out / "inflated"
    inflated.mkdir(parents=True)
    archive = zipfile.ZipFile(options.archive)

    with ThreadPoolExecutor(1) as beside:
        large = beside.submit(archive.extract, "messages.csv", inflated)
        import duckdb

        connection = duckdb.connect(options.out / "build.duckdb")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(SLUG)
        clock.tick("import and open")

        def load(table: str, path: str | Path, skip: int = 0) -> None:
            source = READ.format(path=path, skip=skip)
            connection.execute(f"create table {table} as {LOADS[table].format(source=source)}")
            clock.tick(table)

        preamble = archive.read("Connections.csv")[:4096].partition(b"First Name")[0].count(b"\n")
        load("connections", archive.extract("Connections.csv", inflated), preamble)
        load("invitations", archive.extract("Invitations.csv", inflated))
        load("member_follows", archive.extract("Member_Follows.csv", inflated))
        if options.followers:
            load("followers", options.followers)
        else:
            connection.execute(
                "create table followers (slug text, full_name text, first_name text, last_name text, is_following text)"
            )
        connection.execute("create table follower_days (day date, new_followers bigint, total bigint)")
        if options.workbook:
            columns = [list(column) for column in zip(*follower_days(options.workbook), strict=True)]
            connection.execute("insert into follower_days select unnest(?), unnest(?), unnest(?)", columns)
        clock.tick("workbook")
        path = large.result()
        clock.tick("wait for messages.csv")
        load("messages", path)

    exported = re.search(r"(\d\d)-(\d\d)-(\d{4})", options.archive.name)
    assert exported, "the archive's name has no date"
    month, day, year = map(int, exported.groups())
    values = {"owner": options.owner, "today": date(year, month, day)}
    connection.execute(f"attach '{options.out / 'linkstrata.duckdb'}' as published")
    for name, sql in MODELS.items():
        connection.execute(sql, {key: value for key, value in values.items() if f"${key}" in sql})
        clock.tick(name)
    segments = dict(connection.execute("select segment, count(*) from published.contacts group by all").fetchall())
    rows = {table: connection.execute(f"select count(*) from {table}").fetchone()[0] for table in LOADS}
    counted = connection.execute("select sum(messages_sent)::int, sum(messages_received)::int from message_counts")
    sent, received = counted.fetchone()
    connection.execute("checkpoint published")
    connection.execute("detach published")
    connection.close()
    shutil.rmtree(inflated)
    clock.tick("close")
    clock.parts["total"] = round(time.perf_counter() - BEGUN, 3)
    print(json.dumps({"rows": rows, "segments": segments, "sent": sent, "received": received, "seconds": clock.parts}))


if __name__ == "__main__":
    main()
