"""How far a landed value may go: rows beyond the bounds of their contract are found here, and what is kept of odd rows is kept short."""

import datetime as dt

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from extract.landing.contracts import FIRST_DAY, LONGEST_TEXT, Column, Kind

NO_TEXT = "expected text, got half a character or a NUL"
TOO_DEEP = "[nested too deeply]"
LONGEST_KEPT = 100_000
"""Characters of what is kept of a row beside its columns: fields that nobody knows, the payload of a quarantined row."""
LONGEST_PART = 1_000
_MOST_PARTS = 200
_DEEPEST = 32
_DAYS = (Kind.DATE, Kind.MS_DATE)
_INSTANTS = (Kind.TIMESTAMP, Kind.UTC_TIMESTAMP)
_TEXTS = (Kind.STRING, Kind.ID, Kind.JSON)
_ONE_DAY = dt.timedelta(days=1)


def within_bounds(column: Column, array: pa.Array, bad: dict[int, tuple[str, str]]) -> pa.Array:
    """Return the column with NULL for what lies beyond its bounds; whose rows they are is noted in `bad`."""
    for fits, reason in _checks(column, array):
        if pc.all(fits).as_py() is False:
            for index in pc.indices_nonzero(pc.invert(pc.fill_null(fits, True))).to_pylist():
                bad.setdefault(index, (column.path or column.name, reason))
            array = pc.if_else(pc.fill_null(fits, True), array, pa.scalar(None, array.type))
    return array


def range_of(column: Column) -> str:
    """Return the days between which a day or an instant of a column lies, for a reason."""
    return f"from {FIRST_DAY} to {column.last_day}"


def _checks(column: Column, array: pa.Array) -> list[tuple[pa.Array, str]]:
    """Return for each row whether it fits (NULL does), and why not."""
    if column.kind in _DAYS:
        return [(_between(array, FIRST_DAY, column.last_day), f"expected a day {range_of(column)}")]
    if column.kind in _INSTANTS:
        first = dt.datetime.combine(FIRST_DAY, dt.time(0), dt.UTC)
        last = dt.datetime.combine(column.last_day, dt.time.max, dt.UTC)
        return [(_between(array, first, last), f"expected an instant {range_of(column)}")]
    if column.kind is Kind.MS:
        first = dt.datetime.combine(FIRST_DAY, dt.time(0), dt.UTC)
        last = dt.datetime.combine(column.last_day, dt.time.max, dt.UTC)
        number = pc.cast(array, pa.int64())
        bounds = (int(one.timestamp() * 1000) for one in (first, last))
        return [(_between(number, *bounds), f"expected epoch milliseconds {range_of(column)}")]
    if column.kind in _TEXTS:
        longest = f"expected a text of at most {column.longest:,} characters"
        return [
            (pc.less_equal(pc.utf8_length(array), column.longest), longest),
            (pc.invert(pc.match_substring(array, "\0")), NO_TEXT),
        ]
    return []


def _between(array: pa.Array, first: object, last: object) -> pa.Array:
    low, high = pa.scalar(first, array.type), pa.scalar(last, array.type)
    return pc.and_(pc.greater_equal(array, low), pc.less_equal(array, high))


def kept_json(value: object) -> str:
    """Write what is kept beside the columns as JSON with sorted keys: always, in text that every engine reads, and not without end."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
        # A NUL is six characters in JSON, but none in the text that is read from it.
        if len(text) <= LONGEST_TEXT and "\\u0000" not in text:
            return text
    except TypeError:  # half a character, a number beyond 64 bits, nested too deeply
        pass
    text = orjson.dumps(_shortened(value, _DEEPEST), option=orjson.OPT_SORT_KEYS).decode()
    return text if len(text) <= LONGEST_KEPT else f'{{"[fields]":"[{len(text):,} characters]"}}'


def _shortened(value: object, depth: int) -> object:
    """Return a value whose parts can be written, cut where they are longer than anybody reads."""
    if isinstance(value, str):
        return _plain(value) if len(value) <= LONGEST_PART else f"[{len(value):,} characters]"
    if isinstance(value, dict | list) and not depth:
        return TOO_DEEP
    if isinstance(value, dict):
        parts = list(value.items())
        found: dict[str, object] = {
            _plain(str(name)[:LONGEST_PART]): _shortened(one, depth - 1)
            for name, one in parts[:_MOST_PARTS]
        }
        return found | ({"[more]": len(parts) - _MOST_PARTS} if len(parts) > _MOST_PARTS else {})
    if isinstance(value, list):
        rest = [f"[{len(value) - _MOST_PARTS} more]"] if len(value) > _MOST_PARTS else []
        return [_shortened(one, depth - 1) for one in value[:_MOST_PARTS]] + rest
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return "[a number beyond 64 bits]"
    return value


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
