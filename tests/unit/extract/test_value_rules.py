"""One set of value rules: a row of an API, read in Python, and a row of a file, read in SQL, land the same or not at all.

Thousands of values are made of pieces of good ones, so that most of them are nearly right. What a file's text cannot say is
left out: a number in quotes is a number there, and blanks around a cell are no part of it.
"""

import datetime as dt
import json
import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from extract.landing.contracts import Column, Kind, Mode, Table
from extract.landing.convert import convert
from extract.landing.expressions import conversion

N_VALUES = 4_000
Value = str | int | float | bool | None
Make = Callable[[random.Random], Value]
_BITS = {
    Kind.CODE: ["gpt-4o", "openai", "/", ":", "_", ".", "-", " ", "@", "é", "x" * 99, "claude", "\t", "1"],
    Kind.ID: ["user_01", "ADA@corp.example", "é", "x" * 160, " ", "17", "/"],
    Kind.DECIMAL: ["0", "12", "-", ".", "5", "e", "E", "+", "-07", "550", "٣", "_", "000", "99"],
    Kind.DATE: ["2026-06-01", "2024-02-29", "2023-02-29", "9999-12-31", "0000-01-01", "T", "00:00", ":00", ".0",
                "Z", "+00:00", "-00", "+01:00", "2026-6-1", "20260601", "2026-W23-1", "infinity"],
    Kind.TIMESTAMP: ["2026-06-01", "1582-10-10", "9999-12-31", "2023-02-29", "T", " ", "12:00", "23:59", "24:00", ":00", ":60",
                     ".5", ".123456789", ".1234567890", "Z", "z", "+02", "+0230", "-14:59", "+14:00", "+15:00", "-00:00",
                     " UTC", "infinity", "epoch"],
}  # fmt: skip
_BITS[Kind.UTC_TIMESTAMP] = _BITS[Kind.TIMESTAMP]
_SHAPES = {
    Kind.DATE: ["D", "DTt", "DTtZ"],
    Kind.TIMESTAMP: [
        "{d}T{t}{s}{z}",
        "{d} {t}{s}{z}",
        "{d}T{t}{s}{f}{z}",
        "{d}",
        "{d} {t}",
        "{d}T{t}{s}",
    ],
}


def _text(kind: Kind, chance: random.Random) -> str:
    return "".join(chance.choices(_BITS[kind], k=chance.choice((1, 1, 2, 3, 4, 5, 6))))


def _instant(chance: random.Random) -> str:
    day = dt.date.fromordinal(chance.randint(728_000, 768_500))
    parts = {
        "d": day.isoformat(),
        "t": f"{chance.randint(0, 24):02}:{chance.randint(0, 60):02}",
        "s": f":{chance.randint(0, 61):02}",
        "f": f".{chance.randint(0, 10**9)}",
        "z": chance.choice(("Z", "+02", "-0930", "+14:00", "-14:59", "-12:00", "", "+15:00")),
    }
    return chance.choice(_SHAPES[Kind.TIMESTAMP]).format(**parts)


def _number(chance: random.Random) -> int | float:
    whole = chance.choice((chance.randint(-9, 9), chance.randint(-(2**63), 2**64 - 1), 10**18))
    return chance.choice(
        (
            whole,
            float(whole),
            chance.random(),
            chance.uniform(-1, 1) * 10 ** chance.randint(-40, 25),
        )
    )


MAKERS: dict[Kind, Make] = {
    Kind.CODE: lambda chance: _text(Kind.CODE, chance),
    Kind.ID: lambda chance: chance.choice((_text(Kind.ID, chance), chance.randint(0, 10**18))),
    Kind.DECIMAL: lambda chance: chance.choice((_text(Kind.DECIMAL, chance), _number(chance))),
    Kind.INT: _number,
    Kind.BOOL: lambda chance: chance.choice((True, False)),
    Kind.DATE: lambda chance: chance.choice((_text(Kind.DATE, chance), _instant(chance))),
    Kind.TIMESTAMP: lambda chance: chance.choice((_text(Kind.TIMESTAMP, chance), _instant(chance))),
}
MAKERS[Kind.UTC_TIMESTAMP] = MAKERS[Kind.TIMESTAMP]


def _as_of_an_api(table: Table, values: list[Value]) -> list[object]:
    """Return what lands of each value; a refused one is the text "refused"."""
    batch = convert(table, [{"value": value} for value in values])
    landed = iter(batch.table.column("value").to_pylist())
    bad = {reject.index for reject in batch.rejects}
    return ["refused" if index in bad else next(landed) for index in range(len(values))]


def _as_of_a_file(table: Table, values: list[Value], folder: Path) -> list[object]:
    path = folder / "rows.jsonl"
    lines = [json.dumps({"number": n, "value": value}) for n, value in enumerate(values)]
    path.write_text("\n".join(lines), encoding="utf-8")
    sql = conversion(table, {"value": "VARCHAR"})
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(
            f"create table delivered as from read_ndjson('{path}',"
            " columns = {number: 'BIGINT', value: 'VARCHAR'})"
        )
        found = con.execute(
            f"select {sql.is_good}, {sql.columns['value']} from delivered order by number"
        ).to_arrow_table()
    return [
        value if is_good else "refused"
        for is_good, value in zip(*(column.to_pylist() for column in found.columns), strict=True)
    ]


@pytest.mark.parametrize("required", [False, True])
@pytest.mark.parametrize("kind", MAKERS)
def test_a_value_lands_the_same_from_an_api_and_from_a_file(
    kind: Kind, required: bool, tmp_path: Path
) -> None:
    chance = random.Random(f"{kind} {required}")
    made = [MAKERS[kind](chance) for _ in range(N_VALUES)]
    kept = [v.strip(" ") if isinstance(v, str) and kind is not Kind.CODE else v for v in made]
    empty = [""] if kind is Kind.CODE else []
    values = [None, *empty, *(value for value in kept if value != "")]
    table = Table("things", Mode.KEY, (Column("value", kind, "value", required=required),))
    from_api, from_file = _as_of_an_api(table, values), _as_of_a_file(table, values, tmp_path)
    differ = [
        (value, mine, other)
        for value, mine, other in zip(values, from_api, from_file, strict=True)
        if mine != other
    ]
    assert differ == []
    # Neither all good nor all bad: the claim would say nothing.
    n_refused = from_api.count("refused")
    assert kind is Kind.BOOL or len(values) / 30 < n_refused < len(values) * 0.97
