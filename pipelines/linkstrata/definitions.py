"""Dagster's door: `dagster dev -m linkstrata.definitions`. One lazy function, nothing else; see orchestration/."""

import dagster as dg


@dg.definitions
def definitions() -> dg.Definitions:
    """The definitions for the data home that LINKSTRATA_DATA names."""
    from linkstrata.orchestration.code_location import build_definitions, end_runs_at_once
    from linkstrata.settings import settings_from_environment

    end_runs_at_once()
    return build_definitions(settings_from_environment())
