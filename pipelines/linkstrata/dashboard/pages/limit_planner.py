"""Limit planner: whom one could remove when LinkedIn's limit of connections is near, why, and what that would cost.

It removes nobody. Who carries the tag `protected` is never proposed.
"""

from __future__ import annotations

from dash import html

from linkstrata.dashboard.limit import project
from linkstrata.dashboard.parts import Content, card, headline, link, people_who, person, table, title
from linkstrata.dashboard.reading import Reading
from linkstrata.dashboard.view import View
from linkstrata.dashboard.wording import day, number
from linkstrata.report import CONNECTION_LIMIT

PROTECTED = "protected"
MOST = 100
_CANDIDATES = """
    with judged as (
        select
            person_id, full_name, company, position, connected_on, follows_me, last_message_at,
            list_filter(
                [
                    case when messages_sent + messages_received = 0 then 'never a message' end,
                    case when messages_sent > 0 and messages_received = 0 then 'never answered' end,
                    case when last_message_at < $silent then 'silent for two years' end,
                    case when follows_me = 'no' then 'does not follow you' end,
                    case when company is null and position is null then 'states no work' end
                ],
                lambda reason: reason is not null
            ) as reasons
        from contacts
        where owner = $owner and is_connection and not list_contains(tags, $protected)
    )
    select *, count(*) over () as candidates,
        count(*) filter (where follows_me <> 'no') over () as followers_among
    from judged where len(reasons) > 0
    order by len(reasons) desc, coalesce(last_message_at, timestamp '1970-01-01'), connected_on, full_name limit $most
"""


def layout(view: View, reading: Reading) -> Content:
    """The page."""
    head = title("Limit planner", "Whom you could remove to make room, and what it would cost. It removes nobody.")
    daily = reading.frame("select * exclude (owner) from audience_daily where owner = $owner order by day")
    if daily.is_empty() or not reading.exports:
        return [head, card(html.P("This needs an archive that lists your connections."))]
    projection = project(daily)
    today = reading.today
    rows = reading.rows(_CANDIDATES, silent=today.replace(year=today.year - 2, day=1), protected=PROTECTED, most=MOST)
    kept = reading.value(
        "select count(*) from contacts where owner = $owner and list_contains(tags, $protected)", protected=PROTECTED
    )
    candidates = rows[0]["candidates"] if rows else 0
    following = sum(row["follows_me"] in ("yes", "assumed") for row in rows)
    near = projection.room < CONNECTION_LIMIT * 0.1
    return [
        head,
        html.Section(
            [
                headline("Room", number(projection.room), f"of {CONNECTION_LIMIT:,}"),
                headline(
                    "Full",
                    f"{projection.likely:%b %Y}" if projection.likely else "–",
                    f"between {day(projection.earliest)} and {day(projection.latest) if projection.latest else 'never'}"
                    if projection.likely
                    else "not within 20 years at this pace",
                    inferred="projected" if projection.likely else None,
                ),
                headline("Candidates", number(candidates), "connections with a reason against them"),
                headline("Protected", number(kept), link("Who", people_who(view, ("tags", "any_of", [PROTECTED])))),
            ],
            className="headlines",
        ),
        None if near else card(html.P("No need yet: more than a tenth of the room is left.", className="quiet")),
        card(
            html.P(
                f"Of the {len(rows):,} below, {following:,} follow you or are assumed to. Removing a connection on "
                "LinkedIn ends both sides' following, so your reach would fall by as many."
            ),
            table(
                ("Person", "Works as", "Connected", "Last message", "Why"),
                [
                    (
                        person(view, reading.owner, row["person_id"], row["full_name"]),
                        " at ".join(filter(None, (row["position"], row["company"]))),
                        day(row["connected_on"]),
                        day(row["last_message_at"]),
                        ", ".join(row["reasons"]),
                    )
                    for row in rows
                ],
                "Candidates",
            ),
            html.P(
                ["Tag whom you want to keep ", html.B(PROTECTED), ". ", link(
                    "All without a message, as a list to take out",
                    people_who(
                        view, ("is_connection", "any_of", ["yes"]), ("first_message_at", "unknown", None),
                        ("tags", "none_of", [PROTECTED]),
                    ),
                )],
                className="fine",
            ),
            heading="Candidates",
            says="Most reasons first; within them who was silent longest.",
        ),
    ]  # fmt: skip
