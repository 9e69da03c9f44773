"""The published snapshot as a command reads it: everybody is hidden who asked to be erased, as the service hides them."""

from privacy import jobs
from privacy.masking import mask_of
from serving.api.view import View
from serving.config import Settings
from warehouse.snapshot import open_current


def open_published(settings: Settings) -> View:
    """Open what is published.

    Raises:
        SnapshotError: Nothing is, or it is damaged.
        UnreadableJobError: Nobody can tell whom to hide.
    """
    snapshot = open_current(settings.publish_dir)
    return View(snapshot, mask_of(jobs.Register(settings.state_dir).look()))
