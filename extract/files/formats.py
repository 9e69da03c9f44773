"""How a file is read, by format: DuckDB does it, many rows at a time; nothing here sees a single row.

Text formats are read once into a temporary table, as texts, because their rows are looked at more than
once; Parquet is read where it lies.
"""

import codecs
import csv
import io
import json
from typing import Any

import duckdb
from fsspec import AbstractFileSystem

from extract.landing.deliveries import (
    DELIVERED,
    MOST_SHOWN,
    ROW_NUMBER,
    Opened,
    Unread,
    refuse_wide,
)
from extract.landing.errors import FileError
from extract.limits import MEGABYTE, Limits
from warehouse.files import NO_FOLDERS, literal, one_file, parquet

LONGEST_HEADER = 1_000_000
MARK = "\ufeff"
NOTHING = "nothing"
"""The column of a file whose objects have none."""
NO_ROWS = Opened({}, 0, {})
"""An empty file: nothing happened, which is no fault."""


def open_file(
    con: duckdb.DuckDBPyConnection, limits: Limits, *, fs: AbstractFileSystem, place: str, kind: str
) -> Opened:
    """Make the relation `delivered` of a file.

    Raises:
        FileError: It is no file of its format.
    """
    con.execute(f"drop view if exists {DELIVERED}")
    con.execute(f"drop table if exists {DELIVERED}_texts")
    protocol = fs.protocol if isinstance(fs.protocol, str) else fs.protocol[0]
    if protocol != "file" and not con.filesystem_is_registered(protocol):
        con.register_filesystem(fs)
    try:
        if kind == "parquet":
            return _parquet(con, place, limits)
        # Rows keep their order, which is how they are numbered; where they land it does not matter.
        con.execute("set preserve_insertion_order = true")
        if kind == "json":
            return _json(con, place)
        return {"jsonl": _jsonl, "csv": _csv}[kind](con, fs, place)
    except duckdb.OutOfMemoryException:
        raise FileError(limits.refusal("what it unpacks to", "disk_mb", "MB")) from None
    except (duckdb.Error, OSError, UnicodeError, csv.Error) as error:
        raise FileError(f"no readable {kind} file ({_kind(error)})") from None
    finally:
        con.execute("set preserve_insertion_order = false")


def _parquet(con: duckdb.DuckDBPyConnection, place: str, limits: Limits) -> Opened:
    # What it says of itself, before a row is unpacked.
    (n_bytes,) = _one(
        con,
        f"select coalesce(sum(total_uncompressed_size), 0) from parquet_metadata({one_file(place)})",
    )
    if n_bytes > limits.file_mb * MEGABYTE:
        raise FileError(limits.refusal("what it unpacks to", "file_mb", "MB"))
    names = {name for name, *_ in con.execute(f"describe from {parquet(place)}").fetchall()}
    number = "file_row_number + 1" if "file_row_number" not in names else "null"
    con.execute(
        f"create temp view {DELIVERED} as select *, {number} as {ROW_NUMBER} from {parquet(place)}"
    )
    (n_rows,) = _one(con, f"select count(*) from {DELIVERED}")
    return Opened(_columns(con), n_rows, {})


def _jsonl(con: duckdb.DuckDBPyConnection, fs: AbstractFileSystem, place: str) -> Opened:
    file = f"{one_file(place)}, {NO_FOLDERS}"
    if _begins_with_a_mark(fs, place):
        return _values(con, _lines(con, file), "the line")
    objects = f"read_ndjson_objects({file}, ignore_errors = true)"
    names = _names(con, objects, "jsonl", "no line is a JSON object")
    if not names:
        return NO_ROWS
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    rows = (
        f"select columns(*) from read_ndjson({file}, columns = {{{columns}}}, ignore_errors = true)"
    )
    return _objects(con, names, rows, "the line")


def _json(con: duckdb.DuckDBPyConnection, place: str) -> Opened:
    """Read a document: a list of rows, a list under `events`, or one row."""
    # A mark of the order of bytes is no blank, and no part of JSON.
    file = one_file(place)
    content = f"(select ltrim(content, '{MARK}') as content from read_text({file}))"
    (is_valid, is_blank) = _one(
        con, f"select json_valid(content), trim(content, ' \t\r\n') = '' from {content}"
    )
    if not is_valid and not is_blank:
        raise FileError("no readable json file (no JSON document)")
    con.execute(f"drop table if exists {DELIVERED}_lines")
    listed = "case json_type(document) when 'ARRAY' then document when 'OBJECT' then document -> 'events' end"
    con.execute(
        f"create temp table {DELIVERED}_lines as select unnest(case when json_type({listed}) = 'ARRAY'"
        f" then from_json({listed}, '[\"JSON\"]') else [document] end) as json"
        f" from (select content::json as document from {content} where json_valid(content))"
    )
    return _values(con, f"{DELIVERED}_lines", "the value")


def _values(con: duckdb.DuckDBPyConnection, values: str, what: str) -> Opened:
    """Make rows of a table of JSON values; what is no object becomes a row without a value."""
    names = _names(con, values, "json", "nothing in it is a JSON object")
    if not names:
        return NO_ROWS
    shape = literal(json.dumps(dict.fromkeys(names, "VARCHAR")))
    return _objects(con, names, f"select unnest(json_transform(json, {shape})) from {values}", what)


