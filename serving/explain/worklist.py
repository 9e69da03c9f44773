"""Whom nobody knows yet, the dearest first, with rows for the sheet that would name them."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from serving.explain.arithmetic import plain
from serving.explain.explanation import fields
from serving.explain.reading import NothingFoundError, Row, rows
from serving.spreadsheet import text_cell

SURE = Decimal("0.8")
"""Owners of at least this confidence need no line of the sheet: the key's own name says whose it is."""
KEYS, ADDRESSES = "api_key_mapping", "people"
HEADERS = {
    KEYS: (
        "api_key_id",
        "api_key_name",
        "owner_email",
        "platform",
        "purpose",
        "valid_from",
        "valid_to",
    ),
    ADDRESSES: (
        *("email", "aliases", "name", "department", "team", "manager_email", "cost_centre"),
        *("valid_from", "valid_to"),
    ),
}
"""The tabs' headers, as the loader asks for them: a test compares."""
TABS = (KEYS, ADDRESSES)
_MAPPABLE = ("api_key", "api_key_name", "service_account")
_TITLES = {
    "keys": "KEYS WITHOUT A CERTAIN OWNER",
    "addresses": "ADDRESSES THAT THE PEOPLE SHEET LACKS",
    "rests": "USE AND SEATS THAT NAME NOBODY",
}


@dataclass(frozen=True)
class Item:
    """Something whose owner is to be found."""

    kind: str
    name: str
    spend_usd: Decimal
    what: str
    remedy: str
    cells: dict[str, str] | None = None
    """For the sheet; None where no line of it would help."""


@dataclass(frozen=True)
class Worklist:
    """Everything to be found, of a window of days."""

    since: dt.date
    until: dt.date
    total_usd: Decimal
    items: Sequence[Item]

    def of(self, kind: str) -> list[Item]:
        """Return the items of a kind, the dearest first."""
        return [item for item in self.items if item.kind == kind]

    def lines(self) -> Iterator[str]:
        """Return it for people."""
        open_usd = sum((item.spend_usd for item in self.items), Decimal(0))
        yield f"WORKLIST   {self.since} to {self.until}: {open_usd:,.2f} of {self.total_usd:,.2f} USD have no certain owner"
        for kind, title in _TITLES.items():
            found = self.of(kind)
            yield ""
            yield f"{title}   {len(found)}, {sum((item.spend_usd for item in found), Decimal(0)):,.2f} USD"
            for item in found:
                yield f"  {item.spend_usd:>12,.2f} USD  {item.name}: {item.what}"
                yield f"                    {item.remedy}"
        for tab in TABS:
            if self.rows_of(tab):
                yield ""
                yield f"TO PASTE INTO THE TAB {tab} (fill in what is empty; alone: --tab {tab})"
                yield self.tab(tab).rstrip("\n")

    def rows_of(self, tab: str) -> list[dict[str, str]]:
        """Return lines for a tab of the sheet, the dearest first."""
        kind = "keys" if tab == KEYS else "addresses"
        return [item.cells for item in self.of(kind) if item.cells is not None]

    def tab(self, tab: str) -> str:
        """Return the tab's header and the lines, divided as spreadsheets paste them."""
        text = io.StringIO()
        writer = csv.DictWriter(text, HEADERS[tab], delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {name: _cell(row.get(name, "")) for name in HEADERS[tab]} for row in self.rows_of(tab)
        )
        return text.getvalue()

    def as_fields(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "start_date": self.since.isoformat(),
            "end_date": self.until.isoformat(),
            "total_usd": plain(self.total_usd),
            "items": [
                fields(
                    {
                        "kind": item.kind,
                        "name": item.name,
                        "spend_usd": item.spend_usd,
                        "what": item.what,
                        "remedy": item.remedy,
                        "row": item.cells,
                    }
                )
                for item in self.items
            ],
        }


def make(cursor: duckdb.DuckDBPyConnection, days: int) -> Worklist:
    """Look at the newest days of the ledger.

    Raises:
        NothingFoundError: The ledger is empty.
    """
    (window,) = rows(cursor, "worklist_window", days=days)
    if window["last_date"] is None:
        raise NothingFoundError("The published ledger is empty.")
    since = window["since"]
    (total,) = rows(cursor, "worklist_total", since=since)
    items = [
        *(_key(row) for row in rows(cursor, "worklist_keys", since=since, sure=SURE)),
        *(_address(row) for row in rows(cursor, "worklist_addresses", since=since)),
        *(_rest(row) for row in rows(cursor, "worklist_rests", since=since)),
    ]
    return Worklist(since, window["last_date"], total["spend_usd"], items)


def _key(row: Row) -> Item:
    name = f' "{row["api_key_name"]}"' if row["api_key_name"] else ""
    guess = f", perhaps {row['owner_email']}" if row["owner_email"] else ""
    what = f"{row['actor_type']}{name}, used until {row['last_date']}, now {row['attribution_method']}{guess}"
    if row["is_mapping_conflict"]:
        remedy = f"two lines of the tab {KEYS} name different owners for one day: end one of them"
        return Item("keys", row["actor_id"], row["spend_usd"], what, remedy)
    if row["actor_type"] not in _MAPPABLE:
        remedy = (
            "an account whose e-mail the vendor does not say: ask the vendor's console who it is"
        )
        return Item("keys", row["actor_id"], row["spend_usd"], what, remedy)
    by_name = row["actor_type"] == "api_key_name"
    cells = {
        "api_key_name" if by_name else "api_key_id": row["actor_id"],
        "owner_email": row["owner_email"] or "",
        "valid_from": str(row["first_date"]),
    }
    remedy = f"a line of the tab {KEYS}, below" + (
        "" if row["owner_email"] else ": its owner is to be filled in"
    )
    return Item("keys", row["actor_id"], row["spend_usd"], what, remedy, cells)


def _address(row: Row) -> Item:
    what = f"{row['platforms']}, by {row['methods']}, from {row['first_date']} until {row['last_date']}"
    remedy = f"a line of the tab {ADDRESSES}, below, or one of the aliases of somebody who is there"
    cells = {"email": row["person_email"], "valid_from": str(row["first_date"])}
    return Item("addresses", row["person_email"], row["spend_usd"], what, remedy, cells)


def _rest(row: Row) -> Item:
    if row["is_seat"]:
        what = f"seats of {row['vendor']} without an e-mail"
        remedy = f"fill in the e-mail of row {row['sheet_rows']} of the tab seats"
        return Item("rests", row["actor_id"], row["spend_usd"], what, remedy)
    if row["workspace_name"] or row["n_members"] is not None:
        what = f"workspace {row['workspace_name'] or 'without a name'}, {row['n_members'] or 0} members"
        remedy = "used without a key (console, workbench), or billed without use: give its users keys of their own"
    else:
        what = f"{row['vendor']} names nobody"
        remedy = "no sheet can say whose it is"
    return Item("rests", row["actor_id"], row["spend_usd"], what, remedy)


def _cell(text: str) -> str:
    """Return a cell that a spreadsheet takes for text, whatever somebody called a key."""
    return text_cell(" ".join(text.split()))
