"""In which format an answer is wanted: decided here, once, from everything that was sent."""

from functools import lru_cache
from typing import Literal
from urllib.parse import parse_qsl

from starlette.types import Scope

from serving.api.as_sent import weighted

CSV, JSON = "text/csv", "application/json"
Format = Literal["csv", "json"]
LONGEST_KEPT = 1_024
"""Longer addresses and headers are decided anew each time: what is remembered must not fill the memory."""


def format_of(scope: Scope) -> Format:
    """Return what a request asks for: `format` decides, else `Accept`; JSON when both are as welcome."""
    # Several headers of one name are one list (RFC 9110, 5.3).
    accepted = b",".join(text for name, text in scope["headers"] if name == b"accept")
    query = scope["query_string"]
    decide = _known if len(query) + len(accepted) <= LONGEST_KEPT else _format
    return decide(query, accepted)


def _format(query: bytes, accepted: bytes) -> Format:
    if b"format" in query or b"%" in query:
        asked = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)).get("format")
        if asked is not None:
            return "csv" if asked == "csv" else "json"
    weights = {CSV: 0.0, JSON: 0.0}
    for part in accepted.decode("latin-1").split(","):
        media, weight = weighted(part)
        if media in weights:
            weights[media] = max(weights[media], weight)
    return "csv" if weights[CSV] > weights[JSON] else "json"


_known = lru_cache(maxsize=4_096)(_format)
