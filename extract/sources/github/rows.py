"""GitHub's objects as rows of a contract: what the contract reads and nothing else, so that no body ever goes further."""

import re
from collections.abc import Iterable
from typing import Any

from extract.landing.contracts import Table

LONGEST_HEADLINE = 1_000
_CO_AUTHOR = re.compile(
    r"^co-authored-by:[^<\n]{0,200}<([^<>\s]{1,320})>\s*$", re.IGNORECASE | re.MULTILINE
)
_REVERTS = re.compile(r"\bThis reverts commit ([0-9a-f]{7,64})\b", re.IGNORECASE)

Row = dict[str, Any]


def row_of(table: Table, item: object, **more: object) -> object:
    """Return the part of an object that a contract reads, with what its reader knows besides.

    What is no object stays as it is: its contract refuses it.
    """
    if not isinstance(item, dict):
        return item
    return {**_part(item, table.tree), **more}


def _part(item: Row, tree: dict[str, Any]) -> Row:
    return {
        name: _part(item[name], below) if below and isinstance(item[name], dict) else item[name]
        for name, below in tree.items()
        if name in item
    }


def value_of(item: object, *path: str) -> Any:  # noqa: ANN401 - vendor's JSON
    """Return what stands in an object under names within names; None where one of them is no object or lacks the name."""
    for name in path:
        item = item.get(name) if isinstance(item, dict) else None
    return item


def names_of(items: object, field: str) -> list[object]:
    """Return a field of each object of a list, in order; of no list, none."""
    found = [value_of(item, field) for item in (items if isinstance(items, list) else [])]
    return [name for name in found if name is not None]


def commit_row(table: Table, item: object, **more: object) -> object:
    """Return a commit's row: of its message the first line, the co-authors' addresses and what it reverts."""
    message = value_of(item, "commit", "message")
    text = message if isinstance(message, str) else ""
    reverted = _REVERTS.search(text)
    return row_of(
        table,
        item,
        message_headline=text.split("\n", 1)[0][:LONGEST_HEADLINE] or None,
        co_author_emails=list(dict.fromkeys(_CO_AUTHOR.findall(text))),
        reverts_sha=reverted[1].lower() if reverted else None,
        parent_shas=names_of(value_of(item, "parents"), "sha"),
        **more,
    )


def number_at_end(address: object) -> int | None:
    """Return the number that an address ends with: of the pull request that a comment is on."""
    found = re.search(r"/(\d{1,18})$", address) if isinstance(address, str) else None
    return int(found[1]) if found else None


def newest(items: Iterable[object], field: str, known: str) -> str:
    """Return the latest instant of some objects; GitHub writes them all alike, so that they sort as texts."""
    texts = [value_of(item, field) for item in items]
    return max([known, *(text for text in texts if isinstance(text, str))])
