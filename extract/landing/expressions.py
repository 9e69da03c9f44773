"""A table's contract as SQL over a file as it was delivered: each column's value, and why a row is refused.

The rules are those of `values`. A file's text formats know no types: what they say is read as the kind's text, without the
blanks around it (a code's own blanks are a fault), and nothing is nothing. A reason names the field and never quotes the value, because the value may be personal or free text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extract.landing.bounds import range_of
from extract.landing.contracts import (
    FIRST_DAY,
    MOST_ALTERNATIVES,
    PERSONAL_FIELD,
    Column,
    Kind,
    Table,
)
from extract.landing.error_classes import error_class
from extract.landing.values import (
    EXACT_IN_A_FLOAT,
    EXPECTED,
    LONGEST_ID,
    NEGATIVE,
    NO_AMOUNT,
    NO_COUNT,
    PATTERNS,
    PLAIN_NUMBER,
    SCIENTIFIC_NUMBER,
    TOO_DEAR,
    TOO_LARGE,
)

Delivered = Mapping[str, str]
"""The columns of a file and their DuckDB types."""

Check = tuple[str, str]
"""A condition that is true of a good row and never NULL, and the fault of a row of which it is not."""

_ALTERNATIVES = '[{"provider":"VARCHAR","score":"DOUBLE","estimated_cost":"DECIMAL(38,9)"}]'
_IMPERSONAL = (
    r"-?\d{1,20}(\.\d{1,20})?|true|false|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}"
    r"|\d{4}-\d\d-\d\d([T ][\d:.]{5,15}(Z|[+-]\d\d(:?\d\d)?)?)?"
)
SQL_TYPES = {  # the kinds that files have
    Kind.CODE: "varchar",
    Kind.ID: "varchar",
    Kind.DECIMAL: "varchar",
    Kind.ERROR_CLASS: "varchar",
    Kind.ALTERNATIVES: "varchar",
    Kind.INT: "bigint",
    Kind.NUMERIC: "decimal(38, 9)",
    Kind.FLOAT: "double",
    Kind.BOOL: "boolean",
    Kind.TIMESTAMP: "timestamptz",
    Kind.UTC_TIMESTAMP: "timestamptz",
    Kind.DATE: "date",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_DIGITS_BEFORE_POINT = 29
_NEVER_BLANK = re.compile(
    r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|BOOLEAN|DATE|(DECIMAL|TIMESTAMP).*"
)
_INTEGERS = frozenset({"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT"})
_EXPECTED = {
    **EXPECTED,
    Kind.ALTERNATIVES: f"a list of at most {MOST_ALTERNATIVES} alternatives",
    Kind.INT: "a whole number",
    Kind.NUMERIC: f"a number with at most {_DIGITS_BEFORE_POINT} digits before the point",
    Kind.FLOAT: "a finite number",
    Kind.BOOL: "true or false",
}
"""JSON states the type of these, a file's text does not."""
_INSTANTS = (Kind.TIMESTAMP, Kind.UTC_TIMESTAMP)
_LATEST = "23:59:59.999999"


@dataclass(frozen=True)
class Conversion:
    """The select list of a table's columns; what is true of a good row; a bad one's first fault as `field|reason`."""

    columns: dict[str, str]
    is_good: str
    fault: str
    payload: str


def conversion(table: Table, delivered: Delivered) -> Conversion:
    """Write the SQL for a file with these columns."""
    values: dict[str, str] = {}
    checks: list[Check] = []
    for column in table.columns:
        field = _field(column, delivered)
        if column.path is None:
            continue
        if field is None:
            values[column.name] = "null"
            if column.required:
                checks.append(("false", _fault(column.path, "required field is missing")))
        else:
            values[column.name] = _value(column, field, delivered[field])
            checks.extend(_checks(column, field, delivered[field], values[column.name]))
    values["unknown_fields"] = _unknown(table, delivered)
    types = {column.name: SQL_TYPES[column.kind] for column in table.columns}
    typed = {
        name: f"cast({value} as {types.get(name, 'varchar')})" for name, value in values.items()
    }
    checks.extend(
        (f"coalesce({rule.holds.format_map(typed)}, true)", _fault(rule.field, rule.expected))
        for rule in table.rules
    )
    cases = " ".join(f"when not ({condition}) then '{fault}'" for condition, fault in checks)
    shown = ", ".join(
        f"{column.name} := {_shown(column, values[column.name])}"
        for column in table.columns
        if column.name in values and not column.personal
    )
    return Conversion(
        typed,
        " and ".join(f"({condition})" for condition, _ in checks),
        f"case {cases} end",
        f"json_merge_patch('{{}}', to_json(struct_pack({shown})))",
    )


