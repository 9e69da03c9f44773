"""Asking whether there is anything to put elsewhere, for programs that run without such a place just as well."""

import sys
from collections.abc import Callable

HELD = "warehouse.remote.held"


def checkpoint() -> None:
    """Put back what was done so far, where `STATE_URL` or `PUBLISH_URL` is set; else do nothing.

    Raises:
        RemoteError: It could not be put back.
    """
    if HELD in sys.modules:
        sys.modules[HELD].checkpoint()


def is_lost() -> bool:
    """Say whether this program held the lock of `STATE_URL` and lost it."""
    return HELD in sys.modules and bool(sys.modules[HELD].is_lost())


_settle: Callable[[], None] | None = None


def settle_with(settle: Callable[[], None] | None) -> None:
    """Say what makes a change of the service's state last; nothing where its folder is on a disk."""
    global _settle
    _settle = settle


def settle() -> None:
    """Return when what was written to the service's state lasts; called by whoever has written it.

    Raises:
        RemoteError: It does not; nobody may be told that it does.
    """
    if _settle is not None:
        _settle()
