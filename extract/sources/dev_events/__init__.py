"""What CI records itself: deployments, test runs, rules, incidents. The manual is README.md."""

from extract.config import Settings
from extract.files.folder import Folder, deliver_files
from extract.landing.resource import Resource
from extract.sources.dev_events.tables import TABLES

__all__ = ["TABLES", "resources"]

SETTING = "DEV_EVENTS_URL"
ENDINGS = (".jsonl", ".ndjson", ".json")


def resources(settings: Settings) -> list[Resource]:
    """Return what this source reads: the files of all tables."""
    folder = Folder("dev_events", SETTING, settings.dev_events_url or "", TABLES, ENDINGS)
    return [Resource("files", TABLES, deliver_files(folder, settings.redact), delivered_to=SETTING)]
