"""Table contracts: which column, of which type, from which field of the vendor's JSON.

A contract is frozen, and says how far a value may go: days, instants and texts have bounds, numbers those of their kind. A row with a value of another type, or without a required field, is not loaded:
it goes to the quarantine with the field, the reason and its payload without personal fields. A field
that is missing is NULL; a field that the contract does not know is kept in `unknown_fields`.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import pyarrow as pa

PERSONAL_FIELD = re.compile(
    r"^(name|(first|last|full|user|display|given|family)_?name|login|ip|phone|phone_?number)$"
    r"|e_?mail|picture|avatar|user_?agent|ip_?addr|device_?id",
    re.IGNORECASE,
)
"""Names of fields that are never copied into `unknown_fields` or a quarantined payload."""


class Kind(StrEnum):
    """How a value is read; each kind has one converter in `values`."""

    STRING = "string"
    CODE = "code"  # a name made by a machine or an id: never a sentence, never an address
    ID = "id"  # text of bounded length, or a whole number written as text
    INT = "int64"
    DECIMAL = "decimal"  # landed as plain decimal text, never as a float
    NUMERIC = "numeric"  # landed with nine decimals
    FLOAT = "float64"  # a score, never money
    BOOL = "boolean"
    TIMESTAMP = "timestamp"  # an instant with its zone, as RFC 3339 has it
    UTC_TIMESTAMP = "utc_timestamp"  # the same; without a zone it is UTC, as its source documents
    DATE = "date"
    JSON = "json"  # landed as text
    MS = "epoch_ms"  # text of digits
    MS_DATE = "epoch_ms_date"  # UTC day of an epoch in milliseconds
    ERROR_CLASS = "error_class"  # the class of an error message, which itself never lands
    ALTERNATIVES = "alternatives"  # a list of {provider, score, estimated_cost}, landed as JSON


ARROW: dict[Kind, pa.DataType] = {
    Kind.STRING: pa.string(),
    Kind.CODE: pa.string(),
    Kind.ID: pa.string(),
    Kind.INT: pa.int64(),
    Kind.DECIMAL: pa.string(),
    Kind.NUMERIC: pa.decimal128(38, 9),
    Kind.FLOAT: pa.float64(),
    Kind.BOOL: pa.bool_(),
    Kind.TIMESTAMP: pa.timestamp("us", "UTC"),
    Kind.UTC_TIMESTAMP: pa.timestamp("us", "UTC"),
    Kind.DATE: pa.date32(),
    Kind.JSON: pa.string(),
    Kind.MS: pa.string(),
    Kind.MS_DATE: pa.date32(),
    Kind.ERROR_CLASS: pa.string(),
    Kind.ALTERNATIVES: pa.string(),
}


class Mode(StrEnum):
    """How a table's partitions are replaced."""

    DAY = "day"
    SNAP = "snapshot"
    SCD2 = "scd2"
    TAB = "tab"
    FILE = "file"  # one partition per file; a file that is gone keeps its rows
    KEY = "key"  # one row per key, whichever file delivered it last


FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
"""Between which days something happens, unless its column says otherwise. A day beyond is a slip, and would make models count days to it."""
OPEN_END = dt.date(9999, 12, 31)
"""How many write that something has no end; no engine has a later day."""
LONGEST_TEXT = 10_000
"""Characters of a text, unless its column says otherwise: no name, label or list of addresses is longer."""
MOST_ALTERNATIVES = 100
NOBODY = "unknown"
"""Whose a row is that names no organisation; the models say so, too."""


@dataclass(frozen=True)
class Column:
    """One column: `path` is the vendor's field, dots for nesting; None if the loader sets it.

    `aliases` are other names of the field, `is_count` refuses a number below zero, `one_of` lists the words of a closed set; all in
    delivered files only.
    `last_day` and `longest` are how late a day or an instant and how long a text may be.
    `keyed_from` names the column whose address this one is the keyed id of (`persons.person_ids`), made when the row lands.
    """

    name: str
    kind: Kind
    path: str | None = None
    required: bool = False
    personal: bool = False
    aliases: tuple[str, ...] = ()
    is_count: bool = False
    one_of: tuple[str, ...] = ()
    keyed_from: str | None = None
    last_day: dt.date = LAST_DAY
    longest: int = LONGEST_TEXT


@dataclass(frozen=True)
class Rule:
    """What several columns of a row of a delivered file must fulfil together.

    `holds` is the SQL of it, columns in braces; where a column that it names is not known, nothing is broken. `expected` says it to
    whoever mends the row, and `field` is the field to look at first.
    """

    field: str
    expected: str
    holds: str


