"""What CI records itself: deployments, test runs, rules, incidents. The manual is README.md."""

from extract.sources.dev_events.tables import TABLES

__all__ = ["TABLES"]
