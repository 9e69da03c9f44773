"""An AI-task orchestrator's own files: tasks, routing decisions, prices. The manual is README.md."""

from extract.config import Settings
from extract.landing.resource import Resource
from extract.sources.orchestrator.files import deliver_files
from extract.sources.orchestrator.tables import TABLES

__all__ = ["TABLES", "resources"]


def resources(settings: Settings) -> list[Resource]:
    """Return what this source reads: the files of all tables."""
    return [Resource("files", TABLES, deliver_files(settings), delivered_to="TASK_EVENTS_URL")]
