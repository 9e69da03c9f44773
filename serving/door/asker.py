"""Whose request is answered: what is shared fairly is shared by token."""

from contextvars import ContextVar

ASKER: ContextVar[str] = ContextVar("asker", default="the service")
"""The id of the token, or of the session without one; set by the gate."""