def _names(con: duckdb.DuckDBPyConnection, objects: str, kind: str, nothing: str) -> list[str]:
    """Return the keys of all objects; of a file without a value none.

    Raises:
        FileError: There are values, and none is an object; or the objects have too many keys.
    """
    (n_values, n_objects) = _one(
        con, f"select count(*), count(*) filter (json_type(json) = 'OBJECT') from {objects}"
    )
    if n_values and not n_objects:
        raise FileError(f"no readable {kind} file ({nothing})")
    if not n_values:
        return []
    keys = con.execute(
        f"select distinct unnest(json_keys(json)) from {objects} where json_type(json) = 'OBJECT' order by 1"
    ).fetchall()
    names = [key for (key,) in keys] or [NOTHING]
    refuse_wide(len(names))
    return names


def _objects(con: duckdb.DuckDBPyConnection, names: list[str], rows: str, what: str) -> Opened:
    con.execute(f"create temp table {DELIVERED}_texts as {rows}")
    anything = " or ".join(f'"{name.replace(chr(34), chr(34) * 2)}" is not null' for name in names)
    numbered = f"from (select *, rowid + 1 as {ROW_NUMBER} from {DELIVERED}_texts)"
    con.execute(f"create temp view {DELIVERED} as {numbered} where {anything}")
    (n_rows,) = _one(con, f"select count(*) from {DELIVERED}")
    where = f"{numbered} where not ({anything})"
    (n_bad,) = _one(con, f"select count(*) {where}")
    first = con.execute(f"select {ROW_NUMBER} {where} order by 1 limit {MOST_SHOWN}").fetchall()
    unreadable = {
        f"{what} is no JSON object with a value": Unread(n_bad, [one for (one,) in first])
    }
    return Opened(_columns(con), n_rows, unreadable if n_bad else {})


def _csv(con: duckdb.DuckDBPyConnection, fs: AbstractFileSystem, place: str) -> Opened:
    header = _header(fs, place)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header)
    for name in ("csv_scans", "csv_errors"):
        con.execute(f"drop table if exists {name}")
    con.execute(
        f"create temp table {DELIVERED}_texts as from read_csv({one_file(place)}, {NO_FOLDERS},"
        f" auto_detect = false, header = true, columns = {{{columns}}}, delim = ',', quote = '\"',"
        " escape = '\"', strict_mode = true, max_line_size = 16000000, store_rejects = true,"
        " rejects_scan = 'csv_scans', rejects_table = 'csv_errors', rejects_limit = 0)"
    )
    # What cannot be read is in no table, so that rows behind it cannot be numbered.
    (n_errors,) = _one(con, "select count(*) from csv_errors")
    number = "null" if n_errors else "rowid + 1"
    con.execute(
        f"create temp view {DELIVERED} as select *, {number} as {ROW_NUMBER} from {DELIVERED}_texts"
    )
    (n_rows,) = _one(con, f"select count(*) from {DELIVERED}")
    bad = con.execute(
        "select lower(cast(error_type as varchar)), count(distinct line), list(distinct line order by line)"
        " from csv_errors group by 1 order by 1"
    ).fetchall()
    if bad and not n_rows:
        raise FileError(f"no readable csv file ({bad[0][0]})")
    return Opened(
        _columns(con),
        n_rows,
        {
            f"the line cannot be read: {kind}": Unread(n, lines[:MOST_SHOWN])
            for kind, n, lines in bad
        },
    )


def _begins_with_a_mark(fs: AbstractFileSystem, place: str) -> bool:
    with fs.open(place, "rb") as raw:
        return bool(raw.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8)


def _lines(con: duckdb.DuckDBPyConnection, file: str) -> str:
    """Read lines as texts without the mark of their order of bytes, which the reader of JSON takes for a part of the first."""
    con.execute(f"drop table if exists {DELIVERED}_lines")
    # What divides columns here stands in no JSON as it is.
    con.execute(
        f"create temp table {DELIVERED}_lines as select if(json_valid(line), line::json, null) as json"
        f" from read_csv({file}, auto_detect = false, header = false, columns = {{'line': 'VARCHAR'}},"
        " delim = '\x1f', quote = '', escape = '', max_line_size = 16000000) where trim(line) <> ''"
    )
    return f"{DELIVERED}_lines"


def _header(fs: AbstractFileSystem, place: str) -> list[str]:
    with fs.open(place, "rb") as raw:
        first = raw.readline(LONGEST_HEADER)
    if len(first) == LONGEST_HEADER:
        raise FileError(f"its first line has more than {LONGEST_HEADER:,} bytes")
    line = first.decode("utf-8-sig")
    header = next(csv.reader(io.StringIO(line), strict=True), [])
    names = [name.strip() for name in header]
    if not names or not all(names) or len({name.lower() for name in names}) < len(names):
        raise FileError("the first row must name every column once")
    refuse_wide(len(names))
    return names


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    found = con.execute(f"describe select * exclude ({ROW_NUMBER}) from {DELIVERED}").fetchall()
    return {name: kind for name, kind, *_ in found}


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> Any:  # noqa: ANN401 - a row
    return con.execute(sql).fetchone()


def _kind(error: Exception) -> str:
    """Name an error without its text, which may quote the file."""
    return type(error).__name__.removesuffix("Exception")
