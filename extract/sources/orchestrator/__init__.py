"""An AI-task orchestrator's own files: tasks, routing decisions, prices. The manual is README.md."""

from extract.sources.orchestrator.tables import TABLES

__all__ = ["TABLES"]
