"""One odd cell, in every field of every table: its row is set aside with the field's name, and all others land.

What is tried is what stopped a source for ever, or went through and made whoever reads it fall: days that no calendar or engine
has, numbers beyond their types, half of a character, NULs, texts and nests without end.
"""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pytest

from extract.client.json_body import parse
from extract.landing.bounds import LONGEST_KEPT
from extract.landing.contracts import Kind, Mode, Table
from extract.landing.sink import Unit
from extract.landing.spool import Spool
from extract.sources import TABLES
from extract.sources.claude_ai.audit_log import AuditLog
from extract.sources.claude_ai.folder import Folder
from extract.sources.claude_ai.tables import AUDIT_LOG
from persons.keys import Key

DAY = dt.date(2026, 5, 4)
UNIT = Unit(DAY, DAY + dt.timedelta(days=1))
GOOD: dict[Kind, object] = {
    Kind.STRING: "a", Kind.CODE: "a", Kind.ID: "a", Kind.INT: 1, Kind.DECIMAL: "1.5", Kind.BOOL: True, Kind.JSON: {},
    Kind.TIMESTAMP: "2026-05-04T10:00:00Z", Kind.UTC_TIMESTAMP: "2026-05-04T10:00:00Z", Kind.DATE: "2026-05-04",
    Kind.MS: "1777888800000", Kind.MS_DATE: "1777888800000",
}  # fmt: skip
_ODD = r"""
"99999-01-01T00:00:00Z" "99999-01-01" "0001-01-01T00:00:00+14:00" "0001-01-01" "-0044-03-15" "infinity"
"-infinity" "1999-12-31" "1999-12-31T23:59:59Z" "2100-01-01" "2100-01-01T00:00:00Z" "9999-12-31T23:59:59-14:00"
-1 -0.0 9223372036854775807 9223372036854775808 -9223372036854775809 1e18 1e308 1e400 NaN
Infinity -Infinity "NaN" "1e400" "1e-400" 1000000000001 "1000000000001" "0.1e12" "999999999999999" "99999999999999" "\ud83d" "a\u0000b" "\u0000" "\ufffe" ""
true [] {} [[1]] {"a":{"b":null}} "٣" "1_000" "0x10" null
"""
"""As JSON; blanks divide them."""
ODD = _ODD.split()
LONG = ['"' + "x" * 12_000 + '"', "9" * 4_500, '"' + "9" * 4_500 + '"', '"0.' + "0" * 500 + '1"', "[" * 900 + "]" * 900,
        "[" * 1_100 + "]" * 1_100, '{"a":' * 300 + "1" + "}" * 300]  # fmt: skip
ALL = [(source, table) for source, tables in TABLES.items() for table in tables]


def _values() -> Iterator[str]:
    for text in [*ODD, *LONG]:
        try:
            parse(f"[{text}]".encode())
        except orjson.JSONDecodeError:
            continue
        yield text


VALUES = list(_values())


def _row(table: Table, field: str = "", odd: object = None) -> dict[str, Any]:
    """Return a good row with one odd field."""
    row: dict[str, Any] = {"unheard_of": odd} if field == "unheard_of" else {}
    for column in table.columns:
        if column.path is not None:
            *parents, leaf = column.path.split(".")
            place = row
            for parent in parents:
                place = place.setdefault(parent, {})
            place[leaf] = odd if column.path == field else GOOD[column.kind]
    return row


def _constants(table: Table) -> dict[str, object]:
    made = {"usage_date": DAY, "snapshot_date": DAY, "file_name": "a.csv", "sheet_tab": "tab"}
    starts = {"starting_at": dt.datetime(2026, 5, 4, tzinfo=dt.UTC)}
    names = {column.name for column in table.columns if column.path is None and column.required}
    return {
        name: value
        for name, value in (made | starts | {"ending_at": starts["starting_at"]}).items()
        if name in names
    }


def test_every_odd_value_is_among_them() -> None:
    assert len(VALUES) >= 45
    assert parse(b'["\xff\xfe", "\\ud83d"]') == ["\udcff\udcfe", "\ud83d"]
    assert parse(b"[" * 70 + b'"a [ b"' + b"]" * 70) is not None
    with pytest.raises(orjson.JSONDecodeError):
        parse(b"[" * 7_000 + b"]" * 6_999)
    with pytest.raises(orjson.JSONDecodeError):
        parse(b'{"data": [1')


