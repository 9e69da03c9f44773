"""How figures are shown: money as text with six decimals, rounded once and only here; the rest as JSON numbers.

The warehouse keeps nine decimals; sums are exact before they are rounded.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from serving.api.view import View

CURRENCY = "USD"
_SIX = Decimal("0.000001")
_EXACT = Context(prec=60)


def money(amount: Decimal | None) -> str | None:
    """Return an amount as text with six decimals, half rounded away from zero; unknown stays unknown."""
    if amount is None:
        return None
    rounded = amount.quantize(_SIX, ROUND_HALF_UP, _EXACT)
    return f"{rounded if rounded else abs(rounded):f}"


def ratio(part: Decimal | int | None, whole: Decimal | int | None) -> Decimal | None:
    """Return a ratio of sums, exact enough for any presentation; unknown when the whole is nothing."""
    if part is None or not whole:
        return None
    return _EXACT.divide(Decimal(part), Decimal(whole))


def number(figure: Decimal | float | None, decimals: int = 6) -> float | None:
    """Return a figure that is not money as a JSON number."""
    if figure is None:
        return None
    step = Decimal(1).scaleb(-decimals)
    return float(Decimal(str(figure)).quantize(step, ROUND_HALF_UP, _EXACT))


def as_json(content: Mapping[str, Any]) -> bytes:
    """Return JSON text."""
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def as_csv(
    fields: Mapping[str, Any], table: str | None = None, columns: Sequence[str] = ()
) -> bytes:
    """Return CSV: the rows of one field, or every field as `field,key,value`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    if table is None:
        writer.writerow(("field", "key", "value"))
        for name, value in fields.items():
            writer.writerows((*keys, _plain(inner)) for *keys, inner in _long(name, value))
    else:
        rows: Sequence[Mapping[str, Any]] = fields[table]
        writer.writerow(columns)
        writer.writerows([_plain(row[column]) for column in columns] for row in rows)
    return text.getvalue().encode()


def _plain(value: object) -> object:
    # Python writes small numbers as 1e-06.
    return f"{Decimal(str(value)):f}" if isinstance(value, float) else value


def _long(name: str, value: object) -> list[tuple[str, object, object]]:
    if isinstance(value, Mapping):
        return [(name, key, inner) for key, inner in value.items()]
    if isinstance(value, list):
        # The first field of an entry says which one it is.
        return [
            (f"{name}.{column}", next(iter(entry.values())), inner)
            for entry in value
            for column, inner in list(entry.items())[1:]
        ]
    return [(name, "", value)]


def provenance(view: View, tables: tuple[str, ...]) -> dict[str, Any]:
    """Return what every answer says about where it comes from: made of these tables, or, without any, of the whole."""
    return {
        "as_of": view.as_of,
        "snapshot_id": view.snapshot_id,
        "data_origin": view.data_origin,
        "freshness": [
            {
                "source": entry["source"],
                "table": entry["table"],
                "last_status": entry["last_status"],
                "last_attempt_at": _instant(entry["last_attempt_at"]),
                "last_success_at": _instant(entry.get("last_success_at")),
                "changed_at": _instant(entry["changed_at"]),
                "last_date": entry["last_date"],
            }
            for entry in view.sources_of(tables)
        ],
    }


def provenance_headers(view: View, tables: tuple[str, ...]) -> dict[str, str]:
    """Return the same as headers, for formats that have no place for it."""
    found = provenance(view, tables)
    return {
        "X-Snapshot-Id": view.snapshot_id,
        "X-As-Of": view.as_of,
        "X-Data-Origin": view.data_origin,
        "X-Data-Freshness": ", ".join(
            f"{entry['source']}.{entry['table']}={entry['last_attempt_at'] or 'never'}"
            for entry in found["freshness"]
        ),
    }


def _instant(text: object) -> str | None:
    if not text:
        return None
    moment = dt.datetime.fromisoformat(str(text))
    moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
