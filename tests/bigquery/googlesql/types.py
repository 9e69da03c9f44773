"""BigQuery's type names and GoogleSQL's types, both ways."""

import re
from typing import Any

from zetasql.api import TypeFactory
from zetasql.types import TypeKind

KINDS = {
    "INT64": TypeKind.TYPE_INT64,
    "STRING": TypeKind.TYPE_STRING,
    "BOOL": TypeKind.TYPE_BOOL,
    "FLOAT64": TypeKind.TYPE_DOUBLE,
    "NUMERIC": TypeKind.TYPE_NUMERIC,
    "BIGNUMERIC": TypeKind.TYPE_BIGNUMERIC,
    "DATE": TypeKind.TYPE_DATE,
    "DATETIME": TypeKind.TYPE_DATETIME,
    "TIME": TypeKind.TYPE_TIME,
    "TIMESTAMP": TypeKind.TYPE_TIMESTAMP,
    "BYTES": TypeKind.TYPE_BYTES,
    "JSON": TypeKind.TYPE_JSON,
    "GEOGRAPHY": TypeKind.TYPE_GEOGRAPHY,
    "INTERVAL": TypeKind.TYPE_INTERVAL,
}
NAMES = {kind: name for name, kind in KINDS.items()}

ALIASES = {
    "INT": "INT64",
    "INTEGER": "INT64",
    "BIGINT": "INT64",
    "SMALLINT": "INT64",
    "BOOLEAN": "BOOL",
    "DECIMAL": "NUMERIC",
    "BIGDECIMAL": "BIGNUMERIC",
}


class UnknownTypeError(ValueError):
    """A data type that BigQuery does not have."""


def parse_type(text: str) -> Any:
    """Return GoogleSQL's type of a BigQuery type name; length and precision are left out."""
    name = text.strip()
    upper = name.upper()
    if upper.startswith("ARRAY<") and upper.endswith(">"):
        return TypeFactory.create_array_type(parse_type(name[6:-1]))
    if upper.startswith("STRUCT<") and upper.endswith(">"):
        fields = [part.strip().split(None, 1) for part in _split_fields(name[7:-1])]
        return TypeFactory.create_struct_type(
            [(field_name.strip("`"), parse_type(kind)) for field_name, kind in fields]
        )
    base = re.sub(r"\(.*\)$", "", upper).strip()
    base = ALIASES.get(base, base)
    if base not in KINDS:
        raise UnknownTypeError(f"{text!r} is not a BigQuery type")
    return TypeFactory.create_simple_type(KINDS[base])


def type_name(kind: Any) -> str:
    """Return BigQuery's canonical name of a GoogleSQL type."""
    if kind.type_kind == TypeKind.TYPE_ARRAY:
        return f"ARRAY<{type_name(kind.array_type.element_type)}>"
    if kind.type_kind == TypeKind.TYPE_STRUCT:
        fields = ", ".join(
            f"{field.field_name} {type_name(field.field_type)}" for field in kind.struct_type.field
        )
        return f"STRUCT<{fields}>"
    return NAMES.get(kind.type_kind, str(kind.type_kind))


def canonical_name(text: str) -> str:
    """Return the canonical name of a type written in any of BigQuery's ways."""
    return type_name(parse_type(text))


def _split_fields(text: str) -> list[str]:
    """Split at the commas that are in no inner type."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "<(") - (letter in ">)")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