@pytest.mark.parametrize(("source", "table"), [one for one in ALL if one[1].mode is not Mode.KEY],
                         ids=lambda one: one.name if isinstance(one, Table) else one)  # fmt: skip
def test_an_odd_cell_costs_its_row_and_no_other(source: str, table: Table, tmp_path: Path) -> None:
    """Naive: the page is no JSON, a number does not fit, text cannot be encoded, and the source stops, on every run."""
    assert source
    # Of a hundred counters of one table some are enough.
    fields = [*[column.path for column in table.columns if column.path][:16], "unheard_of"]
    # A day of 2001 is one, only not the day that was asked for, which is another matter.
    odd = [text for text in VALUES if "000000000" not in text or table.mode is not Mode.DAY]
    texts = [(field, text) for field in fields for text in odd]
    rows = parse(
        b"[" + b",".join(_dump(_row(table, field, text)).encode() for field, text in texts) + b"]"
    )
    assert isinstance(rows, list)
    spool = Spool(tmp_path, key=Key(b"k" * 32))
    sink = spool.sink(UNIT)
    bad = sink.add(table, [_row(table), *rows], _constants(table))
    sink.close(keep=True)
    assert 0 not in bad
    names = list(spool.partitions(table))
    landed = pa.concat_tables(spool.rows(table, names, dt.datetime.now(dt.UTC)))
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.register("rows", landed)
        con.execute("create table landed as from rows")
        for name, kind, *_ in con.execute("describe landed").fetchall():
            if kind in ("DATE", "TIMESTAMP WITH TIME ZONE") and name != "_loaded_at":
                first, last = (
                    con.execute(f'select min("{name}"), max("{name}") from landed').fetchone() or ()
                )
                latest = next(column.last_day for column in table.columns if column.name == name)
                assert first is None or (first.year >= 2000 and last.year <= latest.year), name
            if kind == "VARCHAR":
                found = con.execute(
                    f'select count(*) from landed where contains("{name}", chr(0)) or length("{name}") > {LONGEST_KEPT}'
                ).fetchone()
                assert found == (0,), name
    rejects = spool.rejects(table, names).to_pylist()
    spool.close()
    for reject in rejects:
        assert len(reject["payload"]) <= LONGEST_KEPT
        json.loads(reject["payload"])
        assert "xxxx" not in reject["reason"]
    fields_of_bad = {texts[index - 1][0] for index in bad}
    assert fields_of_bad >= {
        c.path for c in table.columns if c.path in fields and c.kind is not Kind.JSON
    }


def _dump(value: object) -> str:
    """Write a row as JSON in which the odd value stands as it is."""
    if isinstance(value, dict):
        return (
            "{" + ",".join(f"{json.dumps(name)}:{_dump(one)}" for name, one in value.items()) + "}"
        )
    return value if isinstance(value, str) and value in _AS_IS else json.dumps(value)


_AS_IS = frozenset(VALUES)


def test_a_line_that_is_to_come_stretches_no_export(tmp_path: Path) -> None:
    """Naive: one line of 2099 makes its file speak for all days until then, and days that it does not know count as read."""
    (tmp_path / "log.csv").write_text(
        "created_at,actor_info,event\n2026-05-01T10:00:00Z,,a\n2099-01-01T00:00:00Z,,a\n0001-01-01T00:00:00+14:00,,a\n"
    )
    unit = Unit(dt.date(2026, 5, 1), dt.date(2026, 5, 5))
    spool = Spool(tmp_path / "spool")
    sink = spool.sink(unit)
    AuditLog(Folder(str(tmp_path), str), dt.date(2026, 5, 4)).read(unit, sink)
    sink.close(keep=True)
    assert sorted(set(unit.days) - sink.skipped) == [dt.date(2026, 5, 1)]
    rejects = spool.rejects(AUDIT_LOG, ["2026-05-01"]).to_pylist()
    assert {(one["field"], one["reason"].split(",")[0]) for one in rejects} == {
        ("created_at", "expected an instant before the day of the run"),
        ("created_at", "expected an RFC 3339 timestamp"),
    }
    spool.close()
