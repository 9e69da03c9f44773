"""An AI-task orchestrator's own files: tasks, routing decisions, prices. The manual is README.md."""

from extract.config import Settings
from extract.files.folder import Folder, deliver_files
from extract.landing.resource import Resource
from extract.sources.orchestrator.tables import TABLES

__all__ = ["TABLES", "resources"]

SETTING = "TASK_EVENTS_URL"
ENDINGS = (".parquet", ".jsonl", ".ndjson", ".csv")


def resources(settings: Settings) -> list[Resource]:
    """Return what this source reads: the files of all tables."""
    folder = Folder("orchestrator", SETTING, settings.task_events_url or "", TABLES, ENDINGS)
    return [Resource("files", TABLES, deliver_files(folder, settings.redact), delivered_to=SETTING)]
