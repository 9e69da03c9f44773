"""Whether a vendor's list stood still while its pages were read.

A row that arrives between two requests pushes the others on: one is read twice, another never, and every single page
looks right. So all pages must state the same totals, the rows must be as many as the total says, and no row of an
earlier page may come again. A list that moved is torn: the loader reads the unit again, a few times, and then fails.

A list from which a row is gone, by a vendor that states no total and goes on from the place of the last row, cannot be
told from one that is whole.
"""

import hashlib
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import orjson

from extract.landing.errors import TornError

Body = dict[str, Any]
Key = Callable[[Any], Hashable]
"""What tells a row from all others; None for a row that says nothing of the kind."""


class Watch:
    """Watches one reading of one list.

    Args:
        rows: Where a page has its rows.
        key: The rows' natural key.
        totals: Where a page states what must not change from page to page, dots for nesting.
        n_rows: Which of the totals counts the rows.
        place: Where a row stands in the vendor's order, of a list whose keys are not unique: equal rows may meet where
            one page ends and the next begins. That is believed when the list reads the same a second time.
        known: Digests of earlier readings that were doubted for nothing but that.
    """

    def __init__(
        self,
        *,
        rows: str = "data",
        key: Key | None = None,
        totals: Sequence[str] = (),
        n_rows: str | None = None,
        place: Key | None = None,
        known: frozenset[str] = frozenset(),
    ) -> None:
        """Have seen no page."""
        self._rows, self._key, self._place, self._n_rows = rows, key, place, n_rows
        self._paths, self._known = (*totals, *((n_rows,) if n_rows else ())), known
        self._stated: dict[str, object] = {}
        self._n_pages = self._n_read = 0
        self._seen: set[Hashable] = set()
        self._seam: Hashable = None
        self._digest = hashlib.sha256()
        self._is_doubted = False

    def see(self, body: Body) -> None:
        """Look at a page.

        Raises:
            TornError: It belongs to another state of the list than the pages before.
        """
        self._n_pages += 1
        for path in self._paths:
            stated = _at(body, path)
            first = self._stated.setdefault(path, stated)
            if stated is not None and first is None:
                self._stated[path] = stated
            elif stated is not None and stated != first:
                raise TornError(
                    f"page {self._n_pages} says {path} {stated}, a page before it said {first}: "
                    "the list changed while it was read"
                )
        rows = body.get(self._rows) or []
        self._n_read += len(rows)
        if self._key is not None:
            self._compare(rows, self._key)
        if self._place is not None:
            self._digest.update(canonical(rows))

    def _compare(self, rows: Sequence[object], key_of: Key) -> None:
        keys = [_hashable(key_of(row)) for row in rows]
        if any(key is not None and key in self._seen for key in keys):
            again = [row for row, key in zip(rows, keys, strict=True) if key in self._seen]
            if self._place is None or any(self._place(row) != self._seam for row in again):
                raise TornError(
                    f"{len(again)} rows of page {self._n_pages} came twice, on a page before it as "
                    "well: the list changed while it was read"
                )
            self._is_doubted = True
        fresh = {key for key in keys if key is not None}
        # A list that is in order can repeat only what stood on the page before.
        self._seen = fresh if self._place is not None else self._seen | fresh
        if rows and self._place is not None:
            self._seam = self._place(rows[-1])

    def end(self) -> None:
        """Judge the list as a whole.

        Raises:
            TornError: Rows are missing or too many, or two pages meet in rows that might be one.
        """
        n_rows = self._stated.get(self._n_rows or "")
        if isinstance(n_rows, int) and not isinstance(n_rows, bool) and n_rows != self._n_read:
            raise TornError(
                f"the vendor counts {n_rows} rows, its pages held {self._n_read}: the list changed "
                "while it was read, or pages are missing"
            )
        if self._is_doubted and self._digest.hexdigest() not in self._known:
            raise TornError(
                "a page begins with the row that the page before ended with: one row read twice, or "
                "two that are equal",
                reading=self._digest.hexdigest(),
            )


def canonical(value: object) -> bytes:
    """Write a vendor's value so that equal values give equal bytes, whatever is in it."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # half a character, a number beyond 64 bits, nested deeply
        return repr(_in_order(value)).encode("utf-8", "backslashreplace")


def _in_order(value: object) -> object:
    if isinstance(value, dict):
        return sorted((str(name), _in_order(one)) for name, one in value.items())
    return [_in_order(one) for one in value] if isinstance(value, list) else value


def _hashable(key: object) -> Hashable:
    """Return a row's key; a vendor can send a list where an id belongs."""
    try:
        hash(key)
    except TypeError:
        return repr(key)
    return key


def _at(body: object, path: str) -> object:
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body
