"""What is made from what, as a snapshot: a change to the SQL that moves an edge is seen in review.

python -m tests.graph.test_edges        writes edges.txt anew
"""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from linkstrata.orchestration.code_location import build_definitions
from linkstrata.settings import settings_from_environment
from linkstrata.warehouse.models import load_project
from linkstrata.warehouse.raw import raw_columns

SNAPSHOT = Path(__file__).with_name("edges.txt")

GROUPS = ["raw", "curation", "staging", "identity", "history", "segments", "marts", "tags", "published", "notebooks"]
"""In the order in which the data flows."""


def shipped_graph() -> dg.Definitions:
    """The graph without anybody's own rules."""
    settings = settings_from_environment()
    return build_definitions(settings, load_project(settings.sql, raw_columns()))


def edge_list() -> str:
    """One line an edge: what is read -> what is made, sorted by what is made."""
    edges = [
        (spec.key.to_user_string(), dep.asset_key.to_user_string())
        for spec in shipped_graph().resolve_all_asset_specs()
        for dep in spec.deps
    ]
    return "".join(f"{read} -> {made}\n" for made, read in sorted(edges))


def test_the_edges_are_those_of_the_snapshot() -> None:
    assert edge_list() == SNAPSHOT.read_text(encoding="utf-8")


def test_every_asset_says_what_it_is() -> None:
    for spec in shipped_graph().resolve_all_asset_specs():
        assert spec.group_name in GROUPS, spec.key
        assert spec.description, spec.key


def test_data_flows_one_way() -> None:
    """No asset is made from one of a later group."""
    specs = {spec.key: spec for spec in shipped_graph().resolve_all_asset_specs()}
    backwards = [
        f"{dep.asset_key.to_user_string()} -> {spec.key.to_user_string()}"
        for spec in specs.values()
        for dep in spec.deps
        if GROUPS.index(str(specs[dep.asset_key].group_name)) > GROUPS.index(str(spec.group_name))
    ]
    assert backwards == []


if __name__ == "__main__":
    SNAPSHOT.write_text(edge_list(), encoding="utf-8")
