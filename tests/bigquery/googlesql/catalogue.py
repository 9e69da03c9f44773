"""Tables that are only described, as a catalogue of the GoogleSQL service."""

from collections.abc import Iterable, Mapping
from typing import Any

from zetasql.api import TypeFactory
from zetasql.wasi._pb2.zetasql.proto import simple_catalog_pb2 as messages

from tests.bigquery.googlesql.dialect import INTEGER_ALIASES, language_options
from tests.bigquery.googlesql.types import KINDS


def catalogue(tables: Iterable[tuple[tuple[str, ...], Mapping[str, Any]]]) -> Any:
    """Return the message that describes the tables, nested by the parts of their paths."""
    root = messages.SimpleCatalogProto(name="root")
    root.builtin_function_options.language_options.CopyFrom(language_options().to_proto())
    whole_number = TypeFactory.create_simple_type(KINDS["INT64"]).to_proto()
    for alias in INTEGER_ALIASES:
        root.named_type.add(name=alias).type.CopyFrom(whole_number)
    folders: dict[tuple[str, ...], Any] = {(): root}
    for path, columns in tables:
        for depth in range(1, len(path)):
            if path[:depth] not in folders:
                folders[path[:depth]] = folders[path[: depth - 1]].catalog.add(name=path[depth - 1])
        table = folders[path[:-1]].table.add(name=path[-1], full_name=".".join(path))
        for name, kind in columns.items():
            table.column.add(name=name).type.CopyFrom(kind.to_proto())
    return root
