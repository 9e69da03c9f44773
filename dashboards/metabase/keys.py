"""Keys that are the same in every run: by them a second run finds what the first one made."""

import hashlib
import re
import uuid
from typing import Literal

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_LENGTH = 21
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://ai-usage-analytics/dashboards")
_MARKER = re.compile(r"managed: ([a-z_]+(?:/[a-z_0-9]+)?)(?:#(\d+))?\s*\Z")

Kind = Literal["card", "dashboard", "dashcard", "tab", "collection"]


def entity_id(kind: Kind, key: str) -> str:
    """Return Metabase's own form of a portable id, 21 characters, made of our key."""
    number = int.from_bytes(hashlib.sha256(f"{kind}/{key}".encode()).digest(), "big")
    made = ""
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        made += _ALPHABET[place]
    return made


def tag_id(card_key: str, tag: str) -> str:
    """Return the id of a filter's place in a card's SQL."""
    return str(uuid.uuid5(_NAMESPACE, f"{card_key}/{tag}"))


def marker(key: str, number: int | None = None) -> str:
    """Return the last line of a description, which says that we made it.

    A copy made in Metabase has the description of its original and another number.
    """
    return f"managed: {key}" + (f"#{number}" if number is not None else "")


def marked(description: str | None) -> tuple[str, int | None] | None:
    """Return the key and the number of a description's marker; None: not ours."""
    found = _MARKER.search(description or "")
    return (found[1], int(found[2]) if found[2] else None) if found else None