def _field(column: Column, delivered: Delivered) -> str | None:
    names = (column.path or column.name, *column.aliases)
    return next((name for name in names if name in delivered), None)


def _quoted(field: str) -> str:
    return '"' + field.replace('"', '""') + '"'


def _text(field: str) -> str:
    return f"nullif(trim(cast({_quoted(field)} as varchar)), '')"


def _value(column: Column, field: str, given: str) -> str:
    """Return the SQL of a value; NULL where the delivered one is missing or cannot be used."""
    kind, text = column.kind, _text(field)
    if kind in (Kind.CODE, Kind.ID):
        # As delivered: blanks around a code are no part of a code.
        return f"nullif({_quoted(field)}, '')" if given == "VARCHAR" else text
    if kind is Kind.ERROR_CLASS:
        return error_class(text)
    if kind is Kind.DECIMAL:
        return f"case when {_fits(Kind.DECIMAL, text)} then {_plain(text)} end"
    if kind is Kind.ALTERNATIVES:
        document = f"to_json({_quoted(field)})" if given.endswith("[]") else text
        listed = f"json_transform(case when json_valid({document}) then {document} end, '{_ALTERNATIVES}')"
        listed = f"case when len({listed}) <= {MOST_ALTERNATIVES} then {listed} end"
        named = (
            "struct_pack(provider := case when regexp_full_match(entry.provider, "
            f"'{PATTERNS[Kind.CODE]}') then entry.provider end, score := case when isfinite(entry.score) then "
            "entry.score end, "
            f"estimated_cost := case when entry.estimated_cost > -{NO_AMOUNT}"
            f" and entry.estimated_cost < {NO_AMOUNT} then entry.estimated_cost end)"
        )
        return f"cast(to_json(list_transform({listed}, lambda entry: {named})) as varchar)"
    if _is_exact(kind, given):
        return _quoted(field)
    if kind is Kind.INT:
        number = f"try_cast({text} as double)"
        whole = f"{number} = trunc({number}) and abs({number}) <= {EXACT_IN_A_FLOAT}"
        return (
            f"case when regexp_full_match({text}, '-?[0-9]+') then try_cast({text} as bigint)"
            f" when {whole} then cast({number} as bigint) end"
        )
    if kind in _INSTANTS:
        return _instant(column, field, given, text)
    if kind is Kind.DATE:
        found = f"try_cast({_quoted(field)} as date)"
        if given == "VARCHAR":
            found = f"case when {_fits(kind, text)} then try_cast({text}[:10] as date) end"
        first, last = f"date '{FIRST_DAY}'", f"date '{column.last_day}'"
        return f"case when {found} between {first} and {last} then {found} end"
    if kind is Kind.FLOAT:
        number = f"try_cast({_quoted(field)} as double)"
        return f"case when isfinite({number}) then {number} end"
    return f"try_cast({_quoted(field) if given != 'VARCHAR' else text} as {SQL_TYPES[kind]})"


def _fits(kind: Kind, text: str) -> str:
    return f"regexp_full_match({text}, '{PATTERNS[kind]}')"


def _plain(text: str) -> str:
    """Return the SQL of a decimal written out: DuckDB writes a small JSON number as 5.5e-07, and no digit may go."""
    sign, whole, rest, power = (
        f"regexp_extract({text}, '{SCIENTIFIC_NUMBER}', {group})" for group in range(1, 5)
    )
    power = f"try_cast({power} as integer)"
    small = f"'0.' || repeat('0', -{power} - 1) || {whole} || {rest}"
    shifted = f"ltrim({whole} || {rest}[:{power}] || repeat('0', {power} - length({rest})), '0')"
    large = f"coalesce(nullif({shifted}, ''), '0')"
    left = f"{rest}[{power} + 1:]"
    return (
        f"case when regexp_full_match({text}, '{PLAIN_NUMBER}') then {text} when {power} < 0 then {sign} || {small}"
        f" when {left} = '' then {sign} || {large} else {sign} || {large} || '.' || {left} end"
    )