@dataclass(frozen=True)
class Table:
    """One raw table. `dropped` lists known vendor fields that are deliberately not landed.

    `log_key` names the columns that identify an entry of a log: an entry that comes twice lands once,
    and one that is held stays held when it is no longer sent, because the past of a log does not change.
    `key` names the columns that identify a row of a KEY table: delivered again it replaces itself. An id that somebody else
    gives is unique with who gave it: the organisation is part of the key, and what names none is that of `unknown`.
    `replaced_by` names the part of the key whose rows come together and replace each other: the commits of a pull request.
    A directory (SCD2) with a key is read in parts: what is not sent of it stays as it is.
    `happens_at` is the instant, by the vendor's own clock, by which a KEY table is read since a day: a backfill refuses rows before that day.
    `free_text` False keeps out whatever people may have written: of unknown fields and quarantined
    payloads only numbers, ids and instants are kept.
    `rules` are of delivered files only. Of a key that is delivered again the row with the latest `latest_by` stays, whichever file it
    came in; without it, the one that was delivered last.
    """

    name: str
    mode: Mode
    columns: tuple[Column, ...]
    dropped: frozenset[str] = frozenset()
    ordinal: str | None = None
    log_key: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    happens_at: str | None = None
    free_text: bool = True
    rules: tuple[Rule, ...] = ()
    latest_by: str | None = None
    tree: dict[str, object] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Precompute the tree of known fields."""
        tree: dict[str, object] = {}
        for path in (*(c.path for c in self.columns if c.path), *self.dropped):
            *parents, leaf = path.split(".")
            node = tree
            for parent in parents:
                child = node.setdefault(parent, {})
                node = child if isinstance(child, dict) else {}
            node.setdefault(leaf, None)
        object.__setattr__(self, "tree", tree)

    @property
    def partition(self) -> str | None:
        """The column whose values are replaced together; None if the table is one partition."""
        return {
            Mode.DAY: "usage_date",
            Mode.SNAP: "snapshot_date",
            Mode.TAB: "sheet_tab",
            Mode.FILE: "file_name",
        }.get(self.mode)

    @cached_property
    def key_parts(self) -> tuple[str, ...]:
        """The SQL of the parts of the key, none of which is NULL."""
        return self._never_null(self.key)

    @cached_property
    def scope_parts(self) -> tuple[str, ...]:
        """The SQL of what says which held rows of a KEY table are replaced."""
        return self._never_null(self.replaced_by or self.key)

    def _never_null(self, names: tuple[str, ...]) -> tuple[str, ...]:
        required = {c.name for c in self.columns if c.required}
        return tuple(c if c in required else f"coalesce({c}, '{NOBODY}')" for c in names)

    @cached_property
    def keyed(self) -> dict[str, str]:
        """The columns that are keyed ids, and the columns whose addresses they are made from."""
        return {c.name: c.keyed_from for c in self.columns if c.keyed_from}

    @cached_property
    def codes(self) -> frozenset[str]:
        """The vendor fields that hold a code."""
        return frozenset(c.path for c in self.columns if c.path and c.kind is Kind.CODE)

    @cached_property
    def kept_out(self) -> frozenset[str]:
        """The vendor fields that a quarantined payload must not show."""
        personal = {c.path for c in self.columns if c.path and c.personal}
        return frozenset(personal if self.free_text else personal | self.dropped)

    @property
    def spool_schema(self) -> pa.Schema:
        """Columns that come from the vendor, and `unknown_fields`."""
        made_here = {self.ordinal, *self.keyed}
        fields = [pa.field(c.name, ARROW[c.kind]) for c in self.columns if c.name not in made_here]
        return pa.schema([*fields, pa.field("unknown_fields", pa.string())])

    @property
    def schema(self) -> pa.Schema:
        """Columns as landed, except those that dlt adds."""
        fields = [pa.field(c.name, ARROW[c.kind]) for c in self.columns]
        if self.mode is Mode.SCD2:
            fields.append(pa.field("row_hash", pa.string()))
        return pa.schema(
            [
                *fields,
                pa.field("unknown_fields", pa.string()),
                pa.field("_loaded_at", pa.timestamp("us", "UTC")),
            ]
        )


@dataclass(frozen=True)
class Unreadable:
    """A row that its source could not read whole: what could be read, and why not the rest."""

    row: dict[str, Any]
    field: str
    reason: str


@dataclass(frozen=True)
class Reject:
    """A row that breaks its contract, without its personal fields."""

    index: int
    field: str
    reason: str
    payload: str
    day: dt.date | None


REJECT_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("partition_id", "field", "reason", "payload")]
)
"""Such rows, as they are kept until they are loaded."""


def camel(name: str) -> str:
    """Return the camelCase spelling of a snake_case name."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def columns(
    kind: Kind, names: str, *, prefix: str = "", case: str = "snake", required: bool = False
) -> list[Column]:
    """Declare several columns of one kind whose vendor field is the column's own name."""
    return [
        Column(name, kind, prefix + (camel(name) if case == "camel" else name), required)
        for name in names.split()
    ]
