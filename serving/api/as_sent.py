"""What was sent, said once: each header that decides something has one meaning, whoever reads it.

A header that is a list may come in pieces; one that is not and comes twice is refused, because two readers could take a
different one of them. What is decided from a list is decided here. Ranges are not served, so they are not heard.
"""

from collections.abc import Mapping

from starlette.types import Scope

from serving.api.problems import Problem

Header = tuple[bytes, bytes]
LISTS = {b"accept": b", ", b"if-none-match": b", ", b"cookie": b"; ", b"accept-encoding": b", "}
"""Headers that we read and that are lists, and what stands between their parts (RFC 9110, 5.3; RFC 9113, 8.2.3)."""
SINGLE = frozenset(
    {
        b"authorization",
        b"content-length",
        b"content-type",
        b"host",
        b"last-event-id",
        b"origin",
        b"sec-fetch-site",
        b"x-csrf-token",
    }
)
"""Headers that we read and that are none."""
_UNHEARD = frozenset({b"range", b"if-range"})


def said_once(scope: Scope) -> list[Header]:
    """Return the headers of a request, each that we read once.

    Raises:
        Problem: One that is no list came twice (400).
    """
    found: dict[bytes, bytes] = {}
    others: list[Header] = []
    for name, text in scope["headers"]:
        if name in LISTS:
            found[name] = found[name] + LISTS[name] + text if name in found else text
        elif name in SINGLE:
            if name in found:
                raise Problem(400, f"The header {name.decode()} was sent twice.")
            found[name] = text
        elif name not in _UNHEARD:
            others.append((name, text))
    encodings = found.pop(b"accept-encoding", None)
    if encodings is not None and takes_gzip(encodings):
        found[b"accept-encoding"] = b"gzip"
    return [*found.items(), *others]


def is_zipped_for(sent: Mapping[bytes, bytes]) -> bool:
    """Say whether an answer to a request with these headers leaves zipped: `said_once` has left gzip alone in them, or nothing."""
    return b"gzip" in sent.get(b"accept-encoding", b"")


def takes_gzip(encodings: bytes) -> bool:
    """Say whether a client takes gzip (RFC 9110, 12.5.3): named, or any, and not with weight 0."""
    weights: dict[str, float] = {}
    for part in encodings.decode("latin-1").lower().split(","):
        coding, weight = weighted(part)
        weights[coding] = weight
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def weighted(part: str) -> tuple[str, float]:
    """Return one of a list in lower case, and its weight; one that cannot be read is not wanted."""
    name, *parameters = (piece.strip() for piece in part.lower().split(";"))
    for parameter in parameters:
        key, _, text = parameter.partition("=")
        if key.strip() == "q":
            try:
                weight = float(text)
            except ValueError:
                return name, 0.0
            return name, weight if 0 <= weight <= 1 else 0.0
    return name, 1.0