def _instant(column: Column, field: str, given: str, text: str) -> str:
    """Return the SQL of an instant; the connection's zone is UTC."""
    kind = column.kind
    bounds = [
        f"'{day} {time}" for day, time in ((FIRST_DAY, "00:00:00"), (column.last_day, _LATEST))
    ]
    if given == "VARCHAR":
        found = f"case when {_fits(kind, text)} then try_cast({text} as timestamptz) end"
    elif kind is Kind.TIMESTAMP and given != "TIMESTAMP WITH TIME ZONE":
        return "cast(null as timestamptz)"  # a type without a zone
    elif given == "TIMESTAMP":
        # A cast would ask the calendar of the zone, twenty times as slowly.
        first, last = (f"timestamp {one}'" for one in bounds)
        is_within = f"{_quoted(field)} between {first} and {last}"
        return f"case when {is_within} then make_timestamptz(epoch_us({_quoted(field)})) end"
    else:
        found = f"try_cast({_quoted(field)} as timestamptz)"
    first, last = (f"timestamptz {one}+00'" for one in bounds)
    return f"case when {found} between {first} and {last} then {found} end"


def _is_missing(kind: Kind, field: str, given: str, value: str) -> str:
    """Return the SQL of "nothing was delivered"; what was delivered and cannot be used is not missing."""
    if given == "VARCHAR" and kind in (Kind.CODE, Kind.ID):
        return f"{value} is null"
    # Whether something is blank is asked of texts only: a number would be written as one for it.
    return f"{_quoted(field) if _NEVER_BLANK.fullmatch(given) else _text(field)} is null"


def _checks(column: Column, field: str, given: str, value: str) -> Iterator[Check]:
    """Yield what a row must fulfil; each check is of one column alone, which DuckDB does once per distinct value."""
    name = column.path or column.name
    missing = _is_missing(column.kind, field, given, value)
    if column.required:
        yield f"not ({missing})", _fault(name, "required field is missing")
    right = None
    if column.kind is Kind.CODE:
        right = f"coalesce({_fits(Kind.CODE, value)}, true)"
    elif column.kind is Kind.ID:
        right = f"coalesce(length({value}) <= {LONGEST_ID} and not contains({value}, chr(0)), true)"
    elif column.kind is not Kind.ERROR_CLASS and not _is_exact(column.kind, given):
        right = f"({value}) is not null or {missing}"
    if right:
        days = f" {range_of(column)}" if column.kind in (*_INSTANTS, Kind.DATE) else ""
        yield right, _fault(name, f"expected {_EXPECTED[column.kind]}{days}")
    if column.one_of:
        words = ", ".join(f"'{word}'" for word in column.one_of)
        yield (
            f"coalesce({value} in ({words}), true)",
            _fault(name, f"expected one of {', '.join(column.one_of)}"),
        )
    if column.is_count or column.kind is Kind.INT:
        yield f"coalesce({value} >= 0, true)", _fault(name, NEGATIVE)
    if column.kind is Kind.INT:
        yield f"coalesce({value} < {NO_COUNT}, true)", _fault(name, TOO_LARGE)
    if column.kind is Kind.NUMERIC:
        yield (
            f"coalesce({value} > -{NO_AMOUNT} and {value} < {NO_AMOUNT}, true)",
            _fault(name, TOO_DEAR),
        )


def _fault(name: str, reason: str) -> str:
    return f"{name}|{reason}"


def _is_exact(kind: Kind, given: str) -> bool:
    """Tell whether every value of a delivered type is one of the kind's, so that none needs a look."""
    return (
        (kind is Kind.INT and given in _INTEGERS)
        or (kind is Kind.BOOL and given == "BOOLEAN")
        or (kind is Kind.NUMERIC and _has_room(given))
    )


def _has_room(given: str) -> bool:
    """Tell whether a delivered decimal has no more digits before the point than ours."""
    found = _DECIMAL.fullmatch(given)
    return found is not None and int(found[1]) - int(found[2]) <= _DIGITS_BEFORE_POINT


def _shown(column: Column, value: str) -> str:
    """Return what a quarantined row shows of a column: never what somebody may have written."""
    if column.kind is Kind.CODE and column.path:
        return f"case when {_fits(Kind.CODE, value)} then {value} end"
    return value


def _unknown(table: Table, delivered: Delivered) -> str:
    """Return the SQL of the fields that the contract does not know, as JSON without text."""
    known = {column.path or column.name for column in table.columns} | table.dropped
    known |= {alias for column in table.columns for alias in column.aliases}
    parts = [
        f"{_quoted(name)} := case when {_text(name)} is null then null when "
        f"regexp_full_match({_text(name)}, '{_IMPERSONAL}') then {_text(name)} else '[text]' end"
        for name in delivered
        if name not in known and not PERSONAL_FIELD.search(name) and _is_name(name)
    ]
    if not parts:
        return "null"
    return f"nullif(cast(json_merge_patch('{{}}', to_json(struct_pack({', '.join(parts)}))) as varchar), '{{}}')"


def _is_name(name: str) -> bool:
    return name.replace("_", "").isalnum() and name.isascii() and len(name) <= 100
