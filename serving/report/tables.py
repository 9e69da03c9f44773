"""The report's figures as rows: CSV for people, JSON for programs."""

import json
from decimal import Decimal
from typing import Any

from serving.report.figures import Figure
from serving.report.report import Report
from serving.spreadsheet import csv_for_people

COLUMNS = ("key", "label", "value", "unit", "n", "note")


def as_csv(report: Report) -> bytes:
    """Return one line per figure: numbers as numbers, nothing where nobody knows."""
    return csv_for_people(
        COLUMNS,
        ((one.key, one.label, one.value, one.unit, one.n, one.note) for one in report.figures),
    )


def as_fields(report: Report) -> dict[str, Any]:
    """Return the same for programs: money as text, as everywhere."""
    return {
        "month": str(report.month),
        "organization_id": report.scope.organization_id,
        "figures": [
            {
                "key": one.key,
                "label": one.label,
                "value": _value(one),
                "unit": one.unit,
                "n": one.n,
                "note": one.note,
            }
            for one in report.figures
        ],
    }


def as_json(report: Report) -> bytes:
    """Return these fields as a file that says where they are from."""
    content = {
        **as_fields(report),
        "as_of": report.as_of,
        "snapshot_id": report.snapshot_id,
        "data_origin": report.data_origin,
    }
    return f"{json.dumps(content, indent=2, ensure_ascii=False)}\n".encode()


def _value(one: Figure) -> str | int | float | None:
    if not isinstance(one.value, Decimal):
        return one.value
    if one.unit.startswith("USD"):
        return f"{one.value:f}"
    return float(one.value) if one.value.as_tuple().exponent else int(one.value)
