"""Rows of a mart as they are sent: money as in every answer, instants in ISO 8601, a batch at a time."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from json.encoder import encode_basestring
from typing import Any

import pyarrow as pa
from pyarrow import csv

from serving.api.view import Mart


def is_price(name: str) -> bool:
    """Say whether a column is a price, by its name; those of FOCUS have names of their own."""
    return "_usd_per_" in name or name.endswith("_unit_price")


def is_money(name: str) -> bool:
    """Say whether a column is an amount or a price, by its name; a share of an amount is neither."""
    return ("_usd" in name and not name.endswith("_share")) or name.endswith(
        ("_cost", "_unit_price")
    )


def selected(columns: Mapping[str, str], *, is_text: bool = False) -> str:
    """Return the select list that presents the columns; as text no decimal number has an exponent."""
    return ", ".join(
        f'{_presented(name, kind, is_text=is_text)} as "{name}"' for name, kind in columns.items()
    )


def json_type(name: str, kind: str) -> str:
    """Return what a column is in an answer: string, integer, number, boolean, date or timestamp."""
    if kind.startswith("DECIMAL"):
        return "money" if is_money(name) else "number"
    names = {"BIGINT": "integer", "INTEGER": "integer", "HUGEINT": "integer", "BOOLEAN": "boolean"}
    return {**names, "DOUBLE": "number", "DATE": "date", "VARCHAR": "string"}.get(
        kind, "timestamp" if kind.startswith("TIMESTAMP") else "string"
    )


def column_descriptions(mart: Mart) -> list[dict[str, str]]:
    """Return a mart's columns and what they are in an answer; of a name that goes, the one that stays."""
    return [
        {
            "name": name,
            "type": json_type(name, kind),
            **({"renamed_to": mart.renamed[name]} if name in mart.renamed else {}),
        }
        for name, kind in mart.columns.items()
    ]


def _presented(name: str, kind: str, *, is_text: bool) -> str:
    column = f'"{name}"'
    if kind.startswith("DECIMAL"):
        if is_price(name):  # a price is a rate: rounding it would change what it is multiplied to
            return f"cast({column} as varchar)"
        if is_money(name):  # half away from zero, like every other amount
            return f"cast(cast({column} as decimal(38, 6)) as varchar)"
        return f"cast({column} as {'varchar' if is_text else 'double'})"
    if kind == "DOUBLE":  # what is not a number has no place in JSON
        return f"case when isfinite({column}) then {column} end"
    if kind.startswith("TIMESTAMP"):
        return f"strftime({column}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    if kind in ("BIGINT", "INTEGER", "BOOLEAN", "VARCHAR"):
        return column
    return f"cast({column} as varchar)"


def as_json(head: Mapping[str, object], batches: Iterator[pa.Table]) -> Iterator[bytes]:
    """Yield one JSON object: what is known before, then the rows."""
    yield json.dumps(head, ensure_ascii=False).encode()[:-1] + b',"rows":['
    separator = b""
    for batch in batches:
        if batch.num_rows:
            yield separator + _rows_as_json(batch)
            separator = b",\n"
    yield b"]}"


def as_csv(columns: Mapping[str, str], batches: Iterator[pa.Table]) -> Iterator[bytes]:
    """Yield CSV; a text, and what is sent as one, is in quotes, an unknown value is nothing between two commas."""
    yield (",".join(f'"{name}"' for name in columns) + "\n").encode()
    for batch in batches:
        text = io.BytesIO()
        csv.write_csv(batch, text, csv.WriteOptions(include_header=False))
        yield text.getvalue()


def _rows_as_json(batch: pa.Table) -> bytes:
    """Return the rows as `json.dumps` writes them, column by column: four times as fast as a dictionary for each row."""
    names = (json.dumps(name, ensure_ascii=False).replace("%", "%%") for name in batch.column_names)
    row = "{" + ",".join(f"{name}:%s" for name in names) + "}"
    texts = [_texts(column) for column in batch.columns]
    return ",\n".join(map(row.__mod__, zip(*texts, strict=True))).encode()


def _texts(column: pa.ChunkedArray) -> list[str]:
    """Return each value as JSON."""
    values = column.to_pylist()
    if pa.types.is_boolean(column.type):
        written: Callable[[Any], str] = ("false", "true").__getitem__
    elif pa.types.is_integer(column.type):
        written = str
    elif pa.types.is_floating(column.type):
        written = float.__repr__
    else:
        written = encode_basestring
    return ["null" if value is None else written(value) for value in values]
