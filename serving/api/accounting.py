"""Lines of the audit log as the API writes them: tokens, never what was asked for or from where."""

from serving.api.audit import DENIED, FAILED, GRANTED, Entry, is_name

UNKNOWN = "unknown"
"""Stands for the id of a token that nobody made."""
_REFUSALS = frozenset({401, 403, 429})


def entry(
    token_id: str,
    action: str,
    organization: str | None,
    resource: str,
    *,
    result: str = GRANTED,
    count: int = 1,
) -> Entry:
    """Return a line about a token."""
    # An organisation that the log does not take for a name must not keep the rest from being written.
    named = organization if organization is not None and is_name(organization) else None
    return Entry(f"token:{token_id}", action, resource, named, result=result, count=count)


def result_of(status: int) -> str:
    """Return what the log calls an answer of this status."""
    if status in _REFUSALS:
        return DENIED
    return GRANTED if status < 400 else FAILED
