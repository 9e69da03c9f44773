"""From an error message to its class: the message may hold code or names and ends here, the class lands."""

import re

ERROR_CLASSES: tuple[tuple[str, str], ...] = (
    ("timeout", r"time[d]?[ -]?out|deadline exceeded|\b(408|504)\b"),
    ("rate_limited", r"rate[ _-]?limit|too many requests|quota|\b429\b"),
    ("authentication", r"unauthori[sz]ed|forbidden|authenticat|api[ _-]?key|\b(401|403)\b"),
    ("context_length", r"context[ _-]?(length|window)|too many tokens|maximum.{0,20}tokens"),
    ("content_filter", r"content[ _-]?(filter|policy)|safety|moderat"),
    ("cancelled", r"cancel+ed|aborted|interrupted"),
    ("provider_error", r"overloaded|unavailable|internal (server )?error|bad gateway|\b5\d\d\b"),
)
"""The first pattern that is found in the message wins."""

OTHER = "unknown"


def error_class(message: str) -> str:
    """Return the SQL that classes a message; NULL for none."""
    cases = " ".join(
        f"when regexp_matches({message}, '{pattern}', 'i') then '{name}'"
        for name, pattern in ERROR_CLASSES
    )
    return f"case when coalesce({message}, '') = '' then null {cases} else '{OTHER}' end"


def class_of(message: str | None) -> str | None:
    """Return the class of a message; None for none."""
    if not message:
        return None
    found = (name for name, pattern in ERROR_CLASSES if re.search(pattern, message, re.IGNORECASE))
    return next(found, OTHER)
