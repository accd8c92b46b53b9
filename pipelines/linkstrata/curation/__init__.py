"""What a person typed: kept in curation.sqlite, carried into every build, and patched into the published database.

Nothing here is derived from exports, and nothing that is derived from exports is kept here: that is the warehouse's.
"""
