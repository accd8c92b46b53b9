"""The Dagster side: assets, checks, the inbox sensor, the daily schedule, and the way the commands run them.

Dagster stays thin here: it orders and records, and every step is one call into `linkstrata.warehouse`, which can be
read and run without it. What Dagster keeps (its run history) lies in the data home and holds counts and hashes, never
rows, names or paths: it would be a second copy of personal data.
"""
