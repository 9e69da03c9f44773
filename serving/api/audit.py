"""The audit log as the routes use it: `open_log(settings).record(actor, action, subject=…, …)`."""

from persons.keys import KeyProblemError, load_key
from privacy.audit import DENIED, DONE, FAILED, GRANTED, AuditError, AuditLog, Entry, is_name
from serving.config import Settings

__all__ = [
    "DENIED",
    "DONE",
    "FAILED",
    "GRANTED",
    "AuditError",
    "AuditLog",
    "Entry",
    "KeyProblemError",
    "is_name",
    "open_log",
]


def open_log(settings: Settings) -> AuditLog:
    """Open the installation's log in STATE_DIR; keep the result, every request writes to it."""
    return AuditLog(settings.state_dir, load_key(settings.state_dir, settings.privacy_key))
